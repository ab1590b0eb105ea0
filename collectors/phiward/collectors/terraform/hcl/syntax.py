"""The syntax tree of HCL: bodies of attributes and blocks, and the expressions within them.

Positions are offsets into the file's text; `Source.lines` turns them into line numbers only when somebody asks, since
most of a repository's lines are never part of a finding.
"""

import re
from bisect import bisect_right
from typing import Any, TypeAlias

from msgspec import Struct

from phiward.inventory.model import Lines


class Source:
    """The text of one file, and where its lines begin."""

    __slots__ = ("_starts", "file", "text")

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text
        self._starts: list[int] | None = None

    def starts(self) -> list[int]:
        """Return the offset at which each line starts."""
        if self._starts is None:
            self._starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        return self._starts

    def position(self, offset: int) -> tuple[int, int]:
        """Return the line and column of an offset, both counted from 1."""
        starts = self.starts()
        line = bisect_right(starts, offset)
        return line, offset - starts[line - 1] + 1

    def lines(self, start: int, end: int) -> Lines:
        """Return the lines from one offset up to, not including, another."""
        starts = self._starts or self.starts()
        first = bisect_right(starts, start)
        return Lines(self.file, first, bisect_right(starts, end - 1, first) if end > start + 1 else first)


class Literal(Struct, frozen=True):
    """A value written out: string, number, bool or null."""

    value: str | int | float | bool | None


class Reference(Struct, frozen=True):
    """A name and the attributes directly after it: `var.x`, `aws_kms_key.ephi.arn`, `each`."""

    names: tuple[str, ...]


class Attr(Struct, frozen=True):
    """`of.name`, where `of` is more than a plain reference."""

    of: "Expression"
    name: str


class Index(Struct, frozen=True):
    """`of[key]`, and the legacy `of.0`."""

    of: "Expression"
    key: "Expression"


class Splat(Struct, frozen=True):
    """`of[*].a[0]` or `of.*.a`: `each` is applied to every element, which it names as `Element()`."""

    of: "Expression"
    each: "Expression"


class Element(Struct, frozen=True):
    """The current element inside a splat."""


class Call(Struct, frozen=True):
    """A function call; `expand` where the last argument ends in `...`."""

    name: str
    arguments: tuple["Expression", ...]
    expand: bool = False


class Unary(Struct, frozen=True):
    """`-x` or `!x`."""

    operator: str
    of: "Expression"


class Binary(Struct, frozen=True):
    """Two operands and the operator between them."""

    operator: str
    left: "Expression"
    right: "Expression"


class Conditional(Struct, frozen=True):
    """`test ? then : otherwise`."""

    test: "Expression"
    then: "Expression"
    otherwise: "Expression"


class TupleOf(Struct, frozen=True):
    """`[a, b]`."""

    items: tuple["Expression", ...]


class ObjectOf(Struct, frozen=True):
    """`{a = b}`; a bare word on the left is a `Literal`."""

    items: tuple[tuple["Expression", "Expression"], ...]


class For(Struct, frozen=True):
    """A `for` expression: a tuple where `key` is None, else an object."""

    names: tuple[str, ...]
    of: "Expression"
    value: "Expression"
    key: "Expression | None" = None
    test: "Expression | None" = None
    group: bool = False


class Template(Struct, frozen=True):
    """Text with expressions in it. The parts are literal text, expressions, `TemplateIf` and `TemplateFor`."""

    parts: tuple["Expression", ...]


class TemplateIf(Struct, frozen=True):
    """`%{if}` … `%{else}` … `%{endif}`."""

    test: "Expression"
    then: Template
    otherwise: Template


class TemplateFor(Struct, frozen=True):
    """`%{for}` … `%{endfor}`."""

    names: tuple[str, ...]
    of: "Expression"
    body: Template


Expression: TypeAlias = (
    Literal
    | Reference
    | Attr
    | Index
    | Splat
    | Element
    | Call
    | Unary
    | Binary
    | Conditional
    | TupleOf
    | ObjectOf
    | For
    | Template
    | TemplateIf
    | TemplateFor
)


class Attribute(Struct, frozen=True):
    """`name = value`, and the offsets it spans."""

    name: str
    value: Any
    """An `Expression`. (Typed loosely: decoding is never asked of it, and mypy is spared the recursion.)"""
    start: int
    end: int
    source: Source | None = None
    """The file it stands in, where that is not the one of its block: an override's."""


class BlockNode(Struct, frozen=True):
    """`type "label" { … }`, and the offsets it spans."""

    type: str
    labels: tuple[str, ...]
    body: "Body"
    start: int
    end: int
    source: Source


class Body(Struct, frozen=True):
    """What stands between two braces, or in a whole file."""

    attributes: dict[str, Attribute]
    blocks: list[BlockNode]
