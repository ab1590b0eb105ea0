"""Lists, maps and sets: https://developer.hashicorp.com/terraform/language/functions (Collection)."""

import json
from collections.abc import Iterable
from contextlib import suppress
from itertools import product
from typing import Any

from phiward.collectors.terraform.evaluate.functions.registry import Spend, as_list, function
from phiward.collectors.terraform.evaluate.numbers import calculate
from phiward.collectors.terraform.evaluate.partly import (
    PartlyKnownList,
    PartlyKnownMap,
    Rest,
    listed,
    mapped,
    parts_of,
    split,
    unordered,
)
from phiward.collectors.terraform.evaluate.unify import as_set, unify
from phiward.collectors.terraform.evaluate.values import (
    COLLECTION_SIZE,
    Exhausted,
    Failure,
    Handle,
    ListOf,
    MapOf,
    SetOf,
    as_bool,
    as_text,
    both,
    kind,
    parts_in,
    plain,
    same,
    unknowns,
)
from phiward.inventory.unknown import Unknown


def any_unknown(value: Any) -> Unknown | None:
    """Return what is unknown within a value, joined; None where all is known."""
    found = list(unknowns(value))
    return both(*found) if found else None


def _parts(value: Any, name: str) -> list[Any]:
    """Return the elements of a list, set or tuple, `Rest` for those that cannot be seen."""
    parts = parts_of(value)
    if parts is None:
        raise Failure(f"{name}(): a list is required, not a {kind(value)}")
    return parts


@function("alltrue", "l", deep=False, partly=True)
def _alltrue(values: Any) -> Any:
    truths = [as_bool(value) if value is not None else False for value in _parts(values, "alltrue")]
    if any(truth is False for truth in truths):
        return False
    return any_unknown(truths) or True


@function("anytrue", "l", deep=False, partly=True)
def _anytrue(values: Any) -> Any:
    truths = [as_bool(value) if value is not None else False for value in _parts(values, "anytrue")]
    if any(truth is True for truth in truths):
        return True
    return any_unknown(truths) or False


@function("chunklist", "e i", deep=False)
def _chunklist(values: list[Any], size: int) -> list[Any]:
    if size < 0:
        raise Failure("chunklist(): the size is negative")
    return ListOf(values[at : at + size] for at in range(0, len(values), size)) if size else ListOf([list(values)])


@function("coalesce", "u*", deep=False)
def _coalesce(*values: Any) -> Any:
    if any(isinstance(value, list | dict) for value in values):
        values = tuple(unify(values))
    else:
        with suppress(Failure):  # of bools and numbers, a type in common is not asked for
            values = tuple(unify(values))
    for value in values:
        if isinstance(value, Unknown):
            return both(*values)
        if value is not None and value != "":
            return value
    raise Failure("coalesce(): there is no value")


@function("coalescelist", "u*", deep=False)
def _coalescelist(*values: Any) -> Any:
    for value in values:
        if isinstance(value, Unknown):
            return value if isinstance(value, PartlyKnownList) else both(*values)
        if not isinstance(value, list) or isinstance(value, SetOf):
            raise Failure(f"coalescelist(): a {kind(value)} is no list")
        if value:
            return value
    raise Failure("coalescelist(): every list is empty")


@function("compact", "t", deep=False, partly=True)
def _compact(values: Any) -> Any:
    # An element that is not known may turn out empty: it is then not there at all.
    parts = [
        Rest(value.reason, value.refs) if isinstance(value, Unknown) else value
        for value in _parts(values, "compact")
        if value is not None and value != ""
    ]
    result = listed(parts)
    return ListOf(result) if isinstance(result, list) else result


@function("concat", "u u*", deep=False)
def _concat(*lists: Any) -> Any:
    if any(isinstance(one, SetOf) for one in lists):
        raise Failure("concat(): a set is no list")
    parts = [_parts(one, "concat") for one in lists]
    if sum(map(len, parts)) > COLLECTION_SIZE:
        raise Exhausted("concat(): too many elements")
    result = listed(item for one in parts for item in one)
    if isinstance(result, list) and all(isinstance(one, ListOf) for one in lists):
        return ListOf(unify(result))
    return result


@function("contains", "u u", deep=False)
def _contains(values: Any, wanted: Any) -> Any:
    if isinstance(wanted, Handle):
        wanted = wanted.opaque()
    if wanted is None:
        raise Failure("contains(): null is looked for")
    results = [same(value, wanted) for value in _parts(values, "contains")]
    if any(result is True for result in results):
        return True
    return any_unknown(results) or False


@function("distinct", "e", deep=False, partly=True, costly=True)
def _distinct(spend: Spend, values: Any) -> Any:
    out: list[Any] = []
    seen: set[Any] = set()
    unseen: list[Unknown] = []
    for value in _parts(values, "distinct"):
        if isinstance(value, Unknown):
            unseen.append(value)  # it may equal one that is there already, and then adds none
        elif missing := any_unknown(value):
            return missing
        elif (mark := _mark(value, spend)) not in seen:
            seen.add(mark)
            out.append(value)
    return unordered(out, unseen) if unseen else ListOf(out)


def _mark(value: Any, spend: Spend) -> Any:
    """Return what is the same for equal values, and can be looked up."""
    if isinstance(value, list | dict):
        spend(parts_in(value))
        return json.dumps(plain(value), sort_keys=True)
    return type(value) is bool, value


@function("element", "l i", deep=False)
def _element(values: list[Any], at: int) -> Any:
    if isinstance(values, SetOf):
        raise Failure("element(): a set has no element by index")
    if not values:
        raise Failure("element(): the list is empty")
    if at < 0:
        raise Failure("element(): the index is negative")
    return values[at % len(values)]


@function("flatten", "u", deep=False)
def _flatten(values: Any) -> Any:
    out: list[Any] = []
    stack = list(reversed(_parts(values, "flatten")))
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(reversed(item))
        elif isinstance(item, PartlyKnownList):
            stack.extend(reversed(item.parts))
        elif isinstance(item, Unknown):
            out.append(Rest(item.reason, item.refs))  # it may be a list of any length
        else:
            out.append(item)
        if len(out) + len(stack) > COLLECTION_SIZE:
            raise Exhausted("flatten(): too many elements")
    return listed(out)


@function("index", "l a")
def _index(values: list[Any], wanted: Any) -> int:
    if isinstance(values, SetOf):
        raise Failure("index(): a set has no index")
    for at, value in enumerate(values):
        if same(value, wanted) is True:
            return at
    raise Failure("index(): there is no such element")


@function("keys", "m", deep=False, partly=True)
def _keys(table: Any) -> Any:
    if isinstance(table, PartlyKnownMap):
        return unordered(sorted(table.known), [table])
    if isinstance(table, Unknown):
        return both(table)
    return ListOf(sorted(table)) if isinstance(table, MapOf) else sorted(table)


@function("values", "m", deep=False, partly=True)
def _values(table: Any) -> Any:
    if isinstance(table, PartlyKnownMap):
        return unordered((table.known[key] for key in sorted(table.known)), [table])
    if isinstance(table, Unknown):
        return both(table)
    found = [table[key] for key in sorted(table)]
    return ListOf(found) if isinstance(table, MapOf) else found


@function("length", "u", deep=False)
def _length(value: Any) -> Any:
    if isinstance(value, Unknown):
        return both(value)
    if isinstance(value, SetOf) and any(isinstance(item, Unknown) for item in value):
        return both(*value)
    if isinstance(value, str):
        from phiward.collectors.terraform.evaluate.functions.characters import characters

        return len(characters(value))
    if not isinstance(value, list | dict):
        raise Failure(f"length(): a {kind(value)} has none")
    return len(value)


@function("lookup", "u s u?", deep=False)
def _lookup(table: Any, key: Any, *default: Any) -> Any:
    if isinstance(table, Handle):
        return table.attribute(key)
    if isinstance(table, PartlyKnownMap) and not isinstance(key, Unknown) and key in table.known:
        return table.known[key]
    if isinstance(table, Unknown) or isinstance(key, Unknown):
        return both(table, key)
    if not isinstance(table, dict):
        raise Failure("lookup(): a map is required")
    if key in table:
        return table[key]
    if default:
        return unify([*table.values(), default[0]])[-1] if isinstance(table, MapOf) else default[0]
    raise Failure(f"lookup(): there is no key {key!r}")


@function("matchkeys", "e l l", deep=False)
def _matchkeys(values: list[Any], keys: list[Any], wanted: list[Any]) -> Any:
    if missing := any_unknown([keys, wanted]):
        return missing
    alike = unify([*keys, *wanted])
    first, rest = alike[: len(keys)], alike[len(keys) :]
    return ListOf(value for value, key in zip(values, first, strict=True) if key in rest)


@function("merge", "u*", deep=False)
def _merge(*tables: Any) -> Any:
    out: dict[str, Any] = {}
    rests: list[Unknown] = []
    for given in tables:
        table = given
        if table is None:
            continue
        if isinstance(table, Handle):
            table = table.expanded()
        if isinstance(table, PartlyKnownMap):
            rests.append(table)
            out = dict(table.known)
        elif isinstance(table, Unknown):
            rests.append(table)
            out = {}  # it may replace any member
        elif isinstance(table, dict):
            out.update(table)
        else:
            raise Failure(f"merge(): a {kind(table)} is not a map")
    if not tables or (not rests and all(table is None for table in tables)):
        return {}
    if not rests and all(isinstance(table, MapOf | None) for table in tables):
        return MapOf(zip(out, unify(list(out.values())), strict=True))
    return mapped(out, rests)


@function("one", "u", deep=False)
def _one(values: Any) -> Any:
    if isinstance(values, Unknown):
        return both(values)
    if isinstance(values, list) and len(values) <= 1:
        return values[0] if values else None
    raise Failure("one(): there is more than one element")


@function("range", "n n? n?")
def _range(*limits: float) -> list[Any]:
    start, limit = (0, limits[0]) if len(limits) == 1 else limits[:2]
    step = limits[2] if len(limits) == 3 else (1 if start <= limit else -1)
    if step == 0 or (start < limit and step < 0) or (start > limit and step > 0):
        raise Failure("range(): the step never reaches the limit")
    if (limit - start) / step > 1024:
        raise Failure("range(): more than 1024 values")
    out: list[Any] = []
    while (step > 0 and start < limit) or (step < 0 and start > limit):
        out.append(start)
        start = calculate("+", start, step)
    return ListOf(out)


@function("reverse", "l", deep=False, partly=True)
def _reverse(values: Any) -> Any:
    known, rests = split(_parts(values, "reverse"))
    if rests:
        return unordered(reversed(known), rests)
    return ListOf(reversed(known)) if isinstance(values, ListOf | SetOf) else known[::-1]


@function("setunion", "u u*", deep=False)
def _setunion(*sets: Any) -> Any:
    return _set_of(item for one in sets for item in _parts(one, "setunion"))


def _set_of(parts: Iterable[Any]) -> Any:
    """Return a set, of which a part may be known."""
    known, rests = split(parts)
    return unordered(as_set(known), rests) if rests else as_set(known)


@function("setintersection", "e e*")
def _setintersection(*sets: list[Any]) -> SetOf:
    first, *rest = _alike(sets)
    return as_set(item for item in first if all(any(same(item, o) is True for o in one) for one in rest))


@function("setsubtract", "e e")
def _setsubtract(*sets: list[Any]) -> SetOf:
    first, second = _alike(sets)
    return as_set(item for item in first if not any(same(item, other) is True for other in second))


def _alike(sets: Iterable[list[Any]]) -> list[list[Any]]:
    """Give the elements of several sets one type. Sets of types that have none in common share no element."""
    lists = [list(one) for one in sets]
    items = iter(unify([item for one in lists for item in one]))
    return [[next(items) for _ in one] for one in lists]


@function("setproduct", "e e e*", deep=False)
def _setproduct(*lists: list[Any]) -> Any:
    if any(isinstance(one, SetOf) for one in lists) and (missing := any_unknown(list(lists))):
        return missing
    size = 1
    for one in lists:
        size *= len(one)
    if size > COLLECTION_SIZE:
        raise Exhausted("setproduct(): too many elements")
    rows = [list(row) for row in product(*lists)]
    return as_set(rows) if any(isinstance(one, SetOf) for one in lists) else ListOf(rows)


@function("slice", "l i i", deep=False)
def _slice(values: list[Any], start: int, end: int) -> list[Any]:
    if isinstance(values, SetOf):
        raise Failure("slice(): a set has no order")
    if not 0 <= start <= end <= len(values):
        raise Failure("slice(): the bounds are outside the list")
    return type(values)(values[start:end])


@function("sort", "t")
def _sort(values: list[Any]) -> list[str]:
    return ListOf(sorted(as_text(value) for value in values))


@function("transpose", "m")
def _transpose(table: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, list[str]] = {}
    for key in sorted(table):
        for value in as_list(table[key]):
            out.setdefault(as_text(value), []).append(key)
    return MapOf((key, ListOf(sorted(out[key]))) for key in sorted(out))


@function("zipmap", "l l", deep=False)
def _zipmap(keys: list[Any], values: list[Any]) -> Any:
    if missing := any_unknown(keys):
        return missing
    table = sorted((as_text(key), value) for key, value in dict(zip(map(as_text, keys), values, strict=True)).items())
    return MapOf(table) if isinstance(values, ListOf) else dict(table)
