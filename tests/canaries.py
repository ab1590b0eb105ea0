"""Secrets planted in sources, and where they must never come out."""

import zipfile
from pathlib import Path

import pytest

from phiward.cli.main import main

FORMATS = ("table", "json", "sarif", "markdown")
NOW = "2026-11-23T00:00:00Z"


def scanned(folder: Path, capsys: pytest.CaptureFixture[str], *targets: str) -> dict[str, bytes]:
    """Scan, and return everything that came out: reports, talk, the inventory, every file of the bundle."""
    out: dict[str, bytes] = {}
    for form in FORMATS:
        arguments = ["scan", *targets, "--format", form, "--now", NOW, "--all"]
        if form == "json":
            arguments += ["--bundle", str(folder / "bundle.zip"), "--inventory", str(folder / "inventory.jsonl")]
        assert main(arguments) in (0, 1, 3)
        said = capsys.readouterr()
        out[form], out[f"{form}, talk"] = said.out.encode(), said.err.encode()
    out["inventory"] = (folder / "inventory.jsonl").read_bytes()
    with zipfile.ZipFile(folder / "bundle.zip") as bundle:
        for name in bundle.namelist():
            out[f"bundle: {name}"] = name.encode() + bundle.read(name)
    return out


def leaks(out: dict[str, bytes], *canaries: str) -> list[tuple[str, str]]:
    """Return which canary came out where."""
    return [(canary, place) for place, content in out.items() for canary in canaries if canary.encode() in content]
