"""Reading YAML and JSON into plain values that remember their lines. Nothing in a file is executed or resolved here.

CloudFormation reads YAML 1.1 in its own way: dates, `yes` and `010` stay text, `!Sub x` is `{"Fn::Sub": "x"}`. JSON is
read as YAML, which keeps the lines; JSON that is no YAML (escapes of surrogate pairs) is read without them.
"""

import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from phiward.collectors.nesting import DEPTH, too_deep
from phiward.inventory.unknown import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

SIZE = 10_000_000
"""The most bytes of a file. CloudFormation itself takes templates of 1 MB; CDK may write larger ones."""

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}\Z")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}

SHORT = frozenset(
    {
        "And",
        "Base64",
        "Cidr",
        "Contains",
        "EachMemberEquals",
        "EachMemberIn",
        "Equals",
        "FindInMap",
        "GetAZs",
        "GetAtt",
        "GetStackOutput",
        "If",
        "ImportValue",
        "Join",
        "Length",
        "Not",
        "Or",
        "RefAll",
        "Select",
        "Split",
        "Sub",
        "ToJsonString",
        "Transform",
        "ValueOf",
        "ValueOfAll",
    }
)
"""The functions that may be written as a tag: `!Sub` for `Fn::Sub`. `!Ref` and `!Condition` lack the `Fn::`."""


class Span(NamedTuple):
    """The first and last line of something, from 1."""

    line: int
    end_line: int


class Mapping(dict[str, Any]):
    """A mapping that knows the lines of its members (key and value) and of itself."""

    __slots__ = ("span", "spans", "unseen")

    def __init__(self, span: Span, *args: Any) -> None:
        super().__init__(*args)
        self.span = span
        self.spans: dict[str, Span] = {}
        self.unseen: Unknown | None = None
        """Why it may have more members than can be seen."""

    def put(self, key: str, value: Any, span: Span) -> None:
        """Add a member with its lines."""
        self[key] = value
        self.spans[key] = span


class Sequence(list[Any]):
    """A list that knows its lines."""

    __slots__ = ("span",)

    def __init__(self, span: Span, *args: Any) -> None:
        super().__init__(*args)
        self.span = span


class Problem(NamedTuple):
    """Something in a file that could not be read."""

    line: int | None
    message: str


class Document(NamedTuple):
    """A whole file: what each of its documents holds, and what was wrong with it."""

    values: tuple[Any, ...]
    problems: tuple[Problem, ...] = ()


def text_of(data: bytes) -> str:
    """Decode a file: UTF-8, with or without a byte order mark, or UTF-16. Raises `ValueError`."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16")
    elif data[1:2] == b"\0" or data[:1] == b"\0":
        text = data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    else:
        text = data.decode("utf-8-sig")
    if "\0" in text:
        raise ValueError("it holds NUL bytes: it is no text")
    return text


def read(data: bytes) -> Document:
    """Read the documents of a YAML or JSON file. What cannot be read is a problem with its line."""
    if len(data) > SIZE:
        return Document((), (Problem(None, f"it is larger than {SIZE // 1_000_000} MB"),))
    try:
        text = text_of(data)
    except ValueError as error:
        return Document((), (Problem(None, f"it is no text: {error}"),))
    if (line := too_deep(text)) is not None:
        return Document((), (Problem(line, f"it is nested more than {DEPTH} levels deep"),))
    import yaml

    loader = _loader()
    build = _Build()
    values: list[Any] = []
    try:
        nodes: Iterator[Any] = yaml.compose_all(text, Loader=loader)
        values += [build.value(node) for node in nodes if node is not None]
    except yaml.YAMLError as error:
        if (value := _as_json(text)) is not None:
            return Document((value,))
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or str(error).partition("\n")[0]
        build.problems.append(Problem(mark.line + 1 if mark is not None else None, f"it is no YAML: {why}"))
    except RecursionError:
        build.problems.append(Problem(None, f"it is nested more than {DEPTH} levels deep"))
    return Document(tuple(values), tuple(build.problems))


@cache
def _loader() -> Any:
    """Return the C reader without the resolving of tags: it looks up each scalar among YAML 1.1's words for nothing."""
    import yaml

    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

    class Loader(base):  # type: ignore[misc]  # which of the two it is, is known when it runs
        def descend_resolver(self, _node: Any, _index: Any) -> None:
            pass

        def ascend_resolver(self) -> None:
            pass

        def resolve(self, _kind: Any, _value: Any, _implicit: Any) -> str:
            return ""

    return Loader


class _Build:
    """Turns the nodes of one file into values. What an alias names is one value, however often it is named."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._made: dict[int, Any] = {}
        self._keep: list[Any] = []
        """The nodes, so that none of their numbers is used again."""
        self._making: set[int] = set()

    def value(self, node: Any) -> Any:
        if node.id == "scalar":
            tag = node.tag
            return _tagged(tag, node.value, Span(_line(node), _end(node))) if tag and tag[0] == "!" else _scalar(node)
        mark = id(node)
        if mark in self._made:
            return self._made[mark]
        if mark in self._making:
            self.problems.append(Problem(node.start_mark.line + 1, "it contains itself, by an alias"))
            return Unknown("it contains itself, by an alias")
        self._making.add(mark)
        made: Any
        if node.id == "mapping":
            made = self._mapping(node)
        else:
            made = Sequence(_first(node), [self.value(each) for each in node.value])
            if node.value:
                made.span = Span(made.span.line, _last(node, made[-1], node.value[-1]))
        if (tag := node.tag or "").startswith("!"):
            made = _tagged(tag, made, made.span)
        self._making.discard(mark)
        self._made[mark] = made
        self._keep.append(node)
        return made

    def _mapping(self, node: Any) -> Mapping:
        made = Mapping(_first(node))
        merged: list[Any] = []
        value: Any = None
        child: Any = None
        for key, child in node.value:
            line = key.start_mark.line + 1
            if key.id != "scalar":
                self.problems.append(Problem(line, "a key that is a list or a mapping: it is left out"))
                made.unseen = Unknown("it has a key that is a list or a mapping")
                continue
            name = key.value
            if name == "<<" and not key.style:
                merged.append(self.value(child))
                continue
            if name in made:
                first = made.spans[name].line
                self.problems.append(
                    Problem(line, f"{name} is there twice (first in line {first}): the last one counts")
                )
            value = self.value(child)
            end = _end(child)
            if child.id != "scalar" and isinstance(value, Mapping | Sequence):
                end = value.span.end_line
            made[name] = value
            made.spans[name] = Span(line, max(line, end))
        if node.value:
            made.span = Span(made.span.line, _last(node, value, child))
        for each in merged:
            for other in each if isinstance(each, list) else [each]:
                for name, value in other.items() if isinstance(other, Mapping) else ():
                    if name not in made:
                        made.put(name, value, other.spans.get(name, other.span))
        return made


def _tagged(tag: str, value: Any, span: Span) -> Any:
    name = tag[1:]
    if name in {"Ref", "Condition"}:
        key = name
    elif name in SHORT:
        key = f"Fn::{name}"
        if name == "GetAtt" and isinstance(value, str):
            value = Sequence(span, value.split(".", 1))
    else:
        return Unknown(f"{tag} is no tag of CloudFormation")
    made = Mapping(span)
    made.put(key, value, span)
    return made


def _scalar(node: Any) -> Any:
    text: str = node.value
    if node.style:
        return text
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    first = text[0]
    if first == "-" or first.isdigit():
        if _INTEGER.match(text):
            return int(text)
        if _FLOAT.match(text):
            return float(text)
    return text


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _first(node: Any) -> Span:
    """Return the lines of a list or mapping in brackets; of one in a block, its first line."""
    return Span(_line(node), _end(node) if node.flow_style else _line(node))


def _last(node: Any, value: Any, child: Any) -> int:
    """Return the last line of a list or mapping: in a block, that of its last child.

    The end mark of a block lies at the next token.
    """
    if node.flow_style:
        return _end(node)
    return int(value.span.end_line) if isinstance(value, Mapping | Sequence) else _end(child)


def _end(node: Any) -> int:
    """Return the last line of a scalar, or of anything in brackets."""
    end = node.end_mark
    first, last = int(node.start_mark.line), int(end.line)
    return first + 1 if first == last else max(first, last if end.column else last - 1) + 1


def _as_json(text: str) -> Any:
    """Return a JSON text's value, every part of it at all of the text's lines; None where it is no JSON."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    import json

    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return _with_lines(value, Span(1, text.count("\n") + 1))


def _with_lines(value: Any, span: Span) -> Any:
    if isinstance(value, dict):
        made = Mapping(span)
        for key, each in value.items():
            made.put(key, _with_lines(each, span), span)
        return made
    if isinstance(value, list):
        return Sequence(span, [_with_lines(each, span) for each in value])
    return value
