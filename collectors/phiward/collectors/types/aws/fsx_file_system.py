"""FSx file systems: Windows File Server, Lustre, NetApp ONTAP and OpenZFS. Calls `fsx:DescribeFileSystems` and
`kms:DescribeKey`.

FSx encrypts every file system: under a KMS key, or, a scratch one of Lustre, under a key of the service's own.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Callable, Iterator
from typing import Any

import msgspec
from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import arn, live, tags_of
from phiward.collectors.types.aws.arguments import number, text
from phiward.collectors.types.aws.backup_coverage import Coverage, Protected, code_coverage, live_coverage, protected
from phiward.collectors.types.aws.kms_keys import KeyOwner, encrypts_with, named_key, owner_of
from phiward.collectors.types.aws.nested import nested_text
from phiward.inventory.aspects import Backup, EncryptionAtRest, Resilience
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class FileSystemConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only an FSx file system has."""

    kind: Maybe[str]
    """`WINDOWS`, `LUSTRE`, `ONTAP` or `OPENZFS`."""
    deployment: Maybe[str]
    """`MULTI_AZ_1`, `SINGLE_AZ_2`, `PERSISTENT_2`, `SCRATCH_2`, ..."""
    access_audit: Maybe[str | None]
    """Which accesses to files are recorded: `SUCCESS_AND_FAILURE`, `FAILURE_ONLY`, `DISABLED`. None: of its kind only
    Windows can record them."""


TYPE = ResourceType(
    name="aws.fsx.file_system",
    title="FSx file system",
    aspects=(EncryptionAtRest, Backup, Resilience),
    config=FileSystemConfig,
    relations={"encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",))},
    stores_data=True,
)

_DETAILS = {
    "WINDOWS": "WindowsConfiguration",
    "LUSTRE": "LustreConfiguration",
    "ONTAP": "OntapConfiguration",
    "OPENZFS": "OpenZFSConfiguration",
}
_UNSET = Unknown("automatic_backup_retention_days is not set, and the provider and AWS have other defaults")
_DEFAULTS: dict[str, tuple[str, Maybe[int]]] = {
    "WINDOWS": ("SINGLE_AZ_1", 7),
    "LUSTRE": ("SCRATCH_1", 0),
    "ONTAP": ("", _UNSET),
    "OPENZFS": ("", _UNSET),
}
"""Kind to the deployment and the days of backup that a block of it without these has (the provider's documentation)."""


class FileSystemFacts(Struct, frozen=True, kw_only=True):
    """One file system."""

    kind: str
    deployment: Maybe[str]
    key_owner: Maybe[KeyOwner | None]
    key: Maybe[str | None]
    retention_days: Maybe[int]
    """Days that FSx keeps the copies it makes by itself. 0: it makes none."""
    coverage: Coverage
    access_audit: Maybe[str | None]


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every file system of the region, with what AWS Backup has copies of."""
    points: Protected | None = None
    for file_system in aws.pages("fsx", "describe_file_systems", "FileSystems"):
        points = protected(aws) if points is None else points  # a region without any need not be asked
        yield {"file_system": file_system, "points": points}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one file system, with whose key encrypts it."""
    points, item = item["points"], item["file_system"]
    kind, key = item["FileSystemType"], item.get("KmsKeyId")
    identity = item.get("ResourceARN") or arn(aws, "fsx", f"file-system/{item['FileSystemId']}")
    tags = tags_of(item.get("Tags", ()))
    details = item.get(_DETAILS.get(kind, ""), {})
    said = _aspects(
        FileSystemFacts(
            kind=kind,
            deployment=details.get("DeploymentType", Unknown(f"FSx states no deployment of a {kind} file system")),
            key_owner=owner_of(aws, key) if key else "provider",
            key=key,
            retention_days=details.get("AutomaticBackupRetentionDays", 0),
            coverage=live_coverage(aws, points, identity, tags, "FSx"),
            access_audit=details.get("AuditLogConfiguration", {}).get("FileAccessAuditLogLevel", "DISABLED")
            if kind == "WINDOWS"
            else None,
        )
    )
    return live(
        aws,
        TYPE,
        identity,
        name=tags.get("Name") or item["FileSystemId"],
        tags=tags,
        relations={"encrypts_with": encrypts_with(said["encryption_at_rest"])},
        **said,
    )


def _aspects(facts: FileSystemFacts) -> dict[str, Any]:
    deployment = facts.deployment
    algorithm: Maybe[str] = "AES256"
    if isinstance(facts.key_owner, Unknown) or facts.key_owner != "provider":
        algorithm = "aws:kms"
    return {
        "encryption_at_rest": EncryptionAtRest(
            enabled=True, algorithm=algorithm, key_owner=facts.key_owner, key=facts.key
        ),
        "backup": _backup(facts),
        # Lustre has no deployment in two zones.
        "resilience": Resilience(redundant=None if facts.kind == "LUSTRE" else _in_zones(deployment)),
        "config": FileSystemConfig(kind=facts.kind, deployment=deployment, access_audit=facts.access_audit),
    }


def _backup(facts: FileSystemFacts) -> Backup:
    """Return its copies: those that FSx makes by itself, and those of the plans of AWS Backup that cover it."""
    days, coverage = facts.retention_days, facts.coverage
    own: Maybe[bool] = days if isinstance(days, Unknown) else days > 0
    copies = coverage.alone(otherwise=own, encrypted=True)
    planned = coverage.retention_days if coverage.planned is True else 0
    if own is not True or planned is None or isinstance(planned, Unknown) or isinstance(days, Unknown):
        return copies
    return msgspec.structs.replace(copies, retention_days=max(days, planned))


def _in_zones(deployment: Maybe[str]) -> Maybe[bool]:
    return deployment if isinstance(deployment, Unknown) else deployment.startswith("MULTI_AZ")


def _builder(kind: str) -> Callable[[Block, Parts, Source], Resource]:
    def build(block: Block, parts: Parts, source: Source) -> Resource:
        """Build the file system of a block whose Terraform type says its kind."""
        by_default, days = _DEFAULTS[kind]
        deployment = text(block, "deployment_type", by_default or Unknown("deployment_type is not set"))
        owner, key = named_key(block, "kms_key_id", source)
        if block.get("kms_key_id") is None and kind == "LUSTRE":
            scratch = deployment if isinstance(deployment, Unknown) else deployment.startswith("SCRATCH")
            owner = scratch if isinstance(scratch, Unknown) else "provider" if scratch else owner
        audit = (
            nested_text(block, "audit_log_configuration", "file_access_audit_log_level", default="DISABLED")
            if kind == "WINDOWS"
            else None
        )
        said = _aspects(
            FileSystemFacts(
                kind=kind,
                deployment=deployment,
                key_owner=owner,
                key=key,
                retention_days=number(block, "automatic_backup_retention_days", days),
                coverage=code_coverage(block, source, source.resource(block, TYPE).tags, "FSx"),
                access_audit=audit,
            )
        )
        return source.resource(
            block,
            TYPE,
            parts=parts,
            relations={"encrypts_with": encrypts_with(said["encryption_at_rest"])},
            lines={
                "encryption_at_rest": block.lines("kms_key_id"),
                "backup": block.lines("automatic_backup_retention_days"),
                "resilience": block.lines("deployment_type"),
                "config.deployment": block.lines("deployment_type"),
                "config.access_audit": block.lines("audit_log_configuration"),
            },
            **said,
        )

    return build


TERRAFORM = tuple(
    Form(main=f"aws_fsx_{kind.lower()}_file_system", build=_builder(kind), identified_by=("id", "arn"))
    for kind in _DETAILS
)
