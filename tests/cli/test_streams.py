"""What becomes of output that nobody takes, that does not fit, or that a terminal cannot show."""

import os
import subprocess
from pathlib import Path

import pytest
from hostile import BAD, ENCRYPTED, GOOD, command, environment, folder, on_a_small_disk, phiward

from phiward.cli.main import main


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return a folder with a failing database in `bad`, a good one in `good`."""
    folder(tmp_path / "bad", main=BAD)
    folder(tmp_path / "good", main=GOOD)
    return tmp_path


@pytest.mark.parametrize("form", ["table", "json", "sarif", "markdown"])
def test_a_reader_who_leaves_changes_no_verdict(home: Path, form: str) -> None:
    """`phiward scan … | head -1` under pipefail still says that the gate is not met."""
    reading, writing = os.pipe()
    os.close(reading)

    done = subprocess.run(
        command("scan", "bad", "--format", form),
        cwd=home,
        env=environment(home),
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)

    assert (done.returncode, done.stderr) == (1, b"")


def test_output_that_is_closed(home: Path) -> None:
    """The report would be lost: say where to put it. What is not needed is not missed."""
    run = subprocess.list2cmdline([str(word) for word in command("scan", "good", "--select", ENCRYPTED)])

    def closed(which: str) -> "subprocess.CompletedProcess[bytes]":
        shell = ["/bin/sh", "-c", f"{run} {which}"]
        return subprocess.run(shell, cwd=home, env=environment(home), capture_output=True, timeout=60, check=False)

    assert (closed(">&-").returncode, closed(">&-").stderr) == (
        2,
        b"phiward: standard output is closed: name a file for the report with --output\n",
    )
    assert closed("2>&-").returncode == 0
    assert closed("<&-").returncode == 0


def test_output_onto_a_full_disk(home: Path) -> None:
    """One message, and no claim that the gate is met."""
    with Path("/dev/full").open("wb") as full:
        done = phiward(home, "scan", "good", "--format", "json", capture_output=False, stdout=full, stderr=-1)

    assert done.returncode == 2
    assert done.stderr.endswith(b"No space left on device\n")
    assert b"Traceback" not in done.stderr


@pytest.mark.parametrize("option", ["--bundle", "--inventory", "--output"])
def test_files_that_do_not_fit(home: Path, option: str) -> None:
    """A limit on file sizes is met as a full disk is: one message, what stood there stays, no rest is left."""
    (home / "out").write_bytes(b"before")
    plenty = "".join(GOOD.replace('"a"', f'"r{number}"') for number in range(200))
    folder(home / "plenty", main=plenty)

    done = phiward(
        home,
        *("scan", "plenty", "--format", "json", option, "out"),
        **on_a_small_disk(home, 20_000),
    )

    assert done.returncode == 2, done.stderr
    assert b"Traceback" not in done.stderr
    assert (home / "out").read_bytes() == b"before"
    assert [each.name for each in home.iterdir() if each.name.startswith(".out")] == []


def test_a_terminal_that_knows_ascii_only(home: Path) -> None:
    """Other characters are shown as escapes in the table; JSON and SARIF are UTF-8 everywhere."""
    folder(home / "odd", main=BAD.replace("postgres", "postgres").replace('"a" {', '"a" {\n  identifier = "käse…"'))
    ascii_only = environment(home, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")

    table = phiward(home, "scan", "odd", "--select", ENCRYPTED, env=ascii_only)
    report = phiward(home, "scan", "odd", "--select", ENCRYPTED, "--format", "json", env=ascii_only)

    assert (table.returncode, report.returncode) == (1, 1), table.stderr
    table.stdout.decode("ascii")
    report.stdout.decode("utf-8")


def test_no_home(home: Path) -> None:
    """A bundle still gets a key: of the user's own folder in the password file, or the message says what to do."""
    nowhere = environment(home)
    del nowhere["HOME"]

    plain = phiward(home, "scan", "good", "--select", ENCRYPTED, env=nowhere)
    refused = phiward(
        home, "scan", "good", "--select", ENCRYPTED, "--bundle", "b.zip", env=environment(Path("/proc/nothing"))
    )

    assert plain.returncode == 0
    assert refused.returncode == 2
    assert b"name it with --key" in refused.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["scan", ""],
        ["scan", "good", "--bundle", ""],
        ["scan", "good", "--output", ""],
        ["scan", "good", "--inventory", ""],
        ["scan", "good", "--select", ","],
        ["scan", "good", "--regions", ""],
        ["scan", "good", "--unknown", "maybe"],
    ],
)
def test_empty_words_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A shell variable that is not set must not turn into "the current folder" or "no evidence"."""
    with pytest.raises(SystemExit) as ended:
        main(arguments)

    assert ended.value.code == 2
    assert "error: argument" in capsys.readouterr().err
