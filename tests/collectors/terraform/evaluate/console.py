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
REFUSED = "(refused)"


def expressions() -> list[str]:
    """Return the expressions, one a line of the file; empty lines and comments aside."""
    return [line for line in EXPRESSIONS.read_text().splitlines() if line and not line.startswith("#")]


def ask(wanted: list[str]) -> dict[str, str]:
    """Ask a real Terraform for the JSON of every expression, in one process."""
    inner = ", ".join(f'try(jsonencode({expression}), "{REFUSED}")' for expression in wanted)
    with tempfile.TemporaryDirectory() as folder:
        empty = Path(folder, "rc")
        empty.write_text("")
        environment = {**os.environ, "TF_CLI_CONFIG_FILE": str(empty), "CHECKPOINT_DISABLE": "1", "HOME": folder}
        done = subprocess.run(
            [shutil.which("terraform") or "terraform", "console"],
            input=f"base64encode(jsonencode([{inner}]))\n",
            cwd=folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    if done.returncode:
        raise SystemExit(done.stderr)
    answers = json.loads(base64.b64decode(json.loads(done.stdout.strip())))
    return dict(zip(wanted, answers, strict=True))


if __name__ == "__main__":
    RECORDED.write_text(json.dumps(ask(expressions()), indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    sys.stdout.write(f"recorded {len(expressions())} expressions\n")
