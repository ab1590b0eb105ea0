"""Subnets. Calls `ec2:DescribeSubnets`, `ec2:DescribeRouteTables`.

A subnet that another account shares is that account's to answer for, and is left to it.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import reach, routes, terraform_routes
from phiward.collectors.types.aws.answers import arn, listed, live, tags_of
from phiward.collectors.types.aws.arguments import flag
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class SubnetConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a subnet has."""

    assigns_public_ipv4: Maybe[bool]
    """What is launched in it gets a public IPv4 address, unless it asks for none."""
    assigns_ipv6: Maybe[bool]
    """What is launched in it gets an IPv6 address."""
    internet_route: Maybe[bool]
    """Its routes lead to an internet gateway, IPv4 or IPv6: whoever has a public address in it is on the internet."""
    is_default: Maybe[bool]
    """It is the one that AWS made for its zone."""


TYPE = ResourceType(
    name="aws.ec2.subnet",
    title="Subnet",
    aspects=(),
    config=SubnetConfig,
    relations={
        "vpc": Relation("the VPC it lies in", ("aws.ec2.vpc",)),
        "route_table": Relation("the route table that sends its packets", ("aws.ec2.route_table",)),
    },
)

_ROUTES = ("config.internet_route", "relations.route_table")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every subnet of the region that the account owns."""
    for subnet in aws.pages("ec2", "describe_subnets", "Subnets"):
        if subnet.get("OwnerId", aws.account) == aws.account:
            yield subnet


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one subnet, with the route table it belongs to."""
    tables = listed(aws, "ec2", "describe_route_tables", "RouteTables", fills=_ROUTES)
    table = tables if isinstance(tables, Unknown) else routes.table_of(tables, item["SubnetId"], item.get("VpcId"))
    leads: Maybe[bool]
    if isinstance(table, Unknown):
        leads = table
    else:
        known = reach.live_routes(aws, table, fills=_ROUTES)
        leads = _either(routes.way_out(known, 4), routes.way_out(known, 6))
    return normalize(aws, item, table, leads)


def _either(*ways: Maybe[str | None]) -> Maybe[bool]:
    if any(isinstance(way, str) for way in ways):
        return True
    return next((way for way in ways if isinstance(way, Unknown)), False)


def normalize(aws: Aws, subnet: dict[str, Any], table: Maybe[dict[str, Any]], internet_route: Maybe[bool]) -> Resource:
    """Turn one entry of `DescribeSubnets` and its route table into a resource."""
    tags = tags_of(subnet.get("Tags", ()))
    vpc = subnet.get("VpcId")
    return live(
        aws,
        TYPE,
        arn(aws, "ec2", f"subnet/{subnet['SubnetId']}"),
        name=tags.get("Name") or subnet["SubnetId"],
        tags=tags,
        config=SubnetConfig(
            assigns_public_ipv4=subnet.get("MapPublicIpOnLaunch", Unknown("EC2 states no MapPublicIpOnLaunch")),
            assigns_ipv6=bool(subnet.get("AssignIpv6AddressOnCreation")),
            internet_route=internet_route,
            is_default=bool(subnet.get("DefaultForAz")),
        ),
        relations={
            "vpc": (arn(aws, "ec2", f"vpc/{vpc}"),) if vpc else (),
            "route_table": table
            if isinstance(table, Unknown)
            else (arn(aws, "ec2", f"route-table/{table['RouteTableId']}"),),
        },
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the subnet of an `aws_subnet` block."""
    return _built(block, parts, source, default=False)


def from_terraform_default(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the zone's own subnet, which an `aws_default_subnet` block takes into care."""
    return _built(block, parts, source, default=True)


def _built(block: Block, parts: Parts, source: Source, *, default: bool) -> Resource:
    table = terraform_routes.table_of(block, source)
    ways = [terraform_routes.subnet_way(block, family, source) for family in (4, 6)]
    vpc = terraform_routes.found_one(terraform_routes.VPCS, block, "vpc_id", source)
    associated = next((part for part in parts.get(_ASSOCIATION, ()) if not isinstance(part, Unknown)), None)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        config=SubnetConfig(
            assigns_public_ipv4=flag(block, "map_public_ip_on_launch", default=default),
            assigns_ipv6=flag(block, "assign_ipv6_address_on_creation", default=False),
            internet_route=_either(*ways),
            is_default=default,
        ),
        relations={
            "vpc": _vpc(vpc, block, source),
            "route_table": table if isinstance(table, Unknown) else (source.id(table.address),),
        },
        lines={
            "config.assigns_public_ipv4": block.lines("map_public_ip_on_launch"),
            "config.assigns_ipv6": block.lines("assign_ipv6_address_on_creation"),
            "config.internet_route": associated.where if associated else block.where,
        },
    )


def _vpc(vpc: Maybe[Block | None], block: Block, source: Source) -> Maybe[tuple[str, ...]]:
    if isinstance(vpc, Unknown):
        return vpc
    if vpc is None:
        return Unknown(f"its VPC {block.get('vpc_id') or '(the default one)'} is not in the code")
    return (source.id(vpc.address),)


_ASSOCIATION = "aws_route_table_association"

TERRAFORM = (
    Form(main="aws_subnet", build=from_terraform, parts={_ASSOCIATION: "subnet_id"}, identified_by=("id", "arn")),
    Form(
        main="aws_default_subnet",
        build=from_terraform_default,
        parts={_ASSOCIATION: "subnet_id"},
        identified_by=("id", "arn"),
    ),
)
