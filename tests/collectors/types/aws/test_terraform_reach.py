"""Whether the internet will reach something in code that lies in several subnets, as databases and balancers do."""

from typing import Any

import pytest
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.types.aws import terraform_reach
from phiward.collectors.types.aws.reach import Reach
from phiward.collectors.types.aws.terraform_reach import GROUPS, SUBNETS
from phiward.inventory.model import Unknown

OUTER, INNER = FakeBlock("aws_subnet.outer", vpc_id=Ref("aws_vpc.a.id")), FakeBlock("aws_subnet.inner")
VPC = FakeBlock("aws_vpc.a")
TABLE = FakeBlock(
    "aws_route_table.a", {"route": [{"cidr_block": "0.0.0.0/0", "gateway_id": Ref("aws_internet_gateway.a.id")}]}
)
PRIVATE = FakeBlock("aws_route_table.b")
GATEWAY = FakeBlock("aws_internet_gateway.a")
WEB = {"protocol": "tcp", "from_port": 443, "to_port": 443, "cidr_blocks": ["0.0.0.0/0"]}
OPEN = FakeBlock("aws_security_group.open", {"ingress": [WEB]})
CLOSED = FakeBlock("aws_security_group.closed")


def association(table: str) -> dict[str, list[Any]]:
    """Return what gives a subnet its route table."""
    block = FakeBlock("aws_route_table_association.a", route_table_id=Ref(f"aws_route_table.{table}.id"))
    return {"aws_route_table_association": [block]}


def reached(balancer: FakeBlock, **changes: Any) -> Reach:
    """Ask about something with `subnets` and `security_groups`."""
    source = FakeSource(
        [balancer, OUTER, INNER, VPC, TABLE, PRIVATE, GATEWAY, OPEN, CLOSED],
        parts={"aws_subnet.outer": association("a"), "aws_subnet.inner": association("b")},
    )
    return terraform_reach.reached(
        source,
        subnets=terraform_reach.blocks_of(SUBNETS, balancer, "subnets", source),
        groups=terraform_reach.blocks_of(GROUPS, balancer, "security_groups", source),
        **changes,
    )


def balancer(subnets: Any, groups: Any) -> FakeBlock:
    """Return something in these subnets behind these groups."""
    return FakeBlock("aws_lb.a", subnets=subnets, security_groups=groups)


WAY = "internet > aws_internet_gateway.a > aws_route_table.a > aws_subnet.outer > aws_security_group.open (tcp 443)"


@pytest.mark.parametrize(
    ("subnets", "groups", "changes", "expected"),
    [
        (["inner", "outer"], ["closed", "open"], {}, Reach(public=True, ways=(WAY,))),
        (["inner"], ["open"], {}, Reach(public=False, ways=())),
        (["outer"], ["closed"], {}, Reach(public=False, ways=())),
        (["outer"], ["open"], {"ipv4": False}, Reach(public=False, ways=())),
        (["outer"], ["open"], {"ports": (5432,)}, Reach(public=False, ways=())),
        (["outer"], ["open"], {"ipv4": False, "ipv6": True}, Reach(public=False, ways=())),
    ],
)
def test_any_subnet_and_any_group_may_let_the_world_in(
    subnets: list[str], groups: list[str], changes: Any, expected: Reach
) -> None:
    """Both must, and of the same family."""
    block = balancer(
        [Ref(f"aws_subnet.{name}.id") for name in subnets], [Ref(f"aws_security_group.{name}.id") for name in groups]
    )

    assert reached(block, **changes) == expected


@pytest.mark.parametrize(
    ("subnets", "groups"),
    [
        (["subnet-0a1b"], [Ref("aws_security_group.open.id")]),
        ([Ref("aws_subnet.outer.id")], ["sg-0a1b"]),
        (Unknown("var.subnets has no value"), [Ref("aws_security_group.open.id")]),
        (None, [Ref("aws_security_group.open.id")]),
    ],
)
def test_what_is_not_in_the_code_is_unknown(subnets: Any, groups: Any) -> None:
    """An id that somebody wrote down, or a variable: never a pass."""
    assert isinstance(reached(balancer(subnets, groups)).public, Unknown)
