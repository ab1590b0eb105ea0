"""What runs code, carries messages, and keeps the trail."""

from config_items import ACCOUNT, API_TAGS, KEY, REGION, Pair, item

from config_pairs.answers import ACCESS, KEY_ITEM, KMS, ROLE_ARN, SECRET, TOPIC

_TRAIL = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/audit"

_FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:parse"

_CALLERS = (
    '{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"a","Effect":"Allow","Principal":'
    '{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:'
    'function:parse","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"}}}]}'
)

_TASK = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/web:12"

_EKS = f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/web"


PAIRS = (
    Pair(
        "aws.cloudtrail.trail",
        {
            "cloudtrail:DescribeTrails": {
                "trailList": [
                    {
                        "Name": "audit",
                        "TrailARN": _TRAIL,
                        "HomeRegion": REGION,
                        "S3BucketName": "logs",
                        "IncludeGlobalServiceEvents": True,
                        "IsMultiRegionTrail": True,
                        "IsOrganizationTrail": False,
                        "LogFileValidationEnabled": True,
                        "CloudWatchLogsLogGroupArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:audit:*",
                        "KmsKeyId": KEY,
                    }
                ]
            },
            "cloudtrail:ListTags": {"ResourceTagList": [{"ResourceId": _TRAIL, "TagsList": API_TAGS}]},
        },
        (
            item(
                "AWS::CloudTrail::Trail",
                _TRAIL,
                {
                    "name": "audit",
                    "s3BucketName": "logs",
                    "s3KeyPrefix": None,
                    "snsTopicName": None,
                    "includeGlobalServiceEvents": True,
                    "isMultiRegionTrail": True,
                    "isOrganizationTrail": False,
                    "homeRegion": REGION,
                    "trailARN": _TRAIL,
                    "logFileValidationEnabled": True,
                    "cloudWatchLogsLogGroupArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:audit:*",
                    "kmsKeyId": KEY,
                    "hasCustomEventSelectors": True,
                },
                arn=_TRAIL,
                name="audit",
            ),
        ),
    ),
    Pair(
        "aws.lambda.function",
        {
            "lambda:ListFunctions": {
                "Functions": [
                    {
                        "FunctionName": "parse",
                        "FunctionArn": _FUNCTION,
                        "Runtime": "python3.13",
                        "Role": ROLE_ARN,
                        "KMSKeyArn": KEY,
                        "TracingConfig": {"Mode": "Active"},
                        "VpcConfig": {"VpcId": "vpc-1", "SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
                        "DeadLetterConfig": {"TargetArn": TOPIC},
                        "Environment": {"Variables": {"MODE": "fast"}},
                        "LoggingConfig": {"LogGroup": "/aws/lambda/parse"},
                    }
                ]
            },
            "lambda:GetPolicy": {"Policy": _CALLERS},
            "lambda:ListAliases": {"Aliases": []},
            "lambda:ListTags": {"Tags": {"team": "records"}},
            "lambda:GetFunctionConcurrency": {"ReservedConcurrentExecutions": 5},
            **KMS,
        },
        (
            item(
                "AWS::Lambda::Function",
                "parse",
                {
                    "functionName": "parse",
                    "functionArn": _FUNCTION,
                    "runtime": "python3.13",
                    "role": ROLE_ARN,
                    "kmskeyArn": KEY,
                    "tracingConfig": {"mode": "Active"},
                    "vpcConfig": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"]},
                    "deadLetterConfig": {"targetArn": TOPIC},
                    "state": {"value": "Active"},
                },
                arn=_FUNCTION,
                name="parse",
                related={"AWS::EC2::VPC": "vpc-1"},
                supplement={"Policy": _CALLERS, "Concurrency": {"reservedConcurrentExecutions": 5.0}},
            ),
            KEY_ITEM,
        ),
        frozenset({"config.secret_variables", "exposure.shared_with", "relations.log_group"}),
    ),
    Pair(
        "aws.ecs.task_definition",
        {
            "ecs:ListTaskDefinitionFamilies": {"families": ["web"]},
            "ecs:DescribeTaskDefinition": {
                "taskDefinition": {
                    "taskDefinitionArn": _TASK,
                    "family": "web",
                    "revision": 12,
                    "networkMode": "awsvpc",
                    "taskRoleArn": ROLE_ARN,
                    "executionRoleArn": ROLE_ARN,
                    "runtimePlatform": {"operatingSystemFamily": "LINUX"},
                    "containerDefinitions": [
                        {
                            "name": "app",
                            "image": "web",
                            "user": "1000",
                            "privileged": False,
                            "readonlyRootFilesystem": True,
                            "environment": [{"name": "MODE", "value": "fast"}],
                            "secrets": [{"name": "DB_PASSWORD", "valueFrom": SECRET}],
                            "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/web"}},
                            "linuxParameters": {"capabilities": {"add": []}},
                        }
                    ],
                },
                "tags": [{"key": "team", "value": "records"}],
            },
        },
        tuple(
            item(
                "AWS::ECS::TaskDefinition",
                _TASK.replace(":12", f":{revision}"),
                {
                    "TaskDefinitionArn": _TASK.replace(":12", f":{revision}"),
                    "Family": "web",
                    "Status": status,
                    "NetworkMode": "awsvpc",
                    "TaskRoleArn": ROLE_ARN,
                    "ExecutionRoleArn": ROLE_ARN,
                    "ContainerDefinitions": [
                        {
                            "Name": "app",
                            "Image": "web",
                            "User": "1000",
                            "Privileged": False,
                            "ReadonlyRootFilesystem": True,
                            "Environment": [{"Name": "MODE", "Value": "fast"}],
                            "Secrets": [{"Name": "DB_PASSWORD", "ValueFrom": SECRET}],
                            "LogConfiguration": {"LogDriver": "awslogs"},
                            "LinuxParameters": {"Capabilities": {"Add": []}},
                        }
                    ],
                },
                arn=_TASK.replace(":12", f":{revision}"),
            )
            for revision, status in ((9, "ACTIVE"), (12, "ACTIVE"), (13, "INACTIVE"))
        ),
        frozenset({"config.operating_system", "logging.destinations"}),
    ),
    Pair(
        "aws.eks.cluster",
        {
            "eks:ListClusters": {"clusters": ["web"]},
            "eks:DescribeCluster": {
                "cluster": {
                    "name": "web",
                    "arn": _EKS,
                    "version": "1.33",
                    "resourcesVpcConfig": {
                        "endpointPublicAccess": True,
                        "endpointPrivateAccess": True,
                        "publicAccessCidrs": ["0.0.0.0/0"],
                    },
                    "logging": {
                        "clusterLogging": [
                            {"types": ["api", "audit"], "enabled": True},
                            {"types": ["scheduler"], "enabled": False},
                        ]
                    },
                    "encryptionConfig": [{"resources": ["secrets"], "provider": {"keyArn": KEY}}],
                    "upgradePolicy": {"supportType": "STANDARD"},
                    "deletionProtection": True,
                    "tags": {"team": "records"},
                }
            },
            **KMS,
        },
        (
            item(
                "AWS::EKS::Cluster",
                "web",
                {
                    "Name": "web",
                    "Arn": _EKS,
                    "Version": "1.33",
                    "ResourcesVpcConfig": {
                        "EndpointPublicAccess": True,
                        "EndpointPrivateAccess": True,
                        "PublicAccessCidrs": ["0.0.0.0/0"],
                        "SubnetIds": ["subnet-1"],
                    },
                    "Logging": {"ClusterLogging": {"EnabledTypes": [{"Type": "api"}, {"Type": "audit"}]}},
                    "EncryptionConfig": [{"Resources": ["secrets"], "Provider": {"KeyArn": KEY}}],
                },
                arn=_EKS,
                name="web",
            ),
            KEY_ITEM,
        ),
        frozenset({"resilience.deletion_protected", "config.support"}),
    ),
    Pair(
        "aws.sns.topic",
        {
            "sns:ListTopics": {"Topics": [{"TopicArn": TOPIC}]},
            "sns:GetTopicAttributes": {"Attributes": {"TopicArn": TOPIC, "KmsMasterKeyId": KEY, "Policy": ACCESS}},
            "sns:ListTagsForResource": {"Tags": API_TAGS},
            **KMS,
        },
        (
            item(
                "AWS::SNS::Topic",
                TOPIC,
                {"TopicArn": TOPIC, "Owner": ACCOUNT, "KmsMasterKeyId": KEY, "Policy": ACCESS},
                arn=TOPIC,
            ),
            KEY_ITEM,
        ),
    ),
)
