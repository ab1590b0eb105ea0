"""How fast a service is asked."""

from threading import Event

import pytest

from phiward.collectors.aws.clients import Pool
from phiward.collectors.aws.pace import BURST_SECONDS, Pace


def test_no_more_begin_in_a_second_than_are_allowed() -> None:
    """However many ask at once: the last of a hundred waits for its turn."""
    pace = Pace(20, Event(), clock=lambda: 0.0)

    waits = [pace.due() for _ in range(100)]

    assert waits == sorted(waits)
    assert waits[0] == 0
    assert waits[-1] == pytest.approx(99 / 20)


def test_an_unused_past_is_made_up_for_only_a_little() -> None:
    """After a minute's silence, no minute's worth of requests begins at once."""
    now = 0.0
    pace = Pace(20, Event(), clock=lambda: now)
    now = 60.0

    waits = [pace.due() for _ in range(20)]

    assert sum(wait == 0 for wait in waits) == 20 * BURST_SECONDS + 1
    assert waits[-1] == pytest.approx(19 / 20 - BURST_SECONDS)


def test_a_stopped_run_waits_for_nothing() -> None:
    """Ctrl-C ends the waiting too."""
    stopped = Event()
    pace = Pace(0.001, stopped)
    pace.due()
    stopped.set()

    pace.wait()


class Client:
    """A client that can be closed."""

    closed = False

    def close(self) -> None:
        """Close it."""
        self.closed = True


def test_the_least_lately_used_client_is_let_go() -> None:
    """And an account's clients go with it. Who goes is closed."""
    pool = Pool(2)
    one, other = object(), object()
    a, b, c = Client(), Client(), Client()
    pool.put((one, "s3", "r"), a)
    pool.put((one, "ec2", "r"), b)
    assert pool.get((one, "s3", "r")) is a
    pool.put((other, "s3", "r"), c)

    assert (pool.get((one, "ec2", "r")), pool.get((one, "s3", "r")), len(pool)) == (None, a, 2)
    assert (a.closed, b.closed, c.closed) == (False, True, False)
    pool.drop(one)
    assert (pool.get((one, "s3", "r")), pool.get((other, "s3", "r"))) == (None, c)
    assert (a.closed, c.closed) == (True, False)
