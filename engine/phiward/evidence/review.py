"""The management review: a person's signature over a bundle, besides the machine's.

The Security Rule's evidence is asked for as *reviewed and certified by appropriate management*. A review is an in-toto
statement of its own, over the same two digests as the run's, so that it covers every byte of the bundle and changes
none: it stands beside the manifest as `review.dsse.json`, later ones as `review-2.dsse.json` and so on.
"""

import re
import shutil
import zipfile
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from phiward.errors import EvidenceError
from phiward.evidence import canonical, dsse, manifest
from phiward.evidence.archive import plain_info
from phiward.evidence.keys import Signer
from phiward.evidence.leaks import leak
from phiward.evidence.statement import STATEMENT, SignedBy, digests_of
from phiward.evidence.trust import Role, TrustedKey
from phiward.inventory.whole import whole

PREDICATE = "https://github.com/phiward/phiward/attestation/evidence-review/v1"
LONGEST = 4000
"""Characters that remarks may have."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class Decision(StrEnum):
    """What the reviewer says of the evidence."""

    ACCEPTED = "accepted"
    WITH_REMARKS = "accepted-with-remarks"
    REJECTED = "rejected"


class Review(Struct, frozen=True, kw_only=True, rename="camel", forbid_unknown_fields=True):
    """What a reviewer signs."""

    bundle_id: str
    reviewer: str
    """Who, as the organization's records call them."""
    role: str
    """In which office: `security official`."""
    decision: Decision
    period_from: str | None = None
    """The first day, `YYYY-MM-DD`, that the review is about."""
    period_to: str | None = None
    remarks: str | None = None
    at: str
    """When it was signed, `YYYY-MM-DDTHH:MM:SSZ`, by the signer's clock."""
    signer: SignedBy


class Signed(Struct, frozen=True, kw_only=True):
    """A review of a bundle, and what is to be thought of its signature."""

    name: str
    """The file."""
    review: Review | None
    """None: no known reviewer's key made the signature, so that nothing it says counts."""
    by: str = ""
    """What the trust calls the key."""
    objection: str | None = None
    """Why the signature does not count, where it does not."""


def sign(digests: dict[str, str], review: Review, signer: Signer) -> bytes:
    """Return the signed envelope over a bundle's digests (`manifest.json` and `SHA256SUMS` to SHA-256)."""
    for day in (review.period_from, review.period_to):
        _check_day(day)
    if review.period_from and review.period_to and review.period_from > review.period_to:
        raise EvidenceError(f"the period ends on {review.period_to}, before it begins on {review.period_from}")
    if not review.reviewer.strip() or not review.role.strip():
        raise EvidenceError("a review needs the name and the office of the person who makes it")
    if review.decision is not Decision.ACCEPTED and not (review.remarks or "").strip():
        raise EvidenceError(f"a review that says {review.decision.value!r} needs remarks that say why")
    if len(review.remarks or "") > LONGEST:
        raise EvidenceError(f"the remarks are longer than {LONGEST} characters: keep the report elsewhere and name it")
    document: dict[str, Any] = {
        "_type": STATEMENT,
        "predicate": msgspec.to_builtins(review),
        "predicateType": PREDICATE,
        "subject": [{"digest": {"sha256": digests[name]}, "name": name} for name in manifest.SIGNED_OVER],
    }
    payload = canonical.encode(document)
    if found := leak(payload):
        raise EvidenceError(f"the review holds what looks like {found}: what is signed cannot be called back")
    return dsse.sign(payload, signer)


def add(bundle: Path, names: Sequence[str], envelope: bytes) -> str:
    """Put a review into a bundle that holds some files already, whole or not at all; return its name there."""
    name = next((each for each in _names() if each not in names), None)
    if name is None:
        raise EvidenceError(f"{bundle}: it holds {len(_names())} reviews, and no more fit in")
    try:
        if bundle.is_dir():
            with whole(bundle / name) as file:
                file.write(envelope)
            return name
        with whole(bundle, "w+b") as copy:
            with bundle.open("rb") as original:
                shutil.copyfileobj(original, copy)
            with zipfile.ZipFile(copy, "a") as archive:
                archive.writestr(plain_info(name, zipfile.ZIP_STORED), envelope)
    except OSError as error:
        raise EvidenceError(f"{bundle}: the review cannot be added: {error.strerror}") from error
    return name


def opened(name: str, raw: bytes, digests: dict[str, str], bundle_id: str, trusted: Sequence[TrustedKey]) -> Signed:
    """Read a review strictly, and say whose it is. Raises `EvidenceError` for one that is not of this bundle."""
    found = dsse.open_envelope(raw, [entry.key() for entry in trusted])
    document = canonical.parse(found.payload, name)
    said = (document.get("_type"), document.get("predicateType")) if isinstance(document, dict) else ()
    if said != (STATEMENT, PREDICATE):
        raise EvidenceError(f"{name}: not a review of evidence")
    try:
        review = msgspec.convert(document.get("predicate"), Review)
    except msgspec.ValidationError as error:
        raise EvidenceError(f"{name}: {error}") from error
    if digests_of(document, name) != {each: digests[each] for each in manifest.SIGNED_OVER}:
        raise EvidenceError(f"{name}: a review of another bundle, or of this one before it was changed")
    if review.bundle_id != bundle_id:
        raise EvidenceError(f"{name}: it names another bundle, {review.bundle_id[:40]}")
    if found.key is None:
        return Signed(name=name, review=None, objection="signed by a key that is not trusted here")
    entries = [entry for entry in trusted if entry.key().id == found.key.id]
    objections = [entry.objection(Role.REVIEWER, review.at) for entry in entries]
    if None not in objections or any(entry.revoked_at for entry in entries):
        return Signed(name=name, review=review, objection="; ".join(each for each in objections if each))
    return Signed(name=name, review=review, by=entries[objections.index(None)].name)


def _names() -> Sequence[str]:
    return [manifest.REVIEW, *(manifest.REVIEW.replace(".", f"-{number}.", 1) for number in range(2, 100))]


def _check_day(day: str | None) -> None:
    from datetime import date

    try:
        good = day is None or (_DAY.fullmatch(day) is not None and bool(date.fromisoformat(day)))
    except ValueError:  # 31 November
        good = False
    if not good:
        raise EvidenceError(f"{day!r} is not a day like 2026-07-01")
