"""A condition, part by part: the parts say what the interpreter says."""

from typing import Any

from phiward.engine.condition import All, Any_, Count, Elements, Not, Quantifier
from phiward.engine.condition import Test as Asks
from phiward.engine.explain import place_of
from phiward.engine.facts import facts_of
from phiward.engine.reference import holds
from phiward.engine.trace import MOST, Part, trace
from phiward.inventory.catalog import Field

ROOT = Field(
    kind="struct",
    fields={
        "id": Field(kind="str"),
        "on": Field(kind="bool"),
        "days": Field(kind="int", optional=True),
        "ports": Field(kind="list", item=Field(kind="int")),
    },
)
BODY = {
    "id": "a",
    "type": "t",
    "on": False,
    "ports": [22, 443],
    "origin": {"kind": "terraform", "file": "main.tf", "line": 1, "end_line": 9},
    "lines": {"on": ["main.tf", 4, 4]},
    "unknown": [],
}


def traced(condition: Any, **more: Any) -> Part:
    """Trace a condition on a resource."""
    body = BODY | more
    facts = facts_of(body, ROOT, "2026-01-01T00:00:00Z", lambda *_: None)
    part = trace(condition, facts, facts.whole, place_of(body))
    assert part.answer is holds(condition, facts, facts.whole)
    return part


ON = Asks("on", "equals", True)
WEEK = Asks("days", "gte", 7)


def test_a_test_says_what_was_there_and_where() -> None:
    """The line that decided it, not the whole block."""
    part = traced(ON)

    assert (part.asks, part.answer) == ("on: true", False)
    assert part.value is not None
    assert (part.value.observed, part.value.file, part.value.line) == (False, "main.tf", 4)


def test_all_parts_are_told_also_those_that_decide_nothing() -> None:
    """A reader sees why the others did not help."""
    part = traced(All((Any_((ON, Not(ON))), WEEK)))

    assert (part.asks, part.answer) == ("all of", False)
    either, week = part.parts
    assert (either.asks, either.answer) == ("any of", True)
    assert [each.answer for each in either.parts] == [False, True]
    assert [each.answer for each in either.parts[1].parts] == [False]
    assert (week.answer, week.value and week.value.observed) == (False, None)


def test_what_is_hidden_says_why() -> None:
    """Unknown is a third answer."""
    part = traced(ON, unknown=[["on", "access denied: x:Get"]])

    assert part.answer is None
    assert part.value is not None
    assert part.value.unknown == "access denied: x:Get"


def test_elements_are_told_one_by_one() -> None:
    """And no more than a reader takes in."""
    some = Elements("ports", Quantifier.SOME, Asks("", "equals", 22))
    few = traced(some)
    many = traced(some, ports=list(range(MOST + 5)))

    assert [(each.asks, each.answer) for each in few.parts] == [("ports[0]", True), ("ports[1]", False)]
    assert (len(many.parts), many.left_out) == (MOST, 5)


def test_a_count_tells_the_number() -> None:
    """Not the elements."""
    part = traced(Count("ports", Asks("", "gte", 3)))

    assert part.answer is False
    assert part.value is not None
    assert part.value.observed == 2
