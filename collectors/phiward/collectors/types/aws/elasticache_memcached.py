"""Memcached clusters of ElastiCache. Calls `elasticache:DescribeCacheClusters`, `ListTagsForResource`.

Memcached keeps what it holds in memory alone: there is nothing at rest to encrypt and nothing to back up, and it asks
nobody for a name. What is left to protect is the way to it: TLS, and the security groups, which are judged by
themselves. A tool that fails it for want of snapshots asks for what the engine cannot do.
"""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.answers import arn, asked_tags, live
from phiward.collectors.types.aws.elasticache_facts import MEMCACHED, CacheConfig, CacheFacts, memcached_aspects
from phiward.inventory.aspects import EncryptionInTransit, Patching
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Resource

TYPE = ResourceType(
    name="aws.elasticache.memcached",
    title="ElastiCache cluster of Memcached",
    aspects=(EncryptionInTransit, Patching),
    config=CacheConfig,
    relations={"security_groups": Relation("the security groups that filter its traffic", ("aws.ec2.security_group",))},
    stores_data=True,
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every Memcached cluster of the region."""
    for cluster in aws.pages("elasticache", "describe_cache_clusters", "CacheClusters"):
        if cluster["Engine"] == MEMCACHED:
            yield cluster


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one cluster."""
    identity = item.get("ARN") or arn(aws, "elasticache", f"cluster:{item['CacheClusterId']}")
    groups = sorted(group["SecurityGroupId"] for group in item.get("SecurityGroups", ()))
    facts = CacheFacts(
        engine=item["Engine"],
        version=item.get("EngineVersion", ""),
        encrypted=False,
        key_owner=None,
        key=None,
        tls=bool(item.get("TransitEncryptionEnabled", False)),
        plain_too=item.get("TransitEncryptionMode") == "preferred",
        anonymous=True,
        token_set=None,
        upgrades=bool(item.get("AutoMinorVersionUpgrade", False)),
        retention_days=0,
        redundant=None,
    )
    return live(
        aws,
        TYPE,
        identity,
        name=item["CacheClusterId"],
        tags=asked_tags(aws, "elasticache", "list_tags_for_resource", "TagList", ResourceName=identity),
        relations={"security_groups": tuple(arn(aws, "ec2", f"security-group/{group}") for group in groups)},
        **memcached_aspects(facts),
    )
