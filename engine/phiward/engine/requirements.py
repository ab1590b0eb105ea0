"""Rolling findings up: which requirements of the policy are met, and whether the run passes the gate."""

from enum import StrEnum

from msgspec import Struct

from phiward.engine.control import Requirement, Unseen
from phiward.engine.rules import Rules
from phiward.engine.summary import Counts, Summary


class Status(StrEnum):
    """How a requirement stands."""

    MET = "met"
    NOT_MET = "not met"
    UNKNOWN = "unknown"
    WAIVED = "waived"
    """Met but for fails that somebody accepted."""
    NOT_ASSESSED = "not assessed"
    """No selected control answers it."""
    NOTHING = "nothing to assess"
    """Controls answer it, and the run held nothing that they apply to."""


class Standing(Struct, frozen=True, kw_only=True):
    """One requirement, how it stands, and from what."""

    requirement: Requirement
    status: Status
    counts: Counts
    controls: tuple[str, ...]
    """The selected controls that answer it, sorted."""


def standings(rules: Rules, summary: Summary) -> tuple[Standing, ...]:
    """Return how every requirement of the policy stands, in the policy's order.

    From the controls that answer it: one fail or error, not met; else one unknown, unknown; else nothing passed or
    waived, nothing to assess; else one waived, waived; else met. A requirement with specifications of its own is also
    not met where one of them is not, and unknown where it would be met or waived but one of them is unknown. It is
    never met through them alone.
    """
    answering: dict[str, list[str]] = {}
    for rule in rules.rules:
        for identity in rule.requirements:
            answering.setdefault(identity, []).append(rule.control.id)
    own: dict[str, Standing] = {}
    for requirement in rules.policy.requirements:
        controls = tuple(sorted(answering.get(requirement.id, ())))
        counts = Counts()
        for control in controls:
            counts = counts.plus(summary.controls[control])
        status = status_of(counts) if controls else Status.NOT_ASSESSED
        own[requirement.id] = Standing(requirement=requirement, status=status, counts=counts, controls=controls)
    return tuple(_with_specifications(standing, own) for standing in own.values())


def status_of(counts: Counts) -> Status:
    """Return how a requirement stands, from the findings of the controls that answer it."""
    if counts.failed or counts.error:
        return Status.NOT_MET
    if counts.unknown:
        return Status.UNKNOWN
    if not counts.passed and not counts.waived:
        return Status.NOTHING
    return Status.WAIVED if counts.waived else Status.MET


def _with_specifications(standing: Standing, own: dict[str, Standing]) -> Standing:
    """Let a requirement stand no better than the specifications under it allow."""
    below = _below(standing.requirement.id, own)
    status = standing.status
    if Status.NOT_MET in below:
        status = Status.NOT_MET
    elif Status.UNKNOWN in below and status in (Status.MET, Status.WAIVED):
        status = Status.UNKNOWN
    return Standing(requirement=standing.requirement, status=status, counts=standing.counts, controls=standing.controls)


def _below(identity: str, own: dict[str, Standing]) -> set[Status]:
    """Return how the requirements under one stand, those further down included."""
    found: set[Status] = set()
    wanted, seen = {identity}, {identity}
    while wanted:
        children = {each.requirement.id for each in own.values() if each.requirement.parent in wanted} - seen
        found |= {own[child].status for child in children}
        seen |= children
        wanted = children
    return found


def gate(rules: Rules, summary: Summary, unseen: Unseen | None = None) -> int:
    """Return the exit code of a run: 0 met the gate, 1 did not, 3 could not see enough to say.

    A fail of a gated severity, or a control that broke, is 1. Otherwise an unknown of a gated severity, or a gap, is 3
    unless the policy, or `unseen` in its place, says to warn of it or let it pass.
    """
    policy = rules.policy.gate
    gated = [summary.severities[severity] for severity in policy.fail_on]
    if summary.total.error or any(counts.failed for counts in gated):
        return 1
    if (unseen or policy.unknown) is Unseen.FAIL and (summary.gaps or any(counts.unknown for counts in gated)):
        return 3
    return 0
