"""`--format text`: what an engineer reads on a terminal: finding by finding, in the code, grouped by file."""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import nsmallest
from itertools import groupby

from phiward.engine.control import Control
from phiward.engine.findings import Finding, Verdict, Why
from phiward.engine.requirements import Status
from phiward.evidence.escape import visible
from phiward.evidence.frame import Mark, frame
from phiward.evidence.report import (
    SHOWN,
    Knowing,
    Report,
    fix_text,
    place_of,
    pressing,
    reason_text,
    resource_text,
    severity_of,
    verdict_text,
)
from phiward.evidence.summary import Summary, summed
from phiward.evidence.table import Paint, closing, plain

Lines = Callable[[str], Sequence[str] | None]
"""File to its lines; None where they cannot be shown."""
_WHYS = 3
_ALSO = 6


def nothing(_file: str) -> None:
    """Show no lines."""


def render(
    report: Report, *, paint: Paint = plain, lines: Lines = nothing, most: int = 200, everything: bool = False
) -> Iterator[str]:
    """Yield the report: the `most` pressing findings by file and line, gaps, counts, where the evidence lies."""
    chosen = nsmallest(
        sys.maxsize if everything else most,
        (finding for finding in report.findings if finding.verdict in SHOWN),
        key=lambda finding: pressing(report, finding),
    )
    found, standings = report.totals()
    summary = summed(found, standings)
    yield from by_file(report, chosen, paint=paint, lines=lines)
    shown = sum(summary.counts[verdict.value] for verdict in SHOWN)
    if shown > len(chosen):
        yield f"… and {shown - len(chosen)} more; --all shows them\n\n"
    yield from closing(report, summary, found)
    yield _requirements(summary)


def by_file(
    report: Knowing, findings: Iterable[Finding], *, paint: Paint = plain, lines: Lines = nothing
) -> Iterator[str]:
    """Yield findings under the file they are in, by line; those in no file come last."""

    def key(finding: Finding) -> tuple[bool, str, int, tuple[bool, int, int, str, str]]:
        file, line, _ = place_of(finding) or ("", 0, 0)
        return not file, file, line, pressing(report, finding)

    for (_, file), group in groupby(sorted(findings, key=key), lambda finding: key(finding)[:2]):
        several = list(group)
        title = visible(file) if file else "Not in a file"
        yield f"{paint('place', title)}  ({len(several)} {'finding' if len(several) == 1 else 'findings'})\n\n"
        for finding in several:
            yield told(report, finding, paint=paint, lines=lines)


def told(report: Knowing, finding: Finding, *, paint: Paint = plain, lines: Lines = nothing) -> str:
    """Tell one finding: what, where, why, how to mend it, and which requirement it serves."""
    severity = severity_of(report, finding)
    control = report.controls.get(finding.control)
    head = paint(finding.verdict.value, verdict_text(finding)) + "[" + paint(severity.value, severity.value) + "]"
    title = f": {visible(control.title, 160)}" if control else ""
    out = [f"{head} {visible(finding.control)}{title}"]
    where = place_of(finding)
    at = f"{visible(where[0])}:{where[1]}: " if where else _elsewhere(finding)
    out.append(f"  --> {at}{visible(_named(finding), 120)}")
    out += (f"  {line}" for line in _framed(finding, lines, lambda text: paint(severity.value, text)))
    out += (f"   = {line}" for line in _notes(control, finding, paint))
    return "\n".join(out) + "\n\n"


def _named(finding: Finding) -> str:
    """Name the resource by its id, which the code has too, and as people know it."""
    found = finding.resource
    if found is None:
        return "the whole run"
    name = resource_text(finding)
    return found.id if name in found.id else f"{found.id} ({name})"


def _elsewhere(finding: Finding) -> str:
    found = finding.resource
    parts = (found.account, found.region) if found else ()
    told = " ".join(part for part in parts if part)
    return f"{visible(told)}: " if told else ""


def _framed(finding: Finding, lines: Lines, paint: Callable[[str], str]) -> Iterator[str]:
    """Yield the frame of each file that decided the finding."""
    found = finding.resource
    files: dict[str | None, list[Why]] = {}
    for why in finding.why:
        files.setdefault(why.file, []).append(why)
    for file, whys in files.items():
        marks: dict[tuple[int, int], list[str]] = {}
        for why in whys[:_WHYS]:
            first = why.line or 1
            marks.setdefault((first, why.end_line or first), []).append(reason_text(why))
        if file is None:
            yield from (f"| {visible(reason_text(why), 300)}" for why in whys[:_WHYS])
        else:
            owner = found.line if found is not None and found.file == file else None
            listed = [Mark(first, last, tuple(says)) for (first, last), says in marks.items()]
            yield from frame(lines(file), listed, owner, paint)
        if len(whys) > _WHYS:
            yield f"| … and {len(whys) - _WHYS} more reasons"


def _notes(control: Control | None, finding: Finding, paint: Paint) -> Iterator[str]:
    if finding.verdict is Verdict.WAIVED:
        yield f"waived: {visible(finding.waiver or '')}"
    if control is None:
        return
    if finding.verdict is Verdict.FAIL:
        yield f"{paint('fix', 'fix')}: {visible(fix_text(control, finding), 300)}"
        ways: Mapping[str, str] = control.remediation.by_type.get(finding.resource.type if finding.resource else "", {})
        if "note" in ways:
            yield f"mind: {visible(ways['note'], 300)}"
    if finding.requirements:
        cited = {key: why for each in control.citations.values() for key, why in each.items()}
        first, *more = finding.requirements
        also = f"; also {', '.join(f'§{each}' for each in more[:_ALSO])}" if more else ""
        why = f": {cited[first]}" if first in cited else ""
        yield f"for: §{visible(first)}{visible(why, 200)}{visible(also)}"


def _requirements(summary: Summary) -> str:
    """Say how the requirements stand, in one line: the table has them all."""
    count = dict.fromkeys(Status, 0)
    for each in summary.requirements:
        count[each.status] += 1
    told = ", ".join(f"{number} {status.value}" for status, number in count.items() if number)
    return f"Requirements: {told}; --format table lists them.\n"
