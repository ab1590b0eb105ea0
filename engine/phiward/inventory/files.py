"""Inventories as files: JSON Lines, plain or compressed (`.zst`), streamed both ways.

The first line is `{"phiward":"inventory","version":1}`, then how far each target was read, where it can be read in part
(`{"phiward":"reach","reach":{...}}`), then the comments that ask for waivers, then the resources sorted by type and id,
then the gaps, each kind sorted. The same resources give the same bytes, in whatever order they come.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from itertools import takewhile
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, TypeAlias

import msgspec
from msgspec import Struct

from phiward.errors import CollectError, ContentError
from phiward.inventory.model import CollectionGap, Found, Resource
from phiward.inventory.reach import Reach
from phiward.inventory.regular import regular
from phiward.inventory.whole import whole
from phiward.inventory.wire import decode, encode

Item: TypeAlias = Found | Reach

HEADER: Final = b'{"phiward":"inventory","version":1}'
MAX_LINE: Final = 16 * 2**20
"""Bytes that a line may have."""
MAX_RATIO: Final = 1000
"""How many times its size a compressed inventory may hold, once that is more than `FREE_BYTES`."""
FREE_BYTES: Final = 256 * 2**20
CHUNK_BYTES: Final = 32 * 2**20
"""Encoded lines kept in memory while sorting; more are spooled to temporary files."""

_REACH: Final = b'{"phiward":"reach",'
_FEED: Final = 1024
"""Compressed bytes given to the decompressor at a time: four can become 128 KiB, so at most 32 MiB come out."""


def write(path: Path | str, items: Iterable[Item], *, chunk_bytes: int = CHUNK_BYTES) -> None:
    """Write an inventory, compressed where the name ends in `.zst`; the file appears only when it is whole.

    Memory: `chunk_bytes` of encoded lines and about 120 bytes per resource, to find ids given twice. Raises
    `CollectError` for an id that two resources have, and where the file cannot be written.
    """
    path = Path(path)
    try:
        with whole(path) as file, _compressor(file, path) as stream:
            for line in lines(items, chunk_bytes=chunk_bytes):
                stream.write(line + b"\n")
    except OSError as error:
        raise CollectError(f"{path}: the inventory cannot be written: {error.strerror or error}") from error


def lines(items: Iterable[Item], *, chunk_bytes: int = CHUNK_BYTES) -> Iterator[bytes]:
    """Yield the lines of an inventory, without newlines, in the file's order. Memory and errors as for `write`."""
    from phiward.inventory.spool import in_order

    yield HEADER
    yield from in_order(_keyed(items), chunk_bytes)


def _keyed(items: Iterable[Item]) -> Iterator[tuple[bytes, bytes]]:
    """Yield each item's sort key and line; refuse an id given twice."""
    from hashlib import blake2b

    seen: set[bytes] = set()
    for item in items:
        if isinstance(item, Reach):
            line = msgspec.json.encode({"phiward": "reach", "reach": item}, order="sorted")
            yield b"!" + line, line
            continue
        line = encode(item)
        if not isinstance(item, Resource):
            yield (b"1" if isinstance(item, CollectionGap) else b"/") + line, line
            continue
        digest = blake2b(item.id.encode(errors="backslashreplace"), digest_size=16).digest()
        if digest in seen:
            raise CollectError(
                f"two resources have the id {item.id!r} (one is a {item.type}): name each target once, "
                "or scan them apart"
            )
        seen.add(digest)
        yield b"0" + _part(item.type) + b"\x00" + _part(item.id), line


def _part(text: str) -> bytes:
    """Return text as part of a sort key: no newline, no bare NUL, so that no part runs into the next."""
    return text.encode(errors="backslashreplace").replace(b"\x00", b"\x00\x01").replace(b"\n", b"\x00\x02")


def _compressor(file: IO[bytes], path: Path) -> AbstractContextManager[IO[bytes]]:
    """Return the stream to write to."""
    if path.suffix != ".zst":
        return nullcontext(file)
    import zstandard

    return zstandard.ZstdCompressor(level=6, write_checksum=True).stream_writer(file, closefd=False)


def read(path: Path | str, configs: Mapping[str, type[Struct]] | None = None) -> Iterator[Found]:
    """Yield what an inventory holds, in its order. `configs` as for `phiward.inventory.wire.decode`.

    Raises `ContentError` with the line for what is malformed, out of order or given twice.
    """
    from hashlib import blake2b

    seen: set[bytes] = set()
    last = b""
    for number, line in enumerate(read_lines(path), start=2):
        try:
            item = decode(line, configs)
        except ContentError as error:
            raise ContentError(error.message, file=str(path), line=number) from error
        if not isinstance(item, Resource):
            key = (b"1" if isinstance(item, CollectionGap) else b"/") + line
        else:
            key = b"0" + _part(item.type) + b"\x00" + _part(item.id)
            digest = blake2b(item.id.encode(), digest_size=16).digest()
            if digest in seen:
                raise ContentError(f"the id {item.id!r} is there twice", file=str(path), line=number)
            seen.add(digest)
        if key < last:
            raise ContentError("the inventory is not sorted by type and id", file=str(path), line=number)
        last = key
        yield item


def reach(path: Path | str) -> tuple[Reach, ...]:
    """Return how far the targets of an inventory were read. Raises `ContentError` as `read_lines` does."""
    path = Path(path)
    try:
        with regular(path) as file:
            given = _plain_lines(file) if path.suffix != ".zst" else _expanded_lines(file, path)
            told = takewhile(lambda line: line.startswith(_REACH), _checked(given, path, told=True))
            return tuple(msgspec.json.decode(line, type=_Told).reach for line in told)
    except msgspec.MsgspecError as error:
        raise ContentError(f"how far a target was read is malformed: {error}", file=str(path)) from error
    except OSError as error:
        raise ContentError(f"the inventory cannot be read: {error.strerror or error}", file=str(path)) from error


class _Told(Struct):
    """A line that says how far a target was read."""

    phiward: str
    reach: Reach


def read_lines(path: Path | str) -> Iterator[bytes]:
    """Yield the lines of resources and gaps as they are, without newlines, undecoded.

    Raises `ContentError` for a missing or foreign header, an empty or overlong line, a truncated file, one that cannot
    be read, and a compressed one that would expand beyond measure.
    """
    path = Path(path)
    try:
        with regular(path) as file:
            yield from _checked(_plain_lines(file) if path.suffix != ".zst" else _expanded_lines(file, path), path)
    except OSError as error:
        raise ContentError(f"the inventory cannot be read: {error.strerror or error}", file=str(path)) from error


def _checked(given: Iterator[bytes], path: Path, *, told: bool = False) -> Iterator[bytes]:
    """Yield lines without their newline, the header taken off, and what tells of the reach unless it is `told`."""
    number = 0
    heading = True
    for number, line in enumerate(given, start=1):
        heading = heading and (number == 1 or line.startswith(_REACH))
        if len(line) > MAX_LINE + 1:
            raise ContentError(f"the line is longer than {MAX_LINE} bytes", file=str(path), line=number)
        if not line.endswith(b"\n"):
            raise ContentError("the line is cut off: the file was not written whole", file=str(path), line=number)
        if number == 1:
            _check_header(line[:-1], path)
        elif len(line) == 1:
            raise ContentError("the line is empty", file=str(path), line=number)
        elif told or not heading:
            yield line[:-1]
    if number == 0:
        raise ContentError("the file is empty, not even a header: collect again", file=str(path))


def _check_header(line: bytes, path: Path) -> None:
    """Refuse what is no inventory, or one of another version."""
    if line == HEADER:
        return
    if line.startswith(b'{"phiward":"inventory","version":'):
        raise ContentError("the inventory was written by another version of phiward", file=str(path), line=1)
    raise ContentError(f"not an inventory: the first line must be {HEADER.decode()}", file=str(path), line=1)


def _plain_lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield lines, an overlong one cut."""
    while line := file.readline(MAX_LINE + 2):
        yield line


def _expanded_lines(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """Yield the lines of a compressed file."""
    begun: list[bytes] = []
    size = 0
    for part in _expanded(file, path):
        first, *more = part.split(b"\n")
        begun.append(first)
        size += len(first)
        if more:
            yield b"".join(begun) + b"\n"
            *whole, last = more
            for line in whole:
                yield line + b"\n"
            begun, size = [last], len(last)
        if size > MAX_LINE + 1:
            yield b"".join(begun)
    if size:
        yield b"".join(begun)


def _expanded(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """Yield decompressed parts, at most 32 MiB each; one frame, whole, with nothing behind it."""
    import zstandard

    size = max(os.fstat(file.fileno()).st_size, 1)
    stream: Any = zstandard.ZstdDecompressor(max_window_size=2**27).decompressobj()
    total = 0
    try:
        while not stream.eof and (compressed := file.read(_FEED)):
            part = stream.decompress(compressed)
            total += len(part)
            if total > FREE_BYTES and total > size * MAX_RATIO:
                raise ContentError(f"it expands to more than {MAX_RATIO} times its size", file=str(path))
            yield part
    except zstandard.ZstdError as error:
        raise ContentError(f"not whole zstd data: {error}", file=str(path)) from error
    if not stream.eof:
        raise ContentError("the compressed data is cut off: the file was not written whole", file=str(path))
    if stream.unused_data or file.read(1):
        raise ContentError("something follows the compressed data", file=str(path))
