"""`phiward waivers check` reads waiver files as a scan would, and says what is wrong with them."""

from pathlib import Path

import pytest
from hostile import BAD, ENCRYPTED, folder

from phiward.cli.main import main

NOW = ("--now", "2026-12-01T00:00:00Z")
WAIVER = """\
waivers:
  - id: w-1
    controls: [data-store-encrypted-at-rest]
    resources: [aws_db_instance.a]
    reason: It holds nothing.
    why_not_reasonable: It is rebuilt every night.
    alternative:
      measure: It is empty.
      evidence: the nightly job
    risk: low
    requested_by: engineer
    approved_by: security official
    approved_at: "2026-11-02"
    expires_at: "2027-10-31"
"""
CONTROL = """\
id: databases-named
title: Databases are backed up
domain: backup
severity: high
applies_to:
  aspect: backup
assert:
  backup.enabled: true
citations:
  hipaa:
    "164.308(a)(7)(ii)(A)": "It asks for copies."
rationale: What was not copied is gone.
remediation:
  text: Turn it on.
aliases: [databases-called]
"""
POLICY = """\
id: mine
title: Rules of the house
version: "1"
source: the house
controls:
  include: [databases-named]
requirements:
  - {id: "1", title: One, level: required, asks: Something.}
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a failing database in `a`, own controls in `own`, a policy of its own."""
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.chdir(tmp_path)
    folder(tmp_path / "a", bad=BAD)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "databases-named.yaml").write_text(CONTROL)
    (tmp_path / "mine.yaml").write_text(POLICY)
    return tmp_path


def waive(text: str, name: str = "w.yaml") -> None:
    """Put a waiver file beside the code."""
    Path("a", "waivers").mkdir(exist_ok=True)
    Path("a", "waivers", name).write_text(text)


def checked(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Return the exit code and what was printed."""
    code = main(["waivers", "check", *words, *NOW])
    said = capsys.readouterr()
    return code, said.out + said.err


def test_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    """0, and a table."""
    waive(WAIVER)

    code, said = checked(capsys, "a")

    assert code == 0
    assert "w-1       in force" in said
    assert said.endswith("1 files, 1 waivers, 0 not in force\n")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("2027-10-31", "2026-11-30", "a/waivers/w.yaml:2: expires_at: w-1: lapsed on 2026-11-30"),
        ("2026-11-02", "2026-12-02", "a/waivers/w.yaml:2: approved_at: w-1: counts from 2026-12-02 only"),
        (
            "encrypted-at",
            "encryptd-at",
            "a/waivers/w.yaml:3:16: waivers[0].controls[0]: there is no control 'data-store-encryptd-at-rest' (did you",
        ),
        (
            "encrypted-at",
            "encryptd-at",
            "(did you mean 'data-store-encrypted-at-rest'?)",
        ),
        (
            "instance.a]",
            "instance.a, 'aws_*.b']",
            "a/waivers/w.yaml:4:36: waivers[0].resources[1]: 'aws_*.b' is a pattern",
        ),
        ("reason:", "reson:", "(did you mean 'reason'?)"),
    ],
)
def test_what_is_wrong(capsys: pytest.CaptureFixture[str], old: str, new: str, told: str) -> None:
    """1, with file, line and what was probably meant."""
    waive(WAIVER.replace(old, new))

    code, said = checked(capsys, "a")

    assert code == 1
    assert told in said


@pytest.mark.parametrize(
    ("now", "state"),
    [
        ("2026-11-01T23:59:59Z", "not yet"),
        ("2026-11-02T00:00:00Z", "in force"),
        ("2027-10-31T23:59:59Z", "in force"),
        ("2027-11-01T00:00:00Z", "lapsed"),
    ],
)
def test_the_days_are_whole(capsys: pytest.CaptureFixture[str], now: str, state: str) -> None:
    """The first and the last day count."""
    waive(WAIVER)

    code = main(["waivers", "check", "a", "--now", now])

    assert (code, state in capsys.readouterr().out) == (0 if state == "in force" else 1, True)


def test_problems_of_all_files_are_told_together(capsys: pytest.CaptureFixture[str]) -> None:
    """Also an id that two files use."""
    waive(WAIVER)
    waive(WAIVER, "x.yaml")
    waive(WAIVER.replace("w-1", "w-2").replace("encrypted-at", "encryptd-at"), "y.yaml")
    waive("waivers: [\n", "z.yaml")

    code, said = checked(capsys, "a")

    assert code == 1
    assert "a/waivers/x.yaml:2: id: 'w-1' is already the id of a waiver in a/waivers/w.yaml:2" in said
    assert "a/waivers/y.yaml:3:16: " in said
    assert "a/waivers/z.yaml:2:1: is not YAML" in said
    assert said.endswith("4 files, 3 problems\n")


def test_own_controls_and_policies_are_known(capsys: pytest.CaptureFixture[str]) -> None:
    """By their names and former names, as scan knows them."""
    waive(WAIVER.replace("data-store-encrypted-at-rest", "databases-named, databases-called"))

    assert checked(capsys, "a")[0] == 1
    assert checked(capsys, "a", "--controls", "own")[0] == 0
    assert checked(capsys, "a", "--controls", "own", "--policy", "mine.yaml")[0] == 0
    waive(WAIVER)
    assert checked(capsys, "a", "--controls", "own", "--policy", "mine.yaml")[0] == 1


def test_a_former_name_still_waives(home: Path) -> None:
    """In the scan, and when its bundle is verified from the facts."""
    control = CONTROL.replace("aspect: backup", "type: aws.rds.instance")
    (home / "own" / "databases-named.yaml").write_text(control)
    waive(WAIVER.replace("data-store-encrypted-at-rest", "databases-called"))
    words = ["scan", "a", "--controls", "own", "--policy", "mine.yaml", *NOW, "--quiet", "--output", "r.txt"]

    assert main([*words, "--bundle", "b.zip"]) == 0
    assert main(["verify", "b.zip", "--deep"]) == 0
    (home / "a" / "waivers" / "w.yaml").unlink()
    assert main(words) == 1


def test_where_the_files_may_lie(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Beside the code, the folder itself, or another one with --waivers."""
    waive(WAIVER)
    (home / "other").mkdir()
    (home / "other" / "w.yaml").write_text(WAIVER.replace("w-1", "w-2"))

    assert checked(capsys, "a/waivers")[0] == 0
    assert checked(capsys, ".", "--waivers", "other")[1].endswith("2 files, 2 waivers, 0 not in force\n")
    assert checked(capsys, "--waivers", "other")[0] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["own"], "no waiver file in own: name the folder"),
        ([], "no waiver file: name the folder"),
        (["nothing"], "nothing: no such folder"),
        (["--waivers", "nothing"], "--waivers nothing: no such folder"),
        (["a", "--policy", "nothing"], "there is no policy 'nothing'"),
    ],
)
def test_nothing_to_check(capsys: pytest.CaptureFixture[str], words: list[str], told: str) -> None:
    """2, never 0: a pipeline that checks nothing must not pass."""
    if words[:1] == ["a"]:
        waive(WAIVER)

    code, said = checked(capsys, *words)

    assert code == 2
    assert told in said


def test_list_only_lists(capsys: pytest.CaptureFixture[str]) -> None:
    """A lapsed waiver is shown; a wrong file is an error."""
    waive(WAIVER.replace("2027-10-31", "2026-11-30"))
    assert main(["waivers", "list", "a", *NOW]) == 0
    assert "lapsed" in capsys.readouterr().out
    waive("waivers: 1\n")
    assert main(["waivers", "list", "a", *NOW]) == 2


def test_a_selection_needs_no_other_waivers() -> None:
    """A scan that asks one control is not stopped by waivers of the others."""
    waive(WAIVER.replace("data-store-encrypted-at-rest", "connections-encrypted"))

    assert main(["scan", "a", "--select", ENCRYPTED, *NOW, "--quiet"]) == 1
