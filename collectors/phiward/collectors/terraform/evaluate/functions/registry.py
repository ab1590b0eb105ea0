"""How a function of Terraform is written down: a Python function, and what it takes."""

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from phiward.collectors.terraform.evaluate.partly import PartlyKnownList, PartlyKnownMap
from phiward.collectors.terraform.evaluate.unify import unify
from phiward.collectors.terraform.evaluate.values import (
    COLLECTION_SIZE,
    TEXT_SIZE,
    Exhausted,
    Failure,
    Handle,
    as_bool,
    as_number,
    as_text,
    both,
    kind,
    parts_in,
    unknowns,
)
from phiward.inventory.unknown import Unknown

FUNCTIONS: dict[str, "Function"] = {}


class Function(Struct, frozen=True):
    """One function. `takes` has a letter for each parameter.

    s(tring), n(umber), i(nteger), b(ool), l(ist), t: a list of strings, e: a list whose elements are given one type,
    m(ap), a(ny), u: any, unknown values too. `?` after a letter makes it optional, `*` lets it repeat. Where not
    `deep`, unknown values within an argument are the function's own business; otherwise any makes the result unknown.
    """

    run: Callable[..., Any]
    takes: tuple[str, ...]
    deep: bool
    partly: bool
    """Whether it knows what to do with a `PartlyKnownList` or `PartlyKnownMap`."""
    costly: bool
    """Whether it takes, first of all, what counts the steps that it needs."""


def function(
    name: str, takes: str, *, deep: bool = True, partly: bool = False, costly: bool = False
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function of Terraform."""

    def register(run: Callable[..., Any]) -> Callable[..., Any]:
        FUNCTIONS[name] = Function(run, tuple(takes.split()), deep, partly, costly)
        return run

    return register


Spend = Callable[[int], None]
"""Counts steps of evaluation. Raises `Exhausted` when there are none left."""


def call(name: str, arguments: list[Any], spend: Spend) -> Any:
    """Call a function by its name. Raises `Failure` where Terraform would refuse, and `Exhausted`."""
    known = FUNCTIONS.get(name.removeprefix("core::"))
    if known is None:
        return Unknown(f"the function {name} is not known here")
    spend(_effort(arguments))
    values = _converted(name, known.takes, arguments)
    if not known.takes or "u" not in known.takes[0]:
        allowed: tuple[type, ...] = (PartlyKnownList, PartlyKnownMap) if known.partly else ()
        missing = [value for value in values if isinstance(value, Unknown) and not isinstance(value, allowed)]
        if missing:
            return both(*missing)
    if known.deep:
        inner = list(unknowns(values))
        if inner:
            return both(*inner)
    try:
        result = known.run(spend, *values) if known.costly else known.run(*values)
    except RecursionError:
        raise Exhausted(f"{name}() nests too deeply") from None
    except (ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
        # A wrong argument is the code's mistake, as it would be Terraform's: the error names it.
        raise Failure(f"{name}(): {error}") from None
    if isinstance(result, str) and len(result) > TEXT_SIZE:
        raise Exhausted(f"{name}() makes a text of more than {TEXT_SIZE} characters")
    if isinstance(result, list) and len(result) > COLLECTION_SIZE:
        raise Exhausted(f"{name}() makes more than {COLLECTION_SIZE} elements")
    return result


def _effort(arguments: list[Any]) -> int:
    """Return the steps that looking through the arguments takes."""
    effort = 0
    for argument in arguments:
        if isinstance(argument, str):
            effort += len(argument) // 50
        elif isinstance(argument, list | dict):
            effort += parts_in(argument) // 4
    return effort


def _converted(name: str, takes: tuple[str, ...], arguments: list[Any]) -> list[Any]:
    required = sum(1 for letter in takes if letter[-1] not in "?*")
    if len(arguments) < required or (len(arguments) > len(takes) and not (takes and takes[-1].endswith("*"))):
        raise Failure(f"{name}() does not take {len(arguments)} arguments")
    return [_CONVERT[takes[min(at, len(takes) - 1)][0]](argument) for at, argument in enumerate(arguments)]


def as_list(value: Any) -> Any:
    """Take a list, tuple or set."""
    if isinstance(value, list | Unknown):
        return value
    if isinstance(value, Handle):
        return value.opaque()
    raise Failure(f"a list is required, not a {kind(value)}")


def as_texts(value: Any) -> Any:
    """Take a list of strings; null stays null."""
    items = as_list(value)
    return items if isinstance(items, Unknown) else [item if item is None else as_text(item) for item in items]


def as_elements(value: Any) -> Any:
    """Take a list, its elements given one type."""
    items = as_list(value)
    return items if isinstance(items, Unknown) else type(items)(unify(items))


def as_whole(value: Any) -> Any:
    """Take a whole number."""
    number = as_number(value)
    if isinstance(number, float):
        raise Failure("a whole number is required")
    return number


def as_map(value: Any) -> Any:
    """Take a map or object."""
    if isinstance(value, dict | Unknown):
        return value
    if isinstance(value, Handle):
        return value.expanded()
    raise Failure(f"a map is required, not a {kind(value)}")


def _any(value: Any) -> Any:
    return value.opaque() if isinstance(value, Handle) else value


_CONVERT: dict[str, Callable[[Any], Any]] = {
    "s": as_text,
    "n": as_number,
    "i": as_whole,
    "b": as_bool,
    "l": as_list,
    "t": as_texts,
    "e": as_elements,
    "m": as_map,
    "a": _any,
    "u": lambda value: value,
}
__all__ = ["FUNCTIONS", "Function", "as_list", "as_map", "call", "function"]
