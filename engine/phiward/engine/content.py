"""Reading a content file (control, policy, waiver) into values that know their place.

The files are YAML as people mean it, not as YAML 1.1 reads it: `true` and `false` are the only booleans, `null` and
`~` the only nulls, numbers are decimal, and everything else is text (`no`, `1.2.3`, `22:22`, `2026-11-23`). A file is
limited in size, depth and number of values, and what an alias repeats counts again, so that a small file stays small.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from msgspec import Struct

from phiward.errors import ContentError
from phiward.inventory.regular import regular

SIZE_LIMIT = 1_000_000
"""Bytes of one file."""
DEPTH_LIMIT = 40
"""Levels of nesting."""
VALUE_LIMIT = 50_000
"""Values of one file, aliases expanded."""

_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]{0,17})")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""What YAML allows nowhere (its `c-printable` lacks them)."""
_NUMBER = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")


class Node(Struct):
    """One value of a file, and where it stands (line and column from 1; 0 where it was made, not read)."""

    value: Any
    line: int = 0
    column: int = 0
    keys: dict[str, tuple[int, int]] = {}
    """Of a mapping: where each key stands."""
    size: int = 1
    """How many values it holds, itself included."""

    def plain(self) -> Any:
        """Return the value without its places."""
        if isinstance(self.value, dict):
            return {key: node.plain() for key, node in self.value.items()}
        if isinstance(self.value, list):
            return [node.plain() for node in self.value]
        return self.value


def node_of(value: Any) -> Node:
    """Wrap plain data as a node without a place."""
    if isinstance(value, dict):
        return Node({key: node_of(item) for key, item in value.items()})
    if isinstance(value, list | tuple):
        return Node([node_of(item) for item in value])
    return Node(value)


class ContentProblems(ContentError):  # noqa: N818 - several errors, told together
    """Everything that is wrong with a set of content files, together."""

    def __init__(self, problems: list[ContentError]) -> None:
        self.problems = sorted(problems, key=lambda error: (error.file or "", error.line or 0, error.column or 0))
        first = self.problems[0]
        super().__init__(first.message, file=first.file, line=first.line, column=first.column, field=first.field)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


def nearest(word: str, words: Any) -> str | None:
    """Return the valid word that was probably meant."""
    return next(iter(get_close_matches(word, list(words), n=1, cutoff=0.6)), None)


def scalar(text: str) -> bool | int | float | str | None:
    """Return what an unquoted scalar means."""
    if text in ("true", "false"):
        return text == "true"
    if text in ("null", "~", ""):
        return None
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    return text


def read(path: Path, name: str | None = None) -> Node:
    """Read one file. Whatever is wrong with it is a `ContentError` that names `name` (default: the path)."""
    shown = name or str(path)
    try:
        with regular(path) as stream:
            data = stream.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise ContentError(f"cannot be read: {error.strerror}", file=shown) from error
    return parse(data, shown)


def parse(data: bytes, name: str) -> Node:
    """Parse the bytes of one file. Whatever is wrong with them is a `ContentError`."""
    import yaml

    if len(data) > SIZE_LIMIT:
        raise ContentError(f"is larger than {SIZE_LIMIT:,} bytes; split it", file=name)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ContentError(f"is not UTF-8 (byte {error.start + 1}): save it as UTF-8", file=name, line=line) from error
    if found := _CONTROL.search(text):
        line, column = text.count("\n", 0, found.start()) + 1, found.start() - text.rfind("\n", 0, found.start())
        message = f"holds the control character U+{ord(found[0]):04X}: take it out"
        raise ContentError(message, file=name, line=line, column=column)
    try:
        return _document(yaml.parse(text, Loader=loader), name)
    except yaml.MarkedYAMLError as error:
        mark: Any = error.problem_mark or error.context_mark
        place = (mark.line + 1, mark.column + 1) if mark else (None, None)
        hint = ": indent with spaces, not tabs" if mark and _tabs(text, mark.line) else ""
        raise ContentError(f"is not YAML: {error.problem}{hint}", file=name, line=place[0], column=place[1]) from error
    except yaml.YAMLError as error:
        raise ContentError(f"is not YAML: {error}", file=name) from error


def _tabs(text: str, line: int) -> bool:
    """Say whether a line, counted from 0, is indented with tabs."""
    found = text.split("\n")[line : line + 1]
    return bool(found) and "\t" in found[0][: len(found[0]) - len(found[0].lstrip())]


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1


def _document(events: Iterator[Any], name: str) -> Node:
    """Build the one document that a file holds."""
    from yaml import events as kinds

    builder = _Builder(events, name)
    for event in events:
        if isinstance(event, kinds.DocumentStartEvent):
            node = builder.node(next(events), 0)
            break
    else:
        raise ContentError("is empty: write it, or delete it", file=name)
    for event in events:
        if isinstance(event, kinds.DocumentStartEvent):
            message = "holds more than one document: make each a file of its own"
            raise ContentError(message, file=name, line=_line(event))
    return node


class _Builder:
    """Builds nodes from parser events, with the limits of this module."""

    def __init__(self, events: Iterator[Any], name: str) -> None:
        self.events = events
        self.name = name
        self.anchors: dict[str, Node] = {}
        self.total = 0

    def node(self, event: Any, depth: int) -> Node:
        from yaml import events as kinds

        line, column = event.start_mark.line + 1, event.start_mark.column + 1
        if depth > DEPTH_LIMIT:
            raise ContentError(f"nests deeper than {DEPTH_LIMIT} levels", file=self.name, line=line, column=column)
        if isinstance(event, kinds.AliasEvent):
            found = self.anchors.get(event.anchor or "")
            if found is None:
                message = f"no anchor &{event.anchor} stands before this alias"
                raise ContentError(message, file=self.name, line=line, column=column)
            self._count(found.size, line)
            return found
        self._count(1, line)
        if isinstance(event, kinds.ScalarEvent):
            plain = event.implicit[0] and not event.style
            node = Node(scalar(event.value) if plain else event.value, line, column)
        elif isinstance(event, kinds.SequenceStartEvent):
            node = self._sequence(line, column, depth)
        else:
            node = self._mapping(line, column, depth)
        tag = getattr(event, "tag", None)
        if tag is not None and tag != "!":
            raise ContentError(f"tags like {tag} are not used here", file=self.name, line=line, column=column)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _count(self, size: int, line: int) -> None:
        self.total += size
        if self.total > VALUE_LIMIT:
            message = f"holds more than {VALUE_LIMIT:,} values (aliases expanded)"
            raise ContentError(message, file=self.name, line=line)

    def _sequence(self, line: int, column: int, depth: int) -> Node:
        from yaml import events as kinds

        items = []
        while not isinstance(event := next(self.events), kinds.SequenceEndEvent):
            items.append(self.node(event, depth + 1))
        return Node(items, line, column, size=1 + sum(item.size for item in items))

    def _mapping(self, line: int, column: int, depth: int) -> Node:
        from yaml import events as kinds

        members: dict[str, Node] = {}
        keys: dict[str, tuple[int, int]] = {}
        while not isinstance(event := next(self.events), kinds.MappingEndEvent):
            place = (event.start_mark.line + 1, event.start_mark.column + 1)
            if not isinstance(event, kinds.ScalarEvent):
                message = "a key must be plain text"
                raise ContentError(message, file=self.name, line=place[0], column=place[1])
            key = event.value
            if key == "<<" and not event.style:
                message = "merge keys (<<) are not used here; write the fields out"
                raise ContentError(message, file=self.name, line=place[0], column=place[1])
            if key in members:
                first = keys[key][0]
                message = f"is written twice (first on line {first})"
                raise ContentError(message, file=self.name, line=place[0], column=place[1], field=key)
            keys[key] = place
            members[key] = self.node(next(self.events), depth + 1)
        return Node(members, line, column, keys, 1 + sum(item.size for item in members.values()))
