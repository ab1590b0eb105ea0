"""The scanned folder on disk: which files it holds, each parsed once, and nothing read outside of it."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from phiward.collectors.terraform.hcl import HclError, parse
from phiward.collectors.terraform.hcl.syntax import Attribute, BlockNode, Body, Source
from phiward.inventory.regular import regular

_SKIPPED = {"node_modules", "__pycache__"}
_FILE_SIZE = 20_000_000
_READ_SIZE = 2_000_000


class Problem(Struct, frozen=True, order=True):
    """Something of a folder that could not be read, and why: a file, or the module that a line calls."""

    file: str
    """Relative to the scanned folder, POSIX."""
    line: int
    column: int
    message: str


class Folder:
    """What the Terraform files of one directory declare."""

    def __init__(self, path: str, disk: "Disk") -> None:
        self.path = path
        """Relative to the scanned folder, POSIX; empty for itself."""
        self.disk = disk
        self.variables: dict[str, BlockNode] = {}
        self.outputs: dict[str, BlockNode] = {}
        self.modules: dict[str, BlockNode] = {}
        self.locals: dict[str, tuple[Attribute, Source]] = {}
        self.resources: dict[tuple[str, str], BlockNode] = {}
        self.data: dict[tuple[str, str], BlockNode] = {}
        self.providers: dict[str, BlockNode] = {}
        """By local name, or name and alias (`aws.west`)."""
        self.broken = False
        """Whether a file of it could not be read: what it lacks may be declared there."""

    def declare(self, body: Body, *, override: bool = False) -> None:
        """Take in the declarations of one file."""
        for block in body.blocks:
            labels = block.labels
            if block.type == "locals":
                self.locals.update({name: (item, block.source) for name, item in block.body.attributes.items()})
            elif block.type in ("resource", "data") and len(labels) == 2:
                table = self.resources if block.type == "resource" else self.data
                _put(table, (labels[0], labels[1]), block, override=override)
            elif block.type in ("variable", "output", "module") and len(labels) == 1:
                named = {"variable": self.variables, "output": self.outputs, "module": self.modules}[block.type]
                _put(named, labels[0], block, override=override)
            elif block.type == "provider" and len(labels) == 1:
                alias = block.body.attributes.get("alias")
                name = getattr(alias.value, "value", None) if alias else None
                _put(self.providers, f"{labels[0]}.{name}" if name else labels[0], block, override=override)


def _put(table: dict[object, BlockNode] | dict[str, BlockNode] | dict[tuple[str, str], BlockNode],
         key: object, block: BlockNode, *, override: bool) -> None:  # fmt: skip
    into: dict[object, BlockNode] = table  # type: ignore[assignment]  # reason: one function for three key types
    base = into.get(key)
    if override and base is not None:
        replaced = {inner.type for inner in block.body.blocks}
        body = Body(
            {**base.body.attributes, **block.body.attributes},
            [inner for inner in base.body.blocks if inner.type not in replaced] + block.body.blocks,
        )
        block = BlockNode(base.type, base.labels, body, block.start, block.end, block.source)
    into[key] = block


class Disk:
    """The scanned folder. Every path is relative to it; what lies outside, by symlink or `..`, does not exist."""

    def __init__(self, top: Path) -> None:
        self.top = Path(os.path.realpath(top))
        self._prefix = f"{self.top}{os.sep}".replace(os.sep * 2, os.sep)
        self.problems: list[Problem] = []
        self.digests: dict[str, str] = {}
        """The SHA-256, in hexadecimal, of every Terraform file as it was read."""
        self._folders: dict[str, Folder | None] = {}
        self._real: dict[str, str] = {}

    def inside(self, path: str) -> str | None:
        """Return the real path of `path` relative to the scanned folder; None where it leaves it."""
        if "\0" in path:
            return None
        folder, _, name = path.rpartition("/")
        if name in {"", ".", ".."} or path.startswith("/"):
            real = os.path.realpath(self.top / path)
        else:
            if folder not in self._real:
                self._real[folder] = os.path.realpath(self.top / folder)
            real = f"{self._real[folder]}{os.sep}{name}"
            if os.path.islink(real):  # noqa: PTH114 - asked of every file, and pathlib takes five times as long
                real = os.path.realpath(real)
        below = os.path.relpath(real, self.top) if not real.startswith(self._prefix) else real[len(self._prefix) :]
        if below == ".." or below.startswith(".." + os.sep):
            return None
        return "" if below == "." else below.replace(os.sep, "/")

    def read(self, path: str, limit: int = _READ_SIZE) -> bytes | None:
        """Return a file's content; None where it is missing, outside, no regular file or too large."""
        below = self.inside(path)
        return None if below is None else self._content(below, limit)

    def _content(self, below: str, limit: int) -> bytes | None:
        try:
            with regular(self._prefix + below) as stream:
                data = stream.read(limit + 1)
        except OSError:
            return None
        return data if len(data) <= limit else None

    def problem(self, file: str, message: str, line: int = 1, column: int = 1) -> None:
        """Note what could not be read."""
        found = Problem(file, line, column, message)
        if found not in self.problems:
            self.problems.append(found)

    def folder(self, path: str) -> Folder | None:
        """Return the declarations of a directory, None where it holds no Terraform files."""
        if path not in self._folders:
            self._folders[path] = self._load(path)
        return self._folders[path]

    def _load(self, path: str) -> Folder | None:
        try:
            listed = sorted(entry.name for entry in (self.top / path).iterdir())
        except OSError as error:
            self.problem(path, f"the folder cannot be read: {error.strerror}")
            return None
        names = [name for name in listed if name.endswith((".tf", ".tf.json")) and name[0] not in ".~#"]
        if not names:
            return None
        folder = Folder(path, self)
        for name in sorted(names, key=_overrides):
            file = f"{path}/{name}" if path else name
            body = self._parse(file)
            if body is None:
                folder.broken = True
            else:
                folder.declare(body, override=_overrides(name))
        return folder

    def _parse(self, file: str) -> Body | None:
        below = self.inside(file)
        if below is None:
            self.problem(file, "a link that leads out of the scanned folder is not followed")
            return None
        data = self._content(below, _FILE_SIZE)
        if data is None:
            self.problem(file, "the file cannot be read, or is larger than 20 MB")
            return None
        self.digests[file] = sha256(data).hexdigest()
        try:
            if file.endswith(".json"):
                from phiward.collectors.terraform.hcl.json_form import parse_json

                return parse_json(data, file)
            return parse(data.decode(), file)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            self.problem(file, "the file is not UTF-8 text", line)
        except HclError as error:
            self.problem(file, error.message, error.line, error.column)
        return None

    def walk(self) -> Iterator[str]:
        """Yield every directory with Terraform files, sorted; hidden ones and node_modules are skipped."""
        for here, below, names in os.walk(self.top, onerror=self._refused):
            below[:] = sorted(name for name in below if not name.startswith(".") and name not in _SKIPPED)
            if any(name.endswith((".tf", ".tf.json")) for name in names):
                path = Path(here).relative_to(self.top).as_posix()
                yield "" if path == "." else path

    def _refused(self, error: OSError) -> None:
        file = os.path.relpath(str(error.filename or self.top), self.top)
        self.problem(file, f"the folder cannot be read: {error.strerror}")


def _overrides(name: str) -> bool:
    stem = name.removesuffix(".json").removesuffix(".tf")
    return stem == "override" or stem.endswith("_override")
