"""Real servers for tests, started on free ports of this machine and stopped at the end."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="session")
def moto_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start a simulated AWS, and give its endpoint."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(Path(__file__).with_name("simulated_aws.py")), "-H", "127.0.0.1", "-p", str(port)]
    # Its own images come with 1,300 snapshots of theirs, which nobody's account has.
    images = tmp_path_factory.mktemp("moto") / "images.json"
    images.write_text("[]")
    tests = str(Path(__file__).parent.parent)
    environment = {
        **os.environ,
        "MOTO_AMIS_PATH": str(images),
        "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
        "PYTHONPATH": tests,
    }
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_for(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@pytest.fixture
def aws_environment(moto_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Point the standard AWS settings at a fresh simulated account, and give the endpoint.

    The clients that a test makes by boto3 are closed at its end; phiward makes its own by botocore and closes them itself.
    """
    import urllib.request

    import boto3

    made: list[Any] = []
    make = boto3.Session.client

    def client(session: boto3.Session, *args: Any, **options: Any) -> Any:
        made.append(make(session, *args, **options))
        return made[-1]

    monkeypatch.setattr(boto3.Session, "client", client)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ENDPOINT_URL", moto_server)
    for service in ("WAF", "WAF_REGIONAL"):
        # The simulation has no WAF Classic and fails of it. AWS takes its endpoints down: here they are gone already.
        monkeypatch.setenv(f"AWS_ENDPOINT_URL_{service}", "http://127.0.0.1:9")
    # It has no Data Lifecycle Manager and says 500, which is asked again for a minute: nobody there is told at once.
    monkeypatch.setenv("AWS_ENDPOINT_URL_DLM", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    reset = urllib.request.Request(f"{moto_server}/moto-api/reset", method="POST")
    urllib.request.urlopen(reset, timeout=60).close()
    yield moto_server
    for each in made:
        each.close()


def _wait_for(port: int, server: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and server.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    message = "the simulated AWS did not start"
    raise RuntimeError(message)
