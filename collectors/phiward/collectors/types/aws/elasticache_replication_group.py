"""ElastiCache replication groups of Redis and Valkey. Calls `elasticache:DescribeReplicationGroups`, and for what is
needed `DescribeCacheClusters` and `DescribeUsers` (once for the region), `ListTagsForResource` and `kms:DescribeKey`.

Serverless caches are another API and another type. Nodes have no public addresses at all.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws import elasticache_code
from phiward.collectors.types.aws.answers import arn, asked_tags, live
from phiward.collectors.types.aws.elasticache_facts import CacheConfig, CacheFacts, aspects
from phiward.collectors.types.aws.elasticache_nodes import anonymous, every_cluster, security_groups, token_set
from phiward.collectors.types.aws.kms_keys import encrypts_with, owner_of
from phiward.inventory.aspects import (
    Authentication,
    Backup,
    EncryptionAtRest,
    EncryptionInTransit,
    Patching,
    Resilience,
)
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

TYPE = ResourceType(
    name="aws.elasticache.replication_group",
    title="ElastiCache replication group",
    aspects=(EncryptionAtRest, EncryptionInTransit, Authentication, Patching, Backup, Resilience),
    config=CacheConfig,
    relations={
        "security_groups": Relation("the security groups that filter its traffic", ("aws.ec2.security_group",)),
        "encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",)),
    },
    stores_data=True,
)

TERRAFORM = elasticache_code.group_forms(TYPE)

_NODES = ("patching", "config.engine", "config.engine_version", "relations.security_groups")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every replication group of the region."""
    yield from aws.pages("elasticache", "describe_replication_groups", "ReplicationGroups")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one group, with what its nodes, users and key say."""
    name = item["ReplicationGroupId"]
    identity = item.get("ARN") or arn(aws, "elasticache", f"replicationgroup:{name}")
    members = item.get("MemberClusters", ())
    nodes = every_cluster(aws, _NODES)
    said = aspects(_facts(aws, item, nodes))
    groups = security_groups(nodes, members)
    return live(
        aws,
        TYPE,
        identity,
        name=name,
        tags=asked_tags(aws, "elasticache", "list_tags_for_resource", "TagList", ResourceName=identity),
        relations={
            "security_groups": groups
            if isinstance(groups, Unknown)
            else tuple(arn(aws, "ec2", f"security-group/{group}") for group in groups),
            "encrypts_with": encrypts_with(said["encryption_at_rest"]),
        },
        **said,
    )


def _facts(aws: Aws, group: dict[str, Any], nodes: Maybe[list[dict[str, Any]]]) -> CacheFacts:
    key = group.get("KmsKeyId")
    kind = group.get("StorageEncryptionType")  # tells what is so, where the older flag may say false all the same
    members = group.get("MemberClusters", ())
    node: Maybe[dict[str, Any]]
    if isinstance(nodes, Unknown):
        node = nodes
    else:
        of_it = (each for each in nodes if each["CacheClusterId"] in members)
        node = next(of_it, Unknown("ElastiCache lists no node of it"))
    upgrades: Maybe[bool] | None = group.get("AutoMinorVersionUpgrade")
    if upgrades is None:
        upgrades = node if isinstance(node, Unknown) else bool(node.get("AutoMinorVersionUpgrade", False))
    return CacheFacts(
        engine=group.get("Engine") or (node if isinstance(node, Unknown) else node["Engine"]),
        version=node if isinstance(node, Unknown) else node.get("EngineVersion", Unknown("no version is stated")),
        encrypted=kind != "none" if kind else bool(group.get("AtRestEncryptionEnabled", False)),
        key_owner=owner_of(aws, key) if key else "provider",
        key=key,
        tls=bool(group.get("TransitEncryptionEnabled", False)),
        plain_too=group.get("TransitEncryptionMode") == "preferred",
        anonymous=anonymous(aws, group),
        token_set=token_set(group),
        upgrades=upgrades,
        retention_days=group.get("SnapshotRetentionLimit", 0),
        redundant=group.get("MultiAZ") == "enabled",
    )
