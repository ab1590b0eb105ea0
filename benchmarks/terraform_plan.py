"""Reading a large Terraform plan, against `json.loads` on the same file in the same run.

    python benchmarks/terraform_plan.py [--changes 20000] [--runs 3]

The plan is the recorded one of the tests many times over, under other names, tagged, as an update of what is there
already: some 4 KB for each change. Prints CPU and memory of reading it alone, and of collecting every resource of it.
"""

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from measure import Cost, median, run, warm_bytecode

ROOT = Path(__file__).resolve().parents[1]
RECORDED = ROOT / "tests" / "collectors" / "terraform" / "fixtures" / "records" / "plan.json"
NAMED = re.compile(r"\b((?:aws_[a-z0-9_]+|module)\.[a-z]+)\b(?![\w])")
TAGS = {
    name: f"{name.lower()} of the records department"
    for name in ("Name", "Owner", "CostCenter", "Environment", "DataClass", "Service", "Contact", "Repository")
}
LOADS = "import json, sys; kept = json.loads(open(sys.argv[1], 'rb').read())"
READ = """
import sys
from pathlib import Path
from phiward.collectors.terraform import plan
kept = plan.read(Path(sys.argv[1]), "plan.json")
"""
COLLECT = """
import sys
from phiward.collectors.port import Options
from phiward.collectors.terraform.collector import TerraformCollector
print(sum(1 for _ in TerraformCollector().collect(sys.argv[1], Options(), lambda _: None)))
"""


def generate(path: Path, changes: int) -> int:
    """Write the plan; return how many changes it has."""
    recorded = json.loads(RECORDED.read_text())
    each = [_updated(change) for change in recorded["resource_changes"]]
    values = recorded["planned_values"]["root_module"]
    _tagged(values)
    written = recorded["configuration"]["root_module"]
    copies = range(-(-changes // len(each)))
    with path.open("w") as file:
        file.write('{"format_version":"1.2","terraform_version":"1.11.4","planned_values":{"root_module":')
        _module(file, values, copies)
        file.write('},"resource_changes":[')
        _listed(file, each, copies)
        file.write('],"prior_state":{"format_version":"1.0","terraform_version":"1.11.4","values":{"root_module":')
        _module(file, values, copies)
        provider = json.dumps(recorded["configuration"]["provider_config"])
        file.write('}},"configuration":{"provider_config":' + provider + ',"root_module":{"resources":[')
        _listed(file, written["resources"], copies)
        file.write('],"module_calls":{')
        for number in copies:
            calls = json.dumps({f"{name}_{number}": call for name, call in written["module_calls"].items()})
            file.write("," * bool(number) + _renamed(calls, number)[1:-1])
        file.write('}}},"timestamp":"2026-07-01T00:00:00Z","applyable":true,"complete":true,"errored":false}')
    return len(copies) * len(each)


def _updated(change: dict[str, Any]) -> dict[str, Any]:
    _tagged(change["change"]["after"])
    update = {**change["change"], "actions": ["update"], "before": change["change"]["after"]}
    return {**change, "change": {**update, "before_sensitive": change["change"]["after_sensitive"]}}


def _tagged(values: Any) -> None:
    """Tag everything that can be, as organisations do."""
    if isinstance(values, dict):
        if "tags" in values:
            values["tags"] = values["tags_all"] = TAGS
        for value in values.values():
            _tagged(value)
    elif isinstance(values, list):
        for value in values:
            _tagged(value)


def _module(file: Any, module: dict[str, Any], copies: range) -> None:
    file.write('{"resources":[')
    _listed(file, module["resources"], copies)
    file.write('],"child_modules":[')
    _listed(file, module["child_modules"], copies)
    file.write("]}")


def _listed(file: Any, items: list[Any], copies: range) -> None:
    text = json.dumps(items, separators=(",", ":"))[1:-1]
    for number in copies:
        file.write("," * bool(number) + _renamed(text, number))


def _renamed(text: str, number: int) -> str:
    return NAMED.sub(rf"\1_{number}", text)


def main() -> int:
    """Generate, measure, compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--changes", type=int, default=20_000)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "plan.json"
        changes = generate(path, options.changes)
        print(f"{path.stat().st_size / 1e6:.0f} MB, {changes} changes")
        environment = warm_bytecode(Path(folder) / "bytecode")

        def cost(program: str) -> Cost:
            return median(
                options.runs, lambda: run([sys.executable, "-c", program, str(path)], environment=environment)
            )

        base = cost(LOADS)
        for name, program in (("json.loads", LOADS), ("read", READ), ("collect", COLLECT)):
            this = base if program is LOADS else cost(program)
            ratios = f"{this.cpu / base.cpu:.2f} of the CPU, {this.memory / base.memory:.2f} of the memory"
            print(f"{name:12} {this.cpu:7.2f} s CPU {this.memory:7.0f} MB   {ratios}")
            if this.code:
                return this.code
    return 0


if __name__ == "__main__":
    sys.exit(main())
