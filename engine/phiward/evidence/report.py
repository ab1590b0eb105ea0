"""What every report format is made from, and the words that they share."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from msgspec import Struct

from phiward.engine.control import Control, Severity
from phiward.engine.findings import Finding, ResourceRef, State, Verdict, Why
from phiward.engine.known import Comparison
from phiward.engine.summary import Taken
from phiward.evidence.run import Run
from phiward.evidence.summary import Totals
from phiward.inventory.model import CollectionGap, LeftOut

SHOWN = (Verdict.FAIL, Verdict.ERROR, Verdict.UNKNOWN, Verdict.WAIVED)
"""The verdicts that a reader has to do something about, the most pressing first."""
DISCLAIMER = "This shows what was seen, not that the law is met: what only people can answer is not assessed."


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
    comparison: Callable[[], Comparison] | None = None
    """Says what is new, where the run is compared with an earlier state. Called when all findings have been read."""


class Knowing(Protocol):
    """Whatever knows the controls of a run."""

    @property
    def controls(self) -> Mapping[str, Control]:
        """The controls of the run by id."""
        ...


def severity_of(report: Knowing, finding: Finding) -> Severity:
    """Return how bad the finding is: its control's severity. A control that is not known counts as critical."""
    control = report.controls.get(finding.control)
    return control.severity if control else Severity.CRITICAL


def pressing(report: Knowing, finding: Finding) -> tuple[bool, int, int, str, str]:
    """Return the key that sorts findings: what is known last, worst severity first, then verdict, control, resource."""
    severity = list(Severity).index(severity_of(report, finding))
    resource = finding.resource.id if finding.resource else ""
    return finding.state is State.KNOWN, severity, SHOWN.index(finding.verdict), finding.control, resource


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
    return f"{why.path} is {observed}, must be {why.expected}{_left_out(why.left_out)}"


def _left_out(found: LeftOut | None) -> str:
    """Say that an argument is not written, and which default counts: ` (multi_az is left out: …)`."""
    if found is None:
        return ""
    default = "" if found.default is None else f": the provider's default is {value_text(found.default)}"
    return f" ({found.argument} is left out{default})"


def why_text(finding: Finding) -> str:
    """Say why: what is told of a waiver in code, then all reasons in words. Not escaped."""
    noted = (finding.note,) if finding.note else ()
    return "; ".join((*noted, *(reason_text(why) for why in finding.why)))


def fix_text(control: Control, finding: Finding) -> str:
    """Say how to mend it where it was found: in code, in the console, on the host; else in general. Not escaped."""
    found = finding.resource
    ways = control.remediation.by_type.get(found.type, {}) if found else {}
    if found is not None and found.file is not None:
        return ways.get(_language(found)) or control.remediation.text
    order = tuple(way for way in ways if way not in ("cloudformation", "kubernetes", "terraform", "note"))
    chosen = next((ways[way] for way in order if way in ways), None)
    return chosen or control.remediation.text


def _language(found: ResourceRef) -> str:
    """Return whose code a resource was found in."""
    if found.source == "terraform-plan":
        return "terraform"
    return found.source or "terraform"


def fingerprint(finding: Finding) -> str:
    """Return what stays the same when lines move: a digest of the control and the resource."""
    import hashlib
    import json

    found = finding.resource
    identity = json.dumps([finding.control, found.type if found else "", found.id if found else ""])
    return hashlib.sha256(identity.encode()).hexdigest()[:32]


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


def verdict_text(finding: Finding) -> str:
    """Say the verdict, and where the run is compared, whether it was found before: `fail, known`."""
    return f"{finding.verdict.value}, known" if finding.state is State.KNOWN else finding.verdict.value


def comparison_text(found: Comparison) -> str:
    """Say what is new: `2 new, 40 known, 3 fixed, compared with …; only the new ones count`. Not escaped."""
    counted = [f"{found.new} new", f"{found.known} known", f"{found.fixed} fixed"]
    if found.gone:
        counted.append(f"{found.gone} gone with their resource or control")
    text = f"{', '.join(counted)}, compared with {found.what}; only the new ones count"
    if found.new_controls:
        text += f"; {found.new_controls} of the new ones are of controls that were not asked then"
    if found.moved:
        text += f"; {found.moved} resources only got another address"
    if found.new_gaps or found.known_gaps:
        text += f"; gaps: {found.new_gaps} new, {found.known_gaps} known"
    return text


def scope_text(taken: Taken) -> str:
    """Say what a statement takes out: `2 by public-website (hospital.yaml:12): the public pages`. Not escaped."""
    return f"{taken.resources} by {taken.id} ({taken.file}:{taken.line}): {taken.reason}"


def value_text(value: object) -> str:
    """Say a value: as JSON. Not escaped."""
    import json

    return json.dumps(value, ensure_ascii=False, default=str)
