"""CloudFormation templates for tests: written to a folder, read by the real collector, held to their Terraform form."""

from pathlib import Path
from typing import Any

import terraform_code

from phiward.collectors.cloudformation.collector import CloudformationCollector
from phiward.collectors.port import Options
from phiward.inventory import wire
from phiward.inventory.model import Found, Resource

IDENTITY = ("account", "id", "left_out", "lines", "name", "observations", "origin", "provider", "region", "unknown")
"""Fields that say where a resource was read, not what it is."""


def found(folder: Path, template: str, *, name: str = "template.yaml", **options: Any) -> list[Found]:
    """Collect a template, resources and gaps."""
    (folder / name).write_text(template)
    return list(CloudformationCollector().collect(str(folder), Options(**options), lambda _: None))


def collected(folder: Path, template: str, **options: Any) -> dict[str, Resource]:
    """Collect a template, resources by their logical id. A gap fails."""
    every = found(folder, template, **options)
    assert [each for each in every if not isinstance(each, Resource)] == []
    return {each.id.partition(":")[2]: each for each in every if isinstance(each, Resource)}


def assert_agree(folder: Path, type_name: str, *, hcl: str, template: str, but: tuple[str, ...] = ()) -> None:
    """Hold a template to Terraform code that says the same: every resource of a type has the same facts in both.

    The Terraform labels are the logical ids. `but` names the paths that the two cannot agree on.
    """
    (folder / "hcl").mkdir()
    (folder / "cfn").mkdir()
    in_hcl = terraform_code.collected(folder / "hcl", hcl)
    in_template = collected(folder / "cfn", template)
    said = {_label(each.id): _facts(each, but) for each in in_hcl.values() if each.type == type_name}
    same = {_label(each.id): _facts(each, but) for each in in_template.values() if each.type == type_name}
    assert said, f"the Terraform code makes no {type_name}"
    assert same.keys() == said.keys()
    different = {
        f"{name}: {path}": (facts.get(path), same[name].get(path))
        for name, facts in said.items()
        for path in sorted({*facts, *same[name]})
        if facts.get(path) != same[name].get(path)
    }
    assert different == {}, f"path: (Terraform, template): {different}"


def _facts(resource: Resource, but: tuple[str, ...]) -> dict[str, Any]:
    """Return every leaf by its path, `(unknown,)` where it is not known."""
    body = wire.plain(resource)
    leaves: dict[str, Any] = {}

    def walk(value: Any, path: str) -> None:
        if isinstance(value, dict):
            for name, inner in value.items():
                walk(inner, f"{path}.{name}" if path else name)
        elif isinstance(value, list):
            for number, inner in enumerate(value):
                walk(inner, f"{path}[{number}]")
        elif value is not None:
            leaves[path] = _called(value) if isinstance(value, str) else value

    walk({name: value for name, value in body.items() if name not in IDENTITY}, "")
    leaves |= {path: ("unknown",) for path, _ in body.get("unknown", [])}
    return {path: value for path, value in leaves.items() if not path.startswith(but or ("/",))}


def _called(value: str) -> str:
    """Return a text with ids replaced by labels: an id, or a way that is told by ids."""
    return " ".join(_label(word) for word in value.split(" "))


def _label(word: str) -> str:
    if word.startswith("template.yaml:"):
        return word.partition(":")[2]
    return word.partition(".")[2] if word.startswith("aws_") else word
