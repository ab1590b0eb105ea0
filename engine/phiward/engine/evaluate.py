"""Evaluating an inventory: lines in, findings out, one resource at a time."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any, Final

import msgspec

from phiward.engine.compiled import SURPRISES, Compiled, Program, Told, compile_rules, facts, program
from phiward.engine.control import Concern
from phiward.engine.explain import REASONS, Place, place_of, placed, reasons
from phiward.engine.facts import Facts
from phiward.engine.findings import Finding, ResourceRef, Verdict, Why
from phiward.engine.hidden import Hidden
from phiward.engine.in_place import InPlaceReading, InPlaceWaivers
from phiward.engine.lines import body_of, header_of, skipper
from phiward.engine.reference import holds, judge
from phiward.engine.rules import Rule, Rules
from phiward.engine.standins import stood_in
from phiward.engine.summary import Summary, Tally
from phiward.engine.targets import Targets
from phiward.engine.waivers import Waiver, Waivers
from phiward.errors import ContentError
from phiward.inventory.catalog import Field
from phiward.inventory.model import CollectionGap, WaiverComment
from phiward.inventory.paths import parse

Lines = Callable[[], Iterable[bytes]]
"""Opens the lines of an inventory from their beginning. Called twice where a control follows a relation."""

Teller = Callable[[Any, Callable[[Told], None]], None]
_PLACES: Final = msgspec.json.Decoder(Place)
_NOBODY: Final[frozenset[int]] = frozenset()
_MOST: Final = 10_000
"""What is remembered of hidden paths: a hostile inventory could have no end of them."""
NO_WHYS: Final[tuple[Why, ...]] = ()


class Evaluation:
    """The findings of one run, to be iterated once; `summary` and `gaps` are complete after that.

    With `passes`, findings that pass are yielded too. The order is the inventory's, then the controls' ids; findings
    without a resource come last. Raises `ContentError` for a line that is none of an inventory.
    """

    def __init__(  # noqa: PLR0913 - what a run consists of
        self,
        lines: Lines,
        rules: Rules | Compiled,
        now: str,
        *,
        passes: bool = False,
        waivers: Iterable[Waiver] = (),
        in_place: InPlaceReading = InPlaceReading(),  # noqa: B008 - it cannot be changed
    ) -> None:
        self.compiled = rules if isinstance(rules, Compiled) else compile_rules(rules)
        self.now = now
        self.gaps: list[CollectionGap] = []
        self._lines = lines
        self._passes = passes
        self._rules = self.compiled.rules.rules
        self._waivers = Waivers(waivers, now)
        self._in_place_reading = in_place
        self._comments: list[WaiverComment] = []
        self._in_place: InPlaceWaivers | None = None
        self._tally = Tally(len(self._rules), len(self.compiled.rules.outside.conditions))
        self._programs: dict[str, Program] = {}
        self.targets = Targets()
        self._said_of_hidden: dict[tuple[str, int, tuple[str, ...]], tuple[tuple[str, str], ...]] = {}

    @property
    def summary(self) -> Summary:
        """Count what was found so far."""
        return self._tally.summary(self.compiled.rules, self._waivers, tuple(self.gaps), self._in_place)

    def __iter__(self) -> Iterator[Finding]:
        if self.compiled.relations:
            from phiward.engine.first_pass import FirstPass

            self.targets = FirstPass(self.compiled, self.now).run(self._lines())
        out: list[int] = []
        late: list[int] = []
        current, seen = "", 0
        found = _unasked("")
        decode, fused, touched, slow = found.decode, found.fused, found.hidden.touched, found.slow
        passes, outside = self._passes, self._tally.counts[Verdict.NOT_APPLICABLE]
        for number, line in enumerate(self._lines(), 1):
            ask = slow
            try:
                resource = decode(line)
                if resource.unknown:
                    ask = slow | touched(resource.unknown)
            except SURPRISES:
                name = self._named(line, number)
                if name is None:
                    continue
                if name != current:
                    self._tally.saw(current, seen)
                    current, seen = name, 0
                    found = self._program(name)
                    decode, fused, touched, slow = found.decode, found.fused, found.hidden.touched, found.slow
                resource, ask = _read(found, line, number)
            seen += 1
            if ask or passes:
                yield from self._judged(_Case(self, found, line, number), resource, ask)
                continue
            fused(resource, out.append, outside, late.append)
            if out or late:
                yield from self._told(_Case(self, found, line, number), resource, out, late)
                out.clear()
                late.clear()
        self._tally.saw(current, seen)
        self._settle()
        yield from self._without_resource()

    def _named(self, line: bytes, number: int) -> str | None:
        """Return the type of a line that the current program did not take; None for a gap or comment, which is kept."""
        head = header_of(line, number)
        if head.type is not None:
            self._settle()
            return head.type  # type: ignore[no-any-return]
        try:
            if head.gap is not None:
                self.gaps.append(msgspec.convert(head.gap, CollectionGap))
            elif head.waiver is not None and self._in_place is not None:
                raise ContentError("the inventory is not sorted: a comment stands behind a resource", line=number)
            elif head.waiver is not None:
                self._comments.append(msgspec.convert(head.waiver, WaiverComment))
        except msgspec.ValidationError as error:
            raise ContentError(f"not a line of an inventory: {error}", line=number) from error
        return None

    def check(self) -> None:
        """Raise `ContentProblems` for malformed comments: before the first finding is told, and not among them."""
        comments: list[WaiverComment] = []
        for number, line in enumerate(self._lines(), 1):
            head = header_of(line, number) if line.startswith((b'{"waiver":', b'{"phiward":')) else None
            if head is None:
                break
            if head.waiver is not None:
                comments.append(msgspec.convert(head.waiver, WaiverComment))
        self._read(comments)

    def _settle(self) -> None:
        """Read what the comments ask for: they stand before every resource."""
        if self._in_place is None:
            self._in_place = self._read(self._comments)
            self._comments = []

    def _read(self, comments: list[WaiverComment]) -> InPlaceWaivers:
        controls = (rule.control for rule in self._rules)
        return InPlaceWaivers(
            comments, controls, self.compiled.rules.policy.waivers, self.now, reading=self._in_place_reading
        )

    def in_code(self, control: str, resource: ResourceRef) -> str | None:
        """Return the place of a waiver in code that counts for a fail. The evaluation has been iterated."""
        answer = self._in_place.of(control, resource, NO_WHYS) if self._in_place is not None else None
        return answer.waiver if answer is not None else None

    def _program(self, name: str) -> Program:
        """Return the program of a type, made when its first resource comes."""
        if name not in self._programs:
            self._programs[name] = (
                program(self.compiled, "asked", name, self.now, self.targets.ask)
                if f"asked:{name}" in self.compiled.codes
                else _unasked(name)
            )
        return self._programs[name]

    def _judged(self, case: "_Case", resource: Any, ask: frozenset[int]) -> list[Finding]:
        """Judge a resource whose passes are told, or of which the reference interpreter is asked some controls."""
        found = case.found
        out: list[int] = []
        late: list[int] = []
        outside: dict[int, int] = defaultdict(int)
        if resource is not None:
            found.fused(resource, out.append, outside, late.append)
        for each in outside.keys() - ask:
            self._tally.count(each, Verdict.NOT_APPLICABLE)
        failed = [each for each in out if each not in ask]
        passed = (found.numbers - outside.keys() - set(out)) if self._passes else _NOBODY
        return self._told(case, resource, failed, ask.union(late), passed)

    def _told(
        self,
        case: "_Case",
        resource: Any,
        failed: list[int],
        ask: Collection[int] = _NOBODY,
        passed: frozenset[int] = _NOBODY,
    ) -> list[Finding]:
        """Turn what the fused function said of a resource into findings, and ask what it could not say."""
        place = case.place()
        ref = place.ref()
        findings: list[Finding] = []
        tellers = case.found.tellers
        for each in sorted({*failed, *ask, *passed}) if ask or passed else failed:
            if each >= len(self._rules):
                self._count_outside(each, case, asked=each in ask)
                continue
            if each in ask:
                verdict, whys = self._hidden(each, case, None if resource is None else resource.unknown)
            elif each in passed:
                verdict, whys = Verdict.PASS, NO_WHYS
            elif each in tellers and (whys := _said(tellers[each], resource, case)):
                verdict = Verdict.FAIL
            else:
                verdict, whys = self._interpreted(each, case, Verdict.FAIL)
            if verdict is Verdict.NOT_APPLICABLE:
                self._tally.count(each, verdict)
            elif verdict is not Verdict.PASS or self._passes:
                findings.append(self._finding(each, verdict, whys, ref))
        return findings

    def _count_outside(self, number: int, case: "_Case", *, asked: bool) -> None:
        """Count a resource that the scope takes out, where the generated code could not tell. It makes no finding."""
        if not asked:
            return
        first = number - len(self._rules)
        told = case.facts()
        left = holds(self.compiled.rules.outside.conditions[first], told, told.whole)
        if left is False:
            self._tally.count(number, Verdict.NOT_APPLICABLE)
        elif left is None and not first:
            self._tally.untold += 1

    def _hidden(self, number: int, case: "_Case", unknown: Any) -> tuple[Verdict, tuple[Why, ...]]:
        """Judge what reads something unknown. Where that is all it reads, what was said before holds here too."""
        by = case.found.hidden.wholly(number, unknown) if unknown else None
        if by is None:
            return self._interpreted(number, case)
        place, key = case.place(), (case.found.name, number, by)
        said = self._said_of_hidden.get(key)
        if said is not None:
            reason = {path: str(why) for path, why in unknown}
            return Verdict.UNKNOWN, tuple(placed(path, None, expected, reason[path], place) for path, expected in said)
        verdict, whys = self._interpreted(number, case)
        if (
            len(self._said_of_hidden) < _MOST
            and verdict is Verdict.UNKNOWN
            and all(why.unknown and why.path in by for why in whys)
        ):
            self._said_of_hidden[key] = tuple((why.path, why.expected) for why in whys)
        return verdict, whys

    def _interpreted(
        self, number: int, case: "_Case", verdict: Verdict | None = None
    ) -> tuple[Verdict, tuple[Why, ...]]:
        """Judge by the reference interpreter. Where the verdict is known, and no generated code tells why: say why."""
        control = self._rules[number].control
        where = control.applies_to.where
        try:
            told = case.facts()
            verdict = verdict or judge(where, control.condition, told)
            if verdict not in (Verdict.FAIL, Verdict.UNKNOWN):
                return verdict, NO_WHYS
            return verdict, reasons(verdict, where, control.condition, told, case.place())
        except Exception as error:  # noqa: BLE001 - reason: one control that breaks must not end the run; it is told
            return Verdict.ERROR, (_broken(error),)

    def _finding(self, number: int, verdict: Verdict, whys: tuple[Why, ...], ref: ResourceRef) -> Finding:
        """Make a finding of a resource: a fail that somebody accepted is waived."""
        rule = self._rules[number]
        waiver = note = None
        if verdict is Verdict.FAIL:
            waiver = self._waivers.of(rule.control.id, ref.id)
            answer = self._in_place.of(rule.control.id, ref, whys) if self._in_place is not None else None
            if answer is not None and waiver is None:
                waiver, note = answer.waiver, answer.note
            verdict = Verdict.WAIVED if waiver else verdict
        if verdict is not Verdict.PASS:
            self._tally.count(number, verdict)
        return Finding(
            control=rule.control.id,
            verdict=verdict,
            requirements=rule.requirements,
            why=whys,
            resource=ref,
            waiver=waiver,
            note=note,
        )

    def _without_resource(self) -> Iterator[Finding]:
        """Yield what is said of the run as a whole: what could not be listed, what there was none of."""
        for number, rule in enumerate(self._rules):
            nothing = not self._tally.in_scope(number, rule.types)
            gaps = [gap for gap in self.gaps if set(gap.types) & set(rule.types) or (nothing and not gap.types)]
            if not gaps and not nothing:
                continue
            verdict = Verdict.UNKNOWN if gaps else Verdict.NOT_APPLICABLE
            self._tally.count_run(number, verdict)
            yield Finding(
                control=rule.control.id,
                verdict=verdict,
                requirements=rule.requirements,
                why=tuple(_missing(gap, rule.types) for gap in gaps[:REASONS]) or self._all_outside(rule),
            )

    def _all_outside(self, rule: Rule) -> tuple[Why, ...]:
        """Say that there was something for a control, and that the policy's scope took it out."""
        if rule.control.concerns is not Concern.EPHI or not (number := self._tally.out_of_scope(rule.types)):
            return ()
        return (Why(path="scope", observed=f"{number} out of scope", expected="a resource in scope"),)


def evaluate(  # noqa: PLR0913 - what a run consists of
    lines: Lines,
    rules: Rules | Compiled,
    now: str,
    *,
    passes: bool = False,
    waivers: Iterable[Waiver] = (),
    in_place: InPlaceReading = InPlaceReading(),  # noqa: B008 - it cannot be changed
) -> Evaluation:
    """Evaluate an inventory at a time (`YYYY-MM-DDTHH:MM:SSZ`). Iterate what this returns, then read its summary."""
    return Evaluation(lines, rules, now, passes=passes, waivers=waivers, in_place=in_place)


def _said(teller: Teller, resource: Any, case: "_Case") -> tuple[Why, ...]:
    """Collect what a generated explanation says: each reason once, and no more than a reader takes in.

    Nothing where it meets a value, past the one that decided, that only `reasons` can tell of.
    """
    told: list[Told] = []
    place = case.place()
    try:
        teller(resource, told.append)
    except SURPRISES:
        return ()
    if len(told) == 1:
        path, value, expected = told[0]
        return (placed(path, case.value(path) if value is ... else value, expected, None, place),)
    once: dict[tuple[str, str], Any] = {}
    for path, value, expected in told:
        once.setdefault((path, expected), value)
    return tuple(
        placed(path, case.value(path) if value is ... else value, expected, None, place)
        for (path, expected), value in [*once.items()][:REASONS]
    )


class _Case:
    """One resource that something is told of. What that takes is read when it is needed, once."""

    __slots__ = ("_body", "_facts", "_line", "_number", "_place", "_run", "found")

    def __init__(self, run: Evaluation, found: Program, line: bytes, number: int) -> None:
        self.found = found
        self._run = run
        self._line = line
        self._number = number
        self._body: dict[str, Any] | None = None
        self._facts: Facts | None = None
        self._place: Place | None = None

    def body(self) -> dict[str, Any]:
        """Return the whole resource."""
        if self._body is None:
            self._body = body_of(self._line, self._number)
        return self._body

    def facts(self) -> Facts:
        """Return the resource as the reference interpreter reads it."""
        if self._facts is None:
            run = self._run
            self._facts = facts(run.compiled, self.found.root, self.body(), run.now, run.targets.ask)
        return self._facts

    def value(self, path: str) -> Any:
        """Return what is at a path of which it is known that something is there."""
        at: Any = self.body()
        for step in parse(path):
            at = at[step]
        return at

    def place(self) -> Place:
        """Return where it was read."""
        if self._place is None:
            try:
                self._place = _PLACES.decode(self._line)
            except msgspec.ValidationError:
                self._place = place_of(self.body())
        return self._place


def _read(found: Program, line: bytes, number: int) -> tuple[Any, frozenset[int]]:
    """Return a resource, with stand-ins where it hides something, and who must not see it so. None: all of them."""
    try:
        resource = found.decode(line)
        return resource, found.slow | (found.hidden.touched(resource.unknown) if resource.unknown else _NOBODY)
    except SURPRISES:
        body = body_of(line, number)
    try:
        resource = found.decode(msgspec.json.encode(stood_in(body, found.root)))
        return resource, found.slow | found.hidden.touched(resource.unknown)
    except SURPRISES:
        return None, found.numbers


def _unasked(name: str) -> Program:
    """Return the program of a type of which nothing is asked."""
    return Program(
        name=name,
        root=Field(kind="struct"),
        decode=skipper(name),
        fused=lambda *_: None,
        tellers={},
        hidden=Hidden(()),
        slow=_NOBODY,
        everything=(),
        numbers=_NOBODY,
    )


def _missing(gap: CollectionGap, types: tuple[str, ...]) -> Why:
    named = ", ".join(sorted(set(gap.types) & set(types))) or "the inventory"
    file = gap.where if gap.line is not None else None
    return Why(
        path="",
        expected=f"a listing of {named} in {gap.where}",
        unknown=gap.reason,
        file=file,
        line=gap.line,
        call=gap.call,
    )


def _broken(error: Exception) -> Why:
    return Why(path="", expected="a verdict", unknown=f"the control broke: {type(error).__name__}: {str(error)[:200]}")
