"""Reading files of HCL into syntax trees.

Most lines of real HCL are `name = "text"`, `name = some.reference` or a block header: one regular expression takes
each of these whole, and only the rest goes through the general expression reader. That is what makes it fast.
"""

import re

from phiward.collectors.terraform.hcl import tokens
from phiward.collectors.terraform.hcl.errors import HclError
from phiward.collectors.terraform.hcl.expressions import Reader, normal
from phiward.collectors.terraform.hcl.syntax import Attribute, BlockNode, Body, Expression, Literal, Reference, Source

SIZE = 20_000_000
"""The most characters of one file. The largest hand-written Terraform files are a hundredth of it."""
_WORDS = {"true": True, "false": False, "null": None}


def parse(text: str, file: str) -> Body:
    """Return the syntax tree of a file's text. Raises `HclError`, and nothing else, when it is not HCL."""
    if len(text) > SIZE:
        raise HclError(file, 1, 1, f"the file has more than {SIZE} characters")
    source = Source(file, normal(text.removeprefix("\ufeff")))
    reader = Reader(source)
    try:
        return _body(reader, None)
    except RecursionError:
        raise reader.error("nested too deeply") from None


def parse_expression(text: str, file: str) -> Expression:
    """Return the one expression a text holds. Raises `HclError`."""
    reader = Reader(Source(file, normal(text)))
    expression = reader.expression(1)
    if reader.text[reader.pos :].strip():
        raise reader.error("nothing more is expected here")
    return expression


def parse_template(text: str, file: str) -> Expression:
    """Return the expression a template stands for: the text of a template file, or a string of the JSON syntax."""
    if len(text) > SIZE:
        raise HclError(file, 1, 1, f"the template has more than {SIZE} characters")
    return Reader(Source(file, normal(text))).template()


def _body(reader: Reader, opened: int | None) -> Body:
    """Read attributes and blocks up to the closing brace (to the end of the file where `opened` is None)."""
    attributes: dict[str, Attribute] = {}
    blocks: list[BlockNode] = []
    text, end, take = reader.text, reader.end, tokens.ITEM.match
    while True:
        match = take(text, reader.pos, end)
        if match is None:
            _slow(reader, attributes, blocks)
            continue
        kind = match.lastindex
        if kind == 7 or kind == 8:  # noqa: PLR1714
            if kind == 7 and opened is None:
                raise reader.error("this '}' closes nothing", match.start(7))
            if kind == 8 and opened is not None:
                raise reader.error("this block is never closed", opened)
            reader.pos = match.end()
            return Body(attributes, blocks)
        start = match.start(1)
        name = match[1]
        reader.pos = match.end()
        if kind == 6:
            labels = tuple(quoted or bare for quoted, bare in tokens.LABEL.findall(match[6]))
            _block(reader, blocks, name, labels, start)
            continue
        if name in attributes:
            raise reader.error(f"{name} is set twice", start)
        value: Expression
        if kind == 5:
            value = reader.expression(0)
            attributes[name] = Attribute(name, value, start, reader.pos)
            reader.take(tokens.ATTRIBUTE_END, "a new line")
            continue
        if kind == 2:
            value = Literal(match[2])
        elif kind == 4:
            value = Reference(tuple(match[4].split(".")))
        else:
            word = match[3]
            value = Literal(_WORDS[word] if word in _WORDS else int(word))
        attributes[name] = Attribute(name, value, start, reader.pos)


def _block(reader: Reader, blocks: list[BlockNode], name: str, labels: tuple[str, ...], start: int) -> None:
    reader.deeper()
    inner = _body(reader, start)
    reader.depth -= 1
    blocks.append(BlockNode(name, labels, inner, start, reader.pos, reader.source))


def _slow(reader: Reader, attributes: dict[str, Attribute], blocks: list[BlockNode]) -> None:
    """Read an attribute or a block header with comments, escapes or unusual spacing in it."""
    if match := tokens.SLOW_ATTRIBUTE.match(reader.text, reader.pos, reader.end):
        name, start = match[1], match.start(1)
        if name in attributes:
            raise reader.error(f"{name} is set twice", start)
        reader.pos = match.end()
        value = reader.expression(0)
        attributes[name] = Attribute(name, value, start, reader.pos)
        reader.take(tokens.ATTRIBUTE_END, "a new line")
    elif match := tokens.SLOW_BLOCK.match(reader.text, reader.pos, reader.end):
        labels = tuple(quoted or bare for quoted, bare in tokens.LABEL.findall(match[2]))
        reader.pos = match.end()
        _block(reader, blocks, match[1], labels, match.start(1))
    else:
        found = tokens.WORD.match(reader.text, reader.pos, reader.end)
        at = found.start(1) if found else _next(reader)
        raise reader.error("an attribute (name = value) or a block (name { … }) is expected here", at)


def _next(reader: Reader) -> int:
    match = re.compile(r"\s*").match(reader.text, reader.pos, reader.end)
    return match.end() if match else reader.pos
