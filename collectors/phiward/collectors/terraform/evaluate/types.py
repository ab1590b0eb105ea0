"""Type constraints of variables: conversion, and the defaults of `optional()`."""

from typing import Any

from phiward.collectors.terraform.evaluate.unify import as_set, unify
from phiward.collectors.terraform.evaluate.values import (
    Failure,
    Handle,
    ListOf,
    MapOf,
    SetOf,
    as_bool,
    as_number,
    as_text,
    kind,
)
from phiward.collectors.terraform.hcl import syntax as hcl
from phiward.inventory.unknown import Unknown

_SCALARS = {"string": as_text, "number": as_number, "bool": as_bool}


def convert(value: Any, constraint: Any) -> Any:
    """Convert a value to a type constraint (None: any). Raises `Failure` where it does not fit."""
    if value is None or isinstance(value, Unknown | Handle) or constraint is None:
        return value
    if isinstance(constraint, hcl.Literal) and isinstance(constraint.value, str):
        constraint = hcl.Reference((constraint.value,))  # `type = "string"`, from before Terraform 0.12
    if isinstance(constraint, hcl.Reference):
        name = constraint.names[0]
        if name in _SCALARS:
            return _SCALARS[name](value)
        return _collection(value, name, None)
    if not isinstance(constraint, hcl.Call) or not constraint.arguments:
        return value
    inner = constraint.arguments[0]
    if constraint.name == "object" and isinstance(inner, hcl.ObjectOf):
        return _object(value, inner)
    if constraint.name == "tuple" and isinstance(inner, hcl.TupleOf):
        if not isinstance(value, list) or len(value) != len(inner.items):
            raise Failure("the value is not a tuple of the declared length")
        return [convert(item, of) for item, of in zip(value, inner.items, strict=True)]
    if constraint.name == "optional":
        return convert(value, inner)
    return _collection(value, constraint.name, inner)


def _collection(value: Any, name: str, of: Any) -> Any:
    if name in ("list", "set"):
        if not isinstance(value, list):
            raise Failure(f"a {name} is required, not a {kind(value)}")
        items = [convert(item, of) for item in value]
        return as_set(items) if name == "set" else ListOf(unify(items))
    if name == "map":
        if not isinstance(value, dict):
            raise Failure(f"a map is required, not a {kind(value)}")
        return MapOf(zip(value, unify([convert(item, of) for item in value.values()]), strict=True))
    return value


def _object(value: Any, fields: hcl.ObjectOf) -> Any:
    if not isinstance(value, dict):
        raise Failure(f"an object is required, not a {kind(value)}")
    out: dict[str, Any] = {}
    for key_node, constraint in fields.items:
        key = str(getattr(key_node, "value", ""))
        optional = constraint if isinstance(constraint, hcl.Call) and constraint.name == "optional" else None
        if value.get(key) is not None:
            out[key] = convert(value[key], constraint)
        elif optional is not None:
            default = optional.arguments[1] if len(optional.arguments) > 1 else None
            out[key] = convert(constant(default), optional.arguments[0]) if default is not None else None
        elif key in value:
            out[key] = None
        else:
            raise Failure(f"the attribute {key!r} is required")
    return out


def constant(node: Any) -> Any:
    """Return the value of an expression that names nothing; `Unknown` for any other."""
    if isinstance(node, hcl.Literal):
        return node.value
    if isinstance(node, hcl.TupleOf):
        return [constant(item) for item in node.items]
    if isinstance(node, hcl.ObjectOf):
        return {str(constant(key)): constant(item) for key, item in node.items}
    if isinstance(node, hcl.Unary):
        value = constant(node.of)
        if node.operator == "!" and isinstance(value, bool):
            return not value
        if node.operator == "-" and isinstance(value, int | float) and not isinstance(value, bool):
            return -value
    return Unknown("this expression is not a constant")


def defaulted(_arguments: list[Any]) -> Any:
    """Stand for `defaults()`, an experiment that Terraform has withdrawn."""
    return Unknown("defaults() is no longer part of Terraform")


__all__ = ["SetOf", "constant", "convert", "defaulted"]
