"""Route tables. Calls `ec2:DescribeRouteTables`, and `GetManagedPrefixListEntries` where a list leads to a gateway."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import reach, terraform_routes
from phiward.collectors.types.aws.answers import arn, live, tags_of
from phiward.collectors.types.aws.routes import INTERNET, Route
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class RouteTableConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a route table has."""

    routes: Maybe[tuple[Maybe[Route], ...]]
    """Where it sends packets, the routes within the VPC left out."""
    is_main: Maybe[bool]
    """It is its VPC's main one: every subnet without a table of its own belongs to it."""


TYPE = ResourceType(
    name="aws.ec2.route_table",
    title="Route table",
    aspects=(),
    config=RouteTableConfig,
    relations={
        "vpc": Relation("the VPC it belongs to", ("aws.ec2.vpc",)),
        "subnets": Relation("the subnets that are given it by name", ("aws.ec2.subnet",)),
        "internet_gateways": Relation("the internet gateways it leads to", ("aws.ec2.internet_gateway",)),
    },
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every route table of the region that the account owns."""
    for table in aws.pages("ec2", "describe_route_tables", "RouteTables"):
        if table.get("OwnerId", aws.account) == aws.account:
            yield table


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one route table."""
    fills = ("config.routes", "relations.internet_gateways")
    return normalize(aws, item, reach.live_routes(aws, item, fills=fills))


def normalize(aws: Aws, table: dict[str, Any], routes: tuple[Route, ...]) -> Resource:
    """Turn one entry of `DescribeRouteTables` into a resource."""
    tags = tags_of(table.get("Tags", ()))
    associations = table.get("Associations", ())
    vpc = table.get("VpcId")
    kept = _sorted([route for route in routes if route.kind != "local"])
    return live(
        aws,
        TYPE,
        arn(aws, "ec2", f"route-table/{table['RouteTableId']}"),
        name=tags.get("Name") or table["RouteTableId"],
        tags=tags,
        config=RouteTableConfig(routes=kept, is_main=any(each.get("Main") for each in associations)),
        relations={
            "vpc": (arn(aws, "ec2", f"vpc/{vpc}"),) if vpc else (),
            "subnets": tuple(
                sorted(arn(aws, "ec2", f"subnet/{each['SubnetId']}") for each in associations if each.get("SubnetId"))
            ),
            "internet_gateways": _gateways(kept, lambda name: arn(aws, "ec2", f"internet-gateway/{name}")),
        },
    )


def _sorted(routes: list[Maybe[Route]] | list[Route]) -> tuple[Maybe[Route], ...]:
    return tuple(sorted(routes, key=lambda each: str(getattr(each, "destination", "~"))))


def _gateways(routes: tuple[Maybe[Route], ...], named: Any) -> Maybe[tuple[str, ...]]:
    found: set[str] = set()
    for route in routes:
        kind = route if isinstance(route, Unknown) else route.kind
        if isinstance(kind, Unknown):
            return kind
        if kind == INTERNET and not isinstance(route, Unknown):
            if isinstance(route.target, Unknown):
                return route.target
            found.add(named(route.target))
    return tuple(sorted(found))


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the route table of an `aws_route_table` block."""
    main = parts.get("aws_main_route_table_association", ())
    sure = any(not isinstance(part, Unknown) for part in main)
    return _built(block, parts, source, main=True if sure else next(iter(_unseen(main)), False))


def from_terraform_default(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the main route table that AWS made with a VPC and an `aws_default_route_table` block takes into care."""
    return _built(block, parts, source, main=True)


def _unseen(parts: Any) -> Iterator[Unknown]:
    yield from (part for part in parts if isinstance(part, Unknown))


def _built(block: Block, parts: Parts, source: Source, *, main: Maybe[bool]) -> Resource:
    argument = "vpc_id" if block.type == "aws_route_table" else "default_route_table_id"
    vpc = terraform_routes.found_one(terraform_routes.VPCS, block, argument, source)
    routes = _sorted(
        [
            each
            for each in terraform_routes.table_routes(block, parts, source)
            if isinstance(each, Unknown) or each.kind != "local"
        ]
    )
    named = next((part.where for part in parts.get("aws_route", ()) if not isinstance(part, Unknown)), block.where)
    inline = block.blocks("route") or block.get("route") is not None
    return source.resource(
        block,
        TYPE,
        parts=parts,
        config=RouteTableConfig(routes=routes, is_main=main),
        relations={
            "vpc": Unknown(f"its VPC {block.get(argument)} is not in the code")
            if vpc is None
            else vpc
            if isinstance(vpc, Unknown)
            else (source.id(vpc.address),),
            "subnets": _subnets(parts, source),
            "internet_gateways": _gateways(routes, lambda name: name),
        },
        lines={"config.routes": block.lines("route") if inline else named},
    )


def _subnets(parts: Parts, source: Source) -> Maybe[tuple[str, ...]]:
    found: set[str] = set()
    for part in parts.get("aws_route_table_association", ()):
        if isinstance(part, Unknown):
            return part
        if part.get("subnet_id") is None:
            continue  # it belongs to a gateway
        subnet = terraform_routes.found_one(terraform_routes.SUBNETS, part, "subnet_id", source)
        if isinstance(subnet, Unknown):
            return subnet
        if subnet is None:
            return Unknown(f"its subnet {part.get('subnet_id')} is not in the code")
        found.add(source.id(subnet.address))
    return tuple(sorted(found))


_PARTS = {"aws_route": "route_table_id", "aws_route_table_association": "route_table_id"}

TERRAFORM = (
    Form(
        main="aws_route_table",
        build=from_terraform,
        parts={**_PARTS, "aws_main_route_table_association": "route_table_id"},
        identified_by=("id", "arn"),
    ),
    Form(
        main="aws_default_route_table",
        build=from_terraform_default,
        parts=_PARTS,
        identified_by=("id", "arn", "default_route_table_id"),
    ),
)
