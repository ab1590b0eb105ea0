"""The rules of a security group in one normal form, from EC2's answers and from Terraform.

EC2 groups what a group admits by protocol and ports; Terraform writes one rule per block, or several in one. Here rules
of the same protocol and ports are one `Rule` with all their sources, sorted, whichever way they were written. Prefix
lists count as the networks in them, since a list may hold the whole internet.
"""

from collections.abc import Callable, Iterable
from ipaddress import ip_network
from typing import Any, TypeAlias

from phiward.collectors.types.aws import routes
from phiward.inventory.aspects import Rule
from phiward.inventory.model import Maybe, Unknown

PrefixList: TypeAlias = Callable[[str], tuple[Maybe[str], ...]]
"""The networks of a prefix list, by its id; an `Unknown` among them stands for those that could not be seen."""

_PROTOCOLS = {"-1": "all", "all": "all", "6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
_ALL_PORTS = (0, 65535)


def rule(
    protocol: Maybe[str],
    ports: tuple[Maybe[int | None], Maybe[int | None]],
    sources: Iterable[Maybe[str]],
    groups: Maybe[Iterable[str]] = (),
) -> Rule:
    """Return one rule. Ports of a protocol other than TCP and UDP say nothing about ports: all of them."""
    named = protocol if isinstance(protocol, Unknown) else _PROTOCOLS.get(protocol.lower(), protocol.lower())
    first, last = _ports(named, *ports)
    return Rule(
        protocol=named,
        from_port=first,
        to_port=last,
        sources=_sorted(sources),
        groups=groups if isinstance(groups, Unknown) else tuple(sorted(set(groups))),
    )


def merged(rules: Iterable[Maybe[Rule]]) -> tuple[Maybe[Rule], ...]:
    """Return the rules with those of the same protocol and ports made one, sorted; what is not known comes last."""
    known: dict[tuple[str, int, int], Rule] = {}
    rest: list[Maybe[Rule]] = []
    for each in rules:
        if isinstance(each, Unknown):
            rest.append(each)
            continue
        key = (each.protocol, each.from_port, each.to_port)
        if isinstance(key[0], Unknown) or isinstance(key[1], Unknown) or isinstance(key[2], Unknown):
            rest.append(each)
            continue
        settled = (key[0], key[1], key[2])
        known[settled] = _joined(known[settled], each) if settled in known else each
    return (*(known[key] for key in sorted(known)), *rest)


def admitted(permissions: Iterable[dict[str, Any]], account: str, prefix_list: PrefixList) -> tuple[Maybe[Rule], ...]:
    """Return EC2's `IpPermissions` (or `IpPermissionsEgress`) as rules. Another account's group is `ACCOUNT/sg-...`."""
    return merged(_permission(permission, account, prefix_list) for permission in permissions)


WITHOUT_PORTS = ("icmp", "icmpv6")
"""Protocols that serve nobody anything: a machine that answers pings has opened no port."""


def told(rule: Rule) -> str:
    """Return what a rule admits, in words: `tcp 443`, `tcp 8000-8090`, `udp` (all of its ports), `all`."""
    if rule.protocol not in {"tcp", "udp"} or (rule.from_port, rule.to_port) == _ALL_PORTS:
        return f"{rule.protocol}"
    last = "" if rule.from_port == rule.to_port else f"-{rule.to_port}"
    return f"{rule.protocol} {rule.from_port}{last}"


def open_to_world(rules: Iterable[Maybe[Rule]]) -> tuple[Maybe[str], ...]:
    """Return what a group opens to the whole internet, IPv4 or IPv6, each as `told`; what is not seen comes last."""
    known: set[str] = set()
    unseen: list[Maybe[str]] = []
    for each in rules:
        if isinstance(each, Unknown):
            unseen.append(each)
            continue
        if each.protocol in WITHOUT_PORTS:
            continue
        sources = each.sources if isinstance(each.sources, tuple) else (each.sources,)
        if any(isinstance(source, str) and routes.is_world(source) for source in sources):
            parts = (each.protocol, each.from_port, each.to_port)
            lacking = next((part for part in parts if isinstance(part, Unknown)), None)
            if lacking is None:
                known.add(told(each))
            else:
                unseen.append(lacking)
        else:
            unseen += [source for source in sources if isinstance(source, Unknown)][:1]
    return (*sorted(known), *unseen)


def _permission(permission: dict[str, Any], account: str, prefix_list: PrefixList) -> Rule:
    sources: list[Maybe[str]] = [entry["CidrIp"] for entry in permission.get("IpRanges", ())]
    sources += [entry["CidrIpv6"] for entry in permission.get("Ipv6Ranges", ())]
    groups = [_group(pair, account) for pair in permission.get("UserIdGroupPairs", ())]
    for entry in permission.get("PrefixListIds", ()):
        sources += prefix_list(entry["PrefixListId"])
        groups.append(entry["PrefixListId"])
    return rule(permission["IpProtocol"], (permission.get("FromPort"), permission.get("ToPort")), sources, groups)


def _group(pair: dict[str, Any], account: str) -> str:
    group = str(pair.get("GroupId") or pair.get("GroupName"))
    owner = pair.get("UserId")
    return group if owner in (None, "", account) else f"{owner}/{group}"


def _ports(protocol: Maybe[str], first: Maybe[int | None], last: Maybe[int | None]) -> tuple[Maybe[int], Maybe[int]]:
    if isinstance(protocol, Unknown):
        # "-1" admits every port whatever the ports say, and Terraform wants 0 to 0 beside it.
        return (protocol, protocol) if not first and not last else (_port(first, 0), _port(last, 65535))
    if protocol not in {"tcp", "udp"}:
        return _ALL_PORTS
    return _port(first, 0), _port(last, 65535)


def _port(value: Maybe[int | None], default: int) -> Maybe[int]:
    if isinstance(value, Unknown):
        return value
    return default if value is None or value < 0 else value


def _joined(one: Rule, other: Rule) -> Rule:
    sources = one.sources if isinstance(one.sources, tuple) else (one.sources,)
    more = other.sources if isinstance(other.sources, tuple) else (other.sources,)
    groups: Maybe[tuple[str, ...]]
    if isinstance(one.groups, Unknown):
        groups = one.groups
    elif isinstance(other.groups, Unknown):
        groups = other.groups
    else:
        groups = tuple(sorted({*one.groups, *other.groups}))
    return Rule(
        protocol=one.protocol,
        from_port=one.from_port,
        to_port=one.to_port,
        sources=_sorted((*sources, *more)),
        groups=groups,
    )


def _sorted(sources: Iterable[Maybe[str]]) -> tuple[Maybe[str], ...]:
    known: set[str] = set()
    unknown: list[Maybe[str]] = []
    for source in sources:
        if isinstance(source, Unknown):
            if source not in unknown:
                unknown.append(source)
        else:
            known.add(_network(source))
    return (*sorted(known), *unknown)


def _network(cidr: str) -> str:
    """Return a CIDR as EC2 keeps it (host bits cleared, IPv6 shortened); what is none stays as written."""
    try:
        return str(ip_network(cidr.strip(), strict=False))
    except ValueError:
        return cidr
