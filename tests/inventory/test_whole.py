"""Files appear whole or not at all, and what is not a file is never replaced."""

import os
import stat
from pathlib import Path

import pytest

from phiward.inventory.whole import whole


def test_a_failure_leaves_what_stood(tmp_path: Path) -> None:
    """Half a file never takes the place of a whole one."""
    target = tmp_path / "report"
    target.write_text("before")

    with pytest.raises(TypeError), whole(target, "w") as file:
        file.writelines(["half", None])

    assert [path.name for path in tmp_path.iterdir()] == ["report"]
    assert target.read_text() == "before"


def test_a_pipe_is_written_to_and_stays_one(tmp_path: Path) -> None:
    """A device or pipe belongs to others too: replacing it by a file would break them."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)

    with whole(pipe, "w") as file:
        file.write("told")

    assert os.read(reader, 10) == b"told"
    assert stat.S_ISFIFO(pipe.stat().st_mode)
    os.close(reader)


def test_a_link_stays_one(tmp_path: Path) -> None:
    """The file behind a link is replaced, the link is kept."""
    target, link = tmp_path / "target", tmp_path / "link"
    target.write_text("before")
    link.symlink_to(target)

    with whole(link, "w") as file:
        file.write("after")

    assert link.is_symlink()
    assert target.read_text() == "after"
