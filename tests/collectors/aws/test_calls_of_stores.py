"""The names of the calls that stores beside RDS and S3 are read with."""

import pytest

from phiward.collectors.aws import calls


@pytest.mark.parametrize(
    ("service", "operation", "action"),
    [
        ("redshift", "describe_clusters", "redshift:DescribeClusters"),
        ("redshift", "describe_logging_status", "redshift:DescribeLoggingStatus"),
        ("redshift", "describe_cluster_parameters", "redshift:DescribeClusterParameters"),
        ("redshift", "describe_cluster_subnet_groups", "redshift:DescribeClusterSubnetGroups"),
        ("opensearch", "list_domain_names", "es:ListDomainNames"),
        ("opensearch", "describe_domains", "es:DescribeDomains"),
        ("opensearch", "list_tags", "es:ListTags"),
        ("efs", "describe_file_systems", "elasticfilesystem:DescribeFileSystems"),
        ("efs", "describe_file_system_policy", "elasticfilesystem:DescribeFileSystemPolicy"),
        ("efs", "describe_backup_policy", "elasticfilesystem:DescribeBackupPolicy"),
        ("efs", "describe_mount_targets", "elasticfilesystem:DescribeMountTargets"),
        (
            "efs",
            "describe_mount_target_security_groups",
            "elasticfilesystem:DescribeMountTargetSecurityGroups",
        ),
        ("fsx", "describe_file_systems", "fsx:DescribeFileSystems"),
        ("elasticache", "describe_replication_groups", "elasticache:DescribeReplicationGroups"),
        ("elasticache", "describe_cache_clusters", "elasticache:DescribeCacheClusters"),
        ("elasticache", "describe_users", "elasticache:DescribeUsers"),
        ("elasticache", "list_tags_for_resource", "elasticache:ListTagsForResource"),
        ("dms", "describe_replication_instances", "dms:DescribeReplicationInstances"),
        ("dms", "list_tags_for_resource", "dms:ListTagsForResource"),
        ("sagemaker", "list_notebook_instances", "sagemaker:ListNotebookInstances"),
        ("sagemaker", "describe_notebook_instance", "sagemaker:DescribeNotebookInstance"),
        ("sagemaker", "list_endpoint_configs", "sagemaker:ListEndpointConfigs"),
        ("sagemaker", "describe_endpoint_config", "sagemaker:DescribeEndpointConfig"),
        ("sagemaker", "list_tags", "sagemaker:ListTags"),
        ("emr", "list_clusters", "elasticmapreduce:ListClusters"),
        ("emr", "describe_cluster", "elasticmapreduce:DescribeCluster"),
        ("emr", "describe_security_configuration", "elasticmapreduce:DescribeSecurityConfiguration"),
        (
            "emr",
            "get_block_public_access_configuration",
            "elasticmapreduce:GetBlockPublicAccessConfiguration",
        ),
        ("emr", "list_instances", "elasticmapreduce:ListInstances"),
        ("kinesis", "list_streams", "kinesis:ListStreams"),
        ("kinesis", "describe_stream_summary", "kinesis:DescribeStreamSummary"),
        ("kinesis", "list_tags_for_stream", "kinesis:ListTagsForStream"),
    ],
)
def test_a_refusal_names_the_action_to_grant(service: str, operation: str, action: str) -> None:
    """As the Service Authorization Reference writes it: the prefix is often not boto3's name of the service."""
    calls.refuse_writes(service, operation)

    assert calls.call(service, operation) == calls.grant(service, operation) == action
