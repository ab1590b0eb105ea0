"""Machines that other services make: launch configurations, SageMaker, Elastic Beanstalk, DMS.

The settings of an environment, and the network of a replication instance, are not recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from phiward.collectors.awsconfig.answer import Answer, Asked, Found, Kind, listing, tagged, tags_under

if TYPE_CHECKING:
    from phiward.collectors.awsconfig.item import Item
    from phiward.collectors.awsconfig.members import Members

LAUNCH = "AWS::AutoScaling::LaunchConfiguration"
NOTEBOOK, ENDPOINT = "AWS::SageMaker::NotebookInstance", "AWS::SageMaker::EndpointConfig"
ENVIRONMENT, REPLICATION = "AWS::ElasticBeanstalk::Environment", "AWS::DMS::ReplicationInstance"
_TOKENS = ("config.metadata_token_required",)

KINDS = (
    Kind(
        LAUNCH,
        covers="aws.autoscaling.launch_configuration",
        optional=(
            "AssociatePublicIpAddress",
            "IamInstanceProfile",
            "SecurityGroups",
            "BlockDeviceMappings",
            "BlockDeviceMappings.Ebs",
            "BlockDeviceMappings.Ebs.SnapshotId",
            "BlockDeviceMappings.Ebs.KmsKeyId",
        ),
        lacking={
            "MetadataOptions": (*_TOKENS, "config.metadata_hop_limit"),
            "MetadataOptions.HttpTokens": _TOKENS,
            "MetadataOptions.HttpEndpoint": _TOKENS,
            "MetadataOptions.HttpPutResponseHopLimit": ("config.metadata_hop_limit",),
            "InstanceMonitoring": ("monitoring.enabled",),
            "InstanceMonitoring.Enabled": ("monitoring.enabled",),
            "UserData": ("config.has_user_data",),
            "BlockDeviceMappings.Ebs.Encrypted": ("encryption_at_rest",),
        },
    ),
    Kind(
        NOTEBOOK,
        covers="aws.sagemaker.notebook_instance",
        optional=("KmsKeyId", "SubnetId"),
        lacking={
            "SecurityGroups": ("relations.security_groups",),
            "DirectInternetAccess": ("config.direct_internet_access",),
            "RootAccess": ("config.root_access",),
            "InstanceMetadataServiceConfiguration": ("config.metadata_version",),
        },
    ),
    Kind(
        ENDPOINT,
        covers="aws.sagemaker.endpoint_config",
        optional=("KmsKeyId", "DataCaptureConfig", "DataCaptureConfig.EnableCapture"),
        lacking={"EnableNetworkIsolation": ("config.network_isolation",)},
    ),
    Kind(ENVIRONMENT, covers="aws.elasticbeanstalk.environment", optional=("Status", "SolutionStackName")),
    Kind(
        REPLICATION,
        covers="aws.dms.replication_instance",
        optional=("KmsKeyId", "ReplicationInstanceIpv6Addresses"),
        lacking={
            "VpcSecurityGroups": ("relations.security_groups",),
            "ReplicationSubnetGroup": ("exposure",),
            "PubliclyAccessible": ("exposure", "network", "config.publicly_accessible"),
            "AutoMinorVersionUpgrade": ("patching.automatic",),
            "EngineVersion": ("patching.version", "config.engine_version"),
            "MultiAZ": ("resilience.redundant",),
        },
    ),
)


def _notebook(item: Item) -> Members:
    return item.configuration.with_(NotebookInstanceArn=item.arn)


def _notebook_described(asked: Asked) -> Found:
    item = asked.one(NOTEBOOK, asked.arguments["NotebookInstanceName"])
    notebook = item.configuration
    if notebook.holds("SecurityGroupIds"):
        notebook = notebook.with_(SecurityGroups=notebook.get("SecurityGroupIds"))
    return Found(notebook, (item,))


def _endpoint(item: Item) -> Members:
    return item.configuration.with_(EndpointConfigArn=item.arn)


def _endpoint_described(asked: Asked) -> Found:
    item = asked.one(ENDPOINT, asked.arguments["EndpointConfigName"])
    return Found(item.configuration, (item,))


def _tags(asked: Asked) -> Found:
    arn = str(asked.arguments["ResourceArn"])
    item = asked.one(NOTEBOOK if ":notebook-instance/" in arn else ENDPOINT, arn)
    return Found(tags_under(item, "Tags"), (item,))


def _replication(item: Item) -> Members:
    return item.configuration.with_(ReplicationInstanceArn=item.arn)


ANSWERS = {
    "autoscaling.describe_launch_configurations": listing(LAUNCH, "LaunchConfigurations", tags=None),
    "sagemaker.list_notebook_instances": listing(NOTEBOOK, "NotebookInstances", tags=None, entry=_notebook),
    "sagemaker.describe_notebook_instance": Answer(_notebook_described, (NOTEBOOK,)),
    "sagemaker.list_endpoint_configs": listing(ENDPOINT, "EndpointConfigs", tags=None, entry=_endpoint),
    "sagemaker.describe_endpoint_config": Answer(_endpoint_described, (ENDPOINT,)),
    "sagemaker.list_tags": Answer(_tags, (NOTEBOOK, ENDPOINT)),
    "elasticbeanstalk.describe_environments": listing(
        ENVIRONMENT, "Environments", tags=None, ignores=("IncludeDeleted",)
    ),
    "elasticbeanstalk.list_tags_for_resource": tagged(ENVIRONMENT, "ResourceArn", "ResourceTags"),
    "dms.describe_replication_instances": listing(REPLICATION, "ReplicationInstances", tags=None, entry=_replication),
    "dms.list_tags_for_resource": tagged(REPLICATION, "ResourceArn", "TagList"),
}
