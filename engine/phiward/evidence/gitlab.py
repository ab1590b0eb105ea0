"""`--format gitlab`: GitLab's code quality report, a JSON list in the form of Code Climate's issues.

GitLab compares two of them by their fingerprints, which survive moved lines. Waived fails are left out, as there is no
word for them; what is known is in, so that GitLab's own comparison stays right. A finding or gap that lies in no file
has the name of its resource or place in place of one.
"""

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec

from phiward.engine.control import Severity
from phiward.engine.findings import Finding, State, Verdict
from phiward.evidence.escape import json_text, visible
from phiward.evidence.report import (
    SHOWN,
    Report,
    comparison_text,
    fingerprint,
    gap_text,
    place_of,
    resource_text,
    severity_of,
    why_text,
)

_SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
}
_LONGEST = 2_000


def render(report: Report) -> Iterator[str]:
    """Yield the list, an issue a line, as findings come."""
    separator = "[\n"
    for finding in report.findings:
        if finding.verdict in SHOWN and finding.verdict is not Verdict.WAIVED:
            yield separator + _text(_issue(report, finding))
            separator = ",\n"
    for number, (check, told, severity, where) in enumerate(_about(report)):
        identity = f"{check}\0{where[0]}\0{told}\0{number}".encode(errors="backslashreplace")
        yield separator + _text(_entry(check, told, sha256(identity).hexdigest()[:32], severity, where))
        separator = ",\n"
    yield "[]\n" if separator == "[\n" else "\n]\n"


def _about(report: Report) -> Iterator[tuple[str, str, str, tuple[str, int]]]:
    """Yield what is to be told of the run as a whole: check, description, severity, place."""
    for gap in report.totals()[0].gaps:
        yield "gap", f"not read: {gap_text(gap)}", "major", (gap.where, gap.line or 1)
    for each in report.run.reach:
        for sentence in each.left_out:
            yield "narrowed", f"narrowed by choice: not read: {sentence}", "info", (each.target, 1)
    if not report.run.complete:
        told = "the run is incomplete: not everything that was asked for could be read"
        yield "incomplete", told, "major", (".", 1)
    if report.comparison is not None:
        yield "comparison", comparison_text(report.comparison()), "info", (".", 1)


def _issue(report: Report, finding: Finding) -> dict[str, Any]:
    control = report.controls.get(finding.control)
    title = control.title if control else finding.control
    told = f"{title}: {resource_text(finding)}: {why_text(finding)}"
    severity = _SEVERITIES[severity_of(report, finding)]
    if finding.verdict is Verdict.UNKNOWN:
        severity, told = "info", f"could not be seen: {told}"
    elif finding.verdict is Verdict.ERROR:
        told = f"the control broke: {told}"
    if finding.state is State.KNOWN:
        told = f"known: {told}"
    place = place_of(finding)
    found = finding.resource
    where = (place[0], place[1]) if place else (found.id if found else "the whole run", 1)
    return _entry(finding.control, told, fingerprint(finding), severity, where)


def _entry(check: str, told: str, digest: str, severity: str, where: tuple[str, int]) -> dict[str, Any]:
    path, line = where
    return {
        "description": visible(told, _LONGEST),
        "check_name": check,
        "fingerprint": digest,
        "severity": severity,
        "location": {"path": visible(path.removeprefix("./"), 1000), "lines": {"begin": line}},
    }


def _text(value: dict[str, Any]) -> str:
    return json_text(msgspec.json.encode(value).decode())
