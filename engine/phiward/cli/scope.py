"""`phiward scope`: which resources hold ePHI in the policy's words, and which statement decided it."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from phiward.cli import collecting, reporting
from phiward.cli.judging import rules_of
from phiward.cli.scan import PRIVATE, collect
from phiward.errors import EvidenceError, UsageError
from phiward.inventory.regular import irregular

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from phiward.cli.judging import Ruleset
    from phiward.engine.classify import Lines

UNTOLD = 3
_INVENTORIES = (".jsonl", ".jsonl.zst")


def run(options: argparse.Namespace) -> int:
    """Classify. Ends with 3 where of some resource it cannot be told, or something could not be read."""
    from phiward.engine.classify import Classification, Standing
    from phiward.evidence.scope_report import ScopeReport, as_json, as_table

    now = collecting.moment(options.now)
    rules = rules_of(options)
    policy = rules.rules.policy
    with _lines(options, rules, now) as lines:
        found = Classification(lines, rules.rules, now)
        report = ScopeReport(classification=found, scope=policy.scope, policy=policy.id, file=_file(rules), now=now)
        pieces = as_json(report) if options.format == "json" else as_table(report, everything=options.all)
        reporting.write(pieces, utf_8=options.format == "json")
    return UNTOLD if found.counts[Standing.UNKNOWN] or found.gaps else 0


@contextmanager
def _lines(options: argparse.Namespace, rules: Ruleset, now: str) -> Iterator[Lines]:
    """Open the resources: of an inventory or a bundle as they are, of targets as they are read now."""
    from phiward.engine.classify import needs
    from phiward.inventory.files import read_lines

    kept = [target for target in options.targets if target.endswith((*_INVENTORIES, ".zip"))]
    if kept and len(options.targets) > 1:
        raise UsageError(f"{kept[0]}: an inventory or a bundle is looked at alone")
    if kept and kept[0].endswith(_INVENTORIES):
        if why := irregular(kept[0]):
            raise UsageError(f"{kept[0]}: cannot be read: {why}")
        yield lambda: read_lines(Path(kept[0]))
    elif kept:
        with _facts(Path(kept[0])) as lines:
            yield lines
    else:
        with tempfile.TemporaryDirectory(prefix=PRIVATE) as scratch:
            inventory = Path(scratch, "inventory.jsonl")
            collect(collecting.targets_of(options.targets), options, now, needs(rules.rules), inventory)
            yield lambda: read_lines(inventory)


@contextmanager
def _facts(bundle: Path) -> Iterator[Lines]:
    """Open the facts of a bundle that is whole. Who signed it is `phiward verify`'s to say."""
    from phiward.evidence.verify import UNKNOWN_SIGNER, Outcome, contents, exit_code, verify

    if not bundle.exists():
        raise UsageError(f"{bundle}: no such file or folder")
    steps = verify(bundle, ())
    if exit_code(steps) not in (0, UNKNOWN_SIGNER):
        wrong = "; ".join(step.detail for step in steps if step.outcome is Outcome.FAILED)
        raise EvidenceError(f"{bundle}: {wrong}")
    with contents(bundle) as kept:
        yield kept.lines


def _file(rules: Ruleset) -> str:
    """Return where the policy's file lies, from here where it is below."""
    name = f"policies/{rules.rules.policy.file}"
    path = next(file.path for file in rules.files if file.name == name)
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
