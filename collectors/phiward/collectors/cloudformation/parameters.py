"""Values of parameters, as the command line and parameter files give them.

A file is what `aws cloudformation deploy --parameter-overrides` or `create-stack --parameters` takes, or a pipeline's
template configuration: a list of `ParameterKey` and `ParameterValue`, a list of `NAME=VALUE`, a mapping under
`Parameters`, or a plain mapping.
"""

from pathlib import Path
from typing import Any

from phiward.collectors.cloudformation.reading import read
from phiward.collectors.cloudformation.values import plain
from phiward.collectors.documents import Mapping
from phiward.errors import CollectError
from phiward.inventory.regular import regular

_TERRAFORM = ".tfvars.json"
_SUFFIXES = (".json", ".yaml", ".yml")


def given(variables: dict[str, str], files: tuple[str, ...]) -> dict[str, Any]:
    """Return the values by name; what the command line says counts before what files say, a later file before others.

    Files of Terraform's own kinds are left to it. Raises `CollectError` for one that cannot be read.
    """
    found: dict[str, Any] = {}
    for file in files:
        if file.endswith(_SUFFIXES) and not file.endswith(_TERRAFORM):
            found.update(_file(file))
    return {**found, **variables}


def names_parameters(file: str) -> bool:
    """Say whether a file gives parameters in a form that Terraform does not take: it is left to CloudFormation."""
    if file.endswith(_TERRAFORM) or not file.endswith(_SUFFIXES):
        return False
    if not file.endswith(".json"):
        return True
    try:
        with regular(Path(file)) as stream:
            text = stream.read(65_536).lstrip(b"\xef\xbb\xbf \t\r\n")
    except OSError:
        return False
    return text.startswith(b"[") or b'"Parameters"' in text


def _file(file: str) -> dict[str, Any]:
    try:
        with regular(Path(file)) as stream:
            document = read(stream.read())
    except OSError as error:
        raise CollectError(f"--var-file {file}: cannot be read: {error.strerror or error}") from None
    if document.problems or not document.values:
        line = document.problems[0].line if document.problems else None
        why = document.problems[0].message if document.problems else "it is empty"
        raise CollectError(f"--var-file {file}{f':{line}' if line else ''}: {why}")
    return dict(_pairs(file, document.values[0]))


def _pairs(file: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, Mapping):
        inner = value.get("Parameters", value)
        return [(name, plain(each)) for name, each in inner.items()] if isinstance(inner, Mapping) else []
    pairs: list[tuple[str, Any]] = []
    for each in value if isinstance(value, list) else [value]:
        if isinstance(each, Mapping) and isinstance(each.get("ParameterKey"), str):
            if "ParameterValue" in each:
                pairs.append((each["ParameterKey"], plain(each["ParameterValue"])))
        elif isinstance(each, str) and "=" in each:
            name, _, text = each.partition("=")
            pairs.append((name, text))
        else:
            raise CollectError(f"--var-file {file}: expected a list of ParameterKey and ParameterValue, or NAME=VALUE")
    return pairs
