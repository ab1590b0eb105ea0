"""Files kept between runs, in the user's own cache folder: what would otherwise be worked out again at each start.

What is kept decides what a run sees and does, so it is trusted only where nobody else could have written it: a regular
file of the user's own, that no group or other may write, in such a folder, whose content has the digest written before
it. Anything else is ignored, and made again.
"""

import hashlib
import os
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

_LIMIT = 64_000_000
_KEPT = 20
"""Entries of a kind that a folder keeps; older ones are removed."""
_DIGEST = 32


def folder() -> Path:
    """Return the user's cache folder for phiward (XDG Base Directory Specification)."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(given) if given.startswith("/") else Path(os.environ.get("HOME") or Path.home()) / ".cache"
    return base / "phiward"


@cache
def state_of(top: Path) -> str:
    """Return a digest that changes whenever the code below a folder, or Python itself, may have changed.

    It is made of the names, sizes and times of the files, and taken once a process.
    """
    seen = hashlib.sha256(f"{sys.implementation.cache_tag} {sys.version}\n".encode())
    for name, size, time in sorted(_code(str(top))):
        seen.update(f"{name} {size} {time}\n".encode())
    return seen.hexdigest()


def _code(folder: str) -> Iterator[tuple[str, int, int]]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                state = entry.stat()
                yield entry.path, state.st_size, state.st_mtime_ns
            elif entry.is_dir() and entry.name != "__pycache__":
                yield from _code(entry.path)


def read(path: Path) -> bytes | None:
    """Return what was kept, or None where there is nothing that can be trusted."""
    try:
        if not _own(path.parent.lstat(), stat.S_ISDIR):
            return None
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as stream:
            state = os.fstat(stream.fileno())
            if not _own(state, stat.S_ISREG) or not _DIGEST < state.st_size <= _LIMIT:
                return None
            data = stream.read(_LIMIT)
    except OSError:
        return None
    body = data[_DIGEST:]
    return body if hashlib.sha256(body).digest() == data[:_DIGEST] else None


def write(path: Path, body: bytes) -> None:
    """Keep something, whole or not at all. A folder that cannot be written is no error: the next start is slower."""
    with suppress(OSError):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _own(path.parent.lstat(), stat.S_ISDIR):
            return
        from tempfile import mkstemp

        handle, name = mkstemp(dir=path.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(hashlib.sha256(body).digest() + body)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            return
        entries = sorted(path.parent.glob(f"*{path.suffix}"), key=lambda entry: entry.stat().st_mtime)
        for entry in entries[:-_KEPT]:
            entry.unlink(missing_ok=True)


def _own(state: os.stat_result, kind: Callable[[int], bool]) -> bool:
    """Say whether a file or folder is this user's, and nobody else may write to it."""
    return kind(state.st_mode) and state.st_uid == os.getuid() and not state.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
