"""VERIFY.md: whoever has no phiward finds the same with openssl and sha256sum."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from evidence import samples
from evidence.tampering import ALTERED, files_of, no_attestation, payload_edited, unzip

from phiward.evidence import bundle
from phiward.evidence.keys import KeyKind


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Return a good bundle; its key is `signer.pub` beside it."""
    bundle.write(tmp_path / "good.zip", samples.evidence(), samples.signer(tmp_path))
    return tmp_path / "good.zip"


def guide(folder: Path, key: Path) -> subprocess.CompletedProcess[str]:
    """Run the commands of the folder's VERIFY.md."""
    script = (folder / "VERIFY.md").read_text().split("```sh\n")[1].split("```")[0]
    return subprocess.run(["sh", "-c", script, "sh", str(key)], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("kind", KeyKind)
def test_openssl_and_sha256sum_verify_a_good_bundle(tmp_path: Path, kind: KeyKind) -> None:
    """The commands of VERIFY.md work as written, without phiward."""
    path = tmp_path / "good.zip"
    bundle.write(path, samples.evidence(), samples.signer(tmp_path, kind))

    done = guide(unzip(path, files_of(path)), tmp_path / "signer.pub")

    assert done.returncode == 0, done.stderr
    assert "verified" in done.stdout


@pytest.mark.parametrize("tamper", [*ALTERED, payload_edited, no_attestation])
def test_openssl_and_sha256sum_find_tampering(good: Path, tamper: Callable[[dict[str, bytes]], None]) -> None:
    """What `phiward verify` refuses, the commands of VERIFY.md refuse too."""
    files = files_of(good)
    tamper(files)
    original = good.parent / "script"
    original.mkdir()
    script = files_of(good)["VERIFY.md"].decode().split("```sh\n")[1].split("```")[0]

    done = subprocess.run(
        ["sh", "-c", script, "sh", str(good.parent / "signer.pub")],
        cwd=unzip(good, files),
        capture_output=True,
        check=False,
    )

    assert done.returncode != 0
    assert b"verified" not in done.stdout


def test_openssl_finds_a_wrong_key(good: Path, tmp_path: Path) -> None:
    """Another key does not verify."""
    samples.signer(tmp_path, name="another")

    assert guide(unzip(good, files_of(good)), tmp_path / "another.pub").returncode != 0
