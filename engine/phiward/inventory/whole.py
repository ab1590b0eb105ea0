"""Writing a file whole or not at all."""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


def unwritable(path: Path) -> str | None:
    """Say why a file cannot be written, before there is anything to write; None: nothing is known against it.

    A disk may still fill up, so the writing itself is checked as well.
    """
    from tempfile import TemporaryFile

    try:
        target = path.resolve()
        if target.is_dir():
            return os.strerror(errno.EISDIR)
        if target.exists() and not target.is_file():
            return None
        if not target.parent.exists():
            return os.strerror(errno.ENOENT)
        with TemporaryFile(dir=target.parent):
            return None
    except OSError as error:
        return error.strerror or str(error)


@contextmanager
def whole(path: Path, mode: str = "wb", **options: Any) -> Iterator[IO[Any]]:
    """Open a file for writing that appears under its name only when all of it is there; a failure leaves what stood.

    A link is followed, so that it stays one. What is not a regular file (`/dev/stdout`, a pipe) is written straight to,
    since replacing it would take it from everybody else. Raises `OSError`.
    """
    target = path.resolve()
    if target.exists() and not target.is_file():
        with target.open(mode, **options) as stream:  # a folder is refused here
            yield stream
        return
    beside = target.with_name(f".{target.name[:200]}.{os.urandom(4).hex()}.part")
    try:
        with beside.open(mode.replace("w", "x"), **options) as stream:
            yield stream
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)
