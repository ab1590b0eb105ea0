"""Other places where data is kept: EFS, Redshift, OpenSearch Service, Kinesis."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phiward.collectors.aws.port import Denied
from phiward.collectors.awsconfig.answer import Answer, Asked, Found, Kind, described, listing, tagged, unseen

if TYPE_CHECKING:
    from phiward.collectors.awsconfig.item import Item
    from phiward.collectors.awsconfig.members import Members

FILES, WAREHOUSE, SUBNETS = "AWS::EFS::FileSystem", "AWS::Redshift::Cluster", "AWS::Redshift::ClusterSubnetGroup"
DOMAIN, STREAM = "AWS::OpenSearch::Domain", "AWS::Kinesis::Stream"
_ENCRYPTED = ("encryption_at_rest", "backup.encrypted", "relations.encrypts_with")

KINDS = (
    Kind(
        FILES,
        covers="aws.efs.file_system",
        optional=("KmsKeyId", "Name", "FileSystemArn"),
        lacking={
            "Encrypted": ("encryption_at_rest", "backup.encrypted", "relations.encrypts_with"),
            "NumberOfMountTargets": ("exposure.public?", "exposure.ways"),
            "AvailabilityZoneName": ("resilience.redundant", "config.one_zone"),
        },
    ),
    Kind(
        WAREHOUSE,
        covers="aws.redshift.cluster",
        optional=(
            "KmsKeyId",
            "HsmStatus",
            "HsmStatus.Status",
            "ClusterSnapshotCopyStatus",
            "ClusterParameterGroups.ParameterApplyStatus",
            "VpcSecurityGroups",
            "Endpoint",
            "Endpoint.Port",
            "ClusterSubnetGroupName",
            "loggingstatus.BucketName",
        ),
        lacking={
            "MultiAZ": ("resilience.redundant",),
            "IpAddressType": ("exposure?",),
            "loggingstatus.LogExports": ("logging.kinds",),
            "Encrypted": ("encryption_at_rest", "backup.encrypted", "relations.encrypts_with"),
            "PubliclyAccessible": ("exposure", "network", "config"),
            "EnhancedVpcRouting": ("config.enhanced_routing",),
        },
    ),
    Kind(SUBNETS),
    Kind(
        DOMAIN,
        covers="aws.opensearch.domain",
        optional=(
            "VPCOptions",
            "VPCOptions.SecurityGroupIds",
            "VPCOptions.SubnetIds",
            "EncryptionAtRestOptions.KmsKeyId",
            "LogPublishingOptions",
            "AdvancedSecurityOptions.AnonymousAuthEnabled",
            "AdvancedSecurityOptions.InternalUserDatabaseEnabled",
            "LogPublishingOptions.Enabled",
        ),
        lacking={
            "AccessPolicies": (
                "exposure.public",
                "exposure.ways",
                "exposure.shared_with",
                "authentication.anonymous",
                "config.policy",
            ),
            "SoftwareUpdateOptions": ("patching.automatic",),
            "SoftwareUpdateOptions.AutoSoftwareUpdateEnabled": ("patching.automatic",),
            "AutomatedSnapshotPauseOptions": ("backup.enabled", "backup.retention_days"),
            "AutomatedSnapshotPauseOptions.State": ("backup.enabled", "backup.retention_days"),
            "EncryptionAtRestOptions": _ENCRYPTED,
            "EncryptionAtRestOptions.Enabled": _ENCRYPTED,
            "NodeToNodeEncryptionOptions": ("config.node_to_node_encryption",),
            "NodeToNodeEncryptionOptions.Enabled": ("config.node_to_node_encryption",),
            "DomainEndpointOptions": ("encryption_in_transit", "config.tls_policy"),
            "DomainEndpointOptions.EnforceHTTPS": ("encryption_in_transit.enforced",),
            "DomainEndpointOptions.TLSSecurityPolicy": ("encryption_in_transit.minimum_tls", "config.tls_policy"),
            "ClusterConfig.ZoneAwarenessEnabled": ("resilience.redundant",),
        },
    ),
    Kind(STREAM, covers="aws.kinesis.stream", optional=("StreamARN", "KeyId", "EncryptionType")),
)


def _file_system(item: Item) -> Members:
    files = described(item)
    named = (item.tags or {}).get("Name")
    return files.with_(FileSystemArn=item.arn or files.get("Arn"), **({"Name": named} if named else {}))


def _file_policy(asked: Asked) -> Found:
    item = asked.one(FILES, asked.arguments["FileSystemId"])
    if not item.configuration.holds("FileSystemPolicy"):
        raise Denied(asked.call, unseen(FILES, "FileSystemPolicy").reason)
    policy = item.configuration.get("FileSystemPolicy")
    return Found({"Policy": dict(policy) if isinstance(policy, dict) else policy} if policy else None, (item,))


def _backup_policy(asked: Asked) -> Found:
    item = asked.one(FILES, asked.arguments["FileSystemId"])
    if not item.configuration.holds("BackupPolicy"):
        raise Denied(asked.call, unseen(FILES, "BackupPolicy").reason)
    policy = item.configuration.get("BackupPolicy")
    return Found(None if policy is None else {"BackupPolicy": policy}, (item,))


def _log(asked: Asked) -> Found:
    item = asked.one(WAREHOUSE, asked.arguments["ClusterIdentifier"])
    status = item.supplement.get("LoggingStatus")
    if not isinstance(status, dict):
        raise Denied(asked.call, unseen(WAREHOUSE, "LoggingStatus").reason)
    return Found(status, (item,))


def _names(asked: Asked) -> Found:
    return Found({"DomainNames": [{"DomainName": item.configuration["DomainName"]} for item in asked.all(DOMAIN)]})


def _domains(asked: Asked) -> Found:
    names = asked.arguments["DomainNames"]
    items = [item for item in asked.all(DOMAIN) if item.configuration["DomainName"] in names]
    return Found({"DomainStatusList": [item.configuration for item in items]}, tuple(items))


def _stream(item: Item) -> Members:
    return item.configuration.with_(StreamName=item.configuration["Name"], StreamARN=item.arn)


def _summary(asked: Asked) -> Found:
    """Return one stream: what it is encrypted with stands one level deeper in its item, null where it is not."""
    item = asked.one(STREAM, asked.arguments["StreamName"])
    stream = item.configuration
    if not stream.holds("StreamEncryption"):
        raise Denied(asked.call, unseen(STREAM, "StreamEncryption").reason)
    encryption = stream.get("StreamEncryption")
    names = ("EncryptionType", "KeyId")
    kept = {"EncryptionType": "NONE"} if encryption is None else {name: encryption[name] for name in names}
    return Found({"StreamDescriptionSummary": stream.with_(**kept)}, (item,))


def _stream_tags(asked: Asked) -> Found:
    item = asked.one(STREAM, asked.arguments["StreamName"])
    tags = item.api_tags()
    return Found(unseen(STREAM, "tags") if tags is None else {"Tags": tags}, (item,))


ANSWERS = {
    "efs.describe_file_systems": listing(FILES, "FileSystems", entry=_file_system),
    "efs.describe_file_system_policy": Answer(_file_policy, (FILES,)),
    "efs.describe_backup_policy": Answer(_backup_policy, (FILES,)),
    "redshift.describe_clusters": listing(WAREHOUSE, "Clusters"),
    "redshift.describe_logging_status": Answer(_log, (WAREHOUSE,)),
    "redshift.describe_cluster_subnet_groups": listing(SUBNETS, "ClusterSubnetGroups"),
    "opensearch.list_domain_names": Answer(_names, (DOMAIN,)),
    "opensearch.describe_domains": Answer(_domains, (DOMAIN,)),
    "opensearch.list_tags": tagged(DOMAIN, "ARN", "TagList"),
    "kinesis.list_streams": listing(STREAM, "StreamSummaries", tags=None, entry=_stream),
    "kinesis.describe_stream_summary": Answer(_summary, (STREAM,)),
    "kinesis.list_tags_for_stream": Answer(_stream_tags, (STREAM,)),
}
