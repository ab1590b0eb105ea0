"""What `phiward scope` prints: of each resource whether it is in scope, and which statement decided it."""

import sys
from collections.abc import Iterator
from heapq import nsmallest
from itertools import chain

import msgspec
from msgspec import Struct

from phiward.engine.classify import Classification, Classified, Standing
from phiward.engine.findings import Why
from phiward.engine.scope import Scope
from phiward.evidence.escape import json_text, visible
from phiward.evidence.report import gap_text, reason_text, value_text
from phiward.inventory.model import CollectionGap

SCHEMA = "phiward/scope/v1"
_ORDER = (Standing.OUT, Standing.UNKNOWN, Standing.IN)
_GAPS_SHOWN = 20
_encoder = msgspec.json.Encoder(order="deterministic")


class ReportedClass(Struct, frozen=True, kw_only=True):
    """One resource, and whether it is in scope."""

    id: str
    type: str
    name: str | None
    account: str | None
    region: str | None
    file: str | None
    line: int | None
    scope: Standing
    statement: str | None
    """The id of the statement that decided it; null: none is about it, so that it is in scope."""
    why: tuple[Why, ...]
    """What the statement met; of what cannot be told, what could not be seen."""


class ReportedStatement(Struct, frozen=True, kw_only=True):
    """One statement of the policy's scope."""

    id: str
    side: str
    """`in` or `out`."""
    reason: str
    file: str
    line: int
    resources: int
    """How many resources it decided about; one that could not be told counts."""


class ScopeDocument(Struct, frozen=True, kw_only=True):
    """What `phiward scope --format json` prints."""

    schema: str
    """`phiward/scope/v1`."""
    policy: str
    file: str
    """The policy's file."""
    now: str
    resources: tuple[ReportedClass, ...]
    """Those of types that a control of patient data applies to."""
    others: int
    """Resources that the scope does not concern: no control of patient data applies to them."""
    statements: tuple[ReportedStatement, ...]
    counts: dict[str, int]
    """`in scope`, `out of scope` and `cannot be told` to how many resources."""
    gaps: tuple[CollectionGap, ...]


class ScopeReport(Struct, frozen=True, kw_only=True):
    """A classification, ready to be told."""

    classification: Classification
    scope: Scope
    policy: str
    file: str
    """The policy's file, as its reader finds it."""
    now: str


def as_json(report: ScopeReport) -> Iterator[str]:
    """Yield the document piece by piece, one resource per line."""
    head = {"schema": SCHEMA, "policy": report.policy, "file": report.file, "now": report.now}
    yield _text(head)[:-1] + ',"resources":['
    separator = "\n"
    for found in report.classification:
        yield separator + _text(_reported(found))
        separator = ",\n"
    found_gaps = report.classification.gaps
    yield '\n],"others":' + _text(report.classification.others)
    yield ',"statements":' + _text(_statements(report))
    yield ',"counts":' + _text({standing.value: count for standing, count in report.classification.counts.items()})
    yield ',"gaps":' + _text(found_gaps) + "}\n"


def as_table(report: ScopeReport, *, most: int = 200, everything: bool = False) -> Iterator[str]:
    """Yield what a person reads: what is out of scope first, then what cannot be told, then what is in scope."""
    from tabulate import tabulate

    classification = report.classification
    shown = nsmallest(
        sys.maxsize if everything else most,
        classification,
        key=lambda found: (_ORDER.index(found.scope), found.resource.type, found.resource.id),
    )
    rows = [
        (
            visible(found.resource.name or found.resource.id, 60),
            visible(found.resource.type),
            found.scope.value,
            visible(found.statement.id) if found.statement else "no statement is about it",
            visible(_why(found), 160),
        )
        for found in shown
    ]
    headers = ("resource", "type", "scope", "statement", "why")
    if rows:
        yield (
            tabulate(rows, headers, tablefmt="simple", disable_numparse=True, maxcolwidths=[40, None, None, None, 60])
            + "\n\n"
        )
    left = sum(classification.counts.values()) - len(shown)
    if left:
        yield f"… and {left} more; --all shows them\n\n"
    for each in _statements(report):
        place = visible(f"{each.file}:{each.line}")
        yield f"{each.side} {visible(each.id)} ({place}), {each.resources} resources: {visible(each.reason, 200)}\n"
    if not report.scope.without:
        yield f"{visible(report.file)} takes nothing out of scope: everything counts as holding ePHI.\n"
    for gap in classification.gaps[:_GAPS_SHOWN]:
        yield f"not read: {visible(gap_text(gap), 300)}\n"
    if len(classification.gaps) > _GAPS_SHOWN:
        yield f"… and {len(classification.gaps) - _GAPS_SHOWN} more gaps\n"
    yield ", ".join(f"{classification.counts[standing]} {standing.value}" for standing in reversed(_ORDER))
    yield f"; {classification.others} that hold or carry no patient data, which the scope does not concern\n"


def _statements(report: ScopeReport) -> list[ReportedStatement]:
    return [
        ReportedStatement(
            id=each.id,
            side=side,
            reason=each.reason,
            file=report.file,
            line=each.line,
            resources=report.classification.taken[each.id],
        )
        for side, each in chain(
            (("in", each) for each in report.scope.within), (("out", each) for each in report.scope.without)
        )
    ]


def _why(found: Classified) -> str:
    if found.scope is Standing.UNKNOWN:
        return "; ".join(reason_text(why) for why in found.why)
    return "; ".join(f"{why.path} is {value_text(why.observed)}" for why in found.why)


def _reported(found: Classified) -> ReportedClass:
    about = found.resource
    return ReportedClass(
        id=about.id,
        type=about.type,
        name=about.name,
        account=about.account,
        region=about.region,
        file=about.file,
        line=about.line,
        scope=found.scope,
        statement=found.statement.id if found.statement else None,
        why=found.why,
    )


def _text(value: object) -> str:
    return json_text(_encoder.encode(value).decode())
