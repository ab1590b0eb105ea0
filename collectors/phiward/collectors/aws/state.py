"""What an unfinished run has read, kept on disk until the run is whole, so that it can go on where it stopped.

A folder holds one run: `run`, which says what was asked, and a journal for each account. Its lines are a digest over
the line and all before it, a key (`SESSION/REGION/TYPE`), and a resource, or the mark that a unit (a type in a region)
is finished and of which time it is. A killed process leaves at worst a line cut off; it and what follows are ignored,
and so are the lines of a unit that has no mark. Facts are sensitive: the folder is its owner's alone.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import secrets
import stat
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, cast

import msgspec
from msgspec import Struct

from phiward import kept
from phiward.errors import CollectError
from phiward.inventory.wire import decode, encode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from phiward.inventory.model import Resource

RUN = "run"
JOURNAL = ".journal"
_END = b"end "
_DIGEST = 16
_MAX_LINE = 2**25


class _Kept(Struct, frozen=True):
    """The file `run`."""

    id: str
    question: dict[str, str]
    sessions: int


class Unit(NamedTuple):
    """What is finished as a whole: one type in one region, of the account whose journal it is in."""

    region: str
    type: str


class Journal:
    """The finished units of one account, and those under way."""

    def __init__(self, path: Path, run: str, session: int) -> None:
        self._session = session
        self._ended: dict[Unit, tuple[int, str]] = {}
        self._first = self._last = _digest(b"", f"{run} {path.name}".encode())
        self._stream = _opened(path)
        end = 0
        for line in self._lines():
            end, self._last, key, body = line
            if body.startswith(_END):
                at_session, region, type_ = key.split("/", 2)
                self._ended[Unit(region, type_)] = (int(at_session), body[len(_END) :].decode())
        self._stream.seek(end)
        self._stream.truncate()

    def finished(self, now: str, hours: float) -> tuple[set[Unit], set[Unit]]:
        """Return the units that are finished, and those that were but are too old to be taken for the present."""
        oldest = datetime.fromisoformat(now) - timedelta(hours=hours)
        old = {unit for unit, (_, at) in self._ended.items() if datetime.fromisoformat(at) < oldest}
        return set(self._ended) - old, old

    def read(self, units: set[Unit]) -> Iterator[Resource]:
        """Yield the resources of finished units; `config` comes as a plain mapping, which is written the same."""
        wanted = {f"{self._ended[unit][0]}/{unit.region}/{unit.type}" for unit in units}
        position = self._stream.tell()
        self._stream.seek(0)
        for _, _, key, body in self._lines():
            if key in wanted and not body.startswith(_END):
                yield cast("Resource", decode(body))  # no gap is ever put
        self._stream.seek(position)

    def put(self, unit: Unit, resource: Resource) -> None:
        """Keep a resource of a unit under way."""
        self._write(unit, encode(resource))

    def finish(self, unit: Unit, now: str) -> None:
        """Keep that all of a unit has been put. From here on, the death of the process does not lose it."""
        self._write(unit, _END + now.encode())
        self._stream.flush()

    def close(self) -> None:
        """Close the file."""
        self._stream.close()

    def _write(self, unit: Unit, body: bytes) -> None:
        line = f"{self._session}/{unit.region}/{unit.type} ".encode() + body
        self._last = _digest(self._last, line)
        try:
            self._stream.write(self._last.hex().encode() + b" " + line + b"\n")
        except OSError as error:
            raise CollectError(f"{self._stream.name}: what was read cannot be kept: {error.strerror}") from error

    def _lines(self) -> Iterator[tuple[int, bytes, str, bytes]]:
        """Yield each line that can be trusted: where it ends, its digest, its key, its body."""
        self._stream.seek(0)
        end = 0
        last = self._first
        while (line := self._stream.readline(_MAX_LINE)).endswith(b"\n"):
            digest, _, rest = line[:-1].partition(b" ")
            last = _digest(last, rest)
            if digest != last.hex().encode():
                return
            end += len(line)
            key, _, body = rest.partition(b" ")
            yield end, last, key.decode(), body


class State:
    """The folder of one run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._lock: int | None = None
        self._kept = _Kept("", {}, 0)

    def open(self, question: dict[str, str], *, resume: bool) -> None:
        """Take the folder for this run, or, with `resume`, go on with the run that is kept in it.

        Raises `CollectError` where it is not the user's own, in use, or holds a run that asked something else.
        """
        self._take()
        with ExitStack() as refused:
            refused.callback(self.close, whole=False)
            self._kept = self._continued(question) if resume else self._begun(question)
            self._keep()
            refused.pop_all()

    def _keep(self) -> None:
        kept.write(self._folder / RUN, msgspec.json.encode(self._kept))
        if self._before() != self._kept:
            message = f"{self._folder}: what is read cannot be kept there: name another folder with --state"
            raise CollectError(message)

    def _begun(self, question: dict[str, str]) -> _Kept:
        self._clear()
        return _Kept(secrets.token_hex(16), question, 1)

    def _continued(self, question: dict[str, str]) -> _Kept:
        before = self._before()
        if before is None:
            message = (
                f"--resume: no interrupted run is kept in {self._folder}: leave it out, or name a folder with --state"
            )
            raise CollectError(message)
        asked = before.question
        differing = sorted(name for name in {*question, *asked} if question.get(name) != asked.get(name))
        if differing:
            message = (
                f"--resume: the run that is kept in {self._folder} asked something else ({'; '.join(differing)}): ask "
                "the same again, or leave --resume out to begin anew"
            )
            raise CollectError(message)
        return msgspec.structs.replace(before, sessions=before.sessions + 1)

    def journal(self, account: str) -> Journal:
        """Return the journal of an account, with what it holds already."""
        return Journal(self._folder / f"{account}{JOURNAL}", self._kept.id, self._kept.sessions)

    def close(self, *, whole: bool) -> None:
        """Leave the folder; of a run that is whole nothing is kept."""
        if self._lock is None:
            return
        if whole:
            self._clear()
            (self._folder / "lock").unlink(missing_ok=True)
        os.close(self._lock)
        self._lock = None

    def _before(self) -> _Kept | None:
        body = kept.read(self._folder / RUN)
        try:
            return None if body is None else msgspec.json.decode(body, type=_Kept)
        except msgspec.MsgspecError:
            return None

    def _take(self) -> None:
        try:
            for path in (self._folder.parent, self._folder):
                path.mkdir(mode=0o700, parents=True, exist_ok=True)
            state = self._folder.lstat()
            if not stat.S_ISDIR(state.st_mode) or state.st_uid != os.getuid() or state.st_mode & 0o077:
                message = (
                    f"{self._folder}: what is read is sensitive, and this folder is not yours, or open to others: name "
                    "an own one with --state, or close it (chmod 700)"
                )
                raise CollectError(message)
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            self._lock = os.open(self._folder / "lock", flags, 0o600)
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            os.close(self._lock or -1)
            self._lock = None
            message = f"{self._folder} is in use by another run: wait for it, or name another folder with --state"
            raise CollectError(message) from error
        except OSError as error:
            message = f"{self._folder}: what is read cannot be kept there: {error.strerror}"
            raise CollectError(message) from error

    def _clear(self) -> None:
        for path in (*self._folder.glob(f"*{JOURNAL}"), self._folder / RUN):
            path.unlink(missing_ok=True)


def folder() -> Path:
    """Return where an unfinished run is kept by default (XDG Base Directory Specification)."""
    given = os.environ.get("XDG_STATE_HOME", "")
    base = Path(given) if given.startswith("/") else Path(os.environ.get("HOME") or Path.home()) / ".local" / "state"
    return base / "phiward" / "aws"


def _opened(path: Path) -> IO[bytes]:
    flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        handle = os.open(path, flags, 0o600)
    except OSError as error:
        raise CollectError(f"{path}: what was read cannot be kept: {error.strerror}") from error
    stream = os.fdopen(handle, "r+b", buffering=2**18)
    state = os.fstat(handle)
    if not stat.S_ISREG(state.st_mode) or state.st_uid != os.getuid() or state.st_mode & 0o077:
        stream.close()
        raise CollectError(f"{path}: others may read or write it: remove it, and begin without --resume")
    return stream


def _digest(last: bytes, line: bytes) -> bytes:
    return hashlib.blake2b(last + line, digest_size=_DIGEST).digest()
