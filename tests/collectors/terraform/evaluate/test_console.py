"""Expressions and functions, held to what `terraform console` says: recorded, and asked anew where it is installed."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from collectors.terraform.evaluate.console import EXPRESSIONS, RECORDED, REFUSED, ask, expressions

from phiward.collectors.terraform.evaluate import functions
from phiward.collectors.terraform.evaluate.expression import Budget, Scope, evaluate
from phiward.collectors.terraform.evaluate.folders import Disk, Folder
from phiward.collectors.terraform.evaluate.functions.encoding import json_text
from phiward.collectors.terraform.evaluate.modules import Module
from phiward.collectors.terraform.evaluate.values import Failure
from phiward.collectors.terraform.hcl import parse_expression
from phiward.inventory.unknown import Unknown

RECORD: dict[str, str] = json.loads(RECORDED.read_text())


def ours(expression: str, folder: Path) -> Any:
    """Return the JSON of an expression's value, or that it is refused."""
    module = Module(Folder("", Disk(folder)), "", Budget())
    try:
        return json_text(evaluate(parse_expression(expression, "console"), Scope(module, {})))
    except Failure:
        return REFUSED


@pytest.mark.parametrize("expression", expressions())
def test_an_expression_means_what_terraform_says(expression: str, tmp_path: Path) -> None:
    """Value for value, and refusal for refusal."""
    assert ours(expression, tmp_path) == RECORD[expression]


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_the_record_is_what_terraform_says() -> None:
    """The recorded table is not ours to change."""
    assert ask(expressions()) == RECORD


def test_every_function_is_held_to_terraform() -> None:
    """A function in no recorded expression differs in every run, is OpenTofu's alone, or leaves its argument be."""
    text = EXPRESSIONS.read_text()
    unheld = {name for name in functions.FUNCTIONS if f"{name}(" not in text}

    assert unheld == {
        "base64gunzip", "base64gzip", "bcrypt", "ephemeralasnull", "issensitive", "nonsensitive", "plantimestamp",
        "rsadecrypt", "sensitive", "timestamp", "type", "urldecode", "uuid",
    }  # fmt: skip


def test_what_differs_in_every_run_is_unknown(tmp_path: Path) -> None:
    """The time and random values are never made up."""
    module = Module(Folder("", Disk(tmp_path)), "", Budget())

    values = [evaluate(parse_expression(text, "x"), Scope(module, {})) for text in ("timestamp()", "uuid()")]

    assert all(isinstance(value, Unknown) for value in values)
