"""`phiward scan`: read targets, judge them, report, and keep evidence."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from phiward.cli import collecting, comparing, judging
from phiward.errors import UsageError

if TYPE_CHECKING:
    import argparse

PRIVATE = "phiward-"
"""Scratch folders, readable by their owner only, begin with this."""


def run(options: argparse.Namespace) -> int:
    """Scan, and return the exit code of the gate."""
    if options.watch:
        from phiward.cli.watch import run as watch

        return watch(options)
    options.read_before = time.time()  # code that is written after this is not what was judged
    now = collecting.moment(options.now)
    started = now if options.now else collecting.moment(None)
    targets = collecting.targets_of(options.targets)
    signer = judging.outputs_of(options)
    rules = judging.rules_of(options)
    waivers = judging.waivers_of(options, rules)
    with tempfile.TemporaryDirectory(prefix=PRIVATE) as scratch:
        inventory = Path(options.inventory or Path(scratch, "inventory.jsonl"))
        before = comparing.before_of(options, rules, waivers, now, Path(scratch))
        read = collect(targets, options, now, rules.needs, inventory)
        return judging.conclude(
            options,
            judging.Asked(
                rules=rules,
                inventory=inventory,
                now=now,
                started=started,
                waivers=waivers,
                in_place=judging.in_place_of(options),
                config=judging.config_of(options),
                targets=tuple(options.targets),
                reached=tuple(read.reached),
                principals=tuple(sorted(read.principals)),
                complete=not read.interrupted,
                unread=dict(sorted(read.unread.items())),
                reach=tuple(read.reach),
                signer=signer,
                before=before,
            ),
        )


def collect(
    targets: list[collecting.Target],
    options: argparse.Namespace,
    now: str,
    need: collecting.Needed,
    inventory: Path,
) -> collecting.Collecting:
    """Read the targets into an inventory file. Raises `UsageError` where there was nothing at all."""
    from phiward.evidence.escape import visible
    from phiward.inventory.files import write

    with collecting.Watching(quiet=options.quiet) as watching:
        reading = collecting.options_of(options, now, need)
        read = collecting.Collecting(targets, reading, watching, collecting.leaving_out_of(options))
        write(inventory, read)
    if read.interrupted and not options.quiet:
        print("phiward: interrupted: going on with what was read until then", file=sys.stderr)
    if not options.quiet:
        for note in (note for reach in read.reach for note in reach.notes):
            print(f"phiward: {visible(note, 300)}", file=sys.stderr)
    if not read.resources and not read.gaps:
        names = ", ".join(dict.fromkeys(target for _, target in targets))
        raise UsageError(f"{names}: nothing to scan: no resource was found that a selected control could be asked of")
    return read
