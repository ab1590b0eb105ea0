"""Stores of objects, files, streams and documents."""

from config_items import ACCOUNT, API_TAGS, KEY, REGION, Pair, item

from config_pairs.answers import ACCESS, KEY_ITEM, KMS, TOPIC

_FILES = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:file-system/fs-1"

_DOMAIN = f"arn:aws:es:{REGION}:{ACCOUNT}:domain/search"

_STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/events"

_BUCKET_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":'
    '["arn:aws:s3:::records","arn:aws:s3:::records/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}'
)

_GUARD = {"BlockPublicAcls": True, "BlockPublicPolicy": True, "IgnorePublicAcls": True, "RestrictPublicBuckets": True}

_GUARD_ITEM = {name[0].lower() + name[1:]: value for name, value in _GUARD.items()}


PAIRS = (
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
                "TopicConfigurations": [{"TopicArn": TOPIC, "Events": ["s3:ObjectCreated:*"]}],
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
                                "topicARN": TOPIC,
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
                        "AccessPolicies": ACCESS,
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
)
