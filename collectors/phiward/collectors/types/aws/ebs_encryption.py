"""How EBS volumes and snapshots are encrypted, live and in Terraform.

EBS always encrypts with a KMS key. Where none is named it is the region's default: the key that
`aws_ebs_default_kms_key` sets, else the account's `alias/aws/ebs`.
"""

from collections.abc import Sequence
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.arguments import flag
from phiward.collectors.types.aws.kms_keys import KeyOwner, named_key, owner_of, under_kms
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.model import Maybe, Unknown

_UNNAMED = Unknown("the region's default key, whose id is known after apply")


def live_encryption(aws: Aws, stored: dict[str, Any]) -> EncryptionAtRest:
    """Return the encryption of an entry of `DescribeVolumes` or `DescribeSnapshots`."""
    key = stored.get("KmsKeyId")
    if not stored["Encrypted"]:
        return under_kms(enabled=False, owner=None, key=None)
    owner = owner_of(aws, key) if key else Unknown("EC2 names no key")
    return under_kms(enabled=True, owner=owner, key=key or Unknown("EC2 names no key"))


def live_device(aws: Aws, ebs: dict[str, Any] | None) -> EncryptionAtRest:
    """Return the encryption of a volume that will be made: an `Ebs` of a template, None for those of the image alone.

    While the region's default is on, all that is made is encrypted. Else a device that says nothing is encrypted as its
    snapshot is, or its image; one made of neither is not.
    """
    device = ebs or {}
    key = device.get("KmsKeyId")
    enabled: Maybe[bool] = device.get("Encrypted", False)
    if not enabled:
        answer = aws.ask("ec2", "get_ebs_encryption_by_default", fills=("encryption_at_rest",))
        default = answer if isinstance(answer, Unknown) else bool((answer or {}).get("EbsEncryptionByDefault"))
        enabled = default
        if default is False and (ebs is None or device.get("SnapshotId")):
            enabled = Unknown("encrypted as the image or snapshot that it is made from")
    if enabled is not True:
        return under_kms(enabled, None, None)
    return under_kms(enabled=True, owner=owner_of(aws, key) if key else _UNNAMED, key=key or _UNNAMED)


def terraform_encryption(block: Block, source: Source) -> EncryptionAtRest:
    """Return the encryption of a block with `encrypted` and `kms_key_id`: a volume, or a device of an instance."""
    enabled = flag(block, "encrypted", None)
    if enabled is None or enabled is False:
        # EC2 encrypts whatever is made while the region's default is on, also where `encrypted` says false.
        enabled = by_default(source)
    return under_kms(enabled, *_key(block, source))


def unstated(source: Source) -> EncryptionAtRest:
    """Return the encryption of a volume of which the code says nothing: the region's default."""
    return under_kms(by_default(source), *default_key(source))


def by_default(source: Source) -> Maybe[bool]:
    """Say whether the code switches encryption by default on for the region."""
    settings = source.blocks("aws_ebs_encryption_by_default")
    return flag(settings[0], "enabled", default=True) if settings else False


def default_key(source: Source) -> tuple[Maybe[KeyOwner | None], Maybe[str | None]]:
    """Return the key that the code makes the region's default."""
    for setting in source.blocks("aws_ebs_default_kms_key"):
        return named_key(setting, "key_arn", source, default=_UNNAMED)
    return "managed", _UNNAMED


def together(devices: Sequence[EncryptionAtRest], unseen: Sequence[Unknown]) -> EncryptionAtRest:
    """Return the encryption of something made of several volumes: encrypted if all are. `unseen` may be any number."""
    states = [device.enabled for device in devices]
    if any(state is False for state in states):
        return under_kms(enabled=False, owner=None, key=None)
    missing = [*unseen, *(state for state in states if isinstance(state, Unknown))]
    if missing:
        return under_kms(missing[0], None, None)
    if not devices:
        return under_kms(Unknown("it has no EBS volume"), None, None)
    return under_kms(
        enabled=True,
        owner=_shared([device.key_owner for device in devices], "its volumes' keys have different owners"),
        key=_shared([device.key for device in devices], "its volumes use different keys"),
    )


def key_relation(encryption: EncryptionAtRest) -> Maybe[tuple[str, ...]]:
    """Return the relation to the key: nothing where there is none."""
    if isinstance(encryption.key, Unknown):
        return encryption.key
    return (encryption.key,) if encryption.key else ()


def _key(block: Block, source: Source) -> tuple[Maybe[KeyOwner | None], Maybe[str | None]]:
    if block.get("kms_key_id") is None:
        return default_key(source)
    return named_key(block, "kms_key_id", source)


def _shared(values: Sequence[Any], otherwise: str) -> Any:
    return values[0] if all(value == values[0] for value in values) else Unknown(otherwise)
