"""Zips and folders made to harm whoever opens them."""

import os
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from evidence import samples
from evidence.tampering import failed, files_of, rezip, trusted, unzip

from phiward.evidence import bundle
from phiward.evidence.container import Limits
from phiward.evidence.verify import exit_code, verify


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Return a good bundle; its key is `signer.pub` beside it."""
    bundle.write(tmp_path / "good.zip", samples.evidence(), samples.signer(tmp_path))
    return tmp_path / "good.zip"


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd",
        "../evil",
        "a/../../evil",
        "a\\evil",
        "C:evil",
        "a//b",
        "./a",
        "a\nb",
        "a\u202eb",
        "README.TXT",
        "e\u0301",
    ],
)
def test_an_unsafe_name_in_a_zip_is_refused(good: Path, name: str) -> None:
    """Zip-slip, drive letters, names that differ in case or normalization only."""
    steps = verify(rezip(good, files_of(good) | {name: b"x"}), trusted(good))

    assert exit_code(steps) == 1
    assert [step.name for step in steps] == ["archive"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(good: Path) -> None:
    """Two readers would see two files."""
    twice = [*files_of(good).items(), ("README.txt", b"another")]

    assert "stands twice" in failed(verify(rezip(good, twice), trusted(good)))


def test_a_link_in_a_zip_is_refused(good: Path) -> None:
    """A symbolic link is not a plain file."""
    info = zipfile.ZipInfo("link")
    info.external_attr = 0o120777 << 16
    tampered = rezip(good, files_of(good))
    with zipfile.ZipFile(tampered, "a") as archive:
        archive.writestr(info, "/etc/passwd")

    assert "not a plain file" in failed(verify(tampered, trusted(good)))


@pytest.mark.parametrize("target", ["/etc/passwd", "README.txt", "."])
def test_a_link_in_a_folder_is_refused(good: Path, target: str) -> None:
    """Links to files and to folders, even where their content would be right."""
    folder = unzip(good, files_of(good))
    (folder / "link").symlink_to(target)

    assert "not a plain file" in failed(verify(folder, trusted(good)))


def test_a_listed_file_that_became_a_link_is_refused(good: Path) -> None:
    """The content behind the link may change after the verification."""
    folder = unzip(good, files_of(good))
    shutil.move(folder / "README.txt", folder.parent / "outside.txt")
    (folder / "README.txt").symlink_to(folder.parent / "outside.txt")

    assert exit_code(verify(folder, trusted(good))) == 1


def test_a_pipe_in_a_folder_does_not_hang(good: Path) -> None:
    """A named pipe is refused unopened."""
    folder = unzip(good, files_of(good))
    os.mkfifo(folder / "pipe")

    assert "not a plain file" in failed(verify(folder, trusted(good)))


@pytest.mark.parametrize(
    ("edit", "word"),
    [
        (lambda raw: raw[:-30], "cut off"),
        (lambda raw: raw[: len(raw) // 2], "cut off"),
        (lambda raw: raw + b"trailing", "something follows"),
        (lambda raw: b"#!/bin/sh\n" + raw, "zip"),
        (lambda raw: b"", "too short"),
        (lambda raw: b"\0" * 5000, "not a whole zip"),
    ],
    ids=["end cut", "half", "trailing", "leading", "empty", "zeros"],
)
def test_a_damaged_zip_is_refused(good: Path, edit: Callable[[bytes], bytes], word: str) -> None:
    """Truncated, or with bytes that belong to no file."""
    good.write_bytes(edit(good.read_bytes()))

    steps = verify(good, trusted(good))

    assert exit_code(steps) == 1
    assert word in failed(steps)


def test_every_single_byte_of_the_zip_counts(good: Path) -> None:
    """Whichever byte of the content is flipped, nothing is taken for good and nothing crashes."""
    raw = good.read_bytes()
    with zipfile.ZipFile(good) as archive:
        end = archive.start_dir

    for place in range(0, end, 97):
        flipped = bytearray(raw)
        flipped[place] ^= 0x41
        good.write_bytes(flipped)
        steps = verify(good, trusted(good))
        header_field_without_meaning = exit_code(steps) == 0
        if header_field_without_meaning:
            with zipfile.ZipFile(good) as archive:
                assert {name: archive.read(name) for name in archive.namelist()} == files_from(raw)


def files_from(raw: bytes) -> dict[str, bytes]:
    """Return the files of a zip in memory."""
    import io

    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_a_zip_bomb_is_refused_unread(good: Path) -> None:
    """A file that unpacks to hundreds of times its size is not unpacked."""
    tampered = rezip(good, files_of(good) | {"bomb": b"\0" * 40_000_000})

    assert "zip bomb" in failed(verify(tampered, trusted(good)))


def test_a_size_that_lies_is_refused(good: Path) -> None:
    """A directory entry that understates its size does not unpack more."""
    tampered = rezip(good, files_of(good) | {"bomb": b"\0" * 4_000_000})
    raw = tampered.read_bytes()
    tampered.write_bytes(raw.replace(struct.pack("<L", 4_000_000), struct.pack("<L", 10)))

    assert exit_code(verify(tampered, trusted(good))) == 1


@pytest.mark.parametrize("limits", [Limits(entries=3), Limits(file=100), Limits(total=1000)])
@pytest.mark.parametrize("lay", [rezip, unzip])
def test_limits_hold(good: Path, limits: Limits, lay: Callable[[Path, dict[str, bytes]], Path]) -> None:
    """Number of files, size of one, size of all."""
    assert exit_code(verify(lay(good, files_of(good)), trusted(good), limits=limits)) == 1


def test_overlapping_files_are_refused(good: Path) -> None:
    """Two directory entries that share the same bytes (a quine bomb) are refused."""
    content = zlib.compress(b"x" * 1000)[2:-4]
    local = (
        struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 8, 0, 33, zlib.crc32(b"x" * 1000), len(content), 1000, 1, 0) + b"a"
    )
    entries = b"".join(
        struct.pack(
            "<4s6H3L5H2L",
            b"PK\1\2",
            20,
            20,
            0,
            8,
            0,
            33,
            zlib.crc32(b"x" * 1000),
            len(content),
            1000,
            1,
            0,
            0,
            0,
            0,
            0,
            0,
        )
        + name
        for name in (b"a", b"b")
    )
    body = local + content
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 2, 2, len(entries), len(body), 0)
    good.write_bytes(body + entries + end)

    assert "overlaps" in failed(verify(good, trusted(good)))
