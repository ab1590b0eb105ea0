"""The JSON syntax of Terraform (`.tf.json`): https://developer.hashicorp.com/terraform/language/syntax/json."""

from typing import Any, NamedTuple

import msgspec

from phiward.collectors.terraform.hcl.errors import HclError
from phiward.collectors.terraform.hcl.expressions import DEPTH
from phiward.collectors.terraform.hcl.parser import SIZE, parse_expression, parse_template
from phiward.collectors.terraform.hcl.syntax import (
    Attribute,
    BlockNode,
    Body,
    Expression,
    Literal,
    ObjectOf,
    Source,
    TupleOf,
)

_LABELS = {
    "resource": 2,
    "data": 2,
    "ephemeral": 2,
    "variable": 1,
    "output": 1,
    "module": 1,
    "provider": 1,
    "locals": 0,
    "terraform": 0,
}
_BLANKS = " \t\r\n"
_MISSES = 50
"""After so many keys that are spelled with escapes, no more are looked for: each look reads on to the end."""
_BARE = {"provider", "depends_on", "providers"}
"""Arguments whose strings are references, not templates."""


def parse_json(data: bytes, file: str) -> Body:
    """Return the syntax tree of a JSON file. Raises `HclError`.

    A position is that of the key, found by its name in the order of the document.

    Within a resource, an object or a list of objects may be an argument or nested blocks; it is kept as an argument,
    which `Evaluated.blocks` reads as blocks.
    """
    if len(data) > SIZE:
        raise HclError(file, 1, 1, f"the file has more than {SIZE} bytes")
    try:
        text = data.decode("utf-8-sig")
        table = msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise HclError(file, 1, 1, f"this is not JSON: {error}") from None
    tables = table if isinstance(table, list) else [table]
    if not all(isinstance(each, dict) for each in tables):
        raise HclError(file, 1, 1, "a JSON object is required")
    source = Source(file, text)
    keys = _Keys(source)
    blocks: list[BlockNode] = []
    for kind, value in (item for each in tables for item in each.items()):
        at = keys.place(kind)
        if kind in _LABELS:
            _collect(blocks, keys, kind, (), value, at, more=_LABELS[kind])
        else:
            keys.skip(value)
    return Body({}, blocks)


class _Keys:
    """Where the keys of a document stand. They are asked for in the order of the document, each once."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.at = 0
        self._missed = 0

    def place(self, key: str) -> int:
        """Return the offset of the next key of that name; of the last one found, where it is spelled another way."""
        text, at = self.source.text, self.at
        wanted = f'"{key}"'
        while self._missed < _MISSES:
            at = text.find(wanted, at)
            if at < 0:
                self._missed += 1
                break
            after = at + len(wanted)
            while text[after : after + 1] in _BLANKS and after < len(text):
                after += 1
            if text[after : after + 1] == ":":
                self.at = after
                return at
            at = after
        return self.at

    def skip(self, value: Any) -> None:
        """Pass the keys within a value."""
        stack = [value]
        while stack:
            item = stack.pop()
            if isinstance(item, list):
                stack.extend(reversed(item))
            elif isinstance(item, dict):
                # Each key is passed before what it holds: they take turns on the stack.
                stack.extend(part for key, inner in reversed(item.items()) for part in (inner, _Key(key)))
            elif isinstance(item, _Key):
                self.place(item.name)


class _Key(NamedTuple):
    name: str


def _collect(  # noqa: PLR0913, PLR0917 - where it stands, and what stands there
    blocks: list[BlockNode], keys: _Keys, kind: str, labels: tuple[str, ...], value: Any, at: int, *, more: int
) -> None:
    source = keys.source
    if isinstance(value, list):
        for item in value:
            _collect(blocks, keys, kind, labels, item, at, more=more)
    elif not isinstance(value, dict):
        raise HclError(source.file, *source.position(at), f"{'.'.join((kind, *labels))} must be an object")
    elif more:
        for label, inner in value.items():
            _collect(blocks, keys, kind, (*labels, label), inner, keys.place(label), more=more - 1)
    else:
        body = _inner(value, keys, kind)
        blocks.append(BlockNode(kind, labels, body, at, max(at, keys.at), source))


def _inner(value: dict[str, Any], keys: _Keys, kind: str) -> Body:
    source = keys.source
    attributes: dict[str, Attribute] = {}
    blocks: list[BlockNode] = []
    for name, item in value.items():
        start = keys.place(name)
        if name == "dynamic" and isinstance(item, dict):
            for label, inner in item.items():
                at = keys.place(label)
                blocks.extend(
                    BlockNode("dynamic", (label,), _dynamic(one, keys), at, max(at, keys.at), source)
                    for one in (inner if isinstance(inner, list) else [inner])
                    if isinstance(one, dict)
                )
            continue
        keys.skip(item)
        if name == "//":
            continue
        bare = name in _BARE or (kind == "variable" and name == "type")
        try:
            expression = _bare(item, source) if bare else _expression(item, source, 0, literal=kind == "variable")
        except HclError as error:  # its place is one within the text
            raise HclError(source.file, *source.position(start), f"{name}: {error.message}") from None
        attributes[name] = Attribute(name, expression, start, max(start + len(name), keys.at))
    return Body(attributes, blocks)


def _dynamic(value: dict[str, Any], keys: _Keys) -> Body:
    content = value.get("content")
    names = list(value)
    before = {name: value[name] for name in names[: names.index("content")]} if "content" in value else value
    body = _inner(before, keys, "dynamic")
    if isinstance(content, dict):
        at = keys.place("content")
        inner = _inner(content, keys, "content")
        body.blocks.append(BlockNode("content", (), inner, at, max(at, keys.at), keys.source))
    after = {name: item for name, item in value.items() if name not in before and name != "content"}
    more = _inner(after, keys, "dynamic")
    return Body({**body.attributes, **more.attributes}, body.blocks + more.blocks)


def _bare(value: Any, source: Source) -> Expression:
    if isinstance(value, str):
        return parse_expression(value, source.file)
    if isinstance(value, list):
        return TupleOf(tuple(_bare(item, source) for item in value))
    if isinstance(value, dict):
        return ObjectOf(tuple((Literal(key), _bare(item, source)) for key, item in value.items()))
    return Literal(value)


def _expression(value: Any, source: Source, depth: int, *, literal: bool = False) -> Expression:
    if depth > DEPTH:
        raise HclError(source.file, 1, 1, f"nested more than {DEPTH} levels deep")
    if isinstance(value, str) and not literal:
        return parse_template(value, source.file)
    if isinstance(value, list):
        return TupleOf(tuple(_expression(item, source, depth + 1, literal=literal) for item in value))
    if isinstance(value, dict):
        return ObjectOf(
            tuple(
                (
                    Literal(key) if literal else parse_template(key, source.file),
                    _expression(item, source, depth + 1, literal=literal),
                )
                for key, item in value.items()
            )
        )
    return Literal(value)
