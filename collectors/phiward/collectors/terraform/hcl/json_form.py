"""The JSON syntax of Terraform (`.tf.json`): https://developer.hashicorp.com/terraform/language/syntax/json."""

from typing import Any

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
_BARE = {"provider", "depends_on", "providers"}
"""Arguments whose strings are references, not templates."""


def parse_json(data: bytes, file: str) -> Body:
    """Return the syntax tree of a JSON file. Raises `HclError`. Positions are the file's: JSON keeps none of a value.

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
    blocks: list[BlockNode] = []
    for kind, value in (item for each in tables for item in each.items()):
        if kind in _LABELS:
            _collect(blocks, source, kind, (), value, more=_LABELS[kind])
    return Body({}, blocks)


def _collect(  # noqa: PLR0913 - where it stands, and what stands there
    blocks: list[BlockNode], source: Source, kind: str, labels: tuple[str, ...], value: Any, *, more: int
) -> None:
    if isinstance(value, list):
        for item in value:
            _collect(blocks, source, kind, labels, item, more=more)
    elif not isinstance(value, dict):
        raise HclError(source.file, 1, 1, f"{'.'.join((kind, *labels))} must be an object")
    elif more:
        for label, inner in value.items():
            _collect(blocks, source, kind, (*labels, label), inner, more=more - 1)
    else:
        end = len(source.text)
        at = max(0, source.text.find(f'"{labels[-1]}"')) if labels else 0
        blocks.append(BlockNode(kind, labels, _inner(value, source, kind, at), at, at if labels else end, source))


def _inner(value: dict[str, Any], source: Source, kind: str, at: int) -> Body:
    attributes: dict[str, Attribute] = {}
    blocks: list[BlockNode] = []
    for name, item in value.items():
        start = max(at, source.text.find(f'"{name}"', at))
        if name == "dynamic" and isinstance(item, dict):
            for label, inner in item.items():
                blocks.extend(
                    BlockNode("dynamic", (label,), _dynamic(one, source, start), start, start, source)
                    for one in (inner if isinstance(inner, list) else [inner])
                    if isinstance(one, dict)
                )
            continue
        if name == "//":
            continue
        bare = name in _BARE or (kind == "variable" and name == "type")
        try:
            expression = _bare(item, source) if bare else _expression(item, source, 0, literal=kind == "variable")
        except HclError as error:  # its place is one within the text
            raise HclError(source.file, *source.position(start), f"{name}: {error.message}") from None
        attributes[name] = Attribute(name, expression, start, start + len(name))
    return Body(attributes, blocks)


def _dynamic(value: dict[str, Any], source: Source, at: int) -> Body:
    content = value.get("content")
    plain = {name: item for name, item in value.items() if name != "content"}
    body = _inner(plain, source, "dynamic", at)
    if isinstance(content, dict):
        body.blocks.append(BlockNode("content", (), _inner(content, source, "content", at), at, at, source))
    return body


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
