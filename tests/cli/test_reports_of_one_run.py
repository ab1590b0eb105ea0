"""`--report FORMAT=FILE`: a pipeline reads once, and has every format it needs."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from hostile import BAD, ENCRYPTED, GOOD, folder, phiward

from phiward.cli.arguments import FORMATS
from phiward.cli.main import main

SELECT = ("--select", ENCRYPTED, "--quiet")
BROKEN = '\n\n\nresource "aws_db_instance" "x" {\n'


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with bad code."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.chdir(tmp_path)
    folder(tmp_path / "bad", bad=BAD)
    return tmp_path


def test_all_formats_at_once(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The table is printed all the same, and the exit code is the gate's."""
    words = [word for form in FORMATS for word in ("--report", f"{form}=out.{form}")]

    assert main(["scan", "bad", *SELECT, *words]) == 1

    said = capsys.readouterr().out
    assert said.startswith("severity")
    text = {form: (home / f"out.{form}").read_text() for form in FORMATS}
    assert text["table"] == said
    assert json.loads(text["json"])["findings"][0]["verdict"] == "fail"
    assert json.loads(text["sarif"])["runs"][0]["results"][0]["kind"] == "fail"
    assert json.loads(text["gitlab"])[0]["severity"] == "critical"
    assert ET.fromstring(text["junit"]).findall(".//failure")
    assert text["github"].startswith("::error file=bad/bad.tf,line=4")
    assert text["markdown"].startswith("## phiward: 1 failed")


def test_the_same_as_a_run_of_its_own(home: Path) -> None:
    """Byte for byte."""
    now = ("--now", "2026-12-01T00:00:00Z")
    for form in FORMATS:
        main(["scan", "bad", *SELECT, *now, "--format", form, "-o", "alone"])
        main(["scan", "bad", *SELECT, *now, "-o", "/dev/null", "--report", f"{form}=more"])
        assert (home / "alone").read_bytes() == (home / "more").read_bytes()


def test_the_evidence_is_the_same(home: Path) -> None:
    """Where reports went is no part of it."""
    words = ["scan", "bad", *SELECT, "--now", "2026-12-01T00:00:00Z"]
    main([*words, "--bundle", "a.zip"])
    main([*words, "--bundle", "b.zip", "--report", "junit=x", "--report=sarif=y"])

    assert (home / "a.zip").read_bytes() == (home / "b.zip").read_bytes()


def test_an_inventory_too(home: Path) -> None:
    """What `evaluate` judges."""
    main(["collect", "bad", "-o", "i.jsonl", "--quiet"])

    assert main(["evaluate", "i.jsonl", *SELECT, "--report", "junit=x.xml"]) == 1
    assert (home / "x.xml").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--report", "junit"], "is not FORMAT=FILE"),
        (["--report", "junit="], "is not FORMAT=FILE"),
        (["--report", "pdf=x"], f"with one of the formats {', '.join(FORMATS)}"),
        (["--report", "json=x", "--report", "sarif=./x"], "--report ./x: cannot be written: is what --report writes"),
        (["--report", "json=x", "-o", "x"], "--report x: cannot be written: is what --output writes"),
        (["--report", "json=none/x"], "--report none/x: cannot be written: No such file or directory"),
    ],
)
def test_what_cannot_be_written(capsys: pytest.CaptureFixture[str], words: list[str], told: str) -> None:
    """It is told before anything is read."""
    try:
        code = main(["scan", "aws", "bad", *SELECT, *words])
    except SystemExit as error:
        code = int(str(error.code))

    assert code == 2
    assert told in capsys.readouterr().err


def test_a_full_disk(home: Path) -> None:
    """Is told, and is no verdict."""
    done = phiward(home, "scan", "bad", *SELECT, "--report", "json=/dev/full")

    assert (done.returncode, done.stderr.decode()) == (
        2,
        "phiward: --report /dev/full: cannot be written: No space left on device\n",
    )


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_that_cannot_be_parsed(home: Path, form: str) -> None:
    """Its own exit code, and its line in every report: what could not be read is not good."""
    folder(home / "half", good=GOOD, broken=BROKEN)

    assert main(["scan", "half", *SELECT, "--format", form, "-o", "out"]) == 3

    text = (home / "out").read_text().replace("\\", "")
    assert "half/broken.tf" in text
    assert any(
        place in text
        for place in ("broken.tf:4", "broken.tf&#58;4", "line=4", '"line":4', '"begin":4', '"startLine": 4')
    ), text


@pytest.mark.parametrize(("unknown", "code"), [("fail", 3), ("warn", 0), ("pass", 0)])
def test_what_the_gate_does_with_what_it_cannot_see(home: Path, unknown: str, code: int) -> None:
    """An unknown, and a file that cannot be parsed; fails stay fails."""
    folder(home / "unseen", a=GOOD.replace("true", "var.on") + 'variable "on" {}\n')
    folder(home / "half", good=GOOD, broken=BROKEN)

    assert main(["scan", "unseen", *SELECT, "--unknown", unknown]) == code
    assert main(["scan", "half", *SELECT, "--unknown", unknown]) == code
    assert main(["scan", "half", "bad", *SELECT, "--unknown", unknown]) == 1
