"""Resources of the types that AWS Config records, each as the services describe it and as a configuration item."""

from typing import Any

from config_items import ACCOUNT, API_TAGS, KEY, REGION, Pair, item

KMS_ANSWER = {
    "KeyMetadata": {
        "AWSAccountId": ACCOUNT,
        "KeyId": "key-1",
        "Arn": KEY,
        "Description": "records",
        "Enabled": True,
        "KeyState": "Enabled",
        "KeyManager": "CUSTOMER",
        "KeyUsage": "ENCRYPT_DECRYPT",
        "Origin": "AWS_KMS",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "MultiRegion": False,
    }
}
KEY_POLICY = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::123456789012:root"},'
    '"Action":"kms:*","Resource":"*"}]}'
)
KEY_ITEM = item(
    "AWS::KMS::Key",
    "key-1",
    {
        "awsaccountId": ACCOUNT,
        "keyId": "key-1",
        "arn": KEY,
        "creationDate": 1700000000000,
        "enabled": True,
        "description": "records",
        "keyUsage": "ENCRYPT_DECRYPT",
        "keyState": "Enabled",
        "deletionDate": None,
        "origin": "AWS_KMS",
        "expirationModel": None,
        "keyManager": "CUSTOMER",
        "customerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "encryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
    },
    arn=KEY,
    supplement={"KeyRotationStatus": True, "Policy": KEY_POLICY},
)
GROUP = {
    "OwnerId": ACCOUNT,
    "GroupId": "sg-1",
    "GroupName": "records",
    "Description": "of records",
    "VpcId": "vpc-1",
    "Tags": API_TAGS,
    "IpPermissions": [
        {
            "IpProtocol": "tcp",
            "FromPort": 443,
            "ToPort": 443,
            "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
            "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
            "PrefixListIds": [],
            "UserIdGroupPairs": [{"GroupId": "sg-2", "UserId": ACCOUNT}],
        }
    ],
    "IpPermissionsEgress": [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}],
}
GROUP_ITEM = item(
    "AWS::EC2::SecurityGroup",
    "sg-1",
    {
        "description": "of records",
        "groupId": "sg-1",
        "groupName": "records",
        "ownerId": ACCOUNT,
        "vpcId": "vpc-1",
        "tags": [{"key": "team", "value": "records"}],
        "ipPermissions": [
            {
                "fromPort": 443,
                "ipProtocol": "tcp",
                "toPort": 443,
                "ipRanges": ["0.0.0.0/0"],
                "ipv4Ranges": [{"cidrIp": "0.0.0.0/0"}],
                "ipv6Ranges": [{"cidrIpv6": "::/0"}],
                "prefixListIds": [],
                "userIdGroupPairs": [{"groupId": "sg-2", "userId": ACCOUNT}],
            }
        ],
        "ipPermissionsEgress": [
            {
                "ipProtocol": "-1",
                "ipRanges": ["10.0.0.0/8"],
                "ipv4Ranges": [{"cidrIp": "10.0.0.0/8"}],
                "ipv6Ranges": [],
                "prefixListIds": [],
                "userIdGroupPairs": [],
            }
        ],
    },
)
INTERFACE = {"NetworkInterfaceId": "eni-1", "Groups": [{"GroupId": "sg-1", "GroupName": "records"}]}
INTERFACE_ITEM = item(
    "AWS::EC2::NetworkInterface",
    "eni-1",
    {"networkInterfaceId": "eni-1", "groups": [{"groupId": "sg-1", "groupName": "records"}], "status": "in-use"},
)
SUBNET = {
    "SubnetId": "subnet-1",
    "VpcId": "vpc-1",
    "OwnerId": ACCOUNT,
    "CidrBlock": "10.0.1.0/24",
    "MapPublicIpOnLaunch": True,
    "AssignIpv6AddressOnCreation": False,
    "DefaultForAz": False,
    "Tags": API_TAGS,
}
SUBNET_ITEM = item(
    "AWS::EC2::Subnet",
    "subnet-1",
    {
        "subnetId": "subnet-1",
        "vpcId": "vpc-1",
        "ownerId": ACCOUNT,
        "cidrBlock": "10.0.1.0/24",
        "state": "available",
        "mapPublicIpOnLaunch": True,
        "assignIpv6AddressOnCreation": False,
        "defaultForAz": False,
    },
)
TABLE = {
    "RouteTableId": "rtb-1",
    "VpcId": "vpc-1",
    "OwnerId": ACCOUNT,
    "Associations": [{"Main": True, "RouteTableId": "rtb-1"}, {"Main": False, "SubnetId": "subnet-1"}],
    "Routes": [
        {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
        {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"},
    ],
    "Tags": API_TAGS,
}
TABLE_ITEM = item(
    "AWS::EC2::RouteTable",
    "rtb-1",
    {
        "routeTableId": "rtb-1",
        "vpcId": "vpc-1",
        "ownerId": ACCOUNT,
        "propagatingVgws": [],
        "associations": [
            {"main": True, "routeTableId": "rtb-1", "routeTableAssociationId": "rtbassoc-1"},
            {
                "main": False,
                "routeTableId": "rtb-1",
                "routeTableAssociationId": "rtbassoc-2",
                "subnetId": "subnet-1",
            },
        ],
        "routes": [
            {
                "destinationCidrBlock": "10.0.0.0/16",
                "gatewayId": "local",
                "origin": "CreateRouteTable",
                "state": "active",
            },
            {"destinationCidrBlock": "0.0.0.0/0", "gatewayId": "igw-1", "origin": "CreateRoute", "state": "active"},
        ],
    },
)
NETWORK: dict[str, Any] = {
    "ec2:DescribeRouteTables": {"RouteTables": [TABLE]},
    "ec2:DescribeSubnets": {"Subnets": [SUBNET]},
    "ec2:DescribeSecurityGroups": {"SecurityGroups": [GROUP]},
}
NETWORK_ITEMS = (TABLE_ITEM, SUBNET_ITEM, GROUP_ITEM)
KMS: dict[str, Any] = {"kms:DescribeKey": KMS_ANSWER}

_INSTANCE = f"arn:aws:rds:{REGION}:{ACCOUNT}:db:records"
_CLUSTER = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:records"

PAIRS = (
    Pair(
        "aws.kms.key",
        {
            "kms:ListKeys": {"Keys": [{"KeyId": "key-1", "KeyArn": KEY}]},
            **KMS,
            "kms:GetKeyPolicy": {"Policy": KEY_POLICY},
            "kms:GetKeyRotationStatus": {"KeyRotationEnabled": True, "RotationPeriodInDays": 90},
            "kms:ListAliases": {"Aliases": [{"AliasName": "alias/records", "TargetKeyId": "key-1"}]},
            "tag:GetResources": {"ResourceTagMappingList": [{"ResourceARN": KEY, "Tags": API_TAGS}]},
        },
        (KEY_ITEM, item("AWS::KMS::Alias", "alias/records", {"AliasName": "alias/records", "TargetKeyId": "key-1"})),
        frozenset({"config.multi_region", "config.rotation_days"}),
    ),
    Pair(
        "aws.ec2.security_group",
        {
            "ec2:DescribeSecurityGroups": {"SecurityGroups": [GROUP]},
            "ec2:DescribeNetworkInterfaces": {"NetworkInterfaces": [INTERFACE]},
        },
        (GROUP_ITEM, INTERFACE_ITEM),
    ),
    Pair("aws.ec2.subnet", NETWORK, NETWORK_ITEMS),
    Pair("aws.ec2.route_table", NETWORK, NETWORK_ITEMS),
    Pair(
        "aws.ec2.vpc",
        {
            "ec2:DescribeVpcs": {
                "Vpcs": [{"VpcId": "vpc-1", "OwnerId": ACCOUNT, "IsDefault": False, "Tags": API_TAGS}]
            },
            "ec2:DescribeSecurityGroups": {"SecurityGroups": [{**GROUP, "GroupName": "default"}]},
            "ec2:DescribeFlowLogs": {
                "FlowLogs": [
                    {
                        "FlowLogId": "fl-1",
                        "FlowLogStatus": "ACTIVE",
                        "DeliverLogsStatus": "SUCCESS",
                        "ResourceId": "vpc-1",
                        "TrafficType": "ALL",
                        "LogDestination": "arn:aws:s3:::flows",
                        "LogDestinationType": "s3",
                    }
                ]
            },
            "ec2:DescribeVpcEndpoints": {
                "VpcEndpoints": [
                    {
                        "VpcEndpointId": "vpce-1",
                        "VpcId": "vpc-1",
                        "VpcEndpointType": "Interface",
                        "ServiceName": "com.amazonaws.us-east-1.ec2",
                        "State": "available",
                    }
                ]
            },
        },
        (
            item(
                "AWS::EC2::VPC",
                "vpc-1",
                {"vpcId": "vpc-1", "ownerId": ACCOUNT, "isDefault": False, "state": "available"},
            ),
            {**GROUP_ITEM, "configuration": {**GROUP_ITEM["configuration"], "groupName": "default"}},
            item(
                "AWS::EC2::FlowLog",
                "fl-1",
                {
                    "flowLogId": "fl-1",
                    "flowLogStatus": "ACTIVE",
                    "deliverLogsStatus": "SUCCESS",
                    "resourceId": "vpc-1",
                    "trafficType": "ALL",
                    "logDestination": "arn:aws:s3:::flows",
                    "logDestinationType": "s3",
                },
            ),
            item(
                "AWS::EC2::VPCEndpoint",
                "vpce-1",
                {
                    "vpcEndpointId": "vpce-1",
                    "vpcId": "vpc-1",
                    "vpcEndpointType": "Interface",
                    "serviceName": "com.amazonaws.us-east-1.ec2",
                    "state": {"value": "available"},
                },
            ),
        ),
    ),
    Pair(
        "aws.ec2.network_acl",
        {
            "ec2:DescribeNetworkAcls": {
                "NetworkAcls": [
                    {
                        "NetworkAclId": "acl-1",
                        "VpcId": "vpc-1",
                        "OwnerId": ACCOUNT,
                        "IsDefault": False,
                        "Associations": [{"NetworkAclAssociationId": "aclassoc-1", "SubnetId": "subnet-1"}],
                        "Entries": [
                            {
                                "CidrBlock": "0.0.0.0/0",
                                "Egress": False,
                                "PortRange": {"From": 22, "To": 22},
                                "Protocol": "6",
                                "RuleAction": "allow",
                                "RuleNumber": 100,
                            },
                            {
                                "Ipv6CidrBlock": "::/0",
                                "Egress": True,
                                "Protocol": "-1",
                                "RuleAction": "allow",
                                "RuleNumber": 101,
                            },
                        ],
                        "Tags": API_TAGS,
                    }
                ]
            }
        },
        (
            item(
                "AWS::EC2::NetworkAcl",
                "acl-1",
                {
                    "networkAclId": "acl-1",
                    "vpcId": "vpc-1",
                    "ownerId": ACCOUNT,
                    "isDefault": False,
                    "associations": [
                        {
                            "networkAclAssociationId": "aclassoc-1",
                            "networkAclId": "acl-1",
                            "subnetId": "subnet-1",
                        }
                    ],
                    "entries": [
                        {
                            "cidrBlock": "0.0.0.0/0",
                            "egress": False,
                            "portRange": {"from": 22, "to": 22},
                            "protocol": "6",
                            "ruleAction": "allow",
                            "ruleNumber": 100,
                        },
                        {
                            "ipv6CidrBlock": "::/0",
                            "egress": True,
                            "protocol": "-1",
                            "ruleAction": "allow",
                            "ruleNumber": 101,
                        },
                    ],
                },
            ),
        ),
    ),
    Pair(
        "aws.ec2.internet_gateway",
        {
            "ec2:DescribeInternetGateways": {
                "InternetGateways": [
                    {
                        "InternetGatewayId": "igw-1",
                        "OwnerId": ACCOUNT,
                        "Attachments": [{"VpcId": "vpc-1", "State": "available"}],
                        "Tags": API_TAGS,
                    }
                ]
            }
        },
        (
            item(
                "AWS::EC2::InternetGateway",
                "igw-1",
                {
                    "internetGatewayId": "igw-1",
                    "ownerId": ACCOUNT,
                    "attachments": [{"vpcId": "vpc-1", "state": "available"}],
                },
            ),
        ),
    ),
    Pair(
        "aws.ec2.vpn_connection",
        {
            "ec2:DescribeVpnConnections": {
                "VpnConnections": [
                    {
                        "VpnConnectionId": "vpn-1",
                        "State": "available",
                        "VgwTelemetry": [
                            {
                                "OutsideIpAddress": "198.51.100.1",
                                "Status": "UP",
                                "LastStatusChange": "2025-11-01T00:00:00Z",
                            }
                        ],
                        "Tags": API_TAGS,
                    }
                ]
            }
        },
        (
            item(
                "AWS::EC2::VPNConnection",
                "vpn-1",
                {
                    "vpnConnectionId": "vpn-1",
                    "state": "available",
                    "vgwTelemetry": [
                        {
                            "outsideIpAddress": "198.51.100.1",
                            "status": "UP",
                            "lastStatusChange": "2025-11-01T00:00:00.000Z",
                        }
                    ],
                },
            ),
        ),
        frozenset({"config.tunnels"}),
    ),
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
)
