"""What the configuration of a plan says of nested blocks, and which of them a planned block was made from.

A plan lists planned blocks in the provider's order: sets are sorted by their values, so that the second block written
may be the first one planned. What is written out (`constant_value`) tells which is which.
https://developer.hashicorp.com/terraform/internals/json-format#expression-representation
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

Written = Mapping[str, Any]
"""The expressions of a block: `{"constant_value": …}` or `{"references": […]}` of an argument, mappings of nested
blocks in a list. An argument without either (a function of constants) is an empty mapping."""

_MOST_PAIRS = 10_000
_DEPTH = 10
"""Blocks nested deeper are not compared: no provider has them."""
_EMPTY = ("", "0", "false")
"""What a provider may give back as *not set*."""


def is_expression(written: Any) -> bool:
    """Say whether this is an argument's expression: a mapping of others is a nested block that may stand only once."""
    return isinstance(written, dict) and (
        not written or "constant_value" in written or isinstance(written.get("references"), list)
    )


def nested(written: Any) -> list[Written] | None:
    """Return the nested blocks that are written, None where there are none; `dynamic` ones are not told."""
    if isinstance(written, list):
        return [each for each in written if isinstance(each, dict)]
    if isinstance(written, dict) and not is_expression(written):
        return [written]
    if isinstance(written, dict) and _is_blocks(written.get("constant_value")):
        # Blocks of an argument (`ingress` of a security group) that hold nothing but constants.
        return [
            {name: {"constant_value": value} for name, value in each.items() if value is not None}
            for each in written["constant_value"]
        ]
    return None


def _is_blocks(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)


def constants(written: Written) -> dict[str, Any]:
    """Return the arguments of a block that are written out."""
    return {
        name: each["constant_value"]
        for name, each in written.items()
        if is_expression(each) and "constant_value" in each
    }


def origins(
    planned: Sequence[Any], written: Sequence[Written], *, repeated: Sequence[Written] = (), complete: bool
) -> list[list[int]]:
    """Return, for each planned block, the numbers of the written ones that it may have been made from.

    Each of `written` makes exactly one planned block, each of `repeated` (the content of a `dynamic` block) any number,
    numbered after the others. `complete`: nothing else makes any. An empty list: it is not known.
    """
    every = [*written, *repeated]
    if complete and len(every) == 1:
        return [[0] for _ in planned]
    if len(planned) * len(every) > _MOST_PAIRS:
        return [[] for _ in planned]
    made = [
        [number for number, each in enumerate(every) if isinstance(block, dict) and fits(block, each)]
        for block in planned
    ]
    if any(not _makes(made, number) for number in range(len(written))):
        # The provider has changed a value that is written out, so that what is written tells nothing.
        return [list(range(len(every))) if complete else [] for _ in planned]
    while _settle(made, len(written), complete=complete):
        pass
    return (
        made if complete else [found if len(found) == 1 and len(_makes(made, found[0])) == 1 else [] for found in made]
    )


def _settle(made: list[list[int]], once: int, *, complete: bool) -> bool:
    """Rule out what a block made once cannot have made too; say whether there was any."""
    for number in range(once):
        makes = _makes(made, number)
        if len(makes) == 1 and len(made[makes[0]]) > 1:
            made[makes[0]] = [number]
            return True
    for at, found in enumerate(made):
        if complete and len(found) == 1 and found[0] < once:
            others = [other for other in _makes(made, found[0]) if other != at and len(made[other]) > 1]
            for other in others:
                made[other].remove(found[0])
            if others:
                return True
    return False


def _makes(made: list[list[int]], number: int) -> list[int]:
    return [at for at, found in enumerate(made) if number in found]


def fits(planned: Mapping[str, Any], written: Written, depth: int = 0) -> bool:
    """Say whether a planned block may have been made from a written one: nothing written out says otherwise."""
    for name, expression in written.items():
        value = planned.get(name)
        blocks = nested(expression)
        if blocks is not None:
            inner = [value] if isinstance(value, dict) else value
            # Blocks that are known only after the apply tell nothing.
            if isinstance(inner, list) and not _all_fit(inner, blocks, depth + 1):
                return False
        elif (
            is_expression(expression)
            and "constant_value" in expression
            and not same(value, expression["constant_value"])
        ):
            return False
    return True


def _all_fit(planned: list[Any], written: Sequence[Written], depth: int) -> bool:
    """Say whether each of the written blocks has a planned one."""
    if depth > _DEPTH or len(planned) * len(written) > _MOST_PAIRS:
        return True
    return all(any(isinstance(each, dict) and fits(each, block, depth) for each in planned) for block in written)


def same(planned: Any, constant: Any) -> bool:
    """Say whether a planned value is the one written out, converted to the type that the provider gives it."""
    if isinstance(planned, list) and isinstance(constant, list):
        # A set is sorted: the same elements are enough. What lists and maps hold is not compared.
        return Counter(map(_element, planned)) == Counter(map(_element, constant))
    if isinstance(planned, dict) and isinstance(constant, dict):
        return all(_element(planned.get(name)) == _element(value) for name, value in constant.items())
    if isinstance(planned, list | dict) or isinstance(constant, list | dict):
        return not planned and not constant
    if planned is None or constant is None:
        return _text(planned) in _EMPTY and _text(constant) in _EMPTY
    return _text(planned) == _text(constant)


def _element(value: Any) -> str:
    return "" if isinstance(value, list | dict) else _text(value)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
