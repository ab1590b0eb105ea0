"""A resource of a template in the shape of a Terraform block, as the type modules read it."""

from typing import Any

from phiward.collectors.cloudformation.values import plain, references_of
from phiward.collectors.documents import Mapping
from phiward.collectors.terraform.addresses import parse
from phiward.collectors.terraform.block import Block, Lines
from phiward.inventory.unknown import Unknown


class TemplateBlock:
    """Arguments by Terraform's names. A mapping among them, or a list of them, is a nested block."""

    __slots__ = ("_args", "_file", "_where", "address", "name", "type", "uncertain")

    def __init__(  # noqa: PLR0913 - a block has this many sides
        self,
        address: str,
        type: str,  # noqa: A002 - the word of the protocol
        name: str,
        args: Mapping,
        *,
        file: str,
        where: tuple[int, int] | None = None,
        uncertain: Unknown | None = None,
    ) -> None:
        self.address = address
        self.type = type
        self.name = name
        self.uncertain = uncertain
        """Why it may not be there at all: a condition that is not decided."""
        self._args = args
        self._file = file
        self._where = where or args.span

    @property
    def where(self) -> Lines:
        """The lines of the whole resource, or of the property that a nested block is made from."""
        return Lines(self._file, *self._where)

    def lines(self, name: str) -> Lines:
        """Return the lines of the property that an argument or nested block is made from; else of the whole block."""
        span = self._args.spans.get(name)
        return Lines(self._file, *span) if span is not None else self.where

    def get(self, name: str, default: Any = None) -> Any:
        """Return an argument's value, `Unknown` where it cannot be known, or `default` where it is not set."""
        value = self._args.get(name)
        if value is None:
            unseen = self._args.unseen
            return unseen if unseen is not None and name not in self._args else default
        if isinstance(value, Mapping) or (isinstance(value, list) and any(isinstance(each, Mapping) for each in value)):
            return default
        return plain(value)

    def blocks(self, name: str) -> list[Block | Unknown]:
        """Return the nested blocks of that name. An `Unknown` stands for any number of them."""
        value = self._args.get(name)
        if value is None:
            return [self._args.unseen] if self._args.unseen is not None and name not in self._args else []
        given = value if isinstance(value, list) else [value]
        return [
            self._inner(name, each) if isinstance(each, Mapping) else each
            for each in given
            if isinstance(each, Mapping | Unknown)
        ]

    def references(self, name: str) -> tuple[str, ...]:
        """Return the addresses of the resources that an argument refers to."""
        found: dict[str, None] = {}
        for ref in references_of(self._args.get(name)):
            place = parse(ref)
            if place is not None:
                found[place.text] = None
        return tuple(found)

    def _inner(self, name: str, args: Mapping) -> Block:
        return TemplateBlock(self.address, name, self.name, args, file=self._file)
