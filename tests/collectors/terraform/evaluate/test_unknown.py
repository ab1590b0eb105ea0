"""What is said to be known must hold whatever the unknown turns out to be."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phiward.collectors.terraform.evaluate.expression import Budget, Scope, evaluate
from phiward.collectors.terraform.evaluate.folders import Disk, Folder
from phiward.collectors.terraform.evaluate.load import load
from phiward.collectors.terraform.evaluate.modules import Module
from phiward.collectors.terraform.evaluate.values import Exhausted, Failure, PartlyKnownText, plain, unknowns
from phiward.collectors.terraform.hcl import parse_expression
from phiward.inventory.unknown import Unknown

MODULE = Module(Folder("", Disk(Path(__file__).parent)), "", Budget())

LEAVES = st.sampled_from(
    [
        "u",
        "u",
        "1",
        "0",
        "true",
        "false",
        '"a"',
        '"b"',
        "null",
        "[u]",
        '["a", "b"]',
        "{ a = u, b = 1 }",
        '"x${u}y"',
        "[]",
    ]
)
CALLS = st.sampled_from(
    ["length", "keys", "values", "flatten", "compact", "distinct", "tolist", "toset", "tostring", "tonumber", "jsonencode",
     "alltrue", "anytrue", "one", "reverse", "sort", "upper", "can", "try", "coalesce", "concat", "merge", "sum", "tobool"]
)  # fmt: skip
PAIRS = st.sampled_from(["contains", "lookup", "join", "split", "concat", "merge", "coalesce", "try", "setunion", "element", "format",
                         "setintersection", "setsubtract", "startswith", "formatlist", "zipmap", "setproduct", "index"])  # fmt: skip
EXPRESSIONS = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.tuples(CALLS, inner).map(lambda two: f"{two[0]}({two[1]})"),
        st.tuples(PAIRS, inner, inner).map(lambda three: f"{three[0]}({three[1]}, {three[2]})"),
        st.tuples(inner, st.sampled_from(["==", "!=", "&&", "||", "+", "<"]), inner).map(
            lambda three: f"({' '.join(three)})"
        ),
        st.tuples(inner, inner, inner).map(lambda three: f"({three[0]} ? {three[1]} : {three[2]})"),
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        inner.map(lambda text: f"[for x in {text} : x if x != null]"),
        inner.map(lambda text: f"{{ for k, x in {text} : k => x }}"),
        inner.map(lambda text: f"({text})[0]"),
        inner.map(lambda text: f"({text}).a"),
        inner.map(lambda text: f"({text})[*]"),
        inner.map(lambda text: f'"%{{ if {text} }}a%{{ else }}b%{{ endif }}"'),
        inner.map(lambda text: f"jsondecode(jsonencode({text}))"),
    ),
    max_leaves=6,
)
CONCRETE = st.sampled_from(
    [None, True, False, 0, 1, "", "a", "true", "1", [], ["a"], ["a", "b"], {}, {"a": 1}, {"b": [1]}]
)


def result(text: str, value: Any) -> Any:
    """Evaluate with `u` being a value. A refusal is a `Failure`, returned."""
    MODULE.budget.renew()
    try:
        return evaluate(parse_expression(text, "x"), Scope(MODULE, {"u": value}))
    except Failure as failure:
        return failure


def covers(seen: Any, real: Any) -> bool:
    """Say whether what was seen, with its unknowns, allows for what is real."""
    if isinstance(seen, Unknown) or isinstance(real, Failure):
        return True
    if isinstance(seen, list) and isinstance(real, list):
        if any(isinstance(item, Unknown) for item in seen):
            return True
        return len(seen) == len(real) and all(covers(a, b) for a, b in zip(seen, real, strict=True))
    if isinstance(seen, dict) and isinstance(real, dict):
        return seen.keys() == real.keys() and all(covers(seen[key], real[key]) for key in seen)
    return type(seen) is type(real) and bool(seen == real)


@settings(max_examples=400, deadline=None)
@given(EXPRESSIONS, CONCRETE)
def test_the_known_part_holds_for_every_value_of_the_unknown(text: str, concrete: Any) -> None:
    """The result with the unknown allows for the result with any value in its place, or Terraform refuses that value."""
    seen = result(text, Unknown("not known", ("var.u",)))

    if not isinstance(seen, Failure):
        assert covers(plain(seen), plain(result(text, concrete)))


@settings(max_examples=150, deadline=None)
@given(EXPRESSIONS)
def test_every_unknown_says_what_it_waits_for(text: str) -> None:
    """References survive whatever is done with the value."""
    seen = result(text, Unknown("not known", ("var.u",)))

    if not isinstance(seen, Failure):
        assert all(unknown.refs == ("var.u",) for unknown in unknowns(seen))


def test_partly_known_text_decides_what_it_can() -> None:
    """A prefix that differs is enough to be different."""
    unknown = Unknown("not known")

    assert result('"x${u}" == "y"', unknown) is False
    assert isinstance(result('"x${u}" == "xy"', unknown), Unknown)
    assert isinstance(result('"x${u}"', unknown), PartlyKnownText)


def test_a_long_chain_of_locals_is_followed_or_unknown(tmp_path: Path) -> None:
    """Thousands of locals, each naming the next, do not end the run."""
    chain = "".join(f"  l{at} = local.l{at + 1}\n" for at in range(5000))
    (tmp_path / "m.tf").write_text(f'locals {{\n{chain}  l5000 = 1\n}}\nresource "a_b" "c" {{\n  v = local.l0\n}}\n')

    (block,) = load(tmp_path).trees[0].resources()

    assert block.get("v") == 1 or isinstance(block.get("v"), Unknown)


def test_the_budget_ends_an_evaluation() -> None:
    """Loops within loops stop."""
    text = "[for a in range(1000) : [for b in range(1000) : [for c in range(1000) : 1]]]"

    with pytest.raises(Exhausted):
        result(text, None)
