"""`phiward ledger`: look at the record of runs, and check that nothing was taken out of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from phiward.cli.show import put, table

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from phiward.evidence.ledger import Entry, Line

BROKEN = 4


def run(options: argparse.Namespace) -> int:
    """Run one action. `verify` ends with 4 where the ledger is not whole."""
    from phiward.evidence import ledger

    path = Path(options.ledger_file)
    if options.action == "list":
        print(table(("entry", "when", "command", "targets", "ended", "evidence"), _rows(ledger.lines(path))))
        return 0
    if options.action == "head":
        print(ledger.verify(path).head)
        return 0
    return _verify(path, options)


def _verify(path: Path, options: argparse.Namespace) -> int:
    from phiward.errors import EvidenceError
    from phiward.evidence import ledger
    from phiward.evidence.escape import visible

    try:
        chain = ledger.verify(path, options.head)
    except EvidenceError as error:
        put(visible(str(error)), f"NOT whole (exit code {BROKEN})")
        return BROKEN
    for entry in chain.open:
        put(f"entry {entry.seq}: the run begun at {visible(entry.at)} has no end: it was killed, or is still running")
    for head in chain.missing:
        put(f"the head {visible(head, 80)} is not in it: it was cut short or written anew after that head was kept")
    if chain.missing:
        put(f"NOT whole (exit code {BROKEN})")
        return BROKEN
    put(f"{chain.entries} entries of {chain.runs} runs, each follows from the one before")
    if options.head:
        put(f"{len(options.head)} {'head' if len(options.head) == 1 else 'heads'} kept elsewhere found in it")
    else:
        put("no --head was given: that nothing was cut off the end, or all of it written anew, is not shown by this")
    put(f"head {chain.head}")
    return 0


def _rows(lines: Iterator[Line]) -> Iterator[tuple[str, ...]]:
    """Yield a row for each run, in the order of their ends; those that have none last."""
    from phiward.evidence.escape import visible

    begun: dict[str, Entry] = {}
    for line in lines:
        entry = line.entry
        if entry.event == "begun":
            begun[entry.run] = entry
        elif (first := begun.pop(entry.run, None)) is not None:
            how = f"exit code {entry.exit_code}" if entry.error is None else visible(entry.error, 40)
            yield _row(first, how, entry.bundle.id if entry.bundle else "")
    for first in begun.values():
        yield _row(first, "no end recorded", "")


def _row(first: Entry, how: str, bundle: str) -> tuple[str, ...]:
    from phiward.evidence.escape import visible

    targets = visible(", ".join(first.targets), 60)
    return str(first.seq), visible(first.at, 20), visible(first.command or "", 20), targets, how, visible(bundle, 32)
