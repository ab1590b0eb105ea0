"""The installed command as users run it, and small folders to point it at."""

import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

ENCRYPTED = "data-store-encrypted-at-rest"
GOOD = """
resource "aws_db_instance" "a" {
  engine            = "postgres"
  storage_encrypted = true
}
"""
BAD = GOOD.replace("true", "false")


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return an environment with nothing of the user's."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return {**kept, "HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true", **more}


def on_a_small_disk(home: Path, size: int) -> dict[str, Any]:
    """Return how to run where no file can grow beyond some bytes, as on a disk that fills up.

    Python must not cache bytecode there: it would keep the half of it that fits.
    """
    return {
        "env": environment(home, PYTHONDONTWRITEBYTECODE="1"),
        "preexec_fn": lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
    }


def command(*words: str | bytes) -> list[str | bytes]:
    """Return the command line of phiward."""
    return [sys.executable, "-m", "phiward.cli.main", *words]


def phiward(home: Path, *words: str | bytes, **how: Any) -> "subprocess.CompletedProcess[bytes]":
    """Run phiward in `home`; a run that hangs fails."""
    given: dict[str, Any] = {"env": environment(home), "cwd": home, "capture_output": True, "timeout": 60, **how}
    return subprocess.run(command(*words), check=False, **given)


def folder(path: Path, **files: str) -> Path:
    """Write `NAME.tf` files."""
    path.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (path / f"{name}.tf").write_text(text)
    return path
