"""An inventory is the same bytes whatever the order, and a broken one is told by its line."""

import random
from pathlib import Path
from typing import Any

import pytest
import zstandard

from phiward.errors import CollectError, ContentError
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.files import HEADER, MAX_LINE, lines, reach, read, read_lines, write
from phiward.inventory.model import CollectionGap, Origin, OriginKind, Resource, Unknown
from phiward.inventory.reach import Reach

LIVE = Origin(kind=OriginKind.LIVE)


def some(number: int) -> list[Resource | CollectionGap]:
    """Return resources of two types, one partly unknown, and two gaps."""
    found: list[Resource | CollectionGap] = [
        Resource(
            id=f"id-{each}",
            type="aws.s3.bucket" if each % 2 else "aws.ec2.volume",
            origin=LIVE,
            encryption_at_rest=EncryptionAtRest(enabled=Unknown("denied") if each == 1 else True),
        )
        for each in range(number)
    ]
    return [
        *found,
        CollectionGap(source="aws", where="us-east-1", reason="denied"),
        CollectionGap(source="aws", where="eu-west-1", reason="denied"),
    ]


@pytest.mark.parametrize("name", ["inventory.jsonl", "inventory.jsonl.zst"])
def test_any_order_gives_the_same_file(tmp_path: Path, name: str) -> None:
    """Shuffled, and sorted through spooled runs: byte for byte the same."""
    items = some(200)
    write(tmp_path / name, items)
    expected = (tmp_path / name).read_bytes()

    random.Random(7).shuffle(items)
    write(tmp_path / name, items, chunk_bytes=2000)

    assert (tmp_path / name).read_bytes() == expected
    assert [each.name for each in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", ["inventory.jsonl", "inventory.jsonl.zst"])
def test_what_is_written_is_read(tmp_path: Path, name: str) -> None:
    """Resources by type and id, then gaps."""
    write(tmp_path / name, iter(some(30)))

    found = list(read(tmp_path / name))

    assert sorted(map(str, found)) == sorted(map(str, some(30)))
    resources = [(each.type, each.id) for each in found if isinstance(each, Resource)]
    assert resources == sorted(resources)
    assert isinstance(found[-1], CollectionGap)


def test_the_file_reads_as_json_lines(tmp_path: Path) -> None:
    """Header first, one object a line, a newline at the end."""
    write(tmp_path / "i.jsonl", some(1))

    assert (tmp_path / "i.jsonl").read_bytes().split(b"\n") == [
        b'{"phiward":"inventory","version":1}',
        b'{"encryption_at_rest":{"enabled":true},"id":"id-0","origin":{"kind":"live"},"type":"aws.ec2.volume"}',
        b'{"gap":{"reason":"denied","source":"aws","where":"eu-west-1"}}',
        b'{"gap":{"reason":"denied","source":"aws","where":"us-east-1"}}',
        b"",
    ]


NARROW = Reach(target="aws", asked={"services": ("s3",)}, left_out=("services: only s3",))


@pytest.mark.parametrize("name", ["i.jsonl", "i.jsonl.zst"])
def test_how_far_a_target_was_read_is_kept(tmp_path: Path, name: str) -> None:
    """It comes first, however late it is known, and is no resource or gap."""
    write(tmp_path / name, [*some(1), NARROW])
    write(tmp_path / f"plain-{name}", some(1))

    assert reach(tmp_path / name) == (NARROW,)
    assert list(read_lines(tmp_path / name)) == list(read_lines(tmp_path / f"plain-{name}"))
    assert list(read(tmp_path / name)) == list(read(tmp_path / f"plain-{name}"))
    assert reach(tmp_path / f"plain-{name}") == ()


def test_a_malformed_reach_is_refused(tmp_path: Path) -> None:
    """It is not taken for a whole reading."""
    (tmp_path / "i.jsonl").write_bytes(HEADER + b'\n{"phiward":"reach","reach":{"asked":7}}\n')

    with pytest.raises(ContentError, match="how far a target was read is malformed"):
        reach(tmp_path / "i.jsonl")


def test_an_id_given_twice_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    """Two resources of one id would hide each other."""
    twice = [Resource(id="a", type="x", origin=LIVE), Resource(id="a", type="y", origin=LIVE)]

    with pytest.raises(CollectError, match="two resources have the id 'a'"):
        write(tmp_path / "i.jsonl", twice)

    assert list(tmp_path.iterdir()) == []


def test_odd_ids_keep_their_lines_apart() -> None:
    """Newlines and NUL in ids neither break the spool nor the lines."""
    items = [Resource(id=odd, type="x", origin=LIVE) for odd in ("a\nb", "a", "a\x00b", "\n", "a\udcff", "é")]

    spooled = list(lines(items, chunk_bytes=1))

    assert spooled == list(lines(reversed(items)))
    assert len(spooled) == 7


def test_a_folder_that_is_not_there_is_a_collect_error(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(CollectError, match="cannot be written: No such file"):
        write(tmp_path / "none" / "i.jsonl", [])


A = b'{"id":"a","origin":{"kind":"live"},"type":"x"}\n'
B = b'{"id":"b","origin":{"kind":"live"},"type":"x"}\n'
HEAD = HEADER + b"\n"


@pytest.mark.parametrize(
    ("content", "line", "said"),
    [
        (b"", None, "empty"),
        (b"{}\n", 1, "not an inventory"),
        (b'{"phiward":"inventory","version":2}\n', 1, "another version"),
        (HEAD + A[:-1], 2, "cut off"),
        (HEAD + A + B[:10], 3, "cut off"),
        (HEAD + A + b"\n" + B, 3, "empty"),
        (HEAD + A + b"{\n", 3, "not a line"),
        (HEAD + B + A, 3, "not sorted"),
        (HEAD + A + A, 3, "twice"),
        (HEAD + A + A.replace(b'"x"', b'"y"'), 3, "twice"),
        (HEAD + b" " * (MAX_LINE + 2) + b"\n", 2, "longer than"),
    ],
)
@pytest.mark.parametrize("compressed", [False, True])
def test_a_broken_file_is_told_by_its_line(
    tmp_path: Path, content: bytes, line: int | None, said: str, compressed: bool
) -> None:
    """Each defect names file, line and what is wrong, compressed or not."""
    path = tmp_path / ("i.jsonl.zst" if compressed else "i.jsonl")
    path.write_bytes(zstandard.compress(content) if compressed else content)

    with pytest.raises(ContentError, match=said) as caught:
        list(read(path))

    assert (caught.value.file, caught.value.line) == (str(path), line)


def _compressed() -> bytes:
    """Return a compressed inventory."""
    return zstandard.ZstdCompressor(write_checksum=True).compress(HEAD + A + B)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (_compressed()[:-1], "cut off"),
        (_compressed()[:20], "cut off"),
        (_compressed() + b"x", "follows"),
        (_compressed() + _compressed(), "follows"),
        (b"not zstd", "not whole zstd"),
        (_compressed()[:-1] + b"\x00", "not whole zstd"),
        (b"", "cut off"),
    ],
)
def test_broken_compression_is_a_content_error(tmp_path: Path, data: bytes, said: str) -> None:
    """Truncated, extended, foreign or damaged data never reads as a shorter inventory."""
    (tmp_path / "i.zst").write_bytes(data)

    with pytest.raises(ContentError, match=said):
        list(read(tmp_path / "i.zst"))


def test_a_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What expands beyond measure stops early."""
    monkeypatch.setattr("phiward.inventory.files.FREE_BYTES", 2**20)
    (tmp_path / "i.zst").write_bytes(zstandard.compress(HEAD + A * 2_000_000))

    with pytest.raises(ContentError, match="times its size"):
        list(read_lines(tmp_path / "i.zst"))


def test_reading_keeps_no_more_than_it_yields(tmp_path: Path) -> None:
    """Lines come before the file has been read to its end."""
    (tmp_path / "i.jsonl").write_bytes(HEAD + A + b"broken")
    stream: Any = read_lines(tmp_path / "i.jsonl")

    assert next(stream) == A[:-1]


def test_a_missing_file_is_a_content_error(tmp_path: Path) -> None:
    """The reason is the system's."""
    with pytest.raises(ContentError, match="cannot be read: No such file"):
        list(read(tmp_path / "i.jsonl"))
