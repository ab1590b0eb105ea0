"""Leaving out what `phiward.yaml` says is not to be judged, and saying so."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from phiward.inventory.model import CollectionGap, Resource, WaiverComment
from phiward.inventory.patterns import path_pattern
from phiward.inventory.reach import Reach

if TYPE_CHECKING:
    from phiward.engine.config_file import Config
    from phiward.inventory.model import Found


class LeavingOut:
    """Takes out of what was read the resources, gaps and comments of files that a pattern is about; counts them.

    Paths are from the folder that the configuration lies in, which is where its patterns begin.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._top = os.path.realpath(config.path.parent)
        self._patterns = [(each, path_pattern(each.pattern)) for each in config.leave_out]
        self._files: dict[str, int | None] = {}
        self._taken: list[tuple[int, set[str], int]] = [(0, set(), 0) for _ in self._patterns]

    def takes(self, item: Found) -> bool:
        """Say whether something is left out, and count it."""
        file = _file(item)
        number = self._pattern(file) if file is not None else None
        if number is None or file is None:
            return False
        resources, files, gaps = self._taken[number]
        files.add(file)
        self._taken[number] = (resources + isinstance(item, Resource), files, gaps + isinstance(item, CollectionGap))
        return True

    def reach(self) -> Reach:
        """Say what was left out, a sentence for each pattern."""
        told = []
        for (each, _), (resources, files, gaps) in zip(self._patterns, self._taken, strict=True):
            unread = f" and {gaps} that could not be read" if gaps else ""
            what = f"{resources} resources{unread} in {len(files)} files" if files else "nothing was there"
            told.append(f"{each.pattern} ({self._config.file}:{each.line}): {what}")
        patterns = tuple(each.pattern for each, _ in self._patterns)
        return Reach(target=self._config.file, asked={"leave_out": patterns}, left_out=tuple(told))

    def _pattern(self, file: str) -> int | None:
        if file not in self._files:
            real = os.path.realpath(file)
            below = os.path.relpath(real, self._top)
            outside = below == ".." or below.startswith(".." + os.sep)
            path = Path(below).as_posix()
            self._files[file] = next(
                (at for at, (_, fits) in enumerate(self._patterns) if not outside and fits.fullmatch(path)), None
            )
        return self._files[file]


def _file(item: Found) -> str | None:
    """Return the file that something was read in. A gap names a place, which is a file or a folder, or a region."""
    if isinstance(item, Resource):
        return item.origin.file
    if isinstance(item, WaiverComment):
        return item.file
    return item.where if os.path.exists(item.where) else None  # noqa: PTH110 - as a string, it may be anything
