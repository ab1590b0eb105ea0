"""`phiward review`, and keys that take a passphrase."""

from pathlib import Path

import pytest

from phiward.cli.main import main
from phiward.cli.signing import VARIABLE

CODE = 'resource "aws_ebs_volume" "a" {\n  availability_zone = "us-east-1a"\n  size = 1\n}\n'


@pytest.fixture
def evidence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Scan a folder with the user's own key, and make a reviewer's, that a trust file names."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    (tmp_path / "main.tf").write_text(CODE)
    bundle = tmp_path / "evidence.zip"
    main(["scan", str(tmp_path / "main.tf"), "--bundle", str(bundle), "-q"])
    return bundle


SAYING = ["--reviewer", "A. Reviewer", "--office", "security official", "--decision", "accepted"]


def test_a_review(evidence: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is signed is shown; the key is a protected one."""
    import json

    key = tmp_path / "reviewer.key"
    monkey = pytest.MonkeyPatch()
    monkey.setenv(VARIABLE, "a passphrase")
    try:
        assert main(["keygen", str(key), "--protect"]) == 0
        capsys.readouterr()
        assert main(["review", str(evidence), "--sign", str(key), *SAYING, "--from", "2026-07-01"]) == 0
        told = capsys.readouterr().out
        monkey.setenv(VARIABLE, "another")
        assert main(["review", str(evidence), "--sign", str(key), *SAYING]) == 2
        monkey.delenv(VARIABLE)
        assert main(["review", str(evidence), "--sign", str(key), *SAYING]) == 2
        assert VARIABLE in capsys.readouterr().err
    finally:
        monkey.undo()
    assert "findings: " in told
    assert "1 resources of" in told
    trust = tmp_path / "XDG_CONFIG_HOME" / "phiward" / "trust.json"
    entry = {"name": "reviewers", "public": (tmp_path / "reviewer.pub").read_text(), "roles": ["reviewer"]}
    assert main(["verify", str(evidence)]) == 0
    assert "counts for nothing" in capsys.readouterr().out
    trust.write_text(json.dumps({"schema": "phiward/trust/v1", "keys": [entry]}))
    assert main(["verify", str(evidence), "--deep"]) == 0
    assert "accepted by A. Reviewer, security official" in capsys.readouterr().out
    assert main(["report", str(evidence)]) in {0, 1, 3}


def test_nobody_reviews_their_own_evidence(evidence: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The key that collected is not a reviewer's."""
    own = tmp_path / "XDG_CONFIG_HOME" / "phiward" / "signing.key"

    assert main(["review", str(evidence), "--sign", str(own), *SAYING]) == 2
    assert "a reviewer's own" in capsys.readouterr().err


def test_what_does_not_verify_is_not_signed(evidence: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The bundle stays as it is."""
    main(["keygen", str(tmp_path / "reviewer.key")])
    changed = bytearray(evidence.read_bytes())
    changed[len(changed) // 2] ^= 1
    evidence.write_bytes(bytes(changed))

    assert main(["review", str(evidence), "--sign", str(tmp_path / "reviewer.key"), *SAYING]) == 1
    assert "nothing was signed" in capsys.readouterr().out
    assert evidence.read_bytes() == bytes(changed)
