"""Subnets, route tables, internet gateways, network ACLs and VPN connections: live and Terraform mean the same."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeAws
from terraform_code import collected

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import (
    acl_entries,
    ec2_internet_gateway,
    ec2_network_acl,
    ec2_route_table,
    ec2_subnet,
    ec2_vpn_connection,
)
from phiward.collectors.types.aws.ec2_vpn_connection import Tunnel, VpnConnectionConfig
from phiward.collectors.types.aws.routes import Route
from phiward.inventory.aspects import Network, Rule
from phiward.inventory.model import Resource, Unknown

WORLD = ("0.0.0.0/0",)
ALL = Rule(protocol="all", from_port=0, to_port=65535, sources=WORLD)


def only(module: Any, aws: FakeAws) -> Resource:
    """Read the one resource there is."""
    (item,) = module.items(aws)
    made: Resource = module.resource(aws, item)
    return made


def config(made: Resource) -> Any:
    """Return what only the type has."""
    return made.config


SUBNET = {"SubnetId": "subnet-1", "VpcId": "vpc-1", "MapPublicIpOnLaunch": True, "OwnerId": "123456789012"}
TABLE = {
    "RouteTableId": "rtb-1",
    "VpcId": "vpc-1",
    "OwnerId": "123456789012",
    "Associations": [{"Main": True}],
    "Routes": [
        {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active"},
        {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"},
        {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1", "State": "active"},
    ],
}
CODE = """
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_internet_gateway" "main" { vpc_id = aws_vpc.main.id }
resource "aws_egress_only_internet_gateway" "main" { vpc_id = aws_vpc.main.id }
resource "aws_subnet" "public" {
  vpc_id                  = aws_vpc.main.id
  cidr_block              = "10.0.1.0/24"
  map_public_ip_on_launch = true
}
resource "aws_subnet" "private" {
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.2.0/24"
}
resource "aws_route_table" "public" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
  route {
    ipv6_cidr_block        = "::/0"
    egress_only_gateway_id = aws_egress_only_internet_gateway.main.id
  }
}
resource "aws_route_table_association" "public" {
  subnet_id      = aws_subnet.public.id
  route_table_id = aws_route_table.public.id
}
"""


def subnet_account(*denied: str, tables: Any = (TABLE,), **changes: Any) -> FakeAws:
    """Return a region with one subnet."""
    return FakeAws(
        {
            "ec2:DescribeSubnets": {"Subnets": [{**SUBNET, **changes}]},
            "ec2:DescribeRouteTables": {"RouteTables": list(tables)},
        },
        denied=denied,
    )


def test_a_public_subnet_agrees(tmp_path: Path) -> None:
    """It gives out addresses and leads to the internet: live and in code."""
    live = only(ec2_subnet, subnet_account())
    code = collected(tmp_path, CODE)["aws_subnet.public"]

    expected = ec2_subnet.SubnetConfig(
        assigns_public_ipv4=True, assigns_ipv6=False, internet_route=True, is_default=False
    )
    assert config(live) == config(code) == expected
    assert live.relations["route_table"] == ("arn:aws:ec2:us-east-1:123456789012:route-table/rtb-1",)
    assert code.relations == {"vpc": ("aws_vpc.main",), "route_table": ("aws_route_table.public",)}
    assert (code.lines["config.assigns_public_ipv4"].line, code.lines["config.internet_route"].line) == (8, 25)


def test_a_subnet_without_a_table_follows_the_one_that_aws_made(tmp_path: Path) -> None:
    """Which leads nowhere but within the VPC, unless the code adds a route to it."""
    private = collected(tmp_path, CODE)["aws_subnet.private"]
    added = """
resource "aws_route" "out" {
  route_table_id         = aws_vpc.main.main_route_table_id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}
"""

    found = collected(tmp_path, CODE + added)

    assert config(private).internet_route is False
    assert config(found["aws_subnet.private"]).internet_route is True
    # The route is of no table that the code makes.
    assert len(config(found["aws_route_table.public"]).routes) == 2


@pytest.mark.parametrize(
    "main",
    [
        """
resource "aws_default_route_table" "main" {
  default_route_table_id = aws_vpc.main.default_route_table_id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
}
""",
        """
resource "aws_default_route_table" "main" {
  default_route_table_id = aws_vpc.main.default_route_table_id
}
resource "aws_route" "out" {
  route_table_id         = aws_default_route_table.main.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.main.id
}
""",
        """
resource "aws_main_route_table_association" "main" {
  vpc_id         = aws_vpc.main.id
  route_table_id = aws_route_table.public.id
}
""",
    ],
)
def test_the_main_table_may_lead_out(tmp_path: Path, main: str) -> None:
    """Taken into care, with a route of its own or apart, or another one made the main one."""
    found = collected(tmp_path, CODE + main)

    assert config(found["aws_subnet.private"]).internet_route is True
    assert len(config(found["aws_route_table.public"]).routes) == 2


def test_denied_route_tables_are_an_unknown_route_only() -> None:
    """What the subnet says of itself is read."""
    made = only(ec2_subnet, subnet_account("ec2:DescribeRouteTables"))

    reason = Unknown("access denied: ec2:DescribeRouteTables")
    assert config(made).internet_route == made.relations["route_table"] == reason
    assert config(made).assigns_public_ipv4 is True


def test_a_subnet_of_another_account_is_left_to_it() -> None:
    """It is shared: its owner answers for it."""
    assert list(ec2_subnet.items(subnet_account(OwnerId="210987654321"))) == []


def test_a_route_table_agrees(tmp_path: Path) -> None:
    """Its ways out, by what they lead through, live and in code."""
    live = only(ec2_route_table, FakeAws({"ec2:DescribeRouteTables": {"RouteTables": [TABLE]}}))
    code = collected(tmp_path, CODE)["aws_route_table.public"]

    assert config(live).routes == (
        Route(destination="0.0.0.0/0", kind="internet-gateway", target="igw-1"),
        Route(destination="::/0", kind="egress-only-gateway", target="eigw-1"),
    )
    assert [(each.destination, each.kind, each.active) for each in config(code).routes] == [
        (each.destination, each.kind, each.active) for each in config(live).routes
    ]
    assert (config(live).is_main, config(code).is_main) == (True, False)
    assert live.relations["internet_gateways"] == ("arn:aws:ec2:us-east-1:123456789012:internet-gateway/igw-1",)
    assert code.relations == {
        "vpc": ("aws_vpc.main",),
        "subnets": ("aws_subnet.public",),
        "internet_gateways": ("aws_internet_gateway.main",),
    }


@pytest.mark.parametrize(
    ("target", "kind"),
    [
        ("gateway_id = aws_vpn_gateway.x.id", "vpn-gateway"),
        ('gateway_id = "igw-0123"', "internet-gateway"),
        ("gateway_id = data.aws_internet_gateway.x.id", "internet-gateway"),
        ("nat_gateway_id = aws_nat_gateway.x.id", "nat-gateway"),
        ('vpc_endpoint_id = "vpce-1"', "endpoint"),
        ("gateway_id = var.gateway", None),
    ],
)
def test_what_a_route_leads_through(tmp_path: Path, target: str, kind: str | None) -> None:
    """By the block it refers to, else by its id; a variable does not tell."""
    code = f"""
variable "gateway" {{ type = string }}
resource "aws_route_table" "a" {{ vpc_id = "vpc-1" }}
resource "aws_route" "a" {{
  route_table_id = aws_route_table.a.id
  destination_cidr_block = "0.0.0.0/0"
  {target}
}}
resource "aws_vpn_gateway" "x" {{}}
resource "aws_nat_gateway" "x" {{}}
data "aws_internet_gateway" "x" {{}}
"""
    made = collected(tmp_path, code)["aws_route_table.a"]

    (route,) = config(made).routes
    assert isinstance(route.kind, Unknown) if kind is None else route.kind == kind
    assert made.lines["config.routes"].line == 4


def test_an_internet_gateway_agrees(tmp_path: Path) -> None:
    """Attached to its VPC: by itself or by a block of its own; one that is being detached is not."""
    attachments = [{"VpcId": "vpc-1", "State": "available"}, {"VpcId": "vpc-2", "State": "detached"}]
    gateway = {"InternetGatewayId": "igw-1", "OwnerId": "123456789012", "Attachments": attachments}
    live = only(ec2_internet_gateway, FakeAws({"ec2:DescribeInternetGateways": {"InternetGateways": [gateway]}}))
    apart = """
resource "aws_internet_gateway" "spare" {}
resource "aws_internet_gateway_attachment" "spare" {
  internet_gateway_id = aws_internet_gateway.spare.id
  vpc_id              = "vpc-9"
}
"""

    code = collected(tmp_path, CODE + apart)

    assert config(live).vpcs == ("vpc-1",)
    assert live.relations == {"vpcs": ("arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1",)}
    assert config(code["aws_internet_gateway.main"]).vpcs == ("aws_vpc.main",)
    assert config(code["aws_internet_gateway.spare"]).vpcs == ("vpc-9",)


def acl(*entries: dict[str, Any], **changes: Any) -> Resource:
    """Read one network ACL, with the rule that AWS adds to each."""
    last = {"RuleNumber": 32767, "RuleAction": "deny", "Protocol": "-1", "Egress": False, "CidrBlock": "0.0.0.0/0"}
    given = {"NetworkAclId": "acl-1", "VpcId": "vpc-1", "OwnerId": "123456789012", "Entries": [*entries, last]}
    return only(ec2_network_acl, FakeAws({"ec2:DescribeNetworkAcls": {"NetworkAcls": [{**given, **changes}]}}))


def numbered(number: int, action: str, **more: Any) -> dict[str, Any]:
    """Return a rule about everything from everywhere, unless it says otherwise."""
    rule = {"RuleNumber": number, "RuleAction": action, "Protocol": "-1", "Egress": False, "CidrBlock": "0.0.0.0/0"}
    return {**rule, **more}


def ingress(made: Resource) -> Any:
    """Return what an ACL admits."""
    assert isinstance(made.network, Network)
    return made.network.ingress


@pytest.mark.parametrize(
    ("entries", "admitted"),
    [
        ([numbered(100, "allow")], (ALL,)),
        ([numbered(90, "deny"), numbered(100, "allow")], ()),
        ([numbered(100, "allow"), numbered(110, "deny")], (ALL,)),
        ([numbered(90, "deny", CidrBlock="10.0.0.0/8"), numbered(100, "allow")], (ALL,)),
        ([numbered(90, "deny", Protocol="6", PortRange={"From": 22, "To": 22}), numbered(100, "allow")], (ALL,)),
        ([numbered(90, "deny"), numbered(100, "allow", CidrBlock="10.0.0.0/8")], ()),
        ([numbered(100, "allow", Egress=True)], ()),
        (
            [numbered(90, "deny"), {**numbered(100, "allow"), "CidrBlock": None, "Ipv6CidrBlock": "::/0"}],
            (Rule(protocol="all", from_port=0, to_port=65535, sources=("::/0",)),),
        ),
        (
            [
                numbered(90, "deny", Protocol="6", PortRange={"From": 20, "To": 30}),
                numbered(100, "allow", Protocol="6", PortRange={"From": 22, "To": 22}),
            ],
            (),
        ),
    ],
)
def test_the_first_rule_that_matches_decides(entries: Any, admitted: Any) -> None:
    """A rule counts unless an earlier one refuses all of it, of the same family."""
    assert ingress(acl(*entries)) == admitted


def test_an_acl_agrees(tmp_path: Path) -> None:
    """Inline, apart, and live; used by a subnet; a rule that cannot be read may refuse what follows."""
    code = """
variable "action" { type = string }
resource "aws_network_acl" "inline" {
  vpc_id     = "vpc-1"
  subnet_ids = ["subnet-1"]
  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }
}
resource "aws_network_acl" "apart" { vpc_id = "vpc-1" }
resource "aws_network_acl_rule" "all" {
  network_acl_id = aws_network_acl.apart.id
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "all"
  cidr_block     = "0.0.0.0/0"
}
resource "aws_network_acl" "unsure" { vpc_id = "vpc-1" }
resource "aws_network_acl_rule" "first" {
  network_acl_id = aws_network_acl.unsure.id
  rule_number    = 90
  rule_action    = var.action
  protocol       = "all"
  cidr_block     = "0.0.0.0/0"
}
resource "aws_network_acl_rule" "second" {
  network_acl_id = aws_network_acl.unsure.id
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "all"
  cidr_block     = "0.0.0.0/0"
}
resource "aws_default_network_acl" "closed" { default_network_acl_id = aws_vpc.main.default_network_acl_id }
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
"""
    live = acl(numbered(100, "allow"), Associations=[{"SubnetId": "subnet-1"}])

    found = collected(tmp_path, code)

    assert live.network == found["aws_network_acl.inline"].network
    assert ingress(found["aws_network_acl.apart"]) == (ALL,)
    assert all(isinstance(each, Unknown) for each in ingress(found["aws_network_acl.unsure"]))
    assert ingress(found["aws_default_network_acl.closed"]) == ()
    assert config(found["aws_default_network_acl.closed"]).is_default is True
    assert found["aws_network_acl.apart"].lines["network.ingress"].line == 16


def test_a_rule_that_was_not_seen_leaves_those_it_may_refuse_open() -> None:
    """It could come first."""
    allowed = acl_entries.entry(100, allow=True, protocol="-1", ports=(None, None), network="0.0.0.0/0")

    assert acl_entries.effective([allowed, Unknown("dynamic")]) == (Unknown("dynamic"), Unknown("dynamic"))


def vpn(**changes: Any) -> FakeAws:
    """Return a region with one VPN connection."""
    telemetry = [
        {"OutsideIpAddress": "198.51.100.1", "Status": "UP", "LastStatusChange": datetime(2026, 1, 1, tzinfo=UTC)},
        {"OutsideIpAddress": "198.51.100.2", "Status": "DOWN"},
    ]
    connection = {
        "VpnConnectionId": "vpn-1",
        "State": "available",
        "VgwTelemetry": telemetry,
        "CustomerGatewayConfiguration": "<pre_shared_key>not-to-be-kept</pre_shared_key>",
    }
    return FakeAws({"ec2:DescribeVpnConnections": {"VpnConnections": [{**connection, **changes}]}})


def test_a_vpn_connection_tells_which_tunnels_are_up() -> None:
    """And nothing of the keys that come with it."""
    made = only(ec2_vpn_connection, vpn())

    assert config(made) == VpnConnectionConfig(
        state="available",
        tunnels=(
            Tunnel(address="198.51.100.1", up=True, since="2026-01-01T00:00:00Z"),
            Tunnel(address="198.51.100.2", up=False),
        ),
    )
    assert "not-to-be-kept" not in repr(made)


def test_a_vpn_connection_without_telemetry_is_unknown_and_a_deleted_one_is_gone() -> None:
    """EC2 lists it for a while."""
    assert isinstance(config(only(ec2_vpn_connection, vpn(VgwTelemetry=None))).tunnels, Unknown)
    assert list(ec2_vpn_connection.items(vpn(State="deleted"))) == []


@pytest.mark.parametrize(
    ("module", "listing"),
    [
        (ec2_subnet, "ec2:DescribeSubnets"),
        (ec2_route_table, "ec2:DescribeRouteTables"),
        (ec2_internet_gateway, "ec2:DescribeInternetGateways"),
        (ec2_network_acl, "ec2:DescribeNetworkAcls"),
        (ec2_vpn_connection, "ec2:DescribeVpnConnections"),
    ],
)
def test_a_denied_listing_is_raised(module: Any, listing: str) -> None:
    """It becomes a gap of the type, never an empty account."""
    with pytest.raises(Denied):
        list(module.items(FakeAws(denied={listing})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """A subnet costs its listing where only its own settings are judged."""
    aws = subnet_account()
    aws.need = frozenset({"config.assigns_public_ipv4"})

    only(ec2_subnet, aws)

    assert [call for call, _ in aws.calls] == ["ec2:DescribeSubnets"]
