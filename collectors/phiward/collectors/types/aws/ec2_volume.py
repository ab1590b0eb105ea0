"""EBS volumes. Calls `ec2:DescribeVolumes`, `ec2:DescribeSnapshots`, `kms:DescribeKey`, and what `volume_copies` asks.

In Terraform a volume that does not set `encrypted` is encrypted where the same code switches on encryption by default
for the region (`aws_ebs_encryption_by_default`), and not otherwise: a setting of the account that the code does not
make is nothing the code can promise. The volumes that an instance brings with it (`root_block_device`,
`ebs_block_device`, the devices of its launch template, a root volume that nobody speaks of) are volumes like any other.
"""

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source, Within
from phiward.collectors.types.aws import backup_coverage, ebs_encryption, instance_code
from phiward.collectors.types.aws.answers import arn, listed, live, moment, tags_of
from phiward.collectors.types.aws.volume_copies import code_backup, code_backup_within, volume_backup
from phiward.inventory.aspects import Backup, EncryptionAtRest
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class VolumeConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only an EBS volume has."""

    attached: Maybe[bool]
    """An instance uses it."""
    created: Maybe[str | None]
    """When it was made (a time)."""
    last_snapshot: Maybe[str | None]
    """When the newest finished snapshot of it in this account was begun (a time). None: it has none."""


TYPE = ResourceType(
    name="aws.ec2.volume",
    title="EBS volume",
    aspects=(EncryptionAtRest, Backup),
    config=VolumeConfig,
    relations={
        "instances": Relation("the instances that use it", ("aws.ec2.instance",)),
        "encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",)),
    },
    stores_data=True,
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every volume of the region, with the time of its newest snapshot."""
    newest: dict[str, str] = {}
    snapshots = listed(
        aws, "ec2", "describe_snapshots", "Snapshots", fills=("config.last_snapshot",), OwnerIds=["self"]
    )
    for snapshot in [] if isinstance(snapshots, Unknown) else snapshots:
        begun = moment(snapshot.get("StartTime")) or ""
        if snapshot.get("State") == "completed":
            newest[snapshot["VolumeId"]] = max(begun, newest.get(snapshot["VolumeId"], ""))
    for volume, points in backup_coverage.beside(aws, aws.pages("ec2", "describe_volumes", "Volumes")):
        last = snapshots if isinstance(snapshots, Unknown) else newest.get(volume["VolumeId"])
        yield {"volume": volume, "last_snapshot": last, "protected": points}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one volume, with whose key encrypts it, and what copies it."""
    encryption = ebs_encryption.live_encryption(aws, item["volume"])
    backup = volume_backup(aws, item["volume"], item["protected"], encrypted=encryption.enabled)
    return normalize(aws, item["volume"], encryption, backup, item["last_snapshot"])


def normalize(
    aws: Aws, volume: dict[str, Any], encryption: EncryptionAtRest, backup: Backup, last_snapshot: Maybe[str | None]
) -> Resource:
    """Turn one entry of `DescribeVolumes` into a resource."""
    users = sorted(
        arn(aws, "ec2", f"instance/{each['InstanceId']}")
        for each in volume.get("Attachments", ())
        if each.get("InstanceId") and each.get("State") != "detached"
    )
    tags = tags_of(volume.get("Tags", ()))
    return live(
        aws,
        TYPE,
        arn(aws, "ec2", f"volume/{volume['VolumeId']}"),
        name=tags.get("Name") or volume["VolumeId"],
        tags=tags,
        encryption_at_rest=encryption,
        backup=backup,
        config=VolumeConfig(
            attached=bool(users), created=moment(volume.get("CreateTime")), last_snapshot=last_snapshot
        ),
        relations={"instances": tuple(users), "encrypts_with": ebs_encryption.key_relation(encryption)},
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the volume that an `aws_ebs_volume` block makes."""
    encryption = ebs_encryption.terraform_encryption(block, source)
    instances: list[str] = []
    unseen: Unknown | None = None
    for part in parts.get("aws_volume_attachment", ()):
        owners = part if isinstance(part, Unknown) else source.owners("aws_instance", part, "instance_id")
        if isinstance(owners, Unknown):
            unseen = owners
        else:
            instances += [source.id(address) for address in owners]
    some = any(not isinstance(part, Unknown) for part in parts.get("aws_volume_attachment", ()))
    return source.resource(
        block,
        TYPE,
        parts=parts,
        encryption_at_rest=encryption,
        backup=code_backup(block, source, source.resource(block, TYPE).tags, "EBS", encrypted=encryption.enabled),
        config=VolumeConfig(
            attached=True if some else unseen or False,
            created=Unknown("known after apply"),
            last_snapshot=Unknown("snapshots are made after the deploy"),
        ),
        relations={
            "instances": unseen or tuple(sorted(instances)),
            "encrypts_with": ebs_encryption.key_relation(encryption),
        },
        lines={
            "encryption_at_rest": block.lines("encrypted"),
            "encryption_at_rest.key": block.lines("kms_key_id"),
            "encryption_at_rest.key_owner": block.lines("kms_key_id"),
        },
    )


TERRAFORM = (Form(main="aws_ebs_volume", build=from_terraform, parts={"aws_volume_attachment": "volume_id"}),)


def of_instance(block: Block, parts: Parts, source: Source) -> Iterator[Resource]:
    """Yield the volumes that an `aws_instance` block brings with it, each at its own lines where it has any."""
    for device in instance_code.devices(block, source):
        declared = None if isinstance(device.block, Unknown) else device.block
        encryption = (
            ebs_encryption.together([], [device.block])
            if isinstance(device.block, Unknown)
            else ebs_encryption.unstated(source)
            if declared is None
            else ebs_encryption.terraform_encryption(declared, source)
        )
        where = declared or block
        made = source.resource(
            where,
            TYPE,
            parts=parts,
            id=f"{source.id(block.address)}/{device.label}",
            name=f"{block.name}/{device.label}",
            **_tags(block, declared),
            encryption_at_rest=encryption,
            config=VolumeConfig(
                attached=True,
                created=Unknown("known after apply"),
                last_snapshot=Unknown("snapshots are made after the deploy"),
            ),
            relations={
                "instances": (source.id(block.address),),
                "encrypts_with": ebs_encryption.key_relation(encryption),
            },
            lines={"encryption_at_rest": where.lines("encrypted") if declared is not None else block.where},
        )
        whole = source.resource(block, TYPE).tags
        backup = code_backup_within(block, source, made.tags, instance_tags=whole, encrypted=encryption.enabled)
        yield msgspec.structs.replace(made, backup=backup)


def _tags(instance: Block, device: Block | None) -> dict[str, Any]:
    """Return the tags that its instance gives a volume, where it has none of its own: else they are the source's."""
    if device is not None and (device.get("tags") is not None or instance.get("volume_tags") is None):
        return {}
    return {"tags": instance.get("volume_tags", {})}


TERRAFORM_WITHIN = (Within(main="aws_instance", build=of_instance),)
