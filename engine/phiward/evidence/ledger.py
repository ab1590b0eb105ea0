"""The ledger: an append-only record of every run, chained by digests, so that none can be changed or left out unseen.

A line is one event in canonical JSON; `prev` is the SHA-256 of the line before. A run writes two lines: `begun` before
anything is read, and `ended`, so that a run that was killed shows by the second one's absence. The digest of the last
line is the *head*: whoever keeps a head elsewhere (a bundle, a letter, a ticket) can tell later that nothing up to it
was edited, dropped, swapped or cut off. Without a head kept elsewhere, a rewritten or shortened ledger looks like a
whole one: that is what a chain cannot show by itself.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator, Sequence
from io import BufferedReader
from pathlib import Path
from typing import IO, Any

import msgspec
from msgspec import Struct

from phiward.errors import EvidenceError
from phiward.evidence import canonical
from phiward.inventory.regular import regular

SCHEMA = "phiward/ledger/v1"
NOTHING = "0" * 64
"""What the first entry has before it."""
LONGEST = 64 * 1024
"""Bytes that a line may have."""
TAIL = 10
"""How many entries a bundle carries."""


class Kept(Struct, frozen=True, kw_only=True):
    """The bundle that a run wrote: its id, and the SHA-256 of its manifest and of its signed statement."""

    id: str
    manifest: str
    statement: str


class Entry(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One event. Times are `YYYY-MM-DDTHH:MM:SSZ`."""

    schema: str
    seq: int
    """From 1, without a gap."""
    prev: str
    """The SHA-256 of the line before, without its newline; 64 zeros for the first."""
    at: str
    event: str
    """`begun` or `ended`."""
    run: str
    """What the two entries of one run have in common."""
    version: str | None = None
    """phiward's, at the beginning."""
    command: str | None = None
    targets: tuple[str, ...] = ()
    policy: str | None = None
    exit_code: int | None = None
    """How it ended. None: by an error of its own, which `error` names."""
    error: str | None = None
    bundle: Kept | None = None
    counts: dict[str, int] | None = None
    """Findings by verdict, where evidence was written."""


class Line(Struct, frozen=True):
    """An entry as it stands in the ledger."""

    entry: Entry
    raw: bytes
    """Without its newline."""

    @property
    def digest(self) -> str:
        """What the next entry calls `prev`, and a head is."""
        return hashlib.sha256(self.raw).hexdigest()


class Chain(Struct, frozen=True, kw_only=True):
    """A ledger that was checked from its first line to its last."""

    entries: int
    runs: int
    head: str
    """`NOTHING` where it is empty."""
    open: tuple[Entry, ...]
    """Runs that began and never ended, in order: killed, or still running."""
    missing: tuple[str, ...]
    """The heads asked for that are no digest of any line: what was written up to them is not all there any more."""


def append(path: Path, event: dict[str, Any]) -> Line:
    """Add an event and return its line, when the disk holds it. Two processes never write at the same time.

    Raises `EvidenceError` where the ledger cannot be written, or its end is not one that an entry can follow.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
        # Without a buffer: what a full disk refused would else be written once more when the file is closed.
        with os.fdopen(os.open(path, flags, 0o600), "r+b", buffering=0) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            return _append(file, path, event)
    except OSError as error:
        raise EvidenceError(f"{path}: the ledger cannot be written: {error.strerror}") from error


def _append(file: IO[bytes], path: Path, event: dict[str, Any]) -> Line:
    size = file.seek(0, os.SEEK_END)
    last = _last(file, size, path)
    number, before = (last.entry.seq + 1, last.digest) if last else (1, NOTHING)
    said = {name: value for name, value in event.items() if value is not None}
    document = {"schema": SCHEMA, "seq": number, "prev": before, **said}
    raw = canonical.encode(document)
    if len(raw) > LONGEST:
        raise EvidenceError(f"{path}: an entry of more than {LONGEST} bytes: name fewer targets at once")
    line = Line(_entry(raw, path, number), raw)
    try:
        rest = memoryview(raw + b"\n")
        while rest:
            rest = rest[file.write(rest) :]
        os.fsync(file.fileno())
    except OSError:
        os.ftruncate(file.fileno(), size)  # half a line would keep every later run from being recorded
        raise
    return line


def _last(file: IO[bytes], size: int, path: Path) -> Line | None:
    """Return the last line; None: there is none."""
    if not size:
        return None
    file.seek(max(0, size - LONGEST - 2))
    end = file.read()
    if not end.endswith(b"\n"):
        raise EvidenceError(
            f"{path}: the last line is cut off; keep the file as it is for the record, and begin a new ledger beside it"
        )
    raw = end[:-1].rpartition(b"\n")[2]
    return Line(_entry(raw, path, None), raw)


def _entry(raw: bytes, path: Path | str, number: int | None) -> Entry:
    what = f"{path}:{number}" if number else f"{path}, the last line"
    if len(raw) > LONGEST:
        raise EvidenceError(f"{what}: longer than {LONGEST} bytes")
    try:
        entry = msgspec.convert(canonical.parse_canonical(raw, what), Entry)
    except msgspec.ValidationError as error:
        raise EvidenceError(f"{what}: no entry of a ledger: {error}") from error
    if entry.schema != SCHEMA:
        raise EvidenceError(f"{what}: schema {entry.schema!r} is not {SCHEMA!r}: a later phiward wrote it")
    return entry


def lines(path: Path) -> Iterator[Line]:
    """Yield the lines of a ledger, each held to the one before. Raises `EvidenceError` at the first that is wrong."""
    try:
        with regular(path) as file:
            yield from chained(_split(file), str(path))
    except OSError as error:
        raise EvidenceError(f"{path}: the ledger cannot be read: {error.strerror}") from error


def _split(file: BufferedReader) -> Iterator[bytes]:
    while line := file.readline(LONGEST + 2):
        yield line


def chained(written: Iterator[bytes], what: str, *, first: bool = True) -> Iterator[Line]:
    """Hold lines, with their newlines, to each other. `first`: they begin where the ledger does."""
    before: Line | None = None
    for number, line in enumerate(written, 1):
        if not line.endswith(b"\n"):
            raise EvidenceError(f"{what}:{number}: the line is cut off, or too long")
        entry = _entry(line[:-1], what, number)
        if before is None and not first:
            pass
        elif entry.seq != (before.entry.seq + 1 if before else 1):
            raise EvidenceError(f"{what}:{number}: entry {entry.seq} stands here: one was dropped, added or moved")
        elif entry.prev != (before.digest if before else NOTHING):
            raise EvidenceError(f"{what}:{number}: the entry before it is not the one that it was written after")
        before = Line(entry, line[:-1])
        yield before


def verify(path: Path, heads: Sequence[str] = ()) -> Chain:
    """Check a whole ledger, and that it holds the heads that were kept elsewhere. Raises `EvidenceError`."""
    entries, runs, head = 0, 0, NOTHING
    wanted = {each.lower() for each in heads}
    begun: dict[str, Entry] = {}
    for line in lines(path):
        entries, head = entries + 1, line.digest
        wanted.discard(head)
        event, run = line.entry.event, line.entry.run
        if event == "begun" and run not in begun:
            runs += 1
            begun[run] = line.entry
        elif event != "ended" or begun.pop(run, None) is None:
            raise EvidenceError(
                f"{path}:{entries}: {event!r} cannot follow here: a run begins once, and ends after that"
            )
    missing = tuple(each for each in heads if each.lower() in wanted)
    return Chain(entries=entries, runs=runs, head=head, open=tuple(begun.values()), missing=missing)


def tail(path: Path, count: int = TAIL) -> tuple[Line, ...]:
    """Return the last entries, checked from the ledger's beginning."""
    from collections import deque

    return tuple(deque(lines(path), count))
