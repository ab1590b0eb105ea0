"""Opening a bundle that nobody vouches for yet: a zip file or a folder, both read defensively.

A zip may hold nothing but plain files, one after the other, without anything before, between or behind them; a
folder nothing but plain files and folders. Names, numbers and sizes are checked before anything is unpacked.
"""

import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from msgspec import Struct

from phiward.errors import EvidenceError
from phiward.evidence.manifest import check_paths
from phiward.inventory.regular import regular

_END = struct.Struct("<4s4H2LH")
_LOCAL = struct.Struct("<4s5H3L2H")
_READABLE = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED_OR_STREAMED = 0x1 | 0x8 | 0x40
_MIB = 1024 * 1024


class Limits(Struct, frozen=True, kw_only=True):
    """How much a bundle may ask for. Sizes in bytes, unpacked."""

    entries: int = 100_000
    file: int = 8 * 1024 * _MIB
    total: int = 32 * 1024 * _MIB
    ratio: int = 250
    """Unpacked to packed, for files above one MiB. What phiward writes stays below 100."""


LIMITS = Limits()


class Container(Struct, frozen=True):
    """An opened bundle: the size of each file by path, and a way to read one."""

    sizes: dict[str, int]
    open: Callable[[str], IO[bytes]]

    def read(self, path: str, largest: int = 64 * _MIB) -> bytes:
        """Read one small file whole."""
        if path not in self.sizes:
            raise EvidenceError(f"{path}: missing from the bundle")
        if self.sizes[path] > largest:
            raise EvidenceError(f"{path}: larger than {largest} bytes")
        return b"".join(self.chunks(path))

    def chunks(self, path: str) -> Iterator[bytes]:
        """Yield a file's content piece by piece. A damaged archive is an `EvidenceError`."""
        try:
            with self.open(path) as file:
                while chunk := file.read(_MIB):
                    yield chunk
        except (OSError, zipfile.BadZipFile, EOFError, ValueError, zlib.error) as error:
            raise EvidenceError(f"{path}: cannot be unpacked: {error}") from error


@contextmanager
def opened(path: Path, limits: Limits = LIMITS) -> Iterator[Container]:
    """Open a bundle for reading. Anything that a bundle would not hold is an `EvidenceError`."""
    if path.is_dir():
        yield _folder(path, limits)
        return
    try:
        file = regular(path)
    except OSError as error:
        raise EvidenceError(f"{path}: the bundle cannot be read: {error.strerror}") from error
    with file:
        entries = _announced(file, limits)
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise EvidenceError(f"{path}: not a readable zip: {error}") from error
        with archive:
            infos = archive.infolist()
            if len(infos) != entries:
                raise EvidenceError(f"{path}: the zip announces {entries} files and lists {len(infos)}")
            sizes = _checked(infos, limits)
            _check_layout(file, infos, archive.start_dir)
            yield Container(sizes, archive.open)


def _announced(file: IO[bytes], limits: Limits) -> int:
    """Read the end record: exactly at the end of the file, no comment, a sane number of entries."""
    size = file.seek(0, os.SEEK_END)
    if size < _END.size:
        raise EvidenceError("the bundle is not a zip: too short")
    file.seek(size - _END.size)
    mark, _disk, _start, here, entries, directory, _offset, comment = _END.unpack(file.read(_END.size))
    if mark != b"PK\x05\x06" or comment:
        raise EvidenceError("the bundle is not a whole zip: cut off, or something follows it")
    if here != entries or entries == 0xFFFF:
        raise EvidenceError("the zip is split or announces too many files")
    if entries > limits.entries or directory > 64 * _MIB:
        raise EvidenceError(f"the zip announces {entries} files; at most {limits.entries} are allowed")
    return int(entries)


def _checked(infos: list[zipfile.ZipInfo], limits: Limits) -> dict[str, int]:
    check_paths(info.orig_filename for info in infos)
    total = 0
    for info in infos:
        name = info.orig_filename
        if info.compress_type not in _READABLE or info.flag_bits & _ENCRYPTED_OR_STREAMED:
            raise EvidenceError(
                f"{name}: encrypted, streamed or packed in an unknown way; unzip it and verify the folder"
            )
        mode = info.external_attr >> 16
        if stat.S_IFMT(mode) not in {0, stat.S_IFREG}:
            raise EvidenceError(f"{name}: not a plain file (a link, device or folder)")
        if info.file_size > limits.file or info.file_size > _MIB + limits.ratio * info.compress_size:
            raise EvidenceError(f"{name}: unpacks to {info.file_size} bytes, more than allowed (a zip bomb?)")
        total += info.file_size
    if total > limits.total:
        raise EvidenceError(f"the zip unpacks to {total} bytes, more than the {limits.total} allowed (a zip bomb?)")
    return {info.orig_filename: info.file_size for info in infos}


def _check_layout(file: IO[bytes], infos: list[zipfile.ZipInfo], directory: int) -> None:
    """Refuse bytes that belong to no file, files that share bytes, and local headers that tell another name."""
    expected = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        name = info.orig_filename
        if info.header_offset != expected:
            raise EvidenceError(f"{name}: overlaps another file of the zip, or hidden bytes stand before it")
        file.seek(expected)
        raw = file.read(_LOCAL.size)
        if len(raw) < _LOCAL.size:
            raise EvidenceError(f"{name}: the zip is cut off")
        mark, _v, flags, method, _t, _d, _crc, _packed, _size, name_size, extra_size = _LOCAL.unpack(raw)
        local = file.read(name_size)
        if mark != b"PK\x03\x04" or local != name.encode() or (flags, method) != (info.flag_bits, info.compress_type):
            raise EvidenceError(f"{name}: the zip's two records of it differ")
        expected += _LOCAL.size + name_size + extra_size + info.compress_size
    if expected != directory:
        raise EvidenceError("hidden bytes stand between the zip's files and its directory")


def _folder(root: Path, limits: Limits) -> Container:
    sizes: dict[str, int] = {}
    for folder, names, files in os.walk(root, onerror=_unreadable):
        for name in sorted(names) + sorted(files):
            path = Path(folder, name)
            inside = path.relative_to(root).as_posix()
            found = path.lstat()
            if stat.S_ISDIR(found.st_mode):
                continue
            if not stat.S_ISREG(found.st_mode):
                raise EvidenceError(f"{inside}: not a plain file (a link or device)")
            sizes[inside] = found.st_size
            if len(sizes) > limits.entries:
                raise EvidenceError(f"more than {limits.entries} files")
    check_paths(sizes)
    if max(sizes.values(), default=0) > limits.file or sum(sizes.values()) > limits.total:
        raise EvidenceError("the folder is larger than a bundle may be")
    return Container(sizes, lambda inside: regular(root / inside, follow=False))


def _unreadable(error: OSError) -> None:
    raise EvidenceError(f"{error.filename}: cannot be read: {error.strerror}") from error
