"""`phiward collect`: read targets into an inventory."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from phiward.cli import collecting
from phiward.cli.scan import collect
from phiward.errors import UsageError
from phiward.inventory.whole import unwritable

if TYPE_CHECKING:
    import argparse

INCOMPLETE = 3


def run(options: argparse.Namespace) -> int:
    """Read everything the targets show. Ends with 3 where something could not be read."""
    now = collecting.moment(options.now)
    if why := unwritable(Path(options.output)):
        raise UsageError(f"--output {options.output}: cannot be written: {why}")
    read = collect(collecting.targets_of(options.targets), options, now, None, Path(options.output))
    if not options.quiet:
        print(f"{read.resources} resources, {read.gaps} gaps: {options.output}", file=sys.stderr)
    return INCOMPLETE if read.gaps else 0
