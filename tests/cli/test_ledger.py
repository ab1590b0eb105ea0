"""`--ledger`, `phiward ledger` and `phiward verify --ledger`."""

import json
import zipfile
from pathlib import Path

import pytest

from phiward.cli.main import main

CODE = 'resource "aws_ebs_volume" "a" {\n  availability_zone = "us-east-1a"\n  size = 1\n  encrypted = true\n}\n'


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep keys and caches of the test's own."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))


@pytest.fixture
def infra(tmp_path: Path) -> Path:
    """Return a folder to scan."""
    folder = tmp_path / "infra"
    folder.mkdir()
    (folder / "main.tf").write_text(CODE)
    return folder


def entries(path: Path) -> list[dict[str, object]]:
    """Read a ledger."""
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def test_a_run_and_its_evidence(infra: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Both ways: the ledger names the bundle, the bundle carries the ledger's end and the bundle before."""
    record, bundle, second = tmp_path / "ledger.jsonl", tmp_path / "a.zip", tmp_path / "b.zip"
    for made in (bundle, second):
        assert main(["scan", str(infra), "--ledger", str(record), "--bundle", str(made), "-q"]) == 3

    events = entries(record)
    assert [event["event"] for event in events] == ["begun", "ended"] * 2
    assert [event.get("exit_code") for event in events] == [None, 3] * 2
    with zipfile.ZipFile(second) as archive:
        tail = archive.read("run/ledger-tail.jsonl").splitlines()
        assert tail == record.read_bytes().splitlines()[:3]
    capsys.readouterr()
    assert main(["verify", str(bundle), "--ledger", str(record)]) == 0
    assert main(["verify", str(second), "--ledger", str(record), "--deep"]) == 0
    assert "entry 4 of" in capsys.readouterr().out
    assert main(["ledger", "list", str(record)]) == 0
    assert str(events[1]["bundle"]["id"]) in capsys.readouterr().out  # type: ignore[index]


def test_evidence_that_the_ledger_does_not_know(
    infra: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another ledger, one that was cut short after the bundle was made, and none that began it."""
    record, other, bundle, bare = (tmp_path / name for name in ("ledger.jsonl", "other.jsonl", "a.zip", "bare.zip"))
    main(["scan", str(infra), "--ledger", str(record), "--bundle", str(bundle), "-q"])
    main(["scan", str(infra), "--ledger", str(other), "-q"])
    main(["scan", str(infra), "--bundle", str(bare), "-q"])
    capsys.readouterr()

    assert main(["verify", str(bundle), "--ledger", str(other)]) == 4
    assert main(["verify", str(bare), "--ledger", str(record)]) == 4
    assert main(["verify", str(bare)]) == 0
    record.write_bytes(record.read_bytes().splitlines(keepends=True)[0])
    capsys.readouterr()
    assert main(["verify", str(bundle), "--ledger", str(record)]) == 4
    assert "no run that is recorded there wrote this bundle" in capsys.readouterr().out


def test_a_run_that_fails_is_recorded(tmp_path: Path, infra: Path) -> None:
    """With what ended it."""
    record = tmp_path / "ledger.jsonl"

    assert main(["scan", str(tmp_path / "missing"), "--ledger", str(record)]) == 2
    assert main(["scan", str(infra), "--ledger", str(record), "-q", "--select", "encryption-key-rotates"]) == 2

    assert [event.get("error") for event in entries(record)] == [None, "UsageError"] * 2


def test_what_cannot_be_recorded_is_not_run(infra: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is reported, nothing written."""
    (tmp_path / "file").write_text("")
    bundle = tmp_path / "a.zip"

    code = main(["scan", str(infra), "--ledger", str(tmp_path / "file" / "ledger.jsonl"), "--bundle", str(bundle)])

    assert code == 2
    assert not bundle.exists()
    assert "ledger cannot be written" in capsys.readouterr().err


def test_verify_and_head(infra: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A head that was kept elsewhere is looked up; what is not one is a usage error."""
    record = tmp_path / "ledger.jsonl"
    main(["scan", str(infra), "--ledger", str(record), "-q"])
    capsys.readouterr()
    main(["ledger", "head", str(record)])
    head = capsys.readouterr().out.strip()

    assert main(["ledger", "verify", str(record), "--head", head]) == 0
    assert "1 head kept elsewhere" in capsys.readouterr().out
    assert main(["ledger", "verify", str(record)]) == 0
    assert "no --head was given" in capsys.readouterr().out
    assert main(["ledger", "verify", str(record), "--head", "0" * 63 + "1"]) == 4
    record.write_bytes(record.read_bytes().replace(b"begun", b"begin"))
    assert main(["ledger", "verify", str(record)]) == 4
    with pytest.raises(SystemExit, match="2"):
        main(["ledger", "verify", str(record), "--head", "short"])
    assert "64 hexadecimal digits" in capsys.readouterr().err
