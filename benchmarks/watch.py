"""What one save costs under `phiward scan --watch`: one changed file of a folder of many.

    python benchmarks/watch.py [--stacks 125]

Each stack is a root module of four files, one of them calling a module that all share. Prints the first look, a look
that finds nothing, and the looks after a save, each with everything: noticing, evaluating, judging, comparing, telling.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from generate_terraform import generate

from phiward.cli.arguments import parser
from phiward.cli.watch import Watch

TARGET = 0.1
"""Seconds that one changed file may take."""


def spread(folder: Path) -> int:
    """Divide each stack's one file into several, as people have them; return how many there are."""
    for stack in sorted(folder.glob("stack-*")):
        blocks = (stack / "main.tf").read_text().split("\n\n")
        for number in range(4):
            (stack / f"part{number}.tf").write_text("\n\n".join(blocks[number::4]) + "\n")
        (stack / "main.tf").unlink()
    return len(list(folder.rglob("*.tf")))


def main() -> int:
    """Generate, watch, save, measure."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--stacks", type=int, default=125)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "repository")
        generate(folder, given.stacks)
        files = spread(folder)
        begun = time.perf_counter()
        watch = Watch(parser(None).parse_args(["scan", str(folder), "--watch", "--quiet"]))
        watch.begin()
        first = time.perf_counter() - begun
        watch.look()
        taken, worked = [], []
        for number, file in enumerate(sorted(folder.glob("stack-*/part1.tf"))[:30]):
            text = file.read_text()
            file.write_text(text.replace("true", "false") if number % 2 else text + f"\n# {number}\n")
            begun, busy = time.perf_counter(), time.process_time()
            assert watch.look() is not None
            taken.append(time.perf_counter() - begun)
            worked.append(time.process_time() - busy)
    median = statistics.median(taken)
    print(f"{files} files in {given.stacks} root modules")
    print(f"first look:          {first * 1000:7.0f} ms")
    print(f"nothing changed:     {watch.cost * 1000:7.1f} ms")
    print(f"one file changed:    {median * 1000:7.1f} ms (worst of {len(taken)}: {max(taken) * 1000:.0f} ms)")
    print(f"  CPU of that:       {statistics.median(worked) * 1000:7.1f} ms")
    return 0 if median <= TARGET else 1


if __name__ == "__main__":
    sys.exit(main())
