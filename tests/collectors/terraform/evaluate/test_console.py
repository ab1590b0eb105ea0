"""Expressions and functions, held to what `terraform console` says: recorded, and asked anew where it is installed."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from collectors.terraform.evaluate.console import EXPRESSIONS, FILES, RECORDED, REFUSED, ask, expressions, listed

from phiward.collectors.terraform.evaluate import files, functions
from phiward.collectors.terraform.evaluate.expression import Budget, Scope, evaluate
from phiward.collectors.terraform.evaluate.folders import Disk, Folder
from phiward.collectors.terraform.evaluate.functions.encoding import json_text
from phiward.collectors.terraform.evaluate.modules import Module
from phiward.collectors.terraform.evaluate.values import Exhausted, Failure
from phiward.collectors.terraform.hcl import HclError, parse_expression
from phiward.inventory.unknown import Unknown

RECORD: dict[str, str] = json.loads(RECORDED.read_text())
UNKNOWN = "(unknown)"
PENDING = "(known after apply)"
"""What Terraform says of `format("%s", null)`: it does not decide either."""
APART = {
    # The branches of a conditional, and what a splat is made of, are not given one type: an argument is, by its provider.
    'true ? 1 : "a"': "1",
    'true ? [1] : ["a"]': "[1]",
    "true ? 1 : [1]": "1",
    "tolist(null)[*]": "[]",
    # A number is the nearest of 64 bits, where Terraform has 512.
    '"a${1 / 3}"': '"a0.3333333333333333"',
    "pow(2, 64)": "18446744073709551616",
    # A division by zero is refused; in Terraform it is infinite, and refused where a number is needed.
    "1 % 0": REFUSED,
    "can(1 / 0)": "false",
    # More is read here than Terraform takes.
    "[[1, 2], [3]].0.1": "2",
    'templatestring("x", {})': '"x"',
    'cidrcontains("10.0.0.0/8", "10.1.0.0/16")': "true",
    # Terraform's answer is a slip of its own: the host is 10.0.0.1.
    'cidrhost("::ffff:10.0.0.0/104", 1)': '"10.0.0.1"',
}
"""Where the two part, and why; what is said instead."""
NOT_FOLLOWED = {
    'formatlist("%s", ["a", null])',
    next(text for text in expressions() if "Greek" in text),
    'issensitive(sensitive("a"))',
    'issensitive("a")',
    'issensitive([sensitive("a")])',
    'issensitive({ a = sensitive("a") }.a)',
    'issensitive("x${sensitive("a")}")',
    'issensitive(upper(sensitive("a")))',
    'issensitive(nonsensitive(sensitive("a")))',
    'textencodebase64("a", "UTF-16")',
    'textencodebase64("a", "nope")',
    'cidrsubnet("10.0.0.0/8", -1, 0)',
    'cidrsubnet("10.0.0.0/8", 8, -1)',
    # A console has selected one; code alone has not.
    "terraform.workspace",
    # A function that is not there may be one of a later version, of OpenTofu, or of a provider.
    'core::nope("a")',
    'nope("a")',
    'list("a")',
    'map("a", 1)',
    'provider::aws::arn_parse("x")',
    # A list is never equal to a tuple: of the results of these functions it is not followed which they are.
    "merge({ a = 1 }, { b = 2 }) == { a = 1, b = 2 }",
    'keys({ a = 1 }) == ["a"]',
    'concat(["a"], ["b"]) == ["a", "b"]',
    "values({ a = 1 }) == [1]",
    'flatten([["a"]]) == ["a"]',
    'jsondecode("[1]") == [1]',
    next(text for text in expressions() if text.startswith('yamlencode({ a = "xxx')),
}
"""What Terraform decides and phiward does not: unknown, and so never wrong."""


def ours(expression: str, folder: Path) -> Any:
    """Return the JSON of an expression's value, or that it is refused, or that it is not known here."""
    module = Module(Folder("", Disk(folder)), "", Budget())
    try:
        value = json_text(evaluate(parse_expression(expression, "console"), Scope(module, {})))
    except (Failure, HclError):
        return REFUSED
    except Exhausted:
        return UNKNOWN
    return UNKNOWN if isinstance(value, Unknown) else value


def numbers(text: str) -> Any:
    """Read JSON, numbers as the nearest of 64 bits."""
    return text if text == REFUSED else json.loads(text, parse_int=float)


@pytest.mark.parametrize("expression", expressions())
def test_an_expression_means_what_terraform_says(expression: str) -> None:
    """Value for value, and refusal for refusal."""
    if expression in NOT_FOLLOWED or RECORD[expression] == PENDING:
        assert ours(expression, FILES) == UNKNOWN
    elif expression in APART:
        assert ours(expression, FILES) == APART[expression] != RECORD[expression]
    else:
        assert numbers(ours(expression, FILES)) == numbers(RECORD[expression])


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_the_record_is_what_terraform_says() -> None:
    """The recorded table is not ours to change."""
    assert ask(expressions()) == RECORD


def test_every_function_is_held_to_terraform() -> None:
    """A function in no recorded expression differs in every run, or is OpenTofu's alone."""
    text = EXPRESSIONS.read_text()
    unheld = {name for name in functions.FUNCTIONS if f"{name}(" not in text}

    assert unheld == {
        "base64gunzip", "bcrypt", "plantimestamp", "rsadecrypt", "timestamp", "type", "urldecode", "uuid",
    }  # fmt: skip


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_every_function_of_terraform_is_there() -> None:
    """The list that Terraform itself gives."""
    known = {*functions.FUNCTIONS, *files.FILE_FUNCTIONS, "try", "can"}

    assert {name for name in listed() if "::" not in name} <= known


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('cidrcontains("192.168.2.0/20", "192.168.2.1")', True),
        ('cidrcontains("192.168.2.0/20", "192.168.2.0/22")', True),
        ('cidrcontains("192.168.2.0/20", "192.126.2.1")', False),
        ('cidrcontains("192.168.2.0/20", "192.126.2.0/18")', False),
        ('cidrcontains("fe80::/48", "fe80::1")', True),
        ('cidrcontains("fe80::/48", "fe81::1")', False),
        ('try(cidrcontains("192.168.2.0/20", "fe80::1"), "refused")', "refused"),
        ('try(cidrcontains("x", "10.0.0.1"), "refused")', "refused"),
        ('base64gunzip("H4sIAAAAAAAC/8tIzcnJBwCGphA2BQAAAA==")', "hello"),
        ('try(base64gunzip("aGVsbG8="), "refused")', "refused"),
        ('urldecode("a%20b%2Bc+d%C3%A9")', "a b+c dé"),
        ('try(urldecode("%zz"), "refused")', "refused"),
    ],
)
def test_functions_of_opentofu(expression: str, value: Any) -> None:
    """The cases of OpenTofu's own tests (internal/lang/funcs), where it is not Terraform that has the function."""
    module = Module(Folder("", Disk(FILES)), "", Budget())

    assert evaluate(parse_expression(expression, "x"), Scope(module, {})) == value


def test_what_differs_in_every_run_is_unknown(tmp_path: Path) -> None:
    """The time and random values are never made up."""
    module = Module(Folder("", Disk(tmp_path)), "", Budget())

    values = [evaluate(parse_expression(text, "x"), Scope(module, {})) for text in ("timestamp()", "uuid()")]

    assert all(isinstance(value, Unknown) for value in values)
