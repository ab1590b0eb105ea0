"""DAX clusters: the live and the Terraform form agree."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import dax_cluster
from phiward.inventory.aspects import EncryptionAtRest, EncryptionInTransit, Resilience
from phiward.inventory.model import Resource, Unknown

CLUSTER: dict[str, Any] = {
    "ClusterName": "cache",
    "ClusterArn": "arn:aws:dax:us-east-1:123456789012:cache/cache",
    "TotalNodes": 2,
    "Nodes": [
        {"NodeId": "a", "AvailabilityZone": "us-east-1a"},
        {"NodeId": "b", "AvailabilityZone": "us-east-1b"},
    ],
    "SecurityGroups": [{"SecurityGroupIdentifier": "sg-1", "Status": "active"}],
    "SSEDescription": {"Status": "ENABLED"},
    "ClusterEndpointEncryptionType": "TLS",
}
BARE: dict[str, Any] = {
    **CLUSTER,
    "TotalNodes": 1,
    "Nodes": CLUSTER["Nodes"][:1],
    "SSEDescription": {"Status": "DISABLED"},
    "ClusterEndpointEncryptionType": "NONE",
}
ANSWERS: dict[str, Any] = {"dax:DescribeClusters": {"Clusters": [CLUSTER]}, "dax:ListTags": {"Tags": []}}
SAME = ("encryption_at_rest", "encryption_in_transit", "resilience", "config", "name")


def live(cluster: dict[str, Any] = CLUSTER, **given: Any) -> Resource:
    """Return a live cluster."""
    return dax_cluster.resource(FakeAws(ANSWERS, **given), cluster)


def code(blocks: Any = None, **arguments: Any) -> Resource:
    """Return a cluster in Terraform."""
    block = FakeBlock("aws_dax_cluster.cache", blocks=blocks, **{"cluster_name": "cache", **arguments})
    return dax_cluster.from_terraform(block, {}, FakeSource([block, FakeBlock("aws_security_group.cache")]))


def test_both_forms_of_a_good_cluster_agree() -> None:
    """Encrypted on disk and on the way, in two zones."""
    written = code(
        {"server_side_encryption": [{"enabled": True}]},
        cluster_endpoint_encryption_type="TLS",
        replication_factor=2,
        availability_zones=["us-east-1a", "us-east-1b"],
        security_group_ids=[Ref("aws_security_group.cache.id")],
    )

    assert [getattr(written, name) for name in SAME] == [getattr(live(), name) for name in SAME]
    assert written.relations == {"security_groups": ("aws_security_group.cache",)}
    assert live().relations == {"security_groups": ("arn:aws:ec2:us-east-1:123456789012:security-group/sg-1",)}
    assert live().encryption_at_rest == EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner="managed")


def test_both_forms_of_a_careless_cluster_agree() -> None:
    """The defaults encrypt nothing."""
    written = code(replication_factor=1)

    assert [getattr(written, name) for name in SAME] == [getattr(live(BARE), name) for name in SAME]
    assert written.encryption_at_rest == EncryptionAtRest(enabled=False)
    assert isinstance(written.encryption_in_transit, EncryptionInTransit)
    assert written.encryption_in_transit.enforced is False
    assert written.resilience == Resilience(redundant=False)


@pytest.mark.parametrize(
    ("arguments", "redundant"),
    [
        ({"replication_factor": 3}, None),
        ({"replication_factor": 3, "availability_zones": ["a", "a"]}, False),
        ({"replication_factor": Unknown("var.nodes has no value")}, None),
    ],
)
def test_where_its_nodes_are(arguments: Any, redundant: bool | None) -> None:
    """Without named zones the subnets decide."""
    found = code(**arguments).resilience

    assert isinstance(found, Resilience)
    assert found.redundant is redundant or (redundant is None and isinstance(found.redundant, Unknown))


def test_denied_tags_are_unknown_tags() -> None:
    """And nothing else."""
    found = live(denied={"dax:ListTags"})

    assert found.tags == Unknown("access denied: dax:ListTags")
    assert found.encryption_at_rest == live().encryption_at_rest


def test_a_denied_listing_is_raised() -> None:
    """No cluster is not the same as no right to see clusters."""
    with pytest.raises(Denied):
        list(dax_cluster.items(FakeAws({}, denied={"dax:DescribeClusters"})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """The listing tells all but the tags."""
    aws = FakeAws(ANSWERS, need={"encryption_at_rest"})

    dax_cluster.resource(aws, CLUSTER)

    assert aws.calls == []
