"""Backup vaults: the live and the Terraform form agree; who may end a copy before its time."""

import json
from typing import Any

import pytest
from fakes import Code, FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import backup_vault
from phiward.collectors.types.aws.backup_vault import VaultConfig
from phiward.inventory.aspects import EncryptionAtRest, Integrity
from phiward.inventory.model import Resource, Unknown

KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0f"
VAULT: dict[str, Any] = {
    "BackupVaultName": "ephi",
    "BackupVaultArn": "arn:aws:backup:us-east-1:123456789012:backup-vault:ephi",
    "EncryptionKeyArn": KEY,
    "Locked": True,
    "MinRetentionDays": 35,
    "MaxRetentionDays": 400,
}
BARE: dict[str, Any] = {**VAULT, "Locked": False, "EncryptionKeyArn": "arn:aws:kms:us-east-1:1:alias/aws/backup"}
del BARE["MinRetentionDays"], BARE["MaxRetentionDays"]
BY_HAND = ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle", "backup:PutBackupVaultAccessPolicy"]


def policy(actions: Any = BY_HAND, **given: Any) -> str:
    """Return a policy that denies everybody some actions."""
    statement = {"Effect": "Deny", "Principal": "*", "Action": actions, "Resource": "*", **given}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def live(vault: dict[str, Any] = VAULT, document: str | None = None, **given: Any) -> Resource:
    """Return a live vault, with its policy."""
    answers: dict[str, Any] = {
        "backup:GetBackupVaultAccessPolicy": {"Policy": document} if document else Code("ResourceNotFoundException"),
        "backup:ListTags": {"Tags": {}},
        "kms:DescribeKey": {"KeyMetadata": {"KeyManager": "CUSTOMER"}},
    }
    return backup_vault.resource(FakeAws(answers, **given), vault)


def code(document: Any = None, lock: dict[str, Any] | None = None, **arguments: Any) -> Resource:
    """Return a vault in Terraform, with its policy and its lock."""
    block = FakeBlock("aws_backup_vault.ephi", **{"name": "ephi", **arguments})
    parts: dict[str, Any] = {}
    if document is not None:
        parts["aws_backup_vault_policy"] = [FakeBlock("aws_backup_vault_policy.p", policy=document)]
    if lock is not None:
        parts["aws_backup_vault_lock_configuration"] = [FakeBlock("aws_backup_vault_lock_configuration.l", **lock)]
    return backup_vault.from_terraform(block, parts, FakeSource([block, FakeBlock("aws_kms_key.ephi")]))


def config(of: Resource) -> VaultConfig:
    """Return what only a vault has."""
    assert isinstance(of.config, VaultConfig)
    return of.config


def test_both_forms_of_a_good_vault_agree() -> None:
    """Under the organisation's own key, locked, and its policy denies deletion by hand."""
    written = code(
        policy(),
        {"min_retention_days": 35, "max_retention_days": 400},
        kms_key_arn=Ref("aws_kms_key.ephi.arn"),
    )
    found = live(document=policy())

    assert (written.config, written.integrity, written.exposure) == (found.config, found.integrity, found.exposure)
    assert config(found).manual_deletion_denied is True
    assert found.integrity == Integrity(immutable=True)
    assert found.encryption_at_rest == EncryptionAtRest(
        enabled=True, algorithm="aws:kms", key_owner="customer", key=KEY
    )
    assert isinstance(written.encryption_at_rest, EncryptionAtRest)
    assert written.encryption_at_rest.key_owner == "customer"


def test_both_forms_of_a_careless_vault_agree() -> None:
    """No lock, no policy, AWS's managed key."""
    written, found = code(), live(BARE)

    assert (written.config, written.integrity, written.exposure) == (found.config, found.integrity, found.exposure)
    assert found.config == VaultConfig(
        policy=None,
        manual_deletion_denied=False,
        minimum_retention_days=None,
        maximum_retention_days=None,
        lock_final=None,
    )
    for each in (written, found):
        assert isinstance(each.encryption_at_rest, EncryptionAtRest)
        assert each.encryption_at_rest.key_owner == "managed"


@pytest.mark.parametrize(
    ("document", "denied"),
    [
        (policy("backup:*"), True),
        (policy("*"), True),
        (policy(Principal={"AWS": "*"}), True),
        (policy(BY_HAND[:2]), False),
        (policy(Condition={"StringNotEquals": {"aws:PrincipalTag/role": "breaker"}}), False),
        (policy(Principal={"AWS": "arn:aws:iam::123456789012:root"}), False),
        (policy(Effect="Allow", Principal={"AWS": "arn:aws:iam::123456789012:root"}), False),
        (policy(Resource="arn:aws:ec2:*::snapshot/*"), False),
    ],
)
def test_what_denies_deletion_by_hand(document: str, denied: bool) -> None:
    """Wildcards do; a Deny that spares somebody, or forgets the policy itself, does not."""
    assert config(live(document=document)).manual_deletion_denied is denied
    assert config(code(document)).manual_deletion_denied is denied


def test_a_policy_that_is_not_known() -> None:
    """In code, a policy made elsewhere."""
    unseen = Unknown("var.policy has no value", ("var.policy",))

    assert config(code(unseen)).manual_deletion_denied == unseen


def test_a_lock_that_becomes_final() -> None:
    """Its date is counted from its making: code cannot tell it."""
    moment = {**VAULT, "LockDate": "2026-02-01T00:00:00+00:00"}

    assert config(live(moment)).lock_final == "2026-02-01T00:00:00Z"
    assert isinstance(config(code(lock={"changeable_for_days": 3})).lock_final, Unknown)


def test_an_air_gapped_vault_is_locked_by_its_nature() -> None:
    """Its copies cannot be deleted before their time."""
    block = FakeBlock(
        "aws_backup_logically_air_gapped_vault.a", name="a", min_retention_days=35, max_retention_days=400
    )

    found = backup_vault.air_gapped_from_terraform(block, {}, FakeSource([block]))

    assert found.integrity == Integrity(immutable=True)
    assert config(found).minimum_retention_days == 35
    assert isinstance(found.encryption_at_rest, EncryptionAtRest)
    assert found.encryption_at_rest.key_owner == "provider"


def test_a_vault_under_a_key_that_aws_owns() -> None:
    """It is no key of the account: there is nothing to describe."""
    aws_owned = {**VAULT, "EncryptionKeyType": "AWS_OWNED_KMS_KEY"}

    found = live(aws_owned, denied={"kms:DescribeKey"})

    assert isinstance(found.encryption_at_rest, EncryptionAtRest)
    assert found.encryption_at_rest.key_owner == "provider"


@pytest.mark.parametrize(
    ("denied", "changed"),
    [
        ("backup:GetBackupVaultAccessPolicy", {"exposure", "config"}),
        ("kms:DescribeKey", {"encryption_at_rest"}),
        ("backup:ListTags", {"tags"}),
    ],
)
def test_a_denied_call_makes_its_own_facts_unknown(denied: str, changed: set[str]) -> None:
    """With the action to grant."""
    whole, without = live(), live(denied={denied})
    names = ("encryption_at_rest", "exposure", "integrity", "config", "tags", "relations")

    assert {name for name in names if getattr(whole, name) != getattr(without, name)} == changed
    assert f"access denied: {denied}" in str(without)


def test_a_denied_listing_is_raised() -> None:
    """No vault is not the same as no right to see vaults."""
    with pytest.raises(Denied):
        list(backup_vault.items(FakeAws({}, denied={"backup:ListBackupVaults"})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """Whether it is locked is in the listing."""
    aws = FakeAws({}, need={"integrity"})

    backup_vault.resource(aws, VAULT)

    assert aws.calls == []
