"""Finding the waivers of a run: in a `waivers` folder beside the code they are about, or where an option says."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from phiward.cli.collecting import within_of
from phiward.errors import ContentError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from phiward.engine.waivers import Waiver

NAME = "waivers"
_DEPTH = 8
"""How many folders down waivers are looked for."""


def find(targets: Sequence[str], folders: Sequence[str]) -> list[tuple[Path, str]]:
    """Return each waiver file with the prefix of its resource ids.

    A file in `compliant/waivers/` names resources as they are called when `compliant` is scanned by itself; when the
    scan begins above, their ids begin with `compliant:`.
    """
    found: dict[Path, str] = {}
    for target in targets:
        root = Path(target)
        if root.is_dir():
            for folder in _below(root):
                inside = folder.parent.relative_to(root).as_posix()
                parts = (within_of(target, targets), "" if inside == "." else inside)
                prefix = "/".join(part for part in parts if part)
                found.update(dict.fromkeys(_files(folder, follow=False), f"{prefix}:" if prefix else ""))
    for each in folders:
        if not Path(each).is_dir():
            raise UsageError(f"--waivers {each}: no such folder")
        found.update(dict.fromkeys(_files(Path(each), follow=True), ""))
    return sorted(found.items())


def load(files: Iterable[tuple[Path, str]], names: Mapping[str, str], *, strict: bool = True) -> tuple[Waiver, ...]:
    """Load waiver files. Raises `ContentProblems` with all that is wrong, also an id that two waivers use.

    `names` and `strict` as for `phiward.engine.waivers.load`.
    """
    from phiward.engine.content import ContentProblems
    from phiward.engine.waivers import load as load_file

    problems: list[ContentError] = []
    found: dict[str, Waiver] = {}
    for path, prefix in files:
        try:
            loaded = load_file(path, names, prefix=prefix, strict=strict)
        except ContentProblems as error:
            problems += error.problems
            continue
        except ContentError as error:
            problems.append(error)
            continue
        for waiver in loaded:
            if waiver.id in found:
                first = found[waiver.id]
                message = f"{waiver.id!r} is already the id of a waiver in {first.file}:{first.line}"
                problems.append(ContentError(message, file=str(path), line=waiver.line, field="id"))
            found[waiver.id] = waiver
    if problems:
        raise ContentProblems(problems)
    return tuple(found.values())


def _below(root: Path) -> Iterator[Path]:
    """Yield the `waivers` folders below a folder, in order; hidden folders are left out, links refused."""
    for parent, names, _ in os.walk(root):
        depth = len(Path(parent).relative_to(root).parts)
        names[:] = sorted(name for name in names if not name.startswith(".")) if depth < _DEPTH else []
        if NAME in names:
            names.remove(NAME)
            folder = Path(parent, NAME)
            _refuse_link(folder)
            yield folder


def _files(folder: Path, *, follow: bool) -> list[Path]:
    """List the waiver files of a folder. What looks like one and cannot be is told when it is read, not passed over."""
    try:
        found = sorted(path for path in folder.iterdir() if path.suffix in {".yaml", ".yml"})
    except OSError as error:
        raise ContentError(f"cannot be read: {error.strerror}", file=str(folder)) from error
    for path in found:
        if path.suffix == ".yml":
            raise ContentError("is not read: rename it, waiver files end in .yaml", file=str(path))
        if not follow:
            _refuse_link(path)
    return found


def _refuse_link(path: Path) -> None:
    """Refuse a link in what is scanned: it may lead anywhere, and its waivers would silently not count."""
    if path.is_symlink():
        message = "is a link, which is not followed here: put the file itself there, or name its folder with --waivers"
        raise ContentError(message, file=str(path))
