"""Scanning AWS at a known latency: wall time against what the number of calls, their latency and concurrency allow.

    python benchmarks/aws_latency.py [--keys 300] [--parallel 8] [--latency 0.05]

A server in a process of its own answers every call for KMS keys after the latency, and knows nothing else. The ideal is
calls / concurrency x latency: every thread always has a request under way, from when the credentials have been proved.
Ends with 1 where the wall time is more than 1.2 times that.

A call costs the SDK one to three milliseconds of one core, so what one process can show ends at a few hundred calls a
second, and the figure says something only where a core is free. Beside it stand the CPU time, and the ratio against
what a bare call without an SDK takes on this machine at the same concurrency.
"""

import argparse
import asyncio
import http.client
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.port import Options, Progress
from phiward.inventory.model import Resource

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = "111122223333"
REGION = "us-east-1"
PAGE = 100
CALLER = (
    f"<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::{ACCOUNT}:user/bench</Arn>"
    f"<UserId>a</UserId><Account>{ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)
ALLOWED = 1.2
BARE = 40
"""Bare calls of each thread."""


def key(number: int) -> str:
    """Return the ARN of a key."""
    return f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{number:08d}"


class Keys:
    """The dumb server."""

    def __init__(self, keys: int, latency: float) -> None:
        self._keys = keys
        self._latency = latency
        self._calls = 0
        self._answers: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "ListKeys": self._list,
            "ListAliases": lambda _: {"Aliases": [], "Truncated": False},
            "DescribeKey": self._describe,
            "GetKeyRotationStatus": lambda _: {"KeyRotationEnabled": True, "RotationPeriodInDays": 365},
            "GetKeyPolicy": lambda _: {"Policy": json.dumps({"Version": "2012-10-17", "Statement": []})},
            "GetResources": lambda _: {"ResourceTagMappingList": []},
        }

    def _list(self, asked: dict[str, Any]) -> dict[str, Any]:
        start = int(asked.get("Marker", 0))
        end = min(start + PAGE, self._keys)
        listed = [{"KeyId": key(number)[-8:], "KeyArn": key(number)} for number in range(start, end)]
        more = {"NextMarker": str(end)} if end < self._keys else {}
        return {"Keys": listed, "Truncated": end < self._keys, **more}

    def _describe(self, asked: dict[str, Any]) -> dict[str, Any]:
        arn = str(asked["KeyId"])
        fixed = {"KeyManager": "CUSTOMER", "KeyState": "Enabled", "Enabled": True, "Origin": "AWS_KMS"}
        told = {"CreationDate": 1700000000, "KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT"}
        return {"KeyMetadata": {"AWSAccountId": ACCOUNT, "KeyId": arn[-8:], "Arn": arn, **fixed, **told}}

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if ": " in line)
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                if head.startswith("get /calls"):
                    answer = str(self._calls)
                elif b"GetCallerIdentity" in body:
                    answer = CALLER
                else:
                    self._calls += 1
                    await asyncio.sleep(self._latency)
                    operation = headers["x-amz-target"].rpartition(".")[2]
                    found = next(name for name in self._answers if name.lower() == operation)
                    answer = json.dumps(self._answers[found](json.loads(body or b"{}")))
                writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {len(answer)}\r\n\r\n{answer}".encode())
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()


async def serve(keys: int, latency: float) -> None:
    """Serve until killed; tell the port."""
    server = await asyncio.start_server(Keys(keys, latency).handle, "127.0.0.1", 0, backlog=512)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def calls(port: int) -> int:
    """Return how many calls the server has had."""
    import urllib.request

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/calls", timeout=10) as answer:
        return int(answer.read())


def met(port: int, parallel: int) -> float:
    """Return the mean seconds of a bare call without any SDK, so many at once: what a busy machine makes of it."""

    def some(_: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        for _ in range(BARE):
            connection.request("POST", "/", b"{}", {"X-Amz-Target": "TrentService.GetKeyRotationStatus"})
            connection.getresponse().read()
        connection.close()

    begun = time.perf_counter()
    with ThreadPoolExecutor(parallel) as threads:
        list(threads.map(some, range(parallel)))
    return (time.perf_counter() - begun) / BARE


def read(parallel: int) -> tuple[float, int]:
    """Read all keys; return the seconds it took and how many there were."""
    need = {"aws.kms.key": frozenset({"config", "tags", "authorization", "exposure"})}
    options = Options(need=need, regions=(REGION,), now="2026-01-01T00:00:00Z", parallel=parallel, per_second=100_000)
    begun: list[float] = []

    def progress(told: Progress) -> None:
        if told.what.startswith("AWS: account"):
            begun.append(time.perf_counter())

    found = sum(isinstance(each, Resource) for each in AwsCollector().collect("aws", options, progress))
    return time.perf_counter() - begun[0], found


def main() -> int:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--keys", type=int, default=300)
    options.add_argument("--parallel", type=int, default=8)
    options.add_argument("--latency", type=float, default=0.05)
    options.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.serve:
        asyncio.run(serve(given.keys, given.latency))
    command = [sys.executable, __file__, "--serve", "--keys", str(given.keys), "--latency", str(given.latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            port = int((server.stdout or sys.stdin).readline())
            settings = {"ENDPOINT_URL": f"http://127.0.0.1:{port}", "DEFAULT_REGION": REGION}
            keys = {"ACCESS_KEY_ID": "bench", "SECRET_ACCESS_KEY": "bench", "EC2_METADATA_DISABLED": "true"}
            os.environ.update({f"AWS_{name}": value for name, value in (settings | keys).items()})
            read(given.parallel)  # loads the SDK and its data
            before = calls(port)
            busy = time.process_time()
            seconds, found = read(given.parallel)
            busy = time.process_time() - busy
            made = calls(port) - before
            bare = met(port, given.parallel)
        finally:
            server.terminate()
    ideal = made / given.parallel * given.latency
    print(f"{found} keys, {made} calls of {given.latency * 1000:.0f} ms, {given.parallel} at once")
    print(f"{seconds:.2f} s, ideal {ideal:.2f} s: ratio {seconds / ideal:.3f} (at most {ALLOWED}); {busy:.2f} s CPU")
    against = seconds / (made / given.parallel * bare)
    print(f"a bare call took {bare * 1000:.1f} ms here: ratio against that {against:.3f}")
    return 0 if found == given.keys and seconds <= ALLOWED * ideal else 1


if __name__ == "__main__":
    sys.exit(main())
