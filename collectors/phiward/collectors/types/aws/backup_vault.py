"""AWS Backup vaults. Calls `backup:ListBackupVaults`, `backup:GetBackupVaultAccessPolicy`, `backup:ListTags`,
`kms:DescribeKey`.

A vault without a key of the customer's is under the managed `aws/backup`, or under one that AWS owns.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import live, moment
from phiward.collectors.types.aws.arguments import number
from phiward.collectors.types.aws.backup_tags import tags_of_arn
from phiward.collectors.types.aws.kms_keys import KeyOwner, named_key, owner_of
from phiward.collectors.types.aws.policies import policy_argument
from phiward.collectors.types.aws.resource_policies import policy_exposure
from phiward.inventory.aspects import EncryptionAtRest, Exposure, Integrity
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.iam_questions import denies
from phiward.inventory.kleene import every
from phiward.inventory.model import Maybe, Resource, Unknown

BY_HAND = (
    "backup:DeleteRecoveryPoint",
    "backup:UpdateRecoveryPointLifecycle",
    "backup:PutBackupVaultAccessPolicy",
)
"""What ends a copy before its time: deleting it, shortening its life, and taking the policy away that forbids both."""

_LOCK = "aws_backup_vault_lock_configuration"
_POLICY = "aws_backup_vault_policy"
_AIR_GAPPED = "aws_backup_logically_air_gapped_vault"


class VaultConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a backup vault has."""

    policy: Maybe[PolicyDocument | None]
    """Its own policy."""
    manual_deletion_denied: Maybe[bool]
    """Its policy denies everybody to delete copies, to shorten their life, and to change the policy."""
    minimum_retention_days: Maybe[int | None]
    """Days that its lock makes every copy last. None: no lock says so."""
    maximum_retention_days: Maybe[int | None]
    """Days that its lock lets a copy last. None: no lock says so."""
    lock_final: Maybe[str | None]
    """From when nobody can take the lock away any more (a time). None: whoever has the right can."""


TYPE = ResourceType(
    name="aws.backup.vault",
    title="AWS Backup vault",
    aspects=(EncryptionAtRest, Exposure, Integrity),
    config=VaultConfig,
    relations={"encrypts_with": Relation("the KMS key its copies are encrypted with", ("aws.kms.key",))},
    stores_data=True,
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every vault of the region."""
    yield from aws.pages("backup", "list_backup_vaults", "BackupVaultList")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one vault, with its policy and whose key encrypts it."""
    answer = aws.ask(
        "backup",
        "get_backup_vault_access_policy",
        fills=("exposure", "config.policy", "config.manual_deletion_denied"),
        absent=("ResourceNotFoundException",),
        BackupVaultName=item["BackupVaultName"],
    )
    document: Maybe[PolicyDocument | None] = None
    if isinstance(answer, Unknown):
        document = answer
    elif answer and answer.get("Policy"):
        document = parse_policy(answer["Policy"])
    key = item.get("EncryptionKeyArn")
    owner: Maybe[KeyOwner] = "provider"
    if key and item.get("EncryptionKeyType") != "AWS_OWNED_KMS_KEY":
        owner = owner_of(aws, key)
    tags = tags_of_arn(aws, item["BackupVaultArn"])
    return live(
        aws,
        TYPE,
        item["BackupVaultArn"],
        name=item["BackupVaultName"],
        tags=tags,
        encryption_at_rest=EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner=owner, key=key),
        exposure=policy_exposure(document, aws.account),
        integrity=Integrity(immutable=bool(item.get("Locked", False))),
        config=VaultConfig(
            policy=document,
            manual_deletion_denied=_denied(document),
            minimum_retention_days=item.get("MinRetentionDays"),
            maximum_retention_days=item.get("MaxRetentionDays"),
            lock_final=moment(item.get("LockDate")),
        ),
        relations={"encrypts_with": (key,) if key else ()},
    )


def _denied(document: Maybe[PolicyDocument | None]) -> Maybe[bool]:
    """Say whether a policy denies, to everybody, every way of ending a copy before its time."""
    if document is None or isinstance(document, Unknown):
        return document or False
    return every(denies(document, action) for action in BY_HAND)


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the vault that an `aws_backup_vault` block makes, with its policy and its lock."""
    locks = parts.get(_LOCK, [])
    lock = next((each for each in locks if not isinstance(each, Unknown)), None)
    unseen = next((each for each in locks if isinstance(each, Unknown)), None)
    locked: Maybe[bool] = True if lock is not None else unseen or False
    final: Maybe[str | None] = unseen
    if lock is not None and lock.get("changeable_for_days") is not None:
        final = Unknown("the days that it can be changed are counted from its making")
    return _built(
        block,
        parts,
        source,
        immutable=locked,
        minimum=unseen if lock is None else number(lock, "min_retention_days", None),
        maximum=unseen if lock is None else number(lock, "max_retention_days", None),
        final=final,
        lock=lock,
    )


def air_gapped_from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the vault of an `aws_backup_logically_air_gapped_vault` block: it is locked by its nature."""
    return _built(
        block,
        parts,
        source,
        immutable=True,
        minimum=number(block, "min_retention_days", None),
        maximum=number(block, "max_retention_days", None),
        final=Unknown("known after apply"),
        lock=block,
    )


def _built(  # noqa: PLR0913 - a block, its surroundings, and what locks it
    block: Block,
    parts: Parts,
    source: Source,
    *,
    immutable: Maybe[bool],
    minimum: Maybe[int | None],
    maximum: Maybe[int | None],
    final: Maybe[str | None],
    lock: Block | None,
) -> Resource:
    document: Maybe[PolicyDocument | None] = None
    policies = parts.get(_POLICY, ())
    for part in policies:
        document = part if isinstance(part, Unknown) else policy_argument(part, "policy", source)
    argument = "encryption_key_arn" if block.type == _AIR_GAPPED else "kms_key_arn"
    owner, key = named_key(block, argument, source)
    if block.type == _AIR_GAPPED and block.get(argument) is None:
        owner = "provider"
    written = next((each for each in policies if not isinstance(each, Unknown)), None)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        encryption_at_rest=EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner=owner, key=key),
        exposure=policy_exposure(document, source.account),
        integrity=Integrity(immutable=immutable),
        config=VaultConfig(
            policy=document,
            manual_deletion_denied=_denied(document),
            minimum_retention_days=minimum,
            maximum_retention_days=maximum,
            lock_final=final,
        ),
        relations={"encrypts_with": key if isinstance(key, Unknown) else (key,) if key else ()},
        lines={
            "encryption_at_rest": block.lines(argument),
            **(dict.fromkeys(("exposure", "config.manual_deletion_denied"), written.where) if written else {}),
            **({"integrity": lock.where} if lock else {}),
        },
    )


TERRAFORM = (
    Form(
        main="aws_backup_vault",
        build=from_terraform,
        parts={_POLICY: "backup_vault_name", _LOCK: "backup_vault_name"},
        identified_by=("name", "id", "arn"),
    ),
    Form(
        main=_AIR_GAPPED,
        build=air_gapped_from_terraform,
        parts={_POLICY: "backup_vault_name"},
        identified_by=("name", "id", "arn"),
    ),
)
