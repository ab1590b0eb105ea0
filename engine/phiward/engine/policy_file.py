"""Policy files: from the nodes of one YAML file to a `Policy`."""

from pathlib import PurePosixPath
from typing import Any

from phiward.engine.content import Node, nearest
from phiward.engine.control import Gate, Level, Policy, Requirement, Selection, Severity, Unseen
from phiward.engine.in_place import InPlace, WaiverRules
from phiward.engine.reading import Reading
from phiward.engine.scope_file import scope_of
from phiward.errors import ContentError

REQUIRED = ("id", "title", "version", "source", "requirements")
OPTIONAL = ("controls", "parameters", "scope", "gate", "waivers", "framework")


def policy_of(node: Node, file: str, name: str, problems: list[ContentError]) -> Policy | None:
    """Read a policy. `file` is shown in problems; `name` is the file's path from the folder of policies."""
    reading = Reading(file, problems)
    fields = reading.members(node, "", REQUIRED, OPTIONAL)
    if fields is None:
        return None
    identity = reading.text(fields["id"], "id")
    stem = PurePosixPath(name).stem
    if identity and identity != stem:
        reading.refuse(fields["id"], "id", f"is {identity!r} but the file is {stem}.yaml; they must be the same")
    selection = (
        reading.members(fields["controls"], "controls", (), ("include", "exclude")) if "controls" in fields else {}
    )
    include = reading.texts((selection or {}).get("include"), "controls.include") or ("*",)
    return Policy(
        id=identity,
        title=reading.text(fields["title"], "title"),
        version=reading.text(fields["version"], "version"),
        source=reading.text(fields["source"], "source"),
        requirements=_requirements(reading, fields["requirements"]),
        controls=Selection(include, reading.texts((selection or {}).get("exclude"), "controls.exclude")),
        parameters=parameters_of(reading, fields.get("parameters")),
        scope=scope_of(reading, fields.get("scope")),
        gate=_gate(reading, fields.get("gate")),
        waivers=_waivers(reading, fields.get("waivers")),
        framework=reading.text(fields.get("framework"), "framework", "hipaa"),
        file=name,
    )


def _requirements(reading: Reading, node: Node) -> tuple[Requirement, ...]:
    if not isinstance(node.value, list) or not node.value:
        reading.refuse(node, "requirements", "must be a list of requirements, not an empty one")
        return ()
    found: dict[str, Requirement] = {}
    parents: list[tuple[Node, str, str]] = []
    for index, child in enumerate(node.value):
        field = f"requirements[{index}]"
        fields = reading.members(child, field, ("id", "title", "level", "asks"), ("parent", "controls"))
        if fields is None:
            continue
        requirement = Requirement(
            id=reading.text(fields["id"], f"{field}.id"),
            title=reading.text(fields["title"], f"{field}.title"),
            level=reading.word(fields["level"], f"{field}.level", Level, Level.REQUIRED),
            asks=reading.text(fields["asks"], f"{field}.asks"),
            parent=reading.text(fields.get("parent"), f"{field}.parent") or None,
            controls=reading.texts(fields.get("controls"), f"{field}.controls"),
        )
        if requirement.id in found:
            reading.refuse(fields["id"], f"{field}.id", f"{requirement.id!r} is written twice")
        found[requirement.id] = requirement
        if requirement.parent:
            parents.append((fields["parent"], f"{field}.parent", requirement.parent))
    for place, field, parent in parents:
        if parent not in found:
            reading.refuse(place, field, f"there is no requirement {parent!r}", nearest(parent, found))
    return tuple(found.values())


def parameters_of(reading: Reading, node: Node | None) -> dict[str, dict[str, Any]]:
    """Read parameters: control to parameter to value."""
    found: dict[str, dict[str, Any]] = {}
    for control, child in ((reading.mapping(node, "parameters") or {}) if node else {}).items():
        values = reading.mapping(child, f"parameters.{control}") or {}
        found[control] = {name: each.plain() for name, each in values.items()}
    return found


def _gate(reading: Reading, node: Node | None) -> Gate:
    fields = reading.members(node, "gate", (), ("fail_on", "unknown")) if node else None
    if fields is None:
        return Gate()
    default = Gate()
    fail_on: tuple[Severity, ...] = default.fail_on
    listed = fields.get("fail_on")
    if listed is not None:
        if isinstance(listed.value, list):
            each = [reading.word(item, "gate.fail_on", Severity, None) for item in listed.value]
            fail_on = tuple(severity for severity in each if severity)
        else:
            reading.refuse(listed, "gate.fail_on", "must be a list of severities")
    return Gate(fail_on, reading.word(fields.get("unknown"), "gate.unknown", Unseen, default.unknown))


def _waivers(reading: Reading, node: Node | None) -> WaiverRules:
    fields = reading.members(node, "waivers", (), ("in_place", "approvers", "longest_days")) if node else None
    if fields is None:
        return WaiverRules()
    default = WaiverRules()
    days = fields.get("longest_days")
    longest = default.longest_days
    if days is not None:
        if isinstance(days.value, int) and not isinstance(days.value, bool) and 1 <= days.value <= longest:
            longest = days.value
        else:
            reading.refuse(days, "waivers.longest_days", f"must be a number of days from 1 to {longest}")
    return WaiverRules(
        reading.word(fields.get("in_place"), "waivers.in_place", InPlace, default.in_place),
        reading.texts(fields.get("approvers"), "waivers.approvers"),
        longest,
    )
