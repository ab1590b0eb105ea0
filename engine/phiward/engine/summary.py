"""Counting what an evaluation found."""

from typing import TYPE_CHECKING

from msgspec import Struct

from phiward.engine.findings import Verdict
from phiward.engine.rules import Rules
from phiward.inventory.model import CollectionGap

if TYPE_CHECKING:
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
    """Waivers in force that matched no failed control."""


class Tally:
    """The counters of a run. Passes are not counted but worked out, so that they cost nothing."""

    def __init__(self, rules: int) -> None:
        self.types: dict[str, int] = {}
        self.counts = {verdict: [0] * rules for verdict in _COUNTED}
        self.run = {Verdict.UNKNOWN: [0] * rules, Verdict.NOT_APPLICABLE: [0] * rules}

    def saw(self, name: str, number: int) -> None:
        """Count resources of a type."""
        if number:
            self.types[name] = self.types.get(name, 0) + number

    def count(self, number: int, verdict: Verdict) -> None:
        """Count a verdict of a control on a resource."""
        self.counts[verdict][number] += 1

    def count_run(self, number: int, verdict: Verdict) -> None:
        """Count a finding without a resource."""
        self.run[verdict][number] += 1

    def in_scope(self, number: int, types: tuple[str, ...]) -> int:
        """Return how many resources a control was asked of."""
        return sum(self.types.get(name, 0) for name in types) - self.counts[Verdict.NOT_APPLICABLE][number]

    def summary(self, rules: Rules, waivers: "Waivers", gaps: tuple[CollectionGap, ...]) -> Summary:
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
            expired_waivers=waivers.expired(),
            unused_waivers=waivers.unused(),
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
