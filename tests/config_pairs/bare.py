"""Careless resources, of which little is set: as the services describe them, and as AWS Config records that."""

from config_items import ACCOUNT, API_TAGS, KEY, REGION, Pair, item

from config_pairs.answers import KEY_ITEM, KEY_POLICY, KMS_ANSWER, NETWORK, NETWORK_ITEMS

_DB = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:bare"
_FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:bare"
_ANYONE = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:GetObject",'
    '"Resource":"arn:aws:s3:::bare/*"}]}'
)

PAIRS = (
    Pair(
        "aws.s3.bucket",
        {
            "s3:ListBuckets": {"Buckets": [{"Name": "bare", "BucketRegion": REGION}]},
            "s3:GetBucketPolicy": {"Policy": _ANYONE},
            "s3:GetBucketAcl": {
                "Owner": {"ID": "owner"},
                "Grants": [
                    {"Grantee": {"ID": "other", "Type": "CanonicalUser"}, "Permission": "WRITE_ACP"},
                    {
                        "Grantee": {
                            "URI": "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
                            "Type": "Group",
                        },
                        "Permission": "WRITE",
                    },
                    {
                        "Grantee": {"URI": "http://acs.amazonaws.com/groups/s3/LogDelivery", "Type": "Group"},
                        "Permission": "READ_ACP",
                    },
                ],
            },
            "s3:GetBucketVersioning": {},
            "s3:GetBucketLogging": {},
            "s3:GetBucketEncryption": {
                "ServerSideEncryptionConfiguration": {
                    "Rules": [
                        {
                            "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"},
                            "BucketKeyEnabled": False,
                        }
                    ]
                }
            },
            "s3:GetBucketLifecycleConfiguration": {
                "Rules": [{"Status": "Disabled", "NoncurrentVersionExpiration": {"NoncurrentDays": 3}}]
            },
            "s3:GetBucketReplication": {
                "ReplicationConfiguration": {
                    "Role": "arn:aws:iam::123456789012:role/copy",
                    "Rules": [{"Status": "Disabled", "Destination": {"Bucket": "arn:aws:s3:::copies"}}],
                }
            },
            "s3:GetBucketNotificationConfiguration": {},
            "s3:GetBucketTagging": {"TagSet": []},
        },
        (
            item(
                "AWS::S3::Bucket",
                "bare",
                {"name": "bare", "owner": {"id": "owner"}},
                arn="arn:aws:s3:::bare",
                name="bare",
                tags={},
                supplement={
                    "AccessControlList": {
                        "grantSet": None,
                        "grantList": [
                            {"grantee": {"id": "other"}, "permission": "WriteAcp"},
                            {"grantee": "AuthenticatedUsers", "permission": "Write"},
                            {"grantee": "LogDelivery", "permission": "ReadAcp"},
                        ],
                        "owner": {"id": "owner"},
                    },
                    "BucketLoggingConfiguration": {"destinationBucketName": None, "logFilePrefix": None},
                    "BucketPolicy": {"policyText": _ANYONE},
                    "BucketVersioningConfiguration": {"status": "Off", "isMfaDeleteEnabled": None},
                    "ServerSideEncryptionConfiguration": {
                        "rules": [
                            {
                                "applyServerSideEncryptionByDefault": {
                                    "sseAlgorithm": "AES256",
                                    "kmsMasterKeyID": None,
                                },
                                "bucketKeyEnabled": False,
                            }
                        ]
                    },
                    "BucketLifecycleConfiguration": {
                        "rules": [{"status": "Disabled", "noncurrentVersionExpirationInDays": 3}]
                    },
                    "BucketReplicationConfiguration": {
                        "roleARN": "arn:aws:iam::123456789012:role/copy",
                        "rules": {
                            "all": {
                                "status": "Disabled",
                                "destinationConfig": {"bucketARN": "arn:aws:s3:::copies", "account": None},
                            }
                        },
                    },
                    "BucketNotificationConfiguration": {"configurations": {}, "eventBridgeConfiguration": None},
                },
            ),
        ),
    ),
    Pair(
        "aws.rds.instance",
        {
            "rds:DescribeDBInstances": {
                "DBInstances": [
                    {
                        "DBInstanceArn": _DB,
                        "DBInstanceIdentifier": "bare",
                        "Engine": "postgres",
                        "EngineVersion": "12.4",
                        "StorageEncrypted": False,
                        "PubliclyAccessible": True,
                        "MultiAZ": False,
                        "AutoMinorVersionUpgrade": False,
                        "BackupRetentionPeriod": 0,
                        "DeletionProtection": False,
                        "CopyTagsToSnapshot": False,
                        "IAMDatabaseAuthenticationEnabled": False,
                        "MonitoringInterval": 0,
                        "PerformanceInsightsEnabled": False,
                        "NetworkType": "IPV4",
                        "DBInstanceAutomatedBackupsReplications": [],
                        "DBParameterGroups": [
                            {"DBParameterGroupName": "default.postgres12", "ParameterApplyStatus": "pending-reboot"}
                        ],
                        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
                        "DBSubnetGroup": {"Subnets": [{"SubnetIdentifier": "subnet-1"}]},
                        "Endpoint": {"Address": "bare.example", "Port": 443},
                        "TagList": [],
                    }
                ]
            },
            **NETWORK,
        },
        (
            item(
                "AWS::RDS::DBInstance",
                "db-DEF",
                {
                    "dBInstanceArn": _DB,
                    "dBInstanceIdentifier": "bare",
                    "engine": "postgres",
                    "engineVersion": "12.4",
                    "storageEncrypted": False,
                    "kmsKeyId": None,
                    "publiclyAccessible": True,
                    "multiAZ": False,
                    "autoMinorVersionUpgrade": False,
                    "backupRetentionPeriod": 0,
                    "copyTagsToSnapshot": False,
                    "iAMDatabaseAuthenticationEnabled": False,
                    "enabledCloudwatchLogsExports": [],
                    "monitoringInterval": 0,
                    "performanceInsightsEnabled": False,
                    "cACertificateIdentifier": None,
                    "dBParameterGroups": [
                        {"dBParameterGroupName": "default.postgres12", "parameterApplyStatus": "pending-reboot"}
                    ],
                    "vpcSecurityGroups": [{"vpcSecurityGroupId": "sg-1", "status": "active"}],
                    "dBSubnetGroup": {"subnets": [{"subnetIdentifier": "subnet-1"}]},
                    "endpoint": {"address": "bare.example", "port": 443},
                    "latestRestorableTime": None,
                    "pendingModifiedValues": {},
                },
                arn=_DB,
                name="bare",
                tags={},
            ),
            *NETWORK_ITEMS,
        ),
        frozenset(
            {
                "resilience.deletion_protected",
                "backup.other_site",
                "backup.last_success",
                "encryption_in_transit.certificate_expires",
            }
        ),
    ),
    Pair(
        "aws.ec2.security_group",
        {
            "ec2:DescribeSecurityGroups": {
                "SecurityGroups": [
                    {
                        "OwnerId": ACCOUNT,
                        "GroupId": "sg-9",
                        "GroupName": "default",
                        "Description": "default",
                        "VpcId": "vpc-1",
                        "Tags": [],
                        "IpPermissions": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
                        "IpPermissionsEgress": [],
                    }
                ]
            },
            "ec2:DescribeNetworkInterfaces": {"NetworkInterfaces": []},
        },
        (
            item(
                "AWS::EC2::SecurityGroup",
                "sg-9",
                {
                    "description": "default",
                    "groupId": "sg-9",
                    "groupName": "default",
                    "ownerId": ACCOUNT,
                    "vpcId": "vpc-1",
                    # As items were written before descriptions of ranges were.
                    "ipPermissions": [
                        {"fromPort": None, "toPort": None, "ipProtocol": "-1", "ipRanges": ["0.0.0.0/0"]}
                    ],
                    "ipPermissionsEgress": [],
                },
                tags={},
            ),
        ),
    ),
    Pair(
        "aws.kms.key",
        {
            "kms:ListKeys": {"Keys": [{"KeyId": "key-1", "KeyArn": KEY}]},
            "kms:DescribeKey": {
                "KeyMetadata": {**KMS_ANSWER["KeyMetadata"], "KeyState": "PendingDeletion", "Enabled": False}
            },
            "kms:GetKeyPolicy": {"Policy": KEY_POLICY},
            "kms:ListAliases": {"Aliases": []},
            "tag:GetResources": {"ResourceTagMappingList": [{"ResourceARN": KEY, "Tags": API_TAGS}]},
        },
        (
            {
                **KEY_ITEM,
                "configuration": {**KEY_ITEM["configuration"], "keyState": "PendingDeletion", "enabled": False},
            },
        ),
        frozenset({"config.multi_region", "config.aliases"}),
    ),
    Pair(
        "aws.lambda.function",
        {
            "lambda:ListFunctions": {
                "Functions": [
                    {
                        "FunctionName": "bare",
                        "FunctionArn": _FUNCTION,
                        "Runtime": "python3.8",
                        "Role": "arn:aws:iam::123456789012:role/app",
                        "TracingConfig": {"Mode": "PassThrough"},
                        "LoggingConfig": {"LogGroup": "/aws/lambda/bare"},
                    }
                ]
            },
            "lambda:GetPolicy": None,
            "lambda:ListAliases": {"Aliases": []},
            "lambda:ListTags": {"Tags": {}},
            "lambda:GetFunctionConcurrency": {},
        },
        (
            item(
                "AWS::Lambda::Function",
                "bare",
                {
                    "functionName": "bare",
                    "functionArn": _FUNCTION,
                    "runtime": "python3.8",
                    "role": "arn:aws:iam::123456789012:role/app",
                    "kmskeyArn": None,
                    "tracingConfig": {"mode": "PassThrough"},
                    "vpcConfig": None,
                    "deadLetterConfig": None,
                },
                arn=_FUNCTION,
                name="bare",
                tags={},
                supplement={"Policy": None, "Concurrency": None},
            ),
        ),
        frozenset({"config.secret_variables", "exposure.shared_with", "relations.log_group", "tags"}),
    ),
    Pair(
        "aws.iam.user",
        {
            "iam:GetAccountAuthorizationDetails": {
                "UserDetailList": [
                    {
                        "Arn": f"arn:aws:iam::{ACCOUNT}:user/root-like",
                        "UserName": "root-like",
                        "CreateDate": "2024-01-02T03:04:05Z",
                        "GroupList": [],
                        "AttachedManagedPolicies": [
                            {
                                "PolicyName": "AdministratorAccess",
                                "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess",
                            }
                        ],
                        "Tags": API_TAGS,
                    }
                ],
                "GroupDetailList": [],
                "RoleDetailList": [],
                "Policies": [],
            }
        },
        (
            item(
                "AWS::IAM::User",
                "AIDA2",
                {
                    "arn": f"arn:aws:iam::{ACCOUNT}:user/root-like",
                    "userName": "root-like",
                    "createDate": "2024-01-02T03:04:05.000Z",
                    "userPolicyList": [],
                    "groupList": [],
                    "attachedManagedPolicies": [
                        {
                            "policyName": "AdministratorAccess",
                            "policyArn": "arn:aws:iam::aws:policy/AdministratorAccess",
                        }
                    ],
                    "permissionsBoundary": None,
                },
                arn=f"arn:aws:iam::{ACCOUNT}:user/root-like",
                name="root-like",
                region="global",
            ),
        ),
    ),
    Pair(
        "aws.redshift.cluster",
        {
            "redshift:DescribeClusters": {
                "Clusters": [
                    {
                        "ClusterIdentifier": "bare",
                        "Encrypted": False,
                        "PubliclyAccessible": False,
                        "AllowVersionUpgrade": False,
                        "ClusterVersion": "1.0",
                        "AutomatedSnapshotRetentionPeriod": 0,
                        "EnhancedVpcRouting": False,
                        "MultiAZ": "Disabled",
                        "ClusterParameterGroups": [{"ParameterGroupName": "tls", "ParameterApplyStatus": "in-sync"}],
                        "VpcSecurityGroups": [],
                        "Tags": [],
                    }
                ]
            },
            "redshift:DescribeLoggingStatus": {"LoggingEnabled": False},
        },
        (
            item(
                "AWS::Redshift::Cluster",
                "bare",
                {
                    "clusterIdentifier": "bare",
                    "encrypted": False,
                    "kmsKeyId": None,
                    "publiclyAccessible": False,
                    "allowVersionUpgrade": False,
                    "clusterVersion": "1.0",
                    "automatedSnapshotRetentionPeriod": 0,
                    "enhancedVpcRouting": False,
                    "clusterParameterGroups": [{"parameterGroupName": "tls", "parameterApplyStatus": "in-sync"}],
                    "vpcSecurityGroups": [],
                },
                tags={},
                supplement={"LoggingStatus": {"loggingEnabled": False, "bucketName": None}},
            ),
        ),
        frozenset({"resilience.redundant"}),
    ),
)
