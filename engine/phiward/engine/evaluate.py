"""Evaluating an inventory: lines in, findings out, one resource at a time."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Literal

import msgspec

from phiward.engine.compiled import Compiled, Program, compile_rules, facts, program
from phiward.engine.explain import REASONS, Place, place_of, placed, reasons
from phiward.engine.facts import Answer, Facts
from phiward.engine.findings import Finding, ResourceRef, Verdict, Why
from phiward.engine.reference import holds, judge
from phiward.engine.rules import Rules
from phiward.engine.summary import Summary, Tally
from phiward.engine.targets import Targets
from phiward.engine.waivers import Waiver, Waivers
from phiward.errors import ContentError
from phiward.inventory.catalog import Field
from phiward.inventory.model import CollectionGap

Lines = Callable[[], Iterable[bytes]]
"""Opens the lines of an inventory from their beginning. Called twice where a control follows a relation."""

Teller = Callable[[Any, Callable[[str, Any, str], None]], None]
_PLACES: Final = msgspec.json.Decoder(Place)
_SURPRISES: Final = (msgspec.ValidationError, ValueError, TypeError, AttributeError, KeyError)


class _Header(msgspec.Struct):
    """What any line of an inventory may be."""

    type: Any = None
    gap: Any = None
    phiward: Any = None


_HEADERS: Final = msgspec.json.Decoder(_Header)


class Evaluation:
    """The findings of one run, to be iterated once; `summary` and `gaps` are complete after that.

    With `passes`, findings that pass are yielded too. The order is the inventory's, then the controls' ids; findings
    without a resource come last. Raises `ContentError` for a line that is none of an inventory.
    """

    def __init__(
        self,
        lines: Lines,
        rules: Rules | Compiled,
        now: str,
        *,
        passes: bool = False,
        waivers: Iterable[Waiver] = (),
    ) -> None:
        self.compiled = rules if isinstance(rules, Compiled) else compile_rules(rules)
        self.now = now
        self.gaps: list[CollectionGap] = []
        self._lines = lines
        self._passes = passes
        self._rules = self.compiled.rules.rules
        self._waivers = Waivers(waivers, now)
        self._tally = Tally(len(self._rules))
        self._programs: dict[str, Program | None] = {}
        self._targets = Targets()

    @property
    def summary(self) -> Summary:
        """Count what was found so far."""
        return self._tally.summary(self.compiled.rules, self._waivers, tuple(self.gaps))

    def __iter__(self) -> Iterator[Finding]:
        if self.compiled.relations:
            self._ask_targets()
        out: list[int] = []
        append = out.append
        current, seen = "", 0
        decode: Any = None
        fused: Any = None
        touched: Any = None
        passes = self._passes
        for number, line in enumerate(self._lines(), 1):
            try:
                resource = decode(line)
                if resource.unknown and touched(resource.unknown):
                    raise ValueError
                fused(resource, append)
            except _SURPRISES:
                out.clear()
                name, body = self._other(line, number)
                if body is None:
                    continue
                if name != current:
                    self._tally.saw(current, seen)
                    current, seen = name, 0
                    found = self._program("asked", name)
                    decode, fused, touched = _entry(found)
                seen += 1
                yield from self._slowly(name, body)
                continue
            seen += 1
            if out or passes:
                yield from self._told(current, line, resource, out)
                out.clear()
        self._tally.saw(current, seen)
        yield from self._without_resource()

    def _other(self, line: bytes, number: int) -> tuple[str, dict[str, Any] | None]:
        """Return type and body of a line that the current program did not take; keep it where it is a gap."""
        try:
            head = _HEADERS.decode(line)
            if head.gap is not None:
                self.gaps.append(msgspec.convert(head.gap, CollectionGap))
                return "", None
            if head.phiward is not None and head.type is None:
                return "", None
            body = msgspec.json.decode(line)
        except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
            raise ContentError(f"not a line of an inventory: {error}", line=number) from error
        if not isinstance(body, dict) or not isinstance(body.get("type"), str) or not isinstance(body.get("id"), str):
            raise ContentError("not a line of an inventory: a resource needs its `type` and `id`", line=number)
        return body["type"], body

    def _program(self, kind: str, name: str) -> Program | None:
        """Return the program of a type, made when its first resource comes."""
        key = f"{kind}:{name}"
        if key not in self._programs:
            made = (
                program(self.compiled, kind, name, self.now, self._targets.ask) if key in self.compiled.codes else None
            )
            self._programs[key] = made
        return self._programs[key]

    def _ask_targets(self) -> None:
        """Ask every possible target what relations ask of it, and keep the answers."""
        count = len(self.compiled.relations)
        current = ""
        failed: list[int] = []
        found: Program | None = None
        skips: Any = None
        decode: Any = None
        fused: Any = None
        touched: Any = None
        append = failed.append
        good: tuple[Answer, ...] = ()
        add = self._targets.add
        for number, line in enumerate(self._lines(), 1):
            try:
                if skips is not None:
                    skips(line)
                    continue
                resource = decode(line)
                if resource.unknown and touched(resource.unknown):
                    raise ValueError
                fused(resource, append)
            except _SURPRISES:
                failed.clear()
                name, body = self._kept(line, number)
                if name and name != current:
                    current, found = name, self._program("answers", name)
                    skips = _skipper(name) if found is None else None
                    decode, fused, touched = _entry(found)
                    good = _all_true(found, count)
                if body is not None and found is not None:
                    self._targets.add(str(body["id"]), self._answers(found, body, count))
                continue
            if not failed:
                add(resource.id, good)
                continue
            answers = list(good)
            for index in failed:
                answers[index] = False
            failed.clear()
            add(resource.id, tuple(answers))
        self._targets.settle()
        self.gaps.clear()

    def _kept(self, line: bytes, number: int) -> tuple[str, dict[str, Any] | None]:
        """Return a line for the first pass: only what can be a target at all is decoded."""
        try:
            name = _HEADERS.decode(line).type
        except (msgspec.DecodeError, UnicodeError):
            name = None
        if isinstance(name, str) and f"answers:{name}" not in self.compiled.codes:
            return name, None
        return self._other(line, number)

    def _answers(self, found: Program, body: dict[str, Any], count: int) -> tuple[Answer, ...]:
        """Ask the reference interpreter what relations ask of a target."""
        told = self._facts(found.root, body)
        answers: list[Answer] = [None] * count
        for index, _, condition in found.everything:
            answers[index] = holds(condition, told, told.whole)
        return tuple(answers)

    def _facts(self, root: Field, body: dict[str, Any]) -> Facts:
        return facts(self.compiled, root, body, self.now, self._targets.ask)

    def _slowly(self, name: str, body: dict[str, Any]) -> Iterator[Finding]:
        """Judge a resource with the reference interpreter."""
        found = self._program("asked", name)
        if found is None:
            return
        told = self._facts(found.root, body)
        place: Place | None = None
        for number, where, condition in found.everything:
            try:
                verdict = judge(where, condition, told)
                whys: tuple[Why, ...] = ()
                if verdict in (Verdict.FAIL, Verdict.UNKNOWN):
                    place = place or place_of(body)
                    whys = reasons(where, condition, told, place)
            except Exception as error:  # noqa: BLE001 - reason: one control that breaks must not end the run; it is told
                verdict, whys = Verdict.ERROR, (_broken(error),)
            if verdict is Verdict.NOT_APPLICABLE:
                self._tally.count(number, verdict)
            elif verdict is not Verdict.PASS or self._passes:
                place = place or place_of(body)
                yield self._finding(number, verdict, whys, place.ref())

    def _told(self, name: str, line: bytes, resource: Any, out: list[int]) -> Iterator[Finding]:
        """Turn what the fused function said of a resource into findings."""
        failed = [number for number in out if number >= 0]
        for number in out:
            if number < 0:
                self._tally.count(~number, Verdict.NOT_APPLICABLE)
        found = self._programs[f"asked:{name}"]
        if found is None or not (failed or self._passes):
            return
        try:
            place = _PLACES.decode(line)
        except msgspec.ValidationError:
            place = place_of(msgspec.json.decode(line))
        ref = place.ref()
        told: Facts | None = None
        for number in failed if not self._passes else (asked[0] for asked in found.everything):
            if number not in failed:
                if ~number not in out:
                    yield self._finding(number, Verdict.PASS, (), ref)
                continue
            verdict, whys = Verdict.FAIL, _said(found.tellers.get(number), resource, place)
            if not whys:
                told = told or self._facts(found.root, msgspec.json.decode(line))
                rule = self._rules[number].control
                try:
                    whys = reasons(rule.applies_to.where, rule.condition, told, place)
                except Exception as error:  # noqa: BLE001 - reason: one control that breaks must not end the run
                    verdict, whys = Verdict.ERROR, (_broken(error),)
            yield self._finding(number, verdict, whys, ref)

    def _finding(self, number: int, verdict: Verdict, whys: tuple[Why, ...], ref: ResourceRef) -> Finding:
        """Make a finding of a resource: a fail that somebody accepted is waived."""
        rule = self._rules[number]
        waiver = None
        if verdict is Verdict.FAIL:
            waiver = self._waivers.of(rule.control.id, ref.id)
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
                why=tuple(_missing(gap, rule.types) for gap in gaps[:REASONS]),
            )


def evaluate(
    lines: Lines, rules: Rules | Compiled, now: str, *, passes: bool = False, waivers: Iterable[Waiver] = ()
) -> Evaluation:
    """Evaluate an inventory at a time (`YYYY-MM-DDTHH:MM:SSZ`). Iterate what this returns, then read its summary."""
    return Evaluation(lines, rules, now, passes=passes, waivers=waivers)


def _said(teller: Teller | None, resource: Any, place: Place) -> tuple[Why, ...]:
    """Collect what a generated explanation says: each reason once, and no more than a reader takes in.

    Nothing where there is none, or where it meets a value, past the one that decided, that only `reasons` can tell of.
    """
    if teller is None:
        return ()
    told: list[tuple[str, Any, str]] = []
    try:
        teller(resource, lambda path, observed, expected: told.append((path, observed, expected)))
    except _SURPRISES:
        return ()
    if len(told) == 1:
        return (placed(*told[0], None, place),)
    once: dict[tuple[str, str], Any] = {}
    for path, observed, expected in told:
        once.setdefault((path, expected), observed)
    return tuple(placed(path, value, expected, None, place) for (path, expected), value in [*once.items()][:REASONS])


def _skipper(name: str) -> Callable[[bytes], Any]:
    """Return what takes the lines of one type only, and reads nothing else of them."""
    return msgspec.json.Decoder(msgspec.defstruct("Skipped", [("type", Literal.__getitem__(name))], gc=False)).decode


def _all_true(found: Program | None, count: int) -> tuple[Answer, ...]:
    """Return the answers of a target of which everything that is asked is true."""
    numbers = {asked[0] for asked in found.everything} if found else set()
    return tuple(True if number in numbers else None for number in range(count))


def _entry(found: Program | None) -> tuple[Any, Any, Any]:
    """Return what the loop calls for each line of a type; nothing, where every line goes to the interpreter."""
    return (found.decode, found.fused, found.touched) if found and not found.slow else (None, None, None)


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
