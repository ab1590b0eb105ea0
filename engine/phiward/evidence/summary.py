"""A run's totals as reports and the bundle say them: counts by the verdict's own word, requirements as they stand."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec import Struct

from phiward.engine import summary as engine
from phiward.engine.findings import Verdict
from phiward.engine.requirements import Standing, Status

Standings: TypeAlias = Callable[[], Sequence[Standing]]
"""Says how the requirements stand. Called when all findings have been read."""
Totals: TypeAlias = Callable[[], tuple[engine.Summary, Sequence[Standing]]]
"""Sums the run up. Called when all findings have been read."""


class RequirementSummary(Struct, frozen=True, kw_only=True):
    """One requirement with what was found about it."""

    id: str
    title: str
    level: str
    """`standard`, `required`, `addressable`."""
    parent: str | None
    controls: tuple[str, ...]
    """The ids of the selected controls that answer it."""
    status: Status
    counts: dict[str, int]
    """Number of findings by verdict; verdicts that did not occur are left out."""


class Summary(Struct, frozen=True, kw_only=True):
    """The findings of a run, counted."""

    resources: int
    counts: dict[str, int]
    """Number of findings by verdict, every verdict named."""
    controls: dict[str, dict[str, int]]
    """The same by control; verdicts that did not occur are left out."""
    requirements: tuple[RequirementSummary, ...]
    """In the policy's order; one that nothing answers is *not assessed*."""
    scope: engine.Scoped
    """What the policy's scope took out."""


def summed(found: engine.Summary, standings: Sequence[Standing]) -> Summary:
    """Say the engine's totals in the words of the verdicts."""
    return Summary(
        resources=found.resources,
        counts=named(found.total),
        controls={control: _occurred(counts) for control, counts in found.controls.items()},
        requirements=requirements(standings),
        scope=found.scope,
    )


def requirements(standings: Sequence[Standing]) -> tuple[RequirementSummary, ...]:
    """Return each requirement with how it stands and from what."""
    return tuple(
        RequirementSummary(
            id=standing.requirement.id,
            title=standing.requirement.title,
            level=standing.requirement.level.value,
            parent=standing.requirement.parent,
            controls=standing.controls,
            status=standing.status,
            counts=_occurred(standing.counts),
        )
        for standing in standings
    )


def named(counts: engine.Counts) -> dict[str, int]:
    """Return counts by the verdict's own word."""
    return {
        Verdict.PASS.value: counts.passed,
        Verdict.FAIL.value: counts.failed,
        Verdict.UNKNOWN.value: counts.unknown,
        Verdict.WAIVED.value: counts.waived,
        Verdict.NOT_APPLICABLE.value: counts.not_applicable,
        Verdict.ERROR.value: counts.error,
    }


def _occurred(counts: engine.Counts) -> dict[str, int]:
    return {verdict: count for verdict, count in named(counts).items() if count}
