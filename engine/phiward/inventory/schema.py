"""The JSON Schema of the wire form, generated from the catalog, and what is wrong with a resource measured by it."""

import re
from typing import Any, Final

import msgspec

from phiward.inventory import paths
from phiward.inventory.catalog import Catalog, Field
from phiward.inventory.model import Resource
from phiward.inventory.shapes import struct_field
from phiward.inventory.wire import plain

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: Final = {"bool": "boolean", "int": "integer", "str": "string"}
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_NETWORK: Final = re.compile(r"[0-9a-fA-F.:]+/\d{1,3}")


def json_schema(catalog: Catalog) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of one line of an inventory: a resource of any type, or a gap.

    `$defs` holds each aspect by name and each type under `type:NAME`. Nothing known is required, since any of it may
    be listed under `unknown` instead.
    """
    names = {name: {"$ref": f"#/$defs/{name}"} for name in catalog.aspects}
    definitions = {name: _schema(field) for name, field in catalog.aspects.items()}
    for name, info in catalog.types.items():
        root = catalog.root(name).fields
        properties = {member: names.get(member) or _schema(field) for member, field in root.items()}
        properties["type"] = {"const": name}
        properties["relations"] = _object(
            {relation: _LINKS | {"description": each.doc} for relation, each in info.relations.items()}
        )
        definitions[f"type:{name}"] = _object(properties | _RECORDED) | {
            "title": info.title,
            "required": ["id", "origin", "type"],
        }
    definitions["policy"] = _schema(struct_field(_policy_document(), docs=True))
    definitions["gap"] = _object({"gap": _GAP}) | {"required": ["gap"]}
    definitions["reach"] = _object({"phiward": {"const": "reach"}, "reach": _REACH}) | {
        "required": ["phiward", "reach"]
    }
    choices = [{"$ref": f"#/$defs/type:{name}"} for name in catalog.types]
    return {
        "$schema": DIALECT,
        "title": "One line of a phiward inventory, after the header",
        "oneOf": [*choices, {"$ref": "#/$defs/gap"}, {"$ref": "#/$defs/reach"}],
        "$defs": definitions,
    }


_TEXT: Final[dict[str, Any]] = {"type": "string"}
_LINKS: Final[dict[str, Any]] = {"type": "array", "items": _TEXT}
_NUMBER: Final[dict[str, Any]] = {"type": "integer"}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of an object that holds these members and no others."""
    return {"type": "object", "additionalProperties": False, "properties": properties}


_RECORDED: Final[dict[str, Any]] = {
    "origin": _object({"kind": _TEXT, "file": _TEXT, "line": _NUMBER, "end_line": _NUMBER}),
    "lines": {
        "type": "object",
        "additionalProperties": {"type": "array", "prefixItems": [_TEXT, _NUMBER, _NUMBER], "items": False},
    },
    "left_out": {
        "type": "object",
        "additionalProperties": {"type": "array", "prefixItems": [_TEXT, {}], "items": False},
    },
    "observations": {
        "type": "array",
        "items": _object({"fills": _LINKS} | dict.fromkeys(("call", "at", "principal", "request_id", "digest"), _TEXT)),
    },
    "unknown": {
        "type": "array",
        "description": "What could not be seen: path and reason, sorted by path.",
        "items": {"type": "array", "prefixItems": [_TEXT, _TEXT], "items": False, "minItems": 2},
    },
}
_GAP: Final[dict[str, Any]] = _object(
    {"types": _LINKS, "line": _NUMBER} | dict.fromkeys(("source", "where", "reason", "call"), _TEXT)
) | {"required": ["source", "where", "reason"]}

_CHOICES: Final[dict[str, Any]] = {"type": "object", "additionalProperties": _LINKS}
_REACH: Final[dict[str, Any]] = _object(
    {"target": _TEXT, "asked": _CHOICES, "reached": _CHOICES, "left_out": _LINKS, "notes": _LINKS}
)


def _policy_document() -> Any:
    """Return the struct of policy documents."""
    from phiward.inventory.iam import PolicyDocument

    return PolicyDocument


def _schema(field: Field, *, element: bool = False) -> dict[str, Any]:
    """Return the schema of one field. An element of a list may be null: it is then listed under `unknown`."""
    made: dict[str, Any]
    if field.kind == "policy":
        made = {"$ref": "#/$defs/policy"}
    elif field.kind == "struct":
        made = _object({name: _schema(member) for name, member in field.fields.items()})
    elif field.kind == "list":
        made = {"type": "array", "items": _schema(field.item, element=True) if field.item else {}}
    elif field.kind == "map":
        made = {"type": "object", "additionalProperties": _schema(field.item) if field.item else {}}
    elif field.values:
        made = {"enum": list(field.values)}
    else:
        made = {"type": _PLAIN[field.kind]} if field.kind in _PLAIN else {}
    if (field.optional or element) and made:
        made = {"anyOf": [made, {"type": "null"}]}
    return made | ({"description": field.doc} if field.doc else {})


def problems(resource: Resource, catalog: Catalog) -> list[str]:
    """Say what is wrong with a collector's resource, for tests: sorted, empty where all is well.

    Unknown fields and wrong shapes, stated fields left out, aspects that the type declares and the resource lacks or
    the other way round, and, where the catalog has docs, times, dates and networks in another form than
    the inventory's.
    """
    if resource.type not in catalog.types:
        return [f"type: no module declares {resource.type!r}"]
    body = plain(resource)
    hidden = {path for path, _ in body.get("unknown", ())}
    info = catalog.types[resource.type]
    found: list[str] = []
    for name, field in catalog.root(resource.type).fields.items():
        if name == "relations":
            extra = sorted(set(body.get(name, {})) - set(info.relations))
            found += [f"relations.{each}: the type does not declare it" for each in extra]
        elif name == "origin":
            continue
        elif name in body:
            found += _wrong(body[name], field, name, hidden)
        elif field.stated and name not in hidden:
            found.append(f"{name}: the type declares it and the resource lacks it")
    undeclared = (set(body) | hidden) & (set(catalog.aspects) - set(info.aspects))
    found += [f"{name}: the type does not declare this aspect" for name in undeclared]
    if "config" in body and info.config is None:
        found.append("config: the type declares none")
    return sorted(found)


def _wrong(value: Any, field: Field, path: str, hidden: set[str]) -> list[str]:
    """Say what is wrong with one value and all below it."""
    if field.kind in ("any", "policy") or path in hidden:
        return []
    if value is None:
        return [] if field.optional else [f"{path}: null says nothing here"]
    if field.kind == "struct" and isinstance(value, dict):
        found = [f"{path}.{name}: there is no such field" for name in value if name not in field.fields]
        for name, member in field.fields.items():
            place = path + paths.key(name)
            if name in value:
                found += _wrong(value[name], member, place, hidden)
            elif member.stated and place not in hidden:
                found.append(f"{place}: must be stated")
        return found
    if field.kind in ("list", "map") and isinstance(value, list if field.kind == "list" else dict) and field.item:
        item = msgspec.structs.replace(field.item, doc=field.item.doc or field.doc)
        members = value.items() if isinstance(value, dict) else enumerate(value)
        return [each for key, member in members for each in _wrong(member, item, _place(path, key), hidden)]
    if field.values:
        return [] if value in field.values else [f"{path}: {value!r} is none of {', '.join(map(str, field.values))}"]
    if type(value).__name__ != field.kind:
        return [f"{path}: expected {field.kind}, found {type(value).__name__}"]
    return _misspelt(value, field.doc, path) if isinstance(value, str) else []


def _misspelt(value: str, doc: str, path: str) -> list[str]:
    """Say whether a text is no time, date or network where its documentation says it is one."""
    for word, form in (("(a time)", _TIME), ("(a date)", _DATE), ("(CIDR)", _NETWORK)):
        if word in doc and not form.fullmatch(value):
            return [f"{path}: {value!r} is not written as {word.strip('()')}"]
    return []


def _place(path: str, key: str | int) -> str:
    """Return the path of a map's value or a list's element."""
    return path + (paths.key(key) if isinstance(key, str) else f"[{key}]")
