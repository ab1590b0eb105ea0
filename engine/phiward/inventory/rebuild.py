"""Resources made again from the wire form: each struct gets one builder, made from its type hints when first needed."""

import types
import typing
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from typing import Any, Final, Literal, TypeAlias, get_args, get_origin

import msgspec
from msgspec import Struct

from phiward.errors import ContentError
from phiward.inventory import paths
from phiward.inventory.catalog import nearest
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.model import CollectionGap, Lines, Maybe, Resource, Unknown
from phiward.inventory.shapes import alternatives, hints

Hidden: TypeAlias = "Unknown | dict[Any, Hidden] | None"
"""What is unknown at a place and below it: all of it, some steps of it, nothing."""

Builder: TypeAlias = Callable[[Any, Any, str], Any]
"""Makes a value from plain data, what is hidden in it, and its path. Raises `_ShapeError`."""

NOT_STATED: Final = Unknown("not stated by the source")


class _ShapeError(Exception):
    """Plain data that is not of the declared shape."""


def gap(body: Mapping[str, Any]) -> CollectionGap:
    """Make a gap from the plain data of its line. Raises `ContentError`."""
    if len(body) != 1:
        raise ContentError("a gap line holds nothing but `gap`")
    try:
        return msgspec.convert(body["gap"], _StrictGap).gap()
    except msgspec.ValidationError as error:
        raise ContentError(f"not a gap: {error}") from error


class _StrictGap(CollectionGap, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A gap as read: a field that does not exist is refused."""

    def gap(self) -> CollectionGap:
        """Return it as the model's own struct."""
        return CollectionGap(**{name: getattr(self, name) for name in CollectionGap.__struct_fields__})


def resource(body: Mapping[str, Any], configs: Mapping[str, type[Struct]]) -> Resource:
    """Make a resource from the plain data of its line. Raises `ContentError`."""
    given = dict(body)
    hidden = _hidden(given.pop("unknown", []))
    for name in ("id", "type"):
        if not isinstance(given.get(name), str) or not given[name]:
            raise ContentError(f"a resource needs its `{name}`, a string")
    try:
        config, config_hidden = given.pop("config", None), hidden.pop("config", None)
        made: Resource = _struct(Resource)(given, hidden, "")
        if config is None and config_hidden is None:
            return made
        of = configs.get(made.type)
        built = (_any if of is None else _maybe(of, of=None))(_or_empty(config), config_hidden, "config")
    except _ShapeError as error:
        raise ContentError(str(error)) from error
    return msgspec.structs.replace(made, config=built)


def _or_empty(value: Any) -> Any:
    """Stand in for a parent that is missing only because everything below it is unknown."""
    return {} if value is None else value


def _hidden(unknown: Any) -> dict[Any, Any]:
    """Arrange the list of what is unknown by the steps of its paths."""
    root: dict[Any, Any] = {}
    if not isinstance(unknown, list):
        raise ContentError("`unknown` must be a list of [path, reason]")
    for entry in unknown:
        match entry:
            case [str(path), str(reason)]:
                pass
            case _:
                raise ContentError(f"`unknown` must hold [path, reason], not {str(entry)[:80]}")
        try:
            *parents, last = paths.parse(path)
        except ValueError as error:
            raise ContentError(f"`unknown`: {error}") from error
        place = root
        for step in parents:
            below = place.setdefault(step, {})
            if isinstance(below, Unknown):
                break
            place = below
        else:
            place[last] = Unknown(reason)
    return root


@cache
def _struct(cls: type[Struct]) -> Builder:
    """Return the builder of a struct."""
    declared = {field.name: field for field in msgspec.structs.fields(cls)}
    plan = [(name, _maybe(hint, of=name), declared[name].required) for name, hint in hints(cls).items()]
    known = frozenset(declared)

    def build(value: Any, hidden: Any, path: str) -> Any:
        if not isinstance(value, dict):
            raise _ShapeError(_expected("an object", value, path))
        if not known.issuperset(value):
            extra = min(set(value) - known)
            hint = f" (did you mean {near!r}?)" if (near := nearest(str(extra), known)) else ""
            where = path or "a resource"
            raise ContentError(f"{where} has no field {extra!r}{hint}: a typing error, or written by a newer phiward")
        made = {}
        prefix = path + "." if path else ""
        for name, of, required in plan:
            below = hidden.get(name) if hidden else None
            if isinstance(below, Unknown):
                made[name] = below
            elif name in value:
                made[name] = of(value[name], below, prefix + name)
            elif below is not None:
                made[name] = of({}, below, prefix + name)
            elif required:
                made[name] = of(None, None, prefix + name)
        return cls(**made)

    return build


@cache
def _maybe(hint: Any, *, of: str | None) -> Builder:
    """Return the builder of a type hint: None and Unknown where it admits them, else what it names."""
    if hint is Any:
        return _any
    members = get_args(hint)
    absent, unseen = types.NoneType in members, Unknown in members or of is None
    options = alternatives(hint)
    inner = _one(options[0]) if len(options) == 1 else _any

    def build(value: Any, hidden: Any, path: str) -> Any:
        if value is None and hidden is None:
            if absent:
                return None
            if unseen:
                return NOT_STATED
        if isinstance(hidden, Unknown):
            return hidden
        try:
            return inner(value, hidden, path)
        except _ShapeError as error:
            if unseen:
                return Unknown(f"{NOT_STATED.reason}: {error}")
            raise

    return build


def _one(hint: Any) -> Builder:
    """Return the builder of one alternative of a type hint."""
    origin, arguments = get_origin(hint), get_args(hint)
    if hint in (bool, int, str):
        return _scalar(hint)
    if origin is Literal:
        return _choice(arguments)
    if origin is typing.Annotated:
        return _maybe(arguments[0], of="")
    if hint is Lines:
        return _lines
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _enum(hint)
    if isinstance(hint, type) and issubclass(hint, Struct):
        return _struct(hint)
    if origin in (tuple, list, frozenset, set):
        return _list(origin, _maybe(arguments[0], of="element"))
    if origin is dict:
        return _map(_maybe(arguments[1], of="value"))
    return _any


def _expected(what: str, value: Any, path: str) -> str:
    """Say which shape was expected where."""
    found = "null" if value is None else type(value).__name__
    return f"{path or 'a line'} must be {what}, found {found}"


def _scalar(kind: type[Any]) -> Builder:
    """Return the builder of booleans, whole numbers or strings."""

    def build(value: Any, hidden: Any, path: str) -> Any:  # noqa: ARG001 - every builder takes the same three
        if type(value) is not kind:
            raise _ShapeError(_expected(kind.__name__, value, path))
        return value

    return build


def _choice(values: tuple[Any, ...]) -> Builder:
    """Return the builder of a literal."""

    def build(value: Any, hidden: Any, path: str) -> Any:  # noqa: ARG001 - every builder takes the same three
        if value not in values or type(value) is not type(values[values.index(value)]):
            raise _ShapeError(f"{path} must be one of {', '.join(map(str, values))}")
        return value

    return build


def _enum(kind: type[StrEnum]) -> Builder:
    """Return the builder of an enumeration."""

    def build(value: Any, hidden: Any, path: str) -> Any:  # noqa: ARG001 - every builder takes the same three
        try:
            return kind(value)
        except ValueError as error:
            raise _ShapeError(f"{path} must be one of {', '.join(kind)}") from error

    return build


def _lines(value: Any, hidden: Any, path: str) -> Lines:  # noqa: ARG001 - every builder takes the same three
    """Build a range of lines."""
    match value:
        case [str(file), int(line), int(end_line)]:
            return Lines(file, line, end_line)
        case _:
            raise _ShapeError(_expected("[file, line, end line]", value, path))


def _list(kind: Callable[[Any], Any], of: Builder) -> Builder:
    """Return the builder of a list of one kind of element."""

    def build(value: Any, hidden: Any, path: str) -> Any:
        if value == {} and hidden is not None:
            value = []
        if not isinstance(value, list):
            raise _ShapeError(_expected("a list", value, path))
        _within(hidden, len(value), path)
        below = hidden or {}
        return kind([of(each, below.get(index), f"{path}[{index}]") for index, each in enumerate(value)])

    return build


def _within(hidden: Any, length: int, path: str) -> None:
    """Refuse an unknown element that the list does not have."""
    for step in hidden or ():
        if not isinstance(step, int) or step >= length:
            raise ContentError(f"`unknown` names an element of {path} that the list does not have")


def _map(of: Builder) -> Builder:
    """Return the builder of a map."""

    def build(value: Any, hidden: Any, path: str) -> Any:
        if not isinstance(value, dict):
            raise _ShapeError(_expected("an object", value, path))
        below = hidden or {}
        keys = [*value, *(step for step in below if step not in value)]
        return {key: of(value.get(key, {}), below.get(key), path + paths.key(str(key))) for key in keys}

    return build


def _any(value: Any, hidden: Any, path: str) -> Any:
    """Build what has no declared shape: plain data, with what is unknown put back."""
    if isinstance(hidden, Unknown):
        return hidden
    if not hidden:
        return value
    if isinstance(value, list):
        _within(hidden, len(value), path)
        return [_any(each, hidden.get(index), f"{path}[{index}]") for index, each in enumerate(value)]
    if isinstance(value, dict):
        keys = [*value, *(step for step in hidden if step not in value)]
        return {key: _any(value.get(key, {}), hidden.get(key), path + paths.key(str(key))) for key in keys}
    raise ContentError(f"`unknown` names something below {path}, which is {type(value).__name__}")


def document(value: Any, unknown: Mapping[str, str], path: str) -> Maybe[PolicyDocument]:
    """Make the policy document at a path from its plain data and all that is unknown of the resource, by path.

    Raises `ContentError` for a field that no policy document has.
    """
    hidden: Any = _hidden([[place, reason] for place, reason in unknown.items()]) if unknown else None
    for step in paths.parse(path) if hidden else ():
        hidden = hidden.get(step) if isinstance(hidden, dict) else hidden
    made: Maybe[PolicyDocument] = _maybe(PolicyDocument, of=None)(value, hidden, path)
    return made
