"""boto3's clients: one session, its data loaded once, and one client for each service and region."""

import os
import re
from threading import Event, Lock
from typing import Any

from phiward.collectors.aws import failures
from phiward.collectors.aws.limits import Limits


class StoppedError(Exception):
    """The run was stopped: nothing more is asked."""


class Clients:
    """Makes a client when it is first used, and the same one for everybody after.

    Sharing matters: adaptive retries learn a service's rate per client, and each client costs 10 MB and 120 ms when it
    loads its own data.
    """

    def __init__(self, session: Any, limits: Limits, stopped: Event) -> None:
        self._session = session
        self._limits = limits
        self._stopped = stopped
        self._made: dict[tuple[str, str], Any] = {}
        self._lock = Lock()  # sessions are not safe to make clients with at the same time

    def get(self, service: str, region: str) -> Any:
        """Return the client of a service in a region."""
        client = self._made.get((service, region))
        if client is None:
            with self._lock:
                client = self._made.get((service, region))
                if client is None:
                    client = make(self._session, service, region, self._limits)
                    client.meta.events.register_first("needs-retry", self._give_up)
                    self._made[service, region] = client
        return client

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
        user_agent_extra="phiward",
        **settings,
    )


def elsewhere(session: Any) -> bool:
    """Say whether the standard settings point AWS calls at an endpoint of the user's own."""
    named = session.get_scoped_config() if _profile_exists(session) else {}
    return "endpoint_url" in named or any(name.startswith("AWS_ENDPOINT_URL") for name in os.environ)


def _profile_exists(session: Any) -> bool:
    return session.profile is None or session.profile in session.available_profiles
