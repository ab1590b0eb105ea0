"""Scanning a live account: API calls per resource, repeated calls, CPU and memory, against a real moto_server.

    python benchmarks/aws.py [--scale 1.0]

Every request passes a small proxy on loopback that counts them and remembers what was asked, so that the figures are
what a server saw and not what phiward says of itself.
"""

import argparse
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from measure import run, warm_bytecode
from populate_aws import REGION, populate

_RETRIED = re.compile(r"attempt=([2-9]|\d\d)")
PHIWARD = str(Path(sys.executable).with_name("phiward"))


class Recorder(ThreadingHTTPServer):
    """A proxy that remembers every question."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = port
        self.asked: Counter[tuple[str, ...]] = Counter()
        """Every request but those that an SDK sends again by itself, as where the simulation fails (HTTP 500)."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Recorder

    def _forward(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        scope = self.headers.get("Authorization", "").partition("Credential=")[2].split("/")
        service = scope[3] if len(scope) > 3 else "?"
        asked = (service, self.command, self.path, self.headers.get("X-Amz-Target", ""), _sorted(body))
        if not _RETRIED.search(self.headers.get("amz-sdk-request", "")):
            self.server.asked[asked] += 1
        connection = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=60)
        connection.request(self.command, self.path, body, dict(self.headers))
        answer = connection.getresponse()
        content = answer.read()
        self.send_response(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
        connection.close()

    do_GET = do_POST = do_HEAD = do_PUT = do_DELETE = _forward  # noqa: N815 - the base class's names

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _sorted(body: bytes) -> str:
    text = body.decode(errors="replace")
    return "&".join(sorted(urllib.parse.unquote_plus(text).split("&")))


def moto(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    """Start a moto server on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    images = folder / "images.json"
    image = {"ami_id": "ami-12345678", "name": "linux", "description": "", "owner_id": "801119661308"}
    images.write_text(json.dumps([{**image, "architecture": "x86_64"}]))
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env={**os.environ, "MOTO_AMIS_PATH": str(images)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _ in range(150):
        try:
            http.client.HTTPConnection("127.0.0.1", port, timeout=1).request("GET", "/moto-api/")
        except OSError:
            time.sleep(0.2)
        else:
            return server, port
    raise SystemExit("the moto server did not start")


def main() -> int:
    """Populate, scan through the proxy, print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--scale", type=float, default=1.0)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        server, port = moto(folder)
        try:
            populate(f"http://127.0.0.1:{port}", given.scale)
            recorder = Recorder(port)
            threading.Thread(target=recorder.serve_forever, daemon=True).start()
            environment = {
                **warm_bytecode(folder / "bytecode"),
                "AWS_ENDPOINT_URL": f"http://127.0.0.1:{recorder.server_port}",
                "AWS_ACCESS_KEY_ID": "bench",
                "AWS_SECRET_ACCESS_KEY": "bench",
                "AWS_DEFAULT_REGION": REGION,
                "AWS_CONFIG_FILE": str(folder / "no-config"),
                "AWS_SHARED_CREDENTIALS_FILE": str(folder / "no-credentials"),
            }
            command = [PHIWARD, "scan", "aws", "--regions", REGION, "--format", "json", "--quiet"]
            report = folder / "report.json"
            run(command, environment=environment, output=report)
            recorder.asked.clear()
            cost = run(command, environment=environment, output=report)
        finally:
            server.terminate()
        findings = json.loads(report.read_text())["findings"]
    resources = len({finding["resource"]["id"] for finding in findings if finding.get("resource")})
    calls = recorder.asked.total()
    repeated = [asked for asked, times in recorder.asked.items() if times > 1]
    print(f"{resources} resources, {calls} API calls, {calls / resources:.2f} per resource")
    print(f"{cost.cpu:.1f} s CPU, {cost.memory:.0f} MB peak")
    for service, count in sorted(Counter(asked[0] for asked in recorder.asked.elements()).items()):
        print(f"  {service:16} {count:6}")
    print(f"calls made twice with the same arguments: {len(repeated)}")
    for asked in repeated[:10]:
        print("   ", asked)
    return 1 if repeated else 0


if __name__ == "__main__":
    sys.exit(main())
