"""Scanning AWS as it grows: ten times the resources against the time and memory of one time.

    python benchmarks/aws_growth.py [--scale 0.3] [--times 10]

Against a real moto_server, the same command over a small account and over one `--times` as large. Time is the
scanner's own CPU time, since the simulated account's grows faster than its size. Ends with 1 where ten times the
resources cost more than 10.5 times the time or 1.5 times the memory.
"""

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

from aws import PHIWARD, moto
from measure import Cost, median, run, warm_bytecode
from populate_aws import REGION, populate

TIME_ALLOWED = 1.05
"""Of so many times the resources, so many times the time."""
MEMORY_ALLOWED = 1.5


def measured(scale: float, folder: Path) -> tuple[Cost, int]:
    """Return what a scan of an account costs, and how many resources it judged."""
    server, port = moto(folder)
    try:
        populate(f"http://127.0.0.1:{port}", scale)
        environment = {
            **warm_bytecode(folder / "bytecode"),
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "AWS_ACCESS_KEY_ID": "bench",
            "AWS_SECRET_ACCESS_KEY": "bench",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
        inventory = folder / "inventory.jsonl"
        command = [PHIWARD, "collect", "aws", "--regions", REGION, "--quiet", "--rate", "1000", "-o", str(inventory)]
        cost = median(1, lambda: run(command, environment=environment))
    finally:
        server.terminate()
        server.wait()
    lines = inventory.read_text().splitlines()[1:]
    return cost, sum("gap" not in json.loads(line) for line in lines)


def main() -> int:
    """Measure both sizes and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--scale", type=float, default=0.3)
    options.add_argument("--times", type=int, default=10)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        small, few = measured(given.scale, Path(scratch))
        large, many = measured(given.scale * given.times, Path(scratch))
    grown = many / few
    time, memory = large.cpu / small.cpu, large.memory / small.memory
    for count, cost in ((few, small), (many, large)):
        print(f"{count} resources: {cost.cpu:.1f} s CPU, {cost.memory:.0f} MB")
    print(f"{grown:.1f} times the resources: {time:.2f} times the time (at most {TIME_ALLOWED * grown:.1f}),")
    print(f"  {memory:.2f} times the memory (at most {MEMORY_ALLOWED})")
    return 0 if time <= TIME_ALLOWED * grown and memory <= MEMORY_ALLOWED else 1


if __name__ == "__main__":
    sys.exit(main())
