"""The values of a root module's variables: `-var`, `-var-file`, `*.auto.tfvars`, `terraform.tfvars`."""

from collections.abc import Mapping, Sequence
from typing import Any

from phiward.collectors.terraform.evaluate.folders import Disk, Folder
from phiward.collectors.terraform.evaluate.types import constant
from phiward.collectors.terraform.hcl import HclError, parse, parse_expression
from phiward.collectors.terraform.hcl import syntax as hcl
from phiward.inventory.regular import regular

_FILE_SIZE = 20_000_000


def inputs(folder: Folder, given: Mapping[str, str], chosen: Sequence[str]) -> dict[str, Any]:
    """Return the values set from outside, the strongest last: tfvars, auto.tfvars, chosen files, given values."""
    values: dict[str, Any] = {}
    disk = folder.disk
    try:
        names = sorted(entry.name for entry in (disk.top / folder.path).iterdir())
    except OSError:
        names = []
    own: list[str] = [name for name in ("terraform.tfvars", "terraform.tfvars.json") if name in names]
    own += [name for name in names if name.endswith((".auto.tfvars", ".auto.tfvars.json"))]
    for name in own:
        file = f"{folder.path}/{name}" if folder.path else name
        data = disk.read(file, _FILE_SIZE)
        if data is None:
            disk.problem(file, "the variable file cannot be read, or leads out of the scanned folder")
        else:
            values.update(_file(disk, file, data))
    for path in chosen:
        try:
            with regular(path) as stream:
                data = stream.read()
        except OSError as error:
            disk.problem(path, f"the variable file cannot be read: {error.strerror}")
            continue
        values.update(_file(disk, path, data))
    for name, text in given.items():
        if name in folder.variables:
            values[name] = _given(folder.variables[name], text)
    return values


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
        if file.endswith(".json"):
            import msgspec

            try:
                table = msgspec.json.decode(data)
            except (msgspec.DecodeError, RecursionError) as error:
                raise HclError(file, 1, 1, str(error)) from None
            return table if isinstance(table, dict) else {}
        body = parse(data.decode(), file)
        return {name: constant(item.value) for name, item in body.attributes.items()}
    except UnicodeDecodeError:
        disk.problem(file, "the file is not UTF-8 text")
    except HclError as error:
        disk.problem(file, error.message, error.line, error.column)
    return {}
