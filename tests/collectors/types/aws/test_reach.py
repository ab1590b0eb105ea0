"""Whether the internet reaches something in a subnet behind security groups: all three things must meet."""

from typing import Any

import pytest
from fakes import FakeAws, asked

from phiward.collectors.types.aws import reach, routes
from phiward.collectors.types.aws.reach import Reach
from phiward.collectors.types.aws.routes import Route
from phiward.inventory.aspects import Exposure
from phiward.inventory.model import Unknown

FILLS = ("exposure",)
IGW = {"GatewayId": "igw-1", "State": "active"}
OPEN = {**IGW, "DestinationCidrBlock": "0.0.0.0/0"}
OPEN6 = {**IGW, "DestinationIpv6CidrBlock": "::/0"}
LOCAL = {"GatewayId": "local", "DestinationCidrBlock": "10.0.0.0/16", "State": "active"}
SUBNETS = {"Subnets": [{"SubnetId": "subnet-1", "VpcId": "vpc-1"}, {"SubnetId": "subnet-2", "VpcId": "vpc-1"}]}
WORLD = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": []}
WORLD6 = {"IpRanges": [], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}


def table(*entries: dict[str, Any], subnet: str | None = "subnet-1", name: str = "rtb-1") -> dict[str, Any]:
    """Return a route table, of a subnet or its VPC's main one."""
    association: dict[str, Any] = {"SubnetId": subnet, "Main": False} if subnet else {"Main": True}
    return {"RouteTableId": name, "VpcId": "vpc-1", "Associations": [association], "Routes": [LOCAL, *entries]}


def group(*permissions: dict[str, Any], name: str = "sg-1") -> dict[str, Any]:
    """Return a security group."""
    return {"GroupId": name, "GroupName": name, "OwnerId": "123456789012", "IpPermissions": list(permissions)}


def tcp(first: int, last: int, to: dict[str, Any], protocol: str = "tcp") -> dict[str, Any]:
    """Return a permission."""
    return {"IpProtocol": protocol, "FromPort": first, "ToPort": last, **to}


def account(tables: list[dict[str, Any]], groups: list[dict[str, Any]], **more: Any) -> FakeAws:
    """Return a region with route tables and groups."""
    return FakeAws(
        {
            "ec2:DescribeRouteTables": {"RouteTables": tables},
            "ec2:DescribeSecurityGroups": {"SecurityGroups": groups},
            "ec2:DescribeSubnets": SUBNETS,
            **more.pop("answers", {}),
        },
        **more,
    )


def reached(aws: FakeAws, **changes: Any) -> Reach:
    """Ask about something in subnet-1 behind sg-1."""
    return reach.reached(aws, **{"subnets": ["subnet-1"], "groups": ["sg-1"], "fills": FILLS, **changes})


def test_all_three_together_are_a_way_in_that_is_told() -> None:
    """Address, route and group: the way names each of them."""
    aws = account([table(OPEN)], [group(tcp(443, 443, WORLD), tcp(8000, 8090, WORLD))])

    found = reached(aws)

    way = "internet > igw-1 > rtb-1 > subnet-1 > sg-1 (tcp 443, tcp 8000-8090)"
    assert found == Reach(public=True, ways=(way,))
    assert found.exposure == Exposure(public=True, ways=(way,))


@pytest.mark.parametrize(
    ("tables", "groups", "changes"),
    [
        ([table(OPEN)], [group(tcp(443, 443, WORLD))], {"ipv4": False}),
        ([table()], [group(tcp(443, 443, WORLD))], {}),
        ([table({**OPEN, "State": "blackhole"})], [group(tcp(443, 443, WORLD))], {}),
        ([table({"NatGatewayId": "nat-1", "DestinationCidrBlock": "0.0.0.0/0"})], [group(tcp(443, 443, WORLD))], {}),
        ([table({**IGW, "DestinationCidrBlock": "203.0.113.0/24"})], [group(tcp(443, 443, WORLD))], {}),
        ([table(OPEN)], [group(tcp(443, 443, {"IpRanges": [{"CidrIp": "10.0.0.0/8"}]}))], {}),
        ([table(OPEN)], [group(tcp(443, 443, {"UserIdGroupPairs": [{"GroupId": "sg-2"}]}))], {}),
        ([table(OPEN)], [group(tcp(443, 443, WORLD))], {"ports": (5432,)}),
        ([table(OPEN)], [group(tcp(-1, -1, WORLD, "icmp"))], {}),
        ([table(OPEN)], [group()], {}),
        ([table(OPEN)], [group(tcp(443, 443, WORLD))], {"groups": []}),
        ([table(OPEN6)], [group(tcp(443, 443, WORLD))], {"ipv6": True}),
        ([table(OPEN)], [group(tcp(443, 443, WORLD6))], {"ipv6": True}),
        ([table({"EgressOnlyInternetGatewayId": "eigw-1", "DestinationIpv6CidrBlock": "::/0"})],
         [group(tcp(443, 443, WORLD6))], {"ipv6": True}),
    ],
)  # fmt: skip
def test_where_one_thing_is_missing_nobody_gets_in(tables: Any, groups: Any, changes: Any) -> None:
    """Each of them alone keeps the internet out, and a route and a group of different families do not add up."""
    assert reached(account(tables, groups), **changes) == Reach(public=False, ways=())


@pytest.mark.parametrize(
    ("entries", "permission", "changes"),
    [
        ([OPEN6], tcp(22, 22, WORLD6), {"ipv4": False, "ipv6": True}),
        ([{**IGW, "DestinationIpv6CidrBlock": "2000::/3"}], tcp(22, 22, WORLD6), {"ipv4": False, "ipv6": True}),
        ([{**IGW, "DestinationCidrBlock": "128.0.0.0/1"}], tcp(22, 22, WORLD), {}),
        ([OPEN], tcp(0, 65535, WORLD), {"ports": (5432,)}),
        ([OPEN], {"IpProtocol": "-1", **WORLD}, {"ports": (5432,)}),
    ],
)
def test_other_ways_to_write_the_world(entries: Any, permission: Any, changes: Any) -> None:
    """IPv6, half of the address space, and rules that admit more than is asked about."""
    assert reached(account([table(*entries)], [group(permission)]), **changes).public is True


def test_a_subnet_without_a_table_of_its_own_follows_the_main_one() -> None:
    """And a private table of its own beats a public main one."""
    private, main = table(subnet="subnet-2", name="rtb-2"), table(OPEN, subnet=None)
    aws = account([private, main], [group(tcp(443, 443, WORLD))])

    assert reached(aws).ways == ("internet > igw-1 > rtb-1 > subnet-1 > sg-1 (tcp 443)",)
    assert reached(aws, subnets=["subnet-2"]).public is False
    assert reached(aws, subnets=["subnet-2", "subnet-1"]).public is True


def test_without_groups_nothing_filters() -> None:
    """A load balancer without security groups admits whoever gets to it."""
    aws = account([table(OPEN)], [])

    assert reached(aws, groups=None).ways == ("internet > igw-1 > rtb-1 > subnet-1",)


def test_a_prefix_list_may_hold_the_world() -> None:
    """As a group's source, and as a route's destination."""
    listed = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "PrefixListIds": [{"PrefixListId": "pl-1"}]}
    entries = {asked("ec2:GetManagedPrefixListEntries", PrefixListId="pl-1"): {"Entries": [{"Cidr": "0.0.0.0/0"}]}}
    aws = account([table({**IGW, "DestinationPrefixListId": "pl-1"})], [group(listed)], answers=entries)

    assert reached(aws).ways == ("internet > igw-1 > rtb-1 > subnet-1 > sg-1 (tcp 22)",)


@pytest.mark.parametrize(
    ("denied", "tables"),
    [
        ("ec2:DescribeRouteTables", [table(OPEN)]),
        ("ec2:DescribeSecurityGroups", [table(OPEN)]),
        ("ec2:DescribeSubnets", [table(OPEN, subnet=None)]),
    ],
)
def test_a_denied_listing_is_unknown_with_its_reason(denied: str, tables: Any) -> None:
    """Never a pass: neither public nor private."""
    reason = Unknown(f"access denied: {denied}")

    found = reached(account(tables, [group(tcp(443, 443, WORLD))], denied=[denied]))

    assert found == Reach(public=reason, ways=reason)


def test_what_was_seen_may_decide_without_the_rest() -> None:
    """A group that admits nobody needs no route tables, and a private subnet no groups."""
    closed = account([], [group()], denied=["ec2:DescribeRouteTables"])
    private = account([table()], [], denied=["ec2:DescribeSecurityGroups"])

    assert reached(closed).public is False
    assert reached(private).public is False
    assert ("ec2:DescribeRouteTables", {}) not in closed.calls


@pytest.mark.parametrize(
    ("tables", "groups", "changes", "reason"),
    [
        ([table(OPEN)], [], {}, "EC2 lists no security group sg-1"),
        ([], [group(tcp(443, 443, WORLD))], {}, "EC2 lists no route table of subnet-1"),
        ([], [group(tcp(443, 443, WORLD))], {"subnets": ["subnet-9"]}, "EC2 lists no subnet subnet-9"),
        ([table(OPEN)], [group(tcp(443, 443, WORLD))], {"subnets": []}, "it names no subnet"),
        ([table(OPEN)], [group(tcp(443, 443, WORLD))], {"ipv4": Unknown("later")}, "later"),
        (
            [table({"GatewayId": "vpce-1", "DestinationCidrBlock": "0.0.0.0/0", "State": "active"})],
            [group(tcp(443, 443, WORLD))],
            {},
            "its traffic goes through vpce-1, which may lead on to an internet gateway",
        ),
    ],
)
def test_what_cannot_be_seen_is_unknown(tables: Any, groups: Any, changes: Any, reason: str) -> None:
    """A thing that is not listed, an address that is not known yet, a firewall on the way."""
    assert reached(account(tables, groups), **changes).public == Unknown(reason)


def test_each_listing_is_asked_once_and_none_without_an_address() -> None:
    """However many ask, and not at all where there is nothing to reach."""
    aws = account([table(OPEN)], [group(tcp(443, 443, WORLD))])
    for _ in range(3):
        reached(aws)
    private = account([], [])
    reached(private, ipv4=False)
    unneeded = account([], [], need={"config"})

    assert [call for call, _ in aws.calls] == ["ec2:DescribeSecurityGroups", "ec2:DescribeRouteTables"]
    assert private.calls == []
    assert isinstance(reached(unneeded).public, Unknown)
    assert unneeded.calls == []


def test_a_route_with_parts_not_known_yet_decides_nothing() -> None:
    """Unless another one leads out for certain."""
    later = Route(destination=Unknown("later"), kind="internet-gateway", target="igw-1")
    nat = Route(destination=Unknown("later"), kind="nat-gateway", target="nat-1")
    certain = Route(destination="0.0.0.0/0", kind="internet-gateway", target="igw-2")

    assert routes.way_out([later], 4) == Unknown("later")
    assert routes.way_out([Unknown("unseen")], 4) == Unknown("unseen")
    assert routes.way_out([nat], 4) is None
    assert routes.way_out([later, certain], 4) == "igw-2"
