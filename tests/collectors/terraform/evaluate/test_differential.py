"""Expressions that nobody thought of, asked of a real Terraform where it is installed."""

import random
import shutil

import pytest
from collectors.terraform.evaluate.console import FILES, REFUSED, ask
from collectors.terraform.evaluate.test_console import PENDING, UNKNOWN, numbers, ours

LEAVES = [
    "1", "0", "-1", "2.5", '"a"', '"b"', '""', '"1"', '"true"', "true", "false", "null", "[]", "{}", '["a", "b"]',
    '["b", "a", "b"]', "[1, 2]", "{ a = 1 }", '{ b = "x", a = "y" }', 'toset(["b", "a"])', "toset([3, 1])",
    'tolist(["a", "1"])', 'tomap({ a = "1" })', '[["a"], ["b", "c"]]', "[{ a = 1 }, { a = 2 }]", '"a,b"', '"héé"',
]  # fmt: skip
ONE = [
    "length",
    "keys",
    "values",
    "flatten",
    "compact",
    "distinct",
    "tolist",
    "toset",
    "tomap",
    "tostring",
    "tonumber",
    "tobool",
    "jsonencode",
    "yamlencode",
    "alltrue",
    "anytrue",
    "one",
    "reverse",
    "sort",
    "upper",
    "can",
    "try",
    "concat",
    "merge",
    "sum",
    "transpose",
    "strrev",
    "title",
    "abs",
    "ceil",
    "max",
    "min",
    "trimspace",
    "setunion",
    "range",
    "floor",
    "sha1",
    "jsondecode",
    "yamldecode",
    "urlencode",
    "chomp",
]
TWO = [
    "contains",
    "lookup",
    "join",
    "split",
    "concat",
    "merge",
    "coalesce",
    "try",
    "setunion",
    "element",
    "format",
    "index",
    "setintersection",
    "setsubtract",
    "startswith",
    "formatlist",
    "zipmap",
    "setproduct",
    "chunklist",
    "regexall",
    "regex",
    "trimprefix",
    "trim",
    "strcontains",
    "range",
    "min",
    "max",
    "pow",
    "parseint",
    "indent",
    "matchkeys",
]
SEVERAL = [
    "[for x in {0} : x == {1}]", "{{ for k, x in {0} : k => x }}", "({0})[0]", '({0})["a"]', "({0})[*]", "({0} == {1})",
    "({0} && {1})", "({0} + {1})", "[{0}, {1}]", "replace({0}, {1}, {2})", "substr({0}, {1}, {2})", '"${{{0}}}-x"',
    "{{ a = {0}, b = {1} }}", "slice({0}, 0, 1)",
]  # fmt: skip


def expression(chance: random.Random, depth: int) -> str:
    """Make an expression; most of those that make no sense are refused by both."""
    kind = chance.randrange(4) if depth else 0
    if kind == 0:
        return chance.choice(LEAVES)
    inner = [expression(chance, depth - 1) for _ in range(3)]
    if kind == 1:
        return f"{chance.choice(ONE)}({inner[0]})"
    return f"{chance.choice(TWO)}({inner[0]}, {inner[1]})" if kind == 2 else chance.choice(SEVERAL).format(*inner)


@pytest.mark.skipif(shutil.which("terraform") is None, reason="terraform is not installed")
def test_what_terraform_decides_is_decided_so_or_unknown() -> None:
    """Where Terraform has a value, so have we, and the same one. What it refuses may be read here all the same."""
    chance = random.Random(1)
    wanted = sorted({expression(chance, depth) for depth in (1, 2, 3) for _ in range(300)})

    differ = [
        (text, answer, found)
        for text, answer in ask(wanted).items()
        if answer not in (REFUSED, PENDING)
        and (found := ours(text, FILES)) != UNKNOWN
        and numbers(found) != numbers(answer)
    ]

    assert differ == []
