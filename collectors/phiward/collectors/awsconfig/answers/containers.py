"""Task definitions of ECS and clusters of EKS. Their items are written as CloudFormation writes the resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phiward.collectors.aws.port import Denied
from phiward.collectors.awsconfig.answer import Answer, Asked, Found, Kind
from phiward.collectors.awsconfig.members import Members
from phiward.collectors.awsconfig.records import SCAN

if TYPE_CHECKING:
    from phiward.collectors.awsconfig.item import Item

TASK, CLUSTER = "AWS::ECS::TaskDefinition", "AWS::EKS::Cluster"
_CONTAINER = (
    "Environment",
    "Environment.Value",
    "Secrets",
    "LogConfiguration",
    "LogConfiguration.SecretOptions",
    "User",
    "Privileged",
    "ReadonlyRootFilesystem",
    "LinuxParameters",
    "LinuxParameters.Capabilities",
    "LinuxParameters.Capabilities.Add",
    "PortMappings",
    "RepositoryCredentials",
)

KINDS = (
    Kind(
        TASK,
        covers="aws.ecs.task_definition",
        optional=(
            "NetworkMode",
            "TaskRoleArn",
            "ExecutionRoleArn",
            "ContainerDefinitions",
            *(f"ContainerDefinitions.{each}" for each in _CONTAINER),
        ),
        lacking={
            "RuntimePlatform": ("config.operating_system",),
            "RuntimePlatform.OperatingSystemFamily": ("config.operating_system",),
            "ContainerDefinitions.LogConfiguration.Options": ("logging.destinations",),
        },
    ),
    Kind(
        CLUSTER,
        covers="aws.eks.cluster",
        optional=(
            "Logging",
            "EncryptionConfig",
            "EncryptionConfig.Resources",
            "EncryptionConfig.Provider",
            "EncryptionConfig.Provider.KeyArn",
            "ResourcesVpcConfig.EndpointPublicAccess",
            "ResourcesVpcConfig.EndpointPrivateAccess",
            "ResourcesVpcConfig.PublicAccessCidrs",
        ),
        lacking={
            "UpgradePolicy": ("config.support",),
            "UpgradePolicy.SupportType": ("config.support",),
            "DeletionProtection": ("resilience.deletion_protected",),
            "Version": ("patching", "config.version"),
        },
    ),
)


def _families(asked: Asked) -> Found:
    families = {item.configuration["Family"] for item in asked.all(TASK) if _active(item)}
    return Found({"families": sorted(families)})


def _task(asked: Asked) -> Found:
    """Return the latest active revision of a family."""
    family = asked.arguments["taskDefinition"]
    items = [item for item in asked.all(TASK) if _active(item) and item.configuration["Family"] == family]
    if not items:
        raise Denied(asked.call, f"AWS Config records no active revision of {family}: {SCAN}")
    latest = max(items, key=_revision)
    tags = latest.api_tags("key", "value")
    task = latest.configuration.with_(revision=_revision(latest))
    return Found(Members({"taskDefinition": task, **({"tags": tags} if tags is not None else {})}, TASK), (latest,))


def _active(item: Item) -> bool:
    """Say whether a revision may be run: items that do not tell are of ones that may."""
    return str(item.configuration.get("Status") or "ACTIVE").upper() == "ACTIVE"


def _revision(item: Item) -> int:
    return int(str(item.configuration["TaskDefinitionArn"]).rpartition(":")[2])


def _clusters(asked: Asked) -> Found:
    return Found({"clusters": [item.configuration["Name"] for item in asked.all(CLUSTER)]})


def _cluster(asked: Asked) -> Found:
    item = asked.one(CLUSTER, asked.arguments["name"])
    cluster = item.configuration if item.tags is None else item.configuration.with_(tags=item.tags)
    logging = cluster.get("Logging")
    if logging is not None:
        enabled = (logging.get("ClusterLogging") or {}).get("EnabledTypes", [])
        kinds = [{"types": [each["Type"] for each in enabled], "enabled": True}]
        cluster = cluster.with_(logging={"clusterLogging": kinds})
    return Found({"cluster": cluster}, (item,))


ANSWERS = {
    "ecs.list_task_definition_families": Answer(_families, (TASK,)),
    "ecs.describe_task_definition": Answer(_task, (TASK,)),
    "eks.list_clusters": Answer(_clusters, (CLUSTER,)),
    "eks.describe_cluster": Answer(_cluster, (CLUSTER,)),
}
