"""`--format github`: workflow commands, which GitHub shows as annotations of a run and beside a pull request's lines.

GitHub takes ten errors and ten warnings of a step (docs.github.com/rest/checks/runs) and drops the rest without a word;
so the most pressing ten of each kind are written, and how many are left out is told. What is known or waived is not
annotated.
"""

from collections.abc import Iterator
from typing import NamedTuple

from phiward.engine.control import Severity
from phiward.engine.findings import Finding, State, Verdict
from phiward.evidence.escape import visible
from phiward.evidence.report import (
    SHOWN,
    Report,
    comparison_text,
    counts_text,
    fix_text,
    gap_text,
    place_of,
    pressing,
    resource_text,
    severity_of,
    why_text,
)
from phiward.evidence.summary import summed

MOST = 10
"""Annotations of one kind that GitHub takes from a step."""
_LONGEST = 2_000
_KINDS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "notice"}


class _Note(NamedTuple):
    kind: str
    title: str
    message: str
    """Lines in which unseen characters are shown."""
    place: tuple[str, int, int] | None


def render(report: Report) -> Iterator[str]:
    """Yield the annotations, then, as plain lines, what they leave out and the counts."""
    shown = [
        finding
        for finding in report.findings
        if finding.verdict in SHOWN and finding.verdict is not Verdict.WAIVED and finding.state is not State.KNOWN
    ]
    shown.sort(key=lambda finding: pressing(report, finding))
    found, standings = report.totals()
    notes = [
        *(
            _Note(
                "warning",
                "not read",
                visible(gap_text(gap), _LONGEST),
                None if gap.line is None else (gap.where, gap.line, gap.line),
            )
            for gap in found.gaps
        ),
        *(_of(report, finding) for finding in shown),
    ]
    for kind in ("error", "warning", "notice"):
        those = [note for note in notes if note.kind == kind]
        yield from map(_command, those[:MOST])
        if len(those) > MOST:
            yield f"phiward: {len(those) - MOST} more of kind {kind} are not annotated: GitHub takes {MOST} of a step\n"
    for each in report.run.reach:
        yield from (f"phiward: narrowed by choice, {_line(each.target)}: {_line(left)}\n" for left in each.left_out)
    if not report.run.complete:
        yield "phiward: the run is INCOMPLETE: not everything that was asked for could be read\n"
    if report.comparison is not None:
        yield f"phiward: {_line(comparison_text(report.comparison()))}\n"
    yield f"phiward: {counts_text(summed(found, standings).counts)}; {len(found.gaps)} gaps\n"


def _of(report: Report, finding: Finding) -> _Note:
    control = report.controls.get(finding.control)
    title = control.title if control else finding.control
    lines = [f"{resource_text(finding)}: {why_text(finding)}"]
    if control and finding.verdict is Verdict.FAIL:
        lines.append(f"Fix: {fix_text(control, finding)}")
    kind = _KINDS[severity_of(report, finding)]
    if finding.verdict is Verdict.UNKNOWN:
        kind = "notice" if kind == "notice" else "warning"
        title = f"could not be seen: {title}"
    elif finding.verdict is Verdict.ERROR:
        kind, title = "error", f"the control broke: {title}"
    message = "\n".join(visible(line, _LONGEST) for line in lines)
    return _Note(kind, f"{finding.control}: {title}", message, place_of(finding))


def _command(note: _Note) -> str:
    """Write one workflow command. Its parts are escaped, so that none of them can end it, or begin another."""
    fields = []
    if note.place is not None:
        file, line, end = note.place
        fields = [f"file={_property(file)}", f"line={line}", f"endLine={max(line, end)}"]
    fields.append(f"title={_property(note.title)}")
    return f"::{note.kind} {','.join(fields)}::{_data(note.message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(visible(text, 500)).replace(":", "%3A").replace(",", "%2C")


def _line(text: str) -> str:
    """Show text within a plain line: what the runner would take for a command there is broken up."""
    return visible(text, 600).replace("##[", "## [")
