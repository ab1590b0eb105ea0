"""What the declared structs are, read from their type hints, as the plain fields of the catalog."""

import types
import typing
from enum import StrEnum
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

import msgspec
from msgspec import Struct

from phiward.inventory.aspects import Aspect
from phiward.inventory.catalog import Field, Kind
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.model import OriginKind, Resource
from phiward.inventory.unknown import Unknown

_SCALARS: dict[Any, Kind] = {bool: "bool", int: "int", str: "str", Any: "any", object: "any", PolicyDocument: "policy"}
_SMALL = range(-5, 257)


@cache
def hints(cls: type[Struct]) -> dict[str, Any]:
    """Return a struct's fields with their resolved type hints, in the order of declaration."""
    found = typing.get_type_hints(cls)
    return {name: found[name] for name in cls.__struct_fields__}


@cache
def aspect_types() -> dict[str, type[Aspect]]:
    """Return the aspects that a `Resource` can have, by field name, in its order."""
    found: dict[str, type[Aspect]] = {}
    for name, hint in hints(Resource).items():
        for option in alternatives(hint):
            if isinstance(option, type) and issubclass(option, Aspect):
                found[name] = option
    return found


@cache
def aspect_names() -> dict[type[Aspect], str]:
    """Return the field name of each aspect: `EncryptionAtRest` to `encryption_at_rest`."""
    return {aspect: name for name, aspect in aspect_types().items()}


def aspect_fields(*, docs: bool) -> dict[str, Field]:
    """Return every aspect as a field. A type that declares one must fill it, so none is optional."""
    return {name: struct_field(aspect, docs=docs) for name, aspect in aspect_types().items()}


def common_fields(*, docs: bool) -> dict[str, Field]:
    """Return what every resource has and a control may ask of."""
    all_of_it = _members(Resource, docs=docs, seen=())
    kinds = Field(kind="str", stated=True, values=tuple(OriginKind))
    names = ("id", "type", "name", "provider", "account", "region", "tags", "sensitive_data")
    return {name: all_of_it[name] for name in names} | {
        "origin": Field(kind="struct", stated=True, fields={"kind": kinds}, doc=all_of_it["origin"].doc)
    }


def alternatives(hint: Any) -> list[Any]:
    """Return the members of a union, `None` and `Unknown` left out."""
    options = get_args(hint) if get_origin(hint) in (Union, types.UnionType) else (hint,)
    return [option for option in options if option is not Unknown and option is not types.NoneType]


def struct_field(cls: type[Struct], *, docs: bool, seen: tuple[type, ...] = ()) -> Field:
    """Return a struct as a field, stated, with its members.

    Raises `TypeError` for what the wire cannot carry the same way each time: a struct without `omit_defaults`, a
    default that is not None, a boolean, a small number or empty, a float, a struct within itself.
    """
    if cls in seen:
        raise TypeError(f"{cls.__qualname__} holds itself: the inventory has no recursive structs")
    if not cls.__struct_config__.omit_defaults:
        raise TypeError(f"{cls.__qualname__} must be declared with omit_defaults=True: the wire leaves defaults out")
    doc = ""
    if docs:
        from phiward.inventory.docs import class_doc

        doc = class_doc(cls)
    return Field(kind="struct", stated=True, fields=_members(cls, docs=docs, seen=(*seen, cls)), doc=doc)


def _members(cls: type[Struct], *, docs: bool, seen: tuple[type, ...]) -> dict[str, Field]:
    """Return the members of a struct."""
    texts: dict[str, str] = {}
    if docs:
        from phiward.inventory.docs import field_docs

        texts = field_docs(cls)
    defaults = {field.name: field for field in msgspec.structs.fields(cls)}
    wanted = {name: hint for name, hint in hints(cls).items() if cls is not Resource or name in _COMMON}
    members: dict[str, Field] = {}
    for name, hint in wanted.items():
        place = f"{cls.__qualname__}.{name}"
        field = _field(hint, place=place, docs=docs, seen=seen)
        members[name] = msgspec.structs.replace(
            field,
            stated=defaults[name].required,
            default=_default(defaults[name], place),
            doc=texts.get(name) or field.doc,
        )
    return members


_COMMON = frozenset({"id", "type", "name", "provider", "account", "region", "tags", "sensitive_data", "origin"})


def _default(field: Any, place: str) -> Any:
    """Return a default as plain JSON; None where there is none that would stand for a value."""
    value = field.default
    if field.default_factory is not msgspec.NODEFAULT:
        value = field.default_factory()
    if value is msgspec.NODEFAULT or value is None:
        return None
    if isinstance(value, bool) or (isinstance(value, int) and value in _SMALL):
        return value
    if isinstance(value, tuple | list | frozenset | set) and not value:
        return []
    if isinstance(value, dict) and not value:
        return {}
    raise TypeError(f"{place} defaults to {value!r}: make it None, a boolean, a small number or empty, or no default")


def _field(hint: Any, *, place: str, docs: bool, seen: tuple[type, ...]) -> Field:
    """Return what one type hint is."""
    optional = hint is not Any and types.NoneType in get_args(hint)
    options = alternatives(hint)
    fields = [_one(option, place=place, docs=docs, seen=seen) for option in options]
    if len(fields) == 1:
        return msgspec.structs.replace(fields[0], optional=optional, stated=False)
    if fields and all(field.kind == fields[0].kind and field.values for field in fields):
        values = tuple(value for field in fields for value in field.values)
        return Field(kind=fields[0].kind, optional=optional, values=values)
    return Field(kind="any", optional=optional)


def _one(hint: Any, *, place: str, docs: bool, seen: tuple[type, ...]) -> Field:
    """Return what one alternative of a type hint is."""
    if hint in _SCALARS:
        return Field(kind=_SCALARS[hint])
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is typing.Annotated:
        return _field(arguments[0], place=place, docs=docs, seen=seen)
    if origin is Literal:
        kinds = {_SCALARS[type(value)] for value in arguments}
        return Field(kind=kinds.pop() if len(kinds) == 1 else "any", values=tuple(arguments))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Field(kind="str", values=tuple(str(value) for value in hint))
    if isinstance(hint, type) and issubclass(hint, Struct):
        return struct_field(hint, docs=docs, seen=seen)
    if origin is tuple and len(arguments) == 2 and arguments[1] is Ellipsis:
        return Field(kind="list", item=_field(arguments[0], place=place, docs=docs, seen=seen))
    if origin in (list, frozenset, set):
        return Field(kind="list", item=_field(arguments[0], place=place, docs=docs, seen=seen))
    if origin is dict and arguments[0] is str:
        return Field(kind="map", item=_field(arguments[1], place=place, docs=docs, seen=seen))
    raise TypeError(f"{place} is declared as {hint}: the inventory holds bool, int, str, lists, maps and structs only")
