"""RDS clusters: the live and the Terraform form agree."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource

from phiward.collectors.terraform.block import Parts
from phiward.collectors.types.aws import rds_cluster
from phiward.inventory.model import Resource, Unknown

ASPECTS = ("encryption_at_rest", "encryption_in_transit", "authentication", "logging", "resilience", "config")
BARE: dict[str, Any] = {
    "DBClusterArn": "arn:aws:rds:us-east-1:123456789012:cluster:chart",
    "DBClusterIdentifier": "chart",
    "Engine": "aurora-mysql",
    "EngineVersion": "8.0.mysql_aurora.3.04.0",
    "DBClusterParameterGroup": "strict",
}


def code(parts: Parts | None = None, **arguments: Any) -> Resource:
    """Return a cluster in Terraform."""
    given = {"engine": "aurora-mysql", "engine_version": "8.0.mysql_aurora.3.04.0", **arguments}
    block = FakeBlock("aws_rds_cluster.chart", **given)
    strict = FakeBlock(
        "aws_rds_cluster_parameter_group.strict",
        name="strict",
        blocks={"parameter": [{"name": "require_secure_transport", "value": "ON"}]},
    )
    return rds_cluster.from_terraform(block, parts or {}, FakeSource([block, strict]))


def test_both_forms_agree() -> None:
    """A cluster with a group that demands TLS, and defaults else."""
    parameters = {"Parameters": [{"ParameterName": "require_secure_transport", "ParameterValue": "ON"}]}
    found = rds_cluster.resource(FakeAws({"rds:DescribeDBClusterParameters": parameters}), BARE)

    written = code(db_cluster_parameter_group_name="strict")

    assert [getattr(written, name) for name in ASPECTS] == [getattr(found, name) for name in ASPECTS]
    assert written.encryption_in_transit is not None
    assert not isinstance(written.encryption_in_transit, Unknown)
    assert written.encryption_in_transit.enforced is True


@pytest.mark.parametrize(
    ("members", "redundant"),
    [([], False), ([FakeBlock("aws_rds_cluster_instance.a")], False), ([FakeBlock("a_b.a"), FakeBlock("a_b.b")], True)],
)
def test_a_second_instance_takes_over(members: list[Any], redundant: bool) -> None:
    """One instance alone is a single point of failure."""
    resource = code({"aws_rds_cluster_instance": members})

    assert resource.resilience is not None
    assert not isinstance(resource.resilience, Unknown)
    assert resource.resilience.redundant is redundant


def test_a_global_cluster_is_not_judged() -> None:
    """A copy in another region may exist: it is not read."""
    backup = code(global_cluster_identifier="g").backup

    assert backup is not None
    assert not isinstance(backup, Unknown)
    assert isinstance(backup.other_site, Unknown)
