"""The clients that AWS is asked with."""

from typing import Any

import botocore.session
import pytest

from phiward.collectors.aws import clients
from phiward.collectors.aws.limits import Limits


def test_whoever_reads_the_audit_trail_sees_who_asked() -> None:
    """Every request says so, in words that are made once and not for each."""
    session = botocore.session.get_session()
    session.set_credentials("a", "b")
    client = clients.make(session, "sts", "us-east-1", Limits())
    sent: list[Any] = []

    def stopped(request: Any, **_: Any) -> None:
        sent.append(request.headers["User-Agent"].decode())
        raise InterruptedError

    client.meta.events.register("before-send", stopped)
    for _ in range(2):
        with pytest.raises(InterruptedError):
            client.get_caller_identity()
    client.close()

    assert sent == [f"{session.user_agent()} phiward"] * 2
