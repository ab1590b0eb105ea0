"""Networks: what lies in them, and what leads in and out."""

from config_items import ACCOUNT, API_TAGS, Pair, item

from config_pairs.answers import GROUP, GROUP_ITEM, NETWORK, NETWORK_ITEMS

INTERFACE = {"NetworkInterfaceId": "eni-1", "Groups": [{"GroupId": "sg-1", "GroupName": "records"}]}

INTERFACE_ITEM = item(
    "AWS::EC2::NetworkInterface",
    "eni-1",
    {"networkInterfaceId": "eni-1", "groups": [{"groupId": "sg-1", "groupName": "records"}], "status": "in-use"},
)


PAIRS = (
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
)
