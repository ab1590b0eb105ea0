"""A template: the sections of one document, and what of it could not be read."""

import re
from typing import Any

from msgspec import Struct

from phiward.collectors.documents import Mapping, Problem, Span
from phiward.inventory.unknown import Unknown

SAM = "AWS::Serverless-2016-10-31"
LANGUAGE = "AWS::LanguageExtensions"
_HARMLESS = frozenset({SAM, LANGUAGE, "AWS::Include", "AWS::CodeDeployBlueGreen", "AWS::SecretsManager-2020-07-23"})
"""Transforms that are followed here, or that only add resources beside those that are written."""
_TYPE = re.compile(r"[A-Za-z0-9]+::[A-Za-z0-9:]+\Z")
_SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs")


class Template(Struct, frozen=True, eq=False):
    """The sections of a template, each a mapping (empty where it is left out)."""

    file: str
    """Its path below the scanned folder."""
    parameters: Mapping
    mappings: Mapping
    conditions: Mapping
    resources: Mapping
    outputs: Mapping
    globals: Mapping
    """What SAM gives to all resources of a kind."""
    loops: bool = False
    """It may have `Fn::ForEach`."""
    problems: tuple[Problem, ...] = ()


def is_template(value: Any) -> bool:
    """Say whether a document is a template: it has the version, or a resource with a type like `AWS::S3::Bucket`."""
    if not isinstance(value, Mapping):
        return False
    if "AWSTemplateFormatVersion" in value:
        return True
    resources = value.get("Resources")
    return isinstance(resources, Mapping) and any(
        key.startswith("Fn::ForEach::")
        or (isinstance(each, Mapping) and isinstance(each.get("Type"), str) and _TYPE.match(each["Type"]) is not None)
        for key, each in resources.items()
    )


def template(file: str, value: Mapping, *, loops: bool = False) -> Template:
    """Return the sections of a document. One that is no mapping is empty, and a problem."""
    problems: list[Problem] = []
    found: dict[str, Mapping] = {}
    for name in (*_SECTIONS, "Globals"):
        section = value.get(name)
        found[name] = section if isinstance(section, Mapping) else Mapping(Span(value.span.line, value.span.line))
        if section is not None and not isinstance(section, Mapping):
            why = f": {section.reason}" if isinstance(section, Unknown) else ""
            problems.append(Problem(value.spans[name].line, f"{name} is no mapping{why}"))
    if "Resources" not in value:
        problems.append(Problem(value.span.line, "it has no Resources: they are made where it is put together"))
    if "Fn::Transform" in value:
        line = value.spans["Fn::Transform"].line
        problems.append(Problem(line, "a part of it is included when it is deployed (Fn::Transform)"))
    for name in _transforms(value.get("Transform")):
        if name not in _HARMLESS:
            line = value.spans["Transform"].line
            problems.append(
                Problem(line, f"the macro {name} changes it when it is deployed: it is judged as it is written")
            )
    return Template(
        file=file,
        parameters=found["Parameters"],
        mappings=found["Mappings"],
        conditions=found["Conditions"],
        resources=found["Resources"],
        outputs=found["Outputs"],
        globals=found["Globals"],
        loops=loops,
        problems=tuple(problems),
    )


def _transforms(value: Any) -> list[str]:
    given = value if isinstance(value, list) else [] if value is None else [value]
    return [str(each.get("Name", "?")) if isinstance(each, Mapping) else str(each) for each in given]
