"""What an unfinished run keeps."""

import os
import stat
from pathlib import Path

import pytest

from phiward.collectors.aws.state import Journal, State, Unit
from phiward.errors import CollectError
from phiward.inventory.model import Origin, OriginKind, Resource

QUESTION = {"--regions": "us-east-1", "target": "aws"}
NOW = "2026-01-02T03:04:05Z"
HERE = Unit("us-east-1", "aws.kms.key")
THERE = Unit("eu-west-1", "aws.kms.key")


def resource(name: str) -> Resource:
    """Return a resource."""
    return Resource(id=f"arn:{name}", type="aws.kms.key", origin=Origin(kind=OriginKind.LIVE), name=name)


def opened(folder: Path, *, resume: bool = False, question: dict[str, str] = QUESTION) -> State:
    """Return an open state."""
    state = State(folder)
    state.open(question, resume=resume)
    return state


def begun(folder: Path) -> Path:
    """Leave a run with one finished unit and one under way, and return the journal's path."""
    state = opened(folder)
    journal = state.journal("111122223333")
    journal.put(HERE, resource("a"))
    journal.put(THERE, resource("half"))
    journal.put(HERE, resource("b"))
    journal.finish(HERE, NOW)
    journal.put(THERE, resource("another half"))
    journal.close()
    state.close(whole=False)
    return folder / "111122223333.journal"


def kept(folder: Path, now: str = NOW) -> list[str | None]:
    """Return the names of what a resumed run need not read again."""
    state = opened(folder, resume=True)
    journal = state.journal("111122223333")
    units, _ = journal.finished(now, 24)
    found = [each.name for each in journal.read(units)]
    journal.close()
    state.close(whole=False)
    return found


def test_what_is_finished_is_kept_and_what_is_not_is_not(tmp_path: Path) -> None:
    """A unit counts as a whole."""
    begun(tmp_path / "s")

    assert kept(tmp_path / "s") == ["a", "b"]


def test_a_unit_that_is_read_again_replaces_what_was_left_of_it(tmp_path: Path) -> None:
    """Its half of the first session is not told twice, nor at all."""
    begun(tmp_path / "s")
    state = opened(tmp_path / "s", resume=True)
    journal = state.journal("111122223333")
    journal.put(THERE, resource("whole"))
    journal.finish(THERE, NOW)
    journal.close()
    state.close(whole=False)

    assert kept(tmp_path / "s") == ["a", "b", "whole"]


def test_a_line_cut_off_loses_only_what_follows(tmp_path: Path) -> None:
    """As a killed process leaves it; the next session goes on behind the last whole line."""
    path = begun(tmp_path / "s")
    with path.open("ab") as file:
        file.write(b"00ff 1/us-east")

    assert kept(tmp_path / "s") == ["a", "b"]
    assert path.read_bytes().endswith(b"\n")


def test_a_line_that_was_changed_is_not_believed(tmp_path: Path) -> None:
    """Nor is anything after it."""
    path = begun(tmp_path / "s")
    path.write_bytes(path.read_bytes().replace(b'"name":"b"', b'"name":"c"'))

    assert kept(tmp_path / "s") == []


def test_a_journal_of_another_run_is_not_believed(tmp_path: Path) -> None:
    """Each run has its own first digest."""
    path = begun(tmp_path / "s")
    before = path.read_bytes()
    opened(tmp_path / "s").close(whole=False)
    path.write_bytes(before)
    path.chmod(0o600)

    assert kept(tmp_path / "s") == []


def test_what_is_older_than_a_day_is_not_taken_for_the_present(tmp_path: Path) -> None:
    """To the second."""
    begun(tmp_path / "s")

    assert kept(tmp_path / "s", "2026-01-03T03:04:05Z") == ["a", "b"]
    assert kept(tmp_path / "s", "2026-01-03T03:04:06Z") == []


def test_facts_are_their_owners_alone(tmp_path: Path) -> None:
    """Whatever the umask."""
    before = os.umask(0)
    try:
        path = begun(tmp_path / "outer" / "s")
    finally:
        os.umask(before)

    folders = [stat.S_IMODE(each.stat().st_mode) for each in (path.parent, path.parent.parent)]
    assert folders == [0o700, 0o700]
    assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {0o600}


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_a_folder_that_others_may_enter_is_refused(tmp_path: Path, mode: int) -> None:
    """Before anything is read."""
    (tmp_path / "s").mkdir()
    (tmp_path / "s").chmod(mode)

    with pytest.raises(CollectError, match="chmod 700"):
        opened(tmp_path / "s")


def test_a_journal_that_others_may_read_is_refused(tmp_path: Path) -> None:
    """Somebody else's hand was there."""
    begun(tmp_path / "s").chmod(0o644)

    with pytest.raises(CollectError, match="others may read or write it"):
        kept(tmp_path / "s")


def test_a_journal_that_is_a_link_is_refused(tmp_path: Path) -> None:
    """It would write elsewhere."""
    path = begun(tmp_path / "s")
    path.rename(tmp_path / "elsewhere")
    path.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(CollectError, match="cannot be kept"):
        kept(tmp_path / "s")


def test_two_runs_do_not_share_a_folder(tmp_path: Path) -> None:
    """The second is told; once the first is over, it may."""
    first = opened(tmp_path / "s")

    with pytest.raises(CollectError, match="in use by another run"):
        opened(tmp_path / "s")
    first.close(whole=False)
    opened(tmp_path / "s").close(whole=False)


def test_nothing_to_resume_is_told(tmp_path: Path) -> None:
    """And so is a `run` that is damaged."""
    with pytest.raises(CollectError, match="no interrupted run is kept"):
        opened(tmp_path / "s", resume=True)
    begun(tmp_path / "s")
    (tmp_path / "s" / "run").write_bytes(b"x" * 100)
    with pytest.raises(CollectError, match="no interrupted run is kept"):
        opened(tmp_path / "s", resume=True)


def test_another_question_is_refused_by_its_difference_and_loses_nothing(tmp_path: Path) -> None:
    """What is kept is still there for who asks the same."""
    begun(tmp_path / "s")

    with pytest.raises(CollectError, match=r"asked something else \(--regions\): ask the same again"):
        opened(tmp_path / "s", resume=True, question={**QUESTION, "--regions": ""})
    assert kept(tmp_path / "s") == ["a", "b"]


def test_a_new_run_and_a_whole_one_leave_nothing(tmp_path: Path) -> None:
    """Facts do not lie around longer than they are needed."""
    path = begun(tmp_path / "s")
    state = opened(tmp_path / "s")
    assert not path.exists()

    Journal(path, "run", 1).close()
    state.close(whole=True)

    assert list((tmp_path / "s").iterdir()) == []
