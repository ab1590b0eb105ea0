"""A condition part by part: what each asked of a resource, what was there, and whether it held."""

from msgspec import Struct

from phiward.engine.condition import All, Any_, Condition, Count, Elements, Not, Related, Test
from phiward.engine.explain import Place, asked, cut, phrase, placed
from phiward.engine.facts import NOT_COLLECTED, Answer, Facts, Seen, Unseen, elements, read
from phiward.engine.findings import Why
from phiward.engine.operators import words
from phiward.engine.reference import NUMBER, holds

MOST = 12
"""Elements of a list, and related resources, that are told one by one."""


class Part(Struct, frozen=True):
    """One part of a condition, as it was answered."""

    asks: str
    """What it asks, in words."""
    answer: Answer
    value: Why | None = None
    """What was there and where it was read; None for what only joins other parts."""
    parts: tuple["Part", ...] = ()
    left_out: int = 0
    """How many more elements there are."""


def trace(condition: Condition, facts: Facts, here: Seen, place: Place) -> Part:
    """Answer a condition at a place of a resource, part by part."""
    answer = holds(condition, facts, here)
    match condition:
        case All(conditions) | Any_(conditions):
            parts = tuple(trace(each, facts, here, place) for each in conditions)
            if len(parts) == 1:
                return parts[0]
            return Part("all of" if isinstance(condition, All) else "any of", answer, parts=parts)
        case Not(inner):
            return Part("not", answer, parts=(trace(inner, facts, here, place),))
        case Test(path, operator, value):
            expected = words(operator, value, wanted=True)
            return Part(_asks(path, expected), answer, _value(facts, here, path, expected, place))
        case Count(path, inner):
            found = read(facts, here, path)
            expected = f"a count of {phrase(inner, wanted=True)}"
            if isinstance(found, Seen) and isinstance(found.value, list | dict):
                found = Seen(len(found.value), NUMBER, found.path)
            return Part(_asks(path, expected), answer, _told(found, expected, place))
        case Elements():
            return _elements(condition, facts, here, place, answer)
        case Related():
            return _related(condition, facts, here, place, answer)


def _asks(path: str, expected: str) -> str:
    return f"{path}: {expected}" if path else expected


def _value(facts: Facts, here: Seen, path: str, expected: str, place: Place) -> Why:
    return _told(read(facts, here, path), expected, place)


def _told(found: object, expected: str, place: Place) -> Why:
    if isinstance(found, Unseen):
        return placed(found.path, None, expected, found.reason, place)
    if isinstance(found, Seen):
        return placed(found.path, cut(found.value), expected, None, place)
    return placed(getattr(found, "path", ""), None, expected, None, place)


def _elements(condition: Elements, facts: Facts, here: Seen, place: Place, answer: Answer) -> Part:
    expected = asked(condition, wanted=True)
    found = read(facts, here, condition.path)
    parts: list[Part] = []
    several = list(elements(facts, found)) if isinstance(found, Seen) and isinstance(found.value, list) else []
    for each in several[:MOST]:
        if isinstance(each, Unseen):
            parts.append(Part(each.path, None, _told(each, expected, place)))
        else:
            inner = trace(condition.condition, facts, each, place)
            parts.append(Part(each.path, inner.answer, parts=(inner,)))
    whole = _told(found, expected, place) if not several else None
    asks = _asks(condition.path, expected)
    return Part(asks, answer, whole, tuple(parts), max(0, len(several) - MOST))


def _related(condition: Related, facts: Facts, here: Seen, place: Place, answer: Answer) -> Part:
    path = f"relations.{condition.relation}"
    expected = asked(condition, wanted=True)
    found = read(facts, here, path)
    if not isinstance(found, Seen) or not isinstance(found.value, list) or not found.value:
        return Part(_asks(path, expected), answer, _told(found, expected, place))
    parts: list[Part] = []
    several = list(elements(facts, found))
    for each in several[:MOST]:
        reached = None if isinstance(each, Unseen) else facts.related(condition, each.value)
        why = _told(each, expected, place)
        if reached is None and not isinstance(each, Unseen):
            why = placed(each.path, each.value, expected, NOT_COLLECTED, place)
        parts.append(Part(each.path, reached, why))
    return Part(_asks(path, expected), answer, None, tuple(parts), max(0, len(several) - MOST))
