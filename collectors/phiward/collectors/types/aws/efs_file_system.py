"""EFS file systems. Calls `elasticfilesystem:DescribeFileSystems` and, for what is needed of each,
`DescribeFileSystemPolicy`, `DescribeBackupPolicy`, `DescribeMountTargets` (with `DescribeMountTargetSecurityGroups` and
EC2's listings where one has an IPv6 address), and `kms:DescribeKey`.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import reach
from phiward.collectors.types.aws.answers import arn, listed, live, tags_of
from phiward.collectors.types.aws.arguments import flag, text
from phiward.collectors.types.aws.backup_coverage import Protected, code_coverage, live_coverage, protected
from phiward.collectors.types.aws.efs_facts import FileSystemConfig, FileSystemFacts, aspects
from phiward.collectors.types.aws.kms_keys import encrypts_with, named_key, owner_of
from phiward.collectors.types.aws.nested import nested_text, part
from phiward.collectors.types.aws.policies import policy_argument
from phiward.collectors.types.aws.reach import NOWHERE, Reach
from phiward.inventory.aspects import Backup, EncryptionAtRest, EncryptionInTransit, Exposure, Resilience
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.model import Maybe, Resource, Unknown

TYPE = ResourceType(
    name="aws.efs.file_system",
    title="EFS file system",
    aspects=(EncryptionAtRest, EncryptionInTransit, Exposure, Backup, Resilience),
    config=FileSystemConfig,
    relations={"encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",))},
    stores_data=True,
)

_POLICY = ("encryption_in_transit.enforced", "exposure", "config.policy")
_REACH = ("exposure.public", "exposure.ways")
_NFS = 2049
_ON = {"ENABLED", "ENABLING"}
_POLICY_PART = "aws_efs_file_system_policy"
_BACKUP_PART = "aws_efs_backup_policy"
_MOUNT_PART = "aws_efs_mount_target"


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every file system of the region, with what AWS Backup has copies of."""
    points: Protected | None = None
    for file_system in aws.pages("efs", "describe_file_systems", "FileSystems"):
        points = protected(aws) if points is None else points  # a region without any need not be asked
        yield {"file_system": file_system, "points": points}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one file system, with its policies."""
    points, item = item["points"], item["file_system"]
    name, key = item["FileSystemId"], item.get("KmsKeyId")
    identity = item.get("FileSystemArn") or arn(aws, "elasticfilesystem", f"file-system/{name}")
    tags = tags_of(item.get("Tags", ()))
    reached = _reached(aws, item)
    said = aspects(
        FileSystemFacts(
            account=aws.account,
            encrypted=bool(item.get("Encrypted", False)),
            key_owner=owner_of(aws, key) if key else None,
            key=key,
            policy=_policy(aws, name),
            automatic_backup=_automatic_backup(aws, name),
            coverage=live_coverage(aws, points, identity, tags, "EFS"),
            one_zone=bool(item.get("AvailabilityZoneName")),
            reached=reached.public,
            ways=reached.ways,
        )
    )
    return live(
        aws,
        TYPE,
        identity,
        name=item.get("Name") or name,
        tags=tags,
        relations={"encrypts_with": encrypts_with(said["encryption_at_rest"])},
        **said,
    )


def _policy(aws: Aws, name: str) -> Maybe[PolicyDocument | None]:
    answer = aws.ask("efs", "describe_file_system_policy", fills=_POLICY, absent=("PolicyNotFound",), FileSystemId=name)
    return answer if isinstance(answer, Unknown) else parse_policy(answer["Policy"]) if answer else None


def _automatic_backup(aws: Aws, name: str) -> Maybe[bool]:
    answer = aws.ask(
        "efs",
        "describe_backup_policy",
        fills=("backup", "config.automatic_backup"),
        absent=("PolicyNotFound",),
        FileSystemId=name,
    )
    if isinstance(answer, Unknown):
        return answer
    return (answer or {}).get("BackupPolicy", {}).get("Status") in _ON


def _reached(aws: Aws, item: dict[str, Any]) -> Reach:
    """Return whether the internet reaches a mount target. Their IPv4 addresses are private ones."""
    if not item.get("NumberOfMountTargets", 0):
        return NOWHERE
    targets = listed(
        aws, "efs", "describe_mount_targets", "MountTargets", fills=_REACH, FileSystemId=item["FileSystemId"]
    )
    if isinstance(targets, Unknown):
        return Reach(public=targets, ways=targets)
    return reach.either(_target_reached(aws, target) for target in targets if target.get("Ipv6Address"))


def _target_reached(aws: Aws, target: dict[str, Any]) -> Reach:
    answer = aws.ask(
        "efs", "describe_mount_target_security_groups", fills=_REACH, MountTargetId=target["MountTargetId"]
    )
    if isinstance(answer, Unknown):
        return Reach(public=answer, ways=answer)
    groups = (answer or {}).get("SecurityGroups", ())
    return reach.reached(
        aws, subnets=(target["SubnetId"],), groups=groups, ipv4=False, ipv6=True, ports=(_NFS,), fills=_REACH
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the file system that an `aws_efs_file_system` block makes, with its policies."""
    owner, key = named_key(block, "kms_key_id", source)
    zone = text(block, "availability_zone_name", None)
    reached = _code_reached(parts)
    said = aspects(
        FileSystemFacts(
            account=source.account,
            encrypted=flag(block, "encrypted", default=False),
            key_owner=owner,
            key=key,
            policy=_code_policy(parts, source),
            automatic_backup=_code_backup(parts),
            coverage=code_coverage(block, source, source.resource(block, TYPE).tags, "EFS"),
            one_zone=zone if isinstance(zone, Unknown) and not zone.refs else zone is not None,
            reached=reached,
            ways=reached if isinstance(reached, Unknown) else (),
        )
    )
    policy, backup = part(parts, _POLICY_PART), part(parts, _BACKUP_PART)
    by_policy = block.where if policy is None or isinstance(policy, Unknown) else policy.where
    by_backup = block.where if backup is None or isinstance(backup, Unknown) else backup.where
    return source.resource(
        block,
        TYPE,
        parts=parts,
        relations={"encrypts_with": encrypts_with(said["encryption_at_rest"])},
        lines={
            "encryption_at_rest": block.lines("encrypted"),
            "encryption_at_rest.key": block.lines("kms_key_id"),
            "encryption_at_rest.key_owner": block.lines("kms_key_id"),
            "resilience": block.lines("availability_zone_name"),
            "encryption_in_transit": by_policy,
            "exposure": by_policy,
            "config.policy": by_policy,
            "backup": by_backup,
            "config.automatic_backup": by_backup,
        },
        **said,
    )


def _code_policy(parts: Parts, source: Source) -> Maybe[PolicyDocument | None]:
    policy = part(parts, _POLICY_PART)
    return policy if policy is None or isinstance(policy, Unknown) else policy_argument(policy, "policy", source)


def _code_backup(parts: Parts) -> Maybe[bool]:
    backup = part(parts, _BACKUP_PART)
    if backup is None or isinstance(backup, Unknown):
        return backup or False
    status = nested_text(backup, "backup_policy", "status", default=None)
    return status if isinstance(status, Unknown) else status in _ON


def _code_reached(parts: Parts) -> Maybe[bool]:
    """Return whether the internet may reach a mount target: only one with an IPv6 address."""
    for target in parts.get(_MOUNT_PART, ()):
        kind = target if isinstance(target, Unknown) else text(target, "ip_address_type", "IPV4_ONLY")
        if isinstance(kind, Unknown):
            return kind
        if kind != "IPV4_ONLY":
            return Unknown("a mount target has an IPv6 address; routes and security groups show in the account")
    return False


TERRAFORM = (
    Form(
        main="aws_efs_file_system",
        build=from_terraform,
        parts={_POLICY_PART: "file_system_id", _BACKUP_PART: "file_system_id", _MOUNT_PART: "file_system_id"},
        identified_by=("id", "arn", "creation_token"),
    ),
)
