"""Collections of which a part is known: `concat(["0.0.0.0/0"], var.more)` holds that element, whatever `var.more` is.

They are `Unknown`, so that nobody can take them for known, but keep what they surely have.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import field

from phiward.collectors.terraform.evaluate.values import Handle, SetOf, both, plain
from phiward.inventory.unknown import Unknown


class PartlyKnownList(Unknown, frozen=True):
    """A list with elements that are known to be there. A `Rest` among its parts stands for any number of elements.

    What stands before the first `Rest` is in its place; what follows is in the list, in whatever place.
    """

    parts: tuple[Any, ...] = ()


class PartlyKnownMap(Unknown, frozen=True):
    """A map with members that are known, whatever else is in it. `rest` says why the others are not."""

    known: dict[str, Any] = field(default_factory=dict)


class Rest(Unknown, frozen=True):
    """Any number of elements that cannot be seen."""


def listed(parts: Iterable[Any]) -> Any:
    """Return a list of elements and `Rest`s: a plain list where all is known, `Unknown` where nothing is."""
    items = list(parts)
    rests = [item for item in items if isinstance(item, Rest)]
    if not rests:
        return items
    joined = both(*rests)
    if len(rests) == len(items):
        return joined
    return PartlyKnownList(joined.reason, joined.refs, tuple(items))


def unordered(known: Iterable[Any], rests: Sequence[Unknown]) -> Any:
    """Return a list of elements that are known to be there, in no known place, and others."""
    joined = both(*rests)
    return listed([Rest(joined.reason, joined.refs), *known])


def mapped(known: dict[str, Any], rests: Sequence[Unknown]) -> Any:
    """Return a map of members that are known, and others that are not."""
    if not rests:
        return known
    joined = both(*rests)
    return PartlyKnownMap(joined.reason, joined.refs, known) if known else joined


def split(parts: Iterable[Any]) -> tuple[list[Any], list[Rest]]:
    """Return the elements that are known to be there, and what stands for the others."""
    items = list(parts)
    return [item for item in items if not isinstance(item, Rest)], [item for item in items if isinstance(item, Rest)]


def ordered(value: Any) -> Any:
    """Return a collection as a list sees it: of a set with unknown elements, no element has a known place."""
    if isinstance(value, SetOf) and len(value) > 1:
        unseen = [item.opaque() if isinstance(item, Handle) else item for item in value]
        unseen = [item for item in unseen if isinstance(item, Unknown)]
        if unseen:
            return unordered((item for item in value if not isinstance(item, Unknown | Handle)), unseen)
    return value


def told(value: Any) -> Any:
    """Return a value as `plain` does, but with what is known of a list kept as that: what an encoded text is of."""
    value = ordered(value)
    if isinstance(value, PartlyKnownList):
        return PartlyKnownList(value.reason, value.refs, tuple(told(part) for part in value.parts))
    if isinstance(value, PartlyKnownMap):
        return PartlyKnownMap(value.reason, value.refs, {key: told(item) for key, item in value.known.items()})
    if isinstance(value, dict):
        return {key: told(item) for key, item in value.items()}
    if isinstance(value, list):
        return [told(item) for item in value]
    return plain(value)


def parts_of(value: Any) -> list[Any] | None:
    """Return the elements of a list that may be partly known; None of what is no list."""
    value = ordered(value)
    if isinstance(value, PartlyKnownList):
        return list(value.parts)
    if isinstance(value, Unknown):
        return [Rest(value.reason, value.refs)]
    if isinstance(value, Handle):
        return parts_of(value.opaque())
    return value if isinstance(value, list) else None


def opened(value: Any) -> Any:
    """Return a value as `plain` does, with what is known of a list within it: `Unknown` for any of the others."""
    if isinstance(value, PartlyKnownList):
        return [Unknown(part.reason, part.refs) if isinstance(part, Rest) else opened(part) for part in value.parts]
    if isinstance(value, dict):
        return {key: opened(item) for key, item in value.items()}
    if isinstance(value, list):
        return [opened(item) for item in value]
    return plain(value)
