"""Networks: VPCs, subnets, routes, gateways, network ACLs and flow logs."""

from typing import Any

from phiward.collectors.cloudformation.shapes import Made, Rule, Shape, lifted
from phiward.collectors.documents import Mapping, Span
from phiward.inventory.unknown import Unknown


def _protocol(value: Any, _: Span) -> tuple[tuple[str, Any], ...]:
    """CloudFormation numbers the protocols of network ACLs."""
    return (("protocol", value if isinstance(value, Unknown) else str(value)),)


def _flow_log(made: Made, args: Mapping) -> None:
    """A log names what it watches by kind and id; only that of a VPC is one of the VPC."""
    kind, named = made.properties.get("ResourceType"), made.properties.get("ResourceId")
    span = made.properties.spans.get("ResourceId", made.span)
    argument = {"VPC": "vpc_id", "Subnet": "subnet_id", "NetworkInterface": "eni_id"}.get(str(kind))
    if argument is not None and named is not None:
        args.put(argument, named, span)


SHAPES = (
    Shape("AWS::EC2::VPC", "aws_vpc"),
    Shape("AWS::EC2::Subnet", "aws_subnet"),
    Shape("AWS::EC2::InternetGateway", "aws_internet_gateway"),
    Shape("AWS::EC2::VPCGatewayAttachment", "aws_internet_gateway_attachment"),
    Shape("AWS::EC2::RouteTable", "aws_route_table"),
    Shape(
        "AWS::EC2::Route",
        "aws_route",
        {
            "EgressOnlyInternetGatewayId": "egress_only_gateway_id",
            "InstanceId": "network_interface_id",
            "DestinationIpv6CidrBlock": "destination_ipv6_cidr_block",
        },
    ),
    Shape("AWS::EC2::SubnetRouteTableAssociation", "aws_route_table_association"),
    Shape("AWS::EC2::NatGateway", "aws_nat_gateway"),
    Shape("AWS::EC2::EgressOnlyInternetGateway", "aws_egress_only_internet_gateway"),
    Shape("AWS::EC2::NetworkAcl", "aws_network_acl"),
    Shape(
        "AWS::EC2::NetworkAclEntry",
        "aws_network_acl_rule",
        {
            "Protocol": Rule(("protocol",), _protocol),
            "Ipv6CidrBlock": "ipv6_cidr_block",
            "PortRange": lifted({"From": "from_port", "To": "to_port"}, "from_port", "to_port"),
        },
    ),
    Shape("AWS::EC2::SubnetNetworkAclAssociation", "aws_network_acl_association"),
    Shape("AWS::EC2::FlowLog", "aws_flow_log", {"ResourceId": None, "ResourceType": None}, args=_flow_log),
    Shape("AWS::EC2::VPCEndpoint", "aws_vpc_endpoint"),
    Shape(
        "AWS::EC2::PrefixList",
        "aws_ec2_managed_prefix_list",
        {"PrefixListName": "name", "Entries": "entry"},
    ),
    Shape("AWS::EC2::SnapshotBlockPublicAccess", "aws_ebs_snapshot_block_public_access"),
)
