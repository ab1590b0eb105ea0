"""boto3's clients: data loaded once, and one client for each account, service and region."""

import os
import re
from collections import OrderedDict
from contextlib import suppress
from threading import Event, Lock
from typing import Any

from phiward.collectors.aws import failures
from phiward.collectors.aws.limits import Limits
from phiward.collectors.aws.pace import Pace


class StoppedError(Exception):
    """The run was stopped: nothing more is asked."""


class Pool:
    """The clients of a run: the least lately used are let go, so that no number of accounts fills the memory."""

    def __init__(self, most: int) -> None:
        self.lock = Lock()  # sessions that share their data are not safe to make clients with at the same time
        self._most = most
        self._made: OrderedDict[tuple[object, str, str], Any] = OrderedDict()

    def get(self, key: tuple[object, str, str]) -> Any:
        """Return a client, or None where there is none (any more)."""
        client = self._made.get(key)
        if client is not None:
            with suppress(KeyError):  # another thread has just let it go: it stays usable
                self._made.move_to_end(key)
        return client

    def put(self, key: tuple[object, str, str], client: Any) -> None:
        """Keep a client."""
        self._made[key] = client
        while len(self._made) > self._most:
            self._made.popitem(last=False)[1].close()  # its idle connections; a request under way ends undisturbed

    def drop(self, owner: object) -> None:
        """Let the clients of an account go."""
        with self.lock:
            for key in [key for key in self._made if key[0] is owner]:
                if (client := self._made.pop(key, None)) is not None:
                    client.close()

    def __len__(self) -> int:
        return len(self._made)


class Clients:
    """The clients of one account: made when first used, and the same one for everybody after.

    Sharing matters: adaptive retries learn a service's rate per client, and each client costs 10 MB and 120 ms when it
    loads its own data.
    """

    def __init__(self, session: Any, limits: Limits, stopped: Event, pool: Pool | None = None) -> None:
        self._session = session
        self._limits = limits
        self._stopped = stopped
        self._pool = pool or Pool(limits.clients)
        self._paces: dict[str, Pace] = {}

    def get(self, service: str, region: str) -> Any:
        """Return the client of a service in a region."""
        key = (self, service, region)
        client = self._pool.get(key)
        if client is None:
            with self._pool.lock:
                client = self._pool.get(key)
                if client is None:
                    client = make(self._session, service, region, self._limits)
                    client.meta.events.register_first("needs-retry", self._give_up)
                    client.meta.events.register("before-send", self._pace(service).wait)
                    self._pool.put(key, client)
        return client

    def close(self) -> None:
        """Let the account's clients go."""
        self._pool.drop(self)

    def _pace(self, service: str) -> Pace:
        """Return the pace of a service, whose regions share it."""
        return self._paces.setdefault(service, Pace(self._limits.per_second, self._stopped))

    def _give_up(self, attempts: int, caught_exception: Exception | None, **_: Any) -> None:
        """Cut retries short, by raising from botocore's own question whether to retry."""
        if self._stopped.is_set():
            raise StoppedError
        if isinstance(caught_exception, failures.silences()) and attempts >= self._limits.silent_attempts:
            raise caught_exception


def make(session: Any, service: str, region: str, limits: Limits) -> Any:
    """Return a new client."""
    client = session.create_client(service, region_name=region, config=config(session, limits))
    if elsewhere(session):
        client.meta.events.register("before-sign.s3-control", _without_account_host)
    return client


def _without_account_host(request: Any, **_: Any) -> None:
    """Send S3 Control's calls to the configured host itself: its endpoint rules put the account's number before it."""
    request.url = re.sub(r"^(https?://)[0-9]{12}\.", r"\1", request.url)


def config(session: Any, limits: Limits) -> Any:
    """Return botocore's settings. Where another endpoint is configured, names go in paths, since its host is fixed."""
    from botocore.config import Config

    settings: dict[str, Any] = {}
    if elsewhere(session):
        settings = {"s3": {"addressing_style": "path"}, "inject_host_prefix": False}
    return Config(
        connect_timeout=limits.connect_seconds,
        read_timeout=limits.read_seconds,
        retries={"mode": "adaptive", "total_max_attempts": limits.attempts},
        max_pool_connections=limits.threads,
        user_agent=session.user_agent(),  # else botocore builds a long one for each request: a sixth of what it costs
        user_agent_extra="phiward",
        **settings,
    )


def elsewhere(session: Any) -> bool:
    """Say whether the standard settings point AWS calls at an endpoint of the user's own."""
    named = session.get_scoped_config() if _profile_exists(session) else {}
    return "endpoint_url" in named or any(name.startswith("AWS_ENDPOINT_URL") for name in os.environ)


def _profile_exists(session: Any) -> bool:
    return session.profile is None or session.profile in session.available_profiles
