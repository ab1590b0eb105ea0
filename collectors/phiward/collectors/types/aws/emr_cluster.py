"""EMR clusters that run, or are about to. Calls `elasticmapreduce:ListClusters` and, for what is needed of each,
`DescribeCluster`, `DescribeSecurityConfiguration` and `GetBlockPublicAccessConfiguration` (each once for all that share
it), `ListInstances` for its primary nodes, `kms:DescribeKey`, and EC2's listings where one has a public address.

A cluster that has ended holds nothing any more; EMR lists it for two months, and it is left out.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws import emr_code, emr_security, reach
from phiward.collectors.types.aws.answers import arn, listed, live, tags_of
from phiward.collectors.types.aws.emr_facts import ClusterConfig, ClusterFacts, Guard, aspects
from phiward.collectors.types.aws.emr_security import Security
from phiward.collectors.types.aws.kms_keys import encrypts_with, owner_of
from phiward.collectors.types.aws.reach import NOWHERE, Reach
from phiward.inventory.aspects import (
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Logging,
    Network,
    Resilience,
)
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

TYPE = ResourceType(
    name="aws.emr.cluster",
    title="EMR cluster",
    aspects=(EncryptionAtRest, EncryptionInTransit, Exposure, Logging, Resilience, Network),
    config=ClusterConfig,
    relations={
        "security_groups": Relation(
            "the security groups that filter the traffic of its primary node", ("aws.ec2.security_group",)
        ),
        "encrypts_with": Relation("the KMS key its disks are encrypted with", ("aws.kms.key",)),
    },
    stores_data=True,
)

TERRAFORM = emr_code.forms(TYPE)

_ALIVE = ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING"]
_WHOLE = (
    "encryption_at_rest",
    "encryption_in_transit",
    "exposure",
    "logging",
    "resilience",
    "network",
    "config",
    "relations",
    "tags",
)
_SECURITY = ("encryption_at_rest", "encryption_in_transit", "config.kerberos")
_ADDRESS = ("network.private", "exposure.public", "exposure.ways", "config.primary_has_public_address")
_REACH = ("exposure.public", "exposure.ways")


class _Placed(Struct, frozen=True):
    """Where the primary nodes lie."""

    address: Maybe[bool]
    reached: Reach
    groups: Maybe[tuple[str, ...]]


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every cluster of the region that has not ended."""
    yield from aws.pages("emr", "list_clusters", "Clusters", ClusterStates=_ALIVE)


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one cluster, with its security configuration and primary nodes."""
    answer = aws.ask("emr", "describe_cluster", fills=_WHOLE, ClusterId=item["Id"])
    cluster: Maybe[dict[str, Any]] = (
        answer if isinstance(answer, Unknown) else (answer or {}).get("Cluster") or Unknown("it is gone")
    )
    place = _place(aws, cluster)
    said = aspects(_facts(aws, cluster, place))
    tags = cluster if isinstance(cluster, Unknown) else tags_of(cluster.get("Tags", ()))
    return live(
        aws,
        TYPE,
        item.get("ClusterArn") or arn(aws, "elasticmapreduce", f"cluster/{item['Id']}"),
        name=item["Name"],
        tags=tags,
        relations={
            "security_groups": place.groups
            if isinstance(place.groups, Unknown)
            else tuple(arn(aws, "ec2", f"security-group/{group}") for group in place.groups),
            "encrypts_with": encrypts_with(said["encryption_at_rest"]),
        },
        **said,
    )


def _facts(aws: Aws, cluster: Maybe[dict[str, Any]], place: _Placed) -> ClusterFacts:
    guard = _guard(aws)
    if isinstance(cluster, Unknown):
        return ClusterFacts(
            security=emr_security.unseen(cluster),
            key_owner=cluster,
            address=cluster,
            reached=Reach(public=cluster, ways=cluster),
            guard=guard,
            log=cluster,
            protected=cluster,
            release=cluster,
        )
    security = _security(aws, cluster)
    owner = security.key_owner
    if owner is None and isinstance(security.key, str):
        owner = owner_of(aws, security.key)
    return ClusterFacts(
        security=security,
        key_owner=owner,
        address=place.address,
        reached=place.reached,
        guard=guard,
        log=cluster.get("LogUri"),
        # A cluster that ends with its last step has nothing that would have to be kept from ending.
        protected=None if cluster.get("AutoTerminate", False) else bool(cluster.get("TerminationProtected", False)),
        release=cluster.get("ReleaseLabel"),
    )


def _security(aws: Aws, cluster: dict[str, Any]) -> Security:
    name = cluster.get("SecurityConfiguration")
    if not name:
        return emr_security.NONE
    answer = aws.ask("emr", "describe_security_configuration", fills=_SECURITY, Name=name)
    if isinstance(answer, Unknown):
        return emr_security.unseen(answer)
    return emr_security.read((answer or {}).get("SecurityConfiguration", ""))


def _place(aws: Aws, cluster: Maybe[dict[str, Any]]) -> _Placed:
    if isinstance(cluster, Unknown):
        return _Placed(cluster, Reach(public=cluster, ways=cluster), cluster)
    place = cluster.get("Ec2InstanceAttributes", {})
    groups = {place.get("EmrManagedMasterSecurityGroup"), *place.get("AdditionalMasterSecurityGroups", ())} - {None, ""}
    named = tuple(sorted(str(group) for group in groups))
    fleet = cluster.get("InstanceCollectionType") == "INSTANCE_FLEET"
    chosen: dict[str, Any] = {"InstanceFleetType": "MASTER"} if fleet else {"InstanceGroupTypes": ["MASTER"]}
    nodes = listed(aws, "emr", "list_instances", "Instances", fills=_ADDRESS, ClusterId=cluster["Id"], **chosen)
    if isinstance(nodes, Unknown):
        return _Placed(nodes, Reach(public=nodes, ways=nodes), named)
    public = any(node.get("PublicIpAddress") for node in nodes if node.get("Status", {}).get("State") != "TERMINATED")
    subnet = place.get("Ec2SubnetId")
    reached = NOWHERE
    if public:
        reached = reach.reached(aws, subnets=(subnet,) if subnet else (), groups=named, fills=_REACH)
    return _Placed(public, reached, named)


def _guard(aws: Aws) -> Guard:
    answer = aws.ask(
        "emr", "get_block_public_access_configuration", fills=("exposure.public_access_blocked", "config.open_ports")
    )
    if isinstance(answer, Unknown):
        return Guard(answer, answer)
    block = (answer or {}).get("BlockPublicAccessConfiguration", {})
    ranges = tuple(
        f"{each['MinRange']}-{each.get('MaxRange', each['MinRange'])}"
        for each in block.get("PermittedPublicSecurityGroupRuleRanges", ())
    )
    return Guard(bool(block.get("BlockPublicSecurityGroupRules", False)), ranges)
