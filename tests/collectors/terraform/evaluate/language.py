"""The configurations that phiward and Terraform must agree on. Run as a script, it records what `terraform plan` says.

python tests/collectors/terraform/evaluate/language.py     # rewrites language.json; needs terraform, works offline
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

FOLDERS = Path(__file__).with_name("language")
RECORDED = Path(__file__).with_name("language.json")
UNKNOWN = "(known after apply)"


def ask(folder: Path) -> dict[str, Any]:
    """Plan a configuration with a real Terraform: its outputs, and the input of each resource, by address."""
    with tempfile.TemporaryDirectory() as here:
        work = Path(here, "work")
        shutil.copytree(folder, work)
        configuration = Path(here, "rc")
        configuration.write_text("")
        environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(configuration), "CHECKPOINT_DISABLE": "1", "HOME": here}
        terraform = shutil.which("terraform") or "terraform"
        for words in (("init", "-input=false"), ("plan", "-input=false", "-out=plan"), ("show", "-json", "plan")):
            done = subprocess.run(
                [terraform, *words], cwd=work, env=environment, capture_output=True, timeout=100, check=False
            )
            if done.returncode:
                raise SystemExit(f"{folder.name}: {done.stderr.decode()}")
    plan = json.loads(done.stdout)
    outputs = {
        name: _with_unknowns(change.get("after"), change["after_unknown"])
        for name, change in plan.get("output_changes", {}).items()
    }
    resources = {
        change["address"]: _with_unknowns(
            (change["change"]["after"] or {}).get("input"), change["change"]["after_unknown"].get("input", False)
        )
        for change in plan.get("resource_changes", [])
    }
    return {"outputs": outputs, "resources": resources}


def _with_unknowns(value: Any, unknown: Any) -> Any:
    """Put a mark where a plan has what it cannot know."""
    if unknown is True:
        return UNKNOWN
    if isinstance(unknown, dict):
        return {
            key: _with_unknowns((value or {}).get(key), unknown.get(key, False)) for key in {**(value or {}), **unknown}
        }
    if isinstance(unknown, list):
        return [
            _with_unknowns(each, unknown[at] if at < len(unknown) else False)
            for at, each in enumerate(_long(value, unknown))
        ]
    return value


def _long(value: Any, unknown: list[Any]) -> list[Any]:
    items = list(value or [])
    return items + [None] * (len(unknown) - len(items))


def asked() -> dict[str, Any]:
    """Plan every configuration."""
    return {folder.name: ask(folder) for folder in sorted(FOLDERS.iterdir())}


if __name__ == "__main__":
    RECORDED.write_text(json.dumps(asked(), indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    sys.stdout.write(f"recorded {len(list(FOLDERS.iterdir()))} configurations\n")
