"""The lines of code that a block of a plan was made from.

Nothing is evaluated, and no value is taken from the code: the plan has the values.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import Struct

from phiward.collectors.terraform.block import Lines
from phiward.collectors.terraform.hcl import syntax as hcl
from phiward.collectors.terraform.plan_written import Written, is_expression, origins, same

_META = {"count", "for_each", "provider", "depends_on", "source", "version", "providers"}
"""Arguments that Terraform itself reads, and a plan's configuration does not repeat among the others."""


class Code:
    """Where a block of a plan is written: a block of the code, or one of several that cannot be told apart."""

    __slots__ = ("_argument", "_nodes", "_shown")

    def __init__(
        self, nodes: Sequence[hcl.BlockNode], shown: Callable[[str], str], argument: Lines | None = None
    ) -> None:
        """Take the blocks, or the lines of the `argument` that holds blocks as a value (`ingress = [{…}]`)."""
        self._nodes = tuple(nodes)
        self._shown = shown
        self._argument = argument

    @property
    def nodes(self) -> tuple[hcl.BlockNode, ...]:
        """The blocks of the code."""
        return self._nodes

    @property
    def where(self) -> Lines:
        """The lines of the whole block; of several, from the first to the last."""
        return self._argument or self._place([node.source.lines(node.start, node.end) for node in self._nodes])

    def lines(self, name: str) -> Lines:
        """Return the lines of an argument or of the first nested block of that name; else of the whole block."""
        return self._argument or self._place([_lines(node, name) for node in self._nodes])

    def writes(self, name: str) -> bool:
        """Say whether an argument, a nested block or a `dynamic` one of that name is written."""
        return any(name in node.body.attributes or any(_inner(node, name)) for node in self._nodes)

    def dynamic(self, name: str) -> list[str] | None:
        """Return what decides how many nested blocks of a name are made: the references of `dynamic` blocks.

        None where all of them are written out.
        """
        made = [inner for node in self._nodes for inner in _inner(node, name) if inner.type == "dynamic"]
        each = [node.body.attributes["for_each"].value for node in made if "for_each" in node.body.attributes]
        return [ref for expression in each for ref in _mentioned(expression)] if made else None

    def blocks(self, name: str, planned: Sequence[Any]) -> list["Code"]:
        """Return where each of the planned nested blocks of a name is written."""
        inner = list(_inner(self._nodes[0], name)) if len(self._nodes) == 1 else []
        static = [node for node in inner if node.type != "dynamic"]
        repeated = [
            content
            for node in inner
            if node.type == "dynamic"
            for content in node.body.blocks
            if content.type == "content"
        ]
        every = [*static, *repeated]
        if not every:
            return [Code((), self._shown, self.lines(name)) for _ in planned]
        made = origins(
            planned,
            [shape(node.body) for node in static],
            repeated=[shape(node.body) for node in repeated],
            complete=True,
        )
        return [Code([every[number] for number in numbers] or every, self._shown) for numbers in made]

    def _place(self, places: Sequence[Lines]) -> Lines:
        """Return one range for all of them."""
        inside = [each for each in places if each.file == places[0].file]
        low, high = min(each.line for each in inside), max(each.end_line for each in inside)
        return Lines(self._shown(places[0].file), low, high)


def _inner(node: hcl.BlockNode, name: str) -> Iterator[hcl.BlockNode]:
    return (each for each in node.body.blocks if each.type == name or _makes(each) == name)


def _makes(node: hcl.BlockNode) -> str | None:
    return node.labels[0] if node.type == "dynamic" and len(node.labels) == 1 else None


def _lines(node: hcl.BlockNode, name: str) -> Lines:
    found = node.body.attributes.get(name) or next(_inner(node, name), node)
    return node.source.lines(found.start, found.end)


def _mentioned(node: Any) -> Iterator[str]:
    if isinstance(node, hcl.Reference):
        yield ".".join(node.names)
    elif isinstance(node, tuple):
        for each in node:
            yield from _mentioned(each)
    elif isinstance(node, Struct):
        for name in node.__struct_fields__:
            yield from _mentioned(getattr(node, name))


def shape(body: hcl.Body) -> Written:
    """Return what is written in a block, as a plan's configuration tells it: without its `dynamic` blocks."""
    written: dict[str, Any] = {name: _expression(each.value) for name, each in body.attributes.items()}
    for node in body.blocks:
        if node.type != "dynamic":
            written.setdefault(node.type, [])
            if isinstance(written[node.type], list):
                written[node.type].append(shape(node.body))
    return written


def _expression(node: Any) -> dict[str, Any]:
    value = _constant(node)
    return {} if value is _NOT_CONSTANT else {"constant_value": value}


_NOT_CONSTANT: Any = object()


def _constant(node: Any) -> Any:
    if isinstance(node, hcl.Literal):
        return node.value
    if isinstance(node, hcl.TupleOf):
        items = [_constant(each) for each in node.items]
        return _NOT_CONSTANT if _NOT_CONSTANT in items else items
    return _NOT_CONSTANT


def agrees(written: Written, body: hcl.Body) -> bool:
    """Say whether a block of code is the one that the plan was made from: the same arguments, the same constants."""
    own = shape(body)
    if any(name not in written and name not in _META for name in body.attributes):
        return False
    return all(name in own and _alike(expression, own[name], body, name) for name, expression in written.items())


def _alike(written: Any, own: Any, body: hcl.Body, name: str) -> bool:
    if isinstance(written, list) and isinstance(own, list):
        nodes = [node for node in body.blocks if node.type == name]
        return len(written) == len(nodes) and all(
            agrees(one, node.body) for one, node in zip(written, nodes, strict=True)
        )
    if is_expression(written) and is_expression(own) and "constant_value" in written and "constant_value" in own:
        return same(written["constant_value"], own["constant_value"])
    return True
