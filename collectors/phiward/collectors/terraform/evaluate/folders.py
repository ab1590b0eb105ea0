"""The scanned folder on disk: which files it holds, each parsed once, and nothing read outside of it."""

import os
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from phiward.collectors.terraform.file_names import SUFFIXES, chosen, overrides, variable_files
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
        self.ephemeral: dict[tuple[str, str], BlockNode] = {}
        self.providers: dict[str, BlockNode] = {}
        """By local name, or name and alias (`aws.west`)."""
        self.variable_files: list[str] = []
        """The files beside these that set variables by themselves, the strongest last."""
        self.broken = False
        """Whether a file of it could not be read: what it lacks may be declared there."""

    def declare(self, body: Body, *, override: bool = False) -> None:
        """Take in the declarations of one file."""
        for block in body.blocks:
            labels = block.labels
            if block.type == "locals":
                for name, item in block.body.attributes.items():
                    if name in self.locals and not override:
                        self._twice(block, f"local.{name}", item.start)
                    self.locals[name] = (item, block.source)
            elif block.type in ("resource", "data", "ephemeral") and len(labels) == 2:
                table = {"resource": self.resources, "data": self.data, "ephemeral": self.ephemeral}[block.type]
                self._put(table, (labels[0], labels[1]), block, override=override)
            elif block.type in ("variable", "output", "module") and len(labels) == 1:
                named = {"variable": self.variables, "output": self.outputs, "module": self.modules}[block.type]
                self._put(named, labels[0], block, override=override)
            elif block.type == "provider" and len(labels) == 1:
                alias = block.body.attributes.get("alias")
                also = getattr(alias.value, "value", None) if alias else None
                self._put(self.providers, f"{labels[0]}.{also}" if also else labels[0], block, override=override)

    def _put(self, into: dict[Any, BlockNode], key: object, block: BlockNode, *, override: bool) -> None:
        base = into.get(key)
        if base is not None and override:
            block = _merged(base, block)
        elif base is not None:
            self._twice(block, ".".join((block.type, *block.labels)), block.start)
        into[key] = block

    def _twice(self, block: BlockNode, what: str, at: int) -> None:
        """Note what Terraform would refuse, and what would otherwise hide the first by the second."""
        line, column = block.source.position(at)
        self.disk.problem(block.source.file, f"{what} is declared twice: only this one is judged", line, column)


def _merged(base: BlockNode, block: BlockNode) -> BlockNode:
    """Return a block as an override changes it: each argument, all nested blocks of a type, `lifecycle` in itself."""
    replaced = {_nested(inner) for inner in block.body.blocks} - {"lifecycle"}
    blocks = [inner for inner in base.body.blocks if _nested(inner) not in replaced]
    for inner in block.body.blocks:
        at = next((at for at, old in enumerate(blocks) if inner.type == old.type == "lifecycle"), None)
        if at is None:
            blocks.append(inner)
        else:
            blocks[at] = _merged(blocks[at], inner)
    own = {name: replace(item, source=item.source or block.source) for name, item in block.body.attributes.items()}
    body = Body({**base.body.attributes, **own}, blocks)
    return BlockNode(base.type, base.labels, body, base.start, base.end, base.source)


def _nested(block: BlockNode) -> str:
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


class Disk:
    """The scanned folder. Every path is relative to it; what lies outside, by symlink or `..`, does not exist."""

    def __init__(self, top: Path) -> None:
        self.top = Path(os.path.realpath(top))
        self._prefix = f"{self.top}{os.sep}".replace(os.sep * 2, os.sep)
        self._problems: dict[Problem, None] = {}
        self.digests: dict[str, str] = {}
        """The SHA-256, in hexadecimal, of every Terraform file as it was read."""
        self.installed: dict[str, dict[str, Any]] = {}
        """Of each root module, what `terraform init` has installed, by its place in the tree of calls."""
        self.variable_names: dict[str, frozenset[str]] = {}
        """What the variable files that nobody asked for would set."""
        self._folders: dict[str, Folder | None] = {}
        self._real: dict[str, str] = {}
        self._given = top
        self._shown: str | None = None

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

    def told(self, file: str) -> str:
        """Return a file as people are told it."""
        if self._shown is None:
            from phiward.collectors.terraform.collector import shown

            self._shown = shown(self._given)
        return file if self._shown == "." else f"{self._shown}/{file}"

    def problem(self, file: str, message: str, line: int = 1, column: int = 1) -> None:
        """Note what could not be read."""
        self._problems[Problem(file, line, column, message)] = None

    @property
    def problems(self) -> list[Problem]:
        """What could not be read, each once."""
        return list(self._problems)

    @problems.setter
    def problems(self, found: Iterable[Problem]) -> None:
        self._problems = dict.fromkeys(found)

    def folder(self, path: str) -> Folder | None:
        """Return the declarations of a directory, None where it holds no Terraform files."""
        if path not in self._folders:
            self._folders[path] = self._load(path)
        return self._folders[path]

    def _load(self, path: str) -> Folder | None:
        try:
            listed = os.listdir(self.top / path)  # noqa: PTH208 - pathlib makes an object of each
        except (FileNotFoundError, NotADirectoryError):
            return None  # who calls it says so
        except OSError as error:
            self.problem(path, f"the folder cannot be read: {error.strerror}")
            return None
        names = chosen(listed)
        if not names:
            return None
        folder = Folder(path, self)
        folder.variable_files = variable_files(listed)
        for name in names:
            file = f"{path}/{name}" if path else name
            body = self._parse(file)
            if body is None:
                folder.broken = True
            else:
                folder.declare(body, override=overrides(name))
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
            if any(name.endswith(SUFFIXES) for name in names):
                path = Path(here).relative_to(self.top).as_posix()
                yield "" if path == "." else path

    def _refused(self, error: OSError) -> None:
        file = os.path.relpath(str(error.filename or self.top), self.top)
        self.problem(file, f"the folder cannot be read: {error.strerror}")
