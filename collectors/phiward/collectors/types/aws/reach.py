"""Whether the internet can reach something that lies in subnets behind security groups, live, and by which way.

Three things must meet: a public address; a route of its subnet to an internet gateway, of the same family; and a
security group that admits the world of that family. An instance, a database, a load balancer and a replication machine
are all reached so:

    reached = reach.reached(
        aws, subnets=["subnet-1"], groups=["sg-1"], ipv4=db["PubliclyAccessible"], ports=(5432,), fills=("exposure",)
    )
    live(aws, TYPE, ..., exposure=reached.exposure)

Nothing is asked where there is no public address. The listings (`ec2:DescribeRouteTables`, `DescribeSubnets`,
`DescribeSecurityGroups`, and `GetManagedPrefixListEntries` where a group names a list) are asked once for the whole
region. A denied one makes the answer `Unknown` with its reason, unless what could be seen has decided already.

Network ACLs and the account's *VPC Block Public Access* may still refuse what is reached by this: they are judged where
they are, and what counts as reached here is at most safer than it seems, never the other way round.
"""

from collections.abc import Collection, Iterable
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws import routes, security_group_rules
from phiward.collectors.types.aws.answers import listed
from phiward.collectors.types.aws.routes import Family, Route
from phiward.inventory.aspects import Exposure, Rule
from phiward.inventory.model import Maybe, Unknown


class Reach(Struct, frozen=True, kw_only=True):
    """Whether the internet reaches it, and by which ways."""

    public: Maybe[bool]
    ways: Maybe[tuple[str, ...]]
    """Each `internet > igw-1 > rtb-1 > subnet-1 > sg-1 (tcp 443)`; the last two words left out where unfiltered."""

    @property
    def exposure(self) -> Exposure:
        """The aspect, for what is reached by its address alone."""
        return Exposure(public=self.public, ways=self.ways)


NOWHERE = Reach(public=False, ways=())


def reached(  # noqa: PLR0913 - the three things that must meet, and for what they are asked
    aws: Aws,
    *,
    subnets: Iterable[str],
    groups: Iterable[str] | None,
    fills: Collection[str],
    ipv4: Maybe[bool] = True,
    ipv6: Maybe[bool] = False,
    ports: Collection[int] = (),
) -> Reach:
    """Return whether the internet reaches something in any of `subnets` through any of `groups`.

    `ipv4` and `ipv6` say whether it has a public address of that family (an IPv6 one is public by its nature). `groups`
    None: nothing filters (a load balancer without groups). `ports`: only rules that admit one of these count; empty:
    any. `fills`: the paths that this fills, as for `Aws.ask`.
    """
    within, behind = tuple(subnets), None if groups is None else tuple(groups)
    found: list[Reach] = []
    families: tuple[tuple[Family, Maybe[bool]], ...] = ((4, ipv4), (6, ipv6))
    for family, addressed in families:
        if addressed is False:
            continue
        admitting = _admitting(aws, behind, family, ports, fills)
        if admitting.public is False:
            continue
        routed = _routed(aws, within, family, fills)
        found.append(together(addressed, routed, admitting))
    return either(found)


def subnet_way(aws: Aws, subnet: str, family: Family, *, fills: Collection[str]) -> Maybe[str | None]:
    """Return how packets of the internet come into a subnet: `igw-1 > rtb-1 > subnet-1`; None where they do not."""
    tables = listed(aws, "ec2", "describe_route_tables", "RouteTables", fills=fills)
    if isinstance(tables, Unknown):
        return tables
    vpc: Maybe[str | None] = None
    if not any(each.get("SubnetId") == subnet for table in tables for each in table.get("Associations", ())):
        vpc = _vpc(aws, subnet, fills)
    table = routes.table_of(tables, subnet, vpc)
    if isinstance(table, Unknown):
        return table
    gateway = routes.way_out(live_routes(aws, table, fills=fills), family)
    return f"{gateway} > {table['RouteTableId']} > {subnet}" if isinstance(gateway, str) else gateway


def live_routes(aws: Aws, table: dict[str, Any], *, fills: Collection[str]) -> tuple[Route, ...]:
    """Return the routes of an entry of `DescribeRouteTables`, a prefix list to a gateway as the networks in it."""
    found: list[Route] = []
    for each in map(routes.live_route, table.get("Routes", ())):
        destination = each.destination
        if each.kind == routes.INTERNET and isinstance(destination, str) and routes.family_of(destination) is None:
            networks = prefix_list(aws, destination, fills=fills)
            found += [
                Route(destination=network, kind=each.kind, target=each.target, active=each.active)
                for network in networks
            ]
        else:
            found.append(each)
    return tuple(found)


def prefix_list(aws: Aws, name: str, *, fills: Collection[str]) -> tuple[Maybe[str], ...]:
    """Return the networks of a prefix list; one `Unknown` where they may not be seen."""
    entries = listed(aws, "ec2", "get_managed_prefix_list_entries", "Entries", fills=fills, PrefixListId=name)
    return (entries,) if isinstance(entries, Unknown) else tuple(entry["Cidr"] for entry in entries)


def together(addressed: Maybe[bool], routed: Reach, admitting: Reach) -> Reach:
    """Return what comes of an address, the ways into its subnets, and what its groups admit: all must be there."""
    if routed.public is False or admitting.public is False or addressed is False:
        return NOWHERE
    for state in (addressed, routed.public, admitting.public, routed.ways, admitting.ways):
        if isinstance(state, Unknown):
            return Reach(public=state, ways=state)
    into = routed.ways if isinstance(routed.ways, tuple) else ()
    by = admitting.ways if isinstance(admitting.ways, tuple) else ()
    ways = tuple(f"internet > {way}{f' > {door}' if door else ''}" for way in into for door in by or ("",))
    return Reach(public=True, ways=ways)


def either(found: Iterable[Reach]) -> Reach:
    """Return what comes of several ways: one that is open decides, and one that is not seen leaves it open."""
    ways: list[str] = []
    unseen: Unknown | None = None
    for each in found:
        if isinstance(each.public, Unknown):
            unseen = unseen or each.public
        elif each.public and isinstance(each.ways, tuple):
            ways += each.ways
    if ways:
        return Reach(public=True, ways=tuple(dict.fromkeys(ways)))
    return Reach(public=unseen, ways=unseen) if unseen else NOWHERE


def doors(group: str, rules: Iterable[Maybe[Rule]], family: Family, ports: Collection[int]) -> Reach:
    """Return what a group admits of the world: `sg-1 (tcp 443)`; rules that cannot be seen leave it unknown."""
    open_ones: list[str] = []
    unseen: Unknown | None = None
    for rule in rules:
        admits = rule if isinstance(rule, Unknown) else _admits(rule, family, ports)
        if isinstance(admits, Unknown):
            unseen = unseen or admits
        elif admits and not isinstance(rule, Unknown):
            open_ones.append(security_group_rules.told(rule))
    if open_ones:
        return Reach(public=True, ways=(f"{group} ({', '.join(open_ones)})",))
    return Reach(public=unseen, ways=unseen) if unseen else NOWHERE


def _admits(rule: Rule, family: Family, ports: Collection[int]) -> Maybe[bool]:
    if rule.protocol in security_group_rules.WITHOUT_PORTS:
        return False
    first, last = rule.from_port, rule.to_port
    port: Maybe[bool] = True
    if ports and isinstance(first, int) and isinstance(last, int):
        port = any(first <= each <= last for each in ports)
    elif ports:
        port = next((each for each in (first, last) if isinstance(each, Unknown)), True)
    if port is False:
        return False
    sources = rule.sources if isinstance(rule.sources, tuple) else (rule.sources,)
    if any(isinstance(source, str) and routes.world(source, family) for source in sources):
        return rule.protocol if isinstance(rule.protocol, Unknown) else port
    return next((source for source in sources if isinstance(source, Unknown)), False)


def _admitting(
    aws: Aws, groups: tuple[str, ...] | None, family: Family, ports: Collection[int], fills: Collection[str]
) -> Reach:
    """Return which of the groups admit the world."""
    if groups is None:
        return Reach(public=True, ways=())
    every = listed(aws, "ec2", "describe_security_groups", "SecurityGroups", fills=fills)
    if isinstance(every, Unknown):
        return Reach(public=every, ways=every) if groups else NOWHERE
    by_id = {group["GroupId"]: group for group in every if group["GroupId"] in groups}
    found: list[Reach] = []
    for name in groups:
        group = by_id.get(name)
        if group is None:
            unseen = Unknown(f"EC2 lists no security group {name}")
            found.append(Reach(public=unseen, ways=unseen))
            continue
        owner = group.get("OwnerId", aws.account)
        rules = security_group_rules.admitted(
            group.get("IpPermissions", ()), owner, lambda each: prefix_list(aws, each, fills=fills)
        )
        found.append(doors(name, rules, family, ports))
    return either(found)


def _routed(aws: Aws, subnets: tuple[str, ...], family: Family, fills: Collection[str]) -> Reach:
    """Return which of the subnets the internet's packets come into."""
    if not subnets:
        unseen = Unknown("it names no subnet")
        return Reach(public=unseen, ways=unseen)
    found: list[Reach] = []
    for subnet in subnets:
        way = subnet_way(aws, subnet, family, fills=fills)
        if isinstance(way, Unknown):
            found.append(Reach(public=way, ways=way))
        elif way:
            found.append(Reach(public=True, ways=(way,)))
    return either(found)


def _vpc(aws: Aws, subnet: str, fills: Collection[str]) -> Maybe[str | None]:
    every = listed(aws, "ec2", "describe_subnets", "Subnets", fills=fills)
    if isinstance(every, Unknown):
        return every
    known = next((each.get("VpcId") for each in every if each["SubnetId"] == subnet), None)
    return known or Unknown(f"EC2 lists no subnet {subnet}")
