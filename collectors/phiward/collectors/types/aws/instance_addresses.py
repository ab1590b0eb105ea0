"""Whether the internet can route to an EC2 instance, live and in Terraform.

A public IPv4 address is reachable by its nature. An IPv6 address is globally unique whether or not anybody can reach
it: what decides is a route of its subnet to an internet gateway (an egress-only one lets nobody in). What its security
groups admit is judged where they are, not here.
"""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.answers import listed
from phiward.collectors.types.aws.arguments import flag
from phiward.inventory.aspects import Exposure
from phiward.inventory.model import Maybe, Unknown

_WAY = "public-address"


def exposed(public: Maybe[bool]) -> Exposure:
    """Return the exposure of something that is reached, if at all, by a public address."""
    if isinstance(public, Unknown):
        return Exposure(public=public, ways=public)
    return Exposure(public=public, ways=(_WAY,) if public else ())


def live_public(aws: Aws, instance: dict[str, Any]) -> Maybe[bool]:
    """Say whether an entry of `DescribeInstances` has an address that the internet routes to."""
    interfaces = instance.get("NetworkInterfaces", ())
    if instance.get("PublicIpAddress") or any(_associated(interface) for interface in interfaces):
        return True
    subnets = {
        (interface.get("SubnetId", ""), interface.get("VpcId", ""))
        for interface in interfaces
        for address in interface.get("Ipv6Addresses", ())
        if ip_address(address["Ipv6Address"]).is_global
    }
    if not subnets:
        return False
    tables = listed(aws, "ec2", "describe_route_tables", "RouteTables", fills=("exposure",))
    if isinstance(tables, Unknown):
        return tables
    return any(_open(_table(tables, subnet, vpc)) for subnet, vpc in subnets)


def _associated(interface: dict[str, Any]) -> bool:
    if interface.get("Association", {}).get("PublicIp"):
        return True
    return any(address.get("Association", {}).get("PublicIp") for address in interface.get("PrivateIpAddresses", ()))


def _table(tables: Iterable[dict[str, Any]], subnet: str, vpc: str) -> dict[str, Any]:
    """Return the route table of a subnet: the one associated with it, else its VPC's main one."""
    main: dict[str, Any] = {}
    for table in tables:
        for association in table.get("Associations", ()):
            if association.get("SubnetId") == subnet:
                return table
            if association.get("Main") and table.get("VpcId") == vpc:
                main = table
    return main


def _open(table: dict[str, Any]) -> bool:
    return any(
        str(route.get("GatewayId", "")).startswith("igw-") and route.get("DestinationIpv6CidrBlock")
        for route in table.get("Routes", ())
    )


def terraform_public(block: Block, parts: Parts, source: Source) -> Maybe[bool]:
    """Say whether an `aws_instance` block asks for a public address: by itself, by its subnet, by an elastic one."""
    elastic = [*parts.get("aws_eip", ()), *parts.get("aws_eip_association", ())]
    if any(not isinstance(part, Unknown) for part in elastic):
        return True
    subnet = _subnet(block, source)
    public = flag(block, "associate_public_ip_address", None)
    if public is None:
        public = subnet if isinstance(subnet, Unknown) else _by_subnet(subnet)
    if public is True or isinstance(public, Unknown):
        return public
    if _asks_for_ipv6(block, subnet):
        return Unknown("it gets an IPv6 address; whether the internet reaches it is decided by its subnet's routes")
    return next((part for part in elastic if isinstance(part, Unknown)), False)


def _subnet(block: Block, source: Source) -> Block | Unknown:
    if block.get("subnet_id") is None:
        return Unknown("no subnet is named: the default one decides whether it gets a public address")
    for kind in ("aws_subnet", "aws_default_subnet"):
        owners = source.owners(kind, block, "subnet_id")
        if isinstance(owners, Unknown):
            return owners
        found = source.find(owners[0]) if owners else None
        if found is not None:
            return found
    return Unknown(f"its subnet {block.get('subnet_id')} is not in the code, and may give it a public address")


def _by_subnet(subnet: Block) -> Maybe[bool]:
    """Say whether a subnet gives what is launched in it a public address; AWS's own default subnets do."""
    return flag(subnet, "map_public_ip_on_launch", default=subnet.type == "aws_default_subnet")


def _asks_for_ipv6(block: Block, subnet: Block | Unknown) -> bool:
    if block.get("ipv6_addresses") or block.get("ipv6_address_count"):
        return True
    return not isinstance(subnet, Unknown) and bool(subnet.get("assign_ipv6_address_on_creation"))
