"""Lists, maps and sets: https://developer.hashicorp.com/terraform/language/functions (Collection, Type conversion)."""

from itertools import product
from typing import Any

from phiward.collectors.terraform.evaluate.functions.registry import as_list, function
from phiward.collectors.terraform.evaluate.values import (
    COLLECTION_SIZE,
    Exhausted,
    Failure,
    Handle,
    SetOf,
    as_bool,
    as_number,
    as_set,
    as_text,
    both,
    kind,
    same,
    unknowns,
)
from phiward.inventory.unknown import Unknown


def _any_unknown(value: Any) -> Unknown | None:
    found = list(unknowns(value))
    return both(*found) if found else None


@function("alltrue", "l", deep=False)
def _alltrue(values: list[Any]) -> Any:
    truths = [as_bool(value) if value is not None else False for value in values]
    if any(truth is False for truth in truths):
        return False
    return _any_unknown(truths) or True


@function("anytrue", "l", deep=False)
def _anytrue(values: list[Any]) -> Any:
    truths = [as_bool(value) if value is not None else False for value in values]
    if any(truth is True for truth in truths):
        return True
    return _any_unknown(truths) or False


@function("chunklist", "l n", deep=False)
def _chunklist(values: list[Any], size: int) -> list[Any]:
    if size < 0:
        raise Failure("chunklist(): the size is negative")
    return [values[at : at + size] for at in range(0, len(values), size)] if size else [list(values)]


@function("coalesce", "u*", deep=False)
def _coalesce(*values: Any) -> Any:
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
            return both(*values)
        if value:
            return value
    raise Failure("coalescelist(): every list is empty")


@function("compact", "l", deep=False)
def _compact(values: list[Any]) -> list[Any]:
    return [value for value in values if value is not None and value != ""]


@function("concat", "l*", deep=False)
def _concat(*lists: list[Any]) -> list[Any]:
    if sum(map(len, lists)) > COLLECTION_SIZE:
        raise Exhausted("concat(): too many elements")
    return [item for one in lists for item in one]


@function("contains", "l a", deep=False)
def _contains(values: list[Any], wanted: Any) -> Any:
    results = [same(value, wanted) for value in values]
    if any(result is True for result in results):
        return True
    return _any_unknown(results) or False


@function("distinct", "l")
def _distinct(values: list[Any]) -> list[Any]:
    out: list[Any] = []
    seen: set[Any] = set()
    for value in values:
        if isinstance(value, str | int | float | bool):
            mark = (type(value) is bool, value)
            if mark not in seen:
                seen.add(mark)
                out.append(value)
        elif not any(same(value, other) for other in out):
            if len(out) > 2000:
                raise Exhausted("distinct(): too many elements")
            out.append(value)
    return out


@function("element", "l n", deep=False)
def _element(values: list[Any], at: int) -> Any:
    if not values:
        raise Failure("element(): the list is empty")
    if at < 0:
        raise Failure("element(): the index is negative")
    return values[at % len(values)]


@function("flatten", "u", deep=False)
def _flatten(values: Any) -> Any:
    if isinstance(values, Unknown):
        return both(values)
    out: list[Any] = []
    stack = list(reversed(as_list(values)))
    while stack:
        item = stack.pop()
        if isinstance(item, list):
            stack.extend(reversed(item))
        elif isinstance(item, Unknown):
            return both(item)  # it may be a list of any length
        else:
            out.append(item)
        if len(out) + len(stack) > COLLECTION_SIZE:
            raise Exhausted("flatten(): too many elements")
    return out


@function("index", "l a")
def _index(values: list[Any], wanted: Any) -> int:
    for at, value in enumerate(values):
        if same(value, wanted) is True:
            return at
    raise Failure("index(): there is no such element")


@function("keys", "m", deep=False)
def _keys(table: dict[str, Any]) -> list[str]:
    return sorted(table)


@function("values", "m", deep=False)
def _values(table: dict[str, Any]) -> list[Any]:
    return [table[key] for key in sorted(table)]


@function("length", "u", deep=False)
def _length(value: Any) -> Any:
    if isinstance(value, Unknown):
        return both(value)
    if isinstance(value, SetOf) and any(isinstance(item, Unknown) for item in value):
        return both(*value)
    if not isinstance(value, str | list | dict):
        raise Failure(f"length(): a {kind(value)} has none")
    return len(value)


@function("lookup", "u s u?", deep=False)
def _lookup(table: Any, key: Any, *default: Any) -> Any:
    if isinstance(table, Handle):
        return table.attribute(key)
    if isinstance(table, Unknown) or isinstance(key, Unknown):
        return both(table, key)
    if not isinstance(table, dict):
        raise Failure("lookup(): a map is required")
    if key in table:
        return table[key]
    if default:
        return default[0]
    raise Failure(f"lookup(): there is no key {key!r}")


@function("matchkeys", "l l l", deep=False)
def _matchkeys(values: list[Any], keys: list[Any], wanted: list[Any]) -> Any:
    if missing := _any_unknown([keys, wanted]):
        return missing
    return [value for value, key in zip(values, keys, strict=True) if key in wanted]


@function("merge", "a*", deep=False)
def _merge(*tables: Any) -> Any:
    out: dict[str, Any] = {}
    for table in tables:
        if table is None:
            continue
        if not isinstance(table, dict):
            raise Failure(f"merge(): a {kind(table)} is not a map")
        out.update(table)
    return out


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
    if step == 0:
        raise Failure("range(): the step is zero")
    if (limit - start) / step > 1024:
        raise Failure("range(): more than 1024 values")
    out = []
    while (step > 0 and start < limit) or (step < 0 and start > limit):
        out.append(start)
        start += step
    return out


@function("reverse", "l", deep=False)
def _reverse(values: list[Any]) -> list[Any]:
    return list(reversed(values))


def _as_set(value: Any) -> SetOf:
    return value if isinstance(value, SetOf) else as_set(value)


@function("setunion", "l*")
def _setunion(*sets: list[Any]) -> SetOf:
    return as_set(item for one in sets for item in one)


@function("setintersection", "l l*")
def _setintersection(first: list[Any], *rest: list[Any]) -> SetOf:
    return as_set(item for item in first if all(any(same(item, o) is True for o in one) for one in rest))


@function("setsubtract", "l l")
def _setsubtract(first: list[Any], second: list[Any]) -> SetOf:
    return as_set(item for item in first if not any(same(item, other) is True for other in second))


@function("setproduct", "l l*", deep=False)
def _setproduct(*lists: list[Any]) -> Any:
    if any(isinstance(one, SetOf) for one in lists) and (missing := _any_unknown(list(lists))):
        return missing
    size = 1
    for one in lists:
        size *= len(one)
    if size > COLLECTION_SIZE:
        raise Exhausted("setproduct(): too many elements")
    rows = [list(row) for row in product(*lists)]
    return SetOf(rows) if all(isinstance(one, SetOf) for one in lists) else rows


@function("slice", "l n n", deep=False)
def _slice(values: list[Any], start: int, end: int) -> list[Any]:
    if not 0 <= start <= end <= len(values):
        raise Failure("slice(): the bounds are outside the list")
    return values[start:end]


@function("sort", "l")
def _sort(values: list[Any]) -> list[str]:
    return sorted(as_text(value) for value in values)


@function("transpose", "m")
def _transpose(table: dict[str, Any]) -> dict[str, Any]:
    out: dict[str, list[str]] = {}
    for key in sorted(table):
        for value in table[key]:
            out.setdefault(as_text(value), []).append(key)
    return {key: sorted(out[key]) for key in sorted(out)}


@function("zipmap", "l l", deep=False)
def _zipmap(keys: list[Any], values: list[Any]) -> Any:
    if missing := _any_unknown(keys):
        return missing
    return dict(sorted((as_text(key), value) for key, value in zip(keys, values, strict=True)))


@function("tolist", "a", deep=False)
def _tolist(value: Any) -> Any:
    return None if value is None else _uniform(list(as_list(value)))


@function("toset", "a", deep=False)
def _toset(value: Any) -> Any:
    return None if value is None else _as_set(as_list(value))


@function("tomap", "a", deep=False)
def _tomap(value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise Failure(f"tomap(): cannot convert a {kind(value)}")
    return dict(zip(sorted(value), _uniform([value[key] for key in sorted(value)]), strict=True))


def _uniform(values: list[Any]) -> list[Any]:
    """Give the elements of a list one type: where they differ, Terraform makes them strings."""
    kinds = {kind(value) for value in values if value is not None and not isinstance(value, Unknown)}
    if len(kinds) > 1 and kinds <= {"string", "number", "bool"}:
        return [value if value is None else as_text(value) for value in values]
    return values


@function("tonumber", "a", deep=False)
def _tonumber(value: Any) -> Any:
    if isinstance(value, bool):
        raise Failure("tonumber(): cannot convert a bool")
    return None if value is None else as_number(value)


@function("tobool", "a", deep=False)
def _tobool(value: Any) -> Any:
    return None if value is None else as_bool(value)


@function("sensitive", "u", deep=False)
def _sensitive(value: Any) -> Any:
    return value


@function("nonsensitive", "u", deep=False)
def _nonsensitive(value: Any) -> Any:
    return value


@function("issensitive", "u", deep=False)
def _issensitive(_value: Any) -> Any:
    return Unknown("issensitive() is not followed here")


@function("ephemeralasnull", "u", deep=False)
def _ephemeralasnull(value: Any) -> Any:
    return value


@function("type", "u", deep=False)
def _type(value: Any) -> Any:
    return both(value) if isinstance(value, Unknown) else kind(value)
