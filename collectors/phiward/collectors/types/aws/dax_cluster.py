"""DAX clusters, the caches before DynamoDB tables. Calls `dax:DescribeClusters`, `dax:ListTags`.

What a node keeps on its disk is the tables' data. A cluster's encryption, of its disks and of its connections, is set
when it is made and never again. Its key is the managed one of the account (*DAX encryption at rest*, DynamoDB Developer
Guide): there is no other choice.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import arn, listed, live, tags_of
from phiward.collectors.types.aws.arguments import flag, number, text, texts
from phiward.collectors.types.aws.kms_keys import under_kms
from phiward.inventory.aspects import EncryptionAtRest, EncryptionInTransit, Resilience
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class ClusterConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a DAX cluster has."""

    nodes: Maybe[int]
    """How many nodes it has."""


TYPE = ResourceType(
    name="aws.dax.cluster",
    title="DAX cluster",
    aspects=(EncryptionAtRest, EncryptionInTransit, Resilience),
    config=ClusterConfig,
    relations={"security_groups": Relation("the security groups that filter its traffic", ("aws.ec2.security_group",))},
    stores_data=True,
)

_VERSIONS = Unknown("DAX does not say which versions of TLS its nodes accept")
_ON = {"ENABLED", "ENABLING"}


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every cluster of the region."""
    yield from aws.pages("dax", "describe_clusters", "Clusters")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one cluster, with its tags."""
    tags = listed(aws, "dax", "list_tags", "Tags", fills=("tags",), ResourceName=item["ClusterArn"])
    return normalize(aws, item, tags if isinstance(tags, Unknown) else tags_of(tags))


def normalize(aws: Aws, cluster: dict[str, Any], tags: Maybe[dict[str, str]]) -> Resource:
    """Turn one entry of `DescribeClusters` into a resource."""
    zones = {node["AvailabilityZone"] for node in cluster.get("Nodes", ()) if node.get("AvailabilityZone")}
    groups = {group["SecurityGroupIdentifier"] for group in cluster.get("SecurityGroups", ())}
    return live(
        aws,
        TYPE,
        cluster["ClusterArn"],
        name=cluster["ClusterName"],
        tags=tags,
        **_aspects(
            encrypted=cluster.get("SSEDescription", {}).get("Status") in _ON,
            tls=cluster.get("ClusterEndpointEncryptionType") == "TLS",
            redundant=len(zones) > 1,
        ),
        config=ClusterConfig(nodes=cluster.get("TotalNodes", len(cluster.get("Nodes", ())))),
        relations={"security_groups": tuple(sorted(arn(aws, "ec2", f"security-group/{group}") for group in groups))},
    )


def _aspects(*, encrypted: Maybe[bool], tls: Maybe[bool], redundant: Maybe[bool]) -> dict[str, Any]:
    return {
        "encryption_at_rest": under_kms(encrypted, "managed", None),
        "encryption_in_transit": EncryptionInTransit(
            enforced=tls, minimum_tls=None if tls is False else tls if isinstance(tls, Unknown) else _VERSIONS
        ),
        "resilience": Resilience(redundant=redundant),
    }


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the cluster that an `aws_dax_cluster` block makes."""
    encrypted: Maybe[bool] = False
    for nested in block.blocks("server_side_encryption"):
        encrypted = nested if isinstance(nested, Unknown) else flag(nested, "enabled", default=False)
    kind = text(block, "cluster_endpoint_encryption_type", "NONE")
    groups = source.owners("aws_security_group", block, "security_group_ids")
    name = block.get("cluster_name")
    nodes = number(block, "replication_factor", Unknown("replication_factor is not set"))
    return source.resource(
        block,
        TYPE,
        parts=parts,
        **({"name": name} if isinstance(name, str) else {}),
        **_aspects(
            encrypted=encrypted,
            tls=kind if isinstance(kind, Unknown) else kind == "TLS",
            redundant=_redundant(block, nodes),
        ),
        config=ClusterConfig(nodes=nodes),
        relations={
            "security_groups": groups
            if isinstance(groups, Unknown)
            else tuple(sorted(source.id(group) for group in groups))
        },
        lines={
            "encryption_at_rest": block.lines("server_side_encryption"),
            "encryption_in_transit": block.lines("cluster_endpoint_encryption_type"),
            "resilience": block.lines("replication_factor"),
        },
    )


def _redundant(block: Block, nodes: Maybe[int]) -> Maybe[bool]:
    """Say whether its nodes are in several zones. One node is in one; where none are named, its subnets decide."""
    if isinstance(nodes, Unknown) or nodes < 2:
        return nodes if isinstance(nodes, Unknown) else False
    zones = texts(block, "availability_zones")
    if isinstance(zones, Unknown):
        return zones
    unseen = next((zone for zone in zones if isinstance(zone, Unknown)), None)
    if unseen is not None or not zones:
        return unseen or Unknown("the subnets of its group decide which zones its nodes are in")
    return len(set(zones)) > 1


TERRAFORM = (Form(main="aws_dax_cluster", build=from_terraform, identified_by=("cluster_name", "id", "arn")),)
