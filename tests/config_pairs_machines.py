"""More of the types that AWS Config records: machines that other services make."""

from config_items import ACCOUNT, API_TAGS, KEY, REGION, Pair, item
from config_pairs import KEY_ITEM, KMS

_LAUNCH = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:launchConfiguration:1:launchConfigurationName/web"
_NOTEBOOK = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:notebook-instance/lab"
_ENDPOINT = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint-config/risk"
_ENVIRONMENT = f"arn:aws:elasticbeanstalk:{REGION}:{ACCOUNT}:environment/portal/portal-prod"
_REPLICATION = f"arn:aws:dms:{REGION}:{ACCOUNT}:rep:ABC"

MACHINES = (
    Pair(
        "aws.autoscaling.launch_configuration",
        {
            "autoscaling:DescribeLaunchConfigurations": {
                "LaunchConfigurations": [
                    {
                        "LaunchConfigurationARN": _LAUNCH,
                        "LaunchConfigurationName": "web",
                        "AssociatePublicIpAddress": False,
                        "IamInstanceProfile": "app",
                        "SecurityGroups": ["sg-1"],
                        "UserData": "IyEvYmluL3No",
                        "InstanceMonitoring": {"Enabled": True},
                        "MetadataOptions": {
                            "HttpTokens": "required",
                            "HttpEndpoint": "enabled",
                            "HttpPutResponseHopLimit": 2,
                        },
                        "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"Encrypted": True}}],
                    }
                ]
            }
        },
        (
            item(
                "AWS::AutoScaling::LaunchConfiguration",
                _LAUNCH,
                {
                    "launchConfigurationARN": _LAUNCH,
                    "launchConfigurationName": "web",
                    "associatePublicIpAddress": False,
                    "iamInstanceProfile": {"value": "app"},
                    "securityGroups": [{"value": "sg-1"}],
                    "userData": "IyEvYmluL3No",
                    "instanceMonitoring": {"enabled": True},
                    "metadataOptions": {
                        "httpTokens": "required",
                        "httpEndpoint": "enabled",
                        "httpPutResponseHopLimit": 2,
                    },
                    "blockDeviceMappings": [{"deviceName": "/dev/sda1", "ebs": {"encrypted": True}}],
                },
                arn=_LAUNCH,
                name="web",
            ),
        ),
    ),
    Pair(
        "aws.sagemaker.notebook_instance",
        {
            "sagemaker:ListNotebookInstances": {
                "NotebookInstances": [{"NotebookInstanceName": "lab", "NotebookInstanceArn": _NOTEBOOK}]
            },
            "sagemaker:DescribeNotebookInstance": {
                "NotebookInstanceName": "lab",
                "NotebookInstanceArn": _NOTEBOOK,
                "KmsKeyId": KEY,
                "DirectInternetAccess": "Disabled",
                "RootAccess": "Disabled",
                "SubnetId": "subnet-1",
                "SecurityGroups": ["sg-1"],
                "InstanceMetadataServiceConfiguration": {"MinimumInstanceMetadataServiceVersion": "2"},
            },
            "sagemaker:ListTags": {"Tags": API_TAGS},
            **KMS,
        },
        (
            item(
                "AWS::SageMaker::NotebookInstance",
                _NOTEBOOK,
                {
                    "Id": _NOTEBOOK,
                    "NotebookInstanceName": "lab",
                    "KmsKeyId": KEY,
                    "DirectInternetAccess": "Disabled",
                    "RootAccess": "Disabled",
                    "SubnetId": "subnet-1",
                    "SecurityGroupIds": ["sg-1"],
                },
                arn=_NOTEBOOK,
            ),
            KEY_ITEM,
        ),
        frozenset({"config.metadata_version"}),
    ),
    Pair(
        "aws.sagemaker.endpoint_config",
        {
            "sagemaker:ListEndpointConfigs": {
                "EndpointConfigs": [{"EndpointConfigName": "risk", "EndpointConfigArn": _ENDPOINT}]
            },
            "sagemaker:DescribeEndpointConfig": {
                "EndpointConfigName": "risk",
                "EndpointConfigArn": _ENDPOINT,
                "KmsKeyId": KEY,
                "DataCaptureConfig": {"EnableCapture": True},
                "EnableNetworkIsolation": True,
            },
            "sagemaker:ListTags": {"Tags": API_TAGS},
            **KMS,
        },
        (
            item(
                "AWS::SageMaker::EndpointConfig",
                _ENDPOINT,
                {
                    "Id": _ENDPOINT,
                    "EndpointConfigName": "risk",
                    "KmsKeyId": KEY,
                    "DataCaptureConfig": {"EnableCapture": True},
                },
                arn=_ENDPOINT,
            ),
            KEY_ITEM,
        ),
        frozenset({"config.network_isolation"}),
    ),
    Pair(
        "aws.elasticbeanstalk.environment",
        {
            "elasticbeanstalk:DescribeEnvironments": {
                "Environments": [
                    {
                        "EnvironmentName": "portal-prod",
                        "EnvironmentArn": _ENVIRONMENT,
                        "ApplicationName": "portal",
                        "SolutionStackName": "64bit Amazon Linux 2 v3.3.6 running Docker",
                        "Status": "Ready",
                    }
                ]
            },
            "elasticbeanstalk:ListTagsForResource": {"ResourceTags": API_TAGS},
        },
        (
            item(
                "AWS::ElasticBeanstalk::Environment",
                "e-abc",
                {
                    "environmentName": "portal-prod",
                    "environmentArn": _ENVIRONMENT,
                    "environmentId": "e-abc",
                    "applicationName": "portal",
                    "solutionStackName": "64bit Amazon Linux 2 v3.3.6 running Docker",
                    "status": "Ready",
                },
                arn=_ENVIRONMENT,
                name="portal-prod",
            ),
        ),
    ),
    Pair(
        "aws.dms.replication_instance",
        {
            "dms:DescribeReplicationInstances": {
                "ReplicationInstances": [
                    {
                        "ReplicationInstanceArn": _REPLICATION,
                        "ReplicationInstanceIdentifier": "move",
                        "KmsKeyId": KEY,
                        "PubliclyAccessible": False,
                        "EngineVersion": "3.5.4",
                        "AutoMinorVersionUpgrade": True,
                        "MultiAZ": True,
                        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
                    }
                ]
            },
            "dms:ListTagsForResource": {"TagList": API_TAGS},
            **KMS,
        },
        (
            item(
                "AWS::DMS::ReplicationInstance",
                _REPLICATION,
                {
                    "Id": _REPLICATION,
                    "ReplicationInstanceIdentifier": "move",
                    "KmsKeyId": KEY,
                    "PubliclyAccessible": False,
                    "EngineVersion": "3.5.4",
                    "AutoMinorVersionUpgrade": True,
                    "MultiAZ": True,
                },
                arn=_REPLICATION,
            ),
            KEY_ITEM,
        ),
        frozenset({"relations.security_groups"}),
    ),
)
