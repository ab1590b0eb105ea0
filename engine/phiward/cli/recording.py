"""Recording a run in a ledger: that it began before anything is read, and how it ended, whatever happened."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from phiward.cli.collecting import moment

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from phiward.evidence.bundle import Written


def recorded(options: argparse.Namespace, run: Callable[[argparse.Namespace], int]) -> int:
    """Run a command, with an entry before and one after it. What could not be recorded is not run."""
    from uuid import uuid4

    from phiward.evidence.leaks import redact_argv
    from phiward.evidence.ledger import append
    from phiward.version import __version__

    ledger, identity = Path(options.ledger), uuid4().hex
    now = getattr(options, "now", None)
    targets = getattr(options, "targets", None) or [options.inventory]
    begun = {
        "at": moment(now),
        "event": "begun",
        "run": identity,
        "version": __version__,
        "command": options.command,
        "targets": list(redact_argv(tuple(map(str, targets)))),
        "policy": options.policy,
    }
    append(ledger, begun)
    options.evidence = None
    how: dict[str, Any] = {}
    try:
        how["exit_code"] = code = run(options)
    except BaseException as error:  # reason: also Ctrl-C and what ends the process is how a run ended
        how["error"] = type(error).__name__
        raise
    finally:
        append(ledger, {"at": moment(now), "event": "ended", "run": identity, **how, **_kept(options.evidence)})
    return code


def _kept(written: Written | None) -> dict[str, Any]:
    """Say which evidence a run wrote."""
    if written is None:
        return {}
    bundle = {"id": written.bundle_id, "manifest": written.manifest, "statement": written.statement}
    return {"bundle": bundle, "counts": written.counts}
