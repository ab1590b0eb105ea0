"""Telling templates from other YAML and JSON, by their text alone: no reader is loaded for it."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from phiward.inventory.regular import regular

SUFFIXES = (".yaml", ".yml", ".json", ".template")
"""How the names of templates end."""
SIZE = 10_000_000
"""The most bytes that are looked at."""

_SKIPPED = {"node_modules", "__pycache__"}
_MARK = b"AWSTemplateFormatVersion"
_RESOURCES = re.compile(rb"""(?m)^[ \t{]*["']?Resources["']?[ \t]*:""")
_TYPE = re.compile(rb"""["']?Type["']?[ \t]*:[ \t]*["']?[A-Z][A-Za-z0-9]*::[A-Za-z]""")
_OTHERS: tuple[tuple[str, re.Pattern[bytes]], ...] = (
    ("Helm template", re.compile(rb"\{\{-?[ ]*(?:\.Values|\.Release|\.Chart|include|define|template|if|range|end)\b")),
    ("Kubernetes manifest", re.compile(rb"""(?m)^["' {]*apiVersion["']?[ \t]*:""")),
    ("Compose file", re.compile(rb"(?m)^services[ \t]*:")),
    ("Ansible playbook", re.compile(rb"(?m)^-[ \t]+(?:hosts|name|import_playbook|include_tasks|include)[ \t]*:")),
)


def looks_like_template(data: bytes) -> bool:
    """Say whether a file's text has what a template has: the version, or resources whose types have `::`."""
    text = data.replace(b"\0", b"") if b"\0" in data[:4] else data
    if _MARK in text:
        return True
    return b"Resources" in text and _RESOURCES.search(text) is not None and _TYPE.search(text) is not None


def other_kind(data: bytes) -> str | None:
    """Name what a file that is no template is; None where it is nothing that is known."""
    return next((name for name, pattern in _OTHERS if pattern.search(data)), None)


def content(path: Path, size: int = SIZE) -> bytes | None:
    """Return a regular file's bytes, one more than the most that are read at most; None where it cannot be read.

    A link is not followed: it may lead out of the folder.
    """
    try:
        with regular(path, follow=False) as stream:
            return stream.read(size + 1)
    except OSError:
        return None


def files(top: Path) -> Iterator[str]:
    """Yield the YAML and JSON files below a folder, by their paths from there (POSIX), sorted within each folder."""
    for folder, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        below = os.path.relpath(folder, top).replace(os.sep, "/")
        for name in sorted(names):
            if name.endswith(SUFFIXES):
                yield name if below == "." else f"{below}/{name}"
