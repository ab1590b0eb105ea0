"""The management review: a person's signature over the same bytes, which changes none of them."""

import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest
from evidence import samples
from evidence.tampering import files_of, unzip

from phiward.errors import EvidenceError
from phiward.evidence import bundle, canonical, dsse, review, trust
from phiward.evidence.keys import KeyKind, Signer, keygen, load_signer
from phiward.evidence.review import Decision, Review
from phiward.evidence.statement import SignedBy
from phiward.evidence.trust import Role, TrustedKey
from phiward.evidence.verify import Outcome, VerifyStep, exit_code, signed_statement, verify

AT = "2026-11-24T09:00:00Z"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Return a good bundle; its key is `signer.pub` beside it."""
    bundle.write(tmp_path / "good.zip", samples.evidence(), samples.signer(tmp_path))
    return tmp_path / "good.zip"


def reviewer(folder: Path, kind: KeyKind = KeyKind.ED25519) -> Signer:
    """Return a reviewer's key; its public part is `reviewer.pub`."""
    return load_signer(keygen(folder / "reviewer.key", kind).private)


def trusted(folder: Path, **reviewing: Any) -> tuple[TrustedKey, ...]:
    """Trust the collector's key, and the reviewer's in its role."""
    public = (folder / "reviewer.pub").read_text()
    entry = TrustedKey(name="reviewers", public=public, **{"roles": (Role.REVIEWER,), **reviewing})
    return (*trust.trust_key(folder / "signer.pub"), entry)


def made(path: Path, signer: Signer, **changed: Any) -> bytes:
    """Sign a review of a bundle."""
    stated, _ = signed_statement(path)
    values = {
        "bundle_id": stated.predicate.bundle_id,
        "reviewer": "A. Reviewer",
        "role": "security official",
        "decision": Decision.ACCEPTED,
        "at": AT,
        "signer": SignedBy(kind=signer.source, keyid=signer.public.id),
        **changed,
    }
    return review.sign(stated.digests, Review(**values), signer)


def added(path: Path, envelope: bytes) -> str:
    """Put a review into a bundle."""
    return review.add(path, signed_statement(path)[1], envelope)


def reviews(steps: list[VerifyStep]) -> list[VerifyStep]:
    """Return what was found of reviews."""
    return [step for step in steps if step.name == "review"]


@pytest.mark.parametrize("unpacked", [False, True])
def test_a_review_counts_and_changes_nothing(good: Path, tmp_path: Path, *, unpacked: bool) -> None:
    """In the zip and in a folder; the collector's signature is what it was."""
    before = files_of(good)
    path = unzip(good, before) if unpacked else good
    signer = reviewer(tmp_path)

    assert added(path, made(path, signer)) == "review.dsse.json"
    assert added(path, made(path, signer, decision=Decision.REJECTED, remarks="two gaps")) == "review-2.dsse.json"

    steps = verify(path, trusted(tmp_path))
    assert exit_code(steps) == 0
    assert [(step.outcome, step.detail.partition(" by ")[0]) for step in reviews(steps)] == [
        (Outcome.OK, "rejected"),
        (Outcome.OK, "accepted"),
    ]
    if not unpacked:
        assert {name: content for name, content in files_of(good).items() if "review" not in name} == before


def test_who_is_not_trusted_as_a_reviewer_reviews_nothing(good: Path, tmp_path: Path) -> None:
    """An unknown key, the collector's role, a key that was revoked or is out of its time."""
    signer = reviewer(tmp_path)
    added(good, made(good, signer))

    steps = verify(good, trust.trust_key(tmp_path / "signer.pub"))
    assert (exit_code(steps), [step.outcome for step in reviews(steps)]) == (0, [Outcome.WARNING])
    assert exit_code(verify(good, trusted(tmp_path, roles=(Role.COLLECTOR,)))) == 2
    assert exit_code(verify(good, trusted(tmp_path, revoked_at="2026-12-01T00:00:00Z"))) == 2
    assert exit_code(verify(good, trusted(tmp_path, valid_to="2026-11-01T00:00:00Z"))) == 2


def test_a_review_of_another_bundle_is_none(good: Path, tmp_path: Path) -> None:
    """Also where it names this one."""
    signer = reviewer(tmp_path)
    other = tmp_path / "other.zip"
    bundle.write(other, samples.evidence(9), load_signer(tmp_path / "signer.key"))
    stated, _ = signed_statement(good)

    for envelope in (made(other, signer), made(other, signer, bundle_id=stated.predicate.bundle_id)):
        path = tmp_path / "copy.zip"
        path.write_bytes(good.read_bytes())
        added(path, envelope)
        assert exit_code(verify(path, trusted(tmp_path))) == 1
    added(good, made(good, signer, bundle_id="0" * 32))
    assert exit_code(verify(good, trusted(tmp_path))) == 1


def test_a_review_that_was_edited_is_found(good: Path, tmp_path: Path) -> None:
    """Its signature does not belong to it any more."""
    signer = reviewer(tmp_path)
    envelope = canonical.parse(made(good, signer, decision=Decision.REJECTED, remarks="no"), "envelope")
    import base64

    payload = base64.b64decode(envelope["payload"]).replace(b'"rejected"', b'"accepted"')
    envelope["payload"] = base64.b64encode(payload).decode()
    added(good, canonical.encode(envelope))

    steps = verify(good, trusted(tmp_path))
    assert reviews(steps)[0].outcome is Outcome.WARNING
    assert "accepted" not in reviews(steps)[0].detail


@pytest.mark.parametrize(
    "name", ["review-1.dsse.json", "review-100.dsse.json", "Review.dsse.json", "reviews.dsse.json"]
)
def test_only_reviews_may_stand_beside(good: Path, tmp_path: Path, name: str) -> None:
    """Anything of nearly that name was added to the bundle."""
    with zipfile.ZipFile(good, "a") as archive:
        archive.writestr(name, b"{}")

    assert exit_code(verify(good, trust.trust_key(tmp_path / "signer.pub"))) == 1


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"reviewer": " "}, "name and the office"),
        ({"decision": Decision.REJECTED}, "needs remarks"),
        ({"period_from": "2026-02-30"}, "is not a day"),
        ({"period_from": "20260201"}, "is not a day"),
        ({"period_from": "2026-07-02", "period_to": "2026-07-01"}, "before it begins"),
        ({"remarks": "x" * 5000}, "longer than"),
        ({"remarks": "-----BEGIN RSA PRIVATE KEY-----"}, "cannot be called back"),
    ],
)
def test_what_is_not_signed(good: Path, tmp_path: Path, changed: dict[str, Any], told: str) -> None:
    """A review says who, what, and why."""
    with pytest.raises(EvidenceError, match=told):
        made(good, reviewer(tmp_path), **changed)


@pytest.mark.parametrize("kind", KeyKind)
def test_openssl_checks_a_review(good: Path, tmp_path: Path, kind: KeyKind) -> None:
    """With the commands of VERIFY.md, as written there."""
    added(good, made(good, reviewer(tmp_path, kind)))
    folder = unzip(good, files_of(good))
    script = (folder / "VERIFY.md").read_text().split("```sh\n")[1].split("```")[0]

    def checked(key: str, *envelope: str) -> int:
        command = ["sh", "-c", script, "sh", str(tmp_path / key), *envelope]
        return subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode

    assert checked("signer.pub") == 0
    assert checked("reviewer.pub", "review.dsse.json") == 0
    assert checked("signer.pub", "review.dsse.json") != 0
    assert checked("reviewer.pub") != 0


def test_an_envelope_of_another_kind_is_no_review(good: Path, tmp_path: Path) -> None:
    """The collector's own statement, for instance."""
    signer = reviewer(tmp_path)
    payload = dsse.open_envelope(files_of(good)["attestation.dsse.json"], ()).payload
    added(good, dsse.sign(payload, signer))

    assert exit_code(verify(good, trusted(tmp_path))) == 1


def test_no_more_reviews_than_names(tmp_path: Path) -> None:
    """The hundredth is refused in words, and nothing is written."""
    names = ["review.dsse.json", *(f"review-{number}.dsse.json" for number in range(2, 100))]
    assert review.add(tmp_path, names[:-1], b"{}") == names[-1]
    with pytest.raises(EvidenceError, match="holds 99 reviews, and no more fit in"):
        review.add(tmp_path, names, b"{}")
    assert [each.name for each in tmp_path.iterdir()] == [names[-1]]
