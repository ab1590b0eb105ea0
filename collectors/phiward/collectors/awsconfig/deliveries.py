"""The files that AWS Config delivers: how they are named, and what is in them once unpacked.

The collectors are asked of every target whether it is theirs, so this imports nothing that takes time.
"""

from __future__ import annotations

import os
import re
import zlib
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from phiward.inventory.regular import regular

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES = 1024**3
"""What one file may hold, unpacked: some 300,000 resources of one account and region."""

FIRST_BYTES = 4096
_FILE = (
    r"(?P<account>\d{12})_Config_(?P<region>[a-z]{2}(?:-[a-z]+)+-\d+)_Config(?P<kind>Snapshot|History)_"
    r"(?:.*_)?(?P<time>\d{8}T\d{6}Z)_.*\.json(?:\.gz)?"
)
_FOLDERS = frozenset({"AWSLogs", "Config", "ConfigSnapshot", "ConfigHistory"})
_MARKS = (b'"configSnapshotId"', b'"configurationItems"')
_MOST_FOLDERS = 200_000
_CHUNK = 1024 * 1024


def named(name: str) -> re.Match[str] | None:
    """Return what the name of a delivered file says: account, region, kind, time. None: it is not named so."""
    return re.fullmatch(_FILE, name) if "_Config_" in name else None


def looks_like(target: str) -> bool:
    """Say whether a target is a snapshot, or a folder of deliveries."""
    path = Path(target)
    if path.is_dir():
        return any(True for _ in files(path))
    if not target.endswith((".json", ".json.gz")) or not path.is_file():
        return False
    if named(path.name):
        return True
    try:
        start = b"".join(unpacked(path, FIRST_BYTES))
    except (OSError, TooLargeError, zlib.error):
        return False
    return any(mark in start for mark in _MARKS)


def files(folder: Path) -> Iterator[Path]:
    """Yield the delivered files below a folder, whose own folders are named as AWS Config names them."""
    for top, folders, names in islice(os.walk(folder), _MOST_FOLDERS):
        folders[:] = sorted(name for name in folders if _holds_deliveries(name))
        yield from (Path(top, name) for name in sorted(names) if named(name))


class TooLargeError(Exception):
    """A file holds more than is read."""


def unpacked(path: Path, most: int | None) -> Iterator[bytes]:
    """Yield what a file holds, unpacked if it is gzipped; at most `most` bytes of it.

    Raises `OSError`, `zlib.error`, and where `most` is None and there is more than any snapshot may hold.
    """
    with regular(path) as file:
        start = file.read(2)
        file.seek(0)
        inflate = zlib.decompressobj(wbits=31) if start == b"\x1f\x8b" else None
        total, left = 0, most if most is not None else MOST_BYTES + 1
        while left > 0 and (packed := file.read(_CHUNK)):
            while packed and left > 0:
                plain = inflate.decompress(packed, min(left, _CHUNK)) if inflate else packed[:left]
                packed = inflate.unconsumed_tail if inflate else packed[left:]
                total += len(plain)
                left -= len(plain)
                yield plain
                if inflate and inflate.eof:
                    packed = b""
        if most is None and total > MOST_BYTES:
            raise TooLargeError(f"it holds more than {MOST_BYTES} bytes")
        if most is None and inflate and not inflate.eof:
            raise zlib.error("it ends in the middle")


def _holds_deliveries(name: str) -> bool:
    """Say whether a folder is named as those of a delivery: the organisation, account, region, year, month, day."""
    region = name.count("-") > 1 and name[-1:].isdigit()
    return name in _FOLDERS or name.isdigit() or name.startswith("o-") or region
