"""Kustomizations: which files they list, which of them stand for themselves, and whether all they use is at hand.

What a kustomization makes of its files is left to its own program. It is asked only where everything that a
kustomization names is a file or folder within what is scanned: nothing is fetched.
"""

import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from phiward.collectors import documents
from phiward.collectors.kubernetes.folder import KUSTOMIZATIONS, content, within
from phiward.collectors.kubernetes.objects import resolved

_LISTS = (
    "resources",
    "bases",
    "components",
    "crds",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "patchesStrategicMerge",
)
_FOLDERS = ("resources", "bases", "components")


class Kustomization(NamedTuple):
    """One kustomization file."""

    file: str
    folder: str
    component: bool
    """A part for others, which makes nothing by itself."""
    names: tuple[tuple[str, str], ...]
    """What it lists, each with the member that lists it."""
    lines: int
    problem: str | None = None
    """Why it could not be read."""


def read(top: Path, file: str) -> Kustomization:
    """Read one kustomization file."""
    folder = posixpath.dirname(file)
    data = content(top, file)
    if isinstance(data, str):
        return Kustomization(file, folder, False, (), 1, data)
    found = documents.read(data, resolved)
    body = found.values[0] if found.values else None
    if found.problems or not isinstance(body, dict):
        problem = found.problems[0].message if found.problems else "it is no kustomization"
        return Kustomization(file, folder, False, (), 1, problem)
    lines = data.count(b"\n") + 1
    return Kustomization(file, folder, body.get("kind") == "Component", tuple(_names(body)), lines)


def _names(body: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for key in _LISTS:
        for each in _list(body.get(key)):
            if isinstance(each, str) and "\n" not in each:  # a patch may be written into the list
                yield key, each
    for key in ("patches", "patchesJson6902", "replacements"):
        for each in _list(body.get(key)):
            if isinstance(each, dict) and isinstance(each.get("path"), str):
                yield key, each["path"]
    openapi = body.get("openapi")
    if isinstance(openapi, dict) and isinstance(openapi.get("path"), str):
        yield "openapi", openapi["path"]
    for key in ("configMapGenerator", "secretGenerator"):
        for each in _list(body.get(key)):
            named = each if isinstance(each, dict) else {}
            for member in ("files", "envs", "env"):
                value = named.get(member)
                for path in [value] if isinstance(value, str) else _list(value):
                    yield key, str(path).rpartition("=")[2]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


class Kustomizations:
    """All kustomizations of a folder."""

    def __init__(self, top: Path, files: tuple[str, ...]) -> None:
        self.top = top
        self.by_folder = {each.folder: each for each in (read(top, file) for file in files)}
        used = {
            path
            for each in self.by_folder.values()
            for member, name in each.names
            if member in _FOLDERS and (path := _path(each, name)) != each.folder
        }
        self.roots = tuple(
            each for folder, each in sorted(self.by_folder.items()) if folder not in used and not each.component
        )
        """Those that no other one uses: what they make is what is applied."""
        self.listed = frozenset(_path(each, name) for each in self.by_folder.values() for _, name in each.names)
        """The files that any of them lists: they are not judged by themselves."""

    def files(self, root: Kustomization) -> list[str]:
        """Return the files that a kustomization, and those that it uses, list: resources first, then patches."""
        found: dict[str, bool] = {}
        for each in self._closure(root):
            for member, name in each.names:
                path = _path(each, name)
                if path not in self.by_folder and path.endswith((".yaml", ".yml", ".json")):
                    found[path] = found.get(path, False) or member in _FOLDERS
        return sorted(found, key=lambda path: not found[path])

    def obstacle(self, root: Kustomization) -> str | None:
        """Say why a kustomization must not be rendered; None: all that it uses is here."""
        for each in self._closure(root):
            if each.problem is not None:
                return f"{each.file}: {each.problem}"
            for member, name in each.names:
                if "://" in name or name.startswith("git@") or "?ref=" in name:
                    return f"{member} names {name}, which would be fetched: vendor it, or scan what is built of it"
                place = within(self.top, posixpath.join(each.folder, name))
                if posixpath.isabs(name) or place is None:
                    return f"{member} names {name}, which is outside the scanned folder"
                if not place.exists():
                    return f"{member} names {name}, which is not here"
                if place.is_dir() and not any((place / file).is_file() for file in KUSTOMIZATIONS):
                    return f"{member} names the folder {name}, in which there is no kustomization"
        return None

    def _closure(self, root: Kustomization) -> Iterator[Kustomization]:
        waiting, seen = [root], {root.folder}
        while waiting:
            each = waiting.pop()
            yield each
            for member, name in each.names:
                path = _path(each, name)
                if member in _FOLDERS and path in self.by_folder and path not in seen:
                    seen.add(path)
                    waiting.append(self.by_folder[path])


def _path(kustomization: Kustomization, name: str) -> str:
    path = posixpath.normpath(posixpath.join(kustomization.folder, name))
    return "" if path == "." else path
