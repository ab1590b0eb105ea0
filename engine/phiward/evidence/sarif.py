"""`--format sarif`: SARIF 2.1.0 (OASIS), for code scanning and editors.

Fails are results, unknowns are results of kind `open`, waived ones are suppressed results, gaps and broken controls
are notifications of the invocation. Passes are left out: the evidence bundle holds them.
"""

import hashlib
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import msgspec

from phiward.engine.control import Control, Severity
from phiward.engine.findings import Finding, Verdict
from phiward.evidence.escape import json_text, markdown, visible
from phiward.evidence.report import SHOWN, Report, gap_text, place_of, pressing, resource_text, severity_of, why_text
from phiward.inventory.model import CollectionGap

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
HOME = "https://github.com/phiward/phiward"
LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
"""GitHub's `security-severity`, in the middle of the CVSS band of the same name."""


def render(report: Report) -> Iterator[str]:
    """Yield the SARIF log."""
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
    invocation = {
        "executionSuccessful": not broken,
        "startTimeUtc": report.run.started,
        "endTimeUtc": report.run.finished,
        "toolExecutionNotifications": [
            *(_gap(gap) for gap in found.gaps),
            *(_broken(finding, index) for finding in broken),
            *(_left_out(each.target, sentence) for each in report.run.reach for sentence in each.left_out),
        ],
    }
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "columnKind": "unicodeCodePoints",
        "results": [_result(report, finding, index) for finding in shown if finding.verdict is not Verdict.ERROR],
    }
    if found.scope.statements:
        run["properties"] = {"scope": msgspec.to_builtins(found.scope)}
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    yield json_text(json.dumps(log, indent=1, ensure_ascii=False)) + "\n"


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
            "tags": ["security", control.domain.value, *cited],
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
    if location := _location(finding):
        result["locations"] = [location]
    result["partialFingerprints"] = {"controlAndResource/v1": _fingerprint(finding)}
    result["properties"] = {"verdict": finding.verdict.value, "requirements": list(finding.requirements)}
    return result


def _location(finding: Finding) -> dict[str, Any]:
    location: dict[str, Any] = {}
    if place := place_of(finding):
        file, line, end_line = place
        location["physicalLocation"] = {
            "artifactLocation": {"uri": quote(file.lstrip("/"), safe="/"), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": line, "endLine": max(line, end_line)},
        }
    if found := finding.resource:
        location["logicalLocations"] = [
            {"name": visible(found.name or found.id), "fullyQualifiedName": visible(found.id), "kind": "resource"}
        ]
    return location


def _fingerprint(finding: Finding) -> str:
    """Return what stays the same when lines move: the control and the resource."""
    found = finding.resource
    identity = json.dumps([finding.control, found.type if found else "", found.id if found else ""])
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


def _gap(gap: CollectionGap) -> dict[str, Any]:
    return {"level": "warning", "message": {"text": _plain(f"not read: {gap_text(gap)}")}, "descriptor": {"id": "gap"}}


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
