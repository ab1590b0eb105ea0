"""A crew of threads: units of work that fan out into steps, with bounds on everything."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from queue import Empty, Full, Queue
from threading import Condition, Event, Thread
from time import monotonic
from typing import Generic, NamedTuple, TypeAlias, TypeVar

from phiward.collectors.aws.clients import StoppedError

T = TypeVar("T")

Step: TypeAlias = Callable[[], T]
Unit: TypeAlias = Callable[[], Iterator[Step[T]]]
"""A listing: yields a step for each thing it names."""


class Finished(NamedTuple):
    """Every step of a unit has been done."""

    unit: int


class _Broken(NamedTuple):
    error: BaseException


class Crew(Generic[T]):
    """Runs units and their steps on at most `threads` threads.

    Steps go before units, and a unit whose steps pile up does them itself, so that what waits is bounded. The threads
    never outlive the process: one that hangs in a request does not keep it from ending.
    """

    def __init__(self, units: Sequence[Unit[T]], *, threads: int, backlog: int, stopped: Event) -> None:
        self._units = units
        self._backlog = backlog
        self._stopped = stopped
        self._waiting = deque(range(len(units)))
        self._steps: deque[tuple[int, Step[T]]] = deque()
        self._open = [1] * len(units)  # the listing itself, and each of its steps
        self._left = len(units)
        self._changed = Condition()
        self._results: Queue[T | Finished | _Broken] = Queue(backlog)
        self._threads = [Thread(target=self._work, name=f"aws-{number}", daemon=True) for number in range(threads)]

    def results(self) -> Iterator[T | Finished]:
        """Start, and yield results as they come, with `Finished` after the last one of each unit."""
        left = len(self._units)
        for thread in self._threads:
            thread.start()
        while left:
            result = self._results.get()
            if isinstance(result, _Broken):
                self._end()
                raise result.error
            left -= isinstance(result, Finished)
            yield result

    def stop(self, patience: float = 2.0) -> Iterator[T | Finished]:
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
        while (work := self._next()) is not None:
            unit, step = work
            try:
                if step is None:
                    self._list(unit)
                else:
                    self._put(step())
                self._close(unit)
            except StoppedError:
                return
            except BaseException as error:  # noqa: BLE001 - reason: it is raised again in the caller's thread
                self._put(_Broken(error))

    def _next(self) -> tuple[int, Step[T] | None] | None:
        with self._changed:
            while not self._stopped.is_set() and self._left:
                if self._steps:
                    return self._steps.popleft()
                if self._waiting:
                    return self._waiting.popleft(), None
                self._changed.wait()
        return None

    def _list(self, unit: int) -> None:
        for step in self._units[unit]():
            with self._changed:
                room = len(self._steps) < self._backlog
                if room:
                    self._open[unit] += 1
                    self._steps.append((unit, step))
                    self._changed.notify()
            if self._stopped.is_set():
                raise StoppedError
            if not room:
                self._put(step())

    def _close(self, unit: int) -> None:
        with self._changed:
            self._open[unit] -= 1
            finished = self._open[unit] == 0
            if finished:
                self._left -= 1
                self._changed.notify_all()
        if finished:
            self._put(Finished(unit))

    def _put(self, result: T | Finished | _Broken) -> None:
        while not self._stopped.is_set():
            try:
                self._results.put(result, timeout=0.2)
            except Full:
                continue
            return
        raise StoppedError
