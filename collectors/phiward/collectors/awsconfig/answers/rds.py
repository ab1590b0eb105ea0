"""Database instances, clusters and snapshots. Parameter groups are not recorded."""

from __future__ import annotations

from phiward.collectors.aws.port import Denied
from phiward.collectors.awsconfig.answer import Answer, Asked, Found, Kind, listing, unseen

INSTANCE, CLUSTER = "AWS::RDS::DBInstance", "AWS::RDS::DBCluster"
SNAPSHOT, CLUSTER_SNAPSHOT = "AWS::RDS::DBSnapshot", "AWS::RDS::DBClusterSnapshot"
_FLEETING = ("LatestRestorableTime",)

KINDS = (
    Kind(
        INSTANCE,
        covers="aws.rds.instance",
        optional=(
            "KmsKeyId",
            "DBClusterIdentifier",
            "DBSubnetGroup",
            "Endpoint",
            "Endpoint.Port",
            "EnabledCloudwatchLogsExports",
            "PerformanceInsightsEnabled",
            "CACertificateIdentifier",
            "ReadReplicaSourceDBInstanceIdentifier",
            "ReadReplicaSourceDBClusterIdentifier",
            "PendingModifiedValues",
            "PendingModifiedValues.*",
            "DBParameterGroups",
            "DBParameterGroups.ParameterApplyStatus",
            "MonitoringInterval",
        ),
        lacking={
            "LatestRestorableTime": ("backup.last_success",),
            "DeletionProtection": ("resilience.deletion_protected",),
            "CertificateDetails": ("encryption_in_transit.certificate_expires",),
            "CertificateDetails.ValidTill": ("encryption_in_transit.certificate_expires",),
            "NetworkType": ("exposure?",),
            "DBInstanceAutomatedBackupsReplications": ("backup.other_site",),
            "AutoMinorVersionUpgrade": ("patching.automatic",),
            "IAMDatabaseAuthenticationEnabled": ("authentication",),
            "CopyTagsToSnapshot": ("config.copy_tags_to_snapshot",),
            "PubliclyAccessible": ("exposure", "config.publicly_accessible"),
            "MultiAZ": ("resilience.redundant",),
            "StorageEncrypted": ("encryption_at_rest", "backup.encrypted", "relations.encrypts_with"),
            "BackupRetentionPeriod": ("backup",),
        },
        fleeting=_FLEETING,
    ),
    Kind(
        CLUSTER,
        covers="aws.rds.cluster",
        optional=(
            "KmsKeyId",
            "EnabledCloudwatchLogsExports",
            "DBClusterParameterGroup",
            "EngineVersion",
        ),
        lacking={
            "LatestRestorableTime": ("backup.last_success",),
            "GlobalClusterIdentifier": ("backup.other_site",),
            "IAMDatabaseAuthenticationEnabled": ("authentication",),
            "DeletionProtection": ("resilience.deletion_protected",),
            "MultiAZ": ("resilience.redundant",),
            "StorageEncrypted": ("encryption_at_rest", "backup.encrypted", "relations.encrypts_with"),
            "BackupRetentionPeriod": ("backup",),
            "CopyTagsToSnapshot": ("config.copy_tags_to_snapshot",),
        },
        fleeting=_FLEETING,
    ),
    *(
        Kind(
            kind,
            covers="aws.rds.snapshot",
            optional=(
                "KmsKeyId",
                "SnapshotCreateTime",
                "Engine",
                "DBClusterSnapshotIdentifier",  # it tells the one kind from the other
                other,
            ),
            lacking={own: ("encryption_at_rest",)},
        )
        for kind, own, other in (
            (SNAPSHOT, "Encrypted", "StorageEncrypted"),
            (CLUSTER_SNAPSHOT, "StorageEncrypted", "Encrypted"),
        )
    ),
)


def _shared(resource_type: str, of: str) -> Answer:
    """Return how the accounts that a snapshot is shared with are told."""
    part = f"{of}SnapshotAttributes"

    def handler(asked: Asked) -> Found:
        item = asked.one(resource_type, asked.arguments[f"{of}SnapshotIdentifier"])
        if not item.supplement.holds(part):
            raise Denied(asked.call, unseen(resource_type, part).reason)
        return Found({f"{part}Result": {part: item.supplement.get(part) or []}}, (item,))

    return Answer(handler, (resource_type,))


ANSWERS = {
    "rds.describe_db_instances": listing(
        INSTANCE,
        "DBInstances",
        tags="TagList",
        chosen_by={"DBInstanceIdentifier": "DBInstanceIdentifier"},
        fleeting=_FLEETING,
    ),
    "rds.describe_db_clusters": listing(
        CLUSTER,
        "DBClusters",
        tags="TagList",
        chosen_by={"DBClusterIdentifier": "DBClusterIdentifier"},
        fleeting=_FLEETING,
    ),
    "rds.describe_db_snapshots": listing(
        SNAPSHOT, "DBSnapshots", tags="TagList", chosen_by={"SnapshotType": "SnapshotType"}
    ),
    "rds.describe_db_cluster_snapshots": listing(
        CLUSTER_SNAPSHOT, "DBClusterSnapshots", tags="TagList", chosen_by={"SnapshotType": "SnapshotType"}
    ),
    "rds.describe_db_snapshot_attributes": _shared(SNAPSHOT, "DB"),
    "rds.describe_db_cluster_snapshot_attributes": _shared(CLUSTER_SNAPSHOT, "DBCluster"),
}
