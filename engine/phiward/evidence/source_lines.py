"""Reading the lines of code that findings are about, to be shown on a terminal: each file once, and never too much.

What is read here goes to no bundle. A file that is not there, is no text, changed since it was judged, or lies outside
the folders that were scanned, has no lines to show.
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from phiward.inventory.regular import regular

_SIZE = 4_000_000
_TOTAL = 64_000_000
_KEPT = 16
_CODE = (".tf", ".tf.json", ".yaml", ".yml", ".json", ".template", ".tofu")


class SourceLines:
    """The lines of files below some folders. Reports ask file by file, so that few are kept."""

    def __init__(self, roots: Iterable[str | Path], before: float | None = None) -> None:
        """Allow the files below `roots` (a file's own folder counts) that nobody wrote after `before`."""
        self._roots = tuple({_folder(os.path.realpath(root)) for root in roots})
        self._before = before
        self._left = _TOTAL
        self._kept: dict[str, tuple[str, ...] | None] = {}

    def of(self, file: str) -> Sequence[str] | None:
        """Return a file's lines without their ends, None where there are none to show."""
        if file not in self._kept:
            while len(self._kept) >= _KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[file] = self._read(file)
        return self._kept[file]

    def _read(self, file: str) -> tuple[str, ...] | None:
        if not file.endswith(_CODE) or "\0" in file:
            return None
        real = os.path.realpath(file)
        if not any(real.startswith(root) for root in self._roots):
            return None
        try:
            with regular(real) as stream:
                if self._before is not None and os.fstat(stream.fileno()).st_mtime > self._before:
                    return None
                data = stream.read(min(_SIZE, self._left) + 1)
        except OSError:
            return None
        if len(data) > min(_SIZE, self._left):
            return None
        self._left -= len(data)
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None
        return tuple(line.removesuffix("\r") for line in text.split("\n"))


def _folder(path: str) -> str:
    """Return a folder, or that of a file, as the beginning of the paths below it."""
    folder = path if Path(path).is_dir() else str(Path(path).parent)
    return folder.rstrip(os.sep) + os.sep
