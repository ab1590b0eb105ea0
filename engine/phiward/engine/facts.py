"""Reading a path of one resource in its wire form: known, absent or unknown. The rules are the inventory's.

An unknown covers everything below it. Present and of the declared shape is known. Missing or null is absent where the
catalog lets the value be none, and the declared default where there is one. Anything else, null in place of an element
or a value of another shape, was not stated by the source: unknown. What lies under an absent parent is absent.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

from msgspec import Struct

from phiward.engine.condition import Related
from phiward.errors import ContentError
from phiward.inventory import paths
from phiward.inventory.catalog import Field

NOT_STATED = "not stated by the source"
NOT_COLLECTED = "the related resource was not collected, or cannot be asked this"


class Seen(NamedTuple):
    """A value that is known: what it is, what it should be, and its whole path."""

    value: Any
    field: Field
    path: str


class Absent(NamedTuple):
    """The target said that there is none."""

    path: str


class Unseen(NamedTuple):
    """A value that could not be seen, and why."""

    path: str
    reason: str


Reading: TypeAlias = Seen | Absent | Unseen

Answer: TypeAlias = bool | None
"""A truth of Kleene's logic; None is unknown."""

Lookup: TypeAlias = Callable[[Related, str], Answer]
"""Tells whether the condition of a relation holds for the resource of an id."""


class Facts(Struct, frozen=True):
    """One resource as it is asked: its wire form, what is unknown of it, the time, and its relations."""

    whole: Seen
    unknown: dict[str, str]
    """Path to reason."""
    parents: frozenset[str]
    """The paths that lead to something unknown."""
    now: str
    related: Lookup


_ANYTHING = Field(kind="any", optional=True)
_TYPES: dict[str, Any] = {
    "bool": bool, "int": int, "str": str, "list": list, "map": dict, "struct": dict, "policy": dict,
}  # fmt: skip


def facts_of(body: Mapping[str, Any], root: Field, now: str, related: Lookup) -> Facts:
    """Prepare a resource in its wire form. Raises `ContentError` where its `unknown` is not a list of pairs."""
    unknown: dict[str, str] = {}
    listed = body.get("unknown") or []
    try:
        for path, reason in listed:
            unknown[paths.join(paths.parse(path))] = str(reason)
    except (TypeError, ValueError, AttributeError) as error:
        raise ContentError(f"`unknown` must be a list of [path, reason]: {error}", field="unknown") from error
    parents = frozenset(prefix for path in unknown for prefix in prefixes(path))
    return Facts(Seen(body, root, ""), unknown, parents, now, related)


def prefixes(path: str) -> Iterator[str]:
    """Yield the paths above a path."""
    steps = paths.parse(path)
    for length in range(1, len(steps)):
        yield paths.join(steps[:length])


@lru_cache(maxsize=4096)
def steps_of(path: str) -> tuple[str, ...]:
    """Return the names a control's path goes through."""
    return tuple(str(step) for step in paths.parse(path)) if path else ()


def read(facts: Facts, here: Seen, path: str) -> Reading:
    """Read a path, relative to a place that is known."""
    value, field, place = here
    for name in steps_of(path):
        place = place + paths.key(name) if place else name
        if place in facts.unknown:
            return Unseen(place, facts.unknown[place])
        if field.kind == "map":
            member = (field.item or _ANYTHING, value.get(name), True)
        elif field.kind == "any":
            if not isinstance(value, dict):
                return Unseen(place, f"the source gave {_said(value)} where an object belongs")
            member = (_ANYTHING, value.get(name), True)
        else:
            declared = field.fields[name]
            member = (declared, value.get(name), declared.optional)
            if name not in value and declared.default is not None and place not in facts.parents:
                member = (declared, declared.default, True)
        declared, found, may_lack = member
        if found is None:
            if place in facts.parents:
                found = [] if declared.kind == "list" else {}
            elif may_lack and (name not in value or declared.optional):
                return Absent(_whole(here.path, path))
            else:
                return Unseen(place, NOT_STATED)
        if problem := misshapen(found, declared):
            return Unseen(place, problem)
        value, field = found, declared
    return Seen(value, field, place)


def elements(facts: Facts, here: Seen) -> Iterator[Seen | Unseen]:
    """Yield the elements of a list."""
    field = here.field.item or _ANYTHING
    for index, value in enumerate(here.value):
        place = f"{here.path}[{index}]"
        if place in facts.unknown:
            yield Unseen(place, facts.unknown[place])
        elif value is None and place in facts.parents:
            yield Seen({}, field, place)
        elif value is None:
            yield Unseen(place, NOT_STATED)
        elif problem := misshapen(value, field):
            yield Unseen(place, problem)
        else:
            yield Seen(value, field, place)


def misshapen(value: Any, field: Field) -> str | None:
    """Say how a value is not of its declared shape. Looks at the value itself, not into it."""
    kind = _TYPES.get(field.kind)
    if kind is None:
        return None
    if type(value) is not kind:
        return f"the source gave {_said(value)} where {_NAMES[field.kind]} belongs"
    if field.values and value not in field.values:
        return f"the source gave {str(value)[:40]!r}, which is not one of {', '.join(map(str, field.values))}"
    return None


_NAMES = {
    "bool": "true or false", "int": "a whole number", "str": "text", "list": "a list", "map": "an object",
    "struct": "an object", "policy": "a policy document",
}  # fmt: skip


def _said(value: Any) -> str:
    """Name the shape of a value."""
    names = {
        type(None): "null",
        bool: "true or false",
        int: "a number",
        float: "a fraction",
        str: "text",
        list: "a list",
    }
    return names.get(type(value), "an object")


def _whole(base: str, path: str) -> str:
    """Return a relative path as a whole one."""
    for name in steps_of(path):
        base = base + paths.key(name) if base else name
    return base
