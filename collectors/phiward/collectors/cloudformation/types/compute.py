"""Machines and jobs: scaling groups, containers, builds, and what trains models."""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.cloudformation.intrinsics import json_of
from phiward.collectors.cloudformation.shapes import Made, Rule, Shape, Spec, automatic, block, document
from phiward.collectors.documents import Mapping, Sequence, Span
from phiward.inventory.unknown import Unknown

_UNCHANGED = frozenset({"Options", "DockerLabels", "ExtraHosts"})


def _containers(value: Any, _: Span) -> tuple[tuple[str, Any], ...]:
    """Return container definitions as Terraform holds them: the API's JSON, whose names begin with a small letter."""
    return (("container_definitions", json_of(_small(value))),)


def _small(value: Any) -> Any:
    if isinstance(value, dict):
        return {key[:1].lower() + key[1:]: each if key in _UNCHANGED else _small(each) for key, each in value.items()}
    return [_small(each) for each in value] if isinstance(value, list) else value


_TEMPLATE: Spec = {"LaunchTemplateId": "id", "LaunchTemplateName": "name"}
_MIXED: Spec = {
    "LaunchTemplate": block("launch_template", {"Overrides": "override"}),
}


def _roots(made: Made, args: Mapping) -> None:
    """Devices are one list here; the root's has a name of its own."""
    devices = args.pop("block_device_mappings", None)
    if devices is None:
        return
    span = args.spans.get("block_device_mappings", made.span)
    sorted_out: dict[str, list[Any]] = {"root_block_device": [], "ebs_block_device": []}
    for each in devices if isinstance(devices, list) else [devices]:
        ebs = each.get("ebs") if isinstance(each, Mapping) else each
        name = each.get("device_name") if isinstance(each, Mapping) else None
        if isinstance(ebs, Mapping | Unknown):
            root = name in ("/dev/xvda", "/dev/sda1", "/dev/sda")
            sorted_out["root_block_device" if root else "ebs_block_device"].append(ebs)
    for argument, found in sorted_out.items():
        if found:
            args.put(argument, Sequence(span, found), span)


def _kubernetes(value: Any, _: Span) -> tuple[tuple[str, Any], ...]:
    """Return the kinds of log of a cluster, which lie four levels deep."""
    found = value.get("ClusterLogging") if isinstance(value, Mapping) else value
    kinds = found.get("EnabledTypes") if isinstance(found, Mapping) else found
    if not isinstance(kinds, list):
        return (("enabled_cluster_log_types", kinds if isinstance(kinds, Unknown) else []),)
    return (("enabled_cluster_log_types", [each.get("Type") if isinstance(each, Mapping) else each for each in kinds]),)


_CLUSTER: Spec = {
    "ResourcesVpcConfig": "vpc_config",
    "EncryptionConfig": block("encryption_config", {"Provider": "provider"}),
    "Logging": Rule(("enabled_cluster_log_types",), _kubernetes),
}
_ENVIRONMENT: Spec = {"EnvironmentVariables": "environment_variable"}


def _emr_instances(value: Any, _: Span) -> Iterator[tuple[str, Any]]:
    """Return what of a cluster's instances Terraform has beside its network: whether it goes on, and is protected."""
    inner = automatic(value)
    for name, argument in (
        ("keep_job_flow_alive_when_no_steps", "keep_job_flow_alive_when_no_steps"),
        ("termination_protected", "termination_protection"),
    ):
        found = inner.get(name, inner.unseen) if isinstance(inner, Mapping) else inner
        if found is not None:
            yield argument, found
    yield "ec2_attributes", inner


def _ends(_: Made, args: Mapping) -> None:
    """A cluster ends with its last step unless it is told to go on; Terraform tells it to."""
    if "keep_job_flow_alive_when_no_steps" not in args and args.unseen is None:
        args["keep_job_flow_alive_when_no_steps"] = False


def _logs(_made: Made, args: Mapping) -> None:
    """Terraform writes `cloudwatch` in one word."""
    logs = args.get("logs_config")
    if isinstance(logs, Mapping) and "cloud_watch_logs" in logs:
        logs.put("cloudwatch_logs", logs.pop("cloud_watch_logs"), logs.spans.get("cloud_watch_logs", logs.span))


SHAPES = (
    Shape(
        "AWS::EMR::Cluster",
        "aws_emr_cluster",
        {
            "Instances": Rule(
                ("keep_job_flow_alive_when_no_steps", "termination_protection", "ec2_attributes"), _emr_instances
            ),
            "BootstrapActions": None,
            "Steps": None,
        },
        args=_ends,
    ),
    Shape(
        "AWS::EMR::SecurityConfiguration",
        "aws_emr_security_configuration",
        {"SecurityConfiguration": document("configuration")},
        ref="name",
    ),
    Shape(
        "AWS::AutoScaling::AutoScalingGroup",
        "aws_autoscaling_group",
        {
            "AutoScalingGroupName": "name",
            "TargetGroupARNs": "target_group_arns",
            "LoadBalancerNames": "load_balancers",
            "LaunchConfigurationName": "launch_configuration",
            "LaunchTemplate": block("launch_template", _TEMPLATE),
            "MixedInstancesPolicy": block("mixed_instances_policy", _MIXED),
            "TrafficSources": "traffic_source",
            "Tags": block("tag"),
        },
    ),
    Shape(
        "AWS::AutoScaling::LaunchConfiguration",
        "aws_launch_configuration",
        {"LaunchConfigurationName": "name", "InstanceMonitoring": "enable_monitoring"},
        ref="name",
        args=_roots,
    ),
    Shape(
        "AWS::ECS::TaskDefinition",
        "aws_ecs_task_definition",
        {"ContainerDefinitions": Rule(("container_definitions",), _containers)},
        ref="arn",
    ),
    Shape("AWS::EKS::Cluster", "aws_eks_cluster", _CLUSTER),
    Shape(
        "AWS::CodeBuild::Project",
        "aws_codebuild_project",
        {
            "Visibility": "project_visibility",
            "Environment": block("environment", _ENVIRONMENT),
            "Source": block("source"),
            "SecondarySources": block("secondary_sources"),
        },
        args=_logs,
    ),
    Shape("AWS::CodeBuild::SourceCredential", "aws_codebuild_source_credential", {"Token": None}),
    Shape(
        "AWS::SageMaker::NotebookInstance",
        "aws_sagemaker_notebook_instance",
        {
            "NotebookInstanceName": "name",
            "SecurityGroupIds": "security_groups",
            "InstanceMetadataServiceConfiguration": "instance_metadata_service_configuration",
        },
    ),
    Shape(
        "AWS::SageMaker::EndpointConfig",
        "aws_sagemaker_endpoint_configuration",
        {"EndpointConfigName": "name", "KmsKeyId": "kms_key_arn"},
    ),
    Shape(
        "AWS::ElasticBeanstalk::Environment",
        "aws_elastic_beanstalk_environment",
        {
            "EnvironmentName": "name",
            "ApplicationName": "application",
            "OptionSettings": block("setting", {"OptionName": "name"}),
        },
    ),
    Shape(
        "AWS::DMS::ReplicationInstance",
        "aws_dms_replication_instance",
        {
            "ReplicationInstanceIdentifier": "replication_instance_id",
            "ReplicationSubnetGroupIdentifier": "replication_subnet_group_id",
            "KmsKeyId": "kms_key_arn",
            "MultiAZ": "multi_az",
        },
    ),
    Shape(
        "AWS::DMS::ReplicationSubnetGroup",
        "aws_dms_replication_subnet_group",
        {
            "ReplicationSubnetGroupIdentifier": "replication_subnet_group_id",
        },
    ),
)
