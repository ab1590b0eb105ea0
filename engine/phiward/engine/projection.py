"""Projections: of a resource type, only the fields that conditions read, as structs that a line is decoded into.

What does not fit (a stated field missing, another shape) makes the decoding fail, and the line goes to the reference
interpreter. So whatever a projection lets through is known, absent or a declared default, and nothing else.
"""

import keyword
from typing import Any, Literal

import msgspec

from phiward.engine.condition import Condition, Count, Elements, Related, Test, parts
from phiward.engine.facts import steps_of
from phiward.inventory.catalog import Field

_SCALARS: dict[str, Any] = {"bool": bool, "int": int, "str": str, "policy": msgspec.Raw}
_EMPTY = Field(kind="struct")


OWNER_ASKED = "policy_cross_account"
"""The operator whose answer depends on the account that the resource belongs to."""


class Unprojectable(Exception):  # noqa: N818 - a signal between modules, told to nobody
    """A condition reads something of no declared shape; it is left to the reference interpreter."""


class Want:
    """Which parts of a value are read: members of a struct, what of each element of a list."""

    def __init__(self) -> None:
        self.members: dict[str, Want] = {}
        self.element: Want | None = None

    def at(self, steps: tuple[str, ...]) -> "Want":
        """Return what is wanted further down, wanting it from now on."""
        want = self
        for step in steps:
            want = want.members.setdefault(step, Want())
        return want


def collect(condition: Condition, want: Want, field: Field) -> None:
    """Add what a condition reads. Raises `Unprojectable`, having added too much at most."""
    match condition:
        case Test(path) | Count(path):
            found = want.at(steps_of(path))
            declared = field_at(field, path)
            if declared.kind == "list":
                found.element = found.element or Want()
                _shaped(declared.item)
            elif declared.kind == "map":
                _shaped(declared.item)
        case Elements(path):
            found = want.at(steps_of(path))
            found.element = found.element or Want()
            collect(condition.condition, found.element, _shaped(field_at(field, path).item))
        case Related(relation):
            want.at(("relations", relation)).element = Want()
        case _:
            for part in parts(condition):
                collect(part, want, field)


def asks_owner(condition: Condition) -> bool:
    """Say whether a condition needs the resource's account."""
    if isinstance(condition, Test):
        return condition.operator == OWNER_ASKED
    return any(asks_owner(part) for part in parts(condition))


def field_at(field: Field, path: str) -> Field:
    """Return what a path leads to, if every step of it has a declared shape."""
    for step in steps_of(path):
        if field.kind != "map" and (not step.isidentifier() or keyword.iskeyword(step)):
            raise Unprojectable
        field = _shaped(field.item if field.kind == "map" else field.fields.get(step))
    return field


def _shaped(field: Field | None) -> Field:
    if field is None or field.kind == "any":
        raise Unprojectable
    return field


def decoder(type_name: str, root: Field, want: Want) -> "msgspec.json.Decoder[Any]":
    """Return the decoder of a type's lines."""
    members = [each for each in _members(root, want) if each[0] != "type"]
    members += [("type", Literal.__getitem__(type_name)), ("unknown", Any, None)]
    return msgspec.json.Decoder(_struct("Line", members))


def _members(field: Field, want: Want) -> list[Any]:
    found: list[Any] = []
    for name, inner in want.members.items():
        declared = field_at(field, name)
        hint = hint_of(declared, inner)
        if declared.default is not None:
            found.append((name, hint, _default(declared, hint)))
        elif declared.optional:
            found.append((name, hint, None))
        else:
            found.append((name, hint))
    return found


def _struct(name: str, members: list[Any]) -> type[msgspec.Struct]:
    """Make a struct. Its members are in the order of a canonical line's, in which they are found at once."""
    return msgspec.defstruct(name, sorted(members, key=lambda each: str(each[0])), gc=False, kw_only=True)


def _default(field: Field, hint: Any) -> Any:
    if field.default == []:
        return ()
    if field.default == {}:
        return msgspec.field(default_factory=dict if field.kind == "map" else hint)
    return field.default


def _generic(kind: Any, *of: Any) -> Any:
    """Return `list[of]` or `dict[str, of]`, made at run time."""
    return kind[of]


def hint_of(field: Field, want: Want) -> Any:
    """Return the type that a field is decoded as."""
    hint: Any
    if field.values:
        hint = Literal.__getitem__(tuple(str(each) if isinstance(each, str) else each for each in field.values))
    elif field.kind == "list":
        hint = _generic(list, hint_of(_shaped(field.item), want.element or Want()))
    elif field.kind == "map":
        inner = Want()
        for each in want.members.values():
            inner.members.update(each.members)
            inner.element = inner.element or each.element
        hint = _generic(dict, str, hint_of(_shaped(field.item), inner))
    elif field.kind == "struct":
        hint = _struct("Part", _members(field, want))
    else:
        hint = _SCALARS[field.kind]
    # Raw takes null as it takes anything; a union with it would take null alone.
    return hint | None if field.optional and field.kind != "policy" else hint
