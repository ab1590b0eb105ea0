"""What an engineer sees of a scan: findings in the code, one control explained, what a save changes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from phiward.cli.arguments import parser
from phiward.cli.main import main
from phiward.cli.watch import Watch

CODE = """\
resource "aws_db_instance" "records" {
  engine              = "postgres"
  password            = "hunter2"
  publicly_accessible = true
  deletion_protection = var.protect
}

variable "protect" {
  type = bool
}
"""
PUBLIC = "database-has-no-public-address"
PROTECTED = "data-store-protected-from-deletion"


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of code, as the current one."""
    (tmp_path / "main.tf").write_text(CODE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_finding_is_shown_in_the_code(code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The line, the mark, observed and expected, the fix, the requirement."""
    main(["scan", ".", "--format", "text", "-q", "--select", f"{PUBLIC},{PROTECTED}"])
    text = capsys.readouterr().out

    assert text.startswith("main.tf  (2 findings)\n\n")
    assert (
        """
  --> main.tf:4: aws_db_instance.records
    |
  1 | resource "aws_db_instance" "records" {
  … |
  4 |   publicly_accessible = true
    |                         ^^^^ config.publicly_accessible is true, must be false
   = fix: publicly_accessible = false
   = for: §164.312"""
        in text
    )
    assert "(main.tf:8); give it with --var protect=…" in text
    assert "hunter2" not in text


def test_the_secret_of_a_deciding_line_is_hidden(code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever decides, its literal is nobody's to read."""
    main(["scan", ".", "--format", "text", "-q", "--all"])

    assert "hunter2" not in capsys.readouterr().out


def test_a_pipe_is_told_in_a_table(code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What reads a pipe expects what it always got."""
    main(["scan", ".", "-q", "--select", PUBLIC])

    assert capsys.readouterr().out.startswith("severity ")


@pytest.mark.parametrize(("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_is_told_in_the_code(code: Path, environment: dict[str, str], *, coloured: bool) -> None:
    """In colours, unless its user wants none."""
    import pty

    main_end, other_end = pty.openpty()
    kept = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    with subprocess.Popen(
        [sys.executable, "-m", "phiward.cli.main", "scan", ".", "-q", "--select", PUBLIC],
        stdout=other_end,
        env={**kept, **environment, "TERM": "xterm-256color"},
        cwd=code,
    ) as process:
        os.close(other_end)
        text = b""
        while True:
            try:
                part = os.read(main_end, 65536)
            except OSError:
                break
            if not part:
                break
            text += part
        process.wait()
    os.close(main_end)

    assert b"^^^^" in text
    assert (b"\x1b[" in text) is coloured


def test_code_that_changed_since_has_no_frame(code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An inventory is older than the code: its lines are others by now."""
    main(["collect", ".", "-o", "i.jsonl", "-q"])
    os.utime("i.jsonl", (4_000_000_000, 4_000_000_000))
    main(["evaluate", "i.jsonl", "--format", "text", "-q", "--select", PUBLIC])
    fresh = capsys.readouterr().out
    os.utime("i.jsonl", (1_000, 1_000))
    main(["evaluate", "i.jsonl", "--format", "text", "-q", "--select", PUBLIC])
    stale = capsys.readouterr().out

    assert "^^^^" in fresh
    assert "^^^^" not in stale
    assert "config.publicly_accessible is true, must be false" in stale


def test_frames_enter_no_bundle(code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a bundle keeps, it keeps for years."""
    import zipfile

    (code / "main.tf").write_text(CODE.replace("accessible = true", "accessible = true # shown, not kept"))
    main(["scan", ".", "--format", "text", "-q", "--bundle", "e.zip"])
    assert "shown, not kept" in capsys.readouterr().out
    with zipfile.ZipFile("e.zip") as bundle:
        held = b"".join(bundle.read(name) for name in bundle.namelist())

    assert b"shown, not kept" not in held
    main(["report", "e.zip", "--format", "text"])
    assert "must be false" in capsys.readouterr().out


# -- one control explained -----------------------------------------------------------------------------------------


def test_a_control_is_explained_verdict_by_verdict(code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The law, the reason, each resource, each part with its value and its line."""
    (code / "more.tf").write_text('resource "aws_db_instance" "good" {\n  publicly_accessible = false\n}\n')
    assert main(["scan", ".", "-q", "--explain", PUBLIC]) == 1
    text = capsys.readouterr().out

    assert "§164.312" in text
    assert "false   config.publicly_accessible: false  <- is true  (main.tf:4)" in text
    assert "true    config.publicly_accessible: false  <- is false  (more.tf:2)" in text
    assert text.endswith("2 resources: 1 fail, 0 unknown, 1 pass\n")


def test_an_unknown_part_says_what_would_decide_it(code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The variable, and where it is declared."""
    assert main(["scan", ".", "-q", "--explain", PROTECTED]) == 3
    text = capsys.readouterr().out

    assert "could not be seen: var.protect has no value" in text
    assert "(main.tf:8)" in text


def test_an_inventory_is_explained_like_what_it_was_read_from(code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same facts, the same story."""
    main(["scan", ".", "-q", "--explain", PUBLIC])
    scanned = capsys.readouterr().out
    main(["collect", ".", "-o", "i.jsonl", "-q"])
    main(["evaluate", "i.jsonl", "-q", "--explain", PUBLIC])

    assert capsys.readouterr().out == scanned


@pytest.mark.parametrize(
    "words",
    [
        ["--explain", "no-such-control"],
        ["--explain", "database-*"],
        ["--explain", PUBLIC, "--bundle", "e.zip"],
        ["--explain", PUBLIC, "--format", "json"],
        ["--explain", PUBLIC, "--select", PUBLIC],
        ["--watch", "--bundle", "e.zip"],
        ["--watch", "--explain", PUBLIC],
        ["--watch", "--format", "json"],
    ],
)
def test_what_does_not_go_together_is_refused(code: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Before anything is read."""
    assert main(["scan", ".", "-q", *words]) == 2
    assert capsys.readouterr().err.startswith("phiward: ")


def test_only_files_can_be_watched(capsys: pytest.CaptureFixture[str]) -> None:
    """An account saves nothing."""
    assert main(["scan", "aws", "-q", "--watch"]) == 2
    assert "only folders and files" in capsys.readouterr().err


# -- what a save changes -------------------------------------------------------------------------------------------


def saved(path: Path, text: str) -> None:
    """Write a file so that it differs from what was there, whatever the clock's step is."""
    before = path.stat().st_mtime_ns if path.exists() else 0
    path.write_text(text)
    os.utime(path, ns=(before + 1_000_000, before + 1_000_000))


@pytest.fixture
def watch(code: Path) -> Watch:
    """Return a watch that has had its first look."""
    found = Watch(parser().parse_args(["scan", ".", "--watch", "--quiet", "--select", f"{PUBLIC},{PROTECTED}"]))
    first = found.begin()
    assert "^^^^" in first
    assert "1 fail, 1 unknown" in first
    return found


def test_nothing_saved_is_nothing_told(watch: Watch) -> None:
    """Silence is what most looks find."""
    assert watch.look() is None


def test_a_save_tells_what_is_new_and_what_is_mended(watch: Watch, code: Path) -> None:
    """Not everything again."""
    saved(code / "main.tf", CODE.replace("accessible = true", "accessible = false"))
    mended = watch.look() or ""
    saved(code / "main.tf", CODE.replace("accessible = true", "accessible = false").replace("var.protect", "false"))
    new = watch.look() or ""

    assert mended.startswith(f"mended {PUBLIC}: records\n")
    assert "main.tf: 0 new, 1 mended; 1 unknown" in mended
    assert PROTECTED in new
    assert "^^^^^ resilience.deletion_protected is false" in new
    assert "main.tf: 1 new, 0 mended; 1 fail" in new
    assert PUBLIC not in new


def test_moved_lines_are_nothing_new(watch: Watch, code: Path) -> None:
    """The same finding, further down."""
    saved(code / "main.tf", "# a comment\n\n" + CODE)

    assert "main.tf: 0 new, 0 mended; 1 fail, 1 unknown" in (watch.look() or "")


def test_a_half_written_file_mends_nothing(watch: Watch, code: Path) -> None:
    """It is told, and what it said stands until it can be read again."""
    saved(code / "main.tf", CODE[:60])
    broken = watch.look() or ""
    saved(code / "main.tf", CODE)
    whole = watch.look() or ""

    assert broken.startswith("not read terraform, main.tf:2: ")
    assert "0 new, 0 mended; 1 fail, 1 unknown" in broken
    assert "read again main.tf" in whole


def test_a_resource_taken_away_is_not_called_mended(watch: Watch, code: Path) -> None:
    """It may be elsewhere tomorrow."""
    (code / "main.tf").rename(code / "other.tf")
    moved = watch.look() or ""
    (code / "other.tf").unlink()
    gone = watch.look() or ""

    assert "0 new, 0 mended" in moved
    assert gone.startswith("no more: aws_db_instance.records (2 findings)\n")
    assert "nothing to do" in gone


def test_a_new_folder_is_noticed(watch: Watch, code: Path) -> None:
    """A root module of its own."""
    (code / "new/deep").mkdir(parents=True)
    saved(code / "new/deep/main.tf", 'resource "aws_db_instance" "x" {\n  publicly_accessible = true\n}\n')
    told = watch.look() or ""

    assert "new/deep:aws_db_instance.x" in told


def test_a_plan_is_watched_as_a_whole(code: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whoever plans again sees it at once."""
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.9.0",
        "planned_values": {"root_module": {}},
        "resource_changes": [
            {
                "address": "aws_db_instance.p",
                "mode": "managed",
                "type": "aws_db_instance",
                "name": "p",
                "provider_name": "registry.terraform.io/hashicorp/aws",
                "change": {"actions": ["create"], "before": None, "after": {"publicly_accessible": True}},
            }
        ],
        "configuration": {"root_module": {}},
    }
    saved(code / "plan.json", json.dumps(plan))
    watching = Watch(parser().parse_args(["scan", "plan.json", "--watch", "-q", "--select", PUBLIC]))
    first = watching.begin()
    plan["resource_changes"][0]["change"]["after"]["publicly_accessible"] = False  # type: ignore[index]
    saved(code / "plan.json", json.dumps(plan))

    assert "aws_db_instance.p" in first
    assert watching.look() is not None
    assert watching.look() is None


@pytest.mark.parametrize(("number", "ended"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_a_watch_ends_cleanly(code: Path, number: int, ended: int) -> None:
    """Ctrl-C is how it is meant to end."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "phiward.cli.main", "scan", ".", "--watch", "-q", "--select", PUBLIC],
        cwd=code,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        while "watching" not in process.stdout.readline():
            pass
        saved(code / "main.tf", CODE.replace("= true", "= false"))
        assert process.stdout.readline().startswith("mended")
        time.sleep(0.3)
        process.send_signal(number)
        code_of_it = process.wait(timeout=20)
        said = process.stderr.read()

    assert code_of_it == ended
    assert "Traceback" not in said


# -- waivers in the code -------------------------------------------------------------------------------------------

WAIVED = CODE.replace(
    'resource "aws_db_instance"',
    f'# phiward:waive {PUBLIC} until=2026-12-01 reason="The vendor moves out in November."\nresource "aws_db_instance"',
)


@pytest.fixture
def waived(code: Path) -> Path:
    """Return a folder whose owner lets somebody wait."""
    (code / ".git").mkdir()
    (code / "CODEOWNERS").write_text("* @clinic/security\n")
    (code / "main.tf").write_text(WAIVED)
    return code


def test_what_is_waived_in_the_code_is_waived_everywhere(waived: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the scan, explained, watched; and nobody mends it."""
    now = ["--now", "2026-07-01T00:00:00Z"]
    main(["scan", ".", "-q", "--format", "text", "--select", PUBLIC, *now])
    scanned = capsys.readouterr().out
    main(["scan", ".", "-q", "--explain", PUBLIC, *now])
    explained = capsys.readouterr().out
    watched = Watch(parser().parse_args(["scan", ".", "--watch", "-q", "--select", PUBLIC, *now])).begin()
    main(["fix", ".", "--select", PUBLIC, *now])
    mended = capsys.readouterr().out

    assert "waived[high]" in scanned
    assert explained.count("waived aws_db_instance.records") == 1
    assert "1 waived" in watched
    assert mended == ""
