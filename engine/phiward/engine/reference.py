"""The reference interpreter: what a condition means. Everything faster is held to this.

Truth has three values (Kleene): true, false and unknown (None). A test of an unknown value is unknown. A test of an
absent value is false, except `exists: false`, and except that no policy document is an empty one. `each` and `none` of
an absent or empty list are true, `some` is false. A value of a type that an operator cannot compare is unknown.
"""

from collections.abc import Iterable
from typing import Any

from phiward.engine import values
from phiward.engine.condition import All, Any_, Condition, Count, Elements, Not, Quantifier, Related, Test
from phiward.engine.facts import Absent, Answer, Facts, Seen, Unseen, elements, read
from phiward.engine.findings import Verdict
from phiward.engine.operators import EMPTY_POLICY
from phiward.engine.policies import NO_POLICY, ask
from phiward.inventory import paths
from phiward.inventory.catalog import Field

NUMBER = Field(kind="int")


def judge(where: Condition | None, condition: Condition, facts: Facts) -> Verdict:
    """Return the verdict of a control on a resource of a type that it applies to.

    A resource that `where` rules out is not applicable. Where that cannot be seen, a pass stands and anything else is
    unknown: no fail is made from what nobody saw.
    """
    in_scope = True if where is None else holds(where, facts, facts.whole)
    if in_scope is False:
        return Verdict.NOT_APPLICABLE
    answer = holds(condition, facts, facts.whole)
    if answer is True:
        return Verdict.PASS
    if answer is None or in_scope is None:
        return Verdict.UNKNOWN
    return Verdict.FAIL


def holds(condition: Condition, facts: Facts, here: Seen) -> Answer:
    """Say whether a condition holds at a place of a resource."""
    match condition:
        case All(conditions):
            return every(holds(each, facts, here) for each in conditions)
        case Any_(conditions):
            return some(holds(each, facts, here) for each in conditions)
        case Not(inner):
            return negate(holds(inner, facts, here))
        case Test():
            return test(condition, facts, here)
        case Count():
            return _count(condition, facts, here)
        case Elements():
            return _elements(condition, facts, here)
        case Related():
            return _related(condition, facts, here)


def every(answers: Iterable[Answer]) -> Answer:
    """Kleene's conjunction: one false decides."""
    unknown = False
    for answer in answers:
        if answer is False:
            return False
        unknown = unknown or answer is None
    return None if unknown else True


def some(answers: Iterable[Answer]) -> Answer:
    """Kleene's disjunction: one true decides."""
    return negate(every(negate(answer) for answer in answers))


def negate(answer: Answer) -> Answer:
    """Kleene's negation."""
    return None if answer is None else not answer


def quantified(quantifier: Quantifier, answers: Iterable[Answer]) -> Answer:
    """Return what a quantifier makes of the answers of the elements."""
    if quantifier is Quantifier.EACH:
        return every(answers)
    found = some(answers)
    return found if quantifier is Quantifier.SOME else negate(found)


def _elements(condition: Elements, facts: Facts, here: Seen) -> Answer:
    found = read(facts, here, condition.path)
    if isinstance(found, Unseen):
        return None
    if isinstance(found, Absent):
        return condition.quantifier is not Quantifier.SOME
    if type(found.value) is not list:
        return None
    return quantified(
        condition.quantifier,
        (
            None if isinstance(each, Unseen) else holds(condition.condition, facts, each)
            for each in elements(facts, found)
        ),
    )


def _count(condition: Count, facts: Facts, here: Seen) -> Answer:
    """Count elements. One that could not be seen may stand for any number, so the count is unknown."""
    found = read(facts, here, condition.path)
    if isinstance(found, Unseen):
        return None
    if isinstance(found, Absent):
        return False
    if type(found.value) is list:
        if any(isinstance(each, Unseen) for each in elements(facts, found)):
            return None
    elif type(found.value) is not dict or found.path in facts.parents:
        return None
    return holds(condition.condition, facts, Seen(len(found.value), NUMBER, found.path))


def _related(condition: Related, facts: Facts, here: Seen) -> Answer:
    found = read(facts, here, f"relations.{condition.relation}")
    if not isinstance(found, Seen):
        return None if isinstance(found, Unseen) else condition.quantifier is not Quantifier.SOME
    return quantified(
        condition.quantifier,
        (None if isinstance(each, Unseen) else facts.related(condition, each.value) for each in elements(facts, found)),
    )


def test(condition: Test, facts: Facts, here: Seen) -> Answer:
    """Say whether one test holds."""
    operator, constant = condition.operator, condition.value
    found = read(facts, here, condition.path)
    if isinstance(found, Unseen):
        return None
    if operator == "exists":
        return isinstance(found, Seen) is bool(constant)
    if isinstance(found, Absent):
        return ask(operator, constant, NO_POLICY, facts, "") if operator in EMPTY_POLICY else False
    if operator in EMPTY_POLICY:
        return ask(operator, constant, found.value, facts, found.path) if type(found.value) is dict else None
    if operator == "has_entry":
        return _has_entry(constant, facts, found)
    if operator == "contains" and type(found.value) is list:
        return some(
            None if isinstance(each, Unseen) else equal(each.value, constant) for each in elements(facts, found)
        )
    try:
        return compare(operator, found.value, constant, facts.now)
    except ValueError:
        return None


def _has_entry(constant: dict[str, str], facts: Facts, here: Seen) -> Answer:
    """Look for an entry that fits. One that could not be seen, and whose key fits, may be it."""
    if type(here.value) is not dict:
        return None
    value = values.pattern(constant["value"]) if "value" in constant else None
    key = values.pattern(constant["key"])
    inner = len(paths.parse(here.path))
    below = (paths.parse(path) for path in facts.unknown if path.startswith((f"{here.path}.", f"{here.path}[")))
    hidden = {str(steps[inner]) for steps in below}
    known = {name: held for name, held in here.value.items() if name not in hidden}
    try:
        if values.has_entry(known, key, value):
            return True
        return None if any(values.matches(name, key) for name in hidden) else False
    except ValueError:
        return None


def equal(value: Any, constant: Any) -> Answer:
    """Compare two scalars. Of different types, unknown: `true` is not 1, and "1" is not 1."""
    if isinstance(value, bool) or isinstance(constant, bool):
        return value == constant if type(value) is type(constant) else None
    if isinstance(value, int | float) and isinstance(constant, int | float):
        return value == constant
    return value == constant if isinstance(value, str) and isinstance(constant, str) else None


def compare(operator: str, value: Any, constant: Any, now: str) -> Answer:
    """Compare a known value with a constant. Raises `ValueError` for text that is not of the form compared."""
    match operator:
        case "equals":
            return equal(value, constant)
        case "in":
            return some(equal(value, each) for each in constant)
        case "gt" | "gte" | "lt" | "lte":
            return _order(operator, value, constant)
    if not isinstance(value, str):
        return None
    match operator:
        case "contains":
            return constant in value if isinstance(constant, str) else None
        case "starts_with":
            return value.startswith(str(constant))
        case "ends_with":
            return value.endswith(str(constant))
        case "matches":
            return values.matches(value, values.pattern(constant))
        case "older_than":
            return values.before(value, values.moment(f"now-{constant}", now))
        case "newer_than":
            return not values.before(value, values.moment(f"now-{constant}", now))
        case "before":
            return values.before(value, values.moment(constant, now))
        case "after":
            return values.after(value, values.moment(constant, now))
        case "version_gte":
            return values.version(value) >= values.version(constant)
        case "version_lt":
            return values.version(value) < values.version(constant)
        case "cidr_within":
            return values.within(value, values.networks(constant))
        case _:
            return values.overlaps(value, values.networks(constant))


def _order(operator: str, value: Any, constant: Any) -> Answer:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    match operator:
        case "gt":
            return bool(value > constant)
        case "gte":
            return bool(value >= constant)
        case "lt":
            return bool(value < constant)
    return bool(value <= constant)
