"""What addresses an EC2 instance has, and whether the internet reaches it by them, live and in Terraform.

A public IPv4 address is reachable by its nature. An IPv6 address is globally unique whether or not anybody can reach
it: what decides is a route of its subnet to an internet gateway (an egress-only one lets nobody in).
"""

from collections.abc import Iterable
from ipaddress import ip_address
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws import reach, terraform_reach
from phiward.collectors.types.aws.arguments import flag
from phiward.collectors.types.aws.instance_code import first, template_of
from phiward.collectors.types.aws.reach import Reach
from phiward.collectors.types.aws.terraform_routes import SUBNETS, found_one, subnet_way
from phiward.inventory.model import Maybe, Unknown

_EXPOSURE = ("exposure",)
_PRIVATE = ("network.private",)
_ROUTE = ("config.internet_route",)


class Addresses(Struct, frozen=True, kw_only=True):
    """How an instance is addressed from outside."""

    ipv4: Maybe[bool]
    """It has a public IPv4 address."""
    ipv6: Maybe[bool]
    """It has a global IPv6 address."""
    private: Maybe[bool]
    """It has no address that the internet routes to."""
    internet_route: Maybe[bool]
    """A subnet of it leads to an internet gateway."""
    reach: Reach
    """Whether the internet reaches it."""


def live_addresses(aws: Aws, instance: dict[str, Any]) -> Addresses:
    """Return what an entry of `DescribeInstances` says of its addresses, interface by interface."""
    interfaces = instance.get("NetworkInterfaces") or [_only(instance)]
    ipv4 = bool(instance.get("PublicIpAddress")) or any(map(_associated, interfaces))
    ipv6 = any(map(_global, interfaces))
    subnets = sorted({each["SubnetId"] for each in interfaces if each.get("SubnetId")})
    of_ipv6 = {each["SubnetId"] for each in interfaces if each.get("SubnetId") and _global(each)}
    return Addresses(
        ipv4=ipv4,
        ipv6=ipv6,
        private=_private(ipv4=ipv4, routed=_any(reach.subnet_way(aws, each, 6, fills=_PRIVATE) for each in of_ipv6)),
        internet_route=_any(
            reach.subnet_way(aws, subnet, family, fills=_ROUTE) for subnet in subnets for family in (4, 6)
        ),
        reach=reach.either(
            reach.reached(
                aws,
                subnets=[each["SubnetId"]] if each.get("SubnetId") else [],
                groups=[group["GroupId"] for group in each.get("Groups", ())],
                fills=_EXPOSURE,
                ipv4=_associated(each),
                ipv6=_global(each),
            )
            for each in interfaces
        ),
    )


def _only(instance: dict[str, Any]) -> dict[str, Any]:
    """Return an instance whose interfaces are not listed as its one interface."""
    address = instance.get("PublicIpAddress")
    return {
        "SubnetId": instance.get("SubnetId"),
        "Groups": instance.get("SecurityGroups", ()),
        "Association": {"PublicIp": address} if address else {},
        "Ipv6Addresses": [{"Ipv6Address": instance["Ipv6Address"]}] if instance.get("Ipv6Address") else [],
    }


def _associated(interface: dict[str, Any]) -> bool:
    if interface.get("Association", {}).get("PublicIp"):
        return True
    return any(address.get("Association", {}).get("PublicIp") for address in interface.get("PrivateIpAddresses", ()))


def _global(interface: dict[str, Any]) -> bool:
    return any(ip_address(each["Ipv6Address"]).is_global for each in interface.get("Ipv6Addresses", ()))


def _any(ways: Iterable[Maybe[str | None]]) -> Maybe[bool]:
    unseen: Unknown | None = None
    for way in ways:
        if isinstance(way, str):
            return True
        unseen = unseen or way
    return unseen or False


def _private(*, ipv4: Maybe[bool], routed: Maybe[bool]) -> Maybe[bool]:
    if ipv4 is True or routed is True:
        return False
    return next((each for each in (ipv4, routed) if isinstance(each, Unknown)), True)


def code_addresses(block: Block, parts: Parts, source: Source) -> Addresses:
    """Return what an `aws_instance` block, its subnet, its launch template and its elastic address say."""
    template = template_of(block, source)
    subnet = subnet_of(block, template, source)
    ipv4, ipv6 = _ipv4(block, template, subnet, parts), _ipv6(block, template, subnet)
    routed = [subnet] * 2 if isinstance(subnet, Unknown) else [subnet_way(subnet, family, source) for family in (4, 6)]
    reached = terraform_reach.reached(
        source, subnets=[subnet], groups=code_groups(block, template, subnet, source), ipv4=ipv4, ipv6=ipv6
    )
    return Addresses(
        ipv4=ipv4,
        ipv6=ipv6,
        private=_private(ipv4=ipv4, routed=False if ipv6 is False else _both(ipv6, _any(routed[1:]))),
        internet_route=_any(routed),
        reach=reached,
    )


def _both(one: Maybe[bool], other: Maybe[bool]) -> Maybe[bool]:
    if one is False or other is False:
        return False
    return next((each for each in (one, other) if isinstance(each, Unknown)), True)


def _interface(template: Block | Unknown | None) -> Block | Unknown | None:
    """Return the first network interface that a launch template describes."""
    return template if template is None or isinstance(template, Unknown) else first(template, "network_interfaces")


def subnet_of(block: Block, template: Block | Unknown | None, source: Source) -> Block | Unknown:
    """Return the subnet of an instance's block, its own or its launch template's; `Unknown` where the code has none."""
    naming: Block | Unknown | None = block if block.get("subnet_id") is not None else _interface(template)
    if isinstance(naming, Unknown):
        return naming
    if naming is None or naming.get("subnet_id") is None:
        return Unknown("no subnet is named: the default one decides whether it gets a public address")
    found = found_one(SUBNETS, naming, "subnet_id", source)
    if found is not None:
        return found
    return Unknown(f"its subnet {naming.get('subnet_id')} is not in the code, and may give it a public address")


def _ipv4(block: Block, template: Block | Unknown | None, subnet: Block | Unknown, parts: Parts) -> Maybe[bool]:
    """Say whether it gets a public IPv4 address: by itself, by its subnet, or an elastic one."""
    elastic = [*parts.get("aws_eip", ()), *parts.get("aws_eip_association", ())]
    if any(not isinstance(part, Unknown) for part in elastic):
        return True
    public = flag(block, "associate_public_ip_address", None)
    interface = _interface(template)
    if public is None and interface is not None:
        public = interface if isinstance(interface, Unknown) else flag(interface, "associate_public_ip_address", None)
    if public is None:
        public = (
            subnet
            if isinstance(subnet, Unknown)
            else flag(subnet, "map_public_ip_on_launch", default=subnet.type == "aws_default_subnet")
        )
    if public is not False:
        return public
    return next((part for part in elastic if isinstance(part, Unknown)), False)


def _ipv6(block: Block, template: Block | Unknown | None, subnet: Block | Unknown) -> Maybe[bool]:
    """Say whether it gets an IPv6 address; one that is not asked for comes with a subnet that gives them out."""
    asked: list[object] = []
    for each in (block, _interface(template)):
        if isinstance(each, Unknown):
            asked.append(each)
        elif each is not None:
            asked += [each.get("ipv6_addresses"), each.get("ipv6_address_count")]
    if any(value and not isinstance(value, Unknown) for value in asked):
        return True
    given = False if isinstance(subnet, Unknown) else flag(subnet, "assign_ipv6_address_on_creation", default=False)
    if given is not False:
        return given
    return next((value for value in asked if isinstance(value, Unknown)), False)


def code_groups(
    block: Block, template: Block | Unknown | None, subnet: Block | Unknown, source: Source
) -> tuple[Maybe[Block], ...]:
    """Return the security groups of an instance's block: its own, its template's, else its VPC's default one."""
    interface = _interface(template)
    for each, argument in (
        (block, "vpc_security_group_ids"),
        (template, "vpc_security_group_ids"),
        (interface, "security_groups"),
    ):
        if isinstance(each, Unknown):
            return (each,)
        if each is not None and each.get(argument) is not None:
            return terraform_reach.blocks_of(terraform_reach.GROUPS, each, argument, source)
    unseen = Unknown("no group is named: the default one of its VPC")
    if isinstance(subnet, Unknown):
        return (unseen,)
    vpc = found_one(("aws_vpc", "aws_default_vpc"), subnet, "vpc_id", source)
    if vpc is None or isinstance(vpc, Unknown):
        return (unseen,)
    # Without a block for it the default group is as AWS made it: it admits its own members, and nobody from outside.
    return tuple(source.parts(vpc.address).get("aws_default_security_group", ()))
