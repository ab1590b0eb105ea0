"""What was read is kept, whatever ends the reading."""

import os
import signal
from collections.abc import Callable, Iterable, Iterator

import pytest

from phiward.cli.collecting import INTERRUPTED, Collecting
from phiward.collectors.port import Options, Progress
from phiward.errors import CollectError
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import CollectionGap, Origin, OriginKind, Resource

Found = Resource | CollectionGap


def bucket(name: str) -> Resource:
    """Return a resource."""
    return Resource(id=name, type="aws.s3.bucket", origin=Origin(kind=OriginKind.LIVE))


class Source:
    """A collector that does as it is told."""

    name = "fake"
    unread: dict[str, int] = {}  # noqa: RUF012 - nothing is unread

    def __init__(self, read: Callable[[], Iterator[Found]]) -> None:
        self.read = read

    def claims(self, target: str) -> bool:
        """Claim anything."""
        return True

    def types(self) -> Iterable[ResourceType]:
        """Declare nothing."""
        return ()

    def collect(self, target: str, options: Options, progress: Callable[[Progress], None]) -> Iterator[Found]:
        """Read."""
        return self.read()


def collecting(*sources: Callable[[], Iterator[Found]]) -> Collecting:
    """Return a run over some sources."""
    return Collecting([(Source(read), f"target-{n}") for n, read in enumerate(sources)], Options(), lambda _: None)


def two() -> Iterator[Found]:
    """Yield two resources."""
    yield bucket("a")
    yield bucket("b")


def interrupted_while_waiting() -> Iterator[Found]:
    """Be interrupted while waiting, and say what is left unread."""
    yield bucket("a")
    try:
        os.kill(os.getpid(), signal.SIGINT)
        yield bucket("never")
    except KeyboardInterrupt:
        yield CollectionGap(source="fake", where="here", reason="interrupted: buckets", types=("aws.s3.bucket",))
        raise


def refused() -> Iterator[Found]:
    """Fail before anything could be read."""
    for reason in ("no credentials",):
        raise CollectError(reason)
    yield from two()


def test_what_was_read_before_ctrl_c_is_kept() -> None:
    """The collector says what it leaves unread, and later targets are gaps."""
    run = collecting(interrupted_while_waiting, two)

    found = list(run)

    assert [each.id for each in found if isinstance(each, Resource)] == ["a"]
    assert [each.reason for each in found if isinstance(each, CollectionGap)] == [
        "interrupted: buckets",
        INTERRUPTED,
        INTERRUPTED,
    ]
    assert run.interrupted
    assert run.reached == ["target-0"]


def test_ctrl_c_while_writing_reaches_the_collector() -> None:
    """Between two resources nobody waits in the collector: it is told when it is asked next."""
    told: list[str] = []

    def source() -> Iterator[Found]:
        try:
            yield from two()
        except KeyboardInterrupt:
            told.append("interrupted")
            raise

    run = iter(collecting(source))
    next(run)
    os.kill(os.getpid(), signal.SIGINT)
    rest = list(run)

    assert told == ["interrupted"]
    assert [type(each) for each in rest] == [CollectionGap]


def test_one_target_that_cannot_be_read_is_an_error() -> None:
    """There is nothing to report on."""
    with pytest.raises(CollectError, match="no credentials"):
        list(collecting(refused))


def test_one_of_several_that_cannot_be_read_is_a_gap() -> None:
    """The others are still reported on."""
    found = list(collecting(refused, two))

    assert [each.reason for each in found if isinstance(each, CollectionGap)] == ["no credentials"]
    assert [each.id for each in found if isinstance(each, Resource)] == ["a", "b"]


def test_a_folder_that_two_collectors_claim_is_one_target() -> None:
    """Both read it; it is named once, and its ids need no prefix."""
    asked: list[Options] = []

    class Asked(Source):
        def collect(self, target: str, options: Options, progress: Callable[[Progress], None]) -> Iterator[Found]:
            asked.append(options)
            return super().collect(target, options, progress)

    run = Collecting([(Asked(two), "tests"), (Asked(two), "tests")], Options(), lambda _: None)

    assert len(list(run)) == 4
    assert run.reached == ["tests"]
    assert [(each.within, each.targets) for each in asked] == [("", ("tests",)), ("", ("tests",))]
