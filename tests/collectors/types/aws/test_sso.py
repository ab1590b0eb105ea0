"""IAM Identity Center: its instance and the rights that its permission sets give."""

import json
from typing import Any

import pytest
from fakes import Code, FakeAws
from iam_answers import ADMIN, ALL, READ, READER, rights

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import sso_instance, sso_permission_set
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.model import Resource, Unknown

INSTANCE = "arn:aws:sso:::instance/ssoins-1234567890abcdef"
SET = "arn:aws:sso:::permissionSet/ssoins-1234567890abcdef/ps-1234567890abcdef"
KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0f"
OWN = {"InstanceArn": INSTANCE, "IdentityStoreId": "d-1234567890", "OwnerAccountId": "123456789012", "Status": "ACTIVE"}


def answers(*managed: str, inline: Any = None, **others: Any) -> dict[str, Any]:
    """Return the answers of an instance with one permission set."""
    policies = [{"Name": arn.rpartition("/")[2], "Arn": arn} for arn in managed]
    return {
        "sso:ListInstances": {"Instances": [OWN]},
        "sso:DescribeInstance": {"InstanceArn": INSTANCE, "PermissionSetsEnabled": True},
        "sso:ListPermissionSets": {"PermissionSets": [SET]},
        "sso:DescribePermissionSet": {"PermissionSet": {"Name": "nurse", "SessionDuration": "PT1H30M"}},
        "sso:ListManagedPoliciesInPermissionSet": {"AttachedManagedPolicies": policies},
        "sso:ListCustomerManagedPolicyReferencesInPermissionSet": {"CustomerManagedPolicyReferences": []},
        "sso:GetInlinePolicyForPermissionSet": {"InlinePolicy": json.dumps(inline) if inline else ""},
        "sso:GetPermissionsBoundaryForPermissionSet": Code("ResourceNotFoundException"),
        "sso:ListTagsForResource": {"Tags": [{"Key": "team", "Value": "wards"}]},
        **others,
    }


def read(module: Any, given: dict[str, Any], **how: Any) -> Resource:
    """Read the one thing of a type."""
    aws = FakeAws(given, **how)
    (item,) = module.items(aws)
    made: Resource = module.resource(aws, item)
    return made


def session(made: Resource) -> Any:
    """Return how long a session lasts."""
    assert isinstance(made.config, sso_permission_set.PermissionSetConfig)
    return made.config.session_minutes


def test_a_permission_set_has_a_name_a_session_and_an_instance() -> None:
    """And tags."""
    made = read(sso_permission_set, answers(READER))

    assert (made.id, made.name, made.tags) == (SET, "nurse", {"team": "wards"})
    assert session(made) == 90
    assert made.relations == {"instance": (INSTANCE,)}


@pytest.mark.parametrize(
    ("given", "administrator"),
    [
        (answers(), False),
        (answers(READER), False),
        (answers(ADMIN), True),
        (answers(inline=ALL), True),
        (answers(READER, inline=READ), False),
        (answers(ADMIN, **{"sso:GetPermissionsBoundaryForPermissionSet": {"PermissionsBoundary": {"ManagedPolicyArn": READER}}}), False),
    ],
)  # fmt: skip
def test_its_policies_say_who_may_do_everything(given: dict[str, Any], administrator: bool) -> None:
    """AWS's own, what is written into it, and the limit that is set on both."""
    assert rights(read(sso_permission_set, given)).administrator is administrator


def test_the_customers_own_policies_are_known_by_name_alone() -> None:
    """Each account has its own by that name."""
    names = {"CustomerManagedPolicyReferences": [{"Name": "wards", "Path": "/"}]}
    found = rights(
        read(sso_permission_set, answers(**{"sso:ListCustomerManagedPolicyReferencesInPermissionSet": names}))
    )

    assert isinstance(found.administrator, Unknown)
    assert isinstance(found.grants, tuple)
    assert [(grant.name, grant.kind) for grant in found.grants if not isinstance(grant, Unknown)] == [
        ("wards", "customer")
    ]


@pytest.mark.parametrize(
    "call",
    [
        "sso:ListManagedPoliciesInPermissionSet",
        "sso:ListCustomerManagedPolicyReferencesInPermissionSet",
        "sso:GetInlinePolicyForPermissionSet",
    ],
)
def test_a_denied_policy_call_makes_the_rights_unknown_and_nothing_else(call: str) -> None:
    """What was not seen may give everything."""
    made = read(sso_permission_set, answers(READER), denied={call})

    assert rights(made).administrator == Unknown(f"access denied: {call}")
    assert rights(made).grants == Unknown(f"access denied: {call}")
    assert session(made) == 90


def test_a_denied_boundary_leaves_what_is_no_administrator() -> None:
    """A limit gives nothing; of an administrator it may take something."""
    denied = {"sso:GetPermissionsBoundaryForPermissionSet"}

    assert rights(read(sso_permission_set, answers(READER), denied=denied)).administrator is False
    assert isinstance(rights(read(sso_permission_set, answers(ADMIN), denied=denied)).administrator, Unknown)


def test_a_denied_description_makes_the_session_unknown() -> None:
    """The rights are known all the same."""
    made = read(sso_permission_set, answers(ADMIN), denied={"sso:DescribePermissionSet"})

    assert session(made) == Unknown("access denied: sso:DescribePermissionSet")
    assert (made.name, rights(made).administrator) == ("ps-1234567890abcdef", True)


@pytest.mark.parametrize(
    ("text", "expected"), [("PT12H", 720), ("PT15M", 15), ("P1D", 1440), ("PT1H", 60), ("P", None), ("1H", None)]
)
def test_durations(text: str, expected: int | None) -> None:
    """As ISO 8601 writes them."""
    found = sso_permission_set.minutes(text)

    assert isinstance(found, Unknown) if expected is None else found == expected


@pytest.mark.parametrize("module", [sso_instance, sso_permission_set])
def test_no_instance_and_somebody_elses_are_none(module: Any) -> None:
    """The organization's instance is read in the account that it belongs to."""
    for instances in ([], [{**OWN, "OwnerAccountId": "999999999999"}]):
        assert list(module.items(FakeAws(answers(**{"sso:ListInstances": {"Instances": instances}})))) == []


def test_an_instance_for_applications_has_no_permission_sets() -> None:
    """It would refuse to list them."""
    given = answers(**{"sso:DescribeInstance": {"PermissionSetsEnabled": False}})
    aws = FakeAws(given, denied={"sso:ListPermissionSets"})

    assert list(sso_permission_set.items(aws)) == []


@pytest.mark.parametrize(
    ("module", "call"),
    [
        (sso_instance, "sso:ListInstances"),
        (sso_permission_set, "sso:ListInstances"),
        (sso_permission_set, "sso:ListPermissionSets"),
    ],
)
def test_a_denied_listing_is_raised(module: Any, call: str) -> None:
    """It becomes a gap of the run."""
    with pytest.raises(Denied):
        list(module.items(FakeAws(answers(), denied={call})))


def test_only_what_is_needed_is_asked() -> None:
    """How long a session lasts takes no policies."""
    aws = FakeAws(answers(), need={"config.session_minutes"})
    (item,) = sso_permission_set.items(aws)
    sso_permission_set.resource(aws, item)

    assert [call for call, _ in aws.calls] == [
        "sso:ListInstances",
        "sso:DescribeInstance",
        "sso:ListPermissionSets",
        "sso:DescribePermissionSet",
    ]


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({"KeyType": "AWS_OWNED_KMS_KEY"}, EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner="provider")),
        (
            {"KeyType": "CUSTOMER_MANAGED_KEY", "KmsKeyArn": KEY, "EncryptionStatus": "ENABLED"},
            EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner="customer", key=KEY),
        ),
    ],
)
def test_the_key_of_an_instance(chosen: dict[str, Any], expected: EncryptionAtRest) -> None:
    """AWS's own where none is chosen."""
    details = {"EncryptionConfigurationDetails": chosen, "PermissionSetsEnabled": True}

    made = read(sso_instance, answers(**{"sso:DescribeInstance": details}))

    assert made.encryption_at_rest == expected
    assert made.relations == {"encrypts_with": (expected.key,) if expected.key else ()}


def test_a_denied_description_of_an_instance() -> None:
    """Its directory is known from the listing."""
    made = read(sso_instance, answers(), denied={"sso:DescribeInstance"})

    unseen = Unknown("access denied: sso:DescribeInstance")
    assert made.config == sso_instance.InstanceConfig(identity_store="d-1234567890", permission_sets=unseen)
    assert made.encryption_at_rest == EncryptionAtRest(enabled=unseen, algorithm=unseen, key_owner=unseen, key=unseen)
