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
from phiward.collectors.terraform.evaluate.partly import PartlyKnownList, PartlyKnownMap, Rest
from phiward.collectors.terraform.evaluate.values import Exhausted, Failure, PartlyKnownText, SetOf, unknowns
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
        '["b", u]',
        'toset(["b", u])',
        'toset(["a", "b", u])',
        '["a", "b"]',
        "{ a = u, b = 1 }",
        '"x${u}y"',
        "[]",
    ]
)
CALLS = st.sampled_from(
    ["length", "keys", "values", "flatten", "compact", "distinct", "tolist", "toset", "tomap", "tostring", "tonumber",
     "jsonencode", "yamlencode", "alltrue", "anytrue", "one", "reverse", "sort", "upper", "can", "try", "coalesce",
     "concat", "merge", "sum", "tobool", "transpose", "coalescelist", "strrev", "title", "md5", "range", "max", "abs",
     "sensitive", "csvdecode", "base64encode", "urlencode", "trimspace", "setunion"]
)  # fmt: skip
PAIRS = st.sampled_from(
    ["contains", "lookup", "join", "split", "concat", "merge", "coalesce", "try", "setunion", "element", "format", "index",
     "setintersection", "setsubtract", "startswith", "formatlist", "zipmap", "setproduct", "chunklist", "coalescelist",
     "regexall", "trimprefix", "strcontains", "matchkeys", "cidrcontains", "timecmp", "range", "min"]
)  # fmt: skip
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
        inner.map(lambda text: f"{{ for k, x in {text} : k => x... }}"),
        inner.map(lambda text: f'{{ for x in {text} : x => 1 if x != "a" }}'),
        inner.map(lambda text: f"[for k, x in {text} : k]"),
        inner.map(lambda text: f"concat({text}...)"),
        inner.map(lambda text: f"merge({{ b = 2 }}, {text}, {{ a = 1 }})"),
        inner.map(lambda text: f"concat([1], {text}, [2])"),
        inner.map(lambda text: f"{{ a = 1, (tostring({text})) = 2, b = 3 }}"),
        inner.map(lambda text: f'"%{{ for x in {text} }}${{x}}%{{ endfor }}"'),
        inner.map(lambda text: f"({text})[0]"),
        inner.map(lambda text: f'({text})["a"]'),
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
    if isinstance(real, Failure):
        return True
    if isinstance(seen, PartlyKnownList):
        return isinstance(real, Unknown) or (isinstance(real, list) and holds(list(seen.parts), list(real)))
    if isinstance(seen, PartlyKnownMap):
        return isinstance(real, Unknown) or all(
            key in real and covers(item, real[key]) for key, item in seen.known.items()
        )
    if isinstance(seen, Unknown):
        return True
    if isinstance(seen, SetOf):
        known = [item for item in seen if not isinstance(item, Unknown)]
        return isinstance(real, list) and len(real) <= len(seen) and all(any(covers(a, b) for b in real) for a in known)
    if isinstance(seen, list) and isinstance(real, list):
        return len(seen) == len(real) and all(covers(a, b) for a, b in zip(seen, real, strict=True))
    if isinstance(seen, dict) and isinstance(real, dict):
        return seen.keys() == real.keys() and all(covers(seen[key], real[key]) for key in seen)
    return type(seen) is type(real) and bool(seen == real)


def holds(parts: list[Any], real: list[Any]) -> bool:
    """Say whether a list begins as its known parts do, and has the others in it, each in a place of its own."""
    first = next(at for at, part in enumerate(parts) if isinstance(part, Rest))
    if len(real) < first or not all(covers(a, b) for a, b in zip(parts[:first], real[:first], strict=True)):
        return False
    left = real[first:]
    for part in sorted(
        (part for part in parts[first:] if not isinstance(part, Rest)), key=lambda part: isinstance(part, Unknown)
    ):
        at = next((at for at, item in enumerate(left) if covers(part, item)), None)
        if at is None:
            return False
        del left[at]
    return True


@settings(max_examples=600, deadline=None)
@given(EXPRESSIONS, CONCRETE)
def test_the_known_part_holds_for_every_value_of_the_unknown(text: str, concrete: Any) -> None:
    """The result with the unknown allows for the result with any value in its place, or Terraform refuses that value."""
    seen = result(text, Unknown("not known", ("var.u",)))

    if not isinstance(seen, Failure):
        assert covers(seen, result(text, concrete))


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
