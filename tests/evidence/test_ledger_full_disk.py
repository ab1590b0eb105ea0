"""A disk that fills in the middle of an entry."""

import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from phiward.errors import EvidenceError
from phiward.evidence import ledger

EVENT = {"at": "2026-07-01T00:00:00Z", "event": "begun", "run": "r"}


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """Let no file grow beyond some bytes: what fits of a write is written, the rest refused, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_no_half_entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger is what it was before, also where cutting off the half makes room, and takes the next entry."""
    cut = os.ftruncate

    def cut_and_make_room(file: int, size: int) -> None:
        cut(file, size)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.getrlimit(resource.RLIMIT_FSIZE)[1],) * 2)

    monkeypatch.setattr(os, "ftruncate", cut_and_make_room)
    path = tmp_path / "ledger.jsonl"
    first = ledger.append(path, EVENT)
    held = path.read_bytes()
    with room_for(len(held) + 10), pytest.raises(EvidenceError, match="the ledger cannot be written"):
        ledger.append(path, EVENT)
    assert path.read_bytes() == held
    ledger.append(path, EVENT | {"event": "ended"})
    assert ledger.verify(path, [first.digest]).entries == 2
