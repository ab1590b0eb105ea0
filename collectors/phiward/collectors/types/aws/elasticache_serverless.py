"""Serverless caches of ElastiCache.

Calls `elasticache:DescribeServerlessCaches`, `ListTagsForResource`, and `kms:DescribeKey` where one names a key.
They always speak TLS, lie in several zones and are kept current by AWS (*Serverless caches*, ElastiCache User Guide);
what is left to choose is the key, who may connect, and backups.
"""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.answers import arn, asked_tags, live
from phiward.collectors.types.aws.elasticache_facts import MEMCACHED, CacheConfig, CacheFacts, aspects
from phiward.collectors.types.aws.kms_keys import encrypts_with, owner_of
from phiward.inventory.aspects import (
    Authentication,
    Backup,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Patching,
    Resilience,
)
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

TYPE = ResourceType(
    name="aws.elasticache.serverless_cache",
    title="ElastiCache serverless cache",
    aspects=(Authentication, Backup, EncryptionAtRest, EncryptionInTransit, Exposure, Patching, Resilience),
    config=CacheConfig,
    relations={
        "security_groups": Relation("the security groups that filter its traffic", ("aws.ec2.security_group",)),
        "encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",)),
    },
    stores_data=True,
)

_PUBLIC = Unknown("its endpoint is outside a VPC, and who reaches that is told by no call")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every serverless cache of the region."""
    yield from aws.pages("elasticache", "describe_serverless_caches", "ServerlessCaches")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one cache, with whose key encrypts it."""
    key = item.get("KmsKeyId")
    said = aspects(
        CacheFacts(
            engine=item.get("Engine", Unknown("ElastiCache names no engine")),
            version=item.get("FullEngineVersion") or item.get("MajorEngineVersion", ""),
            encrypted=item.get("StorageEncryptionType") != "none",
            key_owner=owner_of(aws, key) if key else "provider",
            key=key,
            tls=True,
            plain_too=False,
            anonymous=item.get("Engine") == MEMCACHED or not item.get("UserGroupId"),
            token_set=None,
            upgrades=True,
            retention_days=item.get("SnapshotRetentionLimit", 0),
            redundant=True,
        )
    )
    groups = sorted(item.get("SecurityGroupIds", ()))
    return live(
        aws,
        TYPE,
        item["ARN"],
        name=item["ServerlessCacheName"],
        tags=asked_tags(aws, "elasticache", "list_tags_for_resource", "TagList", ResourceName=item["ARN"]),
        exposure=_exposure(item),
        relations={
            "security_groups": tuple(arn(aws, "ec2", f"security-group/{group}") for group in groups),
            "encrypts_with": encrypts_with(said["encryption_at_rest"]),
        },
        **said,
    )


def _exposure(cache: dict[str, Any]) -> Exposure:
    """Return that the internet does not reach it: in a VPC it has no public address."""
    outside: Maybe[bool] = _PUBLIC if cache.get("ConnectionType") == "public" else False
    return Exposure(public=outside, ways=outside if isinstance(outside, Unknown) else ())
