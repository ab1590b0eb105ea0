"""KMS keys, live and in Terraform."""

import json
from typing import Any

import msgspec
import pytest
from fakes import Code, FakeAws
from fakes_terraform import FakeBlock, FakeSource

from phiward.collectors.types.aws import kms_key
from phiward.inventory.aspects import Exposure
from phiward.inventory.model import Resource, Unknown

ARN = "arn:aws:kms:us-east-1:123456789012:key/k"
ITEM = {"KeyId": "k", "KeyArn": ARN}
KEY = {
    "KeyId": "k",
    "Arn": ARN,
    "KeyManager": "CUSTOMER",
    "KeyState": "Enabled",
    "Origin": "AWS_KMS",
    "KeySpec": "SYMMETRIC_DEFAULT",
}
FILLS = {
    "kms:GetKeyRotationStatus": {"config.rotation_enabled", "config.rotation_days"},
    "kms:GetKeyPolicy": {"exposure.public", "exposure.ways", "exposure.shared_with", "config.policy", "config.enclave"},
    "kms:ListAliases": {"config.aliases", "config.enclave"},
    "tag:GetResources": {"tags", "config.enclave"},
}


def policy(principal: str) -> str:
    """Return a key policy that lets a principal do everything."""
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "kms:*", "Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def answers(key: dict[str, Any] | None = None, principal: str = "arn:aws:iam::123456789012:root") -> dict[str, Any]:
    """Return the recorded answers of one key."""
    return {
        "kms:ListKeys": {"Keys": [ITEM]},
        "kms:DescribeKey": {"KeyMetadata": {**KEY, **(key or {})}},
        "kms:GetKeyRotationStatus": {"KeyRotationEnabled": True, "RotationPeriodInDays": 90},
        "kms:GetKeyPolicy": {"Policy": policy(principal)},
        "kms:ListAliases": {"Aliases": [{"AliasName": "alias/ephi", "TargetKeyId": "k"}, {"AliasName": "alias/other"}]},
        "tag:GetResources": {
            "ResourceTagMappingList": [{"ResourceARN": ARN, "Tags": [{"Key": "data", "Value": "ephi"}]}]
        },
    }


def read(aws: FakeAws) -> Resource:
    """Read the one key."""
    return kms_key.resource(aws, next(kms_key.items(aws)))


def unknowns(resource: Resource) -> dict[str, str]:
    """Return the paths that are Unknown, with the reasons."""
    found = {}
    parts = {"exposure": resource.exposure, "config": resource.config}
    for name, struct in parts.items():
        assert isinstance(struct, msgspec.Struct)
        for field in struct.__struct_fields__:
            if isinstance(value := getattr(struct, field), Unknown):
                found[f"{name}.{field}"] = value.reason
    if isinstance(resource.tags, Unknown):
        found["tags"] = resource.tags.reason
    return found


def test_a_customers_key_is_told_in_full() -> None:
    """State, rotation, policy, aliases and tags of the organisation's own key."""
    key = read(FakeAws(answers()))

    config = key.config
    assert isinstance(config, kms_key.KeyConfig)
    assert (key.id, key.name, key.tags) == (ARN, "alias/ephi", {"data": "ephi"})
    assert (config.state, config.rotation_enabled, config.rotation_days) == ("enabled", True, 90)
    assert (config.pending_deletion, config.manager, config.aliases) == (False, "customer", ("alias/ephi",))
    assert key.exposure == Exposure(public=False)


def test_a_policy_for_everybody_makes_a_key_public() -> None:
    """Whoever has an AWS account may use it."""
    exposure = read(FakeAws(answers(principal="*"))).exposure

    assert exposure == Exposure(public=True, ways=("policy",))


def test_another_account_in_the_policy_is_named() -> None:
    """A key that another account may use is shared with it."""
    exposure = read(FakeAws(answers(principal="arn:aws:iam::999988887777:root"))).exposure

    assert exposure == Exposure(public=False, shared_with=("999988887777",))


def test_an_aws_managed_key_is_not_asked_for_what_nobody_can_change() -> None:
    """AWS's own key: rotation does not apply, and no policy is fetched."""
    aws = FakeAws(answers({"KeyManager": "AWS"}))

    config = read(aws).config

    assert isinstance(config, kms_key.KeyConfig)
    assert (config.manager, config.rotation_enabled, config.policy) == ("managed", None, None)
    assert [call for call, _ in aws.calls] == [
        "kms:ListKeys",
        "tag:GetResources",
        "kms:DescribeKey",
        "kms:ListAliases",
    ]


@pytest.mark.parametrize(
    "key", [{"Origin": "EXTERNAL"}, {"KeySpec": "RSA_2048"}, {"KeySpec": "HMAC_256"}, {"KeyState": "PendingDeletion"}]
)
def test_rotation_is_absent_where_it_cannot_be(key: dict[str, str]) -> None:
    """Keys that cannot rotate are not failed for it, nor asked."""
    aws = FakeAws(answers(key))

    config = read(aws).config

    assert isinstance(config, kms_key.KeyConfig)
    assert config.rotation_enabled is None
    assert "kms:GetKeyRotationStatus" not in dict(aws.calls)


def test_a_key_about_to_be_deleted_says_so() -> None:
    """Pending deletion is a state of its own."""
    config = read(FakeAws(answers({"KeyState": "PendingDeletion"}))).config

    assert isinstance(config, kms_key.KeyConfig)
    assert (config.state, config.pending_deletion) == ("pending_deletion", True)


@pytest.mark.parametrize("call", sorted(FILLS))
def test_a_denied_call_makes_exactly_its_own_paths_unknown(call: str) -> None:
    """Everything else is still told."""
    key = read(FakeAws(answers(), denied={call}))

    assert unknowns(key) == dict.fromkeys(FILLS[call], f"access denied: {call}")


def test_a_key_that_may_not_be_described_is_still_listed() -> None:
    """Without kms:DescribeKey the key is there, and all of it unknown."""
    key = read(FakeAws(answers(), denied={"kms:DescribeKey"}))

    reasons = unknowns(key)
    assert reasons.pop("config.aliases", None) is None
    assert set(reasons.values()) == {"access denied: kms:DescribeKey"}
    assert "config.pending_deletion" in reasons


def test_an_unsupported_rotation_is_absent() -> None:
    """The service's own word that a key cannot rotate."""
    config = read(FakeAws({**answers(), "kms:GetKeyRotationStatus": Code("UnsupportedOperationException")})).config

    assert isinstance(config, kms_key.KeyConfig)
    assert config.rotation_enabled is None


def test_only_what_is_needed_is_asked() -> None:
    """A control over pending deletion costs one call per key."""
    aws = FakeAws(answers(), need={"config.pending_deletion"})

    read(aws)

    assert [call for call, _ in aws.calls] == ["kms:ListKeys", "kms:DescribeKey"]


def test_both_forms_agree() -> None:
    """The same key in code and in an account has the same aspects."""
    live = read(FakeAws({**answers(), "kms:GetKeyRotationStatus": {"KeyRotationEnabled": True}}))
    alias = FakeBlock("aws_kms_alias.ephi", name="alias/ephi")
    block = FakeBlock("aws_kms_key.ephi", enable_key_rotation=True)

    coded = kms_key.from_terraform(block, {"aws_kms_alias": [alias]}, FakeSource([block, alias]))

    assert isinstance(live.config, kms_key.KeyConfig)
    assert coded.exposure == live.exposure
    assert coded.config == msgspec.structs.replace(live.config, policy=None)


def test_a_key_in_code_without_rotation_points_at_the_line() -> None:
    """The provider's default is off."""
    block = FakeBlock("aws_kms_key.ephi", description="ePHI", enable_key_rotation=False)

    key = kms_key.from_terraform(block, {}, FakeSource([block]))

    assert isinstance(key.config, kms_key.KeyConfig)
    assert key.config.rotation_enabled is False
    assert key.lines["config.rotation_enabled"].line == 3


def test_a_key_policy_that_may_belong_here_leaves_the_exposure_unknown() -> None:
    """A part without a known owner could open the key."""
    block = FakeBlock("aws_kms_key.ephi")

    key = kms_key.from_terraform(block, {"aws_kms_key_policy": [Unknown("var.key")]}, FakeSource([block]))

    assert isinstance(key.exposure, Exposure)
    assert key.exposure.public == Unknown("var.key")
