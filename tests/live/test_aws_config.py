"""`aws-config` from the command line, over HTTP, against a server that speaks as AWS Config does."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from config_items import ACCOUNT, REGION, item, recorder, row
from fake_config import chosen, source

from phiward.collectors.aws import calls, permissions
from phiward.inventory import files
from phiward.inventory.model import Resource

pytestmark = pytest.mark.live

ITEMS = [
    recorder(),
    *(
        item("AWS::EC2::Volume", f"vol-{number}", {"volumeId": f"vol-{number}", "encrypted": number % 2 == 0})
        for number in range(250)
    ),
]
IDENTITY = f"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::{ACCOUNT}:user/auditor</Arn><UserId>AIDA1</UserId><Account>{ACCOUNT}</Account>
</GetCallerIdentityResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>"""
REGIONS = f"""<DescribeRegionsResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r-1</requestId>
<regionInfo><item><regionName>{REGION}</regionName><optInStatus>opt-in-not-required</optInStatus></item></regionInfo>
</DescribeRegionsResponse>"""


class Config(ThreadingHTTPServer):
    """AWS Config of one account, and what signing in needs. `made` holds the actions that were called."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.made: list[str] = []

    def answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Return what AWS Config answers."""
        recording = {"name": "default", "recordingGroup": {"allSupported": True}}
        if operation == "DescribeConfigurationRecorders":
            return {"ConfigurationRecorders": [recording]}
        if operation == "DescribeConfigurationRecorderStatus":
            return {"ConfigurationRecordersStatus": [{"name": "default", "recording": True, "lastStatus": "SUCCESS"}]}
        if operation == "DescribeConfigurationAggregatorSourcesStatus":
            return {"AggregatedSourceStatusList": [source(ACCOUNT)]}
        if operation == "GetAggregateDiscoveredResourceCounts":
            return {"GroupedResourceCounts": [{"GroupName": ACCOUNT, "ResourceCount": len(ITEMS)}]}
        assert operation in {"SelectResourceConfig", "SelectAggregateResourceConfig"}
        found = chosen(ITEMS, asked["Expression"])
        first = int(asked.get("NextToken") or 0)
        last = first + asked["Limit"]
        more = {"NextToken": str(last)} if last < len(found) else {}
        return {"Results": [row(each) for each in found[first:last]], **more}


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Config

    def do_POST(self) -> None:
        """Answer by the protocol that the request speaks."""
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        target = self.headers.get("X-Amz-Target")
        if target is not None:
            operation = target.partition(".")[2]
            self.server.made.append(f"config:{operation}")
            self._send("application/x-amz-json-1.1", json.dumps(self.server.answer(operation, json.loads(body))))
        elif "Action=GetCallerIdentity" in body:
            self._send("text/xml", IDENTITY)
        else:
            assert "Action=DescribeRegions" in body
            self.server.made.append("ec2:DescribeRegions")
            self._send("text/xml", REGIONS)

    def _send(self, kind: str, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


@contextmanager
def serving() -> Iterator[Config]:
    """Start the server, and stop it at the end."""
    with Config() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def phiward(server: Config, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command line against the server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment = {
        **kept,
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DEFAULT_REGION": REGION,
    }
    command = [sys.executable, "-m", "phiward.cli.main", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=110, check=False)


@pytest.mark.parametrize(("target", "options"), [("aws-config", ()), ("aggregator", ("--aggregator", "org"))])
def test_a_collection_reads_the_account_with_few_calls(tmp_path: Path, target: str, options: tuple[str, ...]) -> None:
    """Three pages for 250 volumes; and it makes every call that its permissions are for, and no other."""
    kept = tmp_path / "inventory.jsonl"
    with serving() as server:
        ended = phiward(server, "collect", "aws-config", *options, "-o", str(kept), "--services", "ec2")

    assert ended.returncode == 3, ended.stderr  # volumes alone were recorded, and other types of EC2 are not at all
    found = [each for each in files.read(kept) if isinstance(each, Resource)]
    assert len(found) == 250
    (seen,) = found[0].observations
    assert seen.principal == f"arn:aws:iam::{ACCOUNT}:user/auditor"
    assert len(server.made) <= 3 + 4
    wanted = {calls.call(*each) for each in permissions.asked(None, target)}
    assert set(server.made) == wanted


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("aws-config", "--org"), "--org is for aws"),
        (("aws-config", "--resume"), "--resume is for aws"),
        (("aws-config", "--accounts", "999999999999"), "name an aggregator"),
        (("aws", "--aggregator", "org"), "--aggregator is for the target aws-config"),
    ],
)
def test_options_that_mean_nothing_are_refused(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    """Instead of reading something else than was asked."""
    with serving() as server:
        ended = phiward(server, "collect", *words, "-o", str(tmp_path / "a.jsonl"))

    assert ended.returncode == 2
    assert told in ended.stderr
