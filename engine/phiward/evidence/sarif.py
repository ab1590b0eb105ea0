"""`--format sarif`: SARIF 2.1.0 (OASIS), for code scanning and editors.

Fails are results, unknowns are results of kind `open`, waived ones are suppressed results, gaps and broken controls
are notifications of the invocation. Passes are left out: the evidence bundle holds them.
"""

import zlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import msgspec

from phiward.engine.control import Control, Severity
from phiward.engine.findings import Finding, State, Verdict
from phiward.evidence.escape import json_text, markdown, visible
from phiward.evidence.report import (
    SHOWN,
    Report,
    fingerprint,
    gap_text,
    place_of,
    pressing,
    resource_text,
    severity_of,
    why_text,
)
from phiward.inventory.model import CollectionGap

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
HOME = "https://github.com/phiward/phiward"
LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
"""GitHub's `security-severity`, in the middle of the CVSS band of the same name."""
MOST_RESULTS = 25_000
"""GitHub refuses a run with more, and shows the 5,000 most severe."""
LARGEST = 9_500_000
"""Packed bytes at which results are left out. GitHub refuses an upload of more than 10 MB."""
_MOST_TAGS = 20
"""GitHub refuses a rule with more."""


def render(report: Report) -> Iterator[str]:
    """Yield the SARIF log, a result at a time, the most pressing first, within what GitHub takes."""
    shown = [finding for finding in report.findings if finding.verdict in SHOWN]
    shown.sort(key=lambda finding: pressing(report, finding))
    rules = sorted(report.controls.values(), key=lambda control: control.id)
    index = {control.id: number for number, control in enumerate(rules)}
    broken = [finding for finding in shown if finding.verdict is Verdict.ERROR]
    driver = {
        "name": "phiward",
        "semanticVersion": report.run.version,
        "informationUri": HOME,
        "rules": [_rule(control) for control in rules],
    }
    found = report.totals()[0]
    notes = [
        *(_gap(gap) for gap in found.gaps),
        *(_broken(finding, index) for finding in broken),
        *(_left_out(each.target, sentence) for each in report.run.reach for sentence in each.left_out),
    ]
    size = _Size()
    yield size.of(f'{{"$schema":{_json(SCHEMA)},"version":"2.1.0","runs":[{{"tool":{_json({"driver": driver})},\n')
    size.of(_json(notes))
    yield '"columnKind":"unicodeCodePoints",\n"results":['
    results = [finding for finding in shown if finding.verdict is not Verdict.ERROR]
    written = 0
    for written, finding in enumerate(results):
        text = size.of(("," if written else "") + "\n" + _json(_result(report, finding, index)))
        if written >= MOST_RESULTS or size.packed > LARGEST:
            notes.append(_cut(len(results) - written, len(results)))
            break
        yield text
    invocation = {
        "executionSuccessful": not broken,
        "startTimeUtc": report.run.started,
        "endTimeUtc": report.run.finished,
        "toolExecutionNotifications": notes,
    }
    properties: dict[str, Any] = {}
    if found.scope.statements:
        properties["scope"] = msgspec.to_builtins(found.scope)
    if report.comparison is not None:
        properties["comparison"] = msgspec.to_builtins(report.comparison())
    rest = f',\n"properties":{_json(properties)}' if properties else ""
    yield f'],\n"invocations":[{_json(invocation)}]{rest}}}]}}\n'


class _Size:
    """How large what was written so far is when it is packed, as it must be for an upload."""

    def __init__(self) -> None:
        self._packer = zlib.compressobj()
        self.packed = 0

    def of(self, text: str) -> str:
        """Take a text into account, and return it."""
        self.packed += len(self._packer.compress(text.encode()))
        return text


def _json(value: Any) -> str:
    return json_text(msgspec.json.encode(value).decode())


def _cut(left: int, total: int) -> dict[str, Any]:
    text = (
        f"{left} of {total} results, the least pressing, are left out: code scanning takes {MOST_RESULTS} results and "
        "10 MB; the evidence and the JSON report hold all of them"
    )
    return {"level": "warning", "message": {"text": text}, "descriptor": {"id": "left-out"}}


def _left_out(target: str, sentence: str) -> dict[str, Any]:
    """Return the notification of what the user chose not to have read."""
    return {"level": "note", "message": {"text": visible(f"narrowed by choice, {target}: not read: {sentence}", 400)}}


def _rule(control: Control) -> dict[str, Any]:
    cited = [f"{framework}/{id_}" for framework, ids in control.citations.items() for id_ in ids]
    return {
        "id": control.id,
        "shortDescription": {"text": _content(control.title)},
        "fullDescription": {"text": _content(control.rationale)},
        "help": {"text": _help_text(control), "markdown": _help_markdown(control)},
        "defaultConfiguration": {"level": LEVELS[control.severity]},
        "properties": {
            "tags": ["security", control.domain.value, *cited][:_MOST_TAGS],
            "precision": "high",
            "security-severity": SCORES[control.severity],
        },
    }


def _help_text(control: Control) -> str:
    parts = [control.rationale, f"How to mend it: {control.remediation.text}"]
    for type_, sources in control.remediation.by_type.items():
        parts += [f"{type_}, {source}: {text}" for source, text in sources.items()]
    parts += [f"45 CFR {id_}: {why}" for id_, why in _cited(control)]
    return "\n\n".join(_content(part) for part in parts)


def _help_markdown(control: Control) -> str:
    parts = [_told(control.rationale), f"**How to mend it.** {_told(control.remediation.text)}"]
    for type_, sources in control.remediation.by_type.items():
        parts += [f"- **{_told(type_)}**, {_told(source)}: {_told(text)}" for source, text in sources.items()]
    parts += [f"- 45 CFR {_told(id_)}: {_told(why)}" for id_, why in _cited(control)]
    return "\n\n".join(parts)


def _told(text: str) -> str:
    return markdown(_one_line(text))


def _cited(control: Control) -> list[tuple[str, str]]:
    return [pair for ids in control.citations.values() for pair in ids.items()]


def _result(report: Report, finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    control = report.controls.get(finding.control)
    title = control.title if control else finding.control
    text = f"{title}: {resource_text(finding)}"
    if reasons := why_text(finding):
        text += f": {reasons}"
    result: dict[str, Any] = {"ruleId": finding.control, "message": {"text": _plain(text)}}
    if finding.control in index:
        result["ruleIndex"] = index[finding.control]
    if finding.verdict is Verdict.UNKNOWN:
        result |= {"kind": "open", "level": "none"}  # SARIF 3.27.10: only a fail has a level
    else:
        result |= {"kind": "fail", "level": LEVELS[severity_of(report, finding)]}
    if finding.verdict is Verdict.WAIVED:
        justification = _plain(finding.note or f"waiver {finding.waiver}")
        kind = "inSource" if finding.note else "external"
        result["suppressions"] = [{"kind": kind, "status": "accepted", "justification": justification}]
    if finding.state is not None:
        result["baselineState"] = "unchanged" if finding.state is State.KNOWN else "new"
    if location := _location(finding):
        result["locations"] = [location]
    result["partialFingerprints"] = {"controlAndResource/v1": fingerprint(finding)}
    result["properties"] = {"verdict": finding.verdict.value, "requirements": list(finding.requirements)}
    return result


def _location(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if place := place_of(finding):
        file, line, end_line = place
        location["physicalLocation"] = {
            "artifactLocation": _artifact(file),
            "region": {"startLine": line, "endLine": max(line, end_line)},
        }
    if found := finding.resource:
        location["logicalLocations"] = [
            {"name": visible(found.name or found.id), "fullyQualifiedName": visible(found.id), "kind": "resource"}
        ]
    return location


def _gap(gap: CollectionGap) -> dict[str, Any]:
    note: dict[str, Any] = {
        "level": "warning",
        "message": {"text": _plain(f"not read: {gap_text(gap)}")},
        "descriptor": {"id": "gap"},
    }
    if gap.line is not None:
        place = {"artifactLocation": _artifact(gap.where), "region": {"startLine": gap.line}}
        note["locations"] = [{"physicalLocation": place}]
    return note


def _artifact(file: str) -> dict[str, str]:
    return {"uri": quote(file.lstrip("/"), safe="/", errors="backslashreplace"), "uriBaseId": "%SRCROOT%"}


def _broken(finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    text = _plain(f"the control {finding.control} broke on {resource_text(finding)}: {why_text(finding)}")
    rule: dict[str, Any] = {"id": finding.control}
    if finding.control in index:
        rule["index"] = index[finding.control]
    return {"level": "error", "message": {"text": text}, "associatedRule": rule}


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _content(text: str) -> str:
    """Return a control's own words as one line of plain text."""
    return _plain(_one_line(text))


def _plain(text: str) -> str:
    """Return a plain-text message: one line, unseen characters shown, and no embedded link (SARIF 3.11.6)."""
    shown = visible(text)
    return shown.replace("[", "\\[").replace("]", "\\]") if "](" in shown else shown
