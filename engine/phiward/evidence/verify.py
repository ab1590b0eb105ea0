"""Verifying a bundle offline: is it unchanged, who signed it, and do the findings follow from the facts?

Exit codes of `phiward verify`, the most serious first:

    2   no valid signature, or by a key that is revoked, out of its time or not in the role (also: usage errors)
    1   altered: a file was changed, added, removed or renamed, or this is not a well-formed bundle
    4   `--ledger`: the ledger is not whole, or does not record this bundle
    5   `--deep`: the findings do not follow from the facts, controls and policy in the bundle
    6   intact, but signed by a key that is not trusted here
    0   everything verified

3 is kept for time stamps. Warnings (an incomplete scope) are always shown and change no code.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from enum import StrEnum
from itertools import zip_longest
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
from msgspec import Struct

from phiward.engine.control import Control
from phiward.engine.findings import Finding, Verdict
from phiward.engine.summary import Summary
from phiward.errors import EvidenceError
from phiward.evidence import canonical, dsse, ledger, manifest, review, statement
from phiward.evidence.bundle import (
    CATALOG,
    CONFIG,
    LOCK,
    REQUIREMENTS,
    RESULTS,
    RUN,
    SIGNER,
    TAIL,
    counted,
    requirements_document,
    result_line,
)
from phiward.evidence.container import LIMITS, Container, Limits, opened
from phiward.evidence.facts import GAPS, INVENTORY, WAIVERS, shards
from phiward.evidence.keys import PublicKey, public_from_pem
from phiward.evidence.run import Content, Run
from phiward.evidence.summary import Standings
from phiward.evidence.trust import Role, TrustedKey

ALTERED, UNSIGNED, NOT_IN_LEDGER, NOT_REPRODUCED, UNKNOWN_SIGNER = 1, 2, 4, 5, 6
_LONGEST_LINE = 16 * 1024 * 1024
_WORST_FIRST = (UNSIGNED, ALTERED, NOT_IN_LEDGER, NOT_REPRODUCED, UNKNOWN_SIGNER)


class Outcome(StrEnum):
    """How a step of the verification ended."""

    OK = "ok"
    WARNING = "warning"
    FAILED = "failed"


class VerifyStep(Struct, frozen=True, kw_only=True):
    """One step of a verification, and what it found."""

    name: str
    """`archive`, `signature`, `statement`, `files`, `scope`, `signer`, `review`, `ledger`, `findings`."""
    outcome: Outcome
    detail: str
    code: int = 0
    """The exit code that it asks for."""


class Contents(Struct, frozen=True, kw_only=True):
    """What a bundle holds for evaluating again."""

    lines: Callable[[], Iterator[bytes]]
    """Opens the inventory's lines from their beginning, as they were evaluated."""
    controls: tuple[Content, ...]
    policies: tuple[Content, ...]
    waivers: tuple[Content, ...]
    catalog: bytes
    config: bytes | None
    """The `phiward.yaml` that the run went by."""
    run: Run
    """Who asked what: the clock, the policy, and what narrowed it."""


class Evaluated(Struct, frozen=True):
    """What evaluating again gives."""

    findings: Iterator[Finding]
    """Passes included, in the engine's order."""
    standings: Standings
    summary: Callable[[], Summary]
    """Sums up when all findings have been read."""
    controls: dict[str, Control]
    """The controls asked, by id."""


Evaluate: TypeAlias = Callable[[Contents], AbstractContextManager[Evaluated]]
"""Evaluates a bundle's contents again: `phiward.evidence.deep.evaluated`."""


def verify(
    bundle: Path,
    trusted: Sequence[TrustedKey],
    *,
    deep: Evaluate | None = None,
    record: Path | None = None,
    limits: Limits = LIMITS,
) -> list[VerifyStep]:
    """Verify a bundle (a zip or an unzipped folder) and return what each step found; no step is left out silently.

    `record`: the ledger that must tell of it.
    """
    steps: list[VerifyStep] = []
    try:
        with opened(bundle, limits) as container:
            steps.append(_ok("archive", f"{len(container.sizes)} files, {sum(container.sizes.values())} bytes"))
            _verify(container, trusted, deep, record, steps)
    except EvidenceError as error:
        steps.append(_failed("archive", str(error), ALTERED))
    return steps


def signed_statement(bundle: Path, limits: Limits = LIMITS) -> tuple[statement.Statement, tuple[str, ...]]:
    """Return what a bundle's signer states, and the names of its files. Verify it first: nothing is checked here."""
    with opened(bundle, limits) as container:
        envelope = dsse.open_envelope(container.read(manifest.ATTESTATION), ())
        return statement.parse(envelope.payload), tuple(container.sizes)


def exit_code(steps: Sequence[VerifyStep]) -> int:
    """Return the exit code: that of the most serious failed step, 0 only when every step passed."""
    codes = {step.code for step in steps if step.outcome is Outcome.FAILED}
    if not steps:
        return ALTERED  # nothing was verified
    return next((code for code in _WORST_FIRST if code in codes), 0)


def _verify(
    container: Container,
    trusted: Sequence[TrustedKey],
    deep: Evaluate | None,
    record: Path | None,
    steps: list[VerifyStep],
) -> None:
    signed = _step(steps, "signature", UNSIGNED, lambda: _signature(container, trusted))
    if signed is None:
        return
    steps.append(_ok("signature", f"valid, key {signed.key.id}"))
    stated = _step(steps, "statement", ALTERED, lambda: _statement(container, signed.payload))
    if stated is None:
        return
    steps.append(_ok("statement", f"bundle {stated.predicate.bundle_id}, finished {stated.predicate.time_finished}"))
    listed = _step(steps, "files", ALTERED, lambda: _files(container, stated))
    steps.append(_signer(signed, trusted, stated.predicate.time_finished, intact=listed is not None))
    if listed is None:
        return
    steps.append(_ok("files", f"{len(listed.files)} files are as signed, none added or removed"))
    steps.append(_scope(stated.predicate))
    steps.extend(_reviews(container, stated, trusted))
    told = _step(steps, "ledger", NOT_IN_LEDGER, lambda: _ledger(container, stated.predicate, record))
    if told is not None:
        steps.append(_ok("ledger", told))
    if deep is not None:
        found = _step(steps, "findings", NOT_REPRODUCED, lambda: _findings(container, deep))
        if found is not None:
            steps.append(_ok("findings", f"{found} findings follow from the facts, byte for byte"))


def _step(steps: list[VerifyStep], name: str, code: int, check: Callable[[], Any]) -> Any:
    try:
        return check()
    except EvidenceError as error:
        steps.append(_failed(name, str(error), code))
        return None


class _Signed(Struct, frozen=True):
    payload: bytes
    key: PublicKey


def _signature(container: Container, trusted: Sequence[TrustedKey]) -> _Signed:
    """Try every trusted key, then the bundle's own: that one proves integrity only."""
    raw = container.read(manifest.ATTESTATION)
    keys = [entry.key() for entry in trusted]
    if SIGNER in container.sizes:
        try:
            keys.append(public_from_pem(container.read(SIGNER, 64 * 1024), SIGNER))
        except EvidenceError:
            if not keys:  # a broken copy matters only where nothing else is known; `files` tells of the change
                raise
    found = dsse.open_envelope(raw, keys)
    if found.key is None:
        raise EvidenceError(
            f"none of {len(keys)} known keys made this signature: the statement or its signature was altered"
        )
    return _Signed(found.payload, found.key)


def _signer(signed: _Signed, trusted: Sequence[TrustedKey], at: str, *, intact: bool) -> VerifyStep:
    """Say whether the signer is trusted. Of several entries for one key, one that allows the signature is enough."""
    entries = [entry for entry in trusted if entry.key().id == signed.key.id]
    if not entries:
        state = "intact, but" if intact else "altered, and"
        detail = (
            f"{state} signed by an unknown key: fingerprint {signed.key.id}; compare it with the one you were given"
        )
        return _failed("signer", detail, UNKNOWN_SIGNER)
    objections = [entry.objection(Role.COLLECTOR, at) for entry in entries]
    if None not in objections or any(entry.revoked_at for entry in entries):
        return _failed("signer", "; ".join(objection for objection in objections if objection), UNSIGNED)
    return _ok("signer", f"trusted: {entries[objections.index(None)].name}, key {signed.key.id}")


def _statement(container: Container, payload: bytes) -> statement.Statement:
    stated = statement.parse(payload)
    for name in manifest.SIGNED_OVER:
        if hashlib.sha256(container.read(name)).hexdigest() != stated.digests[name]:
            raise EvidenceError(f"{name}: not the one that was signed")
    return stated


def _files(container: Container, stated: statement.Statement) -> manifest.Manifest:
    raw = container.read(manifest.MANIFEST)
    listed = manifest.parse(raw)
    if listed.bundle_id != stated.predicate.bundle_id:
        raise EvidenceError("the statement and the manifest name different bundles")
    expected = {file.path: file.sha256 for file in listed.files}
    beside = {path for path in container.sizes if path in manifest.UNLISTED or manifest.is_review(path)}
    added = sorted(set(container.sizes) - set(expected) - beside)
    removed = sorted(set(expected) - set(container.sizes))
    if added or removed:
        told = [f"added: {path}" for path in added[:5]] + [f"missing: {path}" for path in removed[:5]]
        raise EvidenceError(f"{len(added)} files added, {len(removed)} missing ({', '.join(told)})")
    sums = manifest.parse_sums(container.read(manifest.SUMS))
    if sums != expected | {manifest.MANIFEST: hashlib.sha256(raw).hexdigest()}:
        raise EvidenceError(f"{manifest.SUMS} and {manifest.MANIFEST} do not say the same")
    for file in listed.files:
        if container.sizes[file.path] != file.size or _digest(container, file.path) != file.sha256:
            raise EvidenceError(f"{file.path}: changed since it was signed")
    pack = hashlib.sha256(container.read(LOCK)).hexdigest()
    if pack != stated.predicate.control_pack.sha256:
        raise EvidenceError(f"{LOCK}: not the controls that the statement names")
    return listed


def _scope(predicate: statement.Predicate) -> VerifyStep:
    scope = predicate.scope
    if scope.complete:
        return _ok("scope", f"complete: {', '.join(scope.asked)}")
    detail = f"incomplete: {len(scope.reached)} of {len(scope.asked)} targets reached, {scope.gaps} gaps in {GAPS}"
    return VerifyStep(name="scope", outcome=Outcome.WARNING, detail=detail)


def _reviews(container: Container, stated: statement.Statement, trusted: Sequence[TrustedKey]) -> Iterator[VerifyStep]:
    """Yield a step for each management review. One by an unknown key counts for nothing, and changes nothing else."""
    for name in sorted(filter(manifest.is_review, container.sizes)):
        try:
            found = review.opened(name, container.read(name), stated.digests, stated.predicate.bundle_id, trusted)
        except EvidenceError as error:
            yield _failed("review", str(error), ALTERED)
            continue
        if found.review is None:
            detail = f"{name}: {found.objection}, so that it counts for nothing"
            yield VerifyStep(name="review", outcome=Outcome.WARNING, detail=detail)
        elif found.objection is not None:
            yield _failed("review", f"{name}: {found.objection}", UNSIGNED)
        else:
            told = found.review
            yield _ok(
                "review", f"{told.decision.value} by {told.reviewer}, {told.role}, at {told.at} (key: {found.by})"
            )


def _ledger(container: Container, predicate: statement.Predicate, record: Path | None) -> str | None:
    """Hold the bundle's end of the ledger to the statement, and both to the ledger itself where it is at hand.

    Return what was found; None where the bundle tells of no ledger and none is at hand.
    """
    held: list[ledger.Line] = []
    if TAIL in container.sizes:
        held = list(ledger.chained((line + b"\n" for line in _lines(container, TAIL)), TAIL, first=False))
    point = predicate.ledger
    if (held[-1].digest if held else None) != (point.head if point else None):
        raise EvidenceError(f"{TAIL} does not end with the entry that the statement names")
    if record is None:
        return f"begun as entry {point.seq}, head {point.head}; see --ledger" if point else None
    signed = hashlib.sha256(container.read(manifest.ATTESTATION)).hexdigest()
    missing = {line.digest for line in held}
    told: int | None = None
    for line in ledger.lines(record):
        missing.discard(line.digest)
        if line.entry.bundle is not None and line.entry.bundle.statement == signed:
            told = line.entry.seq
    if missing:
        raise EvidenceError(f"{record}: {len(missing)} of the entries that the bundle carries are not in it")
    if told is None:
        raise EvidenceError(f"{record}: no run that is recorded there wrote this bundle")
    return f"entry {told} of {record} records this bundle"


def _findings(container: Container, evaluate: Evaluate) -> int:
    """Evaluate again and compare every line; then the summary by requirement."""
    counts = {verdict.value: 0 for verdict in Verdict}
    number = 0
    with evaluate(_contents(container)) as evaluated:
        again = (result_line(finding) for finding in counted(evaluated.findings, counts))
        for number, (kept, made) in enumerate(zip_longest(_lines(container, RESULTS), again), 1):
            if kept != made:
                raise EvidenceError(f"{RESULTS}:{number}: another finding follows from the facts")
        summary = requirements_document(counts, evaluated.standings(), evaluated.summary().scope)
    if summary != container.read(REQUIREMENTS):
        raise EvidenceError(f"{REQUIREMENTS}: another summary follows from the findings")
    return number


@contextmanager
def contents(bundle: Path, limits: Limits = LIMITS) -> Iterator[Contents]:
    """Open what a bundle holds. Verify it first: nothing is checked here."""
    with opened(bundle, limits) as container:
        yield _contents(container)


def findings(bundle: Path, limits: Limits = LIMITS) -> Iterator[bytes]:
    """Yield the findings that a bundle holds, a line each. Verify it first: nothing is checked here."""
    with opened(bundle, limits) as container:
        yield from _lines(container, RESULTS)


def _contents(container: Container) -> Contents:
    return Contents(
        lines=lambda: _inventory(container),
        controls=_under(container, "controls/"),
        policies=_under(container, "policies/"),
        waivers=_under(container, "waivers/"),
        catalog=container.read(CATALOG),
        config=container.read(CONFIG) if CONFIG in container.sizes else None,
        run=_run(container.read(RUN)),
    )


def _run(raw: bytes) -> Run:
    try:
        return msgspec.convert(canonical.parse(raw, RUN), Run)
    except msgspec.ValidationError as error:
        raise EvidenceError(f"{RUN}: {error}") from error


def _inventory(container: Container) -> Iterator[bytes]:
    yield from _lines(container, INVENTORY)
    if WAIVERS in container.sizes:
        yield from _lines(container, WAIVERS)
    for path in shards(container.sizes):
        yield from _lines(container, path)
    yield from _lines(container, GAPS)


def _under(container: Container, folder: str) -> tuple[Content, ...]:
    paths = sorted(path for path in container.sizes if path.startswith(folder) and not path.endswith(".json"))
    return tuple(Content(path.removeprefix(folder), container.read(path)) for path in paths)


def _lines(container: Container, path: str) -> Iterator[bytes]:
    rest = b""
    for chunk in container.chunks(path):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
        if len(rest) > _LONGEST_LINE:
            raise EvidenceError(f"{path}: a line longer than {_LONGEST_LINE} bytes")
    if rest:
        yield rest


def _digest(container: Container, path: str) -> str:
    digest = hashlib.sha256()
    for chunk in container.chunks(path):
        digest.update(chunk)
    return digest.hexdigest()


def _ok(name: str, detail: str) -> VerifyStep:
    return VerifyStep(name=name, outcome=Outcome.OK, detail=detail)


def _failed(name: str, detail: str, code: int) -> VerifyStep:
    return VerifyStep(name=name, outcome=Outcome.FAILED, detail=detail, code=code)
