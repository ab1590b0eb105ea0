"""The rules of a network ACL: numbered, tried in their order, the first that matches decides.

What a rule admits counts only where no earlier rule refuses all of it.
"""

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_network

from msgspec import Struct

from phiward.collectors.types.aws.security_group_rules import merged, rule
from phiward.inventory.aspects import Rule
from phiward.inventory.model import Maybe, Unknown

LAST = 32767
"""The number of the rule that refuses what no other one decided; AWS adds it to every ACL."""


class Entry(Struct, frozen=True, kw_only=True):
    """One rule of an ACL."""

    number: Maybe[int]
    allow: Maybe[bool]
    matches: Rule
    """What it is about: protocol, ports, and the one network as its source."""


def entry(
    number: Maybe[int],
    *,
    allow: Maybe[bool],
    protocol: Maybe[str],
    ports: tuple[Maybe[int | None], Maybe[int | None]],
    network: Maybe[str],
) -> Entry:
    """Return one rule, its protocol and ports as those of security groups are written."""
    return Entry(number=number, allow=allow, matches=rule(protocol, ports, [network]))


def effective(entries: Iterable[Maybe[Entry]]) -> tuple[Maybe[Rule], ...]:
    """Return what an ACL admits in the end; an `Unknown` for each rule that one not seen may yet refuse."""
    every = list(entries)
    found: list[Maybe[Rule]] = []
    for each in every:
        if isinstance(each, Unknown):
            found.append(each)
        elif each.allow is not False:
            found += _kept(each, every)
    return merged(found)


def _kept(each: Entry, every: list[Maybe[Entry]]) -> list[Maybe[Rule]]:
    """Return the rule of an entry, nothing where an earlier one refuses it all, `Unknown` where one may."""
    number = each.number
    unseen = next((value for value in (number, each.allow) if isinstance(value, Unknown)), None)
    for other in every:
        if other is each:
            continue
        refuses = other if isinstance(other, Unknown) else _refuses(other, each)
        if refuses is True:
            return []
        if isinstance(refuses, Unknown):
            unseen = unseen or refuses
    return [unseen or each.matches]


def _refuses(other: Entry, each: Entry) -> Maybe[bool]:
    """Say whether `other` comes first and refuses everything that `each` would admit."""
    if other.allow is True:
        return False
    if isinstance(other.number, int) and isinstance(each.number, int) and other.number >= each.number:
        return False
    covers = _covers(other.matches, each.matches)
    if covers is False:
        return False
    for value in (covers, other.allow, other.number, each.number):
        if isinstance(value, Unknown):
            return value
    return True


def _covers(wide: Rule, narrow: Rule) -> Maybe[bool]:
    parts = (_protocol(wide, narrow), _ports(wide, narrow), _network(wide, narrow))
    if False in parts:
        return False
    return next((part for part in parts if isinstance(part, Unknown)), True)


def _protocol(wide: Rule, narrow: Rule) -> Maybe[bool]:
    if wide.protocol == "all" or (isinstance(wide.protocol, str) and wide.protocol == narrow.protocol):
        return True
    return next((each for each in (wide.protocol, narrow.protocol) if isinstance(each, Unknown)), False)


def _ports(wide: Rule, narrow: Rule) -> Maybe[bool]:
    first, last = _at_most(wide.from_port, narrow.from_port), _at_most(narrow.to_port, wide.to_port)
    if False in (first, last):
        return False
    return next((each for each in (first, last) if isinstance(each, Unknown)), True)


def _at_most(one: Maybe[int], other: Maybe[int]) -> Maybe[bool]:
    if isinstance(one, Unknown):
        return one
    return other if isinstance(other, Unknown) else one <= other


def _network(wide: Rule, narrow: Rule) -> Maybe[bool]:
    networks: list[IPv4Network | IPv6Network] = []
    for each in (wide, narrow):
        sources = each.sources if isinstance(each.sources, tuple) else (each.sources,)
        source = sources[0] if sources else Unknown("the rule names no network")
        if isinstance(source, Unknown):
            return source
        try:
            networks.append(ip_network(source))
        except ValueError:
            return Unknown(f"{source} is no network")
    outer, inner = networks
    if isinstance(outer, IPv4Network) and isinstance(inner, IPv4Network):
        return inner.subnet_of(outer)
    if isinstance(outer, IPv6Network) and isinstance(inner, IPv6Network):
        return inner.subnet_of(outer)
    return False
