"""The expressions that phiward and Terraform must agree on. Run as a script, it records what `terraform console` says.

python tests/collectors/terraform/evaluate/console.py     # rewrites console.json; needs terraform, works offline
"""

import base64
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

EXPRESSIONS = Path(__file__).with_name("console.txt")
RECORDED = Path(__file__).with_name("console.json")
FILES = Path(__file__).with_name("console_files")
"""What the expressions find in their folder."""
REFUSED = "(refused)"


def expressions() -> list[str]:
    """Return the expressions, one a line of the file; empty lines and comments aside."""
    return [line for line in EXPRESSIONS.read_text().splitlines() if line and not line.startswith("#")]


def ask(wanted: list[str]) -> dict[str, str]:
    """Ask a real Terraform for the JSON of every expression, in one process; in halves where one of them is no HCL."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder, "work")
        shutil.copytree(FILES, work)
        return _asked(wanted, work)


def _asked(wanted: list[str], folder: Path) -> dict[str, str]:
    inner = ", ".join(f'try(jsonencode({expression}), "{REFUSED}")' for expression in wanted)
    configuration = folder.with_name("rc")
    configuration.write_text("")
    environment = {
        **os.environ,
        "TF_CLI_CONFIG_FILE": str(configuration),
        "CHECKPOINT_DISABLE": "1",
        "HOME": str(folder),
    }
    done = subprocess.run(
        [shutil.which("terraform") or "terraform", "console"],
        input=f"nonsensitive(base64encode(jsonencode([{inner}])))\n",
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    if not done.returncode and done.stdout.startswith('"'):
        answers = json.loads(base64.b64decode(json.loads(done.stdout.strip())))
        return dict(zip(wanted, answers, strict=True))
    if len(wanted) == 1:
        return {wanted[0]: done.stdout.strip() or REFUSED}
    half = len(wanted) // 2
    return _asked(wanted[:half], folder) | _asked(wanted[half:], folder)


def listed() -> list[str]:
    """Return the names of all functions that the installed Terraform has."""
    with tempfile.TemporaryDirectory() as folder:
        configuration = Path(folder, "rc")
        configuration.write_text("")
        done = subprocess.run(
            [shutil.which("terraform") or "terraform", "metadata", "functions", "-json"],
            cwd=folder,
            env={**os.environ, "TF_CLI_CONFIG_FILE": str(configuration), "CHECKPOINT_DISABLE": "1", "HOME": folder},
            capture_output=True,
            timeout=100,
            check=True,
        )
    return sorted(json.loads(done.stdout)["function_signatures"])


if __name__ == "__main__":
    RECORDED.write_text(json.dumps(ask(expressions()), indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    sys.stdout.write(f"recorded {len(expressions())} expressions\n")
