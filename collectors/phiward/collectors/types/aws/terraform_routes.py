"""Routes as Terraform writes them, and which route table a subnet belongs to.

Inline `route` blocks, the same as a list of objects, and `aws_route` blocks. A subnet belongs to the table that an
`aws_route_table_association` gives it, else to its VPC's main one: an `aws_main_route_table_association`, an
`aws_default_route_table`, or the one that AWS made with the VPC, which leads nowhere but within it.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from phiward.collectors.terraform.addresses import parse
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.arguments import as_text
from phiward.collectors.types.aws.routes import INTERNET, Family, Route, way_out
from phiward.inventory.model import Maybe, Unknown

TABLES = ("aws_route_table", "aws_default_route_table")
SUBNETS = ("aws_subnet", "aws_default_subnet")
VPCS = ("aws_vpc", "aws_default_vpc")

_TARGETS = {
    "gateway_id": "",
    "egress_only_gateway_id": "egress-only-gateway",
    "nat_gateway_id": "nat-gateway",
    "network_interface_id": "interface",
    "vpc_endpoint_id": "endpoint",
    "transit_gateway_id": "transit-gateway",
    "vpc_peering_connection_id": "peering",
    "local_gateway_id": "local-gateway",
    "carrier_gateway_id": "carrier-gateway",
    "core_network_arn": "core-network",
    "odb_network_arn": "odb-network",
}
_GATEWAYS = {
    "aws_internet_gateway": INTERNET,
    "aws_vpn_gateway": "vpn-gateway",
    "aws_vpc_endpoint": "endpoint",
}
_NAMED = {"igw-": INTERNET, "vgw-": "vpn-gateway", "vpce-": "endpoint", "local": "local"}
_INLINE = ("cidr_block", "ipv6_cidr_block", "destination_prefix_list_id")
_SEPARATE = ("destination_cidr_block", "destination_ipv6_cidr_block", "destination_prefix_list_id")
_MADE_BY_AWS = Unknown("the main route table of the default VPC is not in the code")


class Table(NamedTuple):
    """What a subnet's packets are sent by."""

    address: str
    """The block of the table, else of the VPC whose main table AWS made."""
    routes: tuple[Maybe[Route], ...]


def table_routes(block: Block, parts: Parts, source: Source) -> tuple[Maybe[Route], ...]:
    """Return the routes of a route table's block and the `aws_route` blocks of it."""
    return (*_inline(block, source), *(_of_part(part, source) for part in parts.get("aws_route", ()) if _here(part)))


def _here(part: Block | Unknown) -> bool:
    """Say whether a part belongs here, or may: not one of a VPC's own main table, which is none of the code's."""
    if not isinstance(part, Unknown) or not part.refs:
        return True
    return any((place := parse(ref)) is None or place.type not in VPCS for ref in part.refs)


def _of_part(part: Block | Unknown, source: Source) -> Maybe[Route]:
    return part if isinstance(part, Unknown) else _route(part.get, part.references, source, _SEPARATE)


def _inline(block: Block, source: Source) -> Iterator[Maybe[Route]]:
    for nested in block.blocks("route"):
        yield nested if isinstance(nested, Unknown) else _route(nested.get, nested.references, source, _INLINE)
    written = block.get("route")
    if isinstance(written, Unknown):
        yield written
    for entry in written if isinstance(written, list | tuple | set) else ():
        if isinstance(entry, dict):
            yield _route(entry.get, _refs_in(entry), source, _INLINE)
        else:
            yield entry if isinstance(entry, Unknown) else Unknown("a route is not an object")


def _refs_in(entry: dict[str, Any]) -> Any:
    def references(name: str) -> tuple[str, ...]:
        value = entry.get(name)
        return tuple(ref.rpartition(".")[0] for ref in value.refs) if isinstance(value, Unknown) else ()

    return references


def _route(read: Any, references: Any, source: Source, destinations: tuple[str, ...]) -> Route:
    given = {name: value for name in destinations if (value := read(name)) not in (None, "")}
    destination = next((as_text(name, value) for name, value in given.items()), Unknown("it names no destination"))
    for argument, kind in _TARGETS.items():
        value = read(argument)
        if value in (None, ""):
            continue
        addresses = references(argument)
        found = next((each for each in addresses if source.find(each) is not None), None)
        target: Maybe[str] = source.id(found) if found is not None else as_text(argument, value)
        return Route(destination=destination, kind=kind or _kind(addresses, value), target=target)
    unseen = Unknown("it names no target")
    return Route(destination=destination, kind=unseen, target=unseen)


def _kind(addresses: tuple[str, ...], value: Any) -> Maybe[str]:
    """Return what a `gateway_id` is: by the kind of block it refers to, else by how the id begins."""
    for address in addresses:
        place = parse(address)
        if place is not None and place.type in _GATEWAYS:
            return _GATEWAYS[place.type]
    if isinstance(value, Unknown):
        return value
    return next((kind for prefix, kind in _NAMED.items() if str(value).startswith(prefix)), "other")


def found_one(kinds: tuple[str, ...], block: Block, argument: str, source: Source) -> Maybe[Block | None]:
    """Return the block of one of several Terraform types that an argument names; None where it is not in the code."""
    unseen: Unknown | None = None
    for kind in kinds:
        owners = source.owners(kind, block, argument)
        if isinstance(owners, Unknown):
            unseen = unseen or owners
        elif owners:
            return source.find(owners[0])
    return unseen


def table_of(subnet: Block, source: Source) -> Maybe[Table]:
    """Return the route table of a subnet's block."""
    own = source.parts(subnet.address).get("aws_route_table_association", ())
    unseen = next((part for part in own if isinstance(part, Unknown)), None)
    for part in own:
        if not isinstance(part, Unknown):
            return _named(part, source)
    if unseen is not None:
        return unseen
    if subnet.type == "aws_default_subnet":
        return _MADE_BY_AWS
    vpc = found_one(VPCS, subnet, "vpc_id", source)
    if isinstance(vpc, Unknown):
        return vpc
    if vpc is None:
        return Unknown(f"its VPC {subnet.get('vpc_id')} is not in the code, and its main route table neither")
    return main_table(vpc, source)


def main_table(vpc: Block, source: Source) -> Maybe[Table]:
    """Return the main route table of a VPC's block."""
    parts = source.parts(vpc.address)
    for kind in ("aws_main_route_table_association", "aws_default_route_table"):
        for part in parts.get(kind, ()):
            if isinstance(part, Unknown):
                return part
            if kind == "aws_default_route_table":
                return Table(part.address, table_routes(part, source.parts(part.address), source))
            return _named(part, source)
    if vpc.type == "aws_default_vpc":
        return _MADE_BY_AWS
    added = (each for each in source.blocks("aws_route") if vpc.address in each.references("route_table_id"))
    return Table(vpc.address, tuple(_of_part(each, source) for each in added))


def _named(part: Block, source: Source) -> Maybe[Table]:
    table = found_one(TABLES, part, "route_table_id", source)
    if isinstance(table, Unknown):
        return table
    if table is None:
        vpc = next((found for each in part.references("route_table_id") if (found := source.find(each))), None)
        if vpc is not None and vpc.type in VPCS:
            return main_table(vpc, source)
        return Unknown(f"route table {part.get('route_table_id')} is not in the code")
    return Table(table.address, table_routes(table, source.parts(table.address), source))


def subnet_way(subnet: Block, family: Family, source: Source) -> Maybe[str | None]:
    """Return how packets of the internet come into a subnet: `GATEWAY > TABLE > SUBNET`; None where they do not."""
    table = table_of(subnet, source)
    if isinstance(table, Unknown):
        return table
    gateway = way_out(table.routes, family)
    if isinstance(gateway, str):
        return f"{gateway} > {source.id(table.address)} > {source.id(subnet.address)}"
    return gateway
