"""Secrets, live and in Terraform."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import secretsmanager_secret
from phiward.collectors.types.aws.secretsmanager_secret import SecretConfig
from phiward.inventory.aspects import EncryptionAtRest, Exposure
from phiward.inventory.model import Resource, Unknown

ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:records-AbCdEf"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
GOOD = {
    "ARN": ARN,
    "Name": "records",
    "KmsKeyId": KEY,
    "RotationEnabled": True,
    "RotationRules": {"AutomaticallyAfterDays": 30},
    "LastRotatedDate": datetime(2025, 12, 20, 9, 30, tzinfo=UTC),
    "LastChangedDate": datetime(2025, 12, 20, 9, 30, tzinfo=UTC),
    "LastAccessedDate": datetime(2026, 1, 1, tzinfo=UTC),
    "CreatedDate": datetime(2024, 1, 1, tzinfo=UTC),
    "Tags": [{"Key": "team", "Value": "records"}],
}
BAD = {"ARN": ARN, "Name": "records", "CreatedDate": datetime(2024, 1, 1, tzinfo=UTC)}
OPEN = {
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}]
}


def answers(secret: dict[str, Any], policy: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return the recorded answers of one secret."""
    written = {"ResourcePolicy": json.dumps(policy)} if policy else {}
    return {
        "secretsmanager:ListSecrets": {"SecretList": [secret]},
        "secretsmanager:GetResourcePolicy": {"ARN": ARN, "Name": "records", **written},
        "kms:DescribeKey": {"KeyMetadata": {"KeyId": "1", "KeyManager": "CUSTOMER"}},
    }


def read(aws: FakeAws) -> Resource:
    """Read the one secret."""
    return secretsmanager_secret.resource(aws, next(secretsmanager_secret.items(aws)))


def config(resource: Resource) -> SecretConfig:
    """Return what only secrets have."""
    assert isinstance(resource.config, SecretConfig)
    return resource.config


def code(parts: dict[str, Any] | None = None, **arguments: Any) -> Resource:
    """Build a secret from code."""
    block = FakeBlock("aws_secretsmanager_secret.records", name="records", **arguments)
    source = FakeSource([block, FakeBlock("aws_kms_key.records")], account="123456789012")
    return secretsmanager_secret.from_terraform(block, parts or {}, source)


def test_a_good_secret() -> None:
    """The listing tells all but who may read it."""
    secret = read(FakeAws(answers(GOOD)))

    assert secret.encryption_at_rest == EncryptionAtRest(
        enabled=True, algorithm="aws:kms", key_owner="customer", key=KEY
    )
    assert secret.exposure == Exposure(public=False)
    assert config(secret) == SecretConfig(
        rotation_enabled=True,
        rotation_days=30,
        rotation_due="2026-01-19T23:59:59Z",
        created="2024-01-01T00:00:00Z",
        last_changed="2025-12-20T09:30:00Z",
        last_accessed="2026-01-01T00:00:00Z",
    )
    assert secret.tags == {"team": "records"}


def test_a_bad_secret() -> None:
    """Under AWS's own key, for everybody, never changed or read."""
    secret = read(FakeAws(answers(BAD, OPEN)))

    assert secret.encryption_at_rest == EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner="managed")
    assert secret.exposure == Exposure(public=True, ways=("policy",))
    assert config(secret) == SecretConfig(rotation_enabled=False, created="2024-01-01T00:00:00Z")


def test_a_new_secret_counts_from_the_day_it_was_made() -> None:
    """It was not rotated yet, and need not have been."""
    new = {**GOOD, "LastRotatedDate": None, "CreatedDate": datetime(2026, 1, 1, tzinfo=UTC)}

    assert config(read(FakeAws(answers(new)))).rotation_due == "2026-01-31T23:59:59Z"


@pytest.mark.parametrize(
    ("following", "due"),
    [
        (datetime(2026, 2, 1, tzinfo=UTC), "2026-02-01T00:00:00Z"),
        (None, Unknown("Secrets Manager tells no day of the next rotation")),
    ],
)
def test_rotation_by_a_calendar(following: Any, due: Any) -> None:
    """Without a number of days, the next day that Secrets Manager plans; without that, unknown."""
    rules = {"RotationRules": {"ScheduleExpression": "cron(0 0 1 * ? *)"}, "NextRotationDate": following}

    found = config(read(FakeAws(answers({**GOOD, **rules}))))

    assert (found.rotation_days, found.rotation_due) == (None, due)


@pytest.mark.parametrize(("primary", "replica"), [("us-east-1", False), ("eu-west-1", True)])
def test_a_copy_of_another_region(primary: str, replica: bool) -> None:
    """The secret itself names its own region too."""
    assert config(read(FakeAws(answers({**GOOD, "PrimaryRegion": primary})))).replica is replica


@pytest.mark.parametrize("call", ["secretsmanager:GetResourcePolicy", "kms:DescribeKey"])
def test_a_denied_call_makes_exactly_its_own_facts_unknown(call: str) -> None:
    """Nothing else is lost."""
    secret = read(FakeAws(answers(GOOD), denied={call}))

    why = Unknown(f"access denied: {call}")
    assert isinstance(secret.encryption_at_rest, EncryptionAtRest)
    assert isinstance(secret.exposure, Exposure)
    assert (secret.exposure.public == why) is (call == "secretsmanager:GetResourcePolicy")
    assert (secret.encryption_at_rest.key_owner == why) is (call == "kms:DescribeKey")
    assert config(secret) == config(read(FakeAws(answers(GOOD))))


def test_a_denied_listing_is_a_gap() -> None:
    """No secret is not the same as none seen."""
    with pytest.raises(Denied):
        list(secretsmanager_secret.items(FakeAws(denied={"secretsmanager:ListSecrets"})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """The listing alone answers for rotation and age."""
    aws = FakeAws(answers(GOOD), need={"config.rotation_due", "config.last_changed"})

    read(aws)

    assert [call for call, _ in aws.calls] == ["secretsmanager:ListSecrets"]


def test_both_forms_agree() -> None:
    """Key, rotation and policy, each from its block."""
    rotation = FakeBlock(
        "aws_secretsmanager_secret_rotation.records", {"rotation_rules": [{"automatically_after_days": 30}]}
    )
    policy = FakeBlock("aws_secretsmanager_secret_policy.records", policy=json.dumps(OPEN))
    good = code({"aws_secretsmanager_secret_rotation": [rotation]}, kms_key_id=Ref("aws_kms_key.records.arn"))
    bad = code({"aws_secretsmanager_secret_policy": [policy]})

    for coded, live in ((good, read(FakeAws(answers(GOOD)))), (bad, read(FakeAws(answers(BAD, OPEN))))):
        assert coded.exposure == live.exposure
        assert isinstance(coded.encryption_at_rest, EncryptionAtRest)
        assert isinstance(live.encryption_at_rest, EncryptionAtRest)
        assert coded.encryption_at_rest.key_owner == live.encryption_at_rest.key_owner
        assert config(coded).rotation_enabled == config(live).rotation_enabled
        assert config(coded).rotation_days == config(live).rotation_days
        assert isinstance(config(coded).created, Unknown)
        assert isinstance(config(coded).last_accessed, Unknown)
    assert isinstance(config(good).rotation_due, Unknown)
    assert config(bad).rotation_due is None


def test_rotation_whose_secret_is_not_known() -> None:
    """It may be this one's."""
    later = Unknown("var.secret has no value")

    found = config(code({"aws_secretsmanager_secret_rotation": [later]}))

    assert (found.rotation_enabled, found.rotation_days, found.rotation_due) == (later, later, later)
