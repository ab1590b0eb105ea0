"""Paths: how a place inside a resource is written, in controls, findings and the list of what is unknown.

`network.ingress[2].sources[0]` names one element, `network.ingress[].protocol` every one. A key of a map that holds
`.`, `[`, `]` or `"`, or nothing, is written as a JSON string in brackets: `tags["kubernetes.io/name"]`.
"""

from collections.abc import Iterable
from enum import Enum
from typing import Final, TypeAlias


class Every(Enum):
    """The step `[]`: every element of a list."""

    ELEMENT = "[]"


EVERY: Final = Every.ELEMENT

Step: TypeAlias = str | int | Every
"""A member's name or a map's key, the index of an element, or every element."""

_SPECIAL: Final = frozenset('.[]"')


def join(steps: Iterable[Step]) -> str:
    """Write steps as a path."""
    text = ""
    for step in steps:
        if step is EVERY:
            text += "[]"
        elif isinstance(step, int):
            text += f"[{step}]"
        elif isinstance(step, str):
            text += key(step) if text or needs_quotes(step) else step
    return text


def needs_quotes(name: str) -> bool:
    """Say whether a key cannot be written after a plain dot."""
    return not name or not _SPECIAL.isdisjoint(name)


def key(name: str) -> str:
    """Write one member or key as it continues a path: `.name`, or `["a.b"]`."""
    if needs_quotes(name):
        import json

        return f"[{json.dumps(name, ensure_ascii=False)}]"
    return "." + name


def parse(path: str) -> tuple[Step, ...]:
    """Read a path. Raises `ValueError` that says where it is malformed."""
    if "[" not in path and '"' not in path and "]" not in path:
        steps = tuple(path.split("."))
        if not all(steps):
            raise ValueError(f"the path {path!r} has an empty name")
        return steps
    return tuple(_steps(path))


def _steps(path: str) -> Iterable[Step]:
    """Yield the steps of a path that holds brackets."""
    position = 0
    while position < len(path):
        if path[position] == "[":
            step, position = _bracket(path, position)
            yield step
        else:
            start = position + 1 if path[position] == "." and position else position
            position = start
            while position < len(path) and path[position] not in _SPECIAL:
                position += 1
            if position == start or (position < len(path) and path[position] in ']"'):
                raise ValueError(f"the path {path!r} is malformed at character {position + 1}")
            yield path[start:position]
            continue
        if position < len(path) and path[position] not in ".[":
            raise ValueError(f"the path {path!r} is malformed at character {position + 1}: expected `.` or `[`")


def _bracket(path: str, position: int) -> tuple[Step, int]:
    """Read `[]`, `[2]` or `["key"]` at a position; return the step and where it ends."""
    if path.startswith('["', position):
        import json

        try:
            name, end = json.JSONDecoder(strict=False).raw_decode(path, position + 1)
        except json.JSONDecodeError as error:
            raise ValueError(f"the path {path!r} holds a key that is not a JSON string") from error
        if not path.startswith("]", end):
            raise ValueError(f"the path {path!r} lacks a `]` at character {end + 1}")
        return name, end + 1
    end = path.find("]", position)
    inner = path[position + 1 : end] if end > 0 else "?"
    if inner == "":
        return EVERY, end + 1
    if inner.isascii() and inner.isdigit() and len(inner) <= 9:
        return int(inner), end + 1
    raise ValueError(f'the path {path!r} is malformed at character {position + 1}: expected `[]`, `[2]` or `["key"]`')
