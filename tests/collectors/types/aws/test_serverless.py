"""Stores without servers of their own: Redshift, OpenSearch and ElastiCache."""

from typing import Any

import pytest
from fakes import FakeAws, asked

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import (
    elasticache_serverless,
    opensearch_collection,
    redshift_serverless_namespace,
    redshift_serverless_workgroup,
)
from phiward.inventory.aspects import Exposure, Resilience
from phiward.inventory.model import Resource, Unknown

KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0f"
WORLD = {"FromPort": 5439, "ToPort": 5439, "IpProtocol": "tcp", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
ROUTED = {
    "RouteTableId": "rtb-1",
    "VpcId": "vpc-1",
    "Associations": [{"SubnetId": "subnet-1"}],
    "Routes": [{"GatewayId": "igw-1", "DestinationCidrBlock": "0.0.0.0/0", "State": "active"}],
}
NAMESPACE = {
    "namespaceName": "records",
    "namespaceArn": "arn:aws:redshift-serverless:us-east-1:123456789012:namespace/1",
    "kmsKeyId": KEY,
    "logExports": ["userlog", "connectionlog"],
}
WORKGROUP: dict[str, Any] = {
    "workgroupName": "analysis",
    "workgroupArn": "arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/1",
    "namespaceName": "records",
    "publiclyAccessible": True,
    "enhancedVpcRouting": True,
    "securityGroupIds": ["sg-1"],
    "subnetIds": ["subnet-1"],
    "port": 5439,
    "configParameters": [{"parameterKey": "require_ssl", "parameterValue": "true"}],
}
COLLECTION = {
    "id": "c11",
    "name": "notes",
    "arn": "arn:aws:aoss:us-east-1:123456789012:collection/c11",
    "kmsKeyArn": KEY,
}
DETAILS = {"id": "c11", "standbyReplicas": "ENABLED", "deletionProtection": "DISABLED"}
CACHE: dict[str, Any] = {
    "ServerlessCacheName": "sessions",
    "ARN": "arn:aws:elasticache:us-east-1:123456789012:serverlesscache:sessions",
    "Engine": "valkey",
    "FullEngineVersion": "8.1",
    "KmsKeyId": KEY,
    "StorageEncryptionType": "sse-kms",
    "UserGroupId": "wards",
    "SnapshotRetentionLimit": 35,
    "SecurityGroupIds": ["sg-1"],
}
ANSWERS: dict[str, Any] = {
    "kms:DescribeKey": {"KeyMetadata": {"KeyId": "0f0f", "KeyManager": "CUSTOMER"}},
    "redshift-serverless:ListNamespaces": {"namespaces": [NAMESPACE]},
    "redshift-serverless:ListWorkgroups": {"workgroups": [WORKGROUP]},
    "redshift-serverless:ListTagsForResource": {"tags": [{"key": "team", "value": "records"}]},
    "redshift-serverless:ListSnapshotCopyConfigurations": {
        "snapshotCopyConfigurations": [{"namespaceName": "records", "destinationRegion": "us-west-2"}]
    },
    "aoss:ListCollections": {"collectionSummaries": [COLLECTION]},
    "aoss:BatchGetCollection": {"collectionDetails": [DETAILS]},
    "aoss:ListTagsForResource": {"tags": [{"key": "team", "value": "records"}]},
    "aoss:ListSecurityPolicies": {"securityPolicySummaries": []},
    "elasticache:DescribeServerlessCaches": {"ServerlessCaches": [CACHE]},
    "elasticache:ListTagsForResource": {"TagList": [{"Key": "team", "Value": "records"}]},
    "ec2:DescribeRouteTables": {"RouteTables": [ROUTED]},
    "ec2:DescribeSecurityGroups": {"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": [WORLD]}]},
}
MODULES = (
    elasticache_serverless,
    opensearch_collection,
    redshift_serverless_namespace,
    redshift_serverless_workgroup,
)


def read(module: Any, changes: dict[str, Any] | None = None, **how: Any) -> Resource:
    """Read the one thing of a type."""
    aws = FakeAws({**ANSWERS, **(changes or {})}, **how)
    (item,) = module.items(aws)
    made: Resource = module.resource(aws, item)
    return made


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def network(name: str, *patterns: str, public: bool) -> dict[str, Any]:
    """Return the answers of one network policy."""
    rules = [{"ResourceType": "collection", "Resource": list(patterns)}]
    return {
        "aoss:ListSecurityPolicies": {"securityPolicySummaries": [{"name": name, "type": "network"}]},
        "aoss:GetSecurityPolicy": {
            "securityPolicyDetail": {"name": name, "policy": [{"Rules": rules, "AllowFromPublic": public}]}
        },
    }


@pytest.mark.parametrize("module", MODULES)
def test_each_is_tagged_and_its_listing_denied_is_raised(module: Any) -> None:
    """A gap of the run, never a store that is not there."""
    assert read(module).tags == {"team": "records"}
    listings = {
        "elasticache:DescribeServerlessCaches",
        "aoss:ListCollections",
        "redshift-serverless:ListNamespaces",
        "redshift-serverless:ListWorkgroups",
    }
    with pytest.raises(Denied):
        list(module.items(FakeAws(ANSWERS, denied=listings)))


@pytest.mark.parametrize(
    ("module", "path", "expected"),
    [
        (redshift_serverless_namespace, "encryption_at_rest.enabled", True),
        (redshift_serverless_namespace, "encryption_at_rest.key_owner", "customer"),
        (redshift_serverless_namespace, "logging.enabled", True),
        (redshift_serverless_namespace, "logging.kinds", ("connectionlog", "userlog")),
        (redshift_serverless_namespace, "backup.enabled", True),
        (redshift_serverless_namespace, "backup.other_site", True),
        (redshift_serverless_workgroup, "encryption_in_transit.enforced", True),
        (redshift_serverless_workgroup, "config.enhanced_vpc_routing", True),
        (redshift_serverless_workgroup, "network.private", False),
        (redshift_serverless_workgroup, "exposure.public", True),
        (opensearch_collection, "encryption_at_rest.key_owner", "customer"),
        (opensearch_collection, "encryption_in_transit.enforced", True),
        (opensearch_collection, "exposure.public", False),
        (opensearch_collection, "resilience", Resilience(redundant=True, deletion_protected=False)),
        (elasticache_serverless, "encryption_at_rest.key_owner", "customer"),
        (elasticache_serverless, "encryption_in_transit.enforced", True),
        (elasticache_serverless, "authentication.anonymous", False),
        (elasticache_serverless, "backup.retention_days", 35),
        (elasticache_serverless, "exposure", Exposure(public=False)),
    ],
)
def test_what_is_set_well(module: Any, path: str, expected: Any) -> None:
    """The good form of each."""
    assert at(read(module), path) == expected


@pytest.mark.parametrize(
    ("module", "listing", "item", "path", "expected"),
    [
        (redshift_serverless_namespace, "redshift-serverless:ListNamespaces", {"kmsKeyId": "AWS_OWNED_KMS_KEY"}, "encryption_at_rest.key_owner", "provider"),
        (redshift_serverless_namespace, "redshift-serverless:ListNamespaces", {"logExports": []}, "logging.enabled", False),
        (redshift_serverless_namespace, "redshift-serverless:ListNamespaces", {"namespaceName": "other"}, "backup.other_site", False),
        (redshift_serverless_workgroup, "redshift-serverless:ListWorkgroups", {"publiclyAccessible": False}, "exposure", Exposure(public=False)),
        (redshift_serverless_workgroup, "redshift-serverless:ListWorkgroups", {"port": 5440}, "exposure.public", False),
        (redshift_serverless_workgroup, "redshift-serverless:ListWorkgroups", {"configParameters": [{"parameterKey": "require_ssl", "parameterValue": "false"}]}, "encryption_in_transit.enforced", False),
        (redshift_serverless_workgroup, "redshift-serverless:ListWorkgroups", {"configParameters": []}, "encryption_in_transit.enforced", Unknown("Redshift Serverless does not say require_ssl")),
        (opensearch_collection, "aoss:ListCollections", {"kmsKeyArn": "auto"}, "encryption_at_rest.key_owner", "provider"),
        (opensearch_collection, "aoss:ListCollections", {"id": "c22"}, "resilience.redundant", Unknown("aoss:BatchGetCollection tells nothing of it")),
        (elasticache_serverless, "elasticache:DescribeServerlessCaches", {"KmsKeyId": None}, "encryption_at_rest.key_owner", "provider"),
        (elasticache_serverless, "elasticache:DescribeServerlessCaches", {"UserGroupId": None}, "authentication.anonymous", True),
        (elasticache_serverless, "elasticache:DescribeServerlessCaches", {"SnapshotRetentionLimit": 0}, "backup.enabled", False),
        (elasticache_serverless, "elasticache:DescribeServerlessCaches", {"ConnectionType": "public"}, "exposure.public", Unknown("its endpoint is outside a VPC, and who reaches that is told by no call")),
    ],
)  # fmt: skip
def test_what_is_set_badly_or_not_said(
    module: Any, listing: str, item: dict[str, Any], path: str, expected: Any
) -> None:
    """And what an answer leaves open."""
    ((key, (good,)),) = ANSWERS[listing].items()

    assert at(read(module, {listing: {key: [{**good, **item}]}}), path) == expected


@pytest.mark.parametrize(
    ("module", "call", "unseen"),
    [
        (redshift_serverless_namespace, "kms:DescribeKey", {"encryption_at_rest.key_owner"}),
        (redshift_serverless_namespace, "redshift-serverless:ListSnapshotCopyConfigurations", {"backup.other_site"}),
        (redshift_serverless_namespace, "redshift-serverless:ListTagsForResource", {"tags"}),
        (redshift_serverless_workgroup, "redshift-serverless:ListTagsForResource", {"tags"}),
        (redshift_serverless_workgroup, "ec2:DescribeRouteTables", {"exposure.public", "exposure.ways"}),
        (redshift_serverless_workgroup, "ec2:DescribeSecurityGroups", {"exposure.public", "exposure.ways"}),
        (opensearch_collection, "kms:DescribeKey", {"encryption_at_rest.key_owner"}),
        (opensearch_collection, "aoss:BatchGetCollection", {"resilience.redundant", "resilience.deletion_protected"}),
        (opensearch_collection, "aoss:ListSecurityPolicies", {"exposure.public", "exposure.ways"}),
        (opensearch_collection, "aoss:ListTagsForResource", {"tags"}),
        (elasticache_serverless, "kms:DescribeKey", {"encryption_at_rest.key_owner"}),
        (elasticache_serverless, "elasticache:ListTagsForResource", {"tags"}),
    ],
)
def test_a_denied_call_makes_exactly_its_own_paths_unknown(module: Any, call: str, unseen: set[str]) -> None:
    """Everything else is still told."""
    made = read(module, denied={call})

    found = {"tags"} if isinstance(made.tags, Unknown) else set()
    for name in ("encryption_at_rest", "encryption_in_transit", "exposure", "logging", "backup", "resilience"):
        aspect = getattr(made, name)
        for field in () if aspect is None else type(aspect).__struct_fields__:
            value = getattr(aspect, field)
            if isinstance(value, Unknown) and "denied" in value.reason:
                found.add(f"{name}.{field}")
    assert found == unseen


@pytest.mark.parametrize(
    ("patterns", "public", "expected"),
    [
        (("collection/notes",), True, Exposure(public=True, ways=("network-policy:open",))),
        (("collection/other", "collection/no*"), True, Exposure(public=True, ways=("network-policy:open",))),
        (("collection/other",), True, Exposure(public=False)),
        (("collection/notes",), False, Exposure(public=False)),
    ],
)
def test_a_network_policy_opens_the_collections_that_it_names(
    patterns: tuple[str, ...], public: bool, expected: Exposure
) -> None:
    """By their names, or the beginnings of them."""
    found = read(opensearch_collection, network("open", *patterns, public=public)).exposure

    assert isinstance(found, Exposure)
    assert (found.public, found.ways) == (expected.public, expected.ways)


def test_a_denied_network_policy_may_open_it() -> None:
    """One that is seen and opens it decides all the same."""
    one = network("open", "collection/*", public=True)
    two = {"aoss:ListSecurityPolicies": {"securityPolicySummaries": [{"name": "open"}, {"name": "other"}]}}
    open_and_unseen = {
        **two,
        asked("aoss:GetSecurityPolicy", name="open", type="network"): one["aoss:GetSecurityPolicy"],
        asked("aoss:GetSecurityPolicy", name="other", type="network"): {},
    }

    assert at(read(opensearch_collection, open_and_unseen), "exposure.public") is True
    unseen = Unknown("access denied: aoss:GetSecurityPolicy")
    assert at(read(opensearch_collection, one, denied={"aoss:GetSecurityPolicy"}), "exposure.public") == unseen


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_asked_that_no_control_reads(module: Any) -> None:
    """The listing alone, where it tells what is read."""
    aws = FakeAws(ANSWERS, need={"encryption_in_transit"})
    (item,) = module.items(aws)
    module.resource(aws, item)

    assert len(aws.calls) == 1


def test_the_way_of_the_internet_is_told() -> None:
    """Through gateway, routes and group together."""
    assert at(read(redshift_serverless_workgroup), "exposure.ways") == (
        "internet > igw-1 > rtb-1 > subnet-1 > sg-1 (tcp 5439)",
    )
