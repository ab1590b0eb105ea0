"""Folding: the many small Terraform resources that configure one thing become part of that thing."""

from collections import Counter

from msgspec import Struct

from phiward.collectors.terraform.block import Block, Parts, Tree, Unknown
from phiward.collectors.terraform.form import Form
from phiward.collectors.terraform.forms import Forms
from phiward.collectors.terraform.owners import Owned, Owners

__all__ = ["Fold", "Main", "certain", "fold"]

_MOST_UNKNOWN = 20
"""Of the parts of one type that may belong to a block, so many are told: the first already leaves it open."""


class Main(Struct, frozen=True):
    """A block that makes a resource, with its form and what is folded into it."""

    block: Block
    form: Form
    parts: Parts


class Fold(Struct, frozen=True):
    """One root module, folded."""

    mains: tuple[Main, ...]
    """In the order of the tree."""
    owners: Owners
    unread: dict[str, int]
    """Terraform types that no form reads, with the number of blocks, by name."""


def fold(tree: Tree, forms: Forms) -> Fold:
    """Give each block that makes a resource the blocks that configure it.

    A part whose owner cannot be known is an `Unknown` in the parts of every block that it may belong to. A part that
    names something outside the tree (a data source, a literal name that no block here has) belongs to none of them.
    """
    blocks = list(tree.resources())
    owners = Owners(tree, forms, blocks)
    parts: dict[str, dict[str, list[Block | Unknown]]] = {}
    for block in blocks:
        if block.type in forms.mains:
            parts[block.address] = {part: [] for part in forms.mains[block.type].parts}
    anywhere: dict[tuple[str, str], list[Unknown]] = {}
    for block in blocks:
        for form, argument in forms.parts.get(block.type, ()):
            owned = owners.named_by(form.main, block, argument)
            sure = certain(block)
            for address in owned.known:
                parts[address][block.type].append(sure)
            if not owned.possible:
                continue
            why = _may_belong(block, argument, owned)
            if owned.possible is owners.every(form.main):
                anywhere.setdefault((form.main, block.type), []).append(why)
                continue
            for address in owned.possible:
                if address not in owned.known and len(parts[address][block.type]) < _MOST_UNKNOWN:
                    parts[address][block.type].append(why)
    for (main_type, part_type), reasons in anywhere.items():
        for address in owners.every(main_type):
            parts[address][part_type].extend(reasons[:_MOST_UNKNOWN])
    mains = tuple(
        Main(block, forms.mains[block.type], parts[block.address]) for block in blocks if block.type in forms.mains
    )
    unread = Counter(block.type for block in blocks if not forms.reads(block.type))
    return Fold(mains, owners, dict(sorted(unread.items())))


def certain(block: Block) -> Block | Unknown:
    """Return a block, `Unknown` where it is not known whether it will be there."""
    why: Unknown | None = getattr(block, "uncertain", None)
    if why is None:
        return block
    where = block.where
    return Unknown(f"{block.address} ({where.file}:{where.line}) may not exist: {why.reason}", why.refs)


def _may_belong(block: Block, argument: str, owned: Owned) -> Unknown:
    lines = block.lines(argument)
    return Unknown(
        f"{block.address} ({lines.file}:{lines.line}) may belong here: {argument} is not known: {owned.reason}",
        owned.refs,
    )
