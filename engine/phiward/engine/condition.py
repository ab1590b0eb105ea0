"""Conditions as a tree: what a control asserts, in seven forms.

Everything a control file may write is brought to these: a scalar is `equals`, several operators on one path are `All`
of one `Test` each, `not` inside a matcher is `Not` around the test. `${parameters}` are already filled in.
A path is relative to the resource, or, inside `Elements` and `Count`, to the element; the empty path is the element.
"""

from enum import StrEnum
from typing import Any, TypeAlias

from msgspec import Struct


class Quantifier(StrEnum):
    """How many of the elements a condition must hold for."""

    EACH = "each"
    SOME = "some"
    NONE = "none"


class All(Struct, frozen=True, tag="all"):
    """Every condition holds; of none, true."""

    conditions: tuple["Condition", ...]


class Any_(Struct, frozen=True, tag="any"):  # noqa: N801 - Any is typing's
    """At least one condition holds."""

    conditions: tuple["Condition", ...]


class Not(Struct, frozen=True, tag="not"):
    """The condition does not hold. Unknown stays unknown."""

    condition: "Condition"


class Test(Struct, frozen=True, tag="test"):
    """The value at a path compares so to a constant."""

    path: str
    operator: str
    """One of `phiward.engine.operators.OPERATORS`."""
    value: Any
    line: int = 0
    column: int = 0


class Count(Struct, frozen=True, tag="count"):
    """The number of elements at a path meets a condition on the empty path."""

    path: str
    condition: "Condition"
    line: int = 0
    column: int = 0


class Elements(Struct, frozen=True, tag="elements"):
    """A condition holds for each, some or none of the elements at a path."""

    path: str
    quantifier: Quantifier
    condition: "Condition"
    line: int = 0
    column: int = 0


class Related(Struct, frozen=True, tag="related"):
    """A condition holds for each, some or none of the resources that a relation leads to."""

    relation: str
    quantifier: Quantifier
    condition: "Condition"
    line: int = 0
    column: int = 0


Condition: TypeAlias = All | Any_ | Not | Test | Count | Elements | Related

TRUE = All(())


def parts(condition: Condition) -> tuple[Condition, ...]:
    """Return the conditions directly inside one."""
    if isinstance(condition, All | Any_):
        return condition.conditions
    if isinstance(condition, Test):
        return ()
    return (condition.condition,)


def targets(condition: Condition) -> list[Related]:
    """Return every `Related` of a condition, in order."""
    found = [condition] if isinstance(condition, Related) else []
    for part in parts(condition):
        found += targets(part)
    return found


def paths(condition: Condition) -> set[str]:
    """Return the paths of the resource that a condition reads (lists whole; targets' paths left out)."""
    match condition:
        case Test(path) | Count(path) | Elements(path):
            return {path}
        case Related(relation):
            return {f"relations.{relation}"}
    return set().union(*(paths(part) for part in parts(condition)))
