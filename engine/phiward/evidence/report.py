"""What every report format is made from, and the words that they share."""

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from phiward.engine.control import Control, Severity
from phiward.engine.findings import Finding, ResourceRef, Verdict, Why
from phiward.engine.summary import Taken
from phiward.evidence.run import Run
from phiward.evidence.summary import Totals
from phiward.inventory.model import CollectionGap

SHOWN = (Verdict.FAIL, Verdict.ERROR, Verdict.UNKNOWN, Verdict.WAIVED)
"""The verdicts that a reader has to do something about, the most pressing first."""
DISCLAIMER = "This shows what was seen, not that the law is met: what only people can answer is not assessed."

_IN_TEMPLATE = re.compile(r"\.(?:json|template|ya?ml):[A-Za-z0-9/-]+\Z")
"""How the id of a resource in a template ends: a Terraform address has a dot."""


class Report(Struct, frozen=True, kw_only=True):
    """A run, ready to be told."""

    findings: Iterable[Finding]
    """Read once."""
    totals: Totals
    """Sums the run up, gaps included, when all findings have been read."""
    controls: Mapping[str, Control]
    """The controls of the run by id."""
    run: Run
    bundle: str | None = None
    """Where the evidence lies, as the user named it."""


def severity_of(report: Report, finding: Finding) -> Severity:
    """Return how bad the finding is: its control's severity. A control that is not known counts as critical."""
    control = report.controls.get(finding.control)
    return control.severity if control else Severity.CRITICAL


def pressing(report: Report, finding: Finding) -> tuple[int, int, str, str]:
    """Return the key that sorts findings: worst severity first, then verdict, control, resource."""
    severity = list(Severity).index(severity_of(report, finding))
    resource = finding.resource.id if finding.resource else ""
    return severity, SHOWN.index(finding.verdict), finding.control, resource


def place_of(finding: Finding) -> tuple[str, int, int] | None:
    """Return file, first and last line of what decided the finding; None: nothing of it lies in a file."""
    for why in finding.why:
        if why.file is not None:
            return why.file, why.line or 1, why.end_line or why.line or 1
    found = finding.resource
    if found is None or found.file is None:
        return None
    return found.file, found.line or 1, found.end_line or found.line or 1


def place_text(finding: Finding) -> str:
    """Return where to look: `main.tf:12`, or account and region. Not escaped."""
    place = place_of(finding)
    if place is not None:
        return f"{place[0]}:{place[1]}"
    found = finding.resource
    return " ".join(part for part in (found.account, found.region) if part) if found else ""


def reason_text(why: Why) -> str:
    """Say one reason in words: `encryption_at_rest.enabled is false, must be true`. Not escaped."""
    if why.unknown is not None:
        return f"{why.path or why.expected}: could not be seen ({why.unknown})"
    observed = "absent" if why.observed is None else value_text(why.observed)
    return f"{why.path} is {observed}, must be {why.expected}"


def why_text(finding: Finding) -> str:
    """Say why: all reasons in words. Not escaped."""
    return "; ".join(reason_text(why) for why in finding.why)


def fix_text(control: Control, finding: Finding) -> str:
    """Say how to mend it where it was found: in code, in the console, on the host; else in general. Not escaped."""
    found = finding.resource
    ways = control.remediation.by_type.get(found.type, {}) if found else {}
    if found is not None and found.file is not None:
        return ways.get(_language(found)) or control.remediation.text
    order = tuple(way for way in ways if way not in ("cloudformation", "terraform", "note"))
    chosen = next((ways[way] for way in order if way in ways), None)
    return chosen or control.remediation.text


def _language(found: ResourceRef) -> str:
    """Return whose code a resource was found in: one in a template is called `template.yaml:LogicalId`."""
    return "cloudformation" if _IN_TEMPLATE.search(found.id) else "terraform"


def resource_text(finding: Finding) -> str:
    """Name the resource as people know it, else by its id. Not escaped."""
    found = finding.resource
    return "the whole run" if found is None else found.name or found.id


def gap_text(gap: CollectionGap) -> str:
    """Say what was not read: `aws, us-east-1: access denied`. Not escaped."""
    where = f"{gap.where}:{gap.line}" if gap.line is not None else gap.where
    types = f" (may hide: {', '.join(gap.types)})" if gap.types else ""
    return f"{gap.source}, {where}: {gap.reason}{types}"


def counts_text(counts: Mapping[str, int]) -> str:
    """Say the counts by verdict: `3 fail, 1 unknown, 40 pass`. Zero of something pressing is said too."""
    order = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.ERROR, Verdict.WAIVED, Verdict.PASS, Verdict.NOT_APPLICABLE)
    told = [(verdict.value.replace("_", " "), counts.get(verdict.value, 0)) for verdict in order]
    return ", ".join(f"{count} {word}" for word, count in told if count or word in {"fail", "unknown", "pass"})


def scope_text(taken: Taken) -> str:
    """Say what a statement takes out: `2 by public-website (hospital.yaml:12): the public pages`. Not escaped."""
    return f"{taken.resources} by {taken.id} ({taken.file}:{taken.line}): {taken.reason}"


def value_text(value: object) -> str:
    """Say a value: as JSON. Not escaped."""
    import json

    return json.dumps(value, ensure_ascii=False, default=str)
