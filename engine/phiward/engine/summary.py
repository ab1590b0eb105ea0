"""Counting what an evaluation found."""

from typing import TYPE_CHECKING

from msgspec import Struct

from phiward.engine.control import Concern
from phiward.engine.findings import Verdict
from phiward.engine.rules import Rules
from phiward.inventory.model import CollectionGap

if TYPE_CHECKING:
    from phiward.engine.in_place import InPlaceWaivers
    from phiward.engine.waivers import Waivers

_COUNTED = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.WAIVED, Verdict.ERROR, Verdict.NOT_APPLICABLE)


class Counts(Struct, frozen=True, kw_only=True):
    """How many findings of each verdict."""

    passed: int = 0
    failed: int = 0
    unknown: int = 0
    waived: int = 0
    error: int = 0
    not_applicable: int = 0
    """1 where the run held nothing that the control applies to, else 0: resources out of its scope are not findings."""

    def plus(self, other: "Counts") -> "Counts":
        """Add two counts."""
        return Counts(
            passed=self.passed + other.passed,
            failed=self.failed + other.failed,
            unknown=self.unknown + other.unknown,
            waived=self.waived + other.waived,
            error=self.error + other.error,
            not_applicable=self.not_applicable + other.not_applicable,
        )


class Taken(Struct, frozen=True, kw_only=True):
    """A statement of the scope, and how many resources it takes out."""

    id: str
    reason: str
    file: str
    """The policy's file, from the folder of policies; or `phiward.yaml`."""
    line: int
    resources: int


class Scoped(Struct, frozen=True, kw_only=True):
    """What the policy's scope took out of the run: resources of types that a control of patient data applies to."""

    out_of_scope: int = 0
    """Resources. The controls of patient data were not asked of them."""
    unknown: int = 0
    """Resources of which it cannot be told. They were asked; what they do not meet is unknown."""
    statements: tuple[Taken, ...] = ()
    """Every `out` statement. A resource that two of them take out counts with both."""
    controls: dict[str, int] = {}
    """Control to how many resources it was not asked of for that, sorted. Left out where there are none."""


class Summary(Struct, frozen=True, kw_only=True):
    """What a whole run came to."""

    resources: int
    types: dict[str, int]
    """Resource type to how many there were, sorted."""
    controls: dict[str, Counts]
    """Every selected control, sorted by id."""
    severities: dict[str, Counts]
    """Severity, worst first, to the counts of its controls."""
    total: Counts
    gaps: tuple[CollectionGap, ...] = ()
    uncovered_types: tuple[str, ...] = ()
    """Types in the inventory that no selected control asks anything of."""
    expired_waivers: tuple[str, ...] = ()
    unused_waivers: tuple[str, ...] = ()
    """Waivers in force that matched no failed control: the id of one in a file, the place of one in code."""
    foreign_waivers: int = 0
    """Comments of other tools that ask for one and were not read."""
    unmatched_waivers: tuple[str, ...] = ()
    """Comments of other tools that were read, and no selected control answers what they name."""
    scope: Scoped = Scoped()


class Tally:
    """The counters of a run. Passes are not counted but worked out, so that they cost nothing."""

    def __init__(self, rules: int, outside: int = 0) -> None:
        self.types: dict[str, int] = {}
        self.counts = {verdict: [0] * (rules + outside) for verdict in _COUNTED}
        self.outside: dict[str, int] = {}
        """Type to how many of it are out of the policy's scope."""
        self.untold = 0
        """How many resources cannot be told to be in scope or out of it."""
        self._scope = rules if outside else None
        self._before = 0
        self.run = {Verdict.UNKNOWN: [0] * rules, Verdict.NOT_APPLICABLE: [0] * rules}

    def saw(self, name: str, number: int) -> None:
        """Count resources of a type."""
        if number:
            self.types[name] = self.types.get(name, 0) + number
        if self._scope is not None:
            now = self.counts[Verdict.NOT_APPLICABLE][self._scope]
            if now != self._before:
                self.outside[name] = self.outside.get(name, 0) + now - self._before
                self._before = now

    def out_of_scope(self, types: tuple[str, ...]) -> int:
        """Return how many resources of some types the policy's scope takes out."""
        return sum(self.outside.get(name, 0) for name in types)

    def count(self, number: int, verdict: Verdict) -> None:
        """Count a verdict of a control on a resource."""
        self.counts[verdict][number] += 1

    def count_run(self, number: int, verdict: Verdict) -> None:
        """Count a finding without a resource."""
        self.run[verdict][number] += 1

    def in_scope(self, number: int, types: tuple[str, ...]) -> int:
        """Return how many resources a control was asked of."""
        return sum(self.types.get(name, 0) for name in types) - self.counts[Verdict.NOT_APPLICABLE][number]

    def summary(
        self,
        rules: Rules,
        waivers: "Waivers",
        gaps: tuple[CollectionGap, ...],
        in_place: "InPlaceWaivers | None" = None,
    ) -> Summary:
        """Add everything up."""
        from phiward.engine.control import Severity

        controls: dict[str, Counts] = {}
        severities = {str(severity): Counts() for severity in Severity}
        total = Counts()
        asked: set[str] = set()
        for number, rule in enumerate(rules.rules):
            asked.update(rule.types)
            counts = self._counts(number, rule.types)
            controls[rule.control.id] = counts
            severities[rule.control.severity] = severities[rule.control.severity].plus(counts)
            total = total.plus(counts)
        return Summary(
            resources=sum(self.types.values()),
            types=dict(sorted(self.types.items())),
            controls=controls,
            severities=severities,
            total=total,
            gaps=gaps,
            uncovered_types=tuple(sorted(set(self.types) - asked)),
            expired_waivers=waivers.expired() + (in_place.expired() if in_place else ()),
            unused_waivers=waivers.unused() + (in_place.unused() if in_place else ()),
            foreign_waivers=in_place.ignored if in_place else 0,
            unmatched_waivers=tuple(sorted(f"{at}: {name}" for at, name in in_place.unmatched.items()))
            if in_place
            else (),
            scope=self._scoped(rules),
        )

    def _scoped(self, rules: Rules) -> Scoped:
        if self._scope is None:
            return Scoped()
        taken = self.counts[Verdict.NOT_APPLICABLE][self._scope :]
        narrowed = {
            rule.control.id: self.out_of_scope(rule.types)
            for rule in rules.rules
            if rule.control.concerns is Concern.EPHI
        }
        return Scoped(
            out_of_scope=taken[0],
            unknown=self.untold,
            statements=tuple(
                Taken(
                    id=each.id,
                    reason=each.reason,
                    file=each.file or rules.policy.file,
                    line=each.line,
                    resources=number,
                )
                for each, number in zip(rules.policy.scope.without, taken[1:], strict=True)
            ),
            controls={control: number for control, number in narrowed.items() if number},
        )

    def _counts(self, number: int, types: tuple[str, ...]) -> Counts:
        by = {verdict: self.counts[verdict][number] for verdict in _COUNTED}
        others = by[Verdict.FAIL] + by[Verdict.UNKNOWN] + by[Verdict.WAIVED] + by[Verdict.ERROR]
        return Counts(
            passed=self.in_scope(number, types) - others,
            failed=by[Verdict.FAIL],
            unknown=by[Verdict.UNKNOWN] + self.run[Verdict.UNKNOWN][number],
            waived=by[Verdict.WAIVED],
            error=by[Verdict.ERROR],
            not_applicable=self.run[Verdict.NOT_APPLICABLE][number],
        )
