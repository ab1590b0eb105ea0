"""`phiward evaluate`: judge an inventory that was collected before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from phiward.cli import collecting, comparing, judging
from phiward.errors import UsageError
from phiward.inventory.regular import irregular

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Judge, and return the exit code of the gate."""
    from phiward.inventory.files import reach

    inventory = Path(options.inventory)
    if why := irregular(inventory):
        raise UsageError(f"{inventory}: cannot be read: {why}")
    now = collecting.moment(options.now)
    signer = judging.outputs_of(options)
    rules = judging.rules_of(options)
    waivers = judging.waivers_of(options, rules)
    return judging.conclude(
        options,
        judging.Asked(
            rules=rules,
            inventory=inventory,
            now=now,
            started=now if options.now else collecting.moment(None),
            waivers=waivers,
            in_place=judging.in_place_of(options),
            config=judging.config_of(options),
            targets=(str(inventory),),
            reached=(str(inventory),),
            reach=reach(inventory),
            signer=signer,
            before=comparing.before_of(options, rules, waivers, now),
        ),
    )
