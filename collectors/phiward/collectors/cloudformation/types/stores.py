"""Stores of data: DynamoDB, EFS, Kinesis, Redshift, OpenSearch, ElastiCache, DAX, and secrets and topics."""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.cloudformation.shapes import (
    Extra,
    Made,
    Part,
    Rule,
    Shape,
    Spec,
    automatic,
    block,
    document,
    lifted,
    mapping,
    of,
    tags,
)
from phiward.collectors.cloudformation.values import Plain
from phiward.collectors.documents import Mapping, Sequence, Span
from phiward.inventory.unknown import Unknown

_RECOVERY: Spec = {"PointInTimeRecoveryEnabled": "enabled"}
_SSE: Spec = {"SSEEnabled": "enabled", "KMSMasterKeyId": "kms_key_arn", "SSEType": None}
_SETTINGS = ("point_in_time_recovery", "deletion_protection_enabled", "tags")
_REPLICA: Spec = {
    "PointInTimeRecoverySpecification": block("point_in_time_recovery", _RECOVERY),
    "SSESpecification": lifted({"KMSMasterKeyId": "kms_key_arn"}, "kms_key_arn"),
}
_NEVER_ASKED = Unknown("it is decided when it is deployed")


def _replicas(made: Made, args: Mapping) -> None:
    """A global table lists the table itself among its replicas: more than one are copies. Settings are a replica's."""
    replicas = args.get("replica")
    span = args.spans.get("replica", made.span)
    first = replicas[0] if isinstance(replicas, list) and replicas else replicas
    if isinstance(replicas, list):
        del args["replica"]
        if len(replicas) > 1:
            args.put("replica", Sequence(span, replicas[1:]), span)
    for name in _SETTINGS:
        value = first.get(name, first.unseen) if isinstance(first, Mapping) else first
        if isinstance(value, Mapping | bool | str | Plain | Unknown):
            args.put(name, value, first.spans.get(name, first.span) if isinstance(first, Mapping) else span)
    key = first.get("kms_key_arn", first.unseen) if isinstance(first, Mapping) else first
    encryption = args.get("server_side_encryption")
    if isinstance(encryption, Mapping) and isinstance(key, str | Unknown):
        encryption.put("kms_key_arn", key, first.spans.get("kms_key_arn", span) if isinstance(first, Mapping) else span)


def _simple(made: Made, args: Mapping) -> None:
    """SAM's simple tables are billed by request unless they say how much they take."""
    if made.properties.get("ProvisionedThroughput") is None and made.properties.unseen is None:
        args["billing_mode"] = "PAY_PER_REQUEST"


def _file_system_policy(made: Made) -> Iterator[Extra]:
    value = made.properties.get("BackupPolicy")
    if value is not None:
        span = made.properties.spans["BackupPolicy"]
        args = of(span, file_system_id=made.me("id"), backup_policy=automatic(value))
        yield Extra("aws_efs_backup_policy", args)
    policy = made.properties.get("FileSystemPolicy")
    if policy is not None:
        span = made.properties.spans["FileSystemPolicy"]
        args = of(span, file_system_id=made.me("id"))
        for name, text in (
            document("policy").make(policy, span) if not isinstance(policy, Unknown) else (("policy", policy),)
        ):
            args.put(name, text, span)
        yield Extra("aws_efs_file_system_policy", args)


def _stream(value: Any, _: Span) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        yield "encryption_type", value.get("EncryptionType", "KMS")
        if value.get("KeyId") is not None:
            yield "kms_key_id", value["KeyId"]


def _publishing(value: Any, span: Span) -> Iterator[tuple[str, Any]]:
    """Return the logs of a domain, a mapping of kind to settings here, as blocks."""
    found = []
    if isinstance(value, Mapping):
        for kind, settings in value.items():
            if isinstance(settings, Mapping):
                made = automatic(settings, {"CloudWatchLogsLogGroupArn": "cloudwatch_log_group_arn"})
                made.put("log_type", kind, value.spans.get(kind, span))
                found.append(made)
            else:
                found.append(settings)
    yield "log_publishing_options", found


def _parameters(value: Any, _: Span) -> Iterator[tuple[str, Any]]:
    given = value if isinstance(value, list) else [value]
    yield "parameter", [automatic(each, {"ParameterName": "name", "ParameterValue": "value"}) for each in given]


_DOMAIN: Spec = {
    "EncryptionAtRestOptions": "encrypt_at_rest",
    "NodeToNodeEncryptionOptions": "node_to_node_encryption",
    "VPCOptions": "vpc_options",
    "AccessPolicies": document("access_policies"),
    "LogPublishingOptions": Rule(("log_publishing_options",), _publishing),
    "AdvancedSecurityOptions": block(
        "advanced_security_options",
        {"AnonymousAuthEnabled": "anonymous_auth_enabled", "MasterUserOptions": None},
    ),
    "DomainEndpointOptions": block("domain_endpoint_options", {"EnforceHTTPS": "enforce_https"}),
}


def _endpoint(_: Made, args: Mapping) -> None:
    """Without `EnforceHTTPS` a domain takes plain HTTP too, where Terraform's default demands HTTPS."""
    options = args.get("domain_endpoint_options")
    if isinstance(options, Mapping) and "enforce_https" not in options and options.unseen is None:
        options["enforce_https"] = False


SHAPES = (
    Shape(
        "AWS::DynamoDB::Table",
        "aws_dynamodb_table",
        {
            "TableName": "name",
            "SSESpecification": block("server_side_encryption", _SSE),
            "PointInTimeRecoverySpecification": block("point_in_time_recovery", _RECOVERY),
        },
        parts=(
            Part(
                property="ResourcePolicy",
                type="aws_dynamodb_resource_policy",
                owner="resource_arn",
                spec={"PolicyDocument": document("policy")},
            ),
        ),
    ),
    Shape(
        "AWS::DynamoDB::GlobalTable",
        "aws_dynamodb_table",
        {
            "TableName": "name",
            "SSESpecification": block("server_side_encryption", {"SSEEnabled": "enabled", "SSEType": None}),
            "Replicas": block("replica", _REPLICA),
        },
        args=_replicas,
    ),
    Shape(
        "AWS::Serverless::SimpleTable",
        "aws_dynamodb_table",
        {
            "TableName": "name",
            "SSESpecification": block("server_side_encryption", _SSE),
            "PointInTimeRecoverySpecification": block("point_in_time_recovery", _RECOVERY),
            "Tags": tags(),
        },
        args=_simple,
    ),
    Shape("AWS::ApplicationAutoScaling::ScalableTarget", "aws_appautoscaling_target"),
    Shape(
        "AWS::EFS::FileSystem",
        "aws_efs_file_system",
        {
            "FileSystemTags": tags(),
            "BackupPolicy": None,
            "FileSystemPolicy": None,
        },
        also=_file_system_policy,
    ),
    Shape("AWS::EFS::MountTarget", "aws_efs_mount_target"),
    Shape(
        "AWS::Kinesis::Stream",
        "aws_kinesis_stream",
        {
            "StreamEncryption": Rule(("encryption_type", "kms_key_id"), _stream),
            "RetentionPeriodHours": "retention_period",
        },
        ref="name",
    ),
    Shape(
        "AWS::SecretsManager::Secret",
        "aws_secretsmanager_secret",
        {"SecretString": None, "GenerateSecretString": None},
        ref="arn",
    ),
    Shape(
        "AWS::SecretsManager::ResourcePolicy",
        "aws_secretsmanager_secret_policy",
        {"SecretId": "secret_arn", "ResourcePolicy": document("policy")},
    ),
    Shape("AWS::SecretsManager::RotationSchedule", "aws_secretsmanager_secret_rotation"),
    Shape("AWS::SNS::Topic", "aws_sns_topic", {"TopicName": "name"}, ref="arn"),
    Shape(
        "AWS::SNS::TopicPolicy",
        "aws_sns_topic_policy",
        {"Topics": "arn", "PolicyDocument": document("policy")},
    ),
    Shape(
        "AWS::Redshift::Cluster",
        "aws_redshift_cluster",
        {
            "ClusterParameterGroupName": "cluster_parameter_group_name",
            "LoggingProperties": None,
            "MultiAZ": "multi_az",
            "MasterUserPassword": None,
        },
        parts=(
            Part(property="LoggingProperties", type="aws_redshift_logging", owner="cluster_identifier"),
            Part(
                property="DestinationRegion",
                type="aws_redshift_snapshot_copy",
                owner="cluster_identifier",
                argument="destination_region",
            ),
        ),
        defaults={"publicly_accessible": _NEVER_ASKED},
    ),
    Shape(
        "AWS::Redshift::ClusterParameterGroup",
        "aws_redshift_parameter_group",
        {
            "ParameterGroupName": "name",
            "ParameterGroupFamily": "family",
            "Parameters": Rule(("parameter",), _parameters),
        },
        ref="name",
    ),
    Shape("AWS::Redshift::ClusterSubnetGroup", "aws_redshift_subnet_group"),
    Shape("AWS::OpenSearchService::Domain", "aws_opensearch_domain", _DOMAIN, args=_endpoint),
    Shape(
        "AWS::Elasticsearch::Domain",
        "aws_elasticsearch_domain",
        {**_DOMAIN, "ElasticsearchClusterConfig": "cluster_config"},
        args=_endpoint,
    ),
    Shape(
        "AWS::ElastiCache::ReplicationGroup",
        "aws_elasticache_replication_group",
        {"MultiAZEnabled": "multi_az_enabled"},
    ),
    Shape(
        "AWS::ElastiCache::CacheCluster",
        "aws_elasticache_cluster",
        {"ClusterName": "cluster_id", "VpcSecurityGroupIds": "security_group_ids"},
    ),
    Shape("AWS::ElastiCache::UserGroup", "aws_elasticache_user_group"),
    Shape("AWS::ElastiCache::User", "aws_elasticache_user", {"Passwords": None}),
    Shape(
        "AWS::DAX::Cluster",
        "aws_dax_cluster",
        {
            "SSESpecification": block("server_side_encryption", {"SSEEnabled": "enabled"}),
            "Tags": mapping("tags"),
        },
    ),
)
