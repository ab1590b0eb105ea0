"""Single nodes of Redis and Valkey in ElastiCache, outside any replication group. Calls
`elasticache:DescribeCacheClusters` (once for this type and Memcached), `ListTagsForResource`.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws import elasticache_code, elasticache_memcached
from phiward.collectors.types.aws.answers import arn, asked_tags, live
from phiward.collectors.types.aws.elasticache_facts import MEMCACHED, CacheConfig, CacheFacts, aspects
from phiward.collectors.types.aws.elasticache_nodes import token_set
from phiward.inventory.aspects import (
    Authentication,
    Backup,
    EncryptionAtRest,
    EncryptionInTransit,
    Patching,
    Resilience,
)
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Resource

TYPE = ResourceType(
    name="aws.elasticache.cluster",
    title="ElastiCache node outside any group",
    aspects=(EncryptionAtRest, EncryptionInTransit, Authentication, Patching, Backup, Resilience),
    config=CacheConfig,
    relations={"security_groups": Relation("the security groups that filter its traffic", ("aws.ec2.security_group",))},
    stores_data=True,
)

TERRAFORM = elasticache_code.cluster_forms(TYPE, elasticache_memcached.TYPE)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every single node of the region."""
    for cluster in aws.pages("elasticache", "describe_cache_clusters", "CacheClusters"):
        if cluster["Engine"] != MEMCACHED and not cluster.get("ReplicationGroupId"):
            yield cluster


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one node. It takes no key and keeps nothing on a second site."""
    identity = item.get("ARN") or arn(aws, "elasticache", f"cluster:{item['CacheClusterId']}")
    groups = sorted(group["SecurityGroupId"] for group in item.get("SecurityGroups", ()))
    facts = CacheFacts(
        engine=item["Engine"],
        version=item.get("EngineVersion", ""),
        encrypted=bool(item.get("AtRestEncryptionEnabled", False)),
        key_owner="provider",
        key=None,
        tls=bool(item.get("TransitEncryptionEnabled", False)),
        plain_too=item.get("TransitEncryptionMode") == "preferred",
        anonymous=not item.get("AuthTokenEnabled", False),
        token_set=token_set(item),
        upgrades=bool(item.get("AutoMinorVersionUpgrade", False)),
        retention_days=item.get("SnapshotRetentionLimit", 0),
        redundant=False,
    )
    return live(
        aws,
        TYPE,
        identity,
        name=item["CacheClusterId"],
        tags=asked_tags(aws, "elasticache", "list_tags_for_resource", "TagList", ResourceName=identity),
        relations={"security_groups": tuple(arn(aws, "ec2", f"security-group/{group}") for group in groups)},
        **aspects(facts),
    )
