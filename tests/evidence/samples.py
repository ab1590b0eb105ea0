"""A small run to write into bundles and reports."""

from collections.abc import Iterator
from pathlib import Path

from phiward.engine.control import Level, Requirement
from phiward.engine.findings import Finding, ResourceRef, Verdict, Why
from phiward.engine.requirements import Standing, Status
from phiward.engine.summary import Counts
from phiward.evidence.bundle import Evidence
from phiward.evidence.keys import KeyKind, Signer, keygen, load_signer
from phiward.evidence.run import Content, Run

AT_REST = "164.312(a)(2)(iv)"
CONTROL = "data-store-encrypted-at-rest"
HEADER = b'{"phiward":"inventory","version":1}'
GAP = b'{"gap":{"reason":"access denied: s3:ListAllMyBuckets","source":"aws","where":"us-east-1"}}'


def resource(number: int) -> bytes:
    """Return an encoded bucket, every seventh one not encrypted."""
    enabled = b"false" if number % 7 == 0 else b"true"
    return (
        b'{"encryption_at_rest":{"enabled":%b},"id":"arn:aws:s3:::bucket-%06d","origin":{"file":"main.tf","kind":"terraform",'
        b'"line":1},"type":"aws.s3.bucket"}' % (enabled, number)
    )


def inventory(count: int = 8, gaps: tuple[bytes, ...] = ()) -> Iterator[bytes]:
    """Yield an inventory's lines."""
    yield HEADER
    for number in range(count):
        yield resource(number)
    yield from gaps


def evaluate(lines: Iterator[bytes]) -> Iterator[Finding]:
    """Judge each bucket: what the engine would do."""
    for line in lines:
        if b'"type"' not in line:
            continue
        start = line.index(b'"id":"') + 6
        id_ = line[start : line.index(b'"', start)].decode()
        bad = b'"enabled":false' in line
        yield Finding(
            control=CONTROL,
            verdict=Verdict.FAIL if bad else Verdict.PASS,
            requirements=(AT_REST,),
            why=(Why(path="encryption_at_rest.enabled", observed=False, expected="true", file="main.tf", line=3),)
            if bad
            else (),
            resource=ResourceRef(id=id_, type="aws.s3.bucket", file="main.tf", line=1, end_line=9),
        )


RUN = Run(
    version="0.1.0",
    started="2026-11-23T10:00:00Z",
    finished="2026-11-23T10:01:00Z",
    now="2026-11-23T10:00:00Z",
    asked=("examples/clinic",),
    reached=("examples/clinic",),
    complete=True,
    argv=("phiward", "scan", "examples/clinic"),
    policy="hipaa-security-rule",
    policy_version="2013-01-25",
)
REQUIREMENTS = (
    Requirement(id=AT_REST, title="Encryption and decryption", level=Level.ADDRESSABLE, asks="Encrypt."),
    Requirement(id="164.308(a)(2)", title="Assigned security responsibility", level=Level.STANDARD, asks="Name one."),
)


def evidence(count: int = 8, gaps: tuple[bytes, ...] = (), run: Run = RUN) -> Evidence:
    """Return what goes into a bundle of this many buckets."""
    return Evidence(
        facts=inventory(count, gaps),
        findings=evaluate(inventory(count)),
        controls=(Content(f"encryption/{CONTROL}.yaml", b"id: data-store-encrypted-at-rest\n"),),
        policies=(Content("hipaa-security-rule.yaml", b"id: hipaa-security-rule\n"),),
        catalog=b"{}",
        standings=lambda: standings(count),
        run=run,
    )


def standings(count: int = 8) -> tuple[Standing, ...]:
    """Say how the requirements stand: what the engine would."""
    failed = len(range(0, count, 7))
    counts = (Counts(passed=count - failed, failed=failed), Counts())
    statuses, controls = (Status.NOT_MET, Status.NOT_ASSESSED), ((CONTROL,), ())
    parts = zip(REQUIREMENTS, statuses, counts, controls, strict=True)
    return tuple(
        Standing(requirement=each, status=status, counts=found, controls=by) for each, status, found, by in parts
    )


def signer(folder: Path, kind: KeyKind = KeyKind.ED25519, name: str = "signer") -> Signer:
    """Make a key in the folder and load it."""
    return load_signer(keygen(folder / f"{name}.key", kind).private)
