"""Terraform code for tests: written to a folder, read by the real collector."""

from pathlib import Path

from phiward.collectors.port import Options
from phiward.collectors.terraform.collector import TerraformCollector
from phiward.inventory.model import Resource


def collected(folder: Path, code: str) -> dict[str, Resource]:
    """Collect the code, resources by their id. A gap fails."""
    (folder / "main.tf").write_text(code)
    found = list(TerraformCollector().collect(str(folder), Options(), lambda _: None))
    assert [each for each in found if not isinstance(each, Resource)] == []
    return {each.id: each for each in found if isinstance(each, Resource)}
