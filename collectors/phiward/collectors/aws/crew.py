"""A crew of threads: groups of units of work, which fan out into steps, with bounds on everything.

A group is an account: opened when its turn comes, so that only some are open at a time. Whoever is free works for the
open group with the fewest at work, so that one that answers slowly, or not at all, keeps no more than its share of the
threads. The same holds, more loosely, for the lanes of a group, which are an account's regions.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, Full, Queue
from threading import Condition, Event, Thread
from time import monotonic
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from phiward.collectors.aws.clients import StoppedError

T = TypeVar("T")

Step: TypeAlias = Callable[[], T]


class Unit(NamedTuple, Generic[T]):
    """A listing: yields a step for each thing it names."""

    lane: str
    """What may be slow as a whole: a region."""
    steps: Callable[[], Iterator[Step[T]]]


class Opening(NamedTuple, Generic[T]):
    """What opening a group gave: results of the opening itself, and what there is to do."""

    results: Sequence[T]
    units: Sequence[Unit[T]]


class Opened(NamedTuple):
    """A group was opened, and has so many units."""

    group: int
    units: int


class Done(NamedTuple, Generic[T]):
    """A result of a unit; of the opening itself where `unit` is None."""

    group: int
    unit: int | None
    result: T


class Finished(NamedTuple):
    """Every step of a unit has been done."""

    group: int
    unit: int


class _Broken(NamedTuple):
    error: BaseException


class _Lane(Generic[T]):
    """The units of one region, in their order."""

    def __init__(self) -> None:
        self.waiting: deque[int] = deque()
        self.steps: deque[tuple[int, Step[T]]] = deque()
        self.active = 0

    def take(self) -> tuple[int, Step[T] | None]:
        """Return what to do next: steps go before units."""
        return self.steps.popleft() if self.steps else (self.waiting.popleft(), None)


class _Group(Generic[T]):
    """An open group."""

    def __init__(self, units: Sequence[Unit[T]]) -> None:
        self.units = units
        self.lanes: dict[str, _Lane[T]] = {}
        for number, unit in enumerate(units):
            self.lanes.setdefault(unit.lane, _Lane()).waiting.append(number)
        self.open = [1] * len(units)  # the listing itself, and each of its steps
        self.left = len(units)
        self.ready = len(units)
        """Units and steps that nobody has taken."""
        self.active = 0

    def lane(self, share: int) -> "_Lane[T]":
        """Return the first lane with work and fewer than `share` at work, or else the one with the fewest."""
        ready = [lane for lane in self.lanes.values() if lane.steps or lane.waiting]
        return next((lane for lane in ready if lane.active < share), None) or min(ready, key=lambda lane: lane.active)


class Crew(Generic[T]):
    """Opens groups and runs their units and steps on at most `threads` threads.

    A unit whose steps pile up does them itself, so that what waits is bounded. The threads never outlive the process:
    one that hangs in a request does not keep it from ending.
    """

    def __init__(
        self,
        groups: Sequence[Callable[[], Opening[T]]],
        *,
        threads: int,
        backlog: int,
        stopped: Event,
        at_once: int = 8,
    ) -> None:
        self._groups = groups
        self._at_once = at_once
        self._share = max(1, threads // 4)
        self._backlog = backlog
        self._stopped = stopped
        self._unopened = deque(range(len(groups)))
        self._open: dict[int, _Group[T] | None] = {}
        """None: it is being opened."""
        self._waiting_steps = 0
        self._changed = Condition()
        self._results: Queue[Opened | Done[T] | Finished | _Broken] = Queue(backlog)
        self._threads = [Thread(target=self._work, name=f"aws-{number}", daemon=True) for number in range(threads)]

    def results(self) -> Iterator[Opened | Done[T] | Finished]:
        """Start, and yield results as they come, with `Finished` after the last one of each unit."""
        groups, units = len(self._groups), 0
        for thread in self._threads:
            thread.start()
        while groups or units:
            result = self._results.get()
            if isinstance(result, _Broken):
                self._end()
                raise result.error
            if isinstance(result, Opened):
                groups -= 1
                units += result.units
            units -= isinstance(result, Finished)
            yield result

    def stop(self, patience: float = 2.0) -> Iterator[Opened | Done[T] | Finished]:
        """Stop, wait up to `patience` seconds for the threads, and yield the results that were not taken yet."""
        self._end()
        until = monotonic() + patience
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, until - monotonic()))
        while True:
            try:
                result = self._results.get_nowait()
            except Empty:
                return
            if not isinstance(result, _Broken):
                yield result

    def _end(self) -> None:
        self._stopped.set()
        with self._changed:
            self._changed.notify_all()

    def _work(self) -> None:
        while (task := self._next()) is not None:
            try:
                task()
            except StoppedError:
                return
            except BaseException as error:  # noqa: BLE001 - reason: it is raised again in the caller's thread
                try:
                    self._put(_Broken(error))
                except StoppedError:
                    return

    def _next(self) -> Callable[[], None] | None:
        with self._changed:
            while not self._stopped.is_set() and (self._unopened or self._open):
                if self._unopened and len(self._open) < self._at_once:
                    number = self._unopened.popleft()
                    self._open[number] = None
                    return lambda: self._opened(number)
                ready = [(number, group) for number, group in self._open.items() if group is not None and group.ready]
                if ready:
                    return self._take(*min(ready, key=lambda each: each[1].active))
                self._changed.wait()
        return None

    def _take(self, number: int, group: _Group[T]) -> Callable[[], None]:
        lane = group.lane(self._share)
        unit, step = lane.take()
        group.ready -= 1
        group.active += 1
        lane.active += 1
        self._waiting_steps -= step is not None
        return lambda: self._do(number, group, lane, unit, step)

    def _opened(self, number: int) -> None:
        opening = self._groups[number]()
        for result in opening.results:
            self._put(Done(number, None, result))
        self._put(Opened(number, len(opening.units)))
        with self._changed:
            if opening.units:
                self._open[number] = _Group(opening.units)
            else:
                del self._open[number]
            self._changed.notify_all()

    def _do(self, number: int, group: _Group[T], lane: _Lane[T], unit: int, step: Step[T] | None) -> None:
        if step is None:
            self._list(number, group, lane, unit)
        else:
            self._put(Done(number, unit, step()))
        with self._changed:
            group.active -= 1
            lane.active -= 1
            group.open[unit] -= 1
            finished = group.open[unit] == 0
            if finished:
                group.left -= 1
                if not group.left:
                    del self._open[number]
                    self._changed.notify_all()
        if finished:
            self._put(Finished(number, unit))

    def _list(self, number: int, group: _Group[T], lane: _Lane[T], unit: int) -> None:
        for step in group.units[unit].steps():
            with self._changed:
                room = self._waiting_steps < self._backlog
                if room:
                    group.open[unit] += 1
                    group.ready += 1
                    lane.steps.append((unit, step))
                    self._waiting_steps += 1
                    self._changed.notify()
            if self._stopped.is_set():
                raise StoppedError
            if not room:
                self._put(Done(number, unit, step()))

    def _put(self, result: Opened | Done[T] | Finished | _Broken) -> None:
        while not self._stopped.is_set():
            try:
                self._results.put(result, timeout=0.2)
            except Full:
                continue
            return
        raise StoppedError
