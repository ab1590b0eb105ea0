"""IAM users, groups, roles and policies: live and Terraform mean the same."""

import json
from typing import Any

import pytest
from fakes import Code, FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref
from iam_answers import (
    ADMIN,
    ALL,
    OWN,
    READ,
    READER,
    ROLE,
    account,
    attached,
    group,
    only,
    policy,
    rights,
    signing_in,
    user,
)

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import iam_group, iam_policy, iam_role, iam_user
from phiward.inventory.aspects import Credential, Exposure
from phiward.inventory.model import Resource, Unknown


def test_a_user_of_the_credential_report() -> None:
    """Password, keys with their ages, MFA and the last activity come from the report."""
    found = signing_in(only(iam_user, account(UserDetailList=[user()])))

    assert (found.mfa, found.password, found.last_activity) == (False, True, "2026-01-05T00:00:00Z")
    assert found.credentials == (
        Credential(
            id="access-key-1",
            kind="access-key",
            active=True,
            created="2026-01-03T00:00:00Z",
            last_used="2026-01-05T00:00:00Z",
        ),
        Credential(id="access-key-2", kind="access-key", active=False, created="2026-01-01T00:00:00Z"),
        Credential(id="password", kind="password", active=True, created="2026-01-02T00:00:00Z"),
    )


@pytest.mark.parametrize("denied", ["iam:GenerateCredentialReport", "iam:GetCredentialReport"])
def test_a_denied_report_is_an_unknown_authentication_only(denied: str) -> None:
    """The rights of the user are read all the same."""
    made = only(iam_user, account(UserDetailList=[user()]), denied=(denied,))

    assert isinstance(made.authentication, Unknown)
    assert rights(made).administrator is False


def test_a_report_that_never_gets_ready_is_unknown() -> None:
    """It is asked for a bounded number of times."""
    answers = {**account(UserDetailList=[user()]), "iam:GetCredentialReport": Code("ReportInProgress")}

    assert isinstance(only(iam_user, answers).authentication, Unknown)


def test_a_user_newer_than_the_report_is_unknown() -> None:
    """IAM makes a report every four hours at most."""
    answers = account(UserDetailList=[user(Arn="arn:aws:iam::123456789012:user/new")])

    assert isinstance(only(iam_user, answers).authentication, Unknown)


@pytest.mark.parametrize("module", [iam_user, iam_group, iam_role, iam_policy])
def test_a_denied_listing_is_raised(module: Any) -> None:
    """It becomes a gap of the type, never an account without identities."""
    with pytest.raises(Denied):
        list(module.items(FakeAws(denied={"iam:GetAccountAuthorizationDetails", "iam:ListRoles"})))


def test_all_types_ask_one_question() -> None:
    """Users, groups, roles and policies come from the same listing."""
    aws = FakeAws(account(UserDetailList=[user()]), need=("authorization",))

    for module in (iam_user, iam_group, iam_role, iam_policy):
        list(module.items(aws))

    assert [call for call, _ in aws.calls] == ["iam:GetAccountAuthorizationDetails"]


POLICY = FakeBlock("aws_iam_policy.all", name="everything", policy=json.dumps(ALL))
GROUP = FakeBlock("aws_iam_group.staff", name="staff")


@pytest.mark.parametrize(
    ("live", "parts", "administrator", "direct"),
    [
        ({}, {}, False, False),
        (
            {"UserPolicyList": [{"PolicyName": "all", "PolicyDocument": ALL}]},
            {"aws_iam_user_policy": [FakeBlock("aws_iam_user_policy.all", name="all", policy=json.dumps(ALL))]},
            True,
            True,
        ),
        (
            {"UserPolicyList": [{"PolicyName": "read", "PolicyDocument": READ}]},
            {"aws_iam_user_policy": [FakeBlock("aws_iam_user_policy.read", policy=json.dumps(READ))]},
            False,
            True,
        ),
        (
            {"AttachedManagedPolicies": attached(ADMIN)},
            {"aws_iam_user_policy_attachment": [FakeBlock("aws_iam_user_policy_attachment.a", policy_arn=ADMIN)]},
            True,
            True,
        ),
        (
            {"AttachedManagedPolicies": attached(READER)},
            {"aws_iam_policy_attachment": [FakeBlock("aws_iam_policy_attachment.a", policy_arn=READER)]},
            False,
            True,
        ),
        (
            {"AttachedManagedPolicies": attached(OWN)},
            {
                "aws_iam_user_policy_attachment": [
                    FakeBlock("aws_iam_user_policy_attachment.a", policy_arn=Ref("aws_iam_policy.all.arn"))
                ]
            },
            True,
            True,
        ),
        (
            {"GroupList": ["staff"]},
            {
                "aws_iam_user_group_membership": [
                    FakeBlock("aws_iam_user_group_membership.a", groups=[Ref("aws_iam_group.staff.name")])
                ]
            },
            True,
            False,
        ),
    ],
    ids=["nothing", "inline all", "inline some", "administrator", "reader", "own policy", "group"],
)
def test_a_users_rights_agree(live: Any, parts: Any, administrator: bool, direct: bool) -> None:
    """Inline, attached, or through a group that has everything: live and in code."""
    answers = account(
        UserDetailList=[user(**live)],
        GroupDetailList=[group(AttachedManagedPolicies=attached(ADMIN))],
        Policies=[policy()],
    )
    whole: Any = {"aws_iam_group_policy_attachment": [FakeBlock("aws_iam_group_policy_attachment.a", policy_arn=ADMIN)]}
    source = FakeSource([POLICY, GROUP], parts={"aws_iam_group.staff": whole})

    seen = rights(only(iam_user, answers))
    code = rights(iam_user.from_terraform(FakeBlock("aws_iam_user.ana", name="ana"), parts, source))

    assert seen == code
    assert (seen.administrator, seen.direct) == (administrator, direct)


def test_a_boundary_is_a_limit_and_no_grant() -> None:
    """A user who could do everything but for the boundary cannot, and the boundary alone gives nothing."""
    limit = {"PermissionsBoundary": {"PermissionsBoundaryArn": READER}}
    limited = user(AttachedManagedPolicies=attached(ADMIN), **limit)

    assert rights(only(iam_user, account(UserDetailList=[limited]))).administrator is False
    assert rights(only(iam_user, account(UserDetailList=[user(**limit)]))).direct is False


def test_an_attachment_that_may_belong_here_leaves_the_rights_unknown() -> None:
    """Known rights stay; whether there are more does not."""
    parts: Any = {"aws_iam_user_policy_attachment": [Unknown("var.user")]}

    found = rights(iam_user.from_terraform(FakeBlock("aws_iam_user.ana"), parts, FakeSource()))

    assert all(isinstance(value, Unknown) for value in (found.administrator, found.direct, found.grants))


def test_an_unknown_policy_is_a_grant_of_unknown_content() -> None:
    """`policy_arn = var.policy` gives something, and nobody can say what."""
    part = FakeBlock("aws_iam_user_policy_attachment.a", policy_arn=Unknown("var.policy"))
    parts: Any = {"aws_iam_user_policy_attachment": [part]}

    found = rights(iam_user.from_terraform(FakeBlock("aws_iam_user.ana"), parts, FakeSource()))

    assert isinstance(found.administrator, Unknown)
    assert found.direct is True


def test_how_a_user_of_code_signs_in() -> None:
    """A login profile is a password, a key is a key, and MFA cannot be seen."""
    parts: Any = {
        "aws_iam_user_login_profile": [FakeBlock("aws_iam_user_login_profile.a")],
        "aws_iam_access_key": [FakeBlock("aws_iam_access_key.a", status="Inactive")],
    }

    found = signing_in(iam_user.from_terraform(FakeBlock("aws_iam_user.ana"), parts, FakeSource()))

    assert isinstance(found.mfa, Unknown)
    assert found.password is True
    assert isinstance(found.credentials, tuple)
    assert [(each.id, each.active) for each in found.credentials] == [("access-key-1", False), ("password", True)]


def test_a_group_agrees() -> None:
    """Its rights and its members: live and in code."""
    answers = account(
        UserDetailList=[user(GroupList=["staff"])],
        GroupDetailList=[group(GroupPolicyList=[{"PolicyName": "read", "PolicyDocument": READ}])],
    )
    parts: Any = {
        "aws_iam_group_policy": [FakeBlock("aws_iam_group_policy.read", policy=json.dumps(READ))],
        "aws_iam_group_membership": [FakeBlock("aws_iam_group_membership.a", users=[Ref("aws_iam_user.ana.name")])],
    }

    live, code = only(iam_group, answers), iam_group.from_terraform(GROUP, parts, FakeSource())

    assert live.authorization == code.authorization
    assert live.config == code.config == iam_group.GroupConfig(members=1)


def test_a_policy_agrees() -> None:
    """The version in force counts, not an earlier one."""
    parts: Any = {"aws_iam_role_policy_attachment": [FakeBlock("aws_iam_role_policy_attachment.a")]}

    live = only(iam_policy, account(Policies=[policy()]))
    code = iam_policy.from_terraform(POLICY, parts, FakeSource([POLICY]))

    assert live.authorization == code.authorization
    assert rights(live).administrator is True
    assert isinstance(live.config, iam_policy.PolicyConfig)
    assert isinstance(code.config, iam_policy.PolicyConfig)
    assert (live.config.document, live.config.attachments) == (code.config.document, code.config.attachments)


def trust(*statements: dict[str, Any]) -> Resource:
    """Read a role that these statements let others act as."""
    document = {"Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", **each} for each in statements]}
    return only(iam_role, account(RoleDetailList=[{**ROLE, "AssumeRolePolicyDocument": document}]))


OTHER = {"Principal": {"AWS": "arn:aws:iam::210987654321:root"}}


def condition(operator: str, key: str, value: str) -> dict[str, Any]:
    """Return the condition of a statement."""
    return {"Condition": {operator: {key: value}}}


AGREED = condition("StringEquals", "sts:ExternalId", "x")
MFA = condition("Bool", "aws:MultiFactorAuthPresent", "true")


@pytest.mark.parametrize(
    ("statements", "public", "shared", "external", "guarded"),
    [
        ([{"Principal": {"Service": "ec2.amazonaws.com"}}], False, (), None, None),
        ([{"Principal": {"AWS": "arn:aws:iam::123456789012:root"}}], False, (), None, None),
        ([OTHER], False, ("210987654321",), False, False),
        ([{**OTHER, **AGREED}], False, ("210987654321",), True, True),
        ([{**OTHER, **AGREED}, OTHER], False, ("210987654321",), False, False),
        ([{**OTHER, **MFA}], False, ("210987654321",), False, True),
        ([{**OTHER, **MFA}, {**OTHER, **AGREED}], False, ("210987654321",), False, True),
        (
            [{**OTHER, **condition("BoolIfExists", "aws:MultiFactorAuthPresent", "true")}],
            False,
            ("210987654321",),
            False,
            False,
        ),
        (
            [{**OTHER, **condition("Bool", "aws:MultiFactorAuthPresent", "false")}],
            False,
            ("210987654321",),
            False,
            False,
        ),
        ([{**OTHER, **condition("StringLike", "sts:ExternalId", "*")}], False, ("210987654321",), False, False),
        (
            [{**OTHER, **condition("StringEqualsIfExists", "sts:ExternalId", "x")}],
            False,
            ("210987654321",),
            False,
            False,
        ),
        ([{**OTHER, **condition("StringEquals", "aws:PrincipalOrgID", "o-a")}], False, ("210987654321",), False, True),
        ([{"Principal": "*", **condition("StringEquals", "aws:PrincipalOrgID", "o-a")}], False, ("o-a",), False, True),
        ([{"Principal": "*"}], True, (), False, False),
        ([{"Principal": "*", **AGREED}], True, (), True, True),
    ],
)
def test_who_may_act_as_a_role(
    statements: Any, public: bool, shared: Any, external: bool | None, guarded: bool | None
) -> None:
    """Anyone, other accounts, whether they must give an agreed id, or prove themselves otherwise."""
    made = trust(*statements)

    assert made.exposure == Exposure(public=public, ways=("policy",) if public else (), shared_with=shared)
    assert isinstance(made.config, iam_role.RoleConfig)
    assert (made.config.external_id_demanded, made.config.others_guarded) == (external, guarded)


def test_a_role_agrees() -> None:
    """Rights, exposure and session length: live and in code."""
    live = only(iam_role, account(RoleDetailList=[{**ROLE, "AttachedManagedPolicies": attached(ADMIN)}]))
    block = FakeBlock(
        "aws_iam_role.app",
        name="app",
        assume_role_policy=json.dumps(ROLE["AssumeRolePolicyDocument"]),
        managed_policy_arns=[ADMIN],
    )

    code = iam_role.from_terraform(block, {}, FakeSource())

    assert live.authorization == code.authorization
    assert live.exposure == code.exposure == Exposure(public=False)
    assert isinstance(live.config, iam_role.RoleConfig)
    assert isinstance(code.config, iam_role.RoleConfig)
    for field in ("trust", "external_id_demanded", "others_guarded", "max_session_minutes", "service_linked"):
        assert getattr(live.config, field) == getattr(code.config, field), field


def test_inline_policies_of_a_role_block_are_grants() -> None:
    """`inline_policy` blocks count; an empty one, which means *none*, does not."""
    block = FakeBlock("aws_iam_role.app", {"inline_policy": [{"name": "all", "policy": json.dumps(ALL)}, {}]})

    found = rights(iam_role.from_terraform(block, {}, FakeSource()))

    assert isinstance(found.grants, tuple)
    assert [grant.name for grant in found.grants] == ["all"]
    assert found.administrator is True


def test_a_denied_role_listing_is_an_unknown_session_only() -> None:
    """Everything else of the role comes from the authorization details."""
    made = only(iam_role, account(RoleDetailList=[ROLE]), denied=("iam:ListRoles",))

    assert isinstance(made.config, iam_role.RoleConfig)
    assert isinstance(made.config.max_session_minutes, Unknown)
    assert rights(made).administrator is False


PASS: dict[str, Any] = {"Statement": [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": "*"}]}
RUN: dict[str, Any] = {"Statement": [{"Effect": "Allow", "Action": "ec2:RunInstances", "Resource": "*"}]}
WAY = "iam:PassRole + ec2:RunInstances"
IAM = "arn:aws:iam::aws:policy/IAMFullAccess"


def inline(document: Any) -> list[dict[str, Any]]:
    """Return a policy written into an identity."""
    return [{"PolicyName": "p", "PolicyDocument": document}]


def test_rights_that_lead_to_more_only_together() -> None:
    """One policy of the user's own, one of the group: live and in code."""
    answers = account(
        UserDetailList=[user(UserPolicyList=inline(PASS), GroupList=["staff"])],
        GroupDetailList=[group(GroupPolicyList=inline(RUN))],
    )
    parts: Any = {
        "aws_iam_user_policy": [FakeBlock("aws_iam_user_policy.p", name="p", policy=json.dumps(PASS))],
        "aws_iam_user_group_membership": [
            FakeBlock("aws_iam_user_group_membership.a", groups=[Ref("aws_iam_group.staff.name")])
        ],
    }
    given: Any = {"aws_iam_group_policy": [FakeBlock("aws_iam_group_policy.p", name="p", policy=json.dumps(RUN))]}
    source = FakeSource([GROUP], parts={"aws_iam_group.staff": given})

    live = rights(only(iam_user, answers))
    code = rights(iam_user.from_terraform(FakeBlock("aws_iam_user.ana", name="ana"), parts, source))

    assert live == code
    assert live.escalations == (WAY,)
    assert rights(only(iam_group, answers)).escalations == ()


@pytest.mark.parametrize(
    ("details", "ways"),
    [
        ({"RolePolicyList": inline(PASS)}, ()),
        ({"RolePolicyList": inline(PASS), "AttachedManagedPolicies": attached(OWN)}, (WAY,)),
        ({"RolePolicyList": inline(PASS), "AttachedManagedPolicies": attached(READER)}, ()),
        ({"AttachedManagedPolicies": attached(ADMIN)}, ()),
    ],
)
def test_where_a_roles_rights_lead(details: Any, ways: tuple[str, ...]) -> None:
    """Its own and attached policies together; nothing for whoever may do everything, and nothing of what is not read."""
    answers = account(RoleDetailList=[{**ROLE, **details}], Policies=[policy(RUN)])

    assert rights(only(iam_role, answers)).escalations == ways


def test_a_boundary_shuts_the_way_or_leaves_it_unknown() -> None:
    """One of the customer's own is read; of AWS's it is not known what it allows."""
    role = {**ROLE, "RolePolicyList": [*inline(PASS), *inline(RUN)]}
    own, provider = ({"PermissionsBoundary": {"PermissionsBoundaryArn": arn}} for arn in (OWN, READER))

    shut = only(iam_role, account(RoleDetailList=[{**role, **own}], Policies=[policy(RUN)]))
    unknown = only(iam_role, account(RoleDetailList=[{**role, **provider}]))

    assert rights(shut).escalations == ()
    (hidden,) = rights(unknown).escalations or ()  # type: ignore[misc]
    assert isinstance(hidden, Unknown)


def test_awss_policy_for_iam_is_known_by_its_name() -> None:
    """Whoever may do all of IAM may take any rights."""
    found = rights(only(iam_group, account(GroupDetailList=[group(AttachedManagedPolicies=attached(IAM))])))

    assert found.administrator is False
    assert isinstance(found.escalations, tuple)
    assert {"iam:AttachGroupPolicy", "iam:CreatePolicyVersion"} <= set(found.escalations)
