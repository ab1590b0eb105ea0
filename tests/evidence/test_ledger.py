"""The record of runs: what is added follows from what was there, and what is taken out or changed shows."""

import errno
import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from phiward.errors import EvidenceError
from phiward.evidence import ledger

AT = "2026-11-23T10:00:00Z"


def begun(run: str) -> dict[str, Any]:
    """Return the beginning of a run."""
    return {"at": AT, "event": "begun", "run": run, "command": "scan", "targets": ["infra"], "policy": "p"}


def ended(run: str, code: int = 0) -> dict[str, Any]:
    """Return the end of a run."""
    return {"at": AT, "event": "ended", "run": run, "exit_code": code}


def written(path: Path, runs: int = 3) -> list[str]:
    """Write a ledger and return the head after each entry."""
    heads = []
    for number in range(runs):
        heads += [
            ledger.append(path, begun(f"run-{number}")).digest,
            ledger.append(path, ended(f"run-{number}")).digest,
        ]
    return heads


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a ledger will be."""
    return tmp_path / "kept" / "ledger.jsonl"


def test_each_entry_follows_from_the_one_before(path: Path) -> None:
    """The chain is what sha256sum gives of each line."""
    heads = written(path)

    lines = path.read_bytes().split(b"\n")[:-1]
    assert heads == [hashlib.sha256(line).hexdigest() for line in lines]
    found = ledger.verify(path, [heads[0], heads[-1].upper()])
    assert found == ledger.Chain(entries=6, runs=3, head=heads[-1], open=(), missing=())
    assert [line.entry.seq for line in ledger.tail(path, 2)] == [5, 6]


def test_only_its_owner_can_read_it(path: Path) -> None:
    """It tells what is scanned, and when."""
    written(path, 1)

    assert path.stat().st_mode & 0o777 == 0o600


def test_a_run_without_an_end_is_told(path: Path) -> None:
    """What was killed has written nothing more."""
    ledger.append(path, begun("killed"))
    written(path, 1)

    assert [entry.run for entry in ledger.verify(path).open] == ["killed"]


def edited(lines: list[bytes]) -> list[bytes]:
    """Change what a run ended with."""
    return [*lines[:1], lines[1].replace(b'"exit_code":0', b'"exit_code":1'), *lines[2:]]


def dropped(lines: list[bytes]) -> list[bytes]:
    """Leave one out."""
    return lines[:2] + lines[3:]


def dropped_first(lines: list[bytes]) -> list[bytes]:
    """Leave the first out."""
    return lines[1:]


def swapped(lines: list[bytes]) -> list[bytes]:
    """Exchange two."""
    return [lines[1], lines[0], *lines[2:]]


def doubled(lines: list[bytes]) -> list[bytes]:
    """Write one twice."""
    return [*lines[:2], lines[1], *lines[2:]]


def rewritten(lines: list[bytes]) -> list[bytes]:
    """Write the same entry in another way."""
    return [lines[0].replace(b'","', b'", "', 1), *lines[1:]]


def with_a_key_twice(lines: list[bytes]) -> list[bytes]:
    """Say something twice: readers disagree on which counts."""
    return [lines[0].replace(b'{"at"', b'{"at":"2020-01-01T00:00:00Z","at"'), *lines[1:]]


def cut_off(lines: list[bytes]) -> list[bytes]:
    """End in the middle of a line."""
    return [*lines[:-1], lines[-1][:20]]


@pytest.mark.parametrize(
    "change", [edited, dropped, dropped_first, swapped, doubled, rewritten, with_a_key_twice, cut_off]
)
def test_a_change_is_found(path: Path, change: Any) -> None:
    """Without any head kept elsewhere."""
    written(path)
    path.write_bytes(b"".join(change(path.read_bytes().splitlines(keepends=True))))

    with pytest.raises(EvidenceError, match=r"ledger\.jsonl:\d"):
        ledger.verify(path)


@settings(deadline=None)
@given(st.integers(0, 5), st.data())
def test_any_other_byte_is_found(tmp_path_factory: pytest.TempPathFactory, number: int, data: st.DataObject) -> None:
    """But for the last line, which only a head kept elsewhere protects."""
    path = tmp_path_factory.mktemp("ledger") / "ledger.jsonl"
    heads = written(path)
    whole = bytearray(path.read_bytes())
    lines = bytes(whole).splitlines(keepends=True)
    start = sum(map(len, lines[:number]))
    at = data.draw(st.integers(start, start + len(lines[number]) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(whole))

    try:
        found = ledger.verify(path, heads[-1:])
    except EvidenceError:
        return
    assert found.missing == (heads[-1],)


def test_only_a_head_kept_elsewhere_shows_that_the_end_is_gone(path: Path) -> None:
    """Cut short it is a whole ledger; so is one written anew."""
    heads = written(path)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:4]))

    assert ledger.verify(path).head == heads[3]
    assert ledger.verify(path, [heads[-1], heads[1]]).missing == (heads[-1],)

    path.unlink()
    ledger.append(path, begun("another"))
    assert ledger.verify(path, [heads[1]]).missing == (heads[1],)


def test_nothing_follows_a_line_that_is_cut_off(path: Path) -> None:
    """The file stays what it was."""
    written(path)
    path.write_bytes(path.read_bytes()[:-5])
    before = path.read_bytes()

    with pytest.raises(EvidenceError, match="cut off"):
        ledger.append(path, begun("next"))
    assert path.read_bytes() == before


@pytest.mark.parametrize("events", [[ended("a")], [begun("a"), begun("a")], [begun("a"), ended("a"), ended("a")]])
def test_a_run_begins_once_and_ends_after_that(path: Path, events: list[dict[str, Any]]) -> None:
    """Whoever adds lines that follow from the ones before still has to tell a run."""
    for event in events:
        ledger.append(path, event)

    with pytest.raises(EvidenceError, match="begins once"):
        ledger.verify(path)


def test_a_full_disk_leaves_whole_lines(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The entry is missing, and the next one follows the one before."""
    heads = written(path)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(EvidenceError, match="No space left"):
            ledger.append(path, begun("lost"))
    ledger.append(path, begun("next"))

    assert ledger.verify(path, heads).entries == 7


def test_a_pipe_is_no_ledger(tmp_path: Path) -> None:
    """And nobody waits for its writer."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    with pytest.raises(EvidenceError, match="cannot be read"):
        ledger.verify(pipe)
    with pytest.raises(EvidenceError):
        ledger.append(pipe, begun("a"))


def test_a_huge_line_is_refused(path: Path) -> None:
    """Neither written nor read whole."""
    with pytest.raises(EvidenceError, match="fewer targets"):
        ledger.append(path, {**begun("a"), "targets": ["x" * ledger.LONGEST]})
    path.write_bytes(b'{"at":"' + b"x" * 1_000_000 + b'"}\n')
    with pytest.raises(EvidenceError, match="too long"):
        ledger.verify(path)


def test_many_writers_make_one_chain(path: Path) -> None:
    """Runs at the same time wait for each other's line."""
    code = (
        "import sys; from pathlib import Path; from phiward.evidence.ledger import append\n"
        "for n in range(20): append(Path(sys.argv[1]), "
        '{"at": "2026-11-23T10:00:00Z", "event": "begun", "run": f"{sys.argv[2]}-{n}"})'
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(path), str(number)]) for number in range(4)]

    assert [writer.wait(60) for writer in writers] == [0] * 4
    assert ledger.verify(path).entries == 80
