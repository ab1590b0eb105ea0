"""`phiward verify`: check that a bundle is whole, unchanged and signed."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from phiward.cli import reporting
from phiward.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from phiward.evidence.verify import VerifyStep

MARKS = {"ok": "ok     ", "warning": "WARNING", "failed": "FAILED "}


def run(options: argparse.Namespace) -> int:
    """Verify, print one line per step, and return the code of the most serious one."""
    from phiward.evidence.deep import evaluated
    from phiward.evidence.verify import exit_code, verify

    bundle = Path(options.bundle)
    if not bundle.exists():
        raise UsageError(f"{bundle}: no such file or folder")
    record = Path(options.against) if options.against else None
    steps = verify(bundle, reporting.trusted(options), deep=evaluated if options.deep else None, record=record)
    code = exit_code(steps)
    if options.format == "json":
        import msgspec

        json.dump({"exit_code": code, "steps": msgspec.to_builtins(steps)}, sys.stdout, indent=2, ensure_ascii=False)
        print()
    else:
        _print(steps, code)
    return code


def _print(steps: list[VerifyStep], code: int) -> None:
    from phiward.evidence.escape import visible

    for step in steps:
        print(f"{MARKS[step.outcome]} {step.name:10} {visible(step.detail)}")
    print("verified" if code == 0 else f"NOT verified (exit code {code})")
