"""Every property that a shape names is one of CloudFormation's own schemas."""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cloudformation_schemas import every_name, schema, target

from phiward.collectors.cloudformation import shapes, types
from phiward.collectors.cloudformation.shapes import Rule, Shape, Spec


def members(node: Any, root: Any, seen: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return the properties below a schema, through references, lists and choices."""
    if not isinstance(node, dict):
        return {}
    found: dict[str, Any] = dict(node.get("properties", {}))
    if "$ref" in node and node["$ref"] not in seen:
        found |= members(target(node, root), root, seen | {node["$ref"]})
    for inner in (node.get("items"), *(each for word in ("oneOf", "anyOf", "allOf") for each in node.get(word, ()))):
        found |= members(inner, root, seen)
    return found


def strangers(spec: Spec, node: Any, root: Any, path: str) -> Iterator[str]:
    """Yield the properties of a table that the schema does not know."""
    known = members(node, root)
    for name, rule in spec.items():
        if name not in known:
            yield f"{path}.{name}"
        elif isinstance(rule, Rule):
            yield from strangers(rule.inner, known[name], root, f"{path}.{name}")


@pytest.mark.parametrize("shape", shapes.discover().values(), ids=lambda shape: shape.type)
def test_a_shape_names_properties_of_the_schema(shape: Shape) -> None:
    """A name that is misspelt, or that the service never had, would read nothing and say so of no template."""
    root = schema(shape.type)
    found = list(strangers(shape.names, root, root, shape.type))
    for part in shape.parts:
        if part.property not in root["properties"]:
            found.append(f"{shape.type}.{part.property}")
        else:
            found += strangers(part.spec, root["properties"][part.property], root, f"{shape.type}.{part.property}")

    assert found == []


@pytest.mark.parametrize("module", [each.name for each in pkgutil.iter_modules(types.__path__)])
def test_what_a_shape_asks_for_by_name_is_a_property(module: str) -> None:
    """The functions that make blocks ask for properties too: `properties.get("Logging")`."""
    loaded = importlib.import_module(f"{types.__name__}.{module}")
    known = {name for shape in loaded.SHAPES for name in every_name(schema(shape.type))}
    tree = ast.parse(Path(str(loaded.__file__)).read_text())
    asked = {
        node.args[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get"
        if node.args and isinstance(node.args[0], ast.Constant) and str(node.args[0].value)[:1].isupper()
    }

    assert asked - known == set()


def test_a_name_that_is_misspelt_is_seen() -> None:
    """The test itself can fail, at each level."""
    root = schema("AWS::S3::Bucket")
    spec: Spec = {"Bucketname": "a", "VersioningConfiguration": shapes.block("b", {"Stat": "c", "Status": "d"})}

    assert list(strangers(spec, root, root, "x")) == ["x.Bucketname", "x.VersioningConfiguration.Stat"]
