"""The crew of threads."""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from threading import Event

import pytest

from phiward.collectors.aws.crew import Crew, Finished


def unit(count: int) -> Iterator[Callable[[], int]]:
    """Yield a step for each number."""
    for number in range(count):
        yield partial(int, number)


def crew(*counts: int, backlog: int = 100, threads: int = 4) -> Crew[int]:
    """Return a crew with a unit of so many steps each."""
    return Crew([partial(unit, count) for count in counts], threads=threads, backlog=backlog, stopped=Event())


@pytest.mark.parametrize("backlog", [1, 2, 100])
@pytest.mark.parametrize("threads", [1, 4])
def test_every_step_is_done_and_every_unit_finished(backlog: int, threads: int) -> None:
    """However little may wait, nothing is lost and nothing stands still."""
    results = list(crew(50, 0, 7, backlog=backlog, threads=threads).results())

    assert sorted(each for each in results if isinstance(each, int)) == sorted([*range(50), *range(7)])
    assert sorted(each.unit for each in results if isinstance(each, Finished)) == [0, 1, 2]


def test_a_mistake_in_a_step_is_raised_to_the_caller() -> None:
    """It is never swallowed by a thread."""

    def broken() -> Iterator[Callable[[], float]]:
        yield lambda: 1 / 0

    with pytest.raises(ZeroDivisionError):
        list(Crew([broken], threads=2, backlog=10, stopped=Event()).results())


def test_stopping_ends_the_threads() -> None:
    """Also those that wait for somebody to take their results."""
    endless = crew(1_000_000, backlog=5)
    next(endless.results())

    list(endless.stop())

    until = time.monotonic() + 5
    while time.monotonic() < until and any(each.name.startswith("aws-") for each in threading.enumerate()):
        time.sleep(0.01)
    assert [each.name for each in threading.enumerate() if each.name.startswith("aws-")] == []
