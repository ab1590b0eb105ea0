"""Keys of Nitro Enclaves: who gets around their attestation, live and in Terraform."""

import json
from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource

from phiward.collectors.types.aws import kms_key
from phiward.collectors.types.aws.kms_enclaves import EnclaveUse
from phiward.inventory.model import Maybe, Unknown

ARN = "arn:aws:kms:us-east-1:123456789012:key/k"
ROOT = {"AWS": "arn:aws:iam::123456789012:root"}
IMAGE = "AB" * 48
ATTESTED = {
    "Sid": "Enclave",
    "Effect": "Allow",
    "Principal": {"AWS": "arn:aws:iam::123456789012:role/enclave"},
    "Action": "kms:Decrypt",
    "Resource": "*",
    "Condition": {"StringEqualsIgnoreCase": {"kms:RecipientAttestation:ImageSha384": IMAGE}},
}
MANAGES = {"Effect": "Allow", "Principal": ROOT, "Action": ["kms:Describe*", "kms:Put*"], "Resource": "*"}
EVERYTHING = {"Effect": "Allow", "Principal": ROOT, "Action": "kms:*", "Resource": "*"}
DENY: dict[str, Any] = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": ["kms:Decrypt", "kms:GenerateDataKey*", "kms:GenerateRandom", "kms:DeriveSharedSecret"],
    "Resource": "*",
    "Condition": {"Null": {"kms:RecipientAttestation:ImageSha384": "true"}},
}
GRANT = {"GrantId": "g1", "Operations": ["Decrypt", "DescribeKey"]}


def answers(*statements: dict[str, Any], grants: tuple[Any, ...] = (), tag: str = "", **key: Any) -> dict[str, Any]:
    """Return the recorded answers of one key."""
    return {
        "kms:DescribeKey": {
            "KeyMetadata": {"KeyId": "k", "Arn": ARN, "KeyManager": "CUSTOMER", "KeyState": "Enabled", **key}
        },
        "kms:GetKeyRotationStatus": {"KeyRotationEnabled": True},
        "kms:GetKeyPolicy": {"Policy": json.dumps({"Version": "2012-10-17", "Statement": statements})},
        "kms:ListAliases": {"Aliases": []},
        "kms:ListKeys": {"Keys": [{"KeyId": "k", "KeyArn": ARN}]},
        "tag:GetResources": {"ResourceTagMappingList": [{"ResourceARN": ARN, "Tags": [{"Key": "use", "Value": tag}]}]},
        "kms:ListGrants": {"Grants": list(grants)},
    }


def enclave(given: dict[str, Any], **more: Any) -> Maybe[EnclaveUse | None]:
    """Return how the key is bound to enclaves."""
    aws = FakeAws(given, **more)
    found = kms_key.resource(aws, next(kms_key.items(aws))).config
    assert isinstance(found, kms_key.KeyConfig)
    return found.enclave


def use(given: dict[str, Any], **more: Any) -> EnclaveUse:
    """Return the use of a key that is an enclave's."""
    found = enclave(given, **more)
    assert isinstance(found, EnclaveUse)
    return found


def test_a_good_key_has_no_other_way() -> None:
    """Its one sensitive statement demands a measurement."""
    assert use(answers(MANAGES, ATTESTED)) == EnclaveUse(unattested=(), bypasses=(), measurements=(IMAGE.lower(),))


def test_a_key_of_no_enclave_is_not_asked() -> None:
    """Neither its grants."""
    aws = FakeAws(answers(EVERYTHING))

    found = kms_key.resource(aws, next(kms_key.items(aws))).config

    assert isinstance(found, kms_key.KeyConfig)
    assert found.enclave is None
    assert "kms:ListGrants" not in {call for call, _ in aws.calls}


@pytest.mark.parametrize("told", [{"tag": "nitro-enclave"}, {"Description": "Key of the Enclave"}])
def test_words_make_a_key_an_enclaves(told: dict[str, Any]) -> None:
    """A tag or description, whatever its policy says."""
    assert use(answers(EVERYTHING, **told)).unattested == ("statement 1",)


def test_a_statement_for_administrators_is_a_way_around_unless_denied() -> None:
    """`kms:*` decrypts; the Deny takes it back from everybody who shows no attestation."""
    open_, closed = use(answers(EVERYTHING, ATTESTED)), use(answers(EVERYTHING, ATTESTED, DENY))

    assert (open_.unattested, open_.bypasses) == (("statement 1",), ("statement 1",))
    assert (closed.unattested, closed.bypasses) == (("statement 1",), ())


@pytest.mark.parametrize(
    "weak",
    [
        {**DENY, "Action": "kms:GenerateDataKey*"},
        {**DENY, "Principal": ROOT},
        {**DENY, "Condition": {"StringEquals": {"kms:RecipientAttestation:ImageSha384": "cd" * 48}}},
        {**DENY, "Condition": {"Null": {"kms:RecipientAttestation:ImageSha384": "false"}}},
        {**DENY, "Condition": {**DENY["Condition"], "StringEquals": {"aws:PrincipalTag/a": "b"}}},
    ],
)
def test_a_deny_that_leaves_something_open_closes_nothing(weak: dict[str, Any]) -> None:
    """Other actions, only some principals, only with attestation, or only sometimes."""
    assert use(answers(EVERYTHING, ATTESTED, weak)).bypasses == ("statement 1",)


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEqualsIfExists": {"kms:RecipientAttestation:ImageSha384": IMAGE}},
        {"StringLike": {"kms:RecipientAttestation:ImageSha384": "*"}},
        {"StringNotEquals": {"kms:RecipientAttestation:ImageSha384": IMAGE}},
        {"StringEquals": {"aws:PrincipalAccount": "123456789012"}},
    ],
)
def test_a_condition_that_demands_no_measurement_is_none(condition: dict[str, Any]) -> None:
    """Each holds without attestation, or with any."""
    assert use(answers({**ATTESTED, "Condition": condition}, tag="enclave")).unattested == ("Enclave",)


def test_a_grant_is_a_way_around() -> None:
    """It cannot demand attestation; the Deny of the policy holds for it as well."""
    assert use(answers(ATTESTED, grants=(GRANT,))).bypasses == ("grant g1",)
    assert use(answers(ATTESTED, DENY, grants=(GRANT,))).bypasses == ()
    assert use(answers(ATTESTED, grants=({**GRANT, "Operations": ["DescribeKey"]},))).bypasses == ()


def test_denied_grants_leave_open_what_gets_around() -> None:
    """The policy is told all the same."""
    found = use(answers(ATTESTED), denied={"kms:ListGrants"})

    assert found.bypasses == Unknown("access denied: kms:ListGrants")
    assert (found.unattested, found.measurements) == ((), (IMAGE.lower(),))


def test_a_denied_policy_leaves_open_whether_it_is_an_enclaves() -> None:
    """Tags that speak of none do not say that the policy does not."""
    assert enclave(answers(ATTESTED), denied={"kms:GetKeyPolicy"}) == Unknown("access denied: kms:GetKeyPolicy")


def test_a_disabled_key_opens_nothing() -> None:
    """It is not asked."""
    assert enclave(answers(EVERYTHING, tag="enclave", KeyState="Disabled")) is None


def test_both_forms_agree() -> None:
    """With its policy and its grant in code."""
    policy = json.dumps({"Version": "2012-10-17", "Statement": [EVERYTHING, ATTESTED]})
    block = FakeBlock("aws_kms_key.k", policy=policy)
    grant = FakeBlock("aws_kms_grant.g", name="g", operations=["Decrypt"])

    found = kms_key.from_terraform(block, {"aws_kms_grant": [grant]}, FakeSource([block])).config

    assert isinstance(found, kms_key.KeyConfig)
    assert found.enclave == EnclaveUse(
        unattested=("statement 1",),
        bypasses=("statement 1", "grant aws_kms_grant.g"),
        measurements=(IMAGE.lower(),),
    )


def test_the_policy_that_aws_writes_demands_nothing() -> None:
    """A key of an enclave, in code, without a policy."""
    block = FakeBlock("aws_kms_key.k", description="for the enclave")

    found = kms_key.from_terraform(block, {}, FakeSource([block])).config

    assert isinstance(found, kms_key.KeyConfig)
    assert isinstance(found.enclave, EnclaveUse)
    assert found.enclave.bypasses == ("Default key policy",)
