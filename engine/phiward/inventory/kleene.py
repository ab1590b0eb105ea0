"""Three-valued logic: an `Unknown` decides nothing that something known already decides."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from phiward.inventory.unknown import Maybe, Unknown

T = TypeVar("T")


def negate(value: Maybe[bool]) -> Maybe[bool]:
    """Return the opposite of what is known."""
    return value if isinstance(value, Unknown) else not value


def some(values: Iterable[Maybe[bool]]) -> Maybe[bool]:
    """Say whether one is true: true as soon as one is known to be, else unknown where one is."""
    unknown: Unknown | None = None
    for value in values:
        if isinstance(value, Unknown):
            unknown = unknown or value
        elif value:
            return True
    return unknown or False


def every(values: Iterable[Maybe[bool]]) -> Maybe[bool]:
    """Say whether all are true: false as soon as one is known not to be, else unknown where one is."""
    unknown: Unknown | None = None
    for value in values:
        if isinstance(value, Unknown):
            unknown = unknown or value
        elif not value:
            return False
    return unknown or True


def each(given: Maybe[tuple[Maybe[T], ...]], ask: Callable[[T], Maybe[bool]]) -> list[Maybe[bool]]:
    """Ask something of every element; an unknown list, or element, answers unknown."""
    if isinstance(given, Unknown):
        return [given]
    return [element if isinstance(element, Unknown) else ask(element) for element in given]
