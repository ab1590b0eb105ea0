"""The rules of a security group have one normal form, whichever way they were written."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.types.aws import ec2_security_group, security_group_rules
from phiward.inventory.aspects import Network, Rule
from phiward.inventory.model import Resource, Unknown

WORLD = ("0.0.0.0/0", "::/0")


def live(permissions: list[dict[str, Any]], **answers: Any) -> Resource:
    """Read one group with these permissions from a fake account."""
    group = {"GroupId": "sg-1", "GroupName": "web", "OwnerId": "123456789012", "VpcId": "vpc-1"}
    aws = FakeAws(
        {
            "ec2:DescribeSecurityGroups": {"SecurityGroups": [{**group, "IpPermissions": permissions}]},
            "ec2:DescribeNetworkInterfaces": {"NetworkInterfaces": [{"Groups": [{"GroupId": "sg-1"}]}]},
            **answers,
        }
    )
    (item,) = ec2_security_group.items(aws)
    return ec2_security_group.resource(aws, item)


def ingress(resource: Resource) -> Any:
    """Return what a group admits."""
    assert isinstance(resource.network, Network)
    return resource.network.ingress


def code(group: FakeBlock, parts: dict[str, Any] | None = None, *others: FakeBlock) -> Resource:
    """Build a group from its block and parts."""
    return ec2_security_group.from_terraform(group, parts or {}, FakeSource([group, *others]))


SSH = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}
SSH_LIVE = [{**SSH, "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}]
SSH_RULE = (Rule(protocol="tcp", from_port=22, to_port=22, sources=WORLD),)
OPEN: dict[str, Any] = {
    "from_port": 22,
    "to_port": 22,
    "protocol": "tcp",
    "cidr_blocks": ["0.0.0.0/0"],
    "ipv6_cidr_blocks": ["::/0"],
}
PORTS: dict[str, Any] = {
    "from_port": 22,
    "to_port": 22,
    "ip_protocol": "tcp",
    "security_group_id": Ref("aws_security_group.web.id"),
}


@pytest.mark.parametrize(
    ("group", "parts"),
    [
        (FakeBlock("aws_security_group.web", {"ingress": [OPEN]}), {}),
        (FakeBlock("aws_security_group.web", ingress=[OPEN]), {}),
        (
            FakeBlock("aws_security_group.web"),
            {"aws_security_group_rule": [FakeBlock("aws_security_group_rule.a", type="ingress", **OPEN)]},
        ),
        (
            FakeBlock("aws_security_group.web"),
            {
                "aws_vpc_security_group_ingress_rule": [
                    FakeBlock("aws_vpc_security_group_ingress_rule.a", cidr_ipv4="0.0.0.0/0", **PORTS),
                    FakeBlock("aws_vpc_security_group_ingress_rule.b", cidr_ipv6="::/0", **PORTS),
                ]
            },
        ),
    ],
    ids=["inline", "list of objects", "aws_security_group_rule", "aws_vpc_security_group_ingress_rule"],
)
def test_four_ways_of_writing_a_rule_are_the_live_one(group: FakeBlock, parts: dict[str, Any]) -> None:
    """However Terraform writes it, the rule is what EC2 answers."""
    assert ingress(code(group, parts)) == ingress(live(SSH_LIVE)) == SSH_RULE


@pytest.mark.parametrize(
    ("protocol", "ports", "expected"),
    [
        ("-1", (0, 0), ("all", 0, 65535)),
        ("-1", (None, None), ("all", 0, 65535)),
        ("all", (0, 0), ("all", 0, 65535)),
        ("icmp", (8, -1), ("icmp", 0, 65535)),
        ("58", (-1, -1), ("icmpv6", 0, 65535)),
        ("6", (443, 443), ("tcp", 443, 443)),
        ("UDP", (0, 65535), ("udp", 0, 65535)),
        ("50", (None, None), ("50", 0, 65535)),
        ("tcp", (-1, -1), ("tcp", 0, 65535)),
    ],
)
def test_protocols_and_ports(protocol: str, ports: Any, expected: tuple[str, int, int]) -> None:
    """Every spelling of a protocol is one word; a protocol without ports has them all."""
    made = security_group_rules.rule(protocol, ports, [])

    assert (made.protocol, made.from_port, made.to_port) == expected


def test_an_unknown_protocol_beside_ports_0_to_0_leaves_the_ports_unknown() -> None:
    """Zero to zero is what Terraform wants beside `-1`, so it says nothing while the protocol is not known."""
    made = security_group_rules.rule(Unknown("var.protocol"), (0, 0), ["10.0.0.0/8"])

    assert isinstance(made.from_port, Unknown)


def test_networks_are_canonical_sorted_and_once() -> None:
    """A network written in two ways is one, as EC2 keeps it; what is unknown comes last."""
    made = security_group_rules.rule(
        "tcp", (1, 1), ["2001:DB8:0::/32", Unknown("x"), "10.1.2.3/8", "10.0.0.0/8", Unknown("x")]
    )

    assert made.sources == ("10.0.0.0/8", "2001:db8::/32", Unknown("x"))


PREFIX = [{**SSH, "PrefixListIds": [{"PrefixListId": "pl-1"}]}]


def test_a_prefix_list_counts_as_the_networks_in_it() -> None:
    """A list may hold the whole internet, so its entries are read."""
    found = ingress(live(PREFIX, **{"ec2:GetManagedPrefixListEntries": {"Entries": [{"Cidr": "::/0"}]}}))

    assert found == (Rule(protocol="tcp", from_port=22, to_port=22, sources=("::/0",), groups=("pl-1",)),)


def test_a_prefix_list_that_may_not_be_read_is_an_unknown_source() -> None:
    """A denied list is an unknown network of its rule, and the group is still there."""
    aws = FakeAws(denied={"ec2:GetManagedPrefixListEntries"})
    group = {"GroupId": "sg-1", "GroupName": "web", "IpPermissions": PREFIX}

    (found,) = ingress(ec2_security_group.resource(aws, {"group": group, "in_use": True}))

    assert isinstance(found.sources[0], Unknown)


def test_prefix_lists_in_code_count_as_the_networks_in_them() -> None:
    """Entries inside the list and entries of their own are both found."""
    blocks = FakeBlock("aws_ec2_managed_prefix_list.office", {"entry": [{"cidr": "198.51.100.0/24"}]})
    entry = FakeBlock(
        "aws_ec2_managed_prefix_list_entry.b",
        cidr="::/0",
        prefix_list_id=Ref("aws_ec2_managed_prefix_list.office.id"),
    )
    rule = {**OPEN, "cidr_blocks": None, "ipv6_cidr_blocks": None}
    rule["prefix_list_ids"] = [Ref("aws_ec2_managed_prefix_list.office.id")]
    group = FakeBlock("aws_security_group.web", {"ingress": [rule]})

    (found,) = ingress(code(group, {}, blocks, entry))

    assert found.sources == ("198.51.100.0/24", "::/0")


def test_itself_and_other_groups_are_admitted_by_id() -> None:
    """`self` is the group's own id, a reference the id of the group it leads to."""
    rule = {
        "from_port": 0,
        "to_port": 0,
        "protocol": "-1",
        "self": True,
        "security_groups": [Ref("aws_security_group.lb.id"), "sg-9"],
    }
    group = FakeBlock("aws_security_group.web", {"ingress": [rule]})

    (found,) = ingress(code(group, {}, FakeBlock("aws_security_group.lb")))

    assert found.groups == ("aws_security_group.lb", "aws_security_group.web", "sg-9")


def test_an_unknown_network_is_unknown_and_its_neighbours_known() -> None:
    """`cidr_blocks = var.networks` hides neither the IPv6 source nor that there is more."""
    group = FakeBlock("aws_security_group.web", {"ingress": [{**OPEN, "cidr_blocks": Unknown("var.networks")}]})

    (found,) = ingress(code(group))

    assert found.sources == ("::/0", Unknown("var.networks"))


def test_a_part_that_may_belong_here_is_an_unknown_rule() -> None:
    """A rule whose group is not known may be this group's."""
    group = FakeBlock("aws_security_group.web")

    assert ingress(code(group, {"aws_security_group_rule": [Unknown("var.group")]})) == (Unknown("var.group"),)


def test_a_rule_of_the_other_direction_is_not_ingress() -> None:
    """An egress rule admits nothing."""
    part = FakeBlock("aws_security_group_rule.a", type="egress", **OPEN)
    made = code(FakeBlock("aws_security_group.web"), {"aws_security_group_rule": [part]})

    assert isinstance(made.network, Network)
    assert (made.network.ingress, made.network.egress) == ((), SSH_RULE)


def test_another_accounts_group_is_told_apart() -> None:
    """A peered VPC's group carries its account."""
    pairs = [{"GroupId": "sg-2", "UserId": "210987654321"}, {"GroupId": "sg-1", "UserId": "123456789012"}]

    (found,) = ingress(live([{**SSH, "UserIdGroupPairs": pairs}]))

    assert found.groups == ("210987654321/sg-2", "sg-1")


def test_whether_a_group_is_used_is_unknown_where_interfaces_may_not_be_listed() -> None:
    """Only `network.in_use` is lost; the rules are read."""
    aws = FakeAws(
        {"ec2:DescribeSecurityGroups": {"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "default"}]}},
        denied={"ec2:DescribeNetworkInterfaces"},
    )
    (item,) = ec2_security_group.items(aws)

    made = ec2_security_group.resource(aws, item)

    assert isinstance(made.network, Network)
    assert isinstance(made.network.in_use, Unknown)
    assert made.network.ingress == ()
    assert made.config == ec2_security_group.SecurityGroupConfig(is_default=True, open_to_world=())


def test_lines_lead_to_the_part_that_admits() -> None:
    """A finding shows the rule's own block where the group itself has none."""
    part = FakeBlock("aws_security_group_rule.a", type="ingress", **OPEN)

    made = code(FakeBlock("aws_security_group.web"), {"aws_security_group_rule": [part]})

    assert made.lines["network.ingress"] == part.where


@pytest.mark.parametrize(
    ("rules", "opened"),
    [
        ([Rule(protocol="tcp", from_port=443, to_port=443, sources=("0.0.0.0/0",))], ("tcp 443",)),
        ([Rule(protocol="tcp", from_port=80, to_port=443, sources=("10.0.0.0/8", "::/0"))], ("tcp 80-443",)),
        ([Rule(protocol="udp", from_port=0, to_port=65535, sources=("128.0.0.0/1",))], ("udp",)),
        ([Rule(protocol="all", from_port=0, to_port=65535, sources=("2000::/3",))], ("all",)),
        ([Rule(protocol="icmp", from_port=0, to_port=65535, sources=("0.0.0.0/0",))], ()),
        ([Rule(protocol="tcp", from_port=443, to_port=443, sources=("10.0.0.0/8",), groups=("sg-2",))], ()),
        ([Rule(protocol="tcp", from_port=443, to_port=443, sources=(Unknown("var"),))], (Unknown("var"),)),
        ([Rule(protocol="tcp", from_port=Unknown("var"), to_port=443, sources=("::/0",))], (Unknown("var"),)),
        ([Unknown("dynamic")], (Unknown("dynamic"),)),
    ],
)
def test_what_a_group_opens_to_the_world(rules: Any, opened: Any) -> None:
    """Of either family, however it is written; a ping opens no port, and what is not seen stays unknown."""
    assert security_group_rules.open_to_world(rules) == opened
