"""How fast a service of an account is asked."""

from collections.abc import Callable
from threading import Event, Lock
from time import monotonic

BURST_SECONDS = 0.1
"""How much of an unused past may be made up for at once."""


class Pace:
    """Lets so many requests a second begin, whoever makes them; who comes early waits for its turn."""

    def __init__(self, per_second: float, stopped: Event, clock: Callable[[], float] = monotonic) -> None:
        self._apart = 1 / per_second
        self._stopped = stopped
        self._clock = clock
        self._lock = Lock()
        self._next = clock()

    def due(self) -> float:
        """Take the next turn, and return how many seconds are left until it."""
        with self._lock:
            now = self._clock()
            turn = max(self._next, now - BURST_SECONDS)
            self._next = turn + self._apart
        return max(0.0, turn - now)

    def wait(self, **_: object) -> None:
        """Wait for a turn, or for the end of the run. As botocore's `before-send` handler: None sends the request."""
        left = self.due()
        if left > 0:
            self._stopped.wait(left)
