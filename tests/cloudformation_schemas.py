"""CloudFormation's own schemas, which come with cfn-lint, and an example of each type that has every property."""

import importlib.util
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

SCHEMAS = Path(str(getattr(importlib.util.find_spec("cfnlint"), "origin", ""))).parent / "data" / "schemas"
"""The schemas that come with cfn-lint: those of the service, and SAM's."""


@cache
def index() -> dict[str, str]:
    """Return the file of each type."""
    return {
        name: file
        for source in ("us-east-1", "sam")
        for name, file in json.loads((SCHEMAS / "providers" / f"{source}.json").read_text()).items()
    }


@cache
def schema(kind: str) -> Any:
    """Return the schema of a type."""
    return json.loads((SCHEMAS / "resources" / f"{index()[kind]}.json").read_text())


def target(node: Any, root: Any) -> Any:
    """Return what a reference within a schema leads to."""
    found = root
    for step in node["$ref"].removeprefix("#/").split("/"):
        found = found[step]
    return found


def example(kind: str) -> dict[str, Any]:
    """Return a value of every property of a type, at all levels."""
    root = schema(kind)
    return {name: _value(each, root, ()) for name, each in root["properties"].items()}


def _value(node: Any, root: Any, within: tuple[str, ...]) -> Any:
    if "$ref" in node:
        return "x" if node["$ref"] in within else _value(target(node, root), root, (*within, node["$ref"]))
    if "enum" in node:
        return node["enum"][0]
    kinds = node.get("type", "")
    kind = kinds if isinstance(kinds, str) else next((each for each in kinds if each != "string"), "string")
    if "properties" in node or kind == "object":
        return {name: _value(each, root, within) for name, each in node.get("properties", {"k": {}}).items()}
    if kind == "array":
        return [_value(node.get("items", {}), root, within)]
    choices = next((node[word] for word in ("oneOf", "anyOf", "allOf") if word in node), None)
    if choices and not kind:
        return _value(choices[0], root, within)
    return {"boolean": True, "integer": 1, "number": 1}.get(kind, "x")


def every_name(node: Any) -> Iterator[str]:
    """Yield the properties of all levels of a schema."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield from node["properties"]
        for each in node.values():
            yield from every_name(each)
    elif isinstance(node, list):
        for each in node:
            yield from every_name(each)
