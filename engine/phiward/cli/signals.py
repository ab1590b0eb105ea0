"""The signals that ask a run to end: Ctrl-C, and what pipelines, service managers and lost terminals send."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    Handler = Callable[[int, FrameType | None], None]

ASKING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


INTERRUPTED = 128 + signal.SIGINT
"""The exit code of Ctrl-C."""


class Ended(KeyboardInterrupt):
    """A signal asked the run to end."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number


def code_of(error: KeyboardInterrupt) -> int:
    """Return the exit code of a run that was ended, as shells count it: 130 for Ctrl-C, 143 for SIGTERM."""
    return 128 + (error.number if isinstance(error, Ended) else signal.SIGINT)


def interruption(error: BaseException) -> KeyboardInterrupt | None:
    """Return the interruption in whose course an error came up: a signal may hit a lock that is just being taken."""
    seen: BaseException | None = error
    while seen is not None and not isinstance(seen, KeyboardInterrupt):
        seen = seen.__context__
    return seen


def end(number: int, _frame: FrameType | None) -> None:
    """End the run by an exception, so that scratch folders and half-written files are taken away."""
    raise Ended(number)


@contextmanager
def handled(handler: Handler) -> Iterator[None]:
    """Hand these signals to `handler` meanwhile. One that was ignored (`nohup`, a background job) stays ignored."""
    previous = {number: signal.getsignal(number) for number in ASKING}
    mine = [number for number, before in previous.items() if before not in {signal.SIG_IGN, None}]
    for number in mine:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number in mine:
            signal.signal(number, previous[number])
