"""Counting findings: by verdict, by control, and by requirement of the policy."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum

from msgspec import Struct

from phiward.engine.findings import Finding, Verdict
from phiward.engine.rules import Rules


class RequirementState(StrEnum):
    """What the findings say about one requirement, the worst first. None of them says that the law is met."""

    FAIL = "fail"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    PASS = "pass"  # noqa: S105 - a state
    NOT_APPLICABLE = "not_applicable"
    NOT_ASSESSED = "not_assessed"


class RequirementInfo(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One requirement of the policy."""

    id: str
    title: str
    level: str
    """`standard`, `required`, `addressable`."""
    parent: str | None = None
    controls: tuple[str, ...] = ()
    """The ids of the controls that answer it."""


def requirements_of(rules: Rules) -> tuple[RequirementInfo, ...]:
    """Return the requirements of a run's policy, each with the selected controls that answer it."""
    answers: dict[str, list[str]] = {}
    for rule in rules.rules:
        for requirement in rule.requirements:
            answers.setdefault(requirement, []).append(rule.control.id)
    return tuple(
        RequirementInfo(
            id=requirement.id,
            title=requirement.title,
            level=requirement.level.value,
            parent=requirement.parent,
            controls=tuple(answers.get(requirement.id, ())),
        )
        for requirement in rules.policy.requirements
    )


class RequirementSummary(Struct, frozen=True, kw_only=True):
    """One requirement with what was found about it."""

    id: str
    title: str
    level: str
    parent: str | None
    controls: tuple[str, ...]
    state: RequirementState
    counts: dict[str, int]
    """Number of findings by verdict."""


class Summary(Struct, frozen=True, kw_only=True):
    """The findings of a run, counted."""

    counts: dict[str, int]
    """Number of findings by verdict, every verdict named."""
    controls: dict[str, dict[str, int]]
    """The same by control; verdicts that did not occur are left out."""
    requirements: tuple[RequirementSummary, ...]


class Tally:
    """Counts findings as they pass by, so that nobody has to hold them."""

    def __init__(self) -> None:
        self.by_control: dict[str, Counter[Verdict]] = {}
        self.by_requirement: dict[str, Counter[Verdict]] = {}

    def add(self, finding: Finding) -> None:
        """Count one finding."""
        self.by_control.setdefault(finding.control, Counter())[finding.verdict] += 1
        for requirement in finding.requirements:
            self.by_requirement.setdefault(requirement, Counter())[finding.verdict] += 1

    def watch(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Hand the findings on, counting them."""
        for finding in findings:
            self.add(finding)
            yield finding

    def summary(self, requirements: Sequence[RequirementInfo]) -> Summary:
        """Sum up. Requirements come in the policy's order; one that nothing answers is *not assessed*."""
        total: Counter[Verdict] = sum(self.by_control.values(), Counter())
        return Summary(
            counts={verdict.value: total[verdict] for verdict in Verdict},
            controls={control: _named(self.by_control[control]) for control in sorted(self.by_control)},
            requirements=tuple(self._requirement(requirement) for requirement in requirements),
        )

    def _requirement(self, requirement: RequirementInfo) -> RequirementSummary:
        counts = self.by_requirement.get(requirement.id, Counter())
        return RequirementSummary(
            id=requirement.id,
            title=requirement.title,
            level=requirement.level,
            parent=requirement.parent,
            controls=requirement.controls,
            state=_state(counts),
            counts=_named(counts),
        )


def _named(counts: Counter[Verdict]) -> dict[str, int]:
    return {verdict.value: counts[verdict] for verdict in Verdict if counts[verdict]}


def _state(counts: Counter[Verdict]) -> RequirementState:
    """The worst verdict speaks. A control that broke (`error`) has seen nothing: unknown."""
    worst_first = (
        (Verdict.FAIL, RequirementState.FAIL),
        (Verdict.ERROR, RequirementState.UNKNOWN),
        (Verdict.UNKNOWN, RequirementState.UNKNOWN),
        (Verdict.WAIVED, RequirementState.WAIVED),
        (Verdict.PASS, RequirementState.PASS),
        (Verdict.NOT_APPLICABLE, RequirementState.NOT_APPLICABLE),
    )
    return next((state for verdict, state in worst_first if counts[verdict]), RequirementState.NOT_ASSESSED)
