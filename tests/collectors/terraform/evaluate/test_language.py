"""Whole configurations, held to what `terraform plan` says: recorded, and asked anew where it is installed."""

import json
import shutil
from typing import Any

import pytest
from collectors.terraform.evaluate.language import FOLDERS, RECORDED, UNKNOWN, asked

from phiward.collectors.terraform.evaluate.load import load
from phiward.collectors.terraform.evaluate.partly import PartlyKnownList, PartlyKnownMap
from phiward.collectors.terraform.evaluate.values import Handle, plain
from phiward.inventory.unknown import Unknown

APART = {
    # Where Terraform knows the type or the nature of what it does not know yet: unknown here, and so never wrong.
    ("unknown", "null"): UNKNOWN,
    ("unknown", "flatten"): UNKNOWN,
    # What holds whatever the unknown turns out to be is known here.
    ("unknown", "or"): True,
    # A default may be a list or a tuple.
    ("variables", "compared"): [False, UNKNOWN, False, True, True, True],
    # Nothing says that no other workspace is ever selected.
    ("modules", "workspace"): UNKNOWN,
}
"""Where the two part, and why; what is said instead."""


def told(value: Any) -> Any:
    """Return a value as the record has it."""
    if isinstance(value, Unknown | Handle):
        assert not isinstance(value, PartlyKnownList | PartlyKnownMap)
        return UNKNOWN
    if isinstance(value, dict):
        return {key: told(item) for key, item in value.items()}
    return [told(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", sorted(json.loads(RECORDED.read_text())))
def test_a_configuration_means_what_terraform_says(name: str) -> None:
    """Output for output, and resource for resource."""
    record = json.loads(RECORDED.read_text())[name]
    loaded = load(FOLDERS / name)
    (tree,) = loaded.trees

    outputs = {output: told(plain(tree.module.output(output))) for output in tree.module.folder.outputs}
    resources = {block.address: told(block.get("input")) for block in tree.resources()}

    assert loaded.problems == []
    for (of, output), instead in APART.items():
        if of == name:
            assert outputs.pop(output) == instead != record["outputs"].pop(output)
    assert outputs == record["outputs"]
    assert resources == record["resources"]


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_the_record_is_what_terraform_says() -> None:
    """The recorded plans are not ours to change."""
    assert asked() == json.loads(RECORDED.read_text())
