"""The rules of a security group as Terraform writes them: four ways, one normal form.

Inline `ingress` and `egress` blocks; the same as a list of objects (`ingress = [{...}]`); `aws_security_group_rule`;
and `aws_vpc_security_group_ingress_rule` with its egress twin.
"""

from collections.abc import Callable, Iterator
from typing import Any, Literal, TypeAlias

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.evaluate.partly import opened
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.arguments import as_number, as_text, as_texts
from phiward.collectors.types.aws.security_group_rules import merged, rule
from phiward.inventory.aspects import Rule
from phiward.inventory.model import Maybe, Unknown

Direction: TypeAlias = Literal["ingress", "egress"]
Reader: TypeAlias = Callable[[str], Any]
"""Reads an argument of a rule, wherever the rule was written."""

PARTS = {
    "aws_security_group_rule": "security_group_id",
    "aws_vpc_security_group_ingress_rule": "security_group_id",
    "aws_vpc_security_group_egress_rule": "security_group_id",
}


def admitted(block: Block, parts: Parts, source: Source, direction: Direction) -> tuple[Maybe[Rule], ...]:
    """Return all rules of one direction that a group's block and its parts give it."""
    return merged([*_inline(block, source, direction), *_separate(parts, block, source, direction)])


def _inline(block: Block, source: Source, direction: Direction) -> Iterator[Maybe[Rule]]:
    for nested in block.blocks(direction):
        if isinstance(nested, Unknown):
            yield nested
        else:
            yield _several(nested.get, nested.references, block, source, groups="security_groups")
    written = block.get(direction)
    if isinstance(written, Unknown):
        yield written
    elif isinstance(written, list | tuple | set):
        for entry in written:
            if isinstance(entry, dict):
                yield _several(entry.get, _refs_in(entry), block, source, groups="security_groups")
            else:
                yield entry if isinstance(entry, Unknown) else Unknown(f"a rule of {direction} is not an object")


def _separate(parts: Parts, block: Block, source: Source, direction: Direction) -> Iterator[Maybe[Rule]]:
    for part in parts.get("aws_security_group_rule", ()):
        kind = part if isinstance(part, Unknown) else part.get("type")
        if isinstance(kind, Unknown):
            yield kind
        elif not isinstance(part, Unknown) and kind == direction:
            yield _several(part.get, part.references, block, source, groups="source_security_group_id")
    for part in parts.get(f"aws_vpc_security_group_{direction}_rule", ()):
        yield part if isinstance(part, Unknown) else _single(part, source)


def _several(
    read: Reader, references: Callable[[str], tuple[str, ...]], block: Block, source: Source, *, groups: str
) -> Rule:
    """Return a rule whose arguments are lists: networks of both kinds, prefix lists, groups, itself."""
    sources: list[Maybe[str]] = []
    for name in ("cidr_blocks", "ipv6_cidr_blocks"):
        sources += _each(as_texts(name, opened(read(name))))
    named = _groups(read(groups), references(groups), source)
    lists, networks = _prefix_lists(read("prefix_list_ids"), references("prefix_list_ids"), source)
    sources += networks
    itself = read("self")
    if itself in (True, "true") and not isinstance(named, Unknown):
        named = (*named, source.id(block.address))
    elif isinstance(itself, Unknown):
        named = itself
    return _rule(read, "protocol", sources, named if isinstance(named, Unknown) else (*named, *lists))


def _single(part: Block, source: Source) -> Rule:
    """Return a rule that admits exactly one network, prefix list or group."""
    written = {name: part.get(name) for name in ("cidr_ipv4", "cidr_ipv6")}
    sources = [as_text(name, value) for name, value in written.items() if value is not None]
    argument = "referenced_security_group_id"
    named = _groups(part.get(argument), part.references(argument), source)
    lists, networks = _prefix_lists(part.get("prefix_list_id"), part.references("prefix_list_id"), source)
    return _rule(part.get, "ip_protocol", [*sources, *networks], named if isinstance(named, Unknown) else named + lists)


def _rule(read: Reader, protocol: str, sources: list[Maybe[str]], groups: Maybe[tuple[str, ...]]) -> Rule:
    name = read(protocol)
    ports = [None if (value := read(port)) is None else as_number(port, value) for port in ("from_port", "to_port")]
    return rule(
        Unknown(f"{protocol} is not set") if name is None else as_text(protocol, name),
        (ports[0], ports[1]),
        sources,
        groups,
    )


def _each(values: Maybe[tuple[Maybe[str], ...]]) -> tuple[Maybe[str], ...]:
    return (values,) if isinstance(values, Unknown) else values


def _groups(value: Any, references: tuple[str, ...], source: Source) -> Maybe[tuple[str, ...]]:
    """Return the groups that an argument names: by reference where it has any, else by id."""
    if value is None:
        return ()
    given = value if isinstance(value, list | tuple | set) else [value]
    written = tuple(each for each in given if isinstance(each, str))
    unseen = [each for each in given if isinstance(each, Unknown)]
    if not unseen:
        return written
    found = tuple(source.id(address) for address in references if source.find(address) is not None)
    # One reference each is all there is to say about groups that get their ids when they are made.
    return (*written, *found) if len(found) >= len(unseen) else unseen[0]


def _prefix_lists(
    value: Any, references: tuple[str, ...], source: Source
) -> tuple[tuple[str, ...], tuple[Maybe[str], ...]]:
    """Return the prefix lists that an argument names, and the networks in them."""
    if value is None:
        return (), ()
    given = value if isinstance(value, list | tuple | set) else [value]
    names: list[str] = [each for each in given if isinstance(each, str)]
    networks: list[Maybe[str]] = [Unknown(f"the networks of prefix list {name} are not in the code") for name in names]
    unseen = [each for each in given if isinstance(each, Unknown)]
    for address in references:
        found = source.find(address)
        if found is not None:
            names.append(source.id(address))
            networks += _entries(found, source)
            unseen = unseen[1:]
    return tuple(names), (*networks, *unseen)


def _entries(prefix_list: Block, source: Source) -> Iterator[Maybe[str]]:
    entries: list[Block | Unknown] = list(prefix_list.blocks("entry"))
    for entry in source.blocks("aws_ec2_managed_prefix_list_entry"):
        owners = source.owners("aws_ec2_managed_prefix_list", entry, "prefix_list_id")
        if isinstance(owners, Unknown):
            entries.append(owners)
        elif prefix_list.address in owners:
            entries.append(source.certain(entry))
    if prefix_list.type != "aws_ec2_managed_prefix_list" or not entries:
        yield Unknown(f"the networks of {prefix_list.address} are not in the code")
    for each in entries:
        yield each if isinstance(each, Unknown) else as_text("cidr", each.get("cidr"))


def _refs_in(entry: dict[str, Any]) -> Callable[[str], tuple[str, ...]]:
    """Return how references are read of a rule written as an object: from what its unknown leaves refer to."""

    def references(name: str) -> tuple[str, ...]:
        value = entry.get(name)
        leaves = value if isinstance(value, list | tuple | set) else [value]
        return tuple(
            reference.rpartition(".")[0] for leaf in leaves if isinstance(leaf, Unknown) for reference in leaf.refs
        )

    return references
