"""Machines, their volumes, and what makes them."""

from config_items import ACCOUNT, API_TAGS, KEY, REGION, Pair, item

from config_pairs.answers import KEY_ITEM, KMS, NETWORK, NETWORK_ITEMS

_SCALING = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:1:autoScalingGroupName/web"

_PROJECT = f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/build"

_LAUNCH = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:launchConfiguration:1:launchConfigurationName/web"

_NOTEBOOK = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:notebook-instance/lab"

_ENDPOINT = f"arn:aws:sagemaker:{REGION}:{ACCOUNT}:endpoint-config/risk"

_ENVIRONMENT = f"arn:aws:elasticbeanstalk:{REGION}:{ACCOUNT}:environment/portal/portal-prod"


PAIRS = (
    Pair(
        "aws.ec2.volume",
        {
            "ec2:DescribeVolumes": {
                "Volumes": [
                    {
                        "VolumeId": "vol-1",
                        "Encrypted": True,
                        "KmsKeyId": KEY,
                        "CreateTime": "2025-01-02T03:04:05Z",
                        "Attachments": [{"InstanceId": "i-1", "State": "attached", "VolumeId": "vol-1"}],
                        "Tags": API_TAGS,
                    }
                ]
            },
            **KMS,
        },
        (
            item(
                "AWS::EC2::Volume",
                "vol-1",
                {
                    "volumeId": "vol-1",
                    "encrypted": True,
                    "kmsKeyId": KEY,
                    "createTime": "2025-01-02T03:04:05.000Z",
                    "attachments": [
                        {
                            "instanceId": "i-1",
                            "state": "attached",
                            "volumeId": "vol-1",
                            "deleteOnTermination": True,
                        }
                    ],
                    "state": {"value": "in-use"},
                    "size": 8,
                },
            ),
            KEY_ITEM,
        ),
    ),
    Pair(
        "aws.ec2.instance",
        {
            "ec2:DescribeInstances": {
                "Reservations": [
                    {
                        "Instances": [
                            {
                                "InstanceId": "i-1",
                                "ImageId": "ami-1",
                                "InstanceType": "m5.large",
                                "EbsOptimized": True,
                                "LaunchTime": "2025-01-02T03:04:05Z",
                                "State": {"Code": 16, "Name": "running"},
                                "StateTransitionReason": "",
                                "Monitoring": {"State": "enabled"},
                                "SubnetId": "subnet-1",
                                "VpcId": "vpc-1",
                                "PublicIpAddress": "198.51.100.7",
                                "IamInstanceProfile": {"Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/app"},
                                "MetadataOptions": {
                                    "HttpTokens": "required",
                                    "HttpEndpoint": "enabled",
                                    "HttpPutResponseHopLimit": 1,
                                },
                                "EnclaveOptions": {"Enabled": False},
                                "SecurityGroups": [{"GroupId": "sg-1", "GroupName": "records"}],
                                "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeId": "vol-1"}}],
                                "NetworkInterfaces": [
                                    {
                                        "NetworkInterfaceId": "eni-1",
                                        "SubnetId": "subnet-1",
                                        "Groups": [{"GroupId": "sg-1"}],
                                        "Association": {"PublicIp": "198.51.100.7"},
                                        "Ipv6Addresses": [],
                                        "PrivateIpAddresses": [{"PrivateIpAddress": "10.0.1.7"}],
                                    }
                                ],
                                "Tags": API_TAGS,
                            }
                        ]
                    }
                ]
            },
            "iam:ListInstanceProfiles": {
                "InstanceProfiles": [
                    {
                        "Arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/app",
                        "Roles": [{"Arn": f"arn:aws:iam::{ACCOUNT}:role/app"}],
                    }
                ]
            },
            **NETWORK,
        },
        (
            item(
                "AWS::EC2::Instance",
                "i-1",
                {
                    "instanceId": "i-1",
                    "imageId": "ami-1",
                    "instanceType": "m5.large",
                    "ebsOptimized": True,
                    "kernelId": None,
                    "launchTime": "2025-01-02T03:04:05.000Z",
                    "state": {"code": 16, "name": "running"},
                    "stateTransitionReason": "",
                    "monitoring": {"state": "enabled"},
                    "subnetId": "subnet-1",
                    "vpcId": "vpc-1",
                    "publicIpAddress": "198.51.100.7",
                    "iamInstanceProfile": {"arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/app", "id": "AIPA1"},
                    "metadataOptions": {
                        "state": "applied",
                        "httpTokens": "required",
                        "httpEndpoint": "enabled",
                        "httpPutResponseHopLimit": 1,
                    },
                    "enclaveOptions": {"enabled": False},
                    "securityGroups": [{"groupId": "sg-1", "groupName": "records"}],
                    "blockDeviceMappings": [{"deviceName": "/dev/sda1", "ebs": {"volumeId": "vol-1"}}],
                    "networkInterfaces": [
                        {
                            "networkInterfaceId": "eni-1",
                            "subnetId": "subnet-1",
                            "groups": [{"groupId": "sg-1", "groupName": "records"}],
                            "association": {"publicIp": "198.51.100.7", "ipOwnerId": "amazon"},
                            "ipv6Addresses": [],
                            "privateIpAddresses": [{"privateIpAddress": "10.0.1.7", "primary": True}],
                        }
                    ],
                },
            ),
            item(
                "AWS::IAM::Role",
                "AROA1",
                {
                    "arn": f"arn:aws:iam::{ACCOUNT}:role/app",
                    "roleName": "app",
                    "instanceProfileList": [
                        {
                            "arn": f"arn:aws:iam::{ACCOUNT}:instance-profile/app",
                            "roles": [{"arn": f"arn:aws:iam::{ACCOUNT}:role/app"}],
                        }
                    ],
                },
                region="global",
            ),
            *NETWORK_ITEMS,
        ),
    ),
    Pair(
        "aws.autoscaling.group",
        {
            "autoscaling:DescribeAutoScalingGroups": {
                "AutoScalingGroups": [
                    {
                        "AutoScalingGroupARN": _SCALING,
                        "AutoScalingGroupName": "web",
                        "HealthCheckType": "ELB",
                        "LoadBalancerNames": [],
                        "TargetGroupARNs": ["arn:tg"],
                        "TrafficSources": [{"Identifier": "arn:tg", "Type": "elbv2"}],
                        "LaunchTemplate": {"LaunchTemplateId": "lt-1", "Version": "1"},
                        "Instances": [{"InstanceId": "i-1"}],
                        "Tags": API_TAGS,
                    }
                ]
            }
        },
        (
            item(
                "AWS::AutoScaling::AutoScalingGroup",
                _SCALING,
                {
                    "autoScalingGroupARN": _SCALING,
                    "autoScalingGroupName": "web",
                    "healthCheckType": "ELB",
                    "loadBalancerNames": [],
                    "targetGroupARNs": ["arn:tg"],
                    "launchTemplate": {"launchTemplateId": "lt-1", "version": "1"},
                    "launchConfigurationName": None,
                    "mixedInstancesPolicy": None,
                    "instances": [{"instanceId": "i-1", "lifecycleState": "InService"}],
                },
                arn=_SCALING,
            ),
        ),
        frozenset({"config.load_balanced"}),
    ),
    Pair(
        "aws.codebuild.project",
        {
            "codebuild:ListProjects": {"projects": ["build"]},
            "codebuild:BatchGetProjects": {
                "projects": [
                    {
                        "name": "build",
                        "arn": _PROJECT,
                        "projectVisibility": "PRIVATE",
                        "source": {"type": "CODECOMMIT", "location": "https://code.example/app"},
                        "environment": {
                            "type": "LINUX_CONTAINER",
                            "image": "a",
                            "computeType": "BUILD_GENERAL1_SMALL",
                            "privilegedMode": False,
                            "environmentVariables": [{"name": "MODE", "value": "fast", "type": "PLAINTEXT"}],
                        },
                        "logsConfig": {
                            "cloudWatchLogs": {"status": "ENABLED"},
                            "s3Logs": {"status": "DISABLED"},
                        },
                        "tags": [{"key": "team", "value": "records"}],
                    }
                ]
            },
        },
        (
            item(
                "AWS::CodeBuild::Project",
                _PROJECT,
                {
                    "name": "build",
                    "source": {"type": "CODECOMMIT", "location": "https://code.example/app"},
                    "secondarySources": [],
                    "environment": {
                        "type": "LINUX_CONTAINER",
                        "image": "a",
                        "computeType": "BUILD_GENERAL1_SMALL",
                        "privilegedMode": False,
                        "environmentVariables": [{"name": "MODE", "value": "fast", "type": "PLAINTEXT"}],
                    },
                    "logsConfig": {"cloudWatchLogs": {"status": "ENABLED"}, "s3Logs": {"status": "DISABLED"}},
                },
                arn=_PROJECT,
                name="build",
            ),
        ),
        frozenset({"exposure.public", "exposure.ways", "exposure.shared_with", "exposure.public_access_blocked"}),
    ),
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
)
