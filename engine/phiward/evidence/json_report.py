"""`--format json`: findings, gaps and summary in one object; and the list of controls. Both have a published schema."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from phiward.engine.control import Concern, Control, Domain, Severity
from phiward.engine.findings import Finding, ResourceRef, State, Verdict, Why
from phiward.engine.known import Comparison
from phiward.evidence.report import Report, severity_of
from phiward.evidence.summary import Summary, summed
from phiward.inventory.model import CollectionGap
from phiward.inventory.reach import Reach

FINDINGS_SCHEMA = "phiward/findings/v1"

_encoder = msgspec.json.Encoder(order="deterministic")
_WITHOUT_RESOURCE = ',"resource":null,"waiver":'


class ReportedResource(Struct, frozen=True, kw_only=True):
    """The resource of a finding. Every field is there; null: there is none."""

    id: str
    type: str
    name: str | None = None
    account: str | None = None
    region: str | None = None
    source: str | None = None
    """The kind of source it was read from: `live`, `terraform`, `terraform-plan`, `cloudformation`, `kubernetes`, …"""
    file: str | None = None
    line: int | None = None
    end_line: int | None = None


class ReportedFinding(Struct, frozen=True, kw_only=True):
    """The verdict of one control on one resource, or, where `resource` is null, on the whole run."""

    control: str
    severity: Severity
    verdict: Verdict
    requirements: tuple[str, ...]
    why: tuple[Why, ...]
    resource: ReportedResource | None
    waiver: str | None
    """The id of the waiver, or the place of one in code, where the verdict is `waived`."""
    note: str | None
    """What is told of a waiver in code that is about this fail, whether it counts or not."""
    state: State | None
    """`new` or `known`, where the run is compared with an earlier state; passes and waived fails have none."""


class ReportedPolicy(Struct, frozen=True, kw_only=True):
    """The policy that was evaluated against."""

    id: str | None
    version: str | None


class FindingsDocument(Struct, frozen=True, kw_only=True):
    """What `--format json` prints."""

    schema: str
    """`phiward/findings/v1`."""
    version: str
    """phiward's version."""
    policy: ReportedPolicy
    now: str
    """The clock of the evaluation, `YYYY-MM-DDTHH:MM:SSZ`."""
    complete: bool
    """Everything asked for was read."""
    unread: dict[str, int]
    """What was met and no resource type reads, by the source's own name for it, counted."""
    reach: tuple[Reach, ...]
    """The scope asked for and reached, and what was left out by choice, of the targets that can be read in part."""
    findings: tuple[ReportedFinding, ...]
    gaps: tuple[CollectionGap, ...]
    comparison: Comparison | None
    """What is new; null: the run is not compared with an earlier state."""
    summary: Summary


class ReportedAppliesTo(Struct, frozen=True, kw_only=True):
    """Which resources a control is about: an aspect, or types by name."""

    aspect: str | None
    types: tuple[str, ...]
    stores_data: bool | None
    where: Any
    """The condition as written in the control's file; null: none."""


class ReportedControl(Struct, frozen=True, kw_only=True):
    """One control, as `controls list --format json` prints it."""

    id: str
    title: str
    domain: Domain
    severity: Severity
    applies_to: ReportedAppliesTo
    concerns: Concern
    """`ephi`: the policy's scope narrows it."""
    citations: dict[str, dict[str, str]]
    """Framework to requirement id to one sentence why the control answers it."""
    equivalents: dict[str, tuple[str, ...]]
    """Resource type to what other tools call the same question."""
    aliases: tuple[str, ...]
    deprecated: str | None
    pack: str | None
    """The pack that brings it along, with its distribution and version; null: phiward itself, or a folder named."""


def render(report: Report) -> Iterator[str]:
    """Yield the document piece by piece, one finding per line, so that no number of findings fills the memory."""
    run = report.run
    head = {
        "schema": FINDINGS_SCHEMA,
        "version": run.version,
        "policy": ReportedPolicy(id=run.policy, version=run.policy_version),
        "now": run.now,
    }
    yield _text(head)[:-1] + ',"findings":['
    separator = "\n"
    written = _Findings(report)
    for finding in report.findings:
        yield separator + written.text(finding)
        separator = ",\n"
    found, standings = report.totals()
    yield '\n],"gaps":' + _text(found.gaps)
    yield ',"unread":' + _text(run.unread)
    yield ',"reach":' + _text(run.reach)
    yield ',"complete":' + _text(run.complete and not found.gaps)
    yield ',"comparison":' + _text(report.comparison() if report.comparison is not None else None)
    yield ',"summary":' + _text(summed(found, standings)) + "}\n"


def controls_document(controls: Iterable[Control], packs: Mapping[str, str] | None = None) -> str:
    """Return the list of controls, sorted by id, one per line. `packs`: a control's file to what brings it along."""
    lines = [
        _text(_control(control, (packs or {}).get(control.file)))
        for control in sorted(controls, key=lambda control: control.id)
    ]
    return "[\n" + ",\n".join(lines) + "\n]\n"


class _Findings:
    """Writes findings. What many share is encoded once: what a control's say of themselves, and their resource."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._heads: dict[tuple[str, Verdict, tuple[str, ...]], str] = {}
        self._resource: ResourceRef | None = None
        self._tail = _WITHOUT_RESOURCE

    def text(self, finding: Finding) -> str:
        """Return a `ReportedFinding` as JSON."""
        key = (finding.control, finding.verdict, finding.requirements)
        head = self._heads.get(key)
        if head is None:
            head = self._heads[key] = self._head(finding)
        if finding.resource is not self._resource:
            self._resource = finding.resource
            written = _text(_resource(finding.resource)) if finding.resource else "null"
            self._tail = f',"resource":{written},"waiver":'
        why = _text(finding.why) if finding.why else "[]"
        waiver = _text(finding.waiver) if finding.waiver else "null"
        note = _text(finding.note) if finding.note else "null"
        state = f'"{finding.state.value}"' if finding.state else "null"
        return f'{head}{why}{self._tail}{waiver},"note":{note},"state":{state}}}'

    def _head(self, finding: Finding) -> str:
        """Return what comes before the reasons."""
        whole = ReportedFinding(
            control=finding.control,
            severity=severity_of(self._report, finding),
            verdict=finding.verdict,
            requirements=finding.requirements,
            why=(),
            resource=None,
            waiver=None,
            note=None,
            state=None,
        )
        return _text(whole).removesuffix("[]" + _WITHOUT_RESOURCE + 'null,"note":null,"state":null}')


def _resource(found: ResourceRef) -> ReportedResource:
    return ReportedResource(
        id=found.id,
        type=found.type,
        name=found.name,
        account=found.account,
        region=found.region,
        source=found.source,
        file=found.file,
        line=found.line,
        end_line=found.end_line,
    )


def _control(control: Control, pack: str | None) -> ReportedControl:
    return ReportedControl(
        id=control.id,
        title=control.title,
        domain=control.domain,
        severity=control.severity,
        applies_to=ReportedAppliesTo(
            aspect=control.applies_to.aspect,
            types=control.applies_to.types,
            stores_data=control.applies_to.stores_data,
            where=control.source.get("where"),
        ),
        concerns=control.concerns,
        citations=control.citations,
        equivalents=control.equivalents,
        aliases=control.aliases,
        deprecated=control.deprecated,
        pack=pack,
    )


def _text(value: Any) -> str:
    """Encode as JSON in which no character can act on a terminal: controls and bidirectional marks are escaped."""
    from phiward.evidence.escape import json_text

    return json_text(_encoder.encode(value).decode())
