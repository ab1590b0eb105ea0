"""The texts of a plan that are marked sensitive, and where providers have copied them without the mark."""

from collections.abc import Iterator
from typing import Any

from phiward.inventory.unknown import Unknown

SENSITIVE = "marked sensitive in the plan: its text is not read"
_SHORTEST = 6
"""A sensitive text shorter than this is only looked for as a whole value, not within others."""


def secrets(value: Any, sensitive: Any) -> Iterator[str]:
    """Yield the texts that are marked sensitive."""
    if isinstance(value, str):
        if sensitive is True and value:
            yield value
    elif isinstance(value, dict):
        marks = dict.fromkeys(value, True) if sensitive is True else sensitive
        for key, mark in marks.items() if isinstance(marks, dict) else ():
            if mark:
                yield from secrets(value.get(key), mark)
    elif isinstance(value, list):
        marks = [True] * len(value) if sensitive is True else sensitive
        for each, mark in zip(value, marks, strict=False) if isinstance(marks, list) else ():
            if mark:
                yield from secrets(each, mark)


def copies(value: Any, known: frozenset[str], *, within: bool) -> bool:
    """Say whether a value is, or holds, a text that is marked sensitive elsewhere."""
    if isinstance(value, str):
        return value in known or (within and any(len(text) >= _SHORTEST and text in value for text in known))
    if isinstance(value, dict):
        return any(copies(each, known, within=within) for each in value.values())
    return isinstance(value, list) and any(copies(each, known, within=within) for each in value)


def hidden(value: Any, known: frozenset[str], *, within: bool) -> Any:
    """Return a value without the texts that are, or hold, one that is marked sensitive elsewhere."""
    if isinstance(value, dict):
        return {key: hidden(each, known, within=within) for key, each in value.items()}
    if isinstance(value, list):
        return [hidden(each, known, within=within) for each in value]
    return Unknown(SENSITIVE) if copies(value, known, within=within) else value
