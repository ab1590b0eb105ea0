"""Folders that would crash, hang or fool a careless reader: one message or one gap, and nothing lost."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hostile import BAD, ENCRYPTED, GOOD, folder, phiward

from phiward.cli.main import main

SELECT = ("--select", ENCRYPTED, "--format", "json")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test its own user and current folder."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def scanned(capsys: pytest.CaptureFixture[str], *targets: str) -> tuple[int, dict[str, Any]]:
    """Return the exit code and the report of a scan for encryption."""
    code = main(["scan", *targets, *SELECT])
    return code, json.loads(capsys.readouterr().out)


def gaps(report: dict[str, Any]) -> list[tuple[str, int | None]]:
    """Return where the gaps of a report are."""
    return [(each["where"], each.get("line")) for each in report["gaps"]]


def test_a_malformed_file_is_a_gap_and_the_others_are_scanned(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 3 with file and line."""
    folder(home / "a", good=GOOD, broken='resource "aws_db_instance" "b" {\n  tags = {\n    a = [1,\n')

    code, report = scanned(capsys, "a")

    assert code == 3
    assert gaps(report) == [("a/broken.tf", 3)]
    assert not report["complete"]
    assert report["summary"]["counts"]["pass"] == 1


@pytest.mark.parametrize("name", ["empty", "loop", "many"])
def test_nothing_to_scan(home: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    """An empty folder, a folder in itself, 5,000 empty files: exit code 2."""
    (home / "empty").mkdir()
    (home / "loop").mkdir()
    (home / "loop" / "again").symlink_to(home / "loop")
    (home / "many").mkdir()
    for number in range(5000 if name == "many" else 0):
        (home / "many" / f"{number}.tf").touch()

    assert main(["scan", name]) == 2
    assert f"{name}: nothing to scan" in capsys.readouterr().err


def test_links_that_go_round(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A target that is a link to itself is no file; a folder that holds itself is read once."""
    (home / "round").symlink_to("round")
    folder(home / "a", good=GOOD)
    (home / "a" / "self").symlink_to(".")

    code, report = scanned(capsys, "a")

    assert main(["scan", "round"]) == 2
    assert code == 0
    assert report["summary"]["resources"] == 1


def test_pipes_and_devices_are_gaps(home: Path) -> None:
    """What never ends is never read."""
    folder(home / "a", good=GOOD)
    os.mkfifo(home / "a" / "pipe.tf")
    (home / "a" / "zero.tf").symlink_to("/dev/zero")

    done = phiward(home, "scan", "a", *SELECT)

    assert done.returncode == 3
    assert sorted(gaps(json.loads(done.stdout))) == [("a/pipe.tf", 1), ("a/zero.tf", 1)]


@pytest.mark.parametrize("words", [["scan", "pipe.json"], ["scan", "pipe.tf"], ["verify", "pipe.zip"]])
def test_a_pipe_as_the_target_does_not_hang(home: Path, words: list[str]) -> None:
    """It is refused."""
    os.mkfifo(home / words[1])

    done = phiward(home, *words)

    assert done.returncode in (1, 2)
    assert b"Traceback" not in done.stderr


def test_encodings(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A byte-order mark and CRLF are read as Terraform reads them; UTF-16 is a gap that says why."""
    folder(home / "a")
    (home / "a" / "mark.tf").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    (home / "a" / "wide.tf").write_text(GOOD, encoding="utf-16")

    code, report = scanned(capsys, "a")

    assert code == 3
    assert gaps(report) == [("a/wide.tf", 1)]
    assert "UTF-8" in report["gaps"][0]["reason"]
    assert report["summary"]["counts"]["pass"] == 1


def test_odd_file_names(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Quotes, spaces, shell words, escapes, newlines, bytes that are no text: all are read, none reaches a terminal."""
    names = [b"a b'\"$(x)`.tf", b"esc\x1b[31m.tf", b"new\nline.tf", b"raw\xff.tf", b"<img src=x>.tf", b"-o.tf"]
    folder(home / "a")
    for number, name in enumerate(names):
        Path(os.fsdecode(os.path.join(os.fsencode(home / "a"), name))).write_text(  # noqa: PTH118 - bytes
            BAD.replace('"a"', f'"r{number}"')
        )

    for form in ("table", "json", "sarif", "markdown"):
        assert main(["scan", "a", "--select", ENCRYPTED, "--format", form, "--all"]) == 1
        said = capsys.readouterr()
        assert "\x1b" not in said.out + said.err
        assert "<img" not in said.out or form in ("table", "json", "sarif")
    assert main(["scan", "a", *SELECT, "--bundle", "b.zip"]) == 1
    assert json.loads(capsys.readouterr().out)["summary"]["resources"] == len(names)
    assert main(["verify", "b.zip", "--deep"]) == 0


def test_a_target_whose_name_is_no_text(home: Path) -> None:
    """Scanned, recorded with an escape, verified."""
    name = b"a\xff"
    folder(Path(os.fsdecode(os.fsencode(home) + b"/" + name)), good=GOOD)

    done = phiward(home, "scan", name, *SELECT, "--bundle", "b.zip", "--quiet")

    assert done.returncode == 0, done.stderr
    assert phiward(home, "verify", "b.zip", "--deep").returncode == 0


def test_a_file_that_changes_meanwhile(home: Path) -> None:
    """Whatever of it is read, the run ends well."""
    folder(home / "a", good=GOOD)
    writing = f"while :; do printf '%s' '{GOOD}' > a/x.tf; : > a/x.tf; rm a/x.tf; done"

    with subprocess.Popen(["/bin/sh", "-c", writing], cwd=home, stderr=subprocess.DEVNULL) as writer:
        done = [phiward(home, "scan", "a", *SELECT) for _ in range(3)]
        writer.terminate()

    assert all(each.returncode in (0, 3) for each in done), [each.stderr for each in done]


@pytest.mark.parametrize(
    ("closed", "code", "told"),
    [
        ("a", 2, b"a: cannot be read: permission denied"),
        ("a/below", 3, b"a/below"),
        ("a/below/secret.tf", 3, b"a/below/secret.tf"),
    ],
)
def test_without_the_right_to_read(home: Path, closed: str, code: int, told: bytes) -> None:
    """The whole folder is an error, a part of it is a gap."""
    folder(home / "a", good=GOOD)
    folder(home / "a" / "below", secret=BAD)
    (home / closed).chmod(0)

    done = phiward(home, "scan", "a", "--select", ENCRYPTED, preexec_fn=without_root_s_rights)
    (home / closed).chmod(0o700)

    assert done.returncode == code, done.stderr
    assert told in done.stdout + done.stderr


def without_root_s_rights() -> None:
    """Give up what lets root read everything (prctl(2), capabilities(7)); for everybody else this changes nothing."""
    import ctypes

    drop, override, search = 24, 1, 2  # PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    prctl = ctypes.CDLL(None).prctl
    prctl(drop, override, 0, 0, 0)
    prctl(drop, search, 0, 0, 0)
