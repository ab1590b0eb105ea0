"""Types: https://developer.hashicorp.com/terraform/language/functions (Type Conversion)."""

from typing import Any

from phiward.collectors.terraform.evaluate.functions.registry import as_list, function
from phiward.collectors.terraform.evaluate.partly import PartlyKnownList, ordered, split, unordered
from phiward.collectors.terraform.evaluate.unify import as_set, unify
from phiward.collectors.terraform.evaluate.values import (
    Failure,
    ListOf,
    MapOf,
    SetOf,
    as_bool,
    as_number,
    as_text,
    both,
    kind,
)
from phiward.inventory.unknown import Unknown


@function("tolist", "a", deep=False, partly=True)
def _tolist(value: Any) -> Any:
    value = ordered(value)
    if isinstance(value, Unknown):
        return value if isinstance(value, PartlyKnownList) else both(value)
    return None if value is None else ListOf(unify(as_list(value)))


@function("toset", "a", deep=False, partly=True)
def _toset(value: Any) -> Any:
    if isinstance(value, PartlyKnownList):
        known, rests = split(value.parts)
        return unordered(as_set(known), rests)
    if isinstance(value, Unknown):
        return both(value)
    if value is None or isinstance(value, SetOf):
        return value
    return as_set(as_list(value))


@function("tomap", "a", deep=False, partly=True)
def _tomap(value: Any) -> Any:
    if value is None or isinstance(value, Unknown):
        return value
    if not isinstance(value, dict):
        raise Failure(f"tomap(): cannot convert a {kind(value)}")
    return MapOf(zip(sorted(value), unify([value[key] for key in sorted(value)]), strict=True))


@function("tonumber", "a", deep=False)
def _tonumber(value: Any) -> Any:
    if isinstance(value, bool):
        raise Failure("tonumber(): cannot convert a bool")
    return None if value is None else as_number(value)


@function("tobool", "a", deep=False)
def _tobool(value: Any) -> Any:
    return None if value is None else as_bool(value)


@function("tostring", "a", deep=False)
def _tostring(value: Any) -> Any:
    if isinstance(value, list | dict):
        raise Failure(f"tostring(): cannot convert a {kind(value)}")
    return None if value is None else as_text(value)


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
