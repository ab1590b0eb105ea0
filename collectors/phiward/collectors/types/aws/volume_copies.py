"""How EBS volumes and EC2 instances are copied: by AWS Backup, or by Data Lifecycle Manager.

A volume is copied by itself, or with an instance that it is on: a copy of an instance holds all of its volumes. Calls
what `backup_coverage` and `lifecycle_policies` ask, and `ec2:DescribeInstances` where a volume is on an instance.
"""

from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.answers import arn, listed, tags_of
from phiward.collectors.types.aws.backup_coverage import Coverage, Protected, code_coverage, live_coverage
from phiward.collectors.types.aws.backup_selections import Kind, Tags
from phiward.collectors.types.aws.lifecycle_policies import instance_copied, volume_copied
from phiward.inventory.aspects import Backup
from phiward.inventory.kleene import some
from phiward.inventory.model import Maybe, Unknown

_ENABLED = ("backup.enabled",)
_NOT_IN_CODE = Unknown("whether policies of Data Lifecycle Manager copy it is not read from code")


def instance_backup(aws: Aws, instance: dict[str, Any], points: Protected) -> Backup:
    """Return how an entry of `DescribeInstances` is copied as a whole."""
    tags = tags_of(instance.get("Tags", ()))
    plan = live_coverage(aws, points, arn(aws, "ec2", f"instance/{instance['InstanceId']}"), tags, "EC2")
    otherwise: Maybe[bool] = False if plan.planned is True else instance_copied(aws, tags, fills=_ENABLED)
    return plan.alone(otherwise=otherwise)


def volume_backup(aws: Aws, volume: dict[str, Any], points: Protected, *, encrypted: Maybe[bool]) -> Backup:
    """Return how an entry of `DescribeVolumes` is copied. Snapshots are encrypted as their volume."""
    tags = tags_of(volume.get("Tags", ()))
    plan = live_coverage(aws, points, arn(aws, "ec2", f"volume/{volume['VolumeId']}"), tags, "EBS")
    if plan.planned is True:
        return plan.alone(encrypted=encrypted)
    on = [each["InstanceId"] for each in volume.get("Attachments", ()) if each.get("InstanceId")]
    instances = _instances(aws, on)
    otherwise = volume_copied(aws, volume, instances, fills=_ENABLED)
    return _together(plan, _with_instances(aws, instances, points)).alone(otherwise=otherwise, encrypted=encrypted)


def _instances(aws: Aws, ids: list[str]) -> Maybe[list[dict[str, Any]]]:
    """Return the instances that a volume is on."""
    if not ids:
        return []
    reservations = listed(aws, "ec2", "describe_instances", "Reservations", fills=_ENABLED)
    if isinstance(reservations, Unknown):
        return reservations
    every = (each for reservation in reservations for each in reservation.get("Instances", ()))
    return [instance for instance in every if instance["InstanceId"] in ids]


def _with_instances(aws: Aws, instances: Maybe[list[dict[str, Any]]], points: Protected) -> list[Coverage]:
    """Return what AWS Backup does for each instance that a volume is on."""
    if isinstance(instances, Unknown):
        return [Coverage(planned=instances, last_recovery_point=instances)]
    return [
        live_coverage(
            aws,
            points,
            arn(aws, "ec2", f"instance/{instance['InstanceId']}"),
            tags_of(instance.get("Tags", ())),
            "EC2",
        )
        for instance in instances
    ]


def _together(own: Coverage, others: list[Coverage]) -> Coverage:
    """Return what is done for a volume by itself or with an instance: the first that is planned, the latest copy."""
    every = [own, *others]
    lasts = [each.last_recovery_point for each in every]
    known = [last for last in lasts if isinstance(last, str)]
    planned = next((each for each in every if each.planned is True), own)
    return Coverage(
        planned=some(each.planned for each in every),
        last_recovery_point=max(known) if known else next((last for last in lasts if isinstance(last, Unknown)), None),
        retention_days=planned.retention_days,
        other_site=planned.other_site,
    )


def code_backup(
    block: Block, source: Source, tags: Tags, kind: Kind, *, encrypted: Maybe[bool | None] = None
) -> Backup:
    """Return how the volume or the instance that a block makes is copied."""
    plan = code_coverage(block, source, tags, kind)
    return plan.alone(otherwise=False if plan.planned is True else _NOT_IN_CODE, encrypted=encrypted)


def code_backup_within(
    instance: Block, source: Source, tags: Tags, *, instance_tags: Tags, encrypted: Maybe[bool]
) -> Backup:
    """Return how a volume is copied that an instance's block brings with it: by itself, or with the instance."""
    own = code_coverage(instance, source, tags, "EBS", named=False)
    plan = _together(own, [code_coverage(instance, source, instance_tags, "EC2")])
    return plan.alone(otherwise=False if plan.planned is True else _NOT_IN_CODE, encrypted=encrypted)
