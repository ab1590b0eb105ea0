"""EBS snapshots that the account owns.

Calls `ec2:DescribeSnapshots`, `ec2:DescribeSnapshotAttribute`, `kms:DescribeKey`.

Which accounts a snapshot is shared with is asked one by one. Where only the public ones are asked about, the listing of
those that all may restore names them, and each of these alone is asked to confirm it; an encrypted one cannot be public
(`ModifySnapshotAttribute`).
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import ebs_encryption
from phiward.collectors.types.aws.answers import NOT_NEEDED, arn, listed, live, moment, tags_of
from phiward.collectors.types.aws.arguments import text
from phiward.collectors.types.aws.kms_keys import under_kms
from phiward.inventory.aspects import EncryptionAtRest, Exposure
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class SnapshotConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only an EBS snapshot has."""

    created: Maybe[str | None]
    """When it was begun (a time)."""
    state: Maybe[str | None]
    """`completed`, `pending`, `error`, `recoverable`, `recovering`."""


TYPE = ResourceType(
    name="aws.ec2.snapshot",
    title="EBS snapshot",
    aspects=(EncryptionAtRest, Exposure),
    config=SnapshotConfig,
    relations={
        "volume": Relation("the volume it was made from", ("aws.ec2.volume",)),
        "encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",)),
    },
    stores_data=True,
)
_PUBLIC = ("exposure.public", "exposure.ways")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every snapshot of the region that the account owns."""
    yield from aws.pages("ec2", "describe_snapshots", "Snapshots", OwnerIds=["self"])


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one snapshot, with who may restore it."""
    private = None if aws.needs("exposure.shared_with") else _is_private(aws, item)
    if private is True:
        exposure: Maybe[Exposure] = Exposure(public=False, shared_with=Unknown(NOT_NEEDED))
    elif isinstance(private, Unknown):
        exposure = private
    else:
        sharing = aws.ask(
            "ec2",
            "describe_snapshot_attribute",
            fills=("exposure",),
            SnapshotId=item["SnapshotId"],
            Attribute="createVolumePermission",
        )
        exposure = _exposure(sharing)
    return normalize(aws, item, exposure, ebs_encryption.live_encryption(aws, item))


def _is_private(aws: Aws, item: dict[str, Any]) -> Maybe[bool]:
    """Say whether a snapshot is encrypted, or not among those that all may restore."""
    if item["Encrypted"]:
        return True
    public = listed(
        aws, "ec2", "describe_snapshots", "Snapshots", fills=_PUBLIC, OwnerIds=["self"], RestorableByUserIds=["all"]
    )
    if isinstance(public, Unknown):
        return public
    return all(each["SnapshotId"] != item["SnapshotId"] for each in public)


def normalize(aws: Aws, snapshot: dict[str, Any], exposure: Maybe[Exposure], encryption: EncryptionAtRest) -> Resource:
    """Turn one entry of `DescribeSnapshots` into a resource."""
    tags = tags_of(snapshot.get("Tags", ()))
    volume = snapshot.get("VolumeId")
    return live(
        aws,
        TYPE,
        arn(aws, "ec2", f"snapshot/{snapshot['SnapshotId']}"),
        name=tags.get("Name") or snapshot["SnapshotId"],
        tags=tags,
        encryption_at_rest=encryption,
        exposure=exposure,
        config=SnapshotConfig(created=moment(snapshot.get("StartTime")), state=snapshot.get("State")),
        relations={
            "volume": (arn(aws, "ec2", f"volume/{volume}"),) if volume else (),
            "encrypts_with": ebs_encryption.key_relation(encryption),
        },
    )


def _exposure(sharing: Maybe[dict[str, Any] | None]) -> Maybe[Exposure]:
    if isinstance(sharing, Unknown):
        return sharing
    permissions = (sharing or {}).get("CreateVolumePermissions", ())
    public = any(permission.get("Group") == "all" for permission in permissions)
    accounts = {str(permission["UserId"]) for permission in permissions if permission.get("UserId")}
    return Exposure(public=public, ways=("shared-snapshot",) if public else (), shared_with=tuple(sorted(accounts)))


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the snapshot of an `aws_ebs_snapshot` block: it is encrypted as its volume is, and never public by code."""
    encryption, volume = _of_volume(block, source)
    return _built(block, parts, source, encryption=encryption, volume=volume)


def from_terraform_copy(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the copy of an `aws_ebs_snapshot_copy` block. Unless it sets `encrypted` it is as its original is."""
    encryption = ebs_encryption.terraform_encryption(block, source)
    if block.get("encrypted") is None and encryption.enabled is False:
        encryption = under_kms(Unknown("as the snapshot it copies"), None, None)
    return _built(block, parts, source, encryption=encryption, volume=())


def _of_volume(block: Block, source: Source) -> tuple[EncryptionAtRest, Maybe[tuple[str, ...]]]:
    owners = source.owners("aws_ebs_volume", block, "volume_id")
    if isinstance(owners, Unknown):
        return under_kms(owners, None, None), owners
    found = source.find(owners[0]) if owners else None
    if found is None:
        unseen = Unknown(f"its volume {block.get('volume_id')} is not in the code")
        return under_kms(unseen, None, None), unseen
    return ebs_encryption.terraform_encryption(found, source), (source.id(found.address),)


def _built(
    block: Block, parts: Parts, source: Source, *, encryption: EncryptionAtRest, volume: Maybe[tuple[str, ...]]
) -> Resource:
    accounts: set[str] = set()
    unseen: Unknown | None = None
    for part in parts.get("aws_snapshot_create_volume_permission", ()):
        account = part if isinstance(part, Unknown) else text(part, "account_id", Unknown("account_id is not set"))
        if isinstance(account, Unknown):
            unseen = account
        else:
            accounts.add(account)
    public = "all" in accounts
    return source.resource(
        block,
        TYPE,
        parts=parts,
        encryption_at_rest=encryption,
        exposure=Exposure(
            public=True if public else unseen or False,
            ways=("shared-snapshot",) if public else unseen or (),
            shared_with=unseen or tuple(sorted(accounts - {"all"})),
        ),
        config=SnapshotConfig(created=Unknown("known after apply"), state=Unknown("known after apply")),
        relations={"volume": volume, "encrypts_with": ebs_encryption.key_relation(encryption)},
        lines={"encryption_at_rest": block.lines("encrypted" if block.get("encrypted") is not None else "volume_id")},
    )


_PARTS = {"aws_snapshot_create_volume_permission": "snapshot_id"}

TERRAFORM = (
    Form(main="aws_ebs_snapshot", build=from_terraform, parts=_PARTS),
    Form(main="aws_ebs_snapshot_copy", build=from_terraform_copy, parts=_PARTS),
)
