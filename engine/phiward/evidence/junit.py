"""`--format junit`: JUnit XML, for pipelines that show tests. It follows the schema of Jenkins' xUnit plugin.

A control is a suite. What it found is a case: failed, or, where it is waived or known, skipped; what could not be seen,
and a control that broke, are errors. A control with nothing to tell is one case that passes, or is skipped where there
was nothing to ask. What could not be read is the last suite.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from phiward.engine.findings import Finding, State, Verdict
from phiward.evidence.escape import visible
from phiward.evidence.report import (
    DISCLAIMER,
    SHOWN,
    Report,
    comparison_text,
    fix_text,
    gap_text,
    place_text,
    pressing,
    scope_text,
    severity_of,
    why_text,
)
from phiward.evidence.summary import Summary, summed
from phiward.inventory.model import CollectionGap

_XML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;"})
_KINDS = {Verdict.FAIL: "failure", Verdict.WAIVED: "skipped"}


class _Case(NamedTuple):
    name: str
    kind: str
    """`failure`, `error`, `skipped`; empty: it passes."""
    message: str = ""
    text: str = ""
    """Lines in which unseen characters are shown. They begin with the message: GitLab shows no attribute."""


def render(report: Report) -> Iterator[str]:
    """Yield the document, a suite at a time."""
    shown = [finding for finding in report.findings if finding.verdict in SHOWN]
    shown.sort(key=lambda finding: (finding.control, pressing(report, finding)))
    found, standings = report.totals()
    summary = summed(found, standings)
    by_control: dict[str, list[Finding]] = {}
    for finding in shown:
        by_control.setdefault(finding.control, []).append(finding)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="phiward">\n'
    for control in sorted({*report.controls, *by_control}):
        cases = [_case(report, finding) for finding in by_control.get(control, [])] or [_rest(summary, control)]
        yield from _suite(report, control, cases)
    if found.gaps:
        yield from _suite(report, "not-read", [_gap(gap) for gap in found.gaps])
    yield from _about(report, summary)
    yield "</testsuites>\n"


def xml(text: str) -> str:
    """Escape text for XML, also as an attribute. Characters that XML forbids are unseen ones: they are shown."""
    return visible(text).translate(_XML)


def _case(report: Report, finding: Finding) -> _Case:
    found = finding.resource
    kind = "skipped" if finding.state is State.KNOWN else _KINDS.get(finding.verdict, "error")
    why = why_text(finding)
    if finding.verdict is Verdict.WAIVED:
        why = f"waived ({finding.waiver}): {why}"
    elif finding.state is State.KNOWN:
        why = f"known, found before: {why}"
    elif finding.verdict is Verdict.UNKNOWN:
        why = f"could not be seen: {why}"
    lines = [why, f"severity: {severity_of(report, finding).value}"]
    if place := place_text(finding):
        lines.append(f"where: {place}")
    if control := report.controls.get(finding.control):
        lines += [f"asks: {control.title}", f"how to fix it: {fix_text(control, finding)}"]
    if finding.requirements:
        lines.append(f"requirements: {', '.join(finding.requirements)}")
    return _Case(found.id if found else "the whole run", kind, why, "\n".join(map(visible, lines)))


def _rest(summary: Summary, control: str) -> _Case:
    """Tell of a control that found nothing to tell of."""
    passed = summary.controls.get(control, {}).get(Verdict.PASS.value, 0)
    if passed:
        return _Case(f"all {passed} resources", "")
    return _Case("no resource", "skipped", "there is no resource that this control applies to")


def _gap(gap: CollectionGap) -> _Case:
    place = f"{gap.where}:{gap.line}" if gap.line is not None else gap.where
    told = f"not read: {gap_text(gap)}"
    return _Case(place, "error", told, visible(told))


def _suite(report: Report, name: str, cases: Sequence[_Case]) -> Iterator[str]:
    counts = {kind: sum(case.kind == kind for case in cases) for kind in ("failure", "error", "skipped")}
    at = report.run.now.removesuffix("Z")
    yield (
        f'<testsuite name="{xml(name)}" tests="{len(cases)}" failures="{counts["failure"]}" '
        f'errors="{counts["error"]}" skipped="{counts["skipped"]}" timestamp="{xml(at)}">\n'
    )
    for case in cases:
        head = f'<testcase classname="phiward.{xml(name)}" name="{xml(case.name)}"'
        if not case.kind:
            yield head + "/>\n"
            continue
        text = "\n".join(map(xml, case.text.split("\n")))
        told = f'<{case.kind} type="{xml(name)}" message="{xml(case.message)}">{text}</{case.kind}>'
        yield f"{head}>\n{told}\n</testcase>\n"
    yield "</testsuite>\n"


def _about(report: Report, summary: Summary) -> Iterator[str]:
    """Yield what is to be known of the run as a whole, as properties of a suite without cases."""
    told = [("disclaimer", DISCLAIMER), ("policy", report.run.policy or "")]
    if not report.run.complete:
        told.append(("incomplete", "not everything that was asked for could be read"))
    told += [
        ("narrowed by choice", f"{each.target}: not read: {sentence}")
        for each in report.run.reach
        for sentence in each.left_out
    ]
    told += [("out of scope", scope_text(each)) for each in summary.scope.statements]
    if report.comparison is not None:
        told.append(("comparison", comparison_text(report.comparison())))
    if report.bundle:
        told.append(("evidence", report.bundle))
    yield '<testsuite name="phiward" tests="0" failures="0" errors="0">\n<properties>\n'
    yield from (f'<property name="{xml(name)}" value="{xml(value)}"/>\n' for name, value in told)
    yield "</properties>\n</testsuite>\n"
