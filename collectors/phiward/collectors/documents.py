"""YAML and JSON files as plain values that remember their lines. Nothing in a file is executed or resolved here.

JSON is read as YAML, which keeps the lines; JSON that is no YAML (escapes of surrogate pairs) is read without them.
A file is limited in size, depth and number of values; what an alias repeats counts again, so that a bomb is a problem
with a line and not a full memory.
"""

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from phiward.collectors.nesting import DEPTH, too_deep
from phiward.inventory.unknown import Unknown

SIZE = 10_000_000
"""The most bytes of a file."""
VALUES = 2_000_000
"""The most values of one file, aliases expanded."""

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\Z")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}\Z")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}


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
    """A list that knows its lines, and those of its elements."""

    __slots__ = ("span", "spans")

    def __init__(self, span: Span, *args: Any) -> None:
        super().__init__(*args)
        self.span = span
        self.spans: list[Span] = []


class Problem(NamedTuple):
    """Something in a file that could not be read."""

    line: int | None
    message: str
    hides: bool = True
    """Parts of the file were not read because of it, which may hold anything."""


class Document(NamedTuple):
    """A whole file: what each of its documents holds, and what was wrong with it."""

    values: tuple[Any, ...]
    problems: tuple[Problem, ...] = ()


Scalars: TypeAlias = Callable[[str], Any]
"""Returns what an unquoted scalar means."""
Tags: TypeAlias = Callable[[str, Any, Span], Any]
"""Returns what a value under a tag of its own (`!Sub`) means: tag, value, lines."""


def text_of(data: bytes) -> str:
    """Decode a file: UTF-8, with or without a byte order mark, or UTF-16. Raises `ValueError`."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16")
    elif data[1:2] == b"\0" or data[:1] == b"\0":
        text = data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be")
    else:
        text = data.decode("utf-8-sig")
    if "\0" in text:
        raise ValueError("it holds NUL bytes")
    return text


def scalar(text: str) -> bool | int | float | str | None:
    """Return what an unquoted scalar means: only `true` and `false` are booleans, numbers are decimal, no dates."""
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if text[0] in "+-" or text[0].isdigit():
        if _INTEGER.match(text):
            return int(text)
        if _FLOAT.match(text):
            return float(text)
    return text


def unknown_tag(tag: str, _value: Any, _span: Span) -> Any:
    """Return why a value under a tag cannot be known."""
    return Unknown(f"the tag {tag} is not one that this kind of file has")


def read(data: bytes, scalars: Scalars = scalar, tags: Tags = unknown_tag) -> Document:
    """Read the documents of a YAML or JSON file. What cannot be read is a problem with its line.

    The documents before a mistake are kept.
    """
    if len(data) > SIZE:
        return Document((), (Problem(None, f"it is larger than {SIZE // 1_000_000} MB"),))
    try:
        text = text_of(data)
    except ValueError as error:
        return Document((), (Problem(None, f"it is no text: {error}"),))
    if (line := too_deep(text)) is not None:
        return Document((), (Problem(line, f"it is nested more than {DEPTH} levels deep"),))
    import yaml

    build = _Build(scalars, tags)
    values: list[Any] = []
    try:
        for node in yaml.compose_all(text, Loader=_loader()):
            if node is not None:
                values.append(build.value(node))  # noqa: PERF401 - a mistake further down must not lose these
    except yaml.YAMLError as error:
        if not values and (value := _as_json(text)) is not None:
            return Document((value,))
        mark = getattr(error, "problem_mark", None)
        why = getattr(error, "problem", None) or str(error).partition("\n")[0]
        build.problems.append(Problem(mark.line + 1 if mark is not None else None, f"it is no YAML: {why}"))
    except _TooMany as error:
        build.problems.append(Problem(error.line, f"its aliases make more than {VALUES:,} values of it"))
    except RecursionError:
        build.problems.append(Problem(None, f"it is nested more than {DEPTH} levels deep"))
    return Document(tuple(values), tuple(build.problems))


class _TooMany(Exception):  # noqa: N818 - an end, not an error of ours
    def __init__(self, line: int) -> None:
        super().__init__()
        self.line = line


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

    def __init__(self, scalars: Scalars, tags: Tags) -> None:
        self.problems: list[Problem] = []
        self._scalars = scalars
        self._tags = tags
        self._made: dict[int, tuple[Any, int, int]] = {}
        """Of each list and mapping its value, how many values it holds, and its last line."""
        self._keep: list[Any] = []
        """The nodes, so that none of their numbers is used again."""
        self._making: set[int] = set()
        self._size = 0
        """How many values were made so far, each alias counted as all that it names."""

    def value(self, node: Any) -> Any:
        """Return what a node means."""
        self._size += 1
        if node.id == "scalar":
            tag = node.tag
            if tag and tag[0] == "!":
                return self._tags(tag, node.value, Span(_line(node), _end(node))) if tag != "!" else node.value
            if node.style or not node.value:  # unquoted has none, or an empty one, as the reader likes
                return node.value if node.style else None
            return self._scalars(node.value)
        mark = id(node)
        if mark in self._made:
            made, size, _ = self._made[mark]
            self._size += size
            if self._size > VALUES:
                raise _TooMany(_line(node))
            return made
        if mark in self._making:
            self.problems.append(Problem(_line(node), "it contains itself, by an alias", hides=False))
            return Unknown("it contains itself, by an alias")
        self._making.add(mark)
        before = self._size
        made = self._mapping(node) if node.id == "mapping" else self._sequence(node)
        if self._size > VALUES:
            raise _TooMany(_line(node))
        end: int = made.span.end_line
        if (tag := node.tag or "")[:1] == "!" and tag != "!":
            made = self._tags(tag, made, made.span)
        self._making.discard(mark)
        self._made[mark] = (made, self._size - before, end)
        self._keep.append(node)
        return made

    def _sequence(self, node: Any) -> Sequence:
        made = Sequence(Span(_line(node), _line(node)))
        for child in node.value:
            made.append(self.value(child))
            made.spans.append(Span(_line(child), self._last(child)))
        made.span = self._whole(node, made.spans[-1].end_line if made.spans else 0)
        return made

    def _mapping(self, node: Any) -> Mapping:
        made = Mapping(Span(_line(node), _line(node)))
        merged: list[Any] = []
        end = 0
        for key, child in node.value:
            line = _line(key)
            if key.id != "scalar":
                self.problems.append(Problem(line, "a key that is a list or a mapping: it is left out", hides=False))
                made.unseen = Unknown("it has a key that is a list or a mapping")
                continue
            name = key.value
            value = self.value(child)
            end = self._last(child)
            if name == "<<" and not key.style:
                merged.append(value)
                continue
            if name in made:
                told = f"{name} is there twice (first in line {made.spans[name].line}): the last counts"
                self.problems.append(Problem(line, told, hides=False))
            made[name] = value
            made.spans[name] = Span(line, max(line, end))
        made.span = self._whole(node, end)
        for each in merged:
            for other in each if isinstance(each, list) else [each]:
                for name, value in other.items() if isinstance(other, Mapping) else ():
                    if name not in made:
                        made.put(name, value, other.spans.get(name, other.span))
        return made

    def _whole(self, node: Any, last: int) -> Span:
        """Return the lines of a list or mapping: a block, whose end mark lies further on, ends with its last child."""
        first = _line(node)
        return Span(first, max(first, _end(node) if node.flow_style else last))

    def _last(self, node: Any) -> int:
        """Return the last line of a node whose value was made."""
        return self._made[id(node)][2] if id(node) in self._made else _end(node)


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


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
        return _with_lines(json.loads(text), Span(1, text.count("\n") + 1))
    except (ValueError, RecursionError):
        return None


def _with_lines(value: Any, span: Span) -> Any:
    if isinstance(value, dict):
        made = Mapping(span)
        for key, each in value.items():
            made.put(key, _with_lines(each, span), span)
        return made
    if isinstance(value, list):
        listed = Sequence(span, [_with_lines(each, span) for each in value])
        listed.spans = [span] * len(listed)
        return listed
    return value
