"""`--format markdown`: a comment for a pull request. GitHub takes 65,536 characters; this stays below 65,000."""

from collections.abc import Iterable, Iterator

from phiward.engine.control import Severity
from phiward.engine.findings import Finding, State, Verdict
from phiward.engine.requirements import Status
from phiward.evidence.escape import code, markdown
from phiward.evidence.report import (
    DISCLAIMER,
    SHOWN,
    Report,
    comparison_text,
    counts_text,
    gap_text,
    place_text,
    pressing,
    resource_text,
    scope_text,
    severity_of,
    why_text,
)
from phiward.evidence.summary import Summary, summed

LONGEST = 65_000
_RESERVED = 2_000
"""Characters kept free for closing lines."""
_REQUIREMENTS_HEAD = "| requirement | status | findings |\n|---|---|---|\n"
_HEAD = "| control | resource | where | why |\n|---|---|---|---|\n"


class _Page:
    """Markdown that stops growing in time."""

    def __init__(self, longest: int) -> None:
        self.parts: list[str] = []
        self.left = longest

    def add(self, text: str) -> None:
        self.parts.append(text)
        self.left -= len(text)

    def rows(self, rows: Iterable[str], total: int) -> None:
        """Add as many rows as there is room for, and say how many are left out."""
        shown = 0
        for row in rows:
            if len(row) + _RESERVED > self.left:
                break
            self.add(row)
            shown += 1
        if shown < total:
            self.add(f"\n… and {total - shown} more, in the full report.\n")


def render(report: Report) -> Iterator[str]:
    """Yield the comment: summary, fails by severity, then, folded away, unknowns, waived, requirements, gaps."""
    shown = sorted(
        (finding for finding in report.findings if finding.verdict in SHOWN),
        key=lambda finding: pressing(report, finding),
    )
    found, standings = report.totals()
    summary = summed(found, standings)
    page = _Page(LONGEST)
    page.add(_summary(report, summary, len(found.gaps)))
    known = [finding for finding in shown if finding.state is State.KNOWN]
    shown = [finding for finding in shown if finding.state is not State.KNOWN]
    failed = [finding for finding in shown if finding.verdict in {Verdict.FAIL, Verdict.ERROR}]
    for severity in Severity:
        _section(page, severity, [finding for finding in failed if severity_of(report, finding) is severity])
    for verdict, title in ((Verdict.UNKNOWN, "could not be seen"), (Verdict.WAIVED, "waived")):
        _folded(page, title, [_row(finding) for finding in shown if finding.verdict is verdict], _HEAD)
    _folded(page, "known: found before", [_row(finding) for finding in known], _HEAD)
    _folded(page, "requirements assessed", _requirements(summary), _REQUIREMENTS_HEAD)
    taken = [f"- {markdown(scope_text(each), 400)}\n" for each in summary.scope.statements]
    _folded(page, "statements about what is out of scope", taken, "")
    _folded(page, "gaps: not read", [f"- {markdown(gap_text(gap), 400)}\n" for gap in found.gaps], "")
    page.add(f"\n{DISCLAIMER}\n")
    if report.bundle:
        page.add(f"\nEvidence: {code(report.bundle, 300)}\n")
    yield "".join(page.parts)


def _summary(report: Report, summary: Summary, gaps: int) -> str:
    bad = summary.counts["fail"] + summary.counts["error"]
    title = f"{bad} failed" if bad else "nothing failed"
    if summary.counts["unknown"]:
        title += f", {summary.counts['unknown']} could not be seen"
    compared = report.comparison() if report.comparison is not None else None
    if compared is not None:
        title = f"{compared.new} new, {compared.known} known, {compared.fixed} fixed"
    lines = [f"## phiward: {title}\n", f"{counts_text(summary.counts)}; {gaps} gaps."]
    if compared is not None:
        lines.append(f"{code(comparison_text(compared), 600)}.")
    if summary.scope.statements:
        lines.append(f"{summary.scope.out_of_scope} resources are out of the policy's scope (below).")
    if report.run.config:
        lines.append(f"Configured by {code(report.run.config, 200)}.")
    if not report.run.complete:
        lines.append("**The run is incomplete**: not everything that was asked for could be read.")
    left_out = [f"{each.target}: {sentence}" for each in report.run.reach for sentence in each.left_out]
    if left_out:
        told = "; ".join(code(sentence, 400) for sentence in left_out)
        lines.append(f"**The run was narrowed by choice**; not read, and not judged: {told}.")
    unassessed = [each for each in summary.requirements if each.status is Status.NOT_ASSESSED]
    lines.append(f"{len(unassessed)} of {len(summary.requirements)} requirements are not assessed by any control.\n")
    return "\n".join(lines)


def _section(page: _Page, severity: Severity, findings: list[Finding]) -> None:
    if findings:
        page.add(f"\n### {severity.value.capitalize()} ({len(findings)})\n\n{_HEAD}")
        page.rows((_row(finding) for finding in findings), len(findings))


def _folded(page: _Page, title: str, rows: list[str], head: str) -> None:
    if rows:
        page.add(f"\n<details><summary>{len(rows)} {title}</summary>\n\n{head}")
        page.rows(rows, len(rows))
        page.add("\n</details>\n")


def _row(finding: Finding) -> str:
    waived = f"waiver {finding.waiver}: " if finding.verdict is Verdict.WAIVED else ""
    if finding.state is State.KNOWN and finding.verdict is not Verdict.FAIL:
        waived = f"{finding.verdict.value}: "
    cells = (
        code(finding.control, 100),
        code(resource_text(finding), 120),
        code(place_text(finding), 160) if place_text(finding) else "",
        markdown(waived + why_text(finding), 400),
    )
    return "| " + " | ".join(cells) + " |\n"


def _requirements(summary: Summary) -> list[str]:
    return [
        f"| {markdown(each.id)} {markdown(each.title, 120)} | {each.status} | {counts_text(each.counts)} |\n"
        for each in summary.requirements
        if each.status is not Status.NOT_ASSESSED
    ]
