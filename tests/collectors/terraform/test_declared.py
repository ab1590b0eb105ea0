"""What is not known says what would decide it, and where that is declared."""

from pathlib import Path
from typing import Any

import pytest

from phiward.collectors.terraform.decides import decided, module_of
from phiward.collectors.terraform.evaluate.load import RootTree, load
from phiward.inventory.unknown import Unknown

CODE = """\
variable "on" {
  type = bool
}
locals {
  both = var.on && true
}
data "aws_region" "here" {}
resource "aws_kms_key" "key" {}
resource "aws_x" "var" {
  value = var.on
}
resource "aws_x" "local" {
  value = local.both
}
resource "aws_x" "data" {
  value = data.aws_region.here.name
}
resource "aws_x" "computed" {
  value = aws_kms_key.key.arn
}
module "m" {
  source = "./m"
  given  = var.on
}
resource "aws_x" "many" {
  for_each = toset([var.on])
  value    = 1
}
"""
MODULE = """\
variable "given" {}

variable "other" {}

resource "aws_x" "given" {
  value = var.given
}
resource "aws_x" "other" {
  value = var.other
}
"""


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RootTree:
    """Return the code's one root module, scanned as `infra` from the folder above."""
    (tmp_path / "infra/m").mkdir(parents=True)
    (tmp_path / "infra/main.tf").write_text(CODE)
    (tmp_path / "infra/m/main.tf").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    (found,) = load(Path("infra")).trees
    return found


def reason(tree: RootTree, address: str) -> str:
    """Return why a value is not known."""
    block = tree.find(address)
    assert block is not None
    value: Any = block.get("value")
    assert isinstance(value, Unknown)
    return value.reason


NO_DEFAULT = "var.on has no value: it is declared without a default (infra/main.tf:1); give it with --var on=…"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("aws_x.var", NO_DEFAULT),
        ("aws_x.local", NO_DEFAULT),
        ("aws_x.data", "data.aws_region.here.name is read when Terraform runs (infra/main.tf:7)"),
        ("aws_x.computed", "aws_kms_key.key.arn is known after apply (infra/main.tf:8)"),
        ("module.m.aws_x.given", NO_DEFAULT),
        (
            "module.m.aws_x.other",
            (
                "module.m.var.other has no value: it is declared without a default (infra/m/main.tf:3), and the call of "
                "its module (infra/main.tf:21) gives none"
            ),
        ),
    ],
)
def test_a_reason_names_what_decides_and_where_it_is(tree: RootTree, address: str, told: str) -> None:
    """With the file as the report tells it."""
    assert reason(tree, address) == told


def test_how_often_something_exists_says_it_too(tree: RootTree) -> None:
    """The same variable, the same place."""
    (block,) = [each for each in tree.resources() if each.name == "many"]

    assert block.uncertain is not None
    assert "(infra/main.tf:1); give it with --var on=…" in block.uncertain.reason


@pytest.mark.parametrize(
    ("address", "reference", "told"),
    [
        ("aws_x.var", "var.on", ["var.on (infra/main.tf:1) has no default: give it one, or the value with --var on=…"]),
        ("aws_x.local", "local.both", ["local.both (infra/main.tf:5)"]),
        ("aws_x.data", "data.aws_region.here.name", ["data.aws_region.here.name (infra/main.tf:7)"]),
        ("aws_x.computed", "aws_kms_key.key.arn", ["aws_kms_key.key.arn (infra/main.tf:8)"]),
        ("aws_x.computed", "module.m.out", ["module.m (infra/main.tf:21)"]),
        ("module.m.aws_x.given", "var.given", ["the call of the module gives var.given (infra/main.tf:23)"]),
        ("aws_x.var", "each.value", []),
        ("aws_x.var", "var.nowhere", []),
    ],
)
def test_a_reference_is_followed_to_where_it_is_decided(
    tree: RootTree, address: str, reference: str, told: list[str]
) -> None:
    """One step: that is where somebody has to look."""
    assert decided(module_of(tree.module, address), [reference]) == told
