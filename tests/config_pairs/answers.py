"""What several pairs hold: keys, networks and groups, each as its service describes it and as AWS Config records it."""

from typing import Any

from config_items import ACCOUNT, API_TAGS, KEY, REGION, item

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

ROLE_ARN, USER_ARN = f"arn:aws:iam::{ACCOUNT}:role/app", f"arn:aws:iam::{ACCOUNT}:user/ada"

CERTIFICATE = f"arn:aws:acm:{REGION}:{ACCOUNT}:certificate/1"

TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:alarms"

SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:db-AbCdEf"

ACCESS = f'{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"{ACCOUNT}"}},"Action":"*","Resource":"*"}}]}}'
