"""Replication instances of the Database Migration Service. Calls `dms:DescribeReplicationInstances`,
`dms:ListTagsForResource`, `kms:DescribeKey`, and EC2's listings where one has a public address.

Everything that is migrated passes through such a machine, and is kept on its disk meanwhile. DMS encrypts that disk
always: under the account's key for DMS, unless another is named.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import reach
from phiward.collectors.types.aws.answers import arn, asked_tags, live
from phiward.collectors.types.aws.arguments import flag, text
from phiward.collectors.types.aws.kms_keys import KeyOwner, encrypts_with, named_key, owner_of, under_kms
from phiward.collectors.types.aws.placement import exposed_by_code, placed
from phiward.inventory.aspects import EncryptionAtRest, Exposure, Network, Patching, Resilience
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class ReplicationConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a replication instance has."""

    publicly_accessible: Maybe[bool]
    """It has a public address, whatever routes and security groups then let through."""
    engine_version: Maybe[str]


TYPE = ResourceType(
    name="aws.dms.replication_instance",
    title="DMS replication instance",
    aspects=(EncryptionAtRest, Exposure, Patching, Resilience, Network),
    config=ReplicationConfig,
    relations={
        "security_groups": Relation("the security groups that filter its traffic", ("aws.ec2.security_group",)),
        "encrypts_with": Relation("the KMS key its disk is encrypted with", ("aws.kms.key",)),
    },
    stores_data=True,
)

_SUPPORT = Unknown("the ends of support of DMS's versions are in its release notes, and not recorded here")
_CHOSEN = Unknown("engine_version is not set: DMS chooses it")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every replication instance of the region."""
    yield from aws.pages("dms", "describe_replication_instances", "ReplicationInstances")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one instance, with what its key, subnets and groups say."""
    key, public = item.get("KmsKeyId"), bool(item.get("PubliclyAccessible", False))
    identity = item["ReplicationInstanceArn"]
    groups = sorted(group["VpcSecurityGroupId"] for group in item.get("VpcSecurityGroups", ()))
    said = _aspects(
        public=public,
        key_owner=owner_of(aws, key) if key else "managed",
        key=key,
        version=item.get("EngineVersion", Unknown("DMS states no version")),
        upgrades=bool(item.get("AutoMinorVersionUpgrade", False)),
        redundant=bool(item.get("MultiAZ", False)),
    )
    return live(
        aws,
        TYPE,
        identity,
        name=item["ReplicationInstanceIdentifier"],
        tags=asked_tags(aws, "dms", "list_tags_for_resource", "TagList", ResourceArn=identity),
        exposure=_exposure(aws, item, groups) if public else Exposure(public=False),
        relations={
            "security_groups": tuple(arn(aws, "ec2", f"security-group/{group}") for group in groups),
            "encrypts_with": encrypts_with(said["encryption_at_rest"]),
        },
        **said,
    )


def _exposure(aws: Aws, item: dict[str, Any], groups: list[str]) -> Exposure:
    """Return whether the internet reaches it: by its address, the routes of its subnets and its groups together."""
    subnets = [subnet["SubnetIdentifier"] for subnet in item.get("ReplicationSubnetGroup", {}).get("Subnets", ())]
    return reach.reached(
        aws,
        subnets=subnets,
        groups=groups,
        ipv6=bool(item.get("ReplicationInstanceIpv6Addresses")),
        fills=("exposure",),
    ).exposure


def _aspects(  # noqa: PLR0913 - an instance has this many facts
    *,
    public: Maybe[bool],
    key_owner: Maybe[KeyOwner | None],
    key: Maybe[str | None],
    version: Maybe[str],
    upgrades: Maybe[bool],
    redundant: Maybe[bool],
) -> dict[str, Any]:
    return {
        "encryption_at_rest": under_kms(True, key_owner, key),
        "patching": Patching(automatic=upgrades, version=version, end_of_support=_SUPPORT),
        "resilience": Resilience(redundant=redundant),
        "network": placed(public),
        "config": ReplicationConfig(publicly_accessible=public, engine_version=version),
    }


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the instance that an `aws_dms_replication_instance` block makes."""
    public = flag(block, "publicly_accessible", default=False)
    owner, key = named_key(block, "kms_key_arn", source)
    said = _aspects(
        public=public,
        key_owner=owner,
        key=key,
        version=text(block, "engine_version", _CHOSEN),
        upgrades=flag(block, "auto_minor_version_upgrade", default=False),
        redundant=flag(block, "multi_az", default=False),
    )
    groups = source.owners("aws_security_group", block, "vpc_security_group_ids")
    name = block.get("replication_instance_id")
    return source.resource(
        block,
        TYPE,
        parts=parts,
        **({"name": name} if isinstance(name, str) else {}),
        exposure=exposed_by_code(
            block,
            source,
            public_address=public,
            subnet_group="aws_dms_replication_subnet_group",
            named_by="replication_subnet_group_id",
            ipv6=_with_ipv6(block, public),
        ),
        relations={
            "security_groups": groups
            if isinstance(groups, Unknown)
            else tuple(sorted(source.id(group) for group in groups)),
            "encrypts_with": encrypts_with(said["encryption_at_rest"]),
        },
        lines={
            "encryption_at_rest": block.lines("kms_key_arn"),
            "exposure": block.lines("publicly_accessible"),
            "network": block.lines("publicly_accessible"),
            "config.publicly_accessible": block.lines("publicly_accessible"),
            "patching": block.lines("auto_minor_version_upgrade"),
            "patching.version": block.lines("engine_version"),
            "resilience": block.lines("multi_az"),
        },
        **said,
    )


def _with_ipv6(block: Block, public: Maybe[bool]) -> Maybe[bool]:
    kind = text(block, "network_type", "IPV4")
    return kind if isinstance(kind, Unknown) else public if kind == "DUAL" else False


TERRAFORM = (
    Form(
        main="aws_dms_replication_instance",
        build=from_terraform,
        identified_by=("replication_instance_id", "replication_instance_arn", "id"),
    ),
)
