"""Giving several values one type, as Terraform does for the elements of a list or set.

https://developer.hashicorp.com/terraform/language/expressions/type-constraints (Conversion of Complex Types)
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from phiward.collectors.terraform.evaluate.values import Failure, Handle, SetOf, as_text, kind, plain
from phiward.inventory.unknown import Unknown

_SCALARS = {"string", "number", "bool"}


def unify(values: Sequence[Any]) -> list[Any]:
    """Return the values converted to the one type that all can have. Raises `Failure` where there is none.

    A string among numbers or bools makes all of them strings. What is unknown or null stays as it is.
    """
    known = [value for value in values if value is not None and not isinstance(value, Unknown | Handle)]
    kinds = {kind(value) for value in known}
    if len(kinds) < 2 and kinds <= _SCALARS:
        return list(values)
    if kinds <= _SCALARS:
        if "string" not in kinds:
            raise Failure("numbers and bools have no type in common")
        return [value if value is None else as_text(value) for value in values]
    if all(isinstance(value, list) for value in known):
        return _merged(values, _lists(known))
    if all(isinstance(value, dict) for value in known):
        return _merged(values, _maps(known))
    raise Failure(f"{' and '.join(sorted(kinds))} have no type in common")


def _merged(values: Sequence[Any], converted: list[Any]) -> list[Any]:
    left = iter(converted)
    return [value if value is None or isinstance(value, Unknown | Handle) else next(left) for value in values]


def _lists(lists: list[list[Any]]) -> list[Any]:
    if len({len(one) for one in lists}) == 1:
        columns = [unify(column) for column in zip(*lists, strict=True)]
        return [type(one)(column[at] for column in columns) for at, one in enumerate(lists)]
    items = iter(unify([item for one in lists for item in one]))
    return [type(one)(next(items) for _ in one) for one in lists]


def _maps(maps: list[dict[str, Any]]) -> list[Any]:
    if all(one.keys() == maps[0].keys() for one in maps):
        columns = {key: unify([one[key] for one in maps]) for key in maps[0]}
        return [type(one)((key, columns[key][at]) for key in one) for at, one in enumerate(maps)]
    items = iter(unify([item for one in maps for item in one.values()]))
    return [type(one)((key, next(items)) for key in one) for one in maps]


def as_set(values: Iterable[Any]) -> SetOf:
    """Make a set of values, given one type: plain ones sorted as Terraform sorts them, null and unknown ones last."""
    seen: dict[str, Any] = {}
    last: list[Any] = []
    nulls: list[Any] = []
    for value in unify(list(values)):
        if isinstance(value, Unknown | Handle):
            last.append(value)
        elif value is None:
            nulls = [None]
        else:
            seen.setdefault(_order(value), value)
    if all(isinstance(value, int | float) for value in seen.values()):
        return SetOf([*sorted(seen.values()), *nulls, *last])
    return SetOf([*(value for _, value in sorted(seen.items())), *nulls, *last])


def _order(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(plain(value), sort_keys=True, default=lambda item: f"{item.reason}")
