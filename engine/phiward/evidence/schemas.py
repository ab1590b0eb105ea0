"""The published JSON Schemas of what phiward prints, made from the structs that are printed.

`python -m phiward.evidence.schemas docs/reference/schemas` writes them; a test fails where they drift.
"""

import json
import sys
from pathlib import Path
from typing import Any

import msgspec

from phiward.evidence.json_report import FindingsDocument, ReportedControl

_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def documents() -> dict[str, bytes]:
    """Return each schema by its file name."""
    return {
        "findings.schema.json": _schema(FindingsDocument, "Findings of phiward, as printed by --format json"),
        "controls.schema.json": _schema(list[ReportedControl], "Controls, as printed by controls list --format json"),
    }


def _schema(of: Any, title: str) -> bytes:
    document = {"$schema": _DRAFT, "title": title, **msgspec.json.schema(of)}
    return (json.dumps(document, indent=2, sort_keys=True) + "\n").encode()


def write(folder: Path) -> None:
    """Write the schemas into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in documents().items():
        (folder / name).write_bytes(content)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
