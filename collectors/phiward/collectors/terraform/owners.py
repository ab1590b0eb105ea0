"""Which blocks an argument names: by reference, through other parts, or by a name that both know."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, NamedTuple

from phiward.collectors.terraform.addresses import parse
from phiward.collectors.terraform.block import Block, Tree, Unknown
from phiward.collectors.terraform.forms import Forms

_IDENTIFIED_BY = ("id", "arn", "name")
_MOST_HOPS = 4  # a part naming its owner through another part of it, through another


class Owned(NamedTuple):
    """What an argument names: the blocks it names for certain, and those it may name, with the reason."""

    known: tuple[str, ...] = ()
    possible: tuple[str, ...] = ()
    reason: str = ""
    refs: tuple[str, ...] = ()


class _Names(NamedTuple):
    """The names that the blocks of one type are known by."""

    by_name: dict[str, list[str]]
    unsure: tuple[str, ...]
    """The blocks whose name a variable or another block decides."""


class Owners:
    """The blocks of one tree, found by what other blocks call them."""

    def __init__(self, tree: Tree, forms: Forms, blocks: Iterable[Block]) -> None:
        self._tree = tree
        self._forms = forms
        self._by_type: dict[str, dict[str, Block]] = defaultdict(dict)
        self._by_bare: dict[str, list[str]] = defaultdict(list)
        self._names: dict[str, _Names] = {}
        self._every: dict[str, tuple[str, ...]] = {}
        for block in blocks:
            self._by_type[block.type][block.address] = block
            place = parse(block.address)
            self._by_bare[place.bare if place else block.address].append(block.address)

    def blocks(self, terraform_type: str) -> tuple[Block, ...]:
        """Return every block of a type, in the tree's order."""
        return tuple(self._by_type.get(terraform_type, {}).values())

    def every(self, terraform_type: str) -> tuple[str, ...]:
        """Return the addresses of all blocks of a type: the same object each time."""
        if terraform_type not in self._every:
            self._every[terraform_type] = tuple(self._by_type.get(terraform_type, ()))
        return self._every[terraform_type]

    def named_by(self, terraform_type: str, block: Block, argument: str) -> Owned:
        """Return the blocks of a type that an argument of `block` names."""
        value = block.get(argument)
        if value is None:
            return Owned()
        references = block.references(argument)
        others = self._other_owners(terraform_type, block.type, argument)
        if isinstance(value, (list, tuple)):
            each = [
                self._one(terraform_type, item, references if len(value) == 1 else (), others=others) for item in value
            ]
            return Owned(
                _unique(address for owned in each for address in owned.known),
                _unique(address for owned in each for address in owned.possible),
                next((owned.reason for owned in each if owned.reason), ""),
                _unique(ref for owned in each for ref in owned.refs),
            )
        return self._one(terraform_type, value, references, others=others)

    def _other_owners(self, terraform_type: str, part_type: str, argument: str) -> frozenset[str]:
        """Return the other types whose blocks an argument of a part may name: a web ACL is tied to one of several."""
        forms = self._forms.parts.get(part_type, ())
        return frozenset(form.main for form, named in forms if named == argument) - {terraform_type}

    def _one(
        self,
        terraform_type: str,
        value: Any,
        references: tuple[str, ...],
        hops: int = 0,
        others: frozenset[str] = frozenset(),
    ) -> Owned:
        refs = _unique((*(value.refs if isinstance(value, Unknown) else ()), *references))
        named, elsewhere, undecided = self._referred(terraform_type, refs, hops, others)
        if len(named) > 1 and isinstance(value, str):
            # A condition chooses between them: the value it gave says which.
            same_name = self._named(terraform_type).by_name.get(value, [])
            named = tuple(address for address in named if address in same_name) or named
        if len(named) == 1:
            return Owned(known=named)
        if named:
            return Owned((), named, f"it is one of {', '.join(named)}", refs)
        if isinstance(value, str):
            return self._by_known_name(terraform_type, value)
        if isinstance(value, Unknown) and (undecided or not elsewhere):
            return Owned((), self.every(terraform_type), value.reason, undecided or refs)
        return Owned()

    def _referred(
        self, terraform_type: str, refs: tuple[str, ...], hops: int, others: frozenset[str]
    ) -> tuple[tuple[str, ...], bool, tuple[str, ...]]:
        """Sort references: blocks of the type; whether any leads out of the tree; those that decide nothing yet."""
        named: list[str] = []
        undecided: list[str] = []
        elsewhere = False
        for ref in refs:
            place = parse(ref)
            if place is None:
                undecided.append(ref)
            elif place.data or place.type in others:
                elsewhere = True
            elif place.type == terraform_type:
                of_type = self._by_type.get(terraform_type, {})
                named.extend([place.text] if place.text in of_type else self._by_bare.get(place.bare, ()))
                elsewhere = elsewhere or not named
            elif self._siblings(place.type, terraform_type):
                elsewhere = True
            else:
                through = self._through(terraform_type, place.type, place.text, hops)
                if through is not None and not through.possible:
                    named.extend(through.known)
                    elsewhere = elsewhere or not through.known
                else:
                    undecided.append(ref)
        return _unique(named), elsewhere, _unique(undecided)

    def _siblings(self, one: str, other: str) -> bool:
        """Say whether two Terraform types make the same kind of thing: a default route table is no other table."""
        names = self._forms.names
        return one in names and names[one] == names.get(other)

    def _through(self, terraform_type: str, part_type: str, address: str, hops: int) -> Owned | None:
        """Follow a reference to another part (`aws_s3_bucket_versioning.x.bucket`) to its owner; None of no part."""
        argument = next(
            (arg for form, arg in self._forms.parts.get(part_type, ()) if form.main == terraform_type), None
        )
        part = self._by_type.get(part_type, {}).get(address)
        if argument is None or part is None or hops >= _MOST_HOPS:
            return None
        value = part.get(argument)
        others = self._other_owners(terraform_type, part_type, argument)
        return None if value is None else self._one(terraform_type, value, part.references(argument), hops + 1, others)

    def _by_known_name(self, terraform_type: str, value: str) -> Owned:
        names = self._named(terraform_type)
        same = names.by_name.get(value, [])
        if len(same) == 1:
            return Owned(known=tuple(same))
        if same:
            return Owned((), tuple(same), f"{len(same)} blocks are named {value!r}")
        if names.unsure:
            return Owned((), names.unsure, f"it names {value!r}, and the name here is not known")
        return Owned()

    def _named(self, terraform_type: str) -> _Names:
        if terraform_type not in self._names:
            form = self._forms.mains.get(terraform_type)
            by_name: dict[str, list[str]] = defaultdict(list)
            unsure: list[str] = []
            for address, block in self._by_type.get(terraform_type, {}).items():
                values = [block.get(argument) for argument in (form.identified_by if form else _IDENTIFIED_BY)]
                for name in {value for value in values if isinstance(value, str)}:
                    by_name[name].append(address)
                # What only the provider decides cannot be a name that somebody wrote down beforehand.
                if any(isinstance(value, Unknown) and value.refs for value in values):
                    unsure.append(address)
            self._names[terraform_type] = _Names(by_name, tuple(unsure))
        return self._names[terraform_type]


def _unique(addresses: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(addresses))
