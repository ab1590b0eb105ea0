"""Scanning a Terraform folder, against Checkov on the same folder in the same run.

    python benchmarks/terraform.py [--stacks 50] [--checkov PATH]

Checkov (from the package index, in its own environment) is installed under build/checkov unless --checkov names one.
Prints CPU and memory as ratios, and whether every planted violation was found and no unknown was called a failure.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from generate_terraform import PER_STACK, expected, generate
from measure import Cost, median, run, warm_bytecode

ROOT = Path(__file__).resolve().parents[1]
PHIWARD = str(Path(sys.executable).with_name("phiward"))
PARSE = """
import sys
from pathlib import Path
from phiward.collectors.terraform.evaluate.load import load

def evaluate(block):
    for name in block.names():  # an argument is evaluated when it is asked for
        block.get(name)
        for inner in block.blocks(name):
            if hasattr(inner, "names"):
                evaluate(inner)
    return 1

loaded = load(Path(sys.argv[1]), {}, ())
print(sum(evaluate(block) for tree in loaded.trees for block in tree.resources()))
"""


def checkov(path: str | None) -> str:
    """Return a Checkov to run, installing one where none is named."""
    if path:
        return path
    environment = ROOT / "build" / "checkov"
    program = environment / "bin" / "checkov"
    if not program.exists():
        subprocess.run([sys.executable, "-m", "venv", environment], check=True)
        subprocess.run([environment / "bin" / "pip", "install", "--quiet", "checkov"], check=True)
    return str(program)


def judged(findings: list[dict[str, object]], stacks: int) -> tuple[int, int, int]:
    """Return how many planted verdicts came out right, how many were planted, and how many unknowns were failed."""
    given = {(f["resource"]["id"], f["control"]): f["verdict"] for f in findings if f["resource"]}  # type: ignore[index]
    wanted = list(expected(stacks))
    right = sum(given.get((resource, control)) == verdict for resource, control, verdict in wanted)
    failed = sum(v == "unknown" and given.get((resource, control)) == "fail" for resource, control, v in wanted)
    return right, len(wanted), failed


def show(name: str, cost: Cost, other: Cost | None = None) -> None:
    """Print one line."""
    ratio = ""
    if other:
        ratio = f"   1/{other.cpu / cost.cpu:.0f} of the CPU, 1/{other.memory / cost.memory:.1f} of the memory"
    print(f"{name:34} {cost.cpu:8.2f} s CPU {cost.memory:8.0f} MB{ratio}")


def main() -> int:
    """Generate, measure, compare."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--stacks", type=int, default=50)
    options.add_argument("--checkov", metavar="PATH")
    options.add_argument("--runs", type=int, default=3)
    given = options.parse_args()
    program = checkov(given.checkov)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "repository")
        generate(folder, given.stacks)
        environment = warm_bytecode(Path(scratch, "bytecode"))
        report = Path(scratch, "report.json")
        scan = [PHIWARD, "scan", str(folder), "--format", "json", "--quiet"]
        ours = median(given.runs, lambda: run(scan, environment=environment, output=report))
        alone = median(given.runs, lambda: run([sys.executable, "-c", PARSE, str(folder)], environment=environment))
        command = [program, "-d", str(folder), "--framework", "terraform", "-o", "json", "--quiet", "--compact"]
        theirs = median(1, lambda: run(command, environment=environment))
        right, planted, guessed = judged(json.loads(report.read_text())["findings"], given.stacks)
    print(f"{given.stacks * PER_STACK} resource instances in {given.stacks} stacks")
    show("checkov", theirs)
    show("phiward scan", ours, theirs)
    show("  of which parsing and evaluating", alone)
    print(f"scan / parsing and evaluating alone: {ours.cpu / alone.cpu:.2f}")
    print(f"planted verdicts right: {right} of {planted}; unknown called a failure: {guessed}")
    return 0 if right == planted and not guessed else 1


if __name__ == "__main__":
    sys.exit(main())
