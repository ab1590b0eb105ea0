"""Lines of code for a report: of what was judged, and nothing else."""

import os
from pathlib import Path

import pytest

from phiward.evidence.source_lines import SourceLines


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    """Without marks and ends."""
    (tmp_path / "main.tf").write_bytes("\ufeffa\r\nb\n\nc".encode())

    assert SourceLines([tmp_path]).of(f"{tmp_path}/main.tf") == ("a", "b", "", "c")


def test_a_file_is_read_once(tmp_path: Path) -> None:
    """However many findings are in it."""
    (tmp_path / "main.tf").write_text("a")
    lines = SourceLines([tmp_path / "main.tf"])
    first = lines.of(f"{tmp_path}/main.tf")
    (tmp_path / "main.tf").unlink()

    assert lines.of(f"{tmp_path}/main.tf") is first


def test_a_file_that_changed_since_has_no_lines(tmp_path: Path) -> None:
    """They are not what was judged."""
    (tmp_path / "main.tf").write_text("a")
    os.utime(tmp_path / "main.tf", (2_000, 2_000))

    assert SourceLines([tmp_path], 1_999).of(f"{tmp_path}/main.tf") is None
    assert SourceLines([tmp_path], 2_000).of(f"{tmp_path}/main.tf") == ("a",)


@pytest.mark.parametrize(
    "name", ["../outside.tf", "link.tf", "gone.tf", "folder.tf", "binary.tf", "notes.txt", "a\0.tf"]
)
def test_what_is_no_code_below_the_folder_has_no_lines(tmp_path: Path, name: str) -> None:
    """Another file's lines are nobody's business."""
    inside = tmp_path / "in"
    (inside / "folder.tf").mkdir(parents=True)
    (tmp_path / "outside.tf").write_text("secret")
    (inside / "link.tf").symlink_to(tmp_path / "outside.tf")
    (inside / "binary.tf").write_bytes(b"\xff\xfe\x00")
    (inside / "notes.txt").write_text("x")

    assert SourceLines([inside]).of(f"{inside}/{name}") is None


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """It is no file."""
    os.mkfifo(tmp_path / "pipe.tf")

    assert SourceLines([tmp_path]).of(f"{tmp_path}/pipe.tf") is None


def test_huge_files_have_no_lines(tmp_path: Path) -> None:
    """A frame is not worth them."""
    with (tmp_path / "huge.tf").open("wb") as file:
        file.truncate(5_000_000)

    assert SourceLines([tmp_path]).of(f"{tmp_path}/huge.tf") is None


def test_many_files_can_be_asked(tmp_path: Path) -> None:
    """Few are kept, all are right."""
    for number in range(40):
        (tmp_path / f"{number}.tf").write_text(str(number))
    lines = SourceLines([tmp_path])

    for number in [*range(40), *range(40)]:
        assert lines.of(f"{tmp_path}/{number}.tf") == (str(number),)
