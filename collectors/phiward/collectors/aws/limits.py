"""How patient and how greedy a run is."""

from msgspec import Struct


class Limits(Struct, frozen=True, kw_only=True):
    """The bounds of one run, over however many accounts."""

    threads: int = 32
    """Requests under way at once, over all accounts, services and regions. More gain nothing in one process."""
    accounts: int = 8
    """Accounts read at the same time: what is held in memory does not grow with the number of the others."""
    clients: int = 400
    """Clients kept at once, half a megabyte each; the least lately used is let go, and made again when asked for."""
    per_second: float = 100
    """Requests a second to one service of one account, over all its regions: what the account's own work can spare."""
    attempts: int = 10
    """Tries of a request that is throttled or fails with a server error, ever further apart (adaptive retries)."""
    silent_attempts: int = 3
    """Tries of a request that gets no answer at all."""
    silent_calls: int = 3
    """Calls without any answer after which a region that never answered one is left alone."""
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
    kept_hours: float = 24
    """How old what an interrupted run kept may be; what is older is read again."""
