"""Fakes of the Terraform ports: blocks and their surroundings without any HCL."""

from collections.abc import Iterable, Mapping
from typing import Any

from phiward.collectors.terraform.block import Block, Parts
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Lines, Maybe, Origin, OriginKind, Resource, Unknown


class Ref(str):
    """A value that refers to another block: `Ref("aws_kms_key.ephi.arn")`. Its value is known after apply."""

    __slots__ = ()

    @property
    def address(self) -> str:
        """The block's address, without the attribute."""
        return self.rpartition(".")[0]


class FakeBlock:
    """An evaluated block. Lists of `FakeBlock` (and `Unknown`) among the arguments given as `blocks` are nested ones.

    Each argument has a line of its own, in order, after the block's first (line 1).
    """

    def __init__(
        self,
        address: str,
        /,
        blocks: Mapping[str, list[Any]] | None = None,
        **arguments: Any,
    ) -> None:
        self.address = address
        self.nested = {
            name: [FakeBlock(address, **each) if isinstance(each, dict) else each for each in given]
            for name, given in (blocks or {}).items()
        }
        self.arguments = arguments

    @property
    def type(self) -> str:
        """The Terraform type, from the address."""
        return self.address.split("[")[0].split(".")[-2]

    @property
    def name(self) -> str:
        """The label, from the address."""
        return self.address.split("[")[0].split(".")[-1]

    @property
    def where(self) -> Lines:
        """All of its lines."""
        return Lines("main.tf", 1, len(self.arguments) + len(self.nested) + 2)

    def get(self, name: str, default: Any = None) -> Any:
        """Return the argument, `Unknown` in place of each reference."""
        value = self.arguments.get(name)
        return default if value is None else _evaluated(value)

    def blocks(self, name: str) -> list[Block | Unknown]:
        """Return the nested blocks."""
        return list(self.nested.get(name, []))

    def lines(self, name: str) -> Lines:
        """Return the argument's own line."""
        names = [*self.arguments, *self.nested]
        if name not in names:
            return self.where
        line = names.index(name) + 2
        return Lines("main.tf", line, line)

    def references(self, name: str) -> tuple[str, ...]:
        """Return the addresses that the argument refers to."""
        return tuple(_references(self.arguments.get(name)))


class FakeSource:
    """A tree of `FakeBlock`s: parts are found by their reference to the main block."""

    def __init__(
        self,
        blocks: Iterable[FakeBlock] = (),
        *,
        parts: Mapping[str, Parts] | None = None,
        region: Maybe[str | None] = "us-east-1",
        account: str | None = None,
    ) -> None:
        self.tree = {block.address: block for block in blocks}
        self.folded = dict(parts or {})
        self.region = region
        self.account: Maybe[str] = account or Unknown("no account")

    def id(self, address: str) -> str:
        """Return the address."""
        return address

    def find(self, address: str) -> Block | None:
        """Return the block of an address."""
        return self.tree.get(address)

    def blocks(self, terraform_type: str) -> list[Block]:
        """Return the blocks of a type."""
        return [block for block in self.tree.values() if block.type == terraform_type]

    def parts(self, address: str) -> Parts:
        """Return the parts given for an address."""
        return self.folded.get(address, {})

    def owners(self, terraform_type: str, block: Block, argument: str) -> Maybe[tuple[str, ...]]:
        """Return the blocks referred to, or named by their `name`."""
        value = block.get(argument)
        given = value if isinstance(value, list) else [value] if value is not None else []
        found = [each for each in block.references(argument) if f".{each}".rpartition(".")[0].endswith(terraform_type)]
        for each in given:
            if isinstance(each, Unknown):
                if not each.refs:
                    return each
                continue
            found += [other.address for other in self.tree.values() if other.get("name") == each]
        return tuple(found)

    def resource(self, block: Block, of: ResourceType, *, parts: Parts | None = None, **fields: Any) -> Resource:
        """Return a resource with its identity filled."""
        given: dict[str, Any] = {
            "id": self.id(block.address),
            "name": block.get("name") or block.name,
            "tags": block.get("tags") or {},
            "region": None if isinstance(self.region, Unknown) else self.region,
            **fields,
        }
        where = block.where
        return Resource(
            type=of.name,
            origin=Origin(kind=OriginKind.TERRAFORM, file=where.file, line=where.line, end_line=where.end_line),
            provider="aws",
            **given,
        )


def _evaluated(value: Any) -> Any:
    if isinstance(value, Ref):
        return Unknown(f"{value} is known after apply", refs=(str(value),))
    if isinstance(value, list):
        return [_evaluated(each) for each in value]
    if isinstance(value, dict):
        return {key: _evaluated(each) for key, each in value.items()}
    return value


def _references(value: Any) -> Iterable[str]:
    if isinstance(value, Ref):
        yield value.address
    elif isinstance(value, list):
        for each in value:
            yield from _references(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from _references(each)
