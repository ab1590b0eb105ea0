"""Databases, warehouses, and what copies them."""

from config_items import ACCOUNT, API_TAGS, KEY, REGION, Pair, item

from config_pairs.answers import KEY_ITEM, KMS, NETWORK, NETWORK_ITEMS

_INSTANCE = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:records"

_CLUSTER = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:records"

_TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/visits"

_WAREHOUSE = f"arn:aws:redshift:{REGION}:{ACCOUNT}:cluster:facts"

_REPLICATION = f"arn:aws:dms:{REGION}:{ACCOUNT}:rep:ABC"


PAIRS = (
    Pair(
        "aws.rds.instance",
        {
            "rds:DescribeDBInstances": {
                "DBInstances": [
                    {
                        "DBInstanceArn": _INSTANCE,
                        "DBInstanceIdentifier": "records",
                        "Engine": "postgres",
                        "EngineVersion": "15.4",
                        "StorageEncrypted": True,
                        "KmsKeyId": KEY,
                        "PubliclyAccessible": False,
                        "MultiAZ": True,
                        "AutoMinorVersionUpgrade": True,
                        "BackupRetentionPeriod": 35,
                        "LatestRestorableTime": "2025-12-01T00:00:00Z",
                        "DeletionProtection": True,
                        "CopyTagsToSnapshot": True,
                        "IAMDatabaseAuthenticationEnabled": True,
                        "EnabledCloudwatchLogsExports": ["postgresql"],
                        "MonitoringInterval": 60,
                        "PerformanceInsightsEnabled": True,
                        "CACertificateIdentifier": "rds-ca-rsa2048-g1",
                        "CertificateDetails": {"ValidTill": "2030-01-01T00:00:00Z"},
                        "DBParameterGroups": [
                            {"DBParameterGroupName": "default.postgres15", "ParameterApplyStatus": "in-sync"}
                        ],
                        "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
                        "DBSubnetGroup": {"Subnets": [{"SubnetIdentifier": "subnet-1"}]},
                        "Endpoint": {"Address": "records.example", "Port": 5432},
                        "DBInstanceAutomatedBackupsReplications": [],
                        "TagList": API_TAGS,
                    }
                ]
            },
            **KMS,
        },
        (
            item(
                "AWS::RDS::DBInstance",
                "db-ABC",
                {
                    "dBInstanceArn": _INSTANCE,
                    "dBInstanceIdentifier": "records",
                    "dBInstanceStatus": "available",
                    "engine": "postgres",
                    "engineVersion": "15.4",
                    "storageEncrypted": True,
                    "kmsKeyId": KEY,
                    "publiclyAccessible": False,
                    "multiAZ": True,
                    "autoMinorVersionUpgrade": True,
                    "backupRetentionPeriod": 35,
                    "latestRestorableTime": "2025-12-01T00:00:00.000Z",
                    "copyTagsToSnapshot": True,
                    "iAMDatabaseAuthenticationEnabled": True,
                    "enabledCloudwatchLogsExports": ["postgresql"],
                    "monitoringInterval": 60,
                    "performanceInsightsEnabled": True,
                    "cACertificateIdentifier": "rds-ca-rsa2048-g1",
                    "dBClusterIdentifier": None,
                    "dBParameterGroups": [
                        {"dBParameterGroupName": "default.postgres15", "parameterApplyStatus": "in-sync"}
                    ],
                    "vpcSecurityGroups": [{"vpcSecurityGroupId": "sg-1", "status": "active"}],
                    "dBSubnetGroup": {"vpcId": "vpc-1", "subnets": [{"subnetIdentifier": "subnet-1"}]},
                    "endpoint": {"address": "records.example", "port": 5432},
                    "pendingModifiedValues": {"dBInstanceClass": None},
                    "readReplicaSourceDBInstanceIdentifier": None,
                },
                arn=_INSTANCE,
                name="records",
            ),
            KEY_ITEM,
        ),
        frozenset(
            {
                "resilience.deletion_protected",
                "encryption_in_transit.certificate_expires",
                "backup.other_site",
                "backup.last_success",
            }
        ),
    ),
    Pair(
        "aws.rds.cluster",
        {
            "rds:DescribeDBClusters": {
                "DBClusters": [
                    {
                        "DBClusterArn": _CLUSTER,
                        "DBClusterIdentifier": "records",
                        "Engine": "aurora-postgresql",
                        "EngineVersion": "15.4",
                        "StorageEncrypted": True,
                        "KmsKeyId": KEY,
                        "MultiAZ": True,
                        "BackupRetentionPeriod": 35,
                        "LatestRestorableTime": "2025-12-01T00:00:00Z",
                        "DeletionProtection": True,
                        "CopyTagsToSnapshot": True,
                        "IAMDatabaseAuthenticationEnabled": True,
                        "EnabledCloudwatchLogsExports": ["postgresql"],
                        "DBClusterParameterGroup": "default.aurora-postgresql15",
                        "TagList": API_TAGS,
                    }
                ]
            },
            **KMS,
        },
        (
            item(
                "AWS::RDS::DBCluster",
                "cluster-ABC",
                {
                    "dbclusterArn": _CLUSTER,
                    "dbclusterIdentifier": "records",
                    "engine": "aurora-postgresql",
                    "engineVersion": "15.4",
                    "storageEncrypted": True,
                    "kmsKeyId": KEY,
                    "multiAZ": True,
                    "backupRetentionPeriod": 35,
                    "deletionProtection": True,
                    "copyTagsToSnapshot": True,
                    "iamdatabaseAuthenticationEnabled": True,
                    "enabledCloudwatchLogsExports": ["postgresql"],
                    "dbclusterParameterGroup": "default.aurora-postgresql15",
                    "endpoint": {"value": "records.cluster.example"},
                },
                arn=_CLUSTER,
                name="records",
            ),
            KEY_ITEM,
        ),
        frozenset({"backup.last_success", "backup.other_site"}),
    ),
    Pair(
        "aws.rds.snapshot",
        {
            "rds:DescribeDBSnapshots": {
                "DBSnapshots": [
                    {
                        "DBSnapshotArn": f"arn:aws:rds:{REGION}:{ACCOUNT}:snapshot:before",
                        "DBSnapshotIdentifier": "before",
                        "DBInstanceIdentifier": "records",
                        "Encrypted": True,
                        "KmsKeyId": KEY,
                        "Engine": "postgres",
                        "SnapshotType": "manual",
                        "SnapshotCreateTime": "2025-06-01T00:00:00Z",
                        "TagList": API_TAGS,
                    }
                ]
            },
            "rds:DescribeDBClusterSnapshots": {"DBClusterSnapshots": []},
            "rds:DescribeDBSnapshotAttributes": {
                "DBSnapshotAttributesResult": {
                    "DBSnapshotAttributes": [{"AttributeName": "restore", "AttributeValues": ["999999999999"]}]
                }
            },
            **KMS,
        },
        (
            item(
                "AWS::RDS::DBSnapshot",
                "before",
                {
                    "dBSnapshotArn": f"arn:aws:rds:{REGION}:{ACCOUNT}:snapshot:before",
                    "dBSnapshotIdentifier": "before",
                    "dBInstanceIdentifier": "records",
                    "encrypted": True,
                    "kmsKeyId": KEY,
                    "engine": "postgres",
                    "snapshotType": "manual",
                    "snapshotCreateTime": "2025-06-01T00:00:00.000Z",
                },
                arn=f"arn:aws:rds:{REGION}:{ACCOUNT}:snapshot:before",
                name="before",
                supplement={
                    "DBSnapshotAttributes": [{"attributeName": "restore", "attributeValues": ["999999999999"]}]
                },
            ),
            item(
                "AWS::RDS::DBSnapshot",
                "rds:nightly",
                {"dBSnapshotIdentifier": "rds:nightly", "snapshotType": "automated"},
            ),
            KEY_ITEM,
        ),
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
