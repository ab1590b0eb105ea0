"""The `scope` of a policy file: from its nodes to conditions of the control language.

A statement says whose the resource is, what it is called and what its tags say: never how well it is protected, so
that nothing leaves the scope by being insecure.
"""

import re
from collections.abc import Callable
from enum import StrEnum

from msgspec.structs import replace

from phiward.engine.condition import TRUE, All, Any_, Condition, Test
from phiward.engine.content import Node
from phiward.engine.operators import refusal
from phiward.engine.reading import Reading
from phiward.engine.scope import Scope, Statement
from phiward.inventory import paths

FIELDS = ("tags", "name", "account", "region", "type", "id", "macie")
MOST_WILDCARDS = 2
"""`*` in one pattern, besides the first and last character."""
_TOO_WILD = f"has more than {MOST_WILDCARDS} `*` inside: name less, or write several patterns"
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Macie(StrEnum):
    """What Amazon Macie says of a bucket."""

    SENSITIVE = "sensitive"
    NOT_SENSITIVE = "not-sensitive"


class Unclassified(StrEnum):
    """What becomes of a resource that no statement is about. There is no other word than `in`."""

    IN = "in"


def scope_of(reading: Reading, node: Node | None, file: str = "") -> Scope:
    """Read the scope. What is wrong is added to the reading's problems. `file`: where it is not a policy's."""
    fields = reading.members(node, "scope", (), ("unclassified", "in", "out")) if node else None
    if fields is None:
        return Scope()
    reading.word(fields.get("unclassified"), "scope.unclassified", Unclassified, Unclassified.IN)
    taken: dict[str, int] = {}
    within = _statements(reading, fields.get("in"), "scope.in", taken)
    without = _statements(reading, fields.get("out"), "scope.out", taken)
    if file:
        within = tuple(replace(each, file=file) for each in within)
        without = tuple(replace(each, file=file) for each in without)
    return Scope(within=within, without=without)


def _statements(reading: Reading, node: Node | None, field: str, taken: dict[str, int]) -> tuple[Statement, ...]:
    if node is None:
        return ()
    if not isinstance(node.value, list):
        reading.refuse(node, field, "must be a list of statements")
        return ()
    found = (_statement(reading, child, f"{field}[{index}]", taken) for index, child in enumerate(node.value))
    return tuple(each for each in found if each is not None)


def _statement(reading: Reading, node: Node, field: str, taken: dict[str, int]) -> Statement | None:
    fields = reading.members(node, field, ("id", "where", "reason"))
    if fields is None:
        return None
    identity = reading.text(fields["id"], f"{field}.id")
    if identity and not _ID.fullmatch(identity):
        message = f"{identity!r} is not kebab-case (lower case, digits, single dashes)"
        reading.refuse(fields["id"], f"{field}.id", message)
    if identity in taken:
        message = f"{identity!r} is written twice (first on line {taken[identity]})"
        reading.refuse(fields["id"], f"{field}.id", message)
    taken.setdefault(identity, node.line)
    where = reading.members(fields["where"], f"{field}.where", (), FIELDS)
    if where is not None and not fields["where"].value:
        reading.refuse(fields["where"], f"{field}.where", f"says nothing: name at least one of {', '.join(FIELDS)}")
    return Statement(
        id=identity,
        condition=_condition(reading, where or {}, f"{field}.where"),
        reason=reading.text(fields["reason"], f"{field}.reason"),
        types=_written((where or {}).get("type")),
        line=node.line,
    )


def _condition(reading: Reading, where: dict[str, Node], field: str) -> Condition:
    """Return the conditions of every field together."""
    found: list[Condition] = []
    for name, node in where.items():
        here = f"{field}.{name}"
        if name == "tags":
            tags = reading.mapping(node, here) or {}
            if node.value == {}:
                reading.refuse(node, here, "names no tag")
            for key, child in tags.items():
                if "*" in key:
                    found.append(_entries(reading, child, key, node.keys[key], f"{here}.{key}"))
                    continue
                found.append(_patterns(reading, child, paths.join(("tags", key)), f"{here}.{key}", _any_value))
        elif name == "macie":
            said = reading.word(node, here, Macie, Macie.SENSITIVE)
            found.append(Test("sensitive_data", "equals", said is Macie.SENSITIVE, node.line, node.column))
        else:
            found.append(_patterns(reading, node, name, here, _everything))
    return All(tuple(found))


def _patterns(
    reading: Reading, node: Node, path: str, field: str, star: Callable[[str, Node], Condition | str]
) -> Condition:
    """Return the condition that one of some patterns fits what stands at a path."""
    listed = node.value if isinstance(node.value, list) else [node]
    if not listed:
        reading.refuse(node, field, "names nothing")
    exact: list[str] = []
    found: list[Condition] = []
    for index, child in enumerate(listed):
        text = reading.text(child, f"{field}[{index}]" if isinstance(node.value, list) else field)
        if "*" not in text:
            exact.append(text)
            continue
        fitting = star(path, child) if set(text) == {"*"} else _pattern(path, text, child)
        if isinstance(fitting, str):
            reading.refuse(child, field, fitting)
        else:
            found.append(fitting)
    if len(exact) == 1:
        found.insert(0, Test(path, "equals", exact[0], node.line, node.column))
    elif exact:
        found.insert(0, Test(path, "in", exact, node.line, node.column))
    return found[0] if len(found) == 1 else Any_(tuple(found))


def _entries(reading: Reading, node: Node, key: str, place: tuple[int, int], field: str) -> Condition:
    """Return the condition that a tag whose key fits a pattern holds what one of some patterns fits."""
    listed = node.value if isinstance(node.value, list) else [node]
    if not listed:
        reading.refuse(node, field, "names nothing")
    if _wild(key) > MOST_WILDCARDS:
        reading.at(place, field, _TOO_WILD)
        return TRUE
    found: list[Condition] = []
    for index, child in enumerate(listed):
        text = reading.text(child, f"{field}[{index}]" if isinstance(node.value, list) else field)
        if set(key + text) == {"*"}:
            reading.refuse(child, field, "fits every tag: say which")
            continue
        constant = {"key": _expression(key)} | ({} if set(text) == {"*"} else {"value": _expression(text)})
        if problem := _TOO_WILD if _wild(text) > MOST_WILDCARDS else refusal("has_entry", constant):
            reading.refuse(child, field, problem)
            continue
        found.append(Test("tags", "has_entry", constant, child.line, child.column))
    return found[0] if len(found) == 1 else Any_(tuple(found))


def _any_value(path: str, node: Node) -> Condition:
    return Test(path, "exists", value=True, line=node.line, column=node.column)


def _everything(path: str, _: Node) -> str:
    return f"fits every {path}: say which"


def _pattern(path: str, text: str, node: Node) -> Condition | str:
    """Return the test of a pattern with `*`, or what is wrong with it."""
    place = (node.line, node.column)
    inner = text.strip("*")
    if "*" not in inner:
        if text.startswith("*") and text.endswith("*"):
            return Test(path, "contains", inner, *place)
        return Test(path, "ends_with" if text.startswith("*") else "starts_with", inner, *place)
    if _wild(text) > MOST_WILDCARDS:
        return _TOO_WILD
    expression = _expression(text)
    return refusal("matches", expression) or Test(path, "matches", expression, *place)


def _wild(text: str) -> int:
    """Return how many `*` a pattern has inside."""
    return len(re.findall(r"\*+", text.strip("*")))


def _expression(text: str) -> str:
    """Return a pattern with `*` as a regular expression."""
    middle = r"[\s\S]*".join(re.escape(part) for part in re.split(r"\*+", text.strip("*")))
    return ("" if text.startswith("*") else r"\A") + middle + ("" if text.endswith("*") else r"\Z")


def _written(node: Node | None) -> tuple[str, ...]:
    """Return the texts of a field, as written; what is none was refused before."""
    listed = (node.value if isinstance(node.value, list) else [node]) if node else []
    return tuple(child.value for child in listed if isinstance(child.value, str))
