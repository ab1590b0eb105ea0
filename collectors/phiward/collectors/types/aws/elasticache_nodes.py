"""What all ElastiCache types ask together. Calls `elasticache:DescribeCacheClusters` and `DescribeUsers`.

Every node, in a group or by itself, is a *cache cluster*: one listing for the region tells of all of them.
"""

from collections.abc import Collection
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.answers import listed, moment
from phiward.inventory.model import Maybe, Unknown

_ANONYMOUS = ("authentication.anonymous", "authentication.password", "authentication.centralized")


def anonymous(aws: Aws, cache: dict[str, Any]) -> Maybe[bool]:
    """Say whether a group or single node serves whoever reaches it.

    It does unless it has an AUTH token, or groups of users of which the one named `default`, whom every connection
    without a name is taken for, is switched off or has a password (*Role-Based Access Control*,
    ElastiCache User Guide).
    """
    if cache.get("AuthTokenEnabled", False):
        return False
    groups = set(cache.get("UserGroupIds", ()))
    if not groups:
        return True
    users = listed(aws, "elasticache", "describe_users", "Users", fills=_ANONYMOUS)
    if isinstance(users, Unknown):
        return users
    return any(
        _open(user.get("AccessString", ""), user.get("Authentication", {}).get("Type"))
        for user in users
        if user.get("UserName") == "default" and groups & set(user.get("UserGroupIds", ()))
    )


def token_set(cache: dict[str, Any]) -> Maybe[str | None]:
    """Return when the AUTH token of a group or single node was last set (a time); None where it has none."""
    if not cache.get("AuthTokenEnabled", False):
        return None
    return moment(cache.get("AuthTokenLastModifiedDate")) or Unknown("ElastiCache does not say when the token was set")


def _open(access: str, kind: str | None) -> bool:
    return "on" in access.split() and kind == "no-password"


def security_groups(clusters: Maybe[list[dict[str, Any]]], members: Collection[str]) -> Maybe[tuple[str, ...]]:
    """Return the ids of the security groups of some cache clusters."""
    if isinstance(clusters, Unknown):
        return clusters
    named = {
        group["SecurityGroupId"]
        for cluster in clusters
        if cluster["CacheClusterId"] in members
        for group in cluster.get("SecurityGroups", ())
    }
    return tuple(sorted(named))


def every_cluster(aws: Aws, fills: Collection[str]) -> Maybe[list[dict[str, Any]]]:
    """Return all cache clusters of the region."""
    return listed(aws, "elasticache", "describe_cache_clusters", "CacheClusters", fills=fills)
