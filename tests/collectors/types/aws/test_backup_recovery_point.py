"""Recovery points: what is kept, encrypted how, and for how long."""

from typing import Any

import pytest
from fakes import FakeAws, asked

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import backup_recovery_point
from phiward.collectors.types.aws.backup_recovery_point import RecoveryPointConfig
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.model import Resource, Unknown

KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0f"
POINT: dict[str, Any] = {
    "RecoveryPointArn": "arn:aws:backup:us-east-1:123456789012:recovery-point:1",
    "BackupVaultName": "ephi",
    "BackupVaultArn": "arn:aws:backup:us-east-1:123456789012:backup-vault:ephi",
    "ResourceArn": "arn:aws:dynamodb:us-east-1:123456789012:table/records",
    "ResourceType": "DynamoDB",
    "Status": "COMPLETED",
    "CreationDate": "2026-01-01T05:00:00+00:00",
    "IsEncrypted": True,
    "EncryptionKeyArn": KEY,
    "Lifecycle": {"DeleteAfterDays": 35},
}
ANSWERS: dict[str, Any] = {
    "backup:ListBackupVaults": {"BackupVaultList": [{"BackupVaultName": "ephi"}, {"BackupVaultName": "Default"}]},
    asked("backup:ListRecoveryPointsByBackupVault", BackupVaultName="ephi"): {"RecoveryPoints": [POINT]},
    asked("backup:ListRecoveryPointsByBackupVault", BackupVaultName="Default"): {"RecoveryPoints": []},
    "backup:ListTags": {"Tags": {}},
    "kms:DescribeKey": {"KeyMetadata": {"KeyManager": "CUSTOMER"}},
}


def live(changes: dict[str, Any] | None = None, **given: Any) -> Resource:
    """Return a recovery point."""
    return backup_recovery_point.resource(FakeAws(ANSWERS, **given), {**POINT, **(changes or {})})


def test_every_vault_is_read() -> None:
    """One of them is empty."""
    assert list(backup_recovery_point.items(FakeAws(ANSWERS))) == [POINT]


def test_a_good_recovery_point() -> None:
    """Encrypted under the organisation's own key, deleted after 35 days."""
    found = live()

    assert found.encryption_at_rest == EncryptionAtRest(
        enabled=True, algorithm="aws:kms", key_owner="customer", key=KEY
    )
    assert found.config == RecoveryPointConfig(
        of="DynamoDB", status="COMPLETED", created="2026-01-01T05:00:00Z", retention_days=35
    )
    assert found.relations == {
        "source": (POINT["ResourceArn"],),
        "vault": (POINT["BackupVaultArn"],),
        "encrypts_with": (KEY,),
    }


def test_a_careless_recovery_point() -> None:
    """Not encrypted, as the volume it was made of; kept for ever."""
    found = live({"IsEncrypted": False, "EncryptionKeyArn": None, "Lifecycle": None})

    assert found.encryption_at_rest == EncryptionAtRest(enabled=False)
    assert isinstance(found.config, RecoveryPointConfig)
    assert found.config.retention_days is None


def test_nobody_says_whether_it_is_encrypted() -> None:
    """Then it is not known to be."""
    item = {key: value for key, value in POINT.items() if key != "IsEncrypted"}

    encryption = backup_recovery_point.resource(FakeAws(ANSWERS), item).encryption_at_rest

    assert isinstance(encryption, EncryptionAtRest)
    assert isinstance(encryption.enabled, Unknown)


@pytest.mark.parametrize(
    ("denied", "changed"), [("kms:DescribeKey", {"encryption_at_rest"}), ("backup:ListTags", {"tags"})]
)
def test_a_denied_call_makes_its_own_facts_unknown(denied: str, changed: set[str]) -> None:
    """With the action to grant."""
    whole, without = live(), live(denied={denied})

    names = ("encryption_at_rest", "config", "tags", "relations")
    assert {name for name in names if getattr(whole, name) != getattr(without, name)} == changed
    assert f"access denied: {denied}" in str(without)


@pytest.mark.parametrize("denied", ["backup:ListBackupVaults", "backup:ListRecoveryPointsByBackupVault"])
def test_a_denied_listing_is_raised(denied: str) -> None:
    """A vault that may not be looked into may hold anything."""
    with pytest.raises(Denied):
        list(backup_recovery_point.items(FakeAws(ANSWERS, denied={denied})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """The listing tells all but whose key it is, and the tags."""
    aws = FakeAws({}, need={"encryption_at_rest.enabled", "config"})

    backup_recovery_point.resource(aws, POINT)

    assert aws.calls == []
