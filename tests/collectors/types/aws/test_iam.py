"""IAM users, groups, roles, policies and the account: live and Terraform mean the same."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fakes import Code, FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import iam_account, iam_group, iam_policy, iam_role, iam_user
from phiward.inventory.aspects import Authentication, Authorization, Credential, Exposure, PasswordRules
from phiward.inventory.model import Resource, Unknown

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
READER = "arn:aws:iam::aws:policy/ReadOnlyAccess"
OWN = "arn:aws:iam::123456789012:policy/everything"
ALL: dict[str, Any] = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
READ: dict[str, Any] = {"Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::images/*"}}
MADE = datetime(2026, 1, 1, tzinfo=UTC)
ANA = "arn:aws:iam::123456789012:user/ana"
REPORT = (
    "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,"
    "mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_2_active,"
    "access_key_2_last_rotated,access_key_2_last_used_date,cert_1_active,cert_1_last_rotated,cert_2_active,"
    "cert_2_last_rotated\n"
    "<root_account>,arn:aws:iam::123456789012:root,2020-01-01T00:00:00+00:00,not_supported,2025-05-05T00:00:00+00:00,"
    "not_supported,not_supported,true,true,2020-01-02T00:00:00+00:00,N/A,false,N/A,N/A,false,N/A,false,N/A\n"
    f"ana,{ANA},2026-01-01T00:00:00+00:00,true,no_information,2026-01-02T00:00:00+00:00,N/A,false,"
    "true,2026-01-03T00:00:00+00:00,2026-01-05T01:00:00+01:00,false,2026-01-01T00:00:00+00:00,N/A,false,N/A,false,N/A\n"
)


def account(**details: list[dict[str, Any]]) -> dict[str, Any]:
    """Return an account's answers."""
    empty: dict[str, Any] = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    return {
        "iam:GetAccountAuthorizationDetails": {**empty, **details},
        "iam:GenerateCredentialReport": {"State": "STARTED"},
        "iam:GetCredentialReport": {"Content": REPORT.encode()},
        "iam:ListRoles": {"Roles": [{"Arn": ROLE["Arn"], "MaxSessionDuration": 3600}]},
    }


def user(**more: Any) -> dict[str, Any]:
    """Return one user of the authorization details."""
    return {"UserName": "ana", "Arn": ANA, "CreateDate": MADE, **more}


def group(**more: Any) -> dict[str, Any]:
    """Return one group of the authorization details."""
    return {"GroupName": "staff", "Arn": "arn:aws:iam::123456789012:group/staff", **more}


def attached(*arns: str) -> list[dict[str, str]]:
    """Return attached managed policies."""
    return [{"PolicyArn": arn, "PolicyName": arn.rpartition("/")[2]} for arn in arns]


def policy(document: Any = ALL) -> dict[str, Any]:
    """Return one customer policy whose default version is its second."""
    versions = [
        {"VersionId": "v1", "IsDefaultVersion": False, "Document": READ},
        {"VersionId": "v2", "IsDefaultVersion": True, "Document": document},
    ]
    return {"Arn": OWN, "PolicyName": "everything", "AttachmentCount": 1, "PolicyVersionList": versions}


ROLE: dict[str, Any] = {
    "RoleName": "app",
    "Arn": "arn:aws:iam::123456789012:role/app",
    "Path": "/",
    "CreateDate": MADE,
    "AssumeRolePolicyDocument": {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}}]},
}


def only(module: Any, answers: dict[str, Any], *, denied: tuple[str, ...] = (), need: Any = None) -> Resource:
    """Read the one resource there is."""
    aws = FakeAws(answers, denied=denied, need=need)
    (item,) = module.items(aws)
    made: Resource = module.resource(aws, item)
    return made


def rights(made: Resource) -> Authorization:
    """Return the aspect."""
    assert isinstance(made.authorization, Authorization)
    return made.authorization


def signing_in(made: Resource) -> Authentication:
    """Return the aspect."""
    assert isinstance(made.authentication, Authentication)
    return made.authentication


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


SUMMARY = {"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0, "AccountSigningCertificatesPresent": 0, "Users": 3}
RULES = {
    "MinimumPasswordLength": 14,
    "RequireSymbols": True,
    "RequireNumbers": True,
    "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": True,
    "AllowUsersToChangePassword": True,
    "PasswordReusePrevention": 24,
    "ExpirePasswords": False,
}


def whole(**changes: Any) -> dict[str, Any]:
    """Return the answers about an account."""
    return {
        **account(),
        "iam:GetAccountSummary": {"SummaryMap": {**SUMMARY, "AccountPasswordPresent": 1}},
        "iam:GetAccountPasswordPolicy": {"PasswordPolicy": RULES},
        "iam:ListVirtualMFADevices": {"VirtualMFADevices": []},
        "iam:ListSAMLProviders": {"SAMLProviderList": []},
        **changes,
    }


def test_the_account_and_its_rules_agree() -> None:
    """The rules for passwords: live and in code."""
    block = FakeBlock(
        "aws_iam_account_password_policy.strict",
        minimum_password_length=14,
        require_symbols=True,
        require_numbers=True,
        require_uppercase_characters=True,
        require_lowercase_characters=True,
        password_reuse_prevention=24,
    )

    live = signing_in(only(iam_account, whole()))
    code = signing_in(iam_account.from_terraform(block, {}, FakeSource()))

    assert live.rules == code.rules == PasswordRules(minimum_length=14, character_classes=4, history=24)
    assert (live.mfa, live.root_login) == (True, True)
    assert isinstance(code.mfa, Unknown)


def test_an_account_without_a_policy_has_the_providers_default() -> None:
    """Eight characters, three kinds, no memory, no expiry."""
    answers = whole(**{"iam:GetAccountPasswordPolicy": Code("NoSuchEntity")})

    made = only(iam_account, answers)

    assert signing_in(made).rules == PasswordRules(minimum_length=8, character_classes=3)
    assert isinstance(made.config, iam_account.AccountConfig)
    assert made.config.own_password_policy is False


def test_the_root_users_keys_are_in_the_report() -> None:
    """With their age; root's password is told by `root_login`."""
    found = signing_in(only(iam_account, whole()))

    assert found.credentials == (
        Credential(id="access-key-1", kind="access-key", active=True, created="2020-01-02T00:00:00Z"),
    )


@pytest.mark.parametrize(("present", "kinds"), [(0, []), (1, ["access-key"])])
def test_the_summary_counts_root_keys_where_the_report_is_denied(present: int, kinds: list[str]) -> None:
    """That there is one is known, its age is not."""
    summary = {"iam:GetAccountSummary": {"SummaryMap": {**SUMMARY, "AccountAccessKeysPresent": present}}}

    found = signing_in(only(iam_account, whole(**summary), denied=("iam:GetCredentialReport",)))

    assert isinstance(found.credentials, tuple)
    assert [credential.kind for credential in found.credentials] == kinds


@pytest.mark.parametrize(
    ("devices", "hardware"),
    [
        ([], True),
        ([{"SerialNumber": "arn:aws:iam::123456789012:mfa/root-account-mfa-device"}], False),
        ([{"SerialNumber": "a", "User": {"Arn": "arn:aws:iam::123456789012:root"}}], False),
        ([{"SerialNumber": "a", "User": {"Arn": ANA}}], True),
    ],
)
def test_roots_second_factor_is_hardware_where_it_is_not_virtual(devices: Any, hardware: bool) -> None:
    """IAM lists virtual devices only."""
    config = only(iam_account, whole(**{"iam:ListVirtualMFADevices": {"VirtualMFADevices": devices}})).config

    assert isinstance(config, iam_account.AccountConfig)
    assert config.root_hardware_mfa is hardware


@pytest.mark.parametrize(
    ("denied", "path"),
    [
        ("iam:GetAccountPasswordPolicy", ("rules",)),
        ("iam:GetAccountSummary", ("root_login", "password")),
        ("iam:GetCredentialReport", ("last_activity",)),
    ],
)
def test_a_denied_call_loses_only_what_it_fills(denied: str, path: tuple[str, ...]) -> None:
    """Each answer about the account stands by itself."""
    found = signing_in(only(iam_account, whole(), denied=(denied,)))

    fields = ("mfa", "rules", "root_login", "password", "credentials", "last_activity")
    assert {field for field in fields if isinstance(getattr(found, field), Unknown)} == set(path)


SUPPORT = attached("arn:aws:iam::aws:policy/AWSSupportAccess")


@pytest.mark.parametrize(
    ("details", "support"),
    [
        ({}, False),
        ({"RoleDetailList": [ROLE]}, False),
        ({"RoleDetailList": [{**ROLE, "AttachedManagedPolicies": SUPPORT}]}, True),
        ({"GroupDetailList": [group(AttachedManagedPolicies=SUPPORT)]}, True),
        ({"UserDetailList": [user(AttachedManagedPolicies=SUPPORT)]}, True),
        ({"UserDetailList": [user(AttachedManagedPolicies=attached(READER))]}, False),
    ],
)
def test_somebody_can_call_support(details: Any, support: bool) -> None:
    """A role, a group or a user that may open a case."""
    config = only(iam_account, {**whole(), **account(**details)}).config

    assert isinstance(config, iam_account.AccountConfig)
    assert config.support_role is support


def test_who_can_call_support_is_unknown_where_the_details_are_denied() -> None:
    """Nothing else of the account is lost; and it is not asked where nothing reads it."""
    denied = only(iam_account, whole(), denied=("iam:GetAccountAuthorizationDetails",))
    unread = only(iam_account, whole(), need=("authentication",))

    assert isinstance(denied.config, iam_account.AccountConfig)
    assert denied.config.support_role == Unknown("access denied: iam:GetAccountAuthorizationDetails")
    assert isinstance(signing_in(denied).mfa, bool)
    assert isinstance(unread.config, iam_account.AccountConfig)
    assert isinstance(unread.config.support_role, Unknown)


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


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([], ()),
        (["hospital"], ("hospital",)),
        (["hospital", "AWSSSO_1_DO_NOT_DELETE"], ("AWSSSO_1_DO_NOT_DELETE", "hospital")),
    ],
)
def test_the_directories_whose_people_sign_in(names: list[str], expected: tuple[str, ...]) -> None:
    """Of the organisation's own, and of the provider's Identity Center."""
    listed = [{"Arn": f"arn:aws:iam::123456789012:saml-provider/{name}"} for name in names]

    config = only(iam_account, whole(**{"iam:ListSAMLProviders": {"SAMLProviderList": listed}})).config

    assert isinstance(config, iam_account.AccountConfig)
    assert config.identity_providers == expected


def test_denied_directories_are_unknown_and_nothing_else_is() -> None:
    """Only they are lost."""
    found, before = only(iam_account, whole(), denied=("iam:ListSAMLProviders",)), only(iam_account, whole())

    assert isinstance(found.config, iam_account.AccountConfig)
    assert isinstance(before.config, iam_account.AccountConfig)
    assert found.config.identity_providers == Unknown("access denied: iam:ListSAMLProviders")
    assert found.authentication == before.authentication
    assert found.config.support_role == before.config.support_role
