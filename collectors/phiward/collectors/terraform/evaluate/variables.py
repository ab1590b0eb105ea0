"""The values of a root module's variables: `-var`, `-var-file`, `*.auto.tfvars`, `terraform.tfvars`."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from itertools import islice
from typing import Any

from phiward.collectors.terraform.evaluate.folders import Disk, Folder
from phiward.collectors.terraform.evaluate.types import constant
from phiward.collectors.terraform.hcl import HclError, parse, parse_expression, parse_template
from phiward.collectors.terraform.hcl import syntax as hcl
from phiward.inventory.regular import regular
from phiward.inventory.unknown import Unknown

_CANDIDATES = 100
_FILE_SIZE = 20_000_000


class Inputs:
    """The values that the root modules of a scanned folder are given from outside."""

    def __init__(self, disk: Disk, given: Mapping[str, str], chosen: Sequence[str]) -> None:
        self._disk = disk
        self._given = given
        self._chosen: dict[str, Any] = {}
        for path in chosen:
            try:
                with regular(path) as stream:
                    data = stream.read(_FILE_SIZE)
            except OSError as error:
                disk.problem(path, f"the variable file cannot be read: {error.strerror}")
                continue
            self._chosen.update(_file(disk, path, data))

    def of(self, folder: Folder) -> dict[str, Any]:
        """Return the values of one root module, the strongest last: tfvars, auto.tfvars, chosen files, given values."""
        values: dict[str, Any] = {}
        for name in folder.variable_files:
            file = f"{folder.path}/{name}" if folder.path else name
            data = self._disk.read(file, _FILE_SIZE)
            if data is None:
                self._disk.problem(file, "the variable file cannot be read, or leads out of the scanned folder")
            else:
                values.update(_file(self._disk, file, data))
        values.update(self._chosen)
        for name, text in self._given.items():
            if name in folder.variables:
                values[name] = _given(folder.variables[name], text)
        return values


WORKSPACE = "terraform.workspace"
"""What `--var` calls the workspace; no variable can be called so."""


def workspace(folder: Folder) -> Any:
    """Return the workspace that was last selected in a root module's folder; `Unknown` where none ever was."""
    file = f"{folder.path}/.terraform/environment" if folder.path else ".terraform/environment"
    data = folder.disk.read(file, 1000)
    name = data.decode(errors="replace").strip() if data else ""
    if name:
        return name
    return Unknown(f"the workspace is not known: say it with --var {WORKSPACE}=NAME", (WORKSPACE,))


def undeclared(given: Mapping[str, str], folders: Iterable[Folder]) -> str | None:
    """Say which of the values given by name no root module declares, and which one may be meant; None where all do."""
    roots = list(folders)
    if any(folder.broken for folder in roots):
        return None  # it may be declared in the file that cannot be read
    declared = sorted({name for folder in roots for name in folder.variables} | {WORKSPACE})
    for name in given:
        if name not in declared:
            close = get_close_matches(name, declared, 1)
            hint = f": did you mean {close[0]!r}?" if close else ""
            return f"--var {name}: no root module declares this variable{hint}"
    return None


def unused(folder: Folder, name: str) -> str:
    """Name the variable files near a root module that would give a variable its value, if they were asked for."""
    found = [file for file in _candidates(folder) if name in _names(folder.disk, file)]
    if not found:
        return ""
    named = " or ".join(f"--var-file {file}" for file in found[:3])
    return f" ({named} would give it one{', and others' if len(found) > 3 else ''})"


def _candidates(folder: Folder) -> list[str]:
    """Return the variable files beside a root module, or right below it, that are not read without being asked for."""
    top = folder.disk.top / folder.path
    found: list[str] = []
    for pattern in ("*.tfvars", "*.tfvars.json", "*/*.tfvars", "*/*.tfvars.json"):
        for path in islice(top.glob(pattern), _CANDIDATES):
            below = path.relative_to(top).as_posix()
            alone = "/" not in below and (below.startswith("terraform.tfvars") or ".auto.tfvars" in below)
            if not alone and not below.startswith("."):
                found.append(f"{folder.path}/{below}" if folder.path else below)
    return sorted(found)


def _names(disk: Disk, file: str) -> frozenset[str]:
    """Return the variables that a file sets. What is wrong with it is told where it is asked for."""
    if file not in disk.variable_names:
        data = disk.read(file, _FILE_SIZE)
        try:
            values = _parsed(file, data or b"")
        except (HclError, UnicodeDecodeError):
            values = {}
        disk.variable_names[file] = frozenset(values)
    return disk.variable_names[file]


def _given(variable: hcl.BlockNode, text: str) -> Any:
    """Read a `-var` value: an expression where the variable is a collection, else the text itself."""
    found = variable.body.attributes.get("type")
    constraint = found.value if found is not None else None
    if constraint is None or (
        isinstance(constraint, hcl.Reference) and constraint.names[0] in ("string", "number", "bool")
    ):
        return text
    try:
        return constant(parse_expression(text, f"-var {variable.labels[0]}"))
    except HclError:
        return text


def _file(disk: Disk, file: str, data: bytes) -> dict[str, Any]:
    try:
        return _parsed(file, data)
    except UnicodeDecodeError:
        disk.problem(file, "the file is not UTF-8 text")
    except HclError as error:
        disk.problem(file, error.message, error.line, error.column)
    return {}


def _from_json(value: Any, file: str) -> Any:
    """Return a value of a JSON file. Its texts are templates, which may name nothing."""
    if isinstance(value, str) and ("${" in value or "%{" in value):
        return constant(parse_template(value, file))
    if isinstance(value, dict):
        return {name: _from_json(item, file) for name, item in value.items()}
    if isinstance(value, list):
        return [_from_json(item, file) for item in value]
    return value


def _parsed(file: str, data: bytes) -> dict[str, Any]:
    """Return the values that a variable file sets. Raises `HclError` and `UnicodeDecodeError`."""
    if file.endswith(".json"):
        import msgspec

        try:
            table = msgspec.json.decode(data.removeprefix(b"\xef\xbb\xbf"))
        except (msgspec.DecodeError, RecursionError) as error:
            raise HclError(file, 1, 1, f"this is not JSON: {error}") from None
        if not isinstance(table, dict):
            raise HclError(file, 1, 1, "a JSON object is required")
        return {name: _from_json(value, file) for name, value in table.items()}
    body = parse(data.decode(), file)
    if body.blocks:
        line, column = body.blocks[0].source.position(body.blocks[0].start)
        raise HclError(file, line, column, "a variable file holds values, and no blocks")
    return {name: constant(item.value) for name, item in body.attributes.items()}
