"""More of the types that AWS Config records: identities, functions, stores, traffic and keeping."""

from typing import Any
from urllib.parse import quote

from config_items import ACCOUNT, API_TAGS, KEY, REGION, Pair, item
from config_pairs import KEY_ITEM, KMS, NETWORK, NETWORK_ITEMS

ROLE_ARN, USER_ARN = f"arn:aws:iam::{ACCOUNT}:role/app", f"arn:aws:iam::{ACCOUNT}:user/ada"
GROUP_ARN, POLICY_ARN = f"arn:aws:iam::{ACCOUNT}:group/staff", f"arn:aws:iam::{ACCOUNT}:policy/read"
READ = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}'
TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},'
    '"Action":"sts:AssumeRole"}]}'
)
_ATTACHED = [{"PolicyName": "read", "PolicyArn": POLICY_ARN}]
_ATTACHED_ITEM = [{"policyName": "read", "policyArn": POLICY_ARN}]
IAM: dict[str, Any] = {
    "iam:GetAccountAuthorizationDetails": {
        "UserDetailList": [
            {
                "Arn": USER_ARN,
                "UserName": "ada",
                "Path": "/",
                "CreateDate": "2024-01-02T03:04:05Z",
                "UserPolicyList": [{"PolicyName": "own", "PolicyDocument": READ}],
                "GroupList": ["staff"],
                "AttachedManagedPolicies": [],
                "Tags": API_TAGS,
            }
        ],
        "GroupDetailList": [
            {
                "Arn": GROUP_ARN,
                "GroupName": "staff",
                "GroupPolicyList": [],
                "AttachedManagedPolicies": _ATTACHED,
            }
        ],
        "RoleDetailList": [
            {
                "Arn": ROLE_ARN,
                "RoleName": "app",
                "Path": "/",
                "CreateDate": "2024-01-02T03:04:05Z",
                "AssumeRolePolicyDocument": TRUST,
                "RolePolicyList": [],
                "AttachedManagedPolicies": _ATTACHED,
                "PermissionsBoundary": {"PermissionsBoundaryArn": POLICY_ARN},
                "RoleLastUsed": {"LastUsedDate": "2025-11-01T00:00:00Z"},
                "Tags": API_TAGS,
            }
        ],
        "Policies": [
            {
                "Arn": POLICY_ARN,
                "PolicyName": "read",
                "AttachmentCount": 2,
                "UpdateDate": "2024-02-03T04:05:06Z",
                "PolicyVersionList": [
                    {"VersionId": "v2", "IsDefaultVersion": True, "Document": READ},
                    {"VersionId": "v1", "IsDefaultVersion": False, "Document": TRUST},
                ],
            }
        ],
    }
}
IAM_ITEMS = (
    item(
        "AWS::IAM::User",
        "AIDA1",
        {
            "path": "/",
            "userName": "ada",
            "userId": "AIDA1",
            "arn": USER_ARN,
            "createDate": "2024-01-02T03:04:05.000Z",
            "userPolicyList": [{"policyName": "own", "policyDocument": quote(READ)}],
            "groupList": ["staff"],
            "attachedManagedPolicies": [],
            "permissionsBoundary": None,
            "tags": [{"key": "team", "value": "records"}],
        },
        arn=USER_ARN,
        name="ada",
        region="global",
    ),
    item(
        "AWS::IAM::Group",
        "AGPA1",
        {
            "path": "/",
            "groupName": "staff",
            "groupId": "AGPA1",
            "arn": GROUP_ARN,
            "groupPolicyList": [],
            "attachedManagedPolicies": _ATTACHED_ITEM,
        },
        arn=GROUP_ARN,
        name="staff",
        region="global",
        tags={},
    ),
    item(
        "AWS::IAM::Role",
        "AROA1",
        {
            "path": "/",
            "roleName": "app",
            "roleId": "AROA1",
            "arn": ROLE_ARN,
            "createDate": "2024-01-02T03:04:05.000Z",
            "assumeRolePolicyDocument": quote(TRUST),
            "instanceProfileList": [],
            "rolePolicyList": [],
            "attachedManagedPolicies": _ATTACHED_ITEM,
            "permissionsBoundary": {"permissionsBoundaryType": "Policy", "permissionsBoundaryArn": POLICY_ARN},
        },
        arn=ROLE_ARN,
        name="app",
        region="global",
    ),
    item(
        "AWS::IAM::Policy",
        "ANPA1",
        {
            "policyName": "read",
            "policyId": "ANPA1",
            "arn": POLICY_ARN,
            "path": "/",
            "defaultVersionId": "v2",
            "attachmentCount": 2,
            "isAttachable": True,
            "createDate": "2024-01-02T03:04:05.000Z",
            "updateDate": "2024-02-03T04:05:06.000Z",
            "policyVersionList": [
                {"document": quote(READ), "versionId": "v2", "isDefaultVersion": True},
                {"document": quote(TRUST), "versionId": "v1", "isDefaultVersion": False},
            ],
        },
        arn=POLICY_ARN,
        name="read",
        region="global",
    ),
)

_TRAIL = f"arn:aws:cloudtrail:{REGION}:{ACCOUNT}:trail/audit"
_FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:parse"
_CALLERS = (
    '{"Version":"2012-10-17","Id":"default","Statement":[{"Sid":"a","Effect":"Allow","Principal":'
    '{"Service":"s3.amazonaws.com"},"Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:us-east-1:123456789012:'
    'function:parse","Condition":{"StringEquals":{"AWS:SourceAccount":"123456789012"}}}]}'
)
_TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/visits"
_BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/web/1"
_LISTENER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:listener/app/web/1/2"
_CERTIFICATE = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/1"
_FILES = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:file-system/fs-1"
_TASK = f"arn:aws:ecs:{REGION}:{ACCOUNT}:task-definition/web:12"
_EKS = f"arn:aws:eks:{REGION}:{ACCOUNT}:cluster/web"
_WAREHOUSE = f"arn:aws:redshift:{REGION}:{ACCOUNT}:cluster:facts"
_DOMAIN = f"arn:aws:es:{REGION}:{ACCOUNT}:domain/search"
_STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/events"
_TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"
_SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-AbCdEf"
_DISTRIBUTION = f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1"
_SCALING = f"arn:aws:autoscaling:{REGION}:{ACCOUNT}:autoScalingGroup:1:autoScalingGroupName/web"
_PROJECT = f"arn:aws:codebuild:{REGION}:{ACCOUNT}:project/build"
_ACCESS = f'{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{ACCOUNT}"}},"Action":"*","Resource":"*"}}]}}'
_BUCKET_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":'
    '["arn:aws:s3:::records","arn:aws:s3:::records/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}'
)
_GUARD = {"BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": True, "RestrictPublicBuckets": True}
_GUARD_ITEM = {name[0].lower() + name[1:]: value for name, value in _GUARD.items()}

MORE = (
    *(Pair(f"aws.iam.{kind}", IAM, IAM_ITEMS) for kind in ("user", "group")),
    Pair("aws.iam.policy", IAM, IAM_ITEMS, gained=frozenset({"tags"})),
    Pair("aws.iam.role", IAM, IAM_ITEMS, frozenset({"config.last_used"})),
    Pair(
        "aws.s3.account",
        {"s3:GetPublicAccessBlock": {"PublicAccessBlockConfiguration": _GUARD}},
        (item("AWS::S3::AccountPublicAccessBlock", ACCOUNT, _GUARD_ITEM),),
    ),
    Pair(
        "aws.s3.bucket",
        {
            "s3:ListBuckets": {"Buckets": [{"Name": "records", "BucketRegion": "eu-west-1"}]},
            "s3:GetBucketPolicy": {"Policy": _BUCKET_POLICY},
            "s3:GetBucketAcl": {
                "Owner": {"ID": "owner"},
                "Grants": [
                    {"Grantee": {"ID": "owner", "Type": "CanonicalUser"}, "Permission": "FULL_CONTROL"},
                    {
                        "Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers", "Type": "Group"},
                        "Permission": "READ",
                    },
                ],
            },
            "s3:GetBucketVersioning": {"Status": "Enabled", "MFADelete": "Disabled"},
            "s3:GetBucketLogging": {"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": "a/"}},
            "s3:GetBucketEncryption": {
                "ServerSideEncryptionConfiguration": {
                    "Rules": [
                        {
                            "ApplyServerSideEncryptionByDefault": {
                                "SSEAlgorithm": "aws:kms",
                                "KMSMasterKeyID": KEY.replace(REGION, "us-east-1"),
                            },
                            "BucketKeyEnabled": True,
                        }
                    ]
                }
            },
            "s3:GetPublicAccessBlock": {"PublicAccessBlockConfiguration": _GUARD},
            "s3:GetObjectLockConfiguration": {
                "ObjectLockConfiguration": {
                    "ObjectLockEnabled": "Enabled",
                    "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 400}},
                }
            },
            "s3:GetBucketLifecycleConfiguration": {
                "Rules": [{"Status": "Enabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 400}}]
            },
            "s3:GetBucketReplication": {
                "ReplicationConfiguration": {
                    "Role": "arn:aws:iam::123456789012:role/copy",
                    "Rules": [
                        {
                            "Status": "Enabled",
                            "Destination": {"Bucket": "arn:aws:s3:::copies", "Account": "999999999999"},
                        }
                    ],
                }
            },
            "s3:GetBucketNotificationConfiguration": {
                "TopicConfigurations": [{"TopicArn": _TOPIC, "Events": ["s3:ObjectCreated:*"]}],
                "EventBridgeConfiguration": {},
            },
            "s3:GetBucketTagging": {"TagSet": API_TAGS},
            **KMS,
        },
        (
            item(
                "AWS::S3::Bucket",
                "records",
                {"name": "records", "owner": {"id": "owner"}, "creationDate": "2024-01-02T03:04:05.000Z"},
                arn="arn:aws:s3:::records",
                name="records",
                region="eu-west-1",
                supplement={
                    "AccessControlList": (
                        '"{\\"grantSet\\":null,\\"grantList\\":[{\\"grantee\\":{\\"id\\":\\"owner\\",\\"displayName\\":null},'
                        '\\"permission\\":\\"FullControl\\"},{\\"grantee\\":\\"AllUsers\\",\\"permission\\":\\"Read\\"}],'
                        '\\"owner\\":{\\"displayName\\":null,\\"id\\":\\"owner\\"},\\"isRequesterCharged\\":false}"'
                    ),
                    "BucketAccelerateConfiguration": {"status": None},
                    "BucketLoggingConfiguration": {"destinationBucketName": "logs", "logFilePrefix": "a/"},
                    "BucketPolicy": {"policyText": _BUCKET_POLICY},
                    "BucketVersioningConfiguration": {"status": "Enabled", "isMfaDeleteEnabled": None},
                    "IsRequesterPaysEnabled": False,
                    "PublicAccessBlockConfiguration": _GUARD_ITEM,
                    "ServerSideEncryptionConfiguration": {
                        "rules": [
                            {
                                "applyServerSideEncryptionByDefault": {
                                    "sseAlgorithm": "aws:kms",
                                    "kmsMasterKeyID": KEY,
                                },
                                "bucketKeyEnabled": True,
                            }
                        ]
                    },
                    "ObjectLockConfiguration": {
                        "objectLockEnabled": "Enabled",
                        "rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 400, "years": None}},
                    },
                    "BucketLifecycleConfiguration": {
                        "rules": [
                            {
                                "id": "old",
                                "status": "Enabled",
                                "expirationInDays": -1,
                                "noncurrentVersionExpirationInDays": 400,
                            }
                        ]
                    },
                    "BucketReplicationConfiguration": {
                        "roleARN": "arn:aws:iam::123456789012:role/copy",
                        "rules": {
                            "all": {
                                "status": "Enabled",
                                "destinationConfig": {
                                    "bucketARN": "arn:aws:s3:::copies",
                                    "account": "999999999999",
                                },
                            }
                        },
                    },
                    "BucketNotificationConfiguration": {
                        "configurations": {
                            "new": {
                                "events": ["s3:ObjectCreated:*"],
                                "topicARN": _TOPIC,
                                "type": "TopicConfiguration",
                            }
                        },
                        "eventBridgeConfiguration": {},
                    },
                },
            ),
            item("AWS::S3::AccountPublicAccessBlock", ACCOUNT, _GUARD_ITEM),
            {**KEY_ITEM, "awsRegion": "us-east-1"},
        ),
    ),
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
                        "DeadLetterConfig": {"TargetArn": _TOPIC},
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
                    "deadLetterConfig": {"targetArn": _TOPIC},
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
        "aws.dynamodb.table",
        {
            "dynamodb:ListTables": {"TableNames": ["visits"]},
            "dynamodb:DescribeTable": {
                "Table": {
                    "TableName": "visits",
                    "TableArn": _TABLE,
                    "SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KEY},
                    "DeletionProtectionEnabled": True,
                    "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"},
                    "Replicas": [{"RegionName": "us-west-2"}],
                }
            },
            "dynamodb:DescribeContinuousBackups": {
                "ContinuousBackupsDescription": {
                    "ContinuousBackupsStatus": "ENABLED",
                    "PointInTimeRecoveryDescription": {
                        "PointInTimeRecoveryStatus": "ENABLED",
                        "RecoveryPeriodInDays": 35,
                        "LatestRestorableDateTime": "2025-12-01T00:00:00Z",
                    },
                }
            },
            "tag:GetResources": {"ResourceTagMappingList": [{"ResourceARN": _TABLE, "Tags": API_TAGS}]},
            **KMS,
        },
        (
            item(
                "AWS::DynamoDB::Table",
                "visits",
                {
                    "tableName": "visits",
                    "tableArn": _TABLE,
                    "tableStatus": "ACTIVE",
                    "creationDateTime": 1700000000000,
                    "ssedescription": {"status": "ENABLED", "ssetype": "KMS", "kmsmasterKeyArn": KEY},
                    "billingModeSummary": {"billingMode": "PAY_PER_REQUEST"},
                    "replicas": [{"regionName": "us-west-2", "replicaStatus": "ACTIVE"}],
                },
                arn=_TABLE,
                name="visits",
                supplement={
                    "ContinuousBackupsDescription": {
                        "continuousBackupsStatus": "ENABLED",
                        "pointInTimeRecoveryDescription": {"pointInTimeRecoveryStatus": "ENABLED"},
                    }
                },
            ),
            KEY_ITEM,
        ),
        frozenset({"resilience.deletion_protected", "backup.retention_days", "backup.last_success"}),
    ),
    Pair(
        "aws.elbv2.load_balancer",
        {
            "elasticloadbalancing:DescribeLoadBalancers": {
                "LoadBalancers": [
                    {
                        "LoadBalancerArn": _BALANCER,
                        "LoadBalancerName": "web",
                        "Type": "application",
                        "Scheme": "internet-facing",
                        "SecurityGroups": ["sg-1"],
                        "AvailabilityZones": [{"ZoneName": "us-east-1a", "SubnetId": "subnet-1"}],
                    }
                ]
            },
            "elasticloadbalancing:DescribeListeners": {
                "Listeners": [
                    {
                        "ListenerArn": _LISTENER,
                        "LoadBalancerArn": _BALANCER,
                        "Port": 443,
                        "Protocol": "HTTPS",
                        "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
                        "Certificates": [{"CertificateArn": _CERTIFICATE}],
                        "DefaultActions": [{"Type": "forward"}],
                    }
                ]
            },
            "elasticloadbalancing:DescribeTags": {"TagDescriptions": [{"ResourceArn": _BALANCER, "Tags": API_TAGS}]},
            "acm:ListCertificates": {
                "CertificateSummaryList": [
                    {
                        "CertificateArn": _CERTIFICATE,
                        "DomainName": "a.example",
                        "Status": "ISSUED",
                        "Type": "AMAZON_ISSUED",
                        "NotAfter": "2026-06-01T00:00:00Z",
                        "InUse": True,
                    }
                ]
            },
        },
        (
            item(
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                _BALANCER,
                {
                    "loadBalancerArn": _BALANCER,
                    "loadBalancerName": "web",
                    "type": "application",
                    "scheme": "internet-facing",
                    "securityGroups": [{"value": "sg-1"}],
                    "availabilityZones": [{"zoneName": "us-east-1a", "subnetId": "subnet-1"}],
                    "state": {"code": "active"},
                },
                arn=_BALANCER,
                name="web",
            ),
            item(
                "AWS::ElasticLoadBalancingV2::Listener",
                _LISTENER,
                {
                    "ListenerArn": _LISTENER,
                    "LoadBalancerArn": _BALANCER,
                    "Port": 443,
                    "Protocol": "HTTPS",
                    "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
                    "Certificates": [{"CertificateArn": _CERTIFICATE}],
                    "DefaultActions": [{"Type": "forward"}],
                },
                arn=_LISTENER,
            ),
            item(
                "AWS::ACM::Certificate",
                _CERTIFICATE,
                {
                    "certificateArn": _CERTIFICATE,
                    "domainName": "a.example",
                    "status": "ISSUED",
                    "type": "AMAZON_ISSUED",
                    "notAfter": "2026-06-01T00:00:00.000Z",
                    "inUseBy": [_BALANCER],
                },
                arn=_CERTIFICATE,
            ),
        ),
    ),
    Pair(
        "aws.elb.load_balancer",
        {
            "elasticloadbalancing:DescribeLoadBalancers": {
                "LoadBalancerDescriptions": [
                    {
                        "LoadBalancerName": "old",
                        "Scheme": "internal",
                        "AvailabilityZones": ["us-east-1a", "us-east-1b"],
                        "Subnets": ["subnet-1"],
                        "SecurityGroups": ["sg-1"],
                        "ListenerDescriptions": [
                            {
                                "Listener": {
                                    "Protocol": "HTTPS",
                                    "LoadBalancerPort": 443,
                                    "InstanceProtocol": "HTTP",
                                    "InstancePort": 80,
                                    "SSLCertificateId": f"arn:aws:iam::{ACCOUNT}:server-certificate/a",
                                },
                                "PolicyNames": ["mine"],
                            }
                        ],
                    }
                ]
            },
            "elasticloadbalancing:DescribeLoadBalancerPolicies": {
                "PolicyDescriptions": [
                    {
                        "PolicyName": "mine",
                        "PolicyTypeName": "SSLNegotiationPolicyType",
                        "PolicyAttributeDescriptions": [
                            {"AttributeName": "Protocol-TLSv1.2", "AttributeValue": "true"},
                            {"AttributeName": "Protocol-TLSv1", "AttributeValue": "false"},
                        ],
                    }
                ]
            },
            "elasticloadbalancing:DescribeTags": {"TagDescriptions": [{"LoadBalancerName": "old", "Tags": API_TAGS}]},
        },
        (
            item(
                "AWS::ElasticLoadBalancing::LoadBalancer",
                "old",
                {
                    "loadBalancerName": "old",
                    "scheme": "internal",
                    "availabilityZones": [{"value": "us-east-1a"}, {"value": "us-east-1b"}],
                    "subnets": [{"value": "subnet-1"}],
                    "securityGroups": [{"value": "sg-1"}],
                    "listenerDescriptions": [
                        {
                            "listener": {
                                "protocol": "HTTPS",
                                "loadBalancerPort": 443,
                                "instanceProtocol": "HTTP",
                                "instancePort": 80,
                                "sslcertificateId": f"arn:aws:iam::{ACCOUNT}:server-certificate/a",
                            },
                            "policyNames": ["mine"],
                        }
                    ],
                },
                name="old",
                supplement={
                    "LoadBalancerPolicies": [
                        {
                            "policyName": "mine",
                            "policyTypeName": "SSLNegotiationPolicyType",
                            "policyAttributeDescriptions": [
                                {"attributeName": "Protocol-TLSv1.2", "attributeValue": "true"},
                                {"attributeName": "Protocol-TLSv1", "attributeValue": "false"},
                            ],
                        }
                    ]
                },
            ),
        ),
    ),
    Pair(
        "aws.efs.file_system",
        {
            "elasticfilesystem:DescribeFileSystems": {
                "FileSystems": [
                    {
                        "FileSystemId": "fs-1",
                        "FileSystemArn": _FILES,
                        "Encrypted": True,
                        "KmsKeyId": KEY,
                        "NumberOfMountTargets": 0,
                        "AvailabilityZoneName": "us-east-1a",
                        "Tags": API_TAGS,
                    }
                ]
            },
            "elasticfilesystem:DescribeBackupPolicy": {"BackupPolicy": {"Status": "ENABLED"}},
            **KMS,
        },
        (
            item(
                "AWS::EFS::FileSystem",
                "fs-1",
                {
                    "FileSystemId": "fs-1",
                    "Arn": _FILES,
                    "Encrypted": True,
                    "KmsKeyId": KEY,
                    "BackupPolicy": {"Status": "ENABLED"},
                    "PerformanceMode": "generalPurpose",
                },
                arn=_FILES,
            ),
            KEY_ITEM,
        ),
        frozenset({"exposure.public", "exposure.ways", "resilience.redundant", "config.one_zone"}),
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
                            "secrets": [{"name": "DB_PASSWORD", "valueFrom": _SECRET}],
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
                            "Secrets": [{"Name": "DB_PASSWORD", "ValueFrom": _SECRET}],
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
        "aws.redshift.cluster",
        {
            "redshift:DescribeClusters": {
                "Clusters": [
                    {
                        "ClusterIdentifier": "facts",
                        "Encrypted": True,
                        "KmsKeyId": KEY,
                        "PubliclyAccessible": True,
                        "AllowVersionUpgrade": True,
                        "ClusterVersion": "1.0",
                        "AutomatedSnapshotRetentionPeriod": 30,
                        "EnhancedVpcRouting": True,
                        "MultiAZ": "Disabled",
                        "IpAddressType": "ipv4",
                        "ClusterSubnetGroupName": "inner",
                        "Endpoint": {"Address": "facts.example", "Port": 443},
                        "ClusterParameterGroups": [{"ParameterGroupName": "tls", "ParameterApplyStatus": "in-sync"}],
                        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
                        "Tags": API_TAGS,
                    }
                ]
            },
            "redshift:DescribeLoggingStatus": {
                "LoggingEnabled": True,
                "BucketName": "logs",
                "LogExports": ["userlog"],
            },
            "redshift:DescribeClusterSubnetGroups": {
                "ClusterSubnetGroups": [
                    {"ClusterSubnetGroupName": "inner", "Subnets": [{"SubnetIdentifier": "subnet-1"}]}
                ]
            },
            **NETWORK,
            **KMS,
        },
        (
            item(
                "AWS::Redshift::Cluster",
                "facts",
                {
                    "clusterIdentifier": "facts",
                    "encrypted": True,
                    "kmsKeyId": KEY,
                    "publiclyAccessible": True,
                    "allowVersionUpgrade": True,
                    "clusterVersion": "1.0",
                    "automatedSnapshotRetentionPeriod": 30,
                    "enhancedVpcRouting": True,
                    "clusterSubnetGroupName": "inner",
                    "endpoint": {"address": "facts.example", "port": 443},
                    "clusterParameterGroups": [{"parameterGroupName": "tls", "parameterApplyStatus": "in-sync"}],
                    "vpcSecurityGroups": [{"vpcSecurityGroupId": "sg-1", "status": "active"}],
                    "hsmStatus": None,
                    "clusterSnapshotCopyStatus": None,
                },
                arn=_WAREHOUSE,
                supplement={"LoggingStatus": {"loggingEnabled": True, "bucketName": "logs", "s3KeyPrefix": None}},
            ),
            item(
                "AWS::Redshift::ClusterSubnetGroup",
                "inner",
                {"clusterSubnetGroupName": "inner", "subnets": [{"subnetIdentifier": "subnet-1"}]},
            ),
            *NETWORK_ITEMS,
            KEY_ITEM,
        ),
        frozenset({"resilience.redundant", "logging.kinds"}),
    ),
    Pair(
        "aws.opensearch.domain",
        {
            "es:ListDomainNames": {"DomainNames": [{"DomainName": "search", "EngineType": "OpenSearch"}]},
            "es:DescribeDomains": {
                "DomainStatusList": [
                    {
                        "DomainId": "123456789012/search",
                        "DomainName": "search",
                        "ARN": _DOMAIN,
                        "EngineVersion": "OpenSearch_2.19",
                        "AccessPolicies": _ACCESS,
                        "ClusterConfig": {"ZoneAwarenessEnabled": True, "InstanceCount": 3},
                        "VPCOptions": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
                        "EncryptionAtRestOptions": {"Enabled": True, "KmsKeyId": KEY},
                        "NodeToNodeEncryptionOptions": {"Enabled": True},
                        "DomainEndpointOptions": {
                            "EnforceHTTPS": True,
                            "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07",
                        },
                        "AdvancedSecurityOptions": {
                            "Enabled": True,
                            "InternalUserDatabaseEnabled": False,
                            "AnonymousAuthEnabled": False,
                        },
                        "LogPublishingOptions": {
                            "AUDIT_LOGS": {
                                "CloudWatchLogsLogGroupArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:search",
                                "Enabled": True,
                            }
                        },
                        "SoftwareUpdateOptions": {"AutoSoftwareUpdateEnabled": True},
                        "AutomatedSnapshotPauseOptions": {"Enabled": False, "State": "Inactive"},
                    }
                ]
            },
            "es:ListTags": {"TagList": API_TAGS},
            **KMS,
        },
        (
            item(
                "AWS::OpenSearch::Domain",
                "123456789012/search",
                {
                    "Id": "123456789012/search",
                    "DomainName": "search",
                    "Arn": _DOMAIN,
                    "EngineVersion": "OpenSearch_2.19",
                    "ClusterConfig": {"ZoneAwarenessEnabled": True, "InstanceCount": 3},
                    "VPCOptions": {"SubnetIds": ["subnet-1"], "SecurityGroupIds": ["sg-1"]},
                    "EncryptionAtRestOptions": {"Enabled": True, "KmsKeyId": KEY},
                    "NodeToNodeEncryptionOptions": {"Enabled": True},
                    "DomainEndpointOptions": {
                        "EnforceHTTPS": True,
                        "TLSSecurityPolicy": "Policy-Min-TLS-1-2-2019-07",
                    },
                    "AdvancedSecurityOptions": {
                        "Enabled": True,
                        "InternalUserDatabaseEnabled": False,
                        "AnonymousAuthEnabled": False,
                    },
                    "LogPublishingOptions": {
                        "AUDIT_LOGS": {
                            "CloudWatchLogsLogGroupArn": f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:search",
                            "Enabled": True,
                        }
                    },
                },
                arn=_DOMAIN,
            ),
            KEY_ITEM,
        ),
        frozenset(
            {
                "exposure.public",
                "exposure.ways",
                "exposure.shared_with",
                "authentication.anonymous",
                "patching.automatic",
                "backup.enabled",
                "backup.retention_days",
                "config.policy",
            }
        ),
    ),
    Pair(
        "aws.kinesis.stream",
        {
            "kinesis:ListStreams": {
                "StreamSummaries": [{"StreamName": "events", "StreamARN": _STREAM, "StreamStatus": "ACTIVE"}]
            },
            "kinesis:DescribeStreamSummary": {
                "StreamDescriptionSummary": {
                    "StreamName": "events",
                    "EncryptionType": "KMS",
                    "KeyId": KEY,
                    "RetentionPeriodHours": 168,
                }
            },
            "kinesis:ListTagsForStream": {"Tags": API_TAGS},
            **KMS,
        },
        (
            item(
                "AWS::Kinesis::Stream",
                "events",
                {
                    "Name": "events",
                    "Arn": _STREAM,
                    "RetentionPeriodHours": 168,
                    "ShardCount": 1,
                    "StreamEncryption": {"EncryptionType": "KMS", "KeyId": KEY},
                },
                arn=_STREAM,
                name="events",
            ),
            KEY_ITEM,
        ),
    ),
    Pair(
        "aws.sns.topic",
        {
            "sns:ListTopics": {"Topics": [{"TopicArn": _TOPIC}]},
            "sns:GetTopicAttributes": {"Attributes": {"TopicArn": _TOPIC, "KmsMasterKeyId": KEY, "Policy": _ACCESS}},
            "sns:ListTagsForResource": {"Tags": API_TAGS},
            **KMS,
        },
        (
            item(
                "AWS::SNS::Topic",
                _TOPIC,
                {"TopicArn": _TOPIC, "Owner": ACCOUNT, "KmsMasterKeyId": KEY, "Policy": _ACCESS},
                arn=_TOPIC,
            ),
            KEY_ITEM,
        ),
    ),
    Pair(
        "aws.secretsmanager.secret",
        {
            "secretsmanager:ListSecrets": {
                "SecretList": [
                    {
                        "ARN": _SECRET,
                        "Name": "db",
                        "KmsKeyId": KEY,
                        "RotationEnabled": True,
                        "RotationRules": {"AutomaticallyAfterDays": 30},
                        "CreatedDate": "2025-01-02T03:04:05Z",
                        "LastChangedDate": "2025-11-02T03:04:05Z",
                        "LastAccessedDate": "2025-11-03T00:00:00Z",
                        "LastRotatedDate": "2025-11-02T03:04:05Z",
                        "NextRotationDate": "2025-12-02T03:04:05Z",
                        "Tags": API_TAGS,
                    }
                ]
            },
            **KMS,
        },
        (
            item(
                "AWS::SecretsManager::Secret",
                _SECRET,
                {
                    "ARN": _SECRET,
                    "Name": "db",
                    "KMSKeyId": KEY,
                    "Deleted": False,
                    "RotationEnabled": True,
                    "RotationRules": {"AutomaticallyAfterDays": 30},
                },
                arn=_SECRET,
            ),
            item("AWS::SecretsManager::Secret", "gone", {"ARN": "arn:gone", "Name": "gone", "Deleted": True}),
            KEY_ITEM,
        ),
        frozenset(
            {
                "config.created",
                "config.last_changed",
                "config.last_accessed",
                "config.rotation_due",
                "config.replica",
                "config.owner",
            }
        ),
    ),
    Pair(
        "aws.acm.certificate",
        {
            "acm:ListCertificates": {
                "CertificateSummaryList": [
                    {
                        "CertificateArn": _CERTIFICATE,
                        "DomainName": "a.example",
                        "Status": "ISSUED",
                        "Type": "IMPORTED",
                        "NotAfter": "2026-06-01T00:00:00Z",
                        "InUse": False,
                    }
                ]
            },
            "acm:ListTagsForCertificate": {"Tags": API_TAGS},
        },
        (
            item(
                "AWS::ACM::Certificate",
                _CERTIFICATE,
                {
                    "certificateArn": _CERTIFICATE,
                    "domainName": "a.example",
                    "status": "ISSUED",
                    "type": "IMPORTED",
                    "notAfter": 1780272000000,
                    "inUseBy": [],
                },
                arn=_CERTIFICATE,
            ),
        ),
    ),
    Pair(
        "aws.cloudfront.distribution",
        {
            "cloudfront:ListDistributions": {
                "DistributionList": {
                    "Items": [
                        {
                            "Id": "E1",
                            "ARN": _DISTRIBUTION,
                            "DomainName": "d1.cloudfront.net",
                            "Enabled": True,
                            "Aliases": {"Quantity": 1, "Items": ["a.example"]},
                            "DefaultCacheBehavior": {
                                "TargetOriginId": "o",
                                "ViewerProtocolPolicy": "https-only",
                                "RealtimeLogConfigArn": "arn:aws:kinesis:us-east-1:123456789012:x",
                            },
                            "CacheBehaviors": {"Quantity": 0, "Items": []},
                            "ViewerCertificate": {
                                "ACMCertificateArn": _CERTIFICATE,
                                "MinimumProtocolVersion": "TLSv1.2_2021",
                            },
                            "WebACLId": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1",
                        }
                    ],
                }
            },
            "cloudfront:GetDistributionConfig": {
                "DistributionConfig": {
                    "Logging": {
                        "Enabled": True,
                        "IncludeCookies": False,
                        "Bucket": "logs.s3.amazonaws.com",
                        "Prefix": "",
                    }
                }
            },
            "cloudfront:ListTagsForResource": {"Tags": {"Items": API_TAGS}},
        },
        (
            item(
                "AWS::CloudFront::Distribution",
                "E1",
                {
                    "id": "E1",
                    "arn": _DISTRIBUTION,
                    "domainName": "d1.cloudfront.net",
                    "status": "Deployed",
                    "distributionConfig": {
                        "enabled": True,
                        "aliases": {"quantity": 1, "items": ["a.example"]},
                        "defaultCacheBehavior": {"targetOriginId": "o", "viewerProtocolPolicy": "https-only"},
                        "cacheBehaviors": {"quantity": 0, "items": []},
                        "viewerCertificate": {
                            "acmCertificateArn": _CERTIFICATE,
                            "minimumProtocolVersion": "TLSv1.2_2021",
                            "iamCertificateId": None,
                        },
                        "webACLId": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1",
                        "logging": {
                            "enabled": True,
                            "includeCookies": False,
                            "bucket": "logs.s3.amazonaws.com",
                            "prefix": "",
                        },
                    },
                },
                arn=_DISTRIBUTION,
            ),
        ),
        frozenset({"logging.kinds"}),
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
)
