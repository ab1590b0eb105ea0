"""The functions of templates. What cannot be told before the deploy is `Unknown`, with what would decide it."""

import json
import re
from collections.abc import Callable
from typing import Any, Protocol

from phiward.collectors.cloudformation.values import NO_VALUE, Steps, as_text, joined, plain, references_of
from phiward.collectors.documents import Mapping, Sequence
from phiward.collectors.terraform.evaluate.values import PartlyKnownJson, both, same, unknowns
from phiward.inventory.kleene import every, some
from phiward.inventory.unknown import Unknown

_HOLE = re.compile(r"\$\{([^}]*)\}")
_DYNAMIC = re.compile(r"(\{\{resolve:[^}]*\}\})")
_CIDRS = 256
_BAD = "it is not written as CloudFormation asks"


class Names(Protocol):
    """What the names in a template mean."""

    steps: Steps

    @property
    def mappings(self) -> Mapping:
        """The section `Mappings`."""
        ...

    def ref(self, name: str) -> Any:
        """Return what `Ref` gives of a parameter, pseudo parameter or resource."""
        ...

    def attribute(self, name: str, attribute: str) -> Any:
        """Return what `Fn::GetAtt` gives."""
        ...

    def condition(self, name: str) -> bool | Unknown:
        """Return whether a condition holds."""
        ...


def evaluate(value: Any, names: Names) -> Any:
    """Return a value with its functions worked out. Mappings and lists keep their lines."""
    names.steps.spend()
    if isinstance(value, Mapping):
        if len(value) == 1:
            ((key, given),) = value.items()
            if key == "Ref" or key.startswith("Fn::"):
                return call(key, given, names)
            if key == "Condition" and isinstance(given, str):
                return names.condition(given)
        return _members(value, names)
    if isinstance(value, list):
        made = Sequence(value.span if isinstance(value, Sequence) else None)  # type: ignore[arg-type]
        made.extend(each for each in (evaluate(item, names) for item in value) if each is not NO_VALUE)
        return made
    if isinstance(value, str) and "{{resolve:" in value:
        return _resolved(value)
    return value


def _members(value: Mapping, names: Names) -> Mapping:
    made = Mapping(value.span)
    made.unseen = value.unseen
    for key, each in value.items():
        if key.startswith("Fn::"):
            made.unseen = hidden(key, each)
            continue
        found = evaluate(each, names)
        if found is not NO_VALUE:
            made.put(key, found, value.spans.get(key, value.span))
    return made


def hidden(key: str, given: Any) -> Unknown:
    """Return why a mapping with a function among its members may have more members than are written."""
    if key == "Fn::Transform":
        return Unknown(f"a part of it comes from {_macro(given)} when it is deployed")
    return Unknown(f"what {key} makes of it is not known")


def call(name: str, given: Any, names: Names) -> Any:
    """Work out one function."""
    if name == "Ref":
        return names.ref(given) if isinstance(given, str) else Unknown(f"Ref: {_BAD}")
    function = _FUNCTIONS.get(name)
    if function is None:
        return Unknown(f"{name} is no function of CloudFormation that phiward knows")
    return function(given, names)


def _arguments(given: Any, names: Names, least: int, most: int) -> list[Any] | None:
    if not isinstance(given, list) or not least <= len(given) <= most:
        return None
    return [evaluate(each, names) for each in given]


def _sub(given: Any, names: Names) -> Any:
    text, own = given, {}
    if isinstance(given, list):
        if not given or len(given) > 2 or (len(given) == 2 and not isinstance(given[1], Mapping)):
            return Unknown(f"Fn::Sub: {_BAD}")
        text = given[0]
        own = {key: evaluate(each, names) for key, each in given[1].items()} if len(given) == 2 else {}
    if not isinstance(text, str):
        return text if isinstance(text, Unknown) else Unknown(f"Fn::Sub: {_BAD}")
    pieces = _HOLE.split(text)
    names.steps.spend(len(pieces))
    parts: list[Any] = []
    for number, piece in enumerate(pieces):
        if number % 2 == 0:
            parts.append(_resolved(piece) if "{{resolve:" in piece else piece)
        elif piece.startswith("!"):
            parts.append(f"${{{piece[1:]}}}")
        else:
            parts.append(_named(piece.strip(), own, names))
    return joined(part for part in parts if part != "")


def _named(name: str, own: dict[str, Any], names: Names) -> Any:
    if name in own:
        return own[name]
    resource, dot, attribute = name.partition(".")
    return names.attribute(resource, attribute) if dot else names.ref(name)


def _resolved(text: str) -> Any:
    """Return a text with dynamic references (`{{resolve:ssm:/name}}`), which are read when it is deployed."""
    parts: list[Any] = []
    for piece in _DYNAMIC.split(text):
        if piece.startswith("{{resolve:"):
            service = piece.split(":")[1] if ":" in piece else "?"
            where = {"ssm": "a parameter of Systems Manager", "ssm-secure": "a parameter of Systems Manager"}
            place = where.get(service, "a secret" if service == "secretsmanager" else service)
            parts.append(Unknown(f"it is read from {place} when it is deployed", ("data.cloudformation_dynamic.it",)))
        elif piece:
            parts.append(piece)
    return joined(parts)


def _join(given: Any, names: Names) -> Any:
    found = _arguments(given, names, 2, 2)
    if found is None or not isinstance(found[0], str):
        return Unknown(f"Fn::Join: {_BAD}")
    delimiter, values = found
    if isinstance(values, Unknown):
        return values
    if not isinstance(values, list):
        return Unknown(f"Fn::Join: {_BAD}")
    parts: list[Any] = []
    for number, each in enumerate(values):
        parts += [delimiter, each] if number and delimiter else [each]
    return joined(parts) if parts else ""


def _select(given: Any, names: Names) -> Any:
    found = _arguments(given, names, 2, 2)
    if found is None:
        return Unknown(f"Fn::Select: {_BAD}")
    index, values = found
    if isinstance(index, Unknown) or isinstance(values, Unknown):
        return both(index, values)
    try:
        return values[int(index)]
    except (IndexError, KeyError, TypeError, ValueError):
        return Unknown("Fn::Select: there is no such element")


def _split(given: Any, names: Names) -> Any:
    found = _arguments(given, names, 2, 2)
    if found is None or not isinstance(found[0], str) or not found[0]:
        return Unknown(f"Fn::Split: {_BAD}")
    text = as_text(found[1])
    if isinstance(text, Unknown):
        return text
    pieces = text.split(found[0])
    names.steps.spend(len(pieces))
    return pieces


def _find_in_map(given: Any, names: Names) -> Any:
    if not isinstance(given, list) or not 3 <= len(given) <= 4:
        return Unknown(f"Fn::FindInMap: {_BAD}")
    table, first, second = (evaluate(each, names) for each in given[:3])
    options = given[3] if len(given) == 4 and isinstance(given[3], Mapping) else {}
    missing = any(isinstance(each, Unknown) for each in (table, first, second))
    if isinstance(table, Unknown) or isinstance(second, Unknown):
        return both(table, first, second)
    rows = names.mappings.get(str(table))
    if not isinstance(rows, Mapping):
        return Unknown(f"there is no mapping {table}")
    if missing:
        cells = [row.get(str(as_text(second))) if isinstance(row, Mapping) else None for row in rows.values()]
        alike = cells and all(each == cells[0] for each in cells) and cells[0] is not None
        return evaluate(cells[0], names) if alike else first
    row = rows.get(str(as_text(first)))
    found = row.get(str(as_text(second))) if isinstance(row, Mapping) else None
    if found is not None:
        return evaluate(found, names)
    if "DefaultValue" in options:
        return evaluate(options["DefaultValue"], names)
    return Unknown(f"the mapping {table} has no {first}, {second}")


def _get_att(given: Any, names: Names) -> Any:
    if isinstance(given, str):
        given = given.split(".", 1)
    if not isinstance(given, list) or len(given) < 2 or not isinstance(given[0], str):
        return Unknown(f"Fn::GetAtt: {_BAD}")
    attribute = evaluate(given[1], names) if len(given) == 2 else ".".join(map(str, given[1:]))
    return names.attribute(given[0], attribute) if isinstance(attribute, str) else Unknown(f"Fn::GetAtt: {_BAD}")


def _if(given: Any, names: Names) -> Any:
    if not isinstance(given, list) or len(given) != 3 or not isinstance(given[0], str):
        return Unknown(f"Fn::If: {_BAD}")
    test = names.condition(given[0])
    if isinstance(test, Unknown):
        ways = [evaluate(each, names) for each in given[1:]]
        if ways[0] is not NO_VALUE and not any(_holds_unknown(way) for way in ways) and ways[0] == ways[1]:
            return ways[0]
        named = (ref for way in ways for ref in references_of(way))
        return Unknown(test.reason, tuple(dict.fromkeys((*test.refs, *named))))
    return evaluate(given[1] if test else given[2], names)


def _holds_unknown(value: Any) -> bool:
    return value is NO_VALUE or next(unknowns(value), None) is not None


def _equals(given: Any, names: Names) -> Any:
    found = _arguments(given, names, 2, 2)
    if found is None:
        return Unknown(f"Fn::Equals: {_BAD}")
    left, right = (each if isinstance(each, dict | list) else as_text(each) for each in found)
    return same(plain(left), plain(right))


def truth(value: Any, names: Names) -> bool | Unknown:
    """Return whether an expression of the section `Conditions` holds."""
    found = evaluate(value, names)
    if isinstance(found, str) and found in {"true", "false"}:
        return found == "true"
    return found if isinstance(found, bool | Unknown) else Unknown("it is no condition")


def _not(given: Any, names: Names) -> Any:
    if not isinstance(given, list) or len(given) != 1:
        return Unknown(f"Fn::Not: {_BAD}")
    found = truth(given[0], names)
    return found if isinstance(found, Unknown) else not found


def _all(given: Any, names: Names) -> Any:
    return every([truth(each, names) for each in given]) if isinstance(given, list) else Unknown(f"Fn::And: {_BAD}")


def _any(given: Any, names: Names) -> Any:
    return some([truth(each, names) for each in given]) if isinstance(given, list) else Unknown(f"Fn::Or: {_BAD}")


def _import(given: Any, names: Names) -> Any:
    name = as_text(evaluate(given, names))
    spelled = "it" if isinstance(name, Unknown) else re.sub(r"[^\w-]", "-", name) or "it"
    told = "another stack" if isinstance(name, Unknown) else f"the export {name} of another stack"
    return Unknown(f"it comes from {told}", (f"data.cloudformation_export.{spelled}.value",))


def _base64(given: Any, names: Names) -> Any:
    from base64 import b64encode

    text = as_text(evaluate(given, names))
    return text if isinstance(text, Unknown) else b64encode(text.encode()).decode()


def _cidr(given: Any, names: Names) -> Any:
    import ipaddress

    found = _arguments(given, names, 2, 3)
    if found is None:
        return Unknown(f"Fn::Cidr: {_BAD}")
    if any(isinstance(each, Unknown) for each in found):
        return both(*found)
    try:
        network = ipaddress.ip_network(str(found[0]))
        count, bits = int(found[1]), int(found[2]) if len(found) == 3 else 8
        if not 0 < count <= _CIDRS:
            return Unknown(f"Fn::Cidr: {_BAD}")
        subnets = network.subnets(new_prefix=network.max_prefixlen - bits)
        return [str(each) for each, _ in zip(subnets, range(count), strict=False)]
    except (TypeError, ValueError):
        return Unknown(f"Fn::Cidr: {_BAD}")


def _zones(_given: Any, _names: Names) -> Any:
    return Unknown("the zones of a region are known when it is deployed", ("data.cloudformation_zones.names",))


def _length(given: Any, names: Names) -> Any:
    found = evaluate(given, names)
    if isinstance(found, Unknown):
        return found
    return len(found) if isinstance(found, list) else Unknown(f"Fn::Length: {_BAD}")


def json_of(value: Any) -> str | Unknown:
    """Return a value as JSON text, partly known where a leaf of it is not."""
    whole = plain(value)
    missing = list(unknowns(whole))
    if missing:
        joined_reason = both(*missing)
        return PartlyKnownJson(joined_reason.reason, joined_reason.refs, whole)
    return json.dumps(whole, separators=(",", ":"))


def _to_json(given: Any, names: Names) -> Any:
    found = evaluate(given, names)
    return found if isinstance(found, Unknown) else json_of(found)


def _transform(given: Any, _names: Names) -> Any:
    return Unknown(f"it comes from {_macro(given)} when it is deployed")


def _macro(given: Any) -> str:
    name = given.get("Name") if isinstance(given, Mapping) else None
    return f"the macro {name}" if isinstance(name, str) else "a macro"


def _later(_given: Any, _names: Names) -> Any:
    return Unknown("it is worked out when it is deployed")


_FUNCTIONS: dict[str, Callable[[Any, Names], Any]] = {
    "Fn::And": _all,
    "Fn::Base64": _base64,
    "Fn::Cidr": _cidr,
    "Fn::Equals": _equals,
    "Fn::FindInMap": _find_in_map,
    "Fn::GetAZs": _zones,
    "Fn::GetAtt": _get_att,
    "Fn::GetStackOutput": _later,
    "Fn::If": _if,
    "Fn::ImportValue": _import,
    "Fn::Join": _join,
    "Fn::Length": _length,
    "Fn::Not": _not,
    "Fn::Or": _any,
    "Fn::Select": _select,
    "Fn::Split": _split,
    "Fn::Sub": _sub,
    "Fn::ToJsonString": _to_json,
    "Fn::Transform": _transform,
}
