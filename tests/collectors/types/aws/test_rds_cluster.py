"""RDS clusters: the live and the Terraform form agree."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.terraform.block import Parts
from phiward.collectors.types.aws import rds_cluster
from phiward.inventory.aspects import Backup
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


def live(cluster: dict[str, Any], answers: dict[str, Any], **given: Any) -> Resource:
    """Return a live cluster."""
    aws = FakeAws({"backup:ListBackupPlans": {"BackupPlansList": []}, **answers}, **given)
    return rds_cluster.resource(aws, {"cluster": cluster, "protected": {}})


def test_both_forms_agree() -> None:
    """A cluster with a group that demands TLS, and defaults else."""
    parameters = {"Parameters": [{"ParameterName": "require_secure_transport", "ParameterValue": "ON"}]}
    found = live(BARE, {"rds:DescribeDBClusterParameters": parameters})

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


@pytest.mark.parametrize(
    ("engine", "kind"),
    [
        ("aurora-mysql", "Aurora"),
        ("aurora-postgresql", "Aurora"),
        ("postgres", "RDS"),
        ("docdb", "DocumentDB"),
        ("neptune", "Neptune"),
        (Unknown("var.engine has no value"), "Aurora"),
    ],
)
def test_what_aws_backup_calls_it(engine: Any, kind: str) -> None:
    """All of them are listed as clusters of RDS; each is switched on by itself."""
    assert rds_cluster.backup_kind(engine) == kind


def test_aws_backup_covers_clusters() -> None:
    """Live by its ARN, in code by a reference to it; the opt-in of Aurora decides besides."""
    answers = {
        "backup:ListBackupPlans": {"BackupPlansList": [{"BackupPlanId": "p"}]},
        "backup:ListBackupSelections": {"BackupSelectionsList": [{"SelectionId": "s"}]},
        "backup:GetBackupSelection": {"BackupSelection": {"Resources": [BARE["DBClusterArn"]]}},
        "backup:GetBackupPlan": {"BackupPlan": {"Rules": []}},
        "rds:DescribeDBClusterParameters": {"Parameters": []},
    }

    def opted(*, on: bool) -> dict[str, Any]:
        return {**answers, "backup:DescribeRegionSettings": {"ResourceTypeOptInPreference": {"Aurora": on}}}

    block = FakeBlock("aws_rds_cluster.chart", engine="aurora-mysql")
    chosen = FakeBlock("aws_backup_selection.s", resources=[Ref("aws_rds_cluster.chart.arn")])
    written = rds_cluster.from_terraform(block, {}, FakeSource([block, chosen]))

    assert backup(live(BARE, opted(on=True))).planned is True
    assert backup(live(BARE, opted(on=False))).planned is False
    assert backup(written).planned is True


def backup(of: Resource) -> Backup:
    """Return how a cluster is backed up."""
    assert isinstance(of.backup, Backup)
    return of.backup
