"""A folder sorted: which files are manifests, what a kustomization lists, what belongs to a chart, what is no concern.

Nothing outside the folder exists: what a link or `..` leads to beyond it is not read.
"""

import os
import posixpath
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from phiward.inventory.regular import regular

SUFFIXES = (".yaml", ".yml", ".json")
KUSTOMIZATIONS = ("kustomization.yaml", "kustomization.yml", "Kustomization")
CHART = "Chart.yaml"
_SKIPPED = {"node_modules", "__pycache__"}
_HEAD = {".yaml": 65_536, ".yml": 65_536, ".json": 4_096}
_SIGNS = tuple(
    re.compile(rb"(?:^|[\s{,\[\"'\xbf\xfe\xff-])" + word + rb"[\"']?[ \t]*:") for word in (b"apiVersion", b"kind")
)
_OTHERS = (
    ("an Ansible playbook", re.compile(rb"(?m)^-[ \t]+(?:hosts|import_playbook|ansible\.builtin\.[a-z_]+):")),
    (
        "a list of Ansible tasks",
        re.compile(rb"(?m)^-[ \t]+name:.*\n(?:[ \t]+.*\n)*?[ \t]+(?:k8s|kubernetes\.core\.k8s):"),
    ),
    ("a Compose file", re.compile(rb"(?m)^services:[ \t]*\r?$(?s:.)*?^[ \t]+(?:image|build):")),
)
LIMIT = 10_000_000
"""The most bytes of a file."""


class Sorted(NamedTuple):
    """The files of a folder, by what they are; paths are relative to it, POSIX, in order."""

    manifests: tuple[str, ...]
    """Files that hold Kubernetes objects, or say so."""
    kustomizations: tuple[str, ...]
    charts: tuple[str, ...]
    """Folders of charts that no other chart has in it."""
    others: tuple[tuple[str, str], ...]
    """What is something else entirely: the file, and what it is."""


def within(top: Path, path: str) -> Path | None:
    """Return the real place of a path below a folder; None where it leaves it."""
    if "\0" in path:
        return None
    base = os.path.realpath(top)
    real = os.path.realpath(os.path.join(base, path))  # noqa: PTH118 - as realpath itself
    return Path(real) if real == base or real.startswith(base + os.sep) else None


def content(top: Path, path: str) -> bytes | str:
    """Return a file's bytes, up to one more than is read of any; a text says why it cannot be read."""
    real = within(top, path)
    if real is None:
        return "it is not read: it lies outside the scanned folder"
    try:
        with regular(real) as stream:
            return stream.read(LIMIT + 1)
    except OSError as error:
        return f"it cannot be read: {error.strerror}"


def looks(path: Path) -> bool:
    """Say whether a file seems to hold Kubernetes objects, by its first bytes."""
    return signs(_head(path))


def signs(head: bytes) -> bool:
    """Say whether a text names a kind and a version of the API, as every Kubernetes object does."""
    head = head.replace(b"\0", b"")  # UTF-16
    return all(sign.search(head) for sign in _SIGNS)


def claimed(top: Path) -> bool:
    """Say whether a folder holds anything of Kubernetes; stops at the first sign."""
    for here, names in walk(top):
        for name in names:
            if name == CHART or name in KUSTOMIZATIONS:
                return True
            if name.endswith(SUFFIXES) and looks(top / here / name):
                return True
    return False


def walk(top: Path) -> Iterator[tuple[str, list[str]]]:
    """Yield each folder, relative to the top one, with its files; hidden and installed ones are left out."""
    for here, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name not in _SKIPPED)
        below = os.path.relpath(here, top)
        yield "" if below == "." else Path(below).as_posix(), sorted(names)


def sort(top: Path) -> Sorted:
    """Sort a folder's files."""
    kustomizations: list[str] = []
    charts: list[str] = []
    files: list[str] = []
    for here, names in walk(top):
        if CHART in names and not any(_inside(here, f"{chart}/charts" if chart else "charts") for chart in charts):
            charts.append(here)
        for name in names:
            path = posixpath.join(here, name)
            if name in KUSTOMIZATIONS:
                kustomizations.append(path)
            elif name.endswith(SUFFIXES):
                files.append(path)
    own = [posixpath.join(chart, part) for chart in charts for part in ("templates", "charts", "crds")]
    values = re.compile(r"(?:Chart|values[^/]*)\.(?:ya?ml|json)\Z")
    manifests: list[str] = []
    others: list[tuple[str, str]] = []
    for path in files:
        folder, _, name = path.rpartition("/")
        if any(_inside(path, part) for part in own) or (folder in charts and values.match(name)):
            continue
        real = within(top, path)
        head = _head(real) if real is not None else b""
        other = next((what for what, sign in _OTHERS if sign.search(head)), None)
        if other is not None:
            others.append((path, other))
        elif real is None or signs(head):
            manifests.append(path)
    return Sorted(tuple(manifests), tuple(kustomizations), tuple(charts), tuple(others))


def _inside(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")


def _head(path: Path) -> bytes:
    try:
        with regular(path) as stream:
            return stream.read(_HEAD.get(path.suffix, 4_096))
    except OSError:
        return b""
