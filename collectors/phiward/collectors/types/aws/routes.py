"""Routes of a VPC in one normal form, and which of them lead to the internet.

A subnet belongs to the route table that is associated with it, else to its VPC's main one. The internet is reached by
an active route to an internet gateway; an egress-only gateway and a NAT gateway let nobody in. A route that leads
through a firewall's endpoint or an appliance may go on to an internet gateway: whether it does is not seen here.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, ip_network
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from phiward.inventory.model import Maybe, Unknown

Family: TypeAlias = Literal[4, 6]

_WIDEST = {4: 1, 6: 3}
"""A network this wide is the world: half of IPv4 (two such routes are a known way to write all of it), 2000::/3."""

INTERNET = "internet-gateway"
THROUGH = ("endpoint", "interface")
"""Kinds of targets that may hand packets on to an internet gateway: inspection endpoints and appliances."""

_TARGETS = {
    "EgressOnlyInternetGatewayId": "egress-only-gateway",
    "NatGatewayId": "nat-gateway",
    "TransitGatewayId": "transit-gateway",
    "VpcPeeringConnectionId": "peering",
    "LocalGatewayId": "local-gateway",
    "CarrierGatewayId": "carrier-gateway",
    "CoreNetworkArn": "core-network",
    "OdbNetworkArn": "odb-network",
    "NetworkInterfaceId": "interface",
    "InstanceId": "interface",
}
_GATEWAYS = {"igw-": INTERNET, "vgw-": "vpn-gateway", "vpce-": "endpoint", "local": "local"}


class Route(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where packets of a network are sent."""

    destination: Maybe[str]
    """The network (CIDR), IPv4 or IPv6, or a prefix list's id."""
    kind: Maybe[str]
    """`internet-gateway`, `egress-only-gateway`, `nat-gateway`, `interface`, `endpoint`, `local`, `peering`, ..."""
    target: Maybe[str]
    """The gateway or interface, by id."""
    active: Maybe[bool] = True
    """Its target is there: a route to a gateway that was detached or deleted is a black hole."""


def live_route(route: dict[str, Any]) -> Route:
    """Return one entry of a route table's `Routes`."""
    kind, target = "other", ""
    gateway = str(route.get("GatewayId") or "")
    if gateway:
        kind = next((kind for prefix, kind in _GATEWAYS.items() if gateway.startswith(prefix)), "other")
        target = gateway
    else:
        for name, named in _TARGETS.items():
            if route.get(name):
                kind, target = named, str(route[name])
                break
    destination = (
        route.get("DestinationCidrBlock")
        or route.get("DestinationIpv6CidrBlock")
        or route.get("DestinationPrefixListId")
        or Unknown("EC2 names no destination of the route")
    )
    return Route(destination=destination, kind=kind, target=target, active=route.get("State", "active") == "active")


def world(network: str, family: Family) -> bool:
    """Say whether a network is the internet of a family: `0.0.0.0/0`, `::/0`, or as good as that."""
    try:
        parsed = ip_network(network.strip(), strict=False)
    except ValueError:
        return False
    return parsed.version == family and parsed.prefixlen <= _WIDEST[family]


def is_world(network: str) -> bool:
    """Say whether a network is the internet, of either family."""
    return world(network, 4) or world(network, 6)


def family_of(network: str) -> Family | None:
    """Return 4 or 6, None where it is no network (a prefix list's id)."""
    try:
        return 4 if isinstance(ip_network(network.strip(), strict=False), IPv4Network) else 6
    except ValueError:
        return None


def way_out(routes: Iterable[Maybe[Route]], family: Family) -> Maybe[str | None]:
    """Return the internet gateway that the world's packets of a family come through; None where there is none."""
    unseen: Unknown | None = None
    for route in routes:
        if isinstance(route, Unknown):
            unseen = unseen or route
            continue
        leads = _leads(route, family)
        if isinstance(leads, str):
            return leads
        unseen = unseen or leads
    return unseen


def _leads(route: Route, family: Family) -> str | Unknown | None:
    """Return the gateway, None where the route lets no one in, `Unknown` where it may."""
    if route.active is False:
        return None
    destination, kind, target = route.destination, route.kind, route.target
    if isinstance(kind, str) and kind not in {INTERNET, *THROUGH}:
        return None
    if isinstance(destination, str):
        network = family_of(destination)
        if network is not None and not world(destination, family):
            return None
        if network is None:
            # AWS's own lists lead to its services by an endpoint; only a gateway makes a list a way from outside.
            return Unknown(f"the networks of prefix list {destination} are not seen") if kind == INTERNET else None
    for value in (destination, kind, route.active, target):
        if isinstance(value, Unknown):
            return value
    if kind != INTERNET:
        return Unknown(f"its traffic goes through {target}, which may lead on to an internet gateway")
    return str(target)


def table_of(tables: Iterable[dict[str, Any]], subnet: str, vpc: Maybe[str | None]) -> Maybe[dict[str, Any]]:
    """Return the entry of `DescribeRouteTables` that a subnet belongs to: its own, else its VPC's main one."""
    main: dict[str, Any] | None = None
    for table in tables:
        for association in table.get("Associations", ()):
            if association.get("SubnetId") == subnet:
                return table
            if association.get("Main") and table.get("VpcId") == vpc:
                main = table
    if isinstance(vpc, Unknown):
        return vpc
    return main if main is not None else Unknown(f"EC2 lists no route table of {subnet}")
