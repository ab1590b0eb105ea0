"""Who owns a file, by the repository's CODEOWNERS, as GitHub and GitLab read it.

The last line whose pattern fits wins (on GitLab, the last of each section; an optional section approves nothing).
Owners are who must approve a change of the file, where the host is told to insist on it; this says who they are, not
that they did.

Sources: "About code owners" (GitHub), "Code Owners syntax and error handling" (GitLab).
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from phiward.inventory.patterns import path_pattern
from phiward.inventory.regular import regular

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS", ".gitlab/CODEOWNERS")
"""Where it may lie, the first one found counts: GitHub's order, then the place that only GitLab has."""
SIZE = 3_000_000
"""GitHub reads no larger one."""
_SECTION = re.compile(r"(\^)?\[([^\]]+)\](?:\[\d+\])?(?:[ \t]+(.*))?")
_OWNER = re.compile(r"@{1,2}[\w.-]+(?:/[\w.-]+)*|[^@\s]+@[^@\s]+\.[^@\s]+")
_WORDS = re.compile(r"(?:[^\s\\]|\\.)+")


class Entry(Struct, frozen=True):
    """One line: a pattern, who owns what fits it (nobody, where it names none), and where it stands."""

    pattern: str
    owners: tuple[str, ...]
    line: int
    section: str
    optional: bool


class Owned(Struct, frozen=True):
    """Who owns a file, and the line that says so (`CODEOWNERS:3`)."""

    owners: tuple[str, ...]
    at: str


class CodeOwners:
    """A CODEOWNERS file."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        """Its path from the root of the repository."""
        self.entries = tuple(_entries(text))

    def of(self, path: str) -> Owned | None:
        """Return who owns a file, by its path from the root of the repository (POSIX). None: nobody is named."""
        last: dict[str, Entry] = {}
        excluded: set[str] = set()
        for entry in self.entries:
            if entry.section in excluded:
                continue
            if entry.pattern.startswith("!"):
                if path_pattern(entry.pattern[1:]).fullmatch(path):
                    last.pop(entry.section, None)
                    excluded.add(entry.section)
            elif path_pattern(entry.pattern).fullmatch(path):
                last[entry.section] = entry
        counting = [entry for entry in last.values() if entry.owners and not entry.optional]
        if not counting:
            return None
        owners = dict.fromkeys(owner for entry in counting for owner in entry.owners)
        return Owned(tuple(owners), f"{self.name}:{','.join(str(entry.line) for entry in counting)}")


class Repositories:
    """The repositories of the files that are asked about, each CODEOWNERS read once."""

    def __init__(self) -> None:
        self._owners: dict[str, CodeOwners | None] = {}

    def of(self, file: str) -> Owned | None:
        """Return who owns a file, by its path from the current folder. None: no repository, or nobody is named."""
        real = os.path.realpath(file)
        root = root_of(real)
        if root is None:
            return None
        if root not in self._owners:
            self._owners[root] = _read(Path(root))
        found = self._owners[root]
        return found.of(Path(real).relative_to(root).as_posix()) if found is not None else None


def root_of(path: str) -> str | None:
    """Return the root of the repository that a file or folder lies in: the nearest folder above that holds `.git`."""
    here = path
    while True:
        if os.path.exists(os.path.join(here, ".git")):  # noqa: PTH110, PTH118 - called on the way to every warm start
            return here
        above = os.path.dirname(here)  # noqa: PTH120 - the same
        if above == here:
            return None
        here = above


def _read(root: Path) -> CodeOwners | None:
    for place in PLACES:
        path = root / place
        if not path.is_file() or not path.resolve().is_relative_to(root):
            continue
        try:
            with regular(path) as stream:
                data = stream.read(SIZE + 1)
        except OSError:
            return None
        return CodeOwners(data.decode(errors="replace"), place) if len(data) <= SIZE else None
    return None


def _entries(text: str) -> Iterator[Entry]:
    section, optional, default = "", False, ()  # type: tuple[str, bool, tuple[str, ...]]
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.strip().removeprefix("\ufeff")
        if not line or line.startswith("#"):
            continue
        if (match := _SECTION.fullmatch(line)) is not None:
            section, optional = match[2].casefold(), bool(match[1])
            default = _owners((match[3] or "").split())
            continue
        pattern, *rest = _WORDS.findall(line)
        named = rest[: next((at for at, word in enumerate(rest) if word.startswith("#")), len(rest))]
        owners = _owners(named)
        if named and not owners:
            continue  # an invalid line is skipped, as the hosts do
        yield Entry(pattern, owners or default, number, section, optional)


def _owners(words: list[str]) -> tuple[str, ...]:
    return tuple(word for word in words if _OWNER.fullmatch(word))
