"""Opening a file for reading that really is one."""

import errno
import os
import stat
from io import BufferedReader
from pathlib import Path


def regular(path: Path | str, *, follow: bool = True) -> BufferedReader:
    """Open a regular file for reading. Raises `OSError` for everything else, and never waits.

    A pipe would keep the reader waiting for a writer, a device may never end, and opening one may set it going; so the
    kind is asked before the opening, and once more of what was opened, since a name can be given to another file in
    between. Without `follow`, a link is refused too.
    """
    _check(os.stat(path, follow_symlinks=follow).st_mode, path)  # noqa: PTH116 - asked of every file
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags if follow else flags | getattr(os, "O_NOFOLLOW", 0))
    try:
        _check(os.fstat(handle).st_mode, path)
        return os.fdopen(handle, "rb")
    except OSError:
        os.close(handle)
        raise


def _check(mode: int, path: Path | str) -> None:
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "it is a folder, not a file", str(path))
    if stat.S_ISLNK(mode):
        raise OSError(errno.ELOOP, "it is a link, not a file", str(path))
    if not stat.S_ISREG(mode):
        raise OSError(errno.EINVAL, "it is a pipe or device, not a file: save what it gives to one first", str(path))


def irregular(path: Path | str) -> str | None:
    """Say why a path cannot be read as a file; None: it can."""
    try:
        regular(path).close()
    except OSError as error:
        return error.strerror or str(error)
    return None
