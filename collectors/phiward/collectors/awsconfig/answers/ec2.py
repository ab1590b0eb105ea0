"""Instances, volumes, networks and their filters.

The items are the answers of EC2 in other capitals, but for a group's IPv4 ranges, which are named `ipv4Ranges`.
Snapshots, user data and the entries of prefix lists are not recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from phiward.collectors.awsconfig.answer import Answer, Asked, Found, Kind, described, listing
from phiward.collectors.awsconfig.members import Members

if TYPE_CHECKING:
    from phiward.collectors.awsconfig.item import Item

INSTANCE, VOLUME, GROUP = "AWS::EC2::Instance", "AWS::EC2::Volume", "AWS::EC2::SecurityGroup"
_OWNED = ("OwnerId",)
_TUNNELS = ("VgwTelemetry",)
_RULE = (
    "FromPort",
    "ToPort",
    "IpRanges.Description",
    "Ipv6Ranges.Description",
    "PrefixListIds",
    "Ipv6Ranges",
    "IpRanges",
    "UserIdGroupPairs",
    *(f"UserIdGroupPairs.{each}" for each in ("GroupId", "UserId", "PeeringStatus", "VpcPeeringConnectionId")),
)

KINDS = (
    Kind(
        INSTANCE,
        covers="aws.ec2.instance",
        optional=(
            *_OWNED,
            "IamInstanceProfile",
            "VpcId",
            "SubnetId",
            "PublicIpAddress",
            "ImageId",
            "KeyName",
            "StateTransitionReason",
            "NetworkInterfaces.Association",
            "NetworkInterfaces.SubnetId",
            "NetworkInterfaces.PrivateIpAddresses.Association",
            "NetworkInterfaces.Association.PublicIp",
            "NetworkInterfaces.PrivateIpAddresses.Association.PublicIp",
            "BlockDeviceMappings.Ebs",
        ),
        lacking={
            "Ipv6Address": ("exposure?", "network", "config.global_ipv6", "config.internet_route"),
            "NetworkInterfaces.Ipv6Addresses": (
                "exposure?",
                "network",
                "config.global_ipv6",
                "config.internet_route",
            ),
            "MetadataOptions": (
                "config.metadata_token_required",
                "config.metadata_endpoint",
                "config.metadata_hop_limit",
            ),
            "MetadataOptions.HttpTokens": ("config.metadata_token_required",),
            "MetadataOptions.HttpEndpoint": ("config.metadata_endpoint", "config.metadata_token_required"),
            "MetadataOptions.HttpPutResponseHopLimit": ("config.metadata_hop_limit",),
            "Monitoring": ("monitoring.enabled",),
            "EnclaveOptions": ("config.enclaves",),
            "EnclaveOptions.Enabled": ("config.enclaves",),
            "EbsOptimized": ("config.ebs_optimized",),
        },
    ),
    Kind(
        VOLUME,
        covers="aws.ec2.volume",
        optional=("Attachments", "Attachments.InstanceId", "KmsKeyId", "SnapshotId", *_OWNED),
        lacking={"Encrypted": ("encryption_at_rest", "backup.encrypted", "relations.encrypts_with")},
    ),
    Kind(
        GROUP,
        covers="aws.ec2.security_group",
        optional=(
            *_OWNED,
            "VpcId",
            *(f"{way}.{member}" for way in ("IpPermissions", "IpPermissionsEgress") for member in _RULE),
        ),
        lacking={
            "IpPermissions": ("network.ingress", "config.open_to_world"),
            "IpPermissionsEgress": ("network.egress",),
        },
    ),
    Kind("AWS::EC2::NetworkInterface", optional=("Groups",)),
    Kind("AWS::EC2::VPC", covers="aws.ec2.vpc", optional=_OWNED, lacking={"IsDefault": ("config.is_default",)}),
    Kind(
        "AWS::EC2::FlowLog",
        optional=("DeliverLogsStatus", "LogDestination", "LogGroupName", "TrafficType", *_OWNED),
    ),
    Kind("AWS::EC2::VPCEndpoint", optional=("VpcEndpointType", "State", *_OWNED)),
    Kind(
        "AWS::EC2::Subnet",
        covers="aws.ec2.subnet",
        optional=(*_OWNED, "VpcId"),
        lacking={
            "MapPublicIpOnLaunch": ("config.assigns_public_ipv4",),
            "AssignIpv6AddressOnCreation": ("config.assigns_ipv6",),
            "DefaultForAz": ("config.is_default",),
        },
    ),
    Kind(
        "AWS::EC2::RouteTable",
        covers="aws.ec2.route_table",
        optional=(
            *_OWNED,
            "VpcId",
            "Associations.SubnetId",
            "Associations.Main",
            "Associations.GatewayId",
            "Associations.AssociationState",
            *(
                f"Routes.{each}"
                for each in (
                    "DestinationCidrBlock",
                    "DestinationIpv6CidrBlock",
                    "DestinationPrefixListId",
                    "EgressOnlyInternetGatewayId",
                    "GatewayId",
                    "InstanceId",
                    "NatGatewayId",
                    "NetworkInterfaceId",
                    "TransitGatewayId",
                    "LocalGatewayId",
                    "CarrierGatewayId",
                    "CoreNetworkArn",
                    "OdbNetworkArn",
                    "VpcPeeringConnectionId",
                    "State",
                )
            ),
        ),
    ),
    Kind(
        "AWS::EC2::NetworkAcl",
        covers="aws.ec2.network_acl",
        optional=(
            *_OWNED,
            "VpcId",
            "Associations",
            "Entries.PortRange",
            "Entries.PortRange.From",
            "Entries.PortRange.To",
            "Entries.CidrBlock",
            "Entries.Ipv6CidrBlock",
            "Entries.IcmpTypeCode",
        ),
        lacking={
            "Entries": ("network.ingress", "network.egress"),
            "Entries.Egress": ("network.ingress", "network.egress"),
            "IsDefault": ("config.is_default",),
        },
    ),
    Kind(
        "AWS::EC2::InternetGateway",
        covers="aws.ec2.internet_gateway",
        optional=(*_OWNED, "Attachments", "Attachments.VpcId", "Attachments.State"),
    ),
    Kind(
        "AWS::EC2::VPNConnection",
        covers="aws.ec2.vpn_connection",
        optional=("State", *_OWNED),
        lacking={"VgwTelemetry": ("config.tunnels",)},
        fleeting=_TUNNELS,
    ),
)


def _group(item: Item) -> Members:
    group = described(item)
    ways = {
        way: [_rule(each) for each in group[way]] for way in ("IpPermissions", "IpPermissionsEgress") if way in group
    }
    return group.with_(**ways)


def _rule(rule: Members) -> Members:
    """Name a rule's IPv4 ranges as EC2 does. Their short form, texts, stands beside the full one in newer items."""
    if rule.holds("ipv4Ranges"):
        return rule.with_(IpRanges=rule.get("ipv4Ranges", []))
    ranges: list[Any] = rule.get("ipRanges", [])
    return rule.with_(IpRanges=[{"CidrIp": each} if isinstance(each, str) else each for each in ranges])


def _reservation(asked: Asked) -> Found:
    items = asked.all(INSTANCE)
    return Found({"Reservations": [_Reservation(item) for item in items]}, tuple(items))


class _Reservation(Members):
    """One instance alone: AWS Config does not keep what was launched together."""

    __slots__ = ()

    def __init__(self, item: Item) -> None:
        super().__init__({"Instances": [described(item)]}, INSTANCE, item)


ANSWERS = {
    "ec2.describe_instances": Answer(_reservation, (INSTANCE,)),
    "ec2.describe_volumes": listing(VOLUME, "Volumes"),
    "ec2.describe_security_groups": listing(GROUP, "SecurityGroups", entry=_group),
    "ec2.describe_network_interfaces": listing("AWS::EC2::NetworkInterface", "NetworkInterfaces"),
    "ec2.describe_vpcs": listing("AWS::EC2::VPC", "Vpcs"),
    "ec2.describe_flow_logs": listing("AWS::EC2::FlowLog", "FlowLogs"),
    "ec2.describe_vpc_endpoints": listing("AWS::EC2::VPCEndpoint", "VpcEndpoints"),
    "ec2.describe_subnets": listing("AWS::EC2::Subnet", "Subnets"),
    "ec2.describe_route_tables": listing("AWS::EC2::RouteTable", "RouteTables"),
    "ec2.describe_network_acls": listing("AWS::EC2::NetworkAcl", "NetworkAcls"),
    "ec2.describe_internet_gateways": listing("AWS::EC2::InternetGateway", "InternetGateways"),
    "ec2.describe_vpn_connections": listing("AWS::EC2::VPNConnection", "VpnConnections", fleeting=_TUNNELS),
}
