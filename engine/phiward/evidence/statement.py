"""The signed statement about a run: in-toto Statement v1 with phiward's `evidence-run` predicate."""

from typing import Any

import msgspec
from msgspec import Struct

from phiward.errors import EvidenceError
from phiward.evidence import canonical
from phiward.evidence.manifest import SIGNED_OVER

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://github.com/phiward/phiward/attestation/evidence-run/v1"


class Tool(Struct, frozen=True, kw_only=True, rename="camel"):
    """The program that ran."""

    name: str = "phiward"
    version: str


class Pack(Struct, frozen=True, kw_only=True, rename="camel"):
    """The controls that were evaluated: how many, and the SHA-256 of their lock file."""

    controls: int
    sha256: str


class PolicyUsed(Struct, frozen=True, kw_only=True, rename="camel"):
    """The policy that was evaluated against."""

    id: str
    version: str


class Scope(Struct, frozen=True, kw_only=True, rename="camel"):
    """What was asked for, what was reached, and whether anything could not be read."""

    asked: tuple[str, ...] = ()
    reached: tuple[str, ...] = ()
    gaps: int = 0
    complete: bool


class SignedBy(Struct, frozen=True, kw_only=True, rename="camel"):
    """The key that signed: where its private part lives, and its id."""

    kind: str
    keyid: str


class LedgerPoint(Struct, frozen=True, kw_only=True, rename="camel"):
    """An entry of the ledger: its number, and its digest, the head at that time."""

    seq: int
    head: str


class Predicate(Struct, frozen=True, kw_only=True, rename="camel"):
    """What the collector says about the run that it signs."""

    bundle_id: str
    tool: Tool
    control_pack: Pack
    policy: PolicyUsed | None = None
    scope: Scope
    time_started: str
    time_finished: str
    counts: dict[str, int]
    """Number of findings by verdict."""
    resources: int
    signer: SignedBy
    previous_bundle: str | None = None
    """The SHA-256 of the manifest of the bundle that the ledger names before this one."""
    ledger: LedgerPoint | None = None
    """Where the ledger stood when this run had begun, where one records it."""


class Statement(Struct, frozen=True, kw_only=True):
    """A statement, read."""

    digests: dict[str, str]
    """Name of the subject to its SHA-256."""
    predicate: Predicate


def encode(digests: dict[str, str], predicate: Predicate) -> bytes:
    """Write the statement's canonical bytes: the payload to sign."""
    document: dict[str, Any] = {
        "_type": STATEMENT,
        "predicate": msgspec.to_builtins(predicate),
        "predicateType": PREDICATE,
        "subject": [{"digest": {"sha256": digests[name]}, "name": name} for name in SIGNED_OVER],
    }
    return canonical.encode(document)


def parse(payload: bytes) -> Statement:
    """Read a statement strictly. Its subjects must be exactly the manifest and the sums, each with a SHA-256."""
    document = canonical.parse(payload, "the statement")
    if not isinstance(document, dict) or document.get("_type") != STATEMENT:
        raise EvidenceError(f"the statement's _type is not {STATEMENT}")
    if document.get("predicateType") != PREDICATE:
        raise EvidenceError(f"the statement's predicateType is not {PREDICATE}")
    try:
        predicate = msgspec.convert(document.get("predicate"), Predicate)
    except msgspec.ValidationError as error:
        raise EvidenceError(f"the statement: {error}") from error
    return Statement(digests=digests_of(document, "the statement"), predicate=predicate)


def digests_of(document: dict[str, Any], what: str) -> dict[str, str]:
    """Return the digests that a statement is about, which must be exactly those of the manifest and the sums."""
    try:
        subjects = msgspec.convert(document.get("subject"), tuple[_Subject, ...])
    except msgspec.ValidationError as error:
        raise EvidenceError(f"{what}: {error}") from error
    if sorted(subject.name for subject in subjects) != sorted(SIGNED_OVER):
        raise EvidenceError(f"{what}: its subjects are not exactly {' and '.join(SIGNED_OVER)}")
    return {subject.name: subject.digest.get("sha256", "") for subject in subjects}


class _Subject(Struct, frozen=True):
    name: str
    digest: dict[str, str]
