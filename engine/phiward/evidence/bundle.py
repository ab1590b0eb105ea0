"""Writing the evidence bundle: facts, controls, findings and the run's record in one signed zip.

Facts and findings stream through: memory does not grow with the inventory. The same input at the same given time
makes the same bytes, signature included.
"""

import hashlib
import os
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from phiward.engine.findings import Finding, Verdict
from phiward.engine.requirements import Standing
from phiward.engine.summary import Scoped
from phiward.errors import EvidenceError
from phiward.evidence import canonical, documents, dsse, manifest, statement
from phiward.evidence.archive import Archive
from phiward.evidence.facts import GAPS, INVENTORY, WAIVERS, Facts, gap_lines, resource_files
from phiward.evidence.keys import Signer
from phiward.evidence.ledger import SCHEMA, Line
from phiward.evidence.run import Content, Run, lock, record
from phiward.evidence.summary import Standings, requirements
from phiward.inventory.whole import whole

RESULTS = "results/results.jsonl"
REQUIREMENTS = "results/requirements.json"
CATALOG = "controls/catalog.json"
LOCK = "controls/pack.lock.json"
RUN = "run/run.json"
TAIL = "run/ledger-tail.jsonl"
CONFIG = "config/phiward.yaml"
SIGNER = "signer.pem"
_JSON = "application/json"
_YAML = "application/yaml"

_encoder = msgspec.json.Encoder(order="sorted")


class Evidence(Struct, frozen=True, kw_only=True):
    """Everything that goes into a bundle. The two iterables are read once, facts first."""

    facts: Iterable[bytes]
    """An inventory's encoded lines without line ends: the header, resources sorted by type and id, gaps."""
    findings: Iterable[Finding]
    controls: tuple[Content, ...]
    policies: tuple[Content, ...]
    catalog: bytes
    """The catalog as JSON: `Catalog.to_json()`."""
    standings: Standings
    """Says how the requirements stand, when all findings have been read."""
    run: Run
    scope: Callable[[], Scoped] = Scoped
    """Says what the policy's scope took out, when all findings have been read."""
    waivers: tuple[Content, ...] = ()
    ledger: tuple[Line, ...] = ()
    """The last entries of the ledger that records this run, this run's beginning at the end."""
    previous: str | None = None
    """The SHA-256 of the manifest of the bundle that the ledger names last."""
    config: bytes | None = None
    """The `phiward.yaml` that the run went by."""


class Written(Struct, frozen=True, kw_only=True):
    """A bundle that was written."""

    path: Path
    bundle_id: str
    keyid: str
    files: int
    resources: int
    gaps: int
    counts: dict[str, int]
    """Number of findings by verdict."""
    manifest: str
    """The SHA-256 of `manifest.json`."""
    statement: str
    """The SHA-256 of the signed statement, `attestation.dsse.json`."""


def write(target: Path, evidence: Evidence, signer: Signer, *, compress: bool = True) -> Written:
    """Write and sign a bundle, whole or not at all: a failure leaves whatever stood at `target` untouched."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with whole(target) as file:
            with zipfile.ZipFile(file, "w", compresslevel=6) as archive:
                written = _fill(Archive(archive, compress=compress), evidence, signer, target)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise EvidenceError(f"{target}: the bundle cannot be written: {error.strerror}") from error
    return written


def result_line(finding: Finding) -> bytes:
    """Write a finding as a line of `results.jsonl`: compact, keys sorted."""
    try:
        return _encoder.encode(finding)
    except (TypeError, UnicodeEncodeError) as error:
        raise EvidenceError(f"the finding of {finding.control} cannot be written as JSON: {error}") from error


def counted(findings: Iterable[Finding], counts: dict[str, int]) -> Iterator[Finding]:
    """Hand findings on, counting them by verdict."""
    for finding in findings:
        counts[finding.verdict.value] += 1
        yield finding


def requirements_document(counts: dict[str, int], standings: Sequence[Standing], scope: Scoped) -> bytes:
    """Write `results/requirements.json`: findings counted by verdict and by requirement, and what is out of scope.

    Of a policy whose scope takes nothing out, there is no `scope`.
    """
    document: dict[str, Any] = {
        "schema": "phiward/requirements/v1",
        "counts": counts,
        "requirements": msgspec.to_builtins(requirements(standings)),
    }
    if scope.statements:
        document["scope"] = msgspec.to_builtins(scope)
    return canonical.encode(document) + b"\n"


def _fill(archive: Archive, evidence: Evidence, signer: Signer, target: Path) -> Written:
    if not evidence.controls:
        raise EvidenceError("a bundle without controls would prove nothing: none were given")
    facts = Facts(evidence.facts)
    for path, lines in resource_files(facts):
        archive.lines(path, lines, "fact", "phiward/resource/v1")
    gaps = archive.lines(GAPS, gap_lines(facts), "fact", "phiward/gap/v1")
    if facts.waivers:
        archive.lines(WAIVERS, iter(facts.waivers), "fact", "phiward/waiver-comment/v1")
    archive.file(INVENTORY, facts.header + b"\n", "fact", _JSON, "phiward/inventory/v1")
    counts = {verdict.value: 0 for verdict in Verdict}
    lines = (result_line(finding) for finding in counted(evidence.findings, counts))
    archive.lines(RESULTS, lines, "result", "phiward/finding/v1")
    totals = requirements_document(counts, evidence.standings(), evidence.scope())
    archive.file(REQUIREMENTS, totals, "result", _JSON, "phiward/requirements/v1")
    _write_content(archive, evidence)
    run = _encoded(record(evidence.run, gaps, facts.resources))
    archive.file(RUN, run, "run", _JSON, "phiward/run/v1")
    if evidence.ledger:
        archive.lines(TAIL, (line.raw for line in evidence.ledger), "run", SCHEMA)
    archive.file(SIGNER, signer.public.pem.encode(), "key", "application/x-pem-file")
    archive.file("README.txt", documents.readme(), "document", "text/plain")
    archive.file("VERIFY.md", documents.verify_guide(signer.public), "document", "text/markdown")
    bundle_id, digests = _seal(archive, evidence, signer, _predicate(evidence, counts, gaps, facts.resources))
    return Written(
        path=target,
        bundle_id=bundle_id,
        keyid=signer.public.id,
        files=len(archive.files) + len(manifest.UNLISTED),
        resources=facts.resources,
        gaps=gaps,
        counts=counts,
        manifest=digests[manifest.MANIFEST],
        statement=digests[manifest.ATTESTATION],
    )


def _write_content(archive: Archive, evidence: Evidence) -> None:
    for content in sorted(evidence.controls, key=lambda content: content.path):
        archive.file(f"controls/{content.path}", content.raw, "control", _YAML)
    archive.file(LOCK, _encoded(lock(evidence.controls)), "control", _JSON, "phiward/pack-lock/v1")
    archive.file(CATALOG, evidence.catalog.rstrip(b"\n") + b"\n", "catalog", _JSON, "phiward/catalog/v1")
    for content in sorted(evidence.policies, key=lambda content: content.path):
        archive.file(f"policies/{content.path}", content.raw, "policy", _YAML)
    if evidence.config is not None:
        archive.file(CONFIG, evidence.config, "config", _YAML)
    for content in sorted(evidence.waivers, key=lambda content: content.path):
        archive.file(f"waivers/{content.path}", content.raw, "waiver", _YAML)


def _predicate(evidence: Evidence, counts: dict[str, int], gaps: int, resources: int) -> statement.Predicate:
    """Return the predicate, but for the bundle's id and signer."""
    run = evidence.run
    pack = statement.Pack(
        controls=len(evidence.controls),
        sha256=hashlib.sha256(_encoded(lock(evidence.controls))).hexdigest(),
    )
    last = evidence.ledger[-1] if evidence.ledger else None
    policy = statement.PolicyUsed(id=run.policy, version=run.policy_version or "") if run.policy else None
    return statement.Predicate(
        bundle_id="",
        tool=statement.Tool(version=run.version),
        control_pack=pack,
        policy=policy,
        scope=statement.Scope(asked=run.asked, reached=run.reached, gaps=gaps, complete=run.complete and not gaps),
        time_started=run.started,
        time_finished=run.finished,
        counts=counts,
        resources=resources,
        signer=statement.SignedBy(kind="", keyid=""),
        previous_bundle=evidence.previous,
        ledger=statement.LedgerPoint(seq=last.entry.seq, head=last.digest) if last else None,
    )


def _seal(
    archive: Archive, evidence: Evidence, signer: Signer, counted: statement.Predicate
) -> tuple[str, dict[str, str]]:
    """Write the manifest, the sums and the signed statement over both; return the bundle's id and their digests."""
    kept_until = manifest.Retention(not_before=_six_years_after(evidence.run.finished))
    listed = manifest.build(archive.files, kept_until)
    sums = manifest.sums(archive.files, listed)
    bundle_id = manifest.parse(listed).bundle_id
    signed_by = statement.SignedBy(kind=signer.source, keyid=signer.public.id)
    predicate = msgspec.structs.replace(counted, bundle_id=bundle_id, signer=signed_by)
    digests = {manifest.MANIFEST: hashlib.sha256(listed).hexdigest(), manifest.SUMS: hashlib.sha256(sums).hexdigest()}
    archive.unlisted(manifest.MANIFEST, listed)
    archive.unlisted(manifest.SUMS, sums)
    signed = dsse.sign(statement.encode(digests, predicate), signer)
    archive.unlisted(manifest.ATTESTATION, signed)
    return bundle_id, {**digests, manifest.ATTESTATION: hashlib.sha256(signed).hexdigest()}


def _encoded(document: Any) -> bytes:
    return canonical.encode(document) + b"\n"


def _six_years_after(moment: str) -> str:
    """Return the day six years after a time. After 29 February comes 1 March where the year has no such day."""
    try:
        day = date.fromisoformat(moment[:10])
    except ValueError as error:
        raise EvidenceError(f"the run's end {moment!r} is not a time like 2026-11-23T00:00:00Z") from error
    if day.year + 6 > date.max.year:
        return date.max.isoformat()
    try:
        return day.replace(year=day.year + 6).isoformat()
    except ValueError:
        return date(day.year + 6, 3, 1).isoformat()
