"""How patient and how greedy a run is."""

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """The bounds of one run against one account."""

    threads: int = 32
    """Requests under way at once, over all services and regions. More gain nothing in one process."""
    attempts: int = 10
    """Tries of a request that is throttled or fails with a server error, ever further apart (adaptive retries)."""
    silent_attempts: int = 3
    """Tries of a request that gets no answer at all."""
    connect_seconds: float = 5
    read_seconds: float = 30
    pages: int = 10_000
    """Pages of one listing: an endless one is stopped, and reported."""
    backlog: int = 1_000
    """Items listed but not yet read, and results not yet taken."""
    pending_attempts: int = 20
    """Tries of a report that is *not ready yet*."""
    pending_seconds: float = 1.5
    """Between two of them."""
