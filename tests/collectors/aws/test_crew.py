"""The crew of threads."""

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from threading import Event
from typing import TypeVar

import pytest

from phiward.collectors.aws.crew import Crew, Done, Finished, Opening, Unit

T = TypeVar("T")


def unit(count: int) -> Iterator[Callable[[], int]]:
    """Yield a step for each number."""
    for number in range(count):
        yield partial(int, number)


def group(*units: Callable[[], Iterator[Callable[[], T]]], lane: str = "here") -> Callable[[], Opening[T]]:
    """Return a group of units."""
    return lambda: Opening((), [Unit(lane, steps) for steps in units])


def crew(*counts: int, backlog: int = 100, threads: int = 4) -> Crew[int]:
    """Return a crew with a unit of so many steps each, in two groups."""
    units = [partial(unit, count) for count in counts]
    return Crew([group(*units[:1]), group(*units[1:])], threads=threads, backlog=backlog, stopped=Event())


@pytest.mark.parametrize("backlog", [1, 2, 100])
@pytest.mark.parametrize("threads", [1, 4])
def test_every_step_is_done_and_every_unit_finished(backlog: int, threads: int) -> None:
    """However little may wait, nothing is lost and nothing stands still."""
    results = list(crew(50, 0, 7, backlog=backlog, threads=threads).results())

    assert sorted(each.result for each in results if isinstance(each, Done)) == sorted([*range(50), *range(7)])
    ends = sorted((each.group, each.unit) for each in results if isinstance(each, Finished))
    assert ends == [(0, 0), (1, 0), (1, 1)]


def test_a_mistake_in_a_step_is_raised_to_the_caller() -> None:
    """It is never swallowed by a thread."""

    def broken() -> Iterator[Callable[[], float]]:
        yield lambda: 1 / 0

    with pytest.raises(ZeroDivisionError):
        list(Crew([group(broken)], threads=2, backlog=10, stopped=Event()).results())


def test_stopping_ends_the_threads() -> None:
    """Also those that wait for somebody to take their results."""
    endless = crew(1_000_000, backlog=5)
    next(endless.results())

    list(endless.stop())

    until = time.monotonic() + 5
    while time.monotonic() < until and any(each.name.startswith("aws-") for each in threading.enumerate()):
        time.sleep(0.01)
    assert [each.name for each in threading.enumerate() if each.name.startswith("aws-")] == []


def test_a_group_that_hangs_holds_up_only_its_share_of_the_threads() -> None:
    """A hundred quick steps of another group are done while every step of the first hangs."""
    released = Event()

    def hanging() -> Iterator[Callable[[], int]]:
        yield from [lambda: released.wait(30) and 0 for _ in range(50)]

    working = Crew([group(hanging), group(partial(unit, 100))], threads=4, backlog=500, stopped=Event(), at_once=2)
    results = working.results()

    quick = 0
    while quick < 100:
        result = next(results)
        quick += isinstance(result, Done) and result.group == 1
    released.set()

    assert sum(1 for result in results if isinstance(result, Done)) == 50


def test_a_lane_that_hangs_leaves_threads_to_the_others_of_its_group() -> None:
    """A region that does not answer, listed first, does not keep the next one from being read."""
    released = Event()

    def hanging() -> Iterator[Callable[[], int]]:
        released.wait(30)
        yield from ()

    units = [Unit("dead", hanging)] * 20 + [Unit("alive", partial(unit, 5))] * 20
    results = Crew([lambda: Opening((), units)], threads=8, backlog=500, stopped=Event()).results()

    alive = 0
    while alive < 20:
        result = next(results)
        alive += isinstance(result, Finished) and result.unit >= 20
    released.set()
    list(results)


def test_only_so_many_groups_are_open_at_once() -> None:
    """What an open account holds in memory does not grow with the number of accounts."""
    lock = threading.Lock()
    left = dict.fromkeys(range(30), 10)
    most = 0

    def step(number: int) -> int:
        with lock:
            left[number] -= 1
        return number

    def opened(number: int) -> Opening[int]:
        nonlocal most
        with lock:
            begun.add(number)
            most = max(most, sum(1 for each in begun if left[each]))
        return Opening((), [Unit("here", lambda: iter([partial(step, number)] * 10))])

    begun: set[int] = set()
    groups = [partial(opened, number) for number in range(30)]

    done = list(Crew(groups, threads=4, backlog=9, stopped=Event(), at_once=3).results())

    assert sum(isinstance(each, Done) for each in done) == 300
    assert most <= 4  # a group's last result is put just before its place is free
