r"""The wire form: one resource or gap as one canonical line of JSON.

A resource line has the fields of `Resource`, defaults left out (a stated `None` of a field without default is null).
Every `Unknown` is lifted out into the top-level `unknown`, a list of `[path, reason]` sorted by path: the field, map
entry or aspect itself is then missing, an element of a list is null in its place. A gap line is `{"gap": {...}}`, that
of a comment that asks for a waiver is `{"waiver": {...}}`.

Canonical means: keys sorted, no spaces, UTF-8 in normal form C, control characters escaped, no fractions, numbers
within ±2^53. What cannot be written so is not lost in silence: a fraction, a greater number, nesting beyond
`MAX_DEPTH` becomes unknown, with that as the reason; a lone surrogate (a stray byte in a file name) becomes `\udcff`.
"""

import re
from collections.abc import Mapping
from enum import Enum
from functools import cache
from typing import Any, Final
from unicodedata import is_normalized, normalize

import msgspec
from msgspec import Struct

from phiward.errors import ContentError
from phiward.inventory import paths
from phiward.inventory.model import CollectionGap, Found, Resource, Unknown, WaiverComment

MAX_DEPTH: Final = 64
"""Levels of nesting that a line may have."""
MAX_INT: Final = 2**53
"""The greatest number that every JSON reader keeps exact (RFC 8259, section 6, says 2^53 - 1 is the last safe one)."""

_ENCODER: Final = msgspec.json.Encoder(order="sorted")
# Three patterns, since a literal prefix makes each scan four times as fast as one pattern with a choice of prefixes.
_ODD_NUMBERS: Final = tuple(
    re.compile(before + rb"-?[0-9]+(?:[0-9]{15}|[.eE])").search for before in (rb'":', rb",", rb"\[")
)
_BRACKETS: Final = re.compile(rb"[\[\]{}]").findall
_OUT: Final = object()
_SCALARS: Final = frozenset({str, int, bool, float, type(None)})
_HOLDERS: Final = tuple(
    sorted(
        {*Resource.__struct_fields__}
        - {"id", "type", "origin", "name", "provider", "account", "region"}
        - {"observations", "lines", "left_out"}
    )
)
"""The fields of a resource that may hold something unknown."""


def encode(item: Found) -> bytes:
    """Write a resource, gap or comment as one line, without the newline."""
    whole: Any = item
    if not isinstance(item, Resource):
        whole = {"gap" if isinstance(item, CollectionGap) else "waiver": item}
    try:
        line = _ENCODER.encode(whole)
    except (UnicodeEncodeError, RecursionError, OverflowError, msgspec.EncodeError):
        return _ENCODER.encode(plain(item))
    # An Unknown is the only struct with `refs`. Seeing one, or anything not canonical, in a string costs only time.
    # What opens few brackets cannot be deep; how deep the encoder itself goes differs between versions of Python.
    deep = line.count(b"[") + line.count(b"{") > MAX_DEPTH and _depth(line) > MAX_DEPTH
    if deep or _odd_number(line) or not _canonical_text(line):
        return _ENCODER.encode(plain(item))
    return _ENCODER.encode(_lifted(item)) if b'"refs":[' in line and isinstance(item, Resource) else line


def _depth(line: bytes) -> int:
    """Return how deep a line may be nested: brackets within text count too."""
    depth = deepest = 0
    for bracket in _BRACKETS(line):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _lifted(item: Resource) -> dict[str, Any]:
    """Return what `plain` does of a resource that has nothing odd but its Unknowns."""
    body: dict[str, Any] = msgspec.to_builtins(item)
    unknown: list[list[str]] = []
    for name in _HOLDERS:
        member = getattr(item, name)
        if type(member) not in _SCALARS and name in body:
            _lift(name, member, name, body, unknown)
    if unknown:
        body["unknown"] = sorted(unknown)
    return body


def _lift(name: Any, member: Any, path: str, body: dict[Any, Any], unknown: list[list[str]]) -> None:
    """Take the Unknowns of one member of a body, or below it, out of their plain form."""
    kind = type(member)
    if kind is Unknown:
        del body[name]
        unknown.append([path, member.reason])
    elif kind is tuple or kind is list:
        if not _SCALARS.issuperset(map(type, member)):
            elements = dict(enumerate(body[name]))
            for at, each in enumerate(member):
                if type(each) not in _SCALARS:
                    _lift(at, each, f"{path}[{at}]", elements, unknown)
            body[name] = [elements.get(at) for at in range(len(member))]
    elif issubclass(kind, Struct):
        inner = body[name]
        for field in kind.__struct_fields__:
            each = getattr(member, field)
            if type(each) not in _SCALARS and field in inner:
                _lift(field, each, f"{path}.{field}", inner, unknown)
    elif issubclass(kind, Mapping):
        inner = body[name]
        for key, each in member.items():
            if type(each) not in _SCALARS and key in inner:
                _lift(key, each, path + paths.key(str(key)), inner, unknown)


def plain(item: Found) -> dict[str, Any]:
    """Return what `encode` writes, as plain data with keys in any order."""
    if not isinstance(item, Resource):
        return {"gap" if isinstance(item, CollectionGap) else "waiver": _struct(item, "", 1, [])}
    unknown: list[list[str]] = []
    body = _struct(item, "", 0, unknown)
    if unknown:
        body["unknown"] = sorted(unknown)
    return body


def decode(line: bytes | str | Mapping[str, Any], configs: Mapping[str, type[Struct]] | None = None) -> Found:
    """Read a line, or the plain data of one.

    `configs` maps a resource type to its config struct; the config of a type that is not in it stays a plain mapping
    (lists, not tuples, within). Follows the reading rules of the inventory: a field that must be stated and is
    missing, null or of another shape becomes `Unknown`. Raises `ContentError` for what is no line of an inventory:
    malformed JSON, a field that does not exist, no id.
    """
    from phiward.inventory.rebuild import gap, resource

    body: Any = line
    if isinstance(line, bytes | str):
        try:
            body = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise ContentError(f"not a line of an inventory: {error}") from error
    if not isinstance(body, dict):
        raise ContentError(f"not a line of an inventory: expected an object, found {type(body).__name__}")
    if "gap" in body:
        return gap(body)
    if "waiver" in body:
        try:
            return msgspec.convert(body["waiver"], WaiverComment)
        except msgspec.ValidationError as error:
            raise ContentError(f"not a line of an inventory: {error}") from error
    return resource(body, configs or {})


def _odd_number(line: bytes) -> bool:
    """Say whether a line may hold a fraction or a number of more than 15 digits."""
    in_object, in_list, first = _ODD_NUMBERS
    return bool(in_object(line) or in_list(line) or first(line))


def _canonical_text(line: bytes) -> bool:
    """Say whether all text of a line is in normal form C."""
    return line.isascii() or is_normalized("NFC", line.decode())


def _text(value: str) -> str:
    """Return text in normal form C, what UTF-8 cannot write as an escape in words."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        value = value.encode("utf-8", "backslashreplace").decode()
    return normalize("NFC", value)


@cache
def _plan(cls: type[Struct]) -> tuple[tuple[str, Any, bool], ...]:
    """Return a struct's fields: the name, the default that is left out, and whether there is one."""
    plan = []
    for field in msgspec.structs.fields(cls):
        default, has = field.default, not field.required
        if field.default_factory is not msgspec.NODEFAULT:
            default = field.default_factory()
        plan.append((field.name, default, has))
    return tuple(plan)


def _struct(value: Struct, path: str, depth: int, unknown: list[list[str]]) -> dict[str, Any]:
    """Return a struct as plain data, defaults left out, its Unknowns added to the list."""
    out: dict[str, Any] = {}
    prefix = path + "." if path else ""
    for name, default, has in _plan(type(value)):
        member = getattr(value, name)
        if has and (member is default or (type(member) is type(default) and member == default)):
            continue
        written = _value(member, prefix + name, depth + 1, unknown)
        if written is not _OUT:
            out[name] = written
    return out


def _value(value: Any, path: str, depth: int, unknown: list[list[str]]) -> Any:
    """Return a value as plain data, or `_OUT` where it is unknown and only the list says so."""
    if value is None or value is True or value is False:
        return value
    if isinstance(value, str):
        return _text(value.value if isinstance(value, Enum) else value)
    if isinstance(value, Unknown):
        unknown.append([path, _text(value.reason)])
        return _OUT
    if isinstance(value, int | float):
        return _number(value, path, unknown)
    if depth > MAX_DEPTH:
        unknown.append([path, f"nested more than {MAX_DEPTH} levels deep"])
        return _OUT
    if isinstance(value, Struct):
        return _struct(value, path, depth, unknown)
    if isinstance(value, Mapping):
        return _mapping(value, path, depth, unknown)
    if isinstance(value, frozenset | set):
        value = sorted(value)
    if isinstance(value, tuple | list):
        written = [_value(each, f"{path}[{index}]", depth + 1, unknown) for index, each in enumerate(value)]
        return [None if each is _OUT else each for each in written]
    raise TypeError(f"{path} holds a {type(value).__name__}, which an inventory cannot")


def _mapping(value: Mapping[Any, Any], path: str, depth: int, unknown: list[list[str]]) -> dict[str, Any]:
    """Return a mapping as plain data. Keys that normal form C makes the same are unknown together."""
    out: dict[str, Any] = {}
    twice: set[str] = set()
    for name, member in value.items():
        written_name = _text(str(name))
        if written_name in out or written_name in twice:
            twice.add(written_name)
            continue
        out[written_name] = member
    for name in twice:
        out[name] = Unknown("two keys differ only in how Unicode spells them")
    written = {name: _value(member, path + paths.key(name), depth + 1, unknown) for name, member in out.items()}
    return {name: member for name, member in written.items() if member is not _OUT}


def _number(value: Any, path: str, unknown: list[list[str]]) -> Any:
    """Return a number that every reader keeps exact, or say that it is unknown."""
    if isinstance(value, int) and -MAX_INT <= value <= MAX_INT:
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) <= MAX_INT:
        return int(value)
    said = "a fraction" if isinstance(value, float) else "a number beyond 2^53"
    unknown.append([path, f"{said} cannot be written down exactly"])
    return _OUT
