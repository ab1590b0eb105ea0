"""Control files: from the nodes of one YAML file to a `Control`."""

import re
from pathlib import PurePosixPath
from typing import Any

from msgspec import structs

from phiward.engine.condition import All, Condition
from phiward.engine.content import Node, node_of
from phiward.engine.control import AppliesTo, Concern, Control, Domain, Example, Fix, Parameter, Remediation, Severity
from phiward.engine.findings import Verdict
from phiward.engine.grammar import Grammar
from phiward.engine.reading import Reading
from phiward.errors import ContentError

REQUIRED = ("id", "title", "domain", "severity", "applies_to", "assert", "citations", "rationale", "remediation")
OPTIONAL = ("concerns", "equivalents", "parameters", "examples", "aliases", "deprecated")
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_SETTING = re.compile(r"[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)*")
_PARAMETER = re.compile(r"\$\{(\w+)\}")
_VERDICTS = (Verdict.PASS, Verdict.FAIL, Verdict.UNKNOWN, Verdict.NOT_APPLICABLE)


def control_of(node: Node, file: str, name: str, problems: list[ContentError]) -> Control | None:
    """Read a control. `file` is shown in problems; `name` is the file's path from the folder of controls.

    What is wrong is added to `problems`. None where too much is missing to go on.
    """
    reading = Reading(file, problems)
    fields = reading.members(node, "", REQUIRED, OPTIONAL)
    if fields is None:
        return None
    identity = _identity(reading, fields["id"], name)
    domain = reading.word(fields["domain"], "domain", Domain, Domain.ADMINISTRATIVE)
    folder = PurePosixPath(name).parent.name
    if folder and fields["domain"].value in list(Domain) and folder != domain:
        reading.refuse(fields["domain"], "domain", f"is {domain!s} but the file lies in {folder}/; move it")
    parameters = _parameters(reading, fields.get("parameters"))
    grammar = Grammar(file, {key: each.value for key, each in parameters.items()}, problems)
    applies, where_node = _applies_to(reading, grammar, fields["applies_to"])
    condition = grammar.condition(fields["assert"], "assert")
    concern = Concern.EPHI if applies.stores_data else Concern.ORGANISATION
    for unused in sorted(set(parameters) - grammar.used):
        place = fields["parameters"].keys[unused]
        reading.at(place, f"parameters.{unused}", f"is used nowhere; write ${{{unused}}} in assert or where")
    source: dict[str, Any] = {"assert": fields["assert"].plain()} if parameters else {}
    if parameters and where_node:
        source["where"] = where_node.plain()
    return Control(
        id=identity,
        title=reading.text(fields["title"], "title"),
        domain=domain,
        severity=reading.word(fields["severity"], "severity", Severity, Severity.HIGH),
        applies_to=applies,
        condition=condition,
        citations=_citations(reading, fields["citations"]),
        rationale=reading.text(fields["rationale"], "rationale"),
        remediation=_remediation(reading, fields["remediation"], parameters),
        concerns=reading.word(fields.get("concerns"), "concerns", Concern, concern),
        equivalents=_equivalents(reading, fields.get("equivalents")),
        parameters=parameters,
        examples=_examples(reading, fields.get("examples")),
        aliases=reading.texts(fields.get("aliases"), "aliases"),
        deprecated=reading.text(fields.get("deprecated"), "deprecated") or None,
        file=name,
        source=source,
    )


def bind(control: Control, overrides: dict[str, Any]) -> Control:
    """Fill a control's conditions in with a policy's parameters.

    Raises `ContentError`, without a place, for a parameter that the control does not have or a value that does not fit.
    """
    from phiward.engine.content import nearest

    for name in overrides:
        if name not in control.parameters:
            near = nearest(name, control.parameters)
            message = f"control {control.id!r} has no parameter {name!r}"
            raise ContentError(message, nearest=near)
    values = {name: overrides.get(name, each.value) for name, each in control.parameters.items()}
    problems: list[ContentError] = []
    grammar = Grammar("", values, problems)
    condition = grammar.condition(node_of(control.source["assert"]), "assert")
    applies = control.applies_to
    if "where" in control.source:
        where = grammar.condition(node_of(control.source["where"]), "where")
        applies = structs.replace(applies, where=where)
    if problems:
        message = f"does not fit control {control.id!r}: {problems[0].message}"
        raise ContentError(message)
    parameters = {name: Parameter(values[name], each.why) for name, each in control.parameters.items()}
    return structs.replace(control, condition=condition, applies_to=applies, parameters=parameters)


def _identity(reading: Reading, node: Node, name: str) -> str:
    identity = reading.text(node, "id")
    if identity and not _ID.fullmatch(identity):
        reading.refuse(node, "id", f"{identity!r} is not kebab-case (lower case, digits, single dashes)")
    stem = PurePosixPath(name).stem
    if identity and identity != stem:
        reading.refuse(node, "id", f"is {identity!r} but the file is {stem}.yaml; they must be the same")
    return identity


def _parameters(reading: Reading, node: Node | None) -> dict[str, Parameter]:
    found: dict[str, Parameter] = {}
    for name, child in (reading.mapping(node, "parameters") or {} if node else {}).items():
        fields = reading.members(child, f"parameters.{name}", ("value", "why"))
        if fields:
            why = reading.text(fields["why"], f"parameters.{name}.why")
            found[name] = Parameter(fields["value"].plain(), why)
    return found


def _applies_to(reading: Reading, grammar: Grammar, node: Node) -> tuple[AppliesTo, Node | None]:
    fields = reading.members(node, "applies_to", (), ("aspect", "type", "types", "stores_data", "where"))
    if fields is None:
        return AppliesTo(), None
    named = [key for key in ("aspect", "type", "types") if key in fields]
    if len(named) != 1:
        reading.refuse(node, "applies_to", "takes exactly one of aspect, type, types")
    types = reading.texts(fields.get("types"), "applies_to.types")
    if "types" in fields and not types:
        reading.refuse(node, "applies_to.types", "names no type")
    if "type" in fields:
        types = (reading.text(fields["type"], "applies_to.type"),)
    where: Condition | None = None
    if "where" in fields:
        where = grammar.condition(fields["where"], "applies_to.where")
        where = None if where == All(()) else where
    applies = AppliesTo(
        aspect=reading.text(fields.get("aspect"), "applies_to.aspect") or None,
        types=types,
        stores_data=reading.boolean(fields.get("stores_data"), "applies_to.stores_data"),
        where=where,
    )
    return applies, fields.get("where")


def _citations(reading: Reading, node: Node) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for framework, child in (reading.mapping(node, "citations") or {}).items():
        field = f"citations.{framework}"
        cited = reading.mapping(child, field) or {}
        found[framework] = {key: reading.text(each, f"{field}.{key}") for key, each in cited.items()}
    return found


def _remediation(reading: Reading, node: Node, parameters: dict[str, Parameter]) -> Remediation:
    fields = reading.members(node, "remediation", ("text",), ("by_type", "fixes"))
    if fields is None:
        return Remediation("")
    by_type: dict[str, dict[str, str]] = {}
    fixes: dict[str, tuple[Fix, ...]] = {}
    if "by_type" in fields:
        for name, child in (reading.mapping(fields["by_type"], "remediation.by_type") or {}).items():
            field = f"remediation.by_type.{name}"
            notes = reading.mapping(child, field) or {}
            by_type[name] = {key: reading.text(each, f"{field}.{key}") for key, each in notes.items()}
    if "fixes" in fields:
        for name, child in (reading.mapping(fields["fixes"], "remediation.fixes") or {}).items():
            fixes[name] = _fixes(reading, child, f"remediation.fixes.{name}", parameters)
    return Remediation(reading.text(fields["text"], "remediation.text"), by_type, fixes)


def _fixes(reading: Reading, node: Node, field: str, parameters: dict[str, Parameter]) -> tuple[Fix, ...]:
    if not isinstance(node.value, list):
        reading.refuse(node, field, "must be a list of fixes")
        return ()
    found: list[Fix] = []
    for index, child in enumerate(node.value):
        here = f"{field}[{index}]"
        fields = reading.members(child, here, ("in", "set"), ("replaces", "example"))
        settings = reading.mapping(fields["set"], f"{here}.set") if fields else None
        if fields is None or settings is None:
            continue
        for path, each in settings.items():
            place = f"{here}.set.{path}"
            named = _PARAMETER.fullmatch(each.value) if isinstance(each.value, str) else None
            if not _SETTING.fullmatch(path):
                reading.refuse(each, place, "is not the name of an argument, or names joined by dots")
            elif not isinstance(each.value, str | int | bool):
                reading.refuse(each, place, "must be text, a whole number, true or false")
            elif named and named[1] not in parameters:
                reading.refuse(each, place, f"there is no parameter {named[1]!r}")
        found.append(
            Fix(
                kind=reading.text(fields["in"], f"{here}.in"),
                settings={path: each.value for path, each in settings.items()},
                replaces=reading.boolean(fields.get("replaces"), f"{here}.replaces") or False,
                example=reading.text(fields.get("example"), f"{here}.example"),
            )
        )
    return tuple(found)


def _equivalents(reading: Reading, node: Node | None) -> dict[str, tuple[str, ...]]:
    members = (reading.mapping(node, "equivalents") or {}) if node else {}
    return {name: reading.texts(child, f"equivalents.{name}") for name, child in members.items()}


def _examples(reading: Reading, node: Node | None) -> tuple[Example, ...]:
    if node is None:
        return ()
    if not isinstance(node.value, list):
        reading.refuse(node, "examples", "must be a list")
        return ()
    found: list[Example] = []
    for index, child in enumerate(node.value):
        field = f"examples[{index}]"
        fields = reading.members(child, field, ("resource", "verdict"), ("with", "now"))
        if fields is None or reading.mapping(fields["resource"], f"{field}.resource") is None:
            continue
        verdict = fields["verdict"].value
        if verdict not in _VERDICTS:
            reading.refuse(fields["verdict"], f"{field}.verdict", f"must be one of {', '.join(_VERDICTS)}")
            continue
        related = fields.get("with")
        others = related.value if related and isinstance(related.value, list) else []
        if related and not isinstance(related.value, list):
            reading.refuse(related, f"{field}.with", "must be a list of resources")
        found.append(
            Example(
                resource=fields["resource"].plain(),
                verdict=verdict,
                related=tuple(each.plain() for each in others if reading.mapping(each, f"{field}.with") is not None),
                now=reading.text(fields.get("now"), f"{field}.now") or None,
                line=child.line,
            )
        )
    return tuple(found)
