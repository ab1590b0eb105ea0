"""Verifying bundles: every way to tamper with one is found."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from evidence import samples
from evidence.tampering import ALTERED, BAD_SIGNATURE, failed, files_of, one_byte, rezip, trusted, unzip
from msgspec.structs import replace

from phiward.evidence import bundle
from phiward.evidence.keys import KeyKind
from phiward.evidence.trust import Role, trust_key
from phiward.evidence.verify import Outcome, exit_code, verify


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Return a good bundle; its key is `signer.pub` beside it."""
    bundle.write(tmp_path / "good.zip", samples.evidence(), samples.signer(tmp_path))
    return tmp_path / "good.zip"


@pytest.mark.parametrize("kind", KeyKind)
@pytest.mark.parametrize("lay", [rezip, unzip])
def test_a_good_bundle_verifies(tmp_path: Path, kind: KeyKind, lay: Callable[[Path, dict[str, bytes]], Path]) -> None:
    """Zipped or unzipped, with either kind of key."""
    path = tmp_path / "good.zip"
    bundle.write(path, samples.evidence(), samples.signer(tmp_path, kind))

    steps = verify(lay(path, files_of(path)), trusted(path))

    assert [(step.name, step.outcome) for step in steps] == [
        (name, Outcome.OK) for name in ("archive", "signature", "statement", "signer", "files", "scope")
    ]
    assert exit_code(steps) == 0


def test_the_bundle_as_written_verifies(good: Path) -> None:
    """The writer's own zip passes the strict reader."""
    assert exit_code(verify(good, trusted(good))) == 0


@pytest.mark.parametrize("lay", [rezip, unzip])
@pytest.mark.parametrize("tamper", ALTERED)
def test_altered_content_is_found(
    good: Path, tamper: Callable[[dict[str, bytes]], None], lay: Callable[[Path, dict[str, bytes]], Path]
) -> None:
    """Exit code 1, in a zip and in a folder."""
    files = files_of(good)
    tamper(files)

    assert exit_code(verify(lay(good, files), trusted(good))) == 1


@pytest.mark.parametrize("tamper", BAD_SIGNATURE)
def test_a_bad_signature_is_found(good: Path, tamper: Callable[[dict[str, bytes]], None]) -> None:
    """Exit code 2, whatever else is true of the bundle."""
    files = files_of(good)
    tamper(files)

    assert exit_code(verify(rezip(good, files), trusted(good))) == 2


def test_a_lying_keyid_decides_nothing(good: Path) -> None:
    """Every trusted key is tried; the unsigned hint is not believed."""
    files = files_of(good)
    envelope = json.loads(files["attestation.dsse.json"])
    envelope["signatures"][0]["keyid"] = "0" * 64
    files["attestation.dsse.json"] = json.dumps(envelope).encode()

    assert exit_code(verify(rezip(good, files), trusted(good))) == 0


def test_an_unknown_signer_is_told_apart_from_damage(good: Path, tmp_path: Path) -> None:
    """Without trust the bundle is intact, says so with the fingerprint, and does not verify."""
    samples.signer(tmp_path, name="another")

    steps = verify(good, trust_key(tmp_path / "another.pub"))

    fingerprint = json.loads(files_of(good)["attestation.dsse.json"])["signatures"][0]["keyid"]
    assert exit_code(steps) == 6
    assert failed(steps).startswith(f"intact, but signed by an unknown key: fingerprint {fingerprint}")


def test_altered_and_unknown_is_altered(good: Path) -> None:
    """The more serious of two failures sets the exit code."""
    files = files_of(good)
    one_byte(files)

    assert exit_code(verify(rezip(good, files), ())) == 1


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"roles": (Role.REVIEWER,)}, "not trusted in the role"),
        ({"valid_to": "2026-11-23T10:00:59Z"}, "was valid until"),
        ({"valid_from": "2026-11-24T00:00:00Z"}, "is valid from"),
        ({"revoked_at": "2027-01-01T00:00:00Z", "reason": "laptop stolen"}, "laptop stolen"),
    ],
)
def test_a_key_that_does_not_count_is_refused(good: Path, change: dict[str, object], word: str) -> None:
    """Role, time and revocation of a trusted key are judged: exit code 2."""
    entry = replace(trusted(good)[0], **change)

    steps = verify(good, (entry,))

    assert exit_code(steps) == 2
    assert word in failed(steps)


def test_a_revoked_key_is_not_saved_by_a_second_entry(good: Path) -> None:
    """A key listed twice, once as revoked, is revoked."""
    entry = trusted(good)[0]

    assert exit_code(verify(good, (entry, replace(entry, revoked_at="2027-01-01T00:00:00Z")))) == 2


def test_an_incomplete_scope_warns(tmp_path: Path) -> None:
    """A run with gaps verifies, and the gap is said."""
    bundle.write(tmp_path / "b.zip", samples.evidence(gaps=(samples.GAP,)), samples.signer(tmp_path))

    steps = verify(tmp_path / "b.zip", trust_key(tmp_path / "signer.pub"))

    assert exit_code(steps) == 0
    assert [step.detail for step in steps if step.outcome is Outcome.WARNING] == [
        "incomplete: 1 of 1 targets reached, 1 gaps in facts/gaps.jsonl"
    ]
