"""Why a verdict is what it is: the tests that decided it, what was there, what was expected, where it was read."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from phiward.engine.condition import All, Any_, Condition, Count, Elements, Not, Quantifier, Related, Test
from phiward.engine.facts import NOT_COLLECTED, Absent, Answer, Facts, Seen, Unseen, elements, read
from phiward.engine.findings import ResourceRef, Verdict, Why
from phiward.engine.operators import EMPTY_POLICY, words
from phiward.engine.policies import reason_of
from phiward.engine.reference import NUMBER, holds
from phiward.inventory.model import LeftOut, Lines

REASONS = 8
"""Reasons told of one verdict."""
_TEXT, _ITEMS, _DEPTH = 200, 5, 3


class Read(Struct, frozen=True, gc=False):
    """An observation, as far as explanations need it."""

    call: str | None = None
    fills: tuple[str, ...] = ()


class Declared(Struct, frozen=True, gc=False):
    """Where a resource is declared."""

    kind: str | None = None
    file: str | None = None
    line: int | None = None
    end_line: int | None = None


class Place(Struct, frozen=True, kw_only=True, gc=False):
    """What of a resource's wire form tells where it was read, in the order of a canonical line."""

    account: str | None = None
    id: str = ""
    left_out: dict[str, LeftOut] = {}
    lines: dict[str, Lines] = {}
    name: str | None = None
    observations: tuple[Read, ...] = ()
    origin: Declared = Declared()
    region: str | None = None
    type: str = ""

    def ref(self) -> ResourceRef:
        """Return what a reader needs to find the resource again."""
        origin = self.origin
        return ResourceRef(
            id=self.id,
            type=self.type,
            name=self.name,
            account=self.account,
            region=self.region,
            source=origin.kind,
            file=origin.file,
            line=origin.line,
            end_line=origin.end_line,
        )


def place_of(body: Mapping[str, Any]) -> Place:
    """Return the place of a resource; where part of it is of another shape, no more than its id and type."""
    import msgspec

    given = {name: body[name] for name in Place.__struct_fields__ if name in body}
    try:
        return msgspec.convert(given, Place)
    except msgspec.ValidationError:
        return Place(id=str(body.get("id", "")), type=str(body.get("type", "")))


class _Reason(Struct):
    """A reason before it is placed."""

    path: str
    observed: Any
    expected: str
    unknown: str | None = None


def reasons(
    verdict: Verdict, where: Condition | None, condition: Condition, facts: Facts, place: Place
) -> tuple[Why, ...]:
    """Explain a fail or an unknown of a control on a resource."""
    found: Iterator[_Reason]
    if verdict is Verdict.UNKNOWN and holds(condition, facts, facts.whole) is False and where is not None:
        found = _explain(where, facts, facts.whole, None, wanted=True)
    else:
        answer = False if verdict is Verdict.FAIL else None
        found = _explain(condition, facts, facts.whole, answer, wanted=True)
    whys: dict[tuple[str, str], Why] = {}
    for reason in found:
        key = (reason.path, reason.expected)
        if key not in whys:
            whys[key] = placed(reason.path, reason.observed, reason.expected, reason.unknown, place)
        if len(whys) == REASONS:
            break
    return tuple(whys.values())


def placed(path: str, observed: Any, expected: str, unknown: str | None, place: Place) -> Why:
    """Say a reason with where its path was read: its lines, else the resource's, and the call that filled it."""
    file, line, end_line = place.origin.file, place.origin.line, place.origin.end_line
    left_out = None
    if place.lines and (prefix := longest(path, place.lines)) is not None:
        file, line, end_line = place.lines[prefix]
        left_out = place.left_out.get(prefix)
    if observed is not None and observed is not True and observed is not False:
        observed = cut(observed)
    return Why(
        path=path,
        observed=observed,
        expected=expected,
        unknown=unknown,
        file=file,
        line=line,
        end_line=end_line,
        call=_call(path, place.observations) if place.observations else None,
        left_out=left_out,
    )


def _call(path: str, observations: tuple[Read, ...]) -> str | None:
    """Return the call whose `fills` covers a path most closely; one that fills everything covers it least."""
    best, found = -1, None
    for observation in observations:
        for filled in observation.fills or _ALL:
            if path.startswith(filled) and len(filled) > best and covers(filled, path):
                best, found = len(filled), observation.call
    return found


_ALL = ("",)


def longest(path: str, prefixes: Mapping[str, Any]) -> str | None:
    """Return the longest of some paths that leads to, or is, a path."""
    end = len(path)
    while end > 0:
        if (prefix := path[:end]) in prefixes:
            return prefix
        end = max(path.rfind(".", 0, end), path.rfind("[", 0, end))
    return "" if "" in prefixes else None


def covers(prefix: str, path: str) -> bool:
    """Say whether a path is another one or lies below it."""
    return not prefix or (path.startswith(prefix) and (len(path) == len(prefix) or path[len(prefix)] in ".["))


def cut(value: Any, depth: int = 0) -> Any:
    """Shorten a value to what a reader takes in."""
    if isinstance(value, str):
        return value if len(value) <= _TEXT else value[:_TEXT] + "…"
    if isinstance(value, list | tuple):
        if depth == _DEPTH:
            return "…"
        more = ["…"] if len(value) > _ITEMS else []
        return [cut(each, depth + 1) for each in value[:_ITEMS]] + more
    if isinstance(value, dict):
        if depth == _DEPTH:
            return "…"
        kept = {key: cut(each, depth + 1) for key, each in sorted(value.items())[: 2 * _ITEMS]}
        return kept | ({"…": "…"} if len(value) > 2 * _ITEMS else {})
    return value


def _explain(condition: Condition, facts: Facts, here: Seen, answer: Answer, *, wanted: bool) -> Iterator[_Reason]:
    """Yield what made a condition `answer` (false or unknown, seen from `wanted`: a negation turns that round)."""
    looked_for: Answer = answer if answer is None or wanted else not answer
    match condition:
        case All(conditions) | Any_(conditions):
            if path := alternatives(condition, wanted=wanted):
                found = read(facts, here, path)
                if answer is False or isinstance(found, Unseen):
                    yield _told(found, either(conditions, wanted=wanted))
                    return
            for each in conditions:
                if holds(each, facts, here) is looked_for:
                    yield from _explain(each, facts, here, answer, wanted=wanted)
        case Not(inner):
            yield from _explain(inner, facts, here, answer, wanted=not wanted)
        case Test():
            yield _test(condition, facts, here, wanted=wanted)
        case Count():
            yield from _count(condition, facts, here, answer, wanted=wanted)
        case Elements():
            yield from _elements(condition, facts, here, answer, wanted=wanted)
        case Related():
            yield from _related(condition, facts, here, answer, wanted=wanted)


def alternatives(condition: All | Any_, *, wanted: bool) -> str | None:
    """Return the one path that several alternatives ask of, where none of them looks into what is there."""
    conditions = condition.conditions
    if isinstance(condition, Any_) is not wanted or len(conditions) < 2:
        return None
    tests = [each for each in conditions if isinstance(each, Test) and each.operator not in _INWARD]
    paths = {each.path for each in tests}
    return paths.pop() if len(paths) == 1 and len(tests) == len(conditions) else None


_INWARD = EMPTY_POLICY | {"contains", "has_entry"}


def either(conditions: tuple[Condition, ...], *, wanted: bool) -> str:
    """Say in words what alternatives on one path ask: `at least 7, or none`."""
    tests = [each for each in conditions if isinstance(each, Test)]
    tests.sort(key=lambda each: each.operator == "exists")
    return ", or ".join(dict.fromkeys(words(each.operator, each.value, wanted=wanted) for each in tests))


def _test(condition: Test, facts: Facts, here: Seen, *, wanted: bool) -> _Reason:
    expected = words(condition.operator, condition.value, wanted=wanted)
    found = read(facts, here, condition.path)
    if isinstance(found, Seen) and type(found.value) is list and condition.operator == "contains":
        for each in elements(facts, found):
            if isinstance(each, Unseen):
                return _Reason(each.path, None, expected, each.reason)
    told = _told(found, expected)
    if told.unknown is None and isinstance(found, Seen) and holds(condition, facts, here) is None:
        told.unknown = _unasked(condition, found, facts)
    return told


def _unasked(condition: Test, found: Seen, facts: Facts) -> str:
    """Say why a value that is known cannot be compared."""
    from phiward.engine.reference import compare

    for path, reason in sorted(facts.unknown.items()):
        if covers(found.path, path):
            return reason
    if condition.operator in EMPTY_POLICY:
        return reason_of(condition.operator, condition.value, found.value, facts, found.path)
    try:
        compare(condition.operator, found.value, condition.value, facts.now)
    except ValueError as error:
        return str(error)
    return "a value of this kind cannot be compared so"


def _told(found: Seen | Absent | Unseen, expected: str) -> _Reason:
    if isinstance(found, Unseen):
        return _Reason(found.path, None, expected, found.reason)
    return _Reason(found.path, found.value if isinstance(found, Seen) else None, expected)


def _count(condition: Count, facts: Facts, here: Seen, answer: Answer, *, wanted: bool) -> Iterator[_Reason]:
    found = read(facts, here, condition.path)
    if answer is None and isinstance(found, Seen):
        hidden = [each for each in elements(facts, found) if isinstance(each, Unseen)] if _is_list(found) else []
        if hidden or not _is_list(found):
            where = hidden[0] if hidden else Unseen(found.path, "not all of it could be seen")
            yield _told(where, "a count of " + phrase(condition.condition, wanted=wanted))
            return
    if isinstance(found, Seen):
        number = Seen(len(found.value), NUMBER, found.path)
        for each in _explain(condition.condition, facts, number, answer, wanted=wanted):
            each.expected = "a count of " + each.expected
            yield each
        return
    yield _told(found, "a count of " + phrase(condition.condition, wanted=wanted))


def _is_list(found: Seen) -> bool:
    return type(found.value) is list


def _elements(condition: Elements, facts: Facts, here: Seen, answer: Answer, *, wanted: bool) -> Iterator[_Reason]:
    found = read(facts, here, condition.path)
    if not isinstance(found, Seen):
        yield _told(found, asked(condition, wanted=wanted))
        return
    if not _is_list(found):
        yield _Reason(found.path, found.value, asked(condition, wanted=wanted), "the source gave no list")
        return
    quantifier, inner = condition.quantifier, condition.condition
    if answer is False and (quantifier is Quantifier.SOME) == wanted and quantifier is not Quantifier.NONE:
        yield _told(found, asked(condition, wanted=wanted))
        return
    if answer is False and quantifier is Quantifier.NONE and not wanted:
        yield _told(found, asked(condition, wanted=wanted))
        return
    turned = wanted if quantifier is not Quantifier.NONE else not wanted
    culprit: Answer = answer if answer is None or turned else not answer
    for each in elements(facts, found):
        if isinstance(each, Unseen):
            if answer is None:
                yield _told(each, phrase(inner, wanted=turned))
        elif holds(inner, facts, each) is culprit:
            if answer is False and not turned and each.field.kind == "struct":
                yield _told(each, asked(condition, wanted=wanted))
                continue
            yield from _explain(inner, facts, each, answer, wanted=turned)


def _related(condition: Related, facts: Facts, here: Seen, answer: Answer, *, wanted: bool) -> Iterator[_Reason]:
    found = read(facts, here, f"relations.{condition.relation}")
    expected = asked(condition, wanted=wanted)
    if not isinstance(found, Seen):
        yield _told(found, expected)
        return
    told = False
    if answer is None:
        for each in elements(facts, found):
            if isinstance(each, Unseen) or facts.related(condition, each.value) is None:
                reason = each.reason if isinstance(each, Unseen) else NOT_COLLECTED
                yield _Reason(each.path, None if isinstance(each, Unseen) else each.value, expected, reason)
                told = True
    elif names_culprits(condition, wanted=wanted):
        culprit = condition.quantifier is not Quantifier.EACH
        for each in elements(facts, found):
            if isinstance(each, Seen) and facts.related(condition, each.value) is culprit:
                yield _told(each, expected)
                told = True
    if not told:
        yield _told(found, expected)


def names_culprits(condition: Related, *, wanted: bool) -> bool:
    """Say whether single related resources make a relation fail, rather than all of them together."""
    return (condition.quantifier is not Quantifier.SOME) is wanted


def asked(condition: Elements | Related, *, wanted: bool) -> str:
    """Say in words what is asked of the elements of a list."""
    inner = phrase(condition.condition, wanted=True)
    kind = "element" if isinstance(condition, Elements) else "resource"
    told = {
        Quantifier.EACH: f"each {kind}: {inner}",
        Quantifier.SOME: f"some {kind}: {inner}",
        Quantifier.NONE: f"no {kind}: {inner}",
    }[condition.quantifier]
    return told if wanted else f"not ({told})"


def phrase(condition: Condition, *, wanted: bool) -> str:
    """Say a whole condition in words."""
    match condition:
        case All(conditions) | Any_(conditions):
            joined = " and " if isinstance(condition, All) == wanted else " or "
            told = joined.join(_part(each, condition, wanted=wanted) for each in conditions)
            return f"({told})" if len(conditions) > 1 and not wanted else told or "anything"
        case Not(inner):
            return phrase(inner, wanted=not wanted)
        case Test(path, operator, value):
            return f"{path} {words(operator, value, wanted=wanted)}".strip()
        case Count(path, inner):
            return f"{path} a count of {phrase(inner, wanted=wanted)}".strip()
        case Elements(path):
            return f"{path} {asked(condition, wanted=wanted)}".strip()
        case Related(relation):
            return f"relations.{relation} {asked(condition, wanted=wanted)}"


def _part(condition: Condition, whole: All | Any_, *, wanted: bool) -> str:
    """Say a part of a condition, in brackets where the other word joins it."""
    told = phrase(condition, wanted=wanted)
    several = isinstance(condition, All | Any_) and type(condition) is not type(whole) and len(condition.conditions) > 1
    return f"({told})" if several and wanted else told
