"""AWS Backup recovery points: the copies themselves. Calls `backup:ListBackupVaults`,
`backup:ListRecoveryPointsByBackupVault`, `kms:DescribeKey`.

They are live only: code makes plans and vaults, never copies.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.answers import live, moment
from phiward.collectors.types.aws.backup_rules import kept
from phiward.collectors.types.aws.backup_tags import tags_of_arn
from phiward.collectors.types.aws.kms_keys import KeyOwner, owner_of, under_kms
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class RecoveryPointConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a recovery point has."""

    of: Maybe[str | None]
    """What it is a copy of, as AWS Backup names the kind: `RDS`, `EBS`, `EFS`."""
    status: Maybe[str]
    """`COMPLETED`, `PARTIAL`, `EXPIRED`, ..."""
    created: Maybe[str | None]
    """When it was made (a time)."""
    retention_days: Maybe[int | None]
    """Days after its making that it is deleted. None: never."""


TYPE = ResourceType(
    name="aws.backup.recovery_point",
    title="AWS Backup recovery point",
    aspects=(EncryptionAtRest,),
    config=RecoveryPointConfig,
    relations={
        "source": "what it is a copy of",
        "vault": Relation("the vault that keeps it", ("aws.backup.vault",)),
        "encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",)),
    },
    stores_data=True,
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every recovery point of every vault of the region."""
    for vault in aws.pages("backup", "list_backup_vaults", "BackupVaultList"):
        yield from aws.pages(
            "backup",
            "list_recovery_points_by_backup_vault",
            "RecoveryPoints",
            BackupVaultName=vault["BackupVaultName"],
        )


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one recovery point, with whose key encrypts it."""
    key = item.get("EncryptionKeyArn")
    owner: Maybe[KeyOwner] = "provider"
    if key and item.get("EncryptionKeyType") != "AWS_OWNED_KMS_KEY":
        owner = owner_of(aws, key)
    tags = tags_of_arn(aws, item["RecoveryPointArn"])
    source, vault = item.get("ResourceArn"), item.get("BackupVaultArn")
    return live(
        aws,
        TYPE,
        item["RecoveryPointArn"],
        name=item.get("ResourceName") or item["RecoveryPointArn"].rpartition(":")[2],
        tags=tags,
        encryption_at_rest=under_kms(
            item.get("IsEncrypted", Unknown("AWS Backup does not say whether it is encrypted")), owner, key
        ),
        config=RecoveryPointConfig(
            of=item.get("ResourceType"),
            status=item["Status"],
            created=moment(item.get("CreationDate")),
            retention_days=kept(item.get("Lifecycle")),
        ),
        relations={
            "source": (source,) if source else (),
            "vault": (vault,) if vault else (),
            "encrypts_with": (key,) if key else (),
        },
    )
