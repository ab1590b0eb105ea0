"""An inventory's lines as a bundle keeps them: in files of 5,000 per resource type, gaps apart, bytes untouched."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, groupby
from typing import Any

import msgspec
from msgspec import Struct

from phiward.errors import EvidenceError

SHARD = 5_000
"""Resources per file."""
HEADER = b'{"phiward":"inventory","version":1}'
GAPS = "facts/gaps.jsonl"
INVENTORY = "facts/inventory.json"
WAIVERS = "facts/waivers.jsonl"
"""The comments in code that ask for waivers, where there are any."""

_TYPE = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)+")
_SHARD_PATH = re.compile(r"facts/([a-z0-9_.]+)/(\d{4,})\.jsonl")


class _Head(Struct):
    type: str = ""
    id: str = ""
    gap: dict[str, Any] | None = None
    phiward: str | None = None
    waiver: dict[str, Any] | None = None


_decoder = msgspec.json.Decoder(_Head)


class Facts:
    """An inventory's lines being sorted into files. Read it once: `resource_files` first, then `gap_lines`."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self.lines = iter(lines)
        self.header = HEADER
        self.resources = 0
        self.first_gap: bytes | None = None
        self.waivers: list[bytes] = []


def resource_files(facts: Facts) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield path and lines of each file of resources. A file's lines must be read before the next one is asked for."""
    for (type_, number), resources in groupby(_resources(facts), key=lambda resource: resource[:2]):
        yield f"facts/{type_}/{number:04}.jsonl", (line for _type, _number, line in resources)


def gap_lines(facts: Facts) -> Iterator[bytes]:
    """Yield the gaps, which stand behind the resources. A resource among them is an `EvidenceError`."""
    if facts.first_gap is None:
        return
    for raw in chain((facts.first_gap,), facts.lines):
        line = raw.rstrip(b"\r\n")
        if _head(line, facts).gap is None:
            raise EvidenceError("the inventory is not sorted: a resource stands behind a gap")
        yield line


def shards(paths: Iterable[str]) -> list[str]:
    """Return the files of resources among a bundle's paths, in the order in which they were written."""
    found = [match for path in paths if (match := _SHARD_PATH.fullmatch(path))]
    return [match[0] for match in sorted(found, key=lambda match: (match[1], int(match[2])))]


def _resources(facts: Facts) -> Iterator[tuple[str, int, bytes]]:
    """Yield each resource's type, the number of its file, and its line."""
    last = ("", "")
    of_type = 0
    for raw in facts.lines:
        line = raw.rstrip(b"\r\n")
        head = _head(line, facts)
        if head.phiward is not None:
            facts.header = line
            continue
        if head.waiver is not None:
            if facts.resources:
                raise EvidenceError("the inventory is not sorted: a comment stands behind a resource")
            facts.waivers.append(line)
            continue
        if head.gap is not None:
            facts.first_gap = line
            return
        if not _TYPE.fullmatch(head.type) or not head.id:
            raise EvidenceError(f"a line of the inventory has no usable type and id: {head.type[:80]!r}")
        if (head.type, head.id) <= last:
            raise EvidenceError(f"the inventory is not sorted, or holds {head.id[:200]!r} ({head.type}) twice")
        of_type = of_type + 1 if head.type == last[0] else 0
        last = (head.type, head.id)
        facts.resources += 1
        yield head.type, of_type // SHARD, line


def _head(line: bytes, facts: Facts) -> _Head:
    try:
        return _decoder.decode(line)
    except msgspec.DecodeError as error:
        raise EvidenceError(f"the inventory's line after {facts.resources} resources is not JSON: {error}") from error
