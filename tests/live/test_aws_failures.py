"""The collector against services that throttle, hang or refuse, over HTTP."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.aws.limits import Limits
from phiward.collectors.port import Options, Progress
from phiward.inventory.model import CollectionGap, Need, Resource

pytestmark = pytest.mark.live

NEED: Need = {"aws.logs.log_group": frozenset({"logging"})}
LIMITS = Limits(connect_seconds=0.5, read_seconds=0.5, attempts=4, silent_attempts=2, threads=4)
CALLER = (
    "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::123456789012:user/auditor</Arn>"
    "<UserId>a</UserId><Account>123456789012</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)


class Service(BaseHTTPRequestHandler):
    """Answers for log groups: at once, after two refusals (`eu-west-1`), never (`eu-south-1`), or with a denial."""

    seen: ClassVar[Counter[str]] = Counter()

    def do_POST(self) -> None:
        """Answer as the region in the request's signature is told to."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        region = self.headers["Authorization"].split("/")[2]
        if "GetCallerIdentity" in body:
            self._send(200, CALLER)
            return
        self.seen[region] += 1
        if region == "eu-south-1":
            time.sleep(3)
        elif region == "sa-east-1":
            self._send(400, json.dumps({"__type": "AccessDeniedException"}))
        elif region == "ap-east-1" or (region == "eu-west-1" and self.seen[region] < 3):
            self._send(400, json.dumps({"__type": "ThrottlingException"}))
        else:
            arn = f"arn:aws:logs:{region}:123456789012:log-group:app"
            self._send(200, json.dumps({"logGroups": [{"logGroupName": "app", "arn": arn}]}))

    def _send(self, status: int, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start the service, and point the standard AWS settings at it."""
    Service.seen.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Service) as server:
        server.daemon_threads = True
        server.block_on_close = False
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        yield
        server.shutdown()


def scan(*regions: str) -> list[Resource | CollectionGap]:
    """Collect the log groups of some regions."""
    return list(AwsCollector(LIMITS).collect("aws", Options(need=NEED, regions=regions), lambda _: None))


def gap(region: str, reason: str) -> CollectionGap:
    """Return the gap of a region."""
    return CollectionGap(
        source="aws",
        where=f"123456789012/{region}",
        reason=reason,
        types=("aws.logs.log_group",),
        call="logs:DescribeLogGroups",
    )


def test_a_throttled_call_is_tried_again(service: None) -> None:
    """Two refusals lose nothing."""
    assert [each.region for each in scan("eu-west-1") if isinstance(each, Resource)] == ["eu-west-1"]


def test_a_service_that_only_throttles_is_a_gap(service: None) -> None:
    """After as many attempts as are allowed."""
    assert scan("ap-east-1") == [gap("ap-east-1", "throttled after 4 attempts: logs:DescribeLogGroups in ap-east-1")]
    assert Service.seen["ap-east-1"] == 4


def test_a_region_that_hangs_is_a_gap_and_the_others_are_read(service: None) -> None:
    """One failure is one gap."""
    found = scan("us-east-1", "eu-south-1", "sa-east-1")

    assert [each.region for each in found if isinstance(each, Resource)] == ["us-east-1"]
    assert sorted((each for each in found if isinstance(each, CollectionGap)), key=lambda each: each.where) == [
        gap("eu-south-1", "timed out after 2 attempts: logs:DescribeLogGroups in eu-south-1"),
        gap("sa-east-1", "access denied: logs:DescribeLogGroups"),
    ]


def test_an_interrupted_run_keeps_what_it_read_and_says_what_is_missing(service: None) -> None:
    """Ctrl-C while a region hangs."""
    run = AwsCollector(LIMITS).collect("aws", Options(need=NEED, regions=("us-east-1", "eu-south-1")), lambda _: None)
    first = next(run)
    assert isinstance(first, Resource)

    missing = [run.throw(KeyboardInterrupt)]  # type: ignore[attr-defined]
    with pytest.raises(KeyboardInterrupt):
        missing.extend(run)

    assert [(each.where, each.reason) for each in missing if isinstance(each, CollectionGap)] == [
        ("123456789012/eu-south-1", "interrupted: not all of it was read")
    ]


def test_a_run_that_is_closed_leaves_no_threads(service: None) -> None:
    """Whoever stops taking results stops the run."""
    progress: list[Progress] = []
    run = AwsCollector(LIMITS).collect("aws", Options(need=NEED, regions=("us-east-1",)), progress.append)
    next(run)

    run.close()  # type: ignore[attr-defined]

    assert [each.name for each in threading.enumerate() if each.name.startswith("aws-")] == []
