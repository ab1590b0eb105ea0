"""The published JSON Schemas: of what phiward prints, made from the structs that are printed, and of what it reads.

`python -m phiward.evidence.schemas docs/reference/schemas` writes them; a test fails where they drift.
"""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from phiward.engine import file_schemas
from phiward.evidence.json_report import FindingsDocument, ReportedControl
from phiward.evidence.scope_report import ScopeDocument


def documents() -> dict[str, bytes]:
    """Return each schema by its file name."""
    written = {name: _bytes(schema) for name, schema in file_schemas.documents().items()}
    return written | {
        "findings.schema.json": _schema(FindingsDocument, "Findings of phiward, as printed by --format json"),
        "scope.schema.json": _schema(ScopeDocument, "The ePHI scope, as printed by scope --format json"),
        "controls.schema.json": _schema(list[ReportedControl], "Controls, as printed by controls list --format json"),
    }


def _schema(of: Any, title: str) -> bytes:
    return _bytes({"$schema": file_schemas.DRAFT, "title": title, **msgspec.json.schema(of)})


def _bytes(document: dict[str, Any]) -> bytes:
    return (json.dumps(document, indent=2, sort_keys=True) + "\n").encode()


def write(folder: Path) -> None:
    """Write the schemas into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in documents().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
