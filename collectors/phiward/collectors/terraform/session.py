"""Terraform code that is read again and again: while it is edited, and with edits that nobody has made yet.

A file is parsed when it changed, a root module evaluated when something changed that it was made from: a file of one of
its modules' folders, a variable file, a file that a function read. Everything else stays as it was.

    session = Session("infra", Options())
    session.refresh().units                        # {root: Unit}: all of them at first
    session.refresh().units                        # {}: nothing was saved meanwhile
    session.refresh({"infra/main.tf": text}).units  # as if the file held this text
"""

import hashlib
import os
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from phiward.collectors.port import Options
from phiward.collectors.rereading import Refreshed, Stamp, Unit, stamp_of
from phiward.collectors.terraform import forms
from phiward.collectors.terraform.collector import made, shown
from phiward.collectors.terraform.evaluate.expression import Budget
from phiward.collectors.terraform.evaluate.folders import Disk, Folder, Problem
from phiward.collectors.terraform.evaluate.load import RootTree, root_tree, roots
from phiward.collectors.terraform.evaluate.modules import Module
from phiward.collectors.terraform.evaluate.variables import Inputs
from phiward.collectors.terraform.file_names import SUFFIXES
from phiward.collectors.terraform.fold import fold
from phiward.collectors.terraform.source import Surroundings
from phiward.collectors.terraform.waived import Waived, spans_of_code
from phiward.inventory.model import CollectionGap, Found, OriginKind

if TYPE_CHECKING:
    from phiward.collectors.terraform.hcl.syntax import Body

_VALUES = (".tfvars", ".tfvars.json")
_SKIPPED = {"node_modules", "__pycache__"}


class _Parsed(NamedTuple):
    stamp: Any
    body: "Body | None"
    problems: tuple[Problem, ...]


class _Used(NamedTuple):
    """What a root module was made from."""

    files: frozenset[str]
    folders: frozenset[str]
    problems: tuple[Problem, ...]


class _Kept(Disk):
    """The scanned folder, each file parsed once for each state of it. What is asked of it is remembered."""

    def __init__(self, top: Path) -> None:
        super().__init__(top)
        self.stamps: dict[str, Any] = {}
        self.instead: dict[str, bytes] = {}
        """What files are taken to hold, whatever is on the disk."""
        self.asked: set[str] = set()
        self.entered: set[str] = set()
        self._parsed: dict[str, _Parsed] = {}

    def read(self, path: str, limit: int = 2_000_000) -> bytes | None:
        """Return a file's content; that it was asked for is remembered, also where it is not there."""
        self.asked.add(posixpath.normpath(path))
        return super().read(path, limit)

    def _content(self, below: str, limit: int) -> bytes | None:
        self.asked.add(below)
        data = self.instead.get(below)
        return super()._content(below, limit) if data is None else data

    def folder(self, path: str) -> Folder | None:
        """Return the declarations of a directory."""
        self.entered.add(path)
        return super().folder(path)

    def forget(self, folders: set[str]) -> None:
        """Look at some folders again when they are asked for next. What was parsed of them is kept."""
        self._real.clear()  # what was a folder may be a link by now, and lead anywhere
        for path in folders:
            self._folders.pop(path, None)

    def of_files(self) -> Iterator[Problem]:
        """Yield what is wrong with the files that are there."""
        for file, parsed in self._parsed.items():
            if file in self.stamps or file in self.instead:
                yield from parsed.problems

    def _parse(self, file: str) -> "Body | None":
        instead = self.instead.get(file)
        stamp = self.stamps.get(file) if instead is None else hashlib.sha256(instead).digest()
        before = self._parsed.get(file)
        if before is not None and stamp is not None and before.stamp == stamp:
            return before.body
        outer, self.problems = self.problems, []
        body = super()._parse(file)
        if body is None and before is not None and instead is None:
            body = before.body  # half-written: what it said last stands until it can be read again
        self._parsed[file] = _Parsed(stamp, body, tuple(self.problems))
        self.problems = outer
        return body


class Session:
    """One folder of Terraform code (or one file of it), and what was made of it last."""

    def __init__(self, target: str, options: Options) -> None:
        path = Path(target)
        self._only = None if path.is_dir() else path.name
        top = path if path.is_dir() else path.parent
        self.prefix = shown(top)
        self.disk = _Kept(top)
        self._options = options
        self._units: dict[str, _Used] = {}
        self._trees: dict[str, RootTree] = {}
        self._walked: set[str] = set()
        self._wrong: list[Problem] = []

    def told(self, file: str) -> str:
        """Return a file as people are told it."""
        return file if self.prefix == "." else f"{self.prefix}/{file}" if file else self.prefix

    def own(self, told: str) -> str | None:
        """Return a file that people are told of as the session names it; None where it is not below its folder."""
        if self.prefix == ".":
            return told
        return told.removeprefix(f"{self.prefix}/") if told.startswith(f"{self.prefix}/") else None

    def text(self, told: str) -> str | None:
        """Return the text of a file below the folder, None where it cannot be had."""
        own = self.own(told)
        data = None if own is None else self.disk.read(own, 20_000_000)
        try:
            return None if data is None else data.decode()
        except UnicodeDecodeError:
            return None

    def decides(self, told: str, resource: str, references: Sequence[str]) -> list[str]:
        """Say where the references of a resource's block, in a file, are decided."""
        from phiward.collectors.terraform.decides import decided, module_of

        folder = posixpath.dirname(self.own(told) or "")
        for tree in self._trees.values():
            module = module_of(tree.module, resource.rpartition(":")[2])
            if module.folder.path == folder:
                return decided(module, references)
        return []

    def refresh(self, instead: Mapping[str, bytes] | None = None) -> Refreshed:
        """Look at the code, evaluate what changed since the last look, and say what that was.

        `instead` holds what some files are taken to hold this time, by the names people are told.
        """
        disk = self.disk
        before, edited = dict(disk.stamps), set(disk.instead)
        previous = dict(disk.instead)
        disk.instead = {own: data for told, data in (instead or {}).items() if (own := self.own(told)) is not None}
        disk.stamps = self._stamps()
        changed = {file for file in before.keys() | disk.stamps.keys() if before.get(file) != disk.stamps.get(file)}
        changed |= {file for file in edited | set(disk.instead) if previous.get(file) != disk.instead.get(file)}
        first = not self._units
        if not changed and not first:
            return Refreshed((), {}, (), self._problems())
        disk.forget({posixpath.dirname(file) for file in changed})
        disk.problems = []
        folders = {path: found for path in sorted(self._walked) if (found := disk.folder(path)) is not None}
        self._wrong = list(disk.problems)
        values = self._inputs()
        wanted = roots(folders, lambda found: Module(found, found.path, Budget(), inputs=values.of(found)))
        gone = tuple(sorted(self._units.keys() - set(wanted)))
        for root in gone:
            del self._units[root], self._trees[root]
        units = {root: self._evaluated(root, folders[root]) for root in wanted if self._touched(root, changed)}
        return Refreshed(tuple(sorted(map(self.told, changed))), units, gone, self._problems())

    def _touched(self, root: str, changed: set[str]) -> bool:
        used = self._units.get(root)
        return used is None or any(
            file in used.files or file in self._options.variable_files or posixpath.dirname(file) in used.folders
            for file in changed
        )

    def _evaluated(self, root: str, folder: Folder) -> Unit:
        disk = self.disk
        disk.asked, disk.entered, disk.problems = set(), {root}, []
        tree = root_tree(folder, Budget(), self._inputs(), self._options.variables)
        every = forms.needed(tree.types())
        folded = fold(tree, every)
        around = Surroundings(tree, folded, OriginKind.TERRAFORM, self._digest, self.told, within=self._options.within)
        waived = Waived(spans_of_code, self.told)
        found: list[Found] = []
        for main in folded.mains:
            if self._only in {None, main.block.where.file}:
                built = tuple(made(main, around, every, "terraform", self._options.need))
                found += (*built, *waived.of(main, built))
        found += waived.stray([tree], self._only)
        self._units[root] = _Used(frozenset(disk.asked), frozenset(disk.entered), tuple(disk.problems))
        self._trees[root] = tree
        return Unit(tuple(found))

    def _inputs(self) -> Inputs:
        return Inputs(self.disk, self._options.variables, self._options.variable_files)

    def _problems(self) -> tuple[CollectionGap, ...]:
        every = {
            *self._wrong,
            *self.disk.of_files(),
            *(each for unit in self._units.values() for each in unit.problems),
        }
        return tuple(
            CollectionGap(source="terraform", where=self.told(each.file), line=each.line, reason=each.message)
            for each in sorted(every)
            if self._only in {None, each.file}
        )

    def _digest(self, file: str) -> str | None:
        found = self.disk.digests.get(file)
        return f"sha256:{found}" if found is not None else None

    def _stamps(self) -> dict[str, Any]:
        """Return the state of every file that may matter, without reading any."""
        top = str(self.disk.top)
        found: dict[str, Any] = {}
        self._walked = set()
        stack = [""]
        while stack:
            here = stack.pop()
            stack += self._scan(top, here, found)
        elsewhere = {folder for used in self._units.values() for folder in used.folders} - self._walked
        for folder in elsewhere:  # downloaded modules, and folders that were called and are not there (yet)
            self._scan(top, folder, found, walking=False)
        for used in self._units.values():
            for file in used.files:
                if file not in found and (stamp := stamp_of(f"{top}/{file}")) is not None:
                    found[file] = stamp
        for path in self._options.variable_files:
            if (stamp := stamp_of(path)) is not None:
                found[path] = stamp
        return found

    def _scan(self, top: str, here: str, found: dict[str, Any], *, walking: bool = True) -> list[str]:
        """Take in the files of one folder, and return the folders in it."""
        below: list[str] = []
        code = False
        try:
            with os.scandir(f"{top}/{here}") as entries:
                for entry in entries:
                    name = entry.name
                    path = f"{here}/{name}" if here else name
                    if name.endswith((*SUFFIXES, *_VALUES)):
                        code = code or name.endswith(SUFFIXES)
                        if name[0] not in ".~#":
                            found[path] = _of(entry)
                    elif name[0] != "." and name not in _SKIPPED and entry.is_dir(follow_symlinks=False):
                        below.append(path)
        except OSError:
            return []  # taken away a moment ago, or not to be read: its files are no more
        if code and walking:
            self._walked.add(here)
        return below


def _of(entry: "os.DirEntry[str]") -> Stamp | None:
    try:
        state = entry.stat()
    except OSError:
        return None
    return Stamp(state.st_mtime_ns, state.st_size, state.st_ino)
