"""RDS: database instances, clusters, and their groups of parameters and subnets."""

from typing import Any

from phiward.collectors.cloudformation.shapes import Part, Rule, Shape, of
from phiward.collectors.documents import Mapping, Sequence, Span
from phiward.inventory.unknown import Unknown

_PUBLIC = Unknown(
    "PubliclyAccessible is left out: whether it gets a public address depends on the network it is placed in"
)


def _entries(value: Any, span: Span) -> list[tuple[str, Any]]:
    """Return the parameters of a group, a mapping here, as blocks with name and value."""
    if not isinstance(value, Mapping):
        return [("parameter", Unknown("the parameters are no mapping"))]
    found = [of(value.spans.get(name, span), name=name, value=each) for name, each in value.items()]
    return [("parameter", Sequence(span, [*found, *([value.unseen] if value.unseen else [])]))]


_PARAMETERS = Rule(("parameter",), _entries)
_SHARED = {
    "EnableIAMDatabaseAuthentication": "iam_database_authentication_enabled",
    "EnableCloudwatchLogsExports": "enabled_cloudwatch_logs_exports",
}


def _of_cluster(cluster: Any) -> str:
    return "aws_rds_cluster_instance" if cluster is not None else "aws_db_instance"


SHAPES = (
    Shape(
        "AWS::RDS::DBInstance",
        "aws_db_instance",
        {
            **_SHARED,
            "EnablePerformanceInsights": "performance_insights_enabled",
            "DBInstanceIdentifier": "identifier",
            "DBClusterIdentifier": "cluster_identifier",
            "DBParameterGroupName": "parameter_group_name",
            "VPCSecurityGroups": "vpc_security_group_ids",
            "CACertificateIdentifier": "ca_cert_identifier",
            "SourceDBInstanceIdentifier": "replicate_source_db",
            "SourceDBClusterIdentifier": "replicate_source_db",
            "DBSnapshotIdentifier": "snapshot_identifier",
            "DBClusterSnapshotIdentifier": "snapshot_identifier",
            "SourceDbiResourceId": "snapshot_identifier",
            "SourceDBInstanceAutomatedBackupsArn": "snapshot_identifier",
            "MasterUserPassword": None,
        },
        parts=(
            Part(
                property="AutomaticBackupReplicationRegion",
                type="aws_db_instance_automated_backups_replication",
                owner="source_db_instance_arn",
                argument="destination_region",
            ),
        ),
        by="DBClusterIdentifier",
        variant=_of_cluster,
        defaults={"backup_retention_period": 1, "publicly_accessible": _PUBLIC},
    ),
    Shape(
        "AWS::RDS::DBCluster",
        "aws_rds_cluster",
        {
            **_SHARED,
            "DBClusterIdentifier": "cluster_identifier",
            "DBClusterParameterGroupName": "db_cluster_parameter_group_name",
            "SourceDBClusterIdentifier": "replication_source_identifier",
            "ReplicationSourceIdentifier": "replication_source_identifier",
            "MasterUserPassword": None,
        },
        defaults={"engine": Unknown("Engine is left out")},
    ),
    Shape(
        "AWS::RDS::DBParameterGroup",
        "aws_db_parameter_group",
        {"DBParameterGroupName": "name", "Parameters": _PARAMETERS},
        ref="name",
    ),
    Shape(
        "AWS::RDS::DBClusterParameterGroup",
        "aws_rds_cluster_parameter_group",
        {"DBClusterParameterGroupName": "name", "Parameters": _PARAMETERS},
        ref="name",
    ),
    Shape("AWS::RDS::DBSubnetGroup", "aws_db_subnet_group", {"DBSubnetGroupName": "name"}),
)
