"""Scanning a simulated AWS account, against Prowler's `hipaa_aws` on the same account in the same run.

    python benchmarks/aws_prowler.py [--scale 1.0] [--prowler PATH]

Prowler (from the package index, in its own environment) is installed under build/prowler unless --prowler names one.
Prints requests, CPU and peak memory of both and their ratios: for the controls that answer Prowler's checks, held to
the targets, and for all that the shipped policy asks, which is about twice as much. Ends with 1 where a target is
missed, or where phiward asks the same twice. Both see the account through a proxy that counts at the server.
"""

import argparse
import csv
import subprocess
import sys
import tempfile
import threading
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from aws import PHIWARD, Recorder, moto
from measure import Cost, run, warm_bytecode
from populate_aws import HOSPITAL, REGION, populate

from phiward.collectors.registry import catalog
from phiward.engine.library import load, shipped

ROOT = Path(__file__).resolve().parents[1]
TARGETS = {"requests": 0.40, "CPU": 0.20, "memory": 0.25}
"""The most of Prowler's that phiward may take."""
RESOLVE = """\
import socket
resolve = socket.getaddrinfo
def local(host, *rest, **named):
    name = host.decode() if isinstance(host, bytes) else host
    return resolve("127.0.0.1" if str(name).endswith(".localhost") else host, *rest, **named)
socket.getaddrinfo = local
"""
"""boto3 puts the account's number before the host of S3 Control, which not every resolver takes for this machine."""


class Run(NamedTuple):
    """What one tool cost and asked."""

    cost: Cost
    asked: Counter[tuple[str, ...]]


def prowler(path: str | None) -> str:
    """Return a Prowler to run, installing one where none is named."""
    if path:
        return path
    environment = ROOT / "build" / "prowler"
    program = environment / "bin" / "prowler"
    if not program.exists():
        uv = Path(sys.executable).with_name("uv")
        subprocess.run([uv, "venv", "--quiet", "--clear", "--python", sys.executable, environment], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", environment, "prowler>=5.46,<6"], check=True)
    return str(program)


def same() -> list[str]:
    """Return the controls that answer Prowler's checks."""
    known = catalog()
    with (ROOT / "docs" / "data" / "aws-checks.csv").open(encoding="utf-8") as file:
        wanted = {f"prowler:{name}" for row in csv.DictReader(file) for name in row["prowler"].split()}
    controls = load(shipped(), known).controls.values()
    return sorted(each.id for each in controls if any(wanted & set(every) for every in each.equivalents.values()))


def compare(ours: Run, theirs: Run) -> bool:
    """Print both, and say whether every target is met."""
    rows = {
        "requests": (ours.asked.total(), theirs.asked.total(), ""),
        "CPU": (ours.cost.cpu, theirs.cost.cpu, "s"),
        "memory": (ours.cost.memory, theirs.cost.memory, "MB"),
    }
    met = True
    print(f"{'':10} {'phiward':>10} {'Prowler':>10} {'ratio':>7} {'target':>7}")
    for name, (mine, other, unit) in rows.items():
        ratio = mine / other
        met = met and ratio <= TARGETS[name]
        print(f"{name:10} {mine:10.1f} {other:10.1f} {ratio:7.1%} {TARGETS[name]:7.0%} {unit}")
    return met


def main() -> int:
    """Populate, scan with both through the proxy, compare."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--scale", type=float, default=1.0)
    options.add_argument("--prowler", metavar="PATH")
    given = options.parse_args()
    other = prowler(given.prowler)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "sitecustomize.py").write_text(RESOLVE)
        server, port = moto(folder)
        try:
            made = populate(f"http://127.0.0.1:{port}", given.scale, HOSPITAL)
            recorder = Recorder(port)
            threading.Thread(target=recorder.serve_forever, daemon=True).start()
            environment = {
                **warm_bytecode(folder / "bytecode"),
                "AWS_ENDPOINT_URL": f"http://localhost:{recorder.server_port}",
                "AWS_ACCESS_KEY_ID": "bench",
                "AWS_SECRET_ACCESS_KEY": "bench",
                "AWS_DEFAULT_REGION": REGION,
                "AWS_CONFIG_FILE": str(folder / "no-config"),
                "AWS_SHARED_CREDENTIALS_FILE": str(folder / "no-credentials"),
            }
            scan = [PHIWARD, "scan", "aws", "--regions", REGION, "--format", "json", "--quiet"]
            out = ["--output-formats", "csv", "--output-directory", str(folder / "prowler"), "--no-banner"]
            theirs = [other, "aws", "--compliance", "hipaa_aws", "--region", REGION, *out]
            runs: list[Run] = []
            like = [*scan, "--select", ",".join(same())]
            for command, more in ((like, {}), (scan, {}), (theirs, {"PYTHONPATH": scratch})):
                for _ in range(2):  # the first fills caches of bytecode and of compiled controls
                    recorder.asked.clear()
                    cost = run(command, environment={**environment, **more}, output=folder / "report")
                    found = Run(cost, Counter(recorder.asked))
                runs.append(found)
        finally:
            server.terminate()
    ours, whole, prowlers = runs
    print(f"{made} things made; exit codes {ours.cost.code}, {whole.cost.code} and {prowlers.cost.code}")
    print("The same checks:")
    met = compare(ours, prowlers)
    print("All that the policy asks, against the same of Prowler's:")
    compare(whole, prowlers)
    for service, count in Counter(asked[0] for asked in ours.asked.elements()).most_common(8):
        print(f"  {service:16} {count:6}")
    repeated = [asked for each in (ours, whole) for asked, times in each.asked.items() if times > 1]
    print(f"calls made twice with the same arguments: {len(repeated)}")
    for asked in repeated[:10]:
        print("   ", asked)
    return 0 if met and not repeated else 1


if __name__ == "__main__":
    sys.exit(main())
