"""`phiward report`: print the findings of a bundle again, in any format."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from phiward.cli import reporting
from phiward.errors import UsageError

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Verify the bundle, then report its findings. One that was changed is not reported: the code is `verify`'s."""
    from phiward.evidence.deep import evaluated
    from phiward.evidence.escape import visible
    from phiward.evidence.report import Report
    from phiward.evidence.verify import UNKNOWN_SIGNER, Outcome, contents, exit_code, verify

    bundle = Path(options.bundle)
    if not bundle.exists():
        raise UsageError(f"{bundle}: no such file or folder")
    steps = verify(bundle, reporting.trusted(options), deep=evaluated)
    code = exit_code(steps)
    for step in steps:
        if step.outcome is Outcome.FAILED:
            print(f"phiward: {step.name}: {visible(step.detail)}", file=sys.stderr)
    if code not in (0, UNKNOWN_SIGNER):
        return code
    with contents(bundle) as kept, evaluated(kept) as again:
        report = Report(
            findings=again.findings,
            totals=lambda: (again.summary(), again.standings()),
            controls=again.controls,
            run=kept.run,
            bundle=str(bundle),
        )
        reporting.put(options, report, options.format, options.output)
    return 0
