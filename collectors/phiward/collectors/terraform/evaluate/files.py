"""The functions that read files. Nothing outside the scanned folder exists."""

import base64
import fnmatch
import hashlib
import os
import posixpath
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from phiward.collectors.terraform.evaluate.expression import Scope, evaluate
from phiward.collectors.terraform.evaluate.unify import as_set
from phiward.collectors.terraform.evaluate.values import Exhausted, Failure, as_text, both
from phiward.collectors.terraform.hcl import HclError, parse_template
from phiward.inventory.unknown import Unknown

if TYPE_CHECKING:
    from phiward.collectors.terraform.evaluate.modules import Module

_FILES = 20_000
_INCLUDES = "templatefile may not call itself"


def relative(path: str, root: str) -> str:
    """Write a folder's path as `path.module` does, seen from the root module."""
    return posixpath.relpath(path or ".", root or ".")


def _place(module: "Module", path: str) -> str:
    return posixpath.normpath(posixpath.join(module.root, path))


def _bytes(module: "Module", path: str) -> bytes:
    if posixpath.isabs(path) or path.startswith("~"):
        raise Failure(f"{path} is not read: it is outside the scanned folder")
    data = module.folder.disk.read(_place(module, path))
    if data is None:
        raise Failure(f"there is no file {path} of a readable size below the scanned folder")
    module.budget.spend(len(data) // 1000)
    return data


def _text(module: "Module", path: str) -> str:
    try:
        return _bytes(module, path).decode()
    except UnicodeDecodeError:
        raise Failure(f"{path} is not UTF-8 text") from None


def _file_exists(module: "Module", path: str) -> Any:
    below = _below(module, path)
    if below is None:
        return Unknown(f"{path} is outside the scanned folder")
    file = module.folder.disk.top / below
    if file.exists() and not file.is_file():
        raise Failure(f"{path} is no regular file")
    return file.is_file()


def _below(module: "Module", path: str) -> str | None:
    """Return a path below the scanned folder; None where it leads out of it."""
    if posixpath.isabs(path) or path.startswith("~"):
        return None
    return module.folder.disk.inside(_place(module, path))


def _fileset(module: "Module", path: str, pattern: str) -> Any:
    parts = posixpath.normpath(pattern).split("/")
    up = next((at for at, part in enumerate(parts) if part != ".."), len(parts))
    climbed = "../" * up
    below = _below(module, posixpath.join(path, climbed))
    if below is None or posixpath.isabs(pattern):
        return Unknown(f"{path}/{pattern} is outside the scanned folder")
    wanted = [_glob(part) for part in parts[up:]]
    found: list[str] = []
    seen = 0
    base = module.folder.disk.top / below
    for here, folders, names in os.walk(base):
        folders.sort()
        for name in sorted(names):
            seen += 1
            if seen > _FILES:
                raise Exhausted(f"fileset() finds more than {_FILES} files")
            file = posixpath.relpath(posixpath.join(here, name), str(base))
            if _matches(file.split("/"), wanted):
                found.append(climbed + file)
    module.budget.spend(seen)
    return as_set(found)


def _glob(part: str) -> str | None:
    """Return one part of a pattern as Python's `fnmatch` takes it; None for any number of folders."""
    if part == "**":
        return None
    if part.count("[") > part.count("]") or part.count("{") != part.count("}"):
        raise Failure(f"fileset(): {part!r} is not a pattern")
    return part.replace("[^", "[!")


def _matches(parts: list[str], patterns: list[str | None]) -> bool:
    """Match a path by doublestar's rules, by dynamic programming: `**` takes any number of folders."""
    reach = {0}
    for pattern in patterns[:100]:
        if pattern is None:
            reach = set(range(min(reach), len(parts) + 1)) if reach else reach
        else:
            reach = {at + 1 for at in reach if at < len(parts) and _fits(parts[at], pattern)}
    return len(parts) in reach


def _fits(name: str, pattern: str) -> bool:
    if "{" in pattern and "}" in pattern:
        head, rest = pattern.split("{", 1)
        body, tail = rest.split("}", 1)
        return any(fnmatch.fnmatchcase(name, head + choice + tail) for choice in body.split(","))
    return fnmatch.fnmatchcase(name, pattern)


class _TemplateNames:
    """What a template file sees: its variables and the functions, nothing of the module."""

    def __init__(self, module: "Module") -> None:
        self.module = module
        self.budget = module.budget

    def resolve(self, names: tuple[str, ...]) -> tuple[Any, int]:
        """Refuse every name that is not among the template's variables."""
        raise Failure(f"the template's variables do not include {names[0]!r}")

    def call(self, name: str, arguments: list[Any]) -> Any:
        """Call a function, as the module would."""
        if name == "templatefile":
            raise Failure(_INCLUDES)
        return self.module.call(name, arguments)

    def told(self, file: str) -> str:
        """Return a file as people are told it."""
        return self.module.told(file)


def _templatefile(module: "Module", path: str, variables: Any) -> Any:
    if isinstance(variables, Unknown):
        return both(variables)
    if not isinstance(variables, dict):
        raise Failure("templatefile() needs an object of variables")
    return _rendered(module, _text(module, path), path, variables)


def _rendered(module: "Module", text: str, path: str, variables: dict[str, Any]) -> Any:
    try:
        node = parse_template(text, path)
    except HclError as error:
        raise Failure(f"the template {path} is wrong at line {error.line}: {error.message}") from None
    return evaluate(node, Scope(_TemplateNames(module), variables))


def _templatestring(module: "Module", text: str, variables: Any) -> Any:
    if not isinstance(variables, dict):
        raise Failure("templatestring() needs an object of variables")
    return _rendered(module, text, "templatestring", variables)


def _hashed(name: str, encode: Callable[[bytes], str]) -> Callable[..., Any]:
    return lambda module, path: encode(hashlib.new(name, _bytes(module, path), usedforsecurity=False).digest())


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


FILE_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "file": _text,
    "fileexists": _file_exists,
    "fileset": _fileset,
    "filebase64": lambda module, path: _base64(_bytes(module, path)),
    "filemd5": _hashed("md5", bytes.hex),
    "filesha1": _hashed("sha1", bytes.hex),
    "filesha256": _hashed("sha256", bytes.hex),
    "filesha512": _hashed("sha512", bytes.hex),
    "filebase64sha256": _hashed("sha256", _base64),
    "filebase64sha512": _hashed("sha512", _base64),
    "templatefile": _templatefile,
    "templatestring": _templatestring,
    "abspath": lambda _module, path: Unknown(f"the absolute path of {path} depends on where Terraform runs"),
    "pathexpand": lambda _module, path: (
        Unknown(f"{path} depends on who runs Terraform") if path.startswith("~") else path
    ),
    "basename": lambda _module, path: posixpath.basename(path.rstrip("/")) or (path[:1] or "."),
    "dirname": lambda _module, path: posixpath.normpath(posixpath.dirname(path) or "."),
}


def call(module: "Module", name: str, arguments: list[Any]) -> Any:
    """Call one of `FILE_FUNCTIONS`."""
    if not arguments:
        raise Failure(f"{name}() needs a path")
    path = as_text(arguments[0])
    if isinstance(path, Unknown):
        return both(path)
    if any(isinstance(argument, Unknown) for argument in arguments[1:]):
        return both(*arguments[1:])
    try:
        return FILE_FUNCTIONS[name](module, path, *arguments[1:])
    except (TypeError, OSError, ValueError) as error:
        raise Failure(f"{name}(): {error}") from None
