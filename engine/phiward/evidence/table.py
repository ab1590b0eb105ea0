"""`--format table`: what a person reads on a terminal."""

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from heapq import nsmallest

from phiward.engine import summary as engine
from phiward.engine.findings import Finding, Verdict
from phiward.engine.requirements import Status
from phiward.engine.summary import Scoped
from phiward.evidence.escape import visible
from phiward.evidence.report import (
    DISCLAIMER,
    SHOWN,
    Report,
    comparison_text,
    counts_text,
    fix_text,
    gap_text,
    place_text,
    pressing,
    resource_text,
    scope_text,
    severity_of,
    verdict_text,
    why_text,
)
from phiward.evidence.summary import Summary, summed
from phiward.inventory.model import CollectionGap

Paint = Callable[[str, str], str]
"""Word (`critical`, `fail`) and text to the text as shown: coloured, or as it is."""

_STYLES = {
    "critical": "bold red",
    "high": "red",
    "medium": "yellow",
    "low": "cyan",
    "fail": "red",
    "error": "bold red",
    "unknown": "magenta",
    "waived": "blue",
    "pass": "green",
    "met": "green",
    "not met": "red",
    "nothing to assess": "dim",
    "place": "bold",
    "fix": "green",
}
_GAPS_SHOWN = 20
_FIXES_SHOWN = 15
_UNREAD_SHOWN = 12


def plain(_word: str, text: str) -> str:
    """Show a text as it is."""
    return text


def painted(word: str, text: str) -> str:
    """Show a text in its word's colour, for a terminal that has some."""
    from rich.color import ColorSystem
    from rich.style import Style

    style = _STYLES.get(word)
    return Style.parse(style).render(text, color_system=ColorSystem.STANDARD) if style else text


def render(report: Report, *, paint: Paint = plain, most: int = 200, everything: bool = False) -> Iterator[str]:
    """Yield the report: the `most` pressing findings, requirements, gaps, counts, where the evidence lies.

    With `everything`, no finding that wants attention and no requirement is left out.
    """
    pressing_first = nsmallest(
        sys.maxsize if everything else most,
        (finding for finding in report.findings if finding.verdict in SHOWN),
        key=lambda finding: pressing(report, finding),
    )
    found, standings = report.totals()
    summary = summed(found, standings)
    if pressing_first:
        yield _findings(report, pressing_first, paint)
    yield from _fixes(report, [finding for finding in pressing_first if finding.verdict is Verdict.FAIL])
    shown = sum(summary.counts[verdict.value] for verdict in SHOWN)
    if shown > len(pressing_first):
        yield f"… and {shown - len(pressing_first)} more; --all shows them\n\n"
    yield _requirements(summary, paint, everything=everything)
    yield from closing(report, summary, found)


def closing(report: Report, summary: Summary, found: engine.Summary) -> Iterator[str]:
    """Yield what a report for people ends with: what was not read, the counts, where the evidence lies."""
    yield from _gaps(found.gaps)
    if report.run.unread:
        yield _unread(report.run.unread)
    yield from _left_out(report)
    yield from _waivers(found)
    total = sum(summary.counts.values())
    yield f"{total} findings of {len(summary.controls)} controls: {counts_text(summary.counts)}\n"
    if report.comparison is not None:
        yield f"{visible(comparison_text(report.comparison()), 600)}\n"
    yield from _scope(summary.scope)
    if report.run.config:
        yield f"Configured by {visible(report.run.config)}: phiward config shows how.\n"
    if not report.run.complete:
        yield "The run is INCOMPLETE: not everything that was asked for could be read.\n"
    yield DISCLAIMER + "\n"
    if report.bundle:
        yield f"Evidence: {visible(report.bundle)}\n"


def _findings(report: Report, findings: list[Finding], paint: Paint) -> str:
    rows = []
    for finding in findings:
        severity = severity_of(report, finding)
        rows.append(
            (
                paint(severity.value, severity.value),
                paint(finding.verdict.value, verdict_text(finding)),
                visible(finding.control),
                visible(resource_text(finding), 60),
                visible(place_text(finding), 60),
                visible(_why(finding), 160),
            )
        )
    return _table(rows, ("severity", "verdict", "control", "resource", "where", "why"), (None, None, None, 40, 40, 60))


def _fixes(report: Report, failed: list[Finding]) -> Iterator[str]:
    """Yield how to mend each kind of failure, the most pressing first: each way once."""
    ways: dict[tuple[str, str, str], None] = {}
    for finding in failed:
        if control := report.controls.get(finding.control):
            about = finding.resource.type if finding.resource else ""
            ways.setdefault((finding.control, about, fix_text(control, finding)), None)
    if not ways:
        return
    yield "How to fix it (phiward controls show CONTROL tells why, and more ways):\n"
    for control_id, about, way in list(ways)[:_FIXES_SHOWN]:
        yield f"  {visible(control_id)} ({visible(about)}): {visible(way, 200)}\n"
    if len(ways) > _FIXES_SHOWN:
        yield f"  … and {len(ways) - _FIXES_SHOWN} more\n"
    yield "\n"


def _why(finding: Finding) -> str:
    waived = f"waiver {finding.waiver}: " if finding.verdict is Verdict.WAIVED else ""
    return waived + why_text(finding)


def _requirements(summary: Summary, paint: Paint, *, everything: bool) -> str:
    assessed = [each for each in summary.requirements if each.status is not Status.NOT_ASSESSED]
    rows = [
        (
            visible(each.id),
            visible(each.title),
            each.level,
            paint(each.status.value, each.status.value),
            counts_text(each.counts),
        )
        for each in (summary.requirements if everything else assessed)
    ]
    text = (
        _table(rows, ("requirement", "title", "level", "status", "findings"), (None, 40, None, None, None))
        if rows
        else ""
    )
    left = len(summary.requirements) - len(assessed)
    if left:
        text += f"{left} of {len(summary.requirements)} requirements are not assessed: no control answers them.\n\n"
    return text


def _gaps(gaps: tuple[CollectionGap, ...]) -> Iterator[str]:
    if not gaps:
        return
    yield f"Not read ({len(gaps)}):\n"
    for gap in gaps[:_GAPS_SHOWN]:
        yield f"  - {visible(gap_text(gap), 300)}\n"
    if len(gaps) > _GAPS_SHOWN:
        yield f"  … and {len(gaps) - _GAPS_SHOWN} more\n"
    yield "\n"


def _scope(scope: Scoped) -> Iterator[str]:
    """Say what the policy's scope took out, and by which statements."""
    if not scope.statements:
        return
    yield f"Out of scope, so that the controls of patient data were not asked: {scope.out_of_scope} resources\n"
    for taken in scope.statements:
        yield f"  {visible(scope_text(taken), 300)}\n"
    if scope.unknown:
        yield f"  of {scope.unknown} more it could not be seen: they were asked\n"


def _left_out(report: Report) -> Iterator[str]:
    """Say what the user chose not to have read, so that nobody takes a narrowed run for a whole one."""
    sentences = [f"{each.target}: {sentence}" for each in report.run.reach for sentence in each.left_out]
    if sentences:
        yield "NARROWED by choice; not read, and not judged:\n"
        yield from (f"  - {visible(sentence, 400)}\n" for sentence in sentences)
        yield "\n"


def _waivers(found: engine.Summary) -> Iterator[str]:
    """Say which waivers have ended, which nothing needed, and what was not made of the comments of other tools."""
    for told, places in (
        ("Waivers that have ended or do not count yet", found.expired_waivers),
        ("Waivers that nothing needed: take them out", found.unused_waivers),
        ("Comments of other tools that no control answers", found.unmatched_waivers),
    ):
        if places:
            yield f"{told} ({len(places)}):\n"
            yield from (f"  - {visible(place, 300)}\n" for place in places[:_GAPS_SHOWN])
            yield f"  … and {len(places) - _GAPS_SHOWN} more\n\n" if len(places) > _GAPS_SHOWN else "\n"
    if found.foreign_waivers:
        yield f"Comments of other tools that ask for a waiver, not read: {found.foreign_waivers} (--import-waivers)\n\n"


def _unread(unread: Mapping[str, int]) -> str:
    """Say what was met and not judged, since nothing here knows it."""
    named = [f"{visible(name)} ({count})" for name, count in list(unread.items())[:_UNREAD_SHOWN]]
    more = f", … and {len(unread) - len(named)} more kinds" if len(unread) > len(named) else ""
    return f"Not judged, since no resource type reads them ({sum(unread.values())}): {', '.join(named)}{more}\n\n"


def _table(rows: Sequence[tuple[str, ...]], headers: tuple[str, ...], widths: tuple[int | None, ...]) -> str:
    from tabulate import tabulate

    return tabulate(rows, headers, tablefmt="simple", disable_numparse=True, maxcolwidths=list(widths)) + "\n\n"
