"""`phiward waivers`: list them, and check their files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phiward.cli import waiving
from phiward.cli.collecting import moment
from phiward.cli.show import table
from phiward.errors import ContentError, UsageError

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Run one action. `check` ends with 1 where a file is wrong or a waiver has lapsed."""
    from phiward.cli.rulebook import load
    from phiward.evidence.escape import visible

    library, _, _ = load((), "hipaa-security-rule")
    known = [*library.controls, *(alias for control in library.controls.values() for alias in control.aliases)]
    files = waiving.find(options.folders, ())
    if not files:
        raise UsageError(f"no waivers/*.yaml in {', '.join(options.folders)}")
    try:
        found = waiving.load(files, known)
    except ContentError as error:
        if options.action == "list":
            raise
        print(error)
        return 1
    today = moment(options.now)[:10]
    rows = [
        (
            waiver.id,
            "lapsed" if waiver.expires_at < today else "not yet" if waiver.approved_at > today else "in force",
            waiver.expires_at,
            visible(waiver.approved_by, 40),
            ", ".join(waiver.controls),
            visible(", ".join(waiver.resources), 60),
        )
        for waiver in found
    ]
    print(table(("waiver", "state", "until", "approved by", "controls", "resources"), rows))
    lapsed = sum(row[1] == "lapsed" for row in rows)
    if options.action == "check":
        print(f"{len(files)} files, {len(rows)} waivers, {lapsed} lapsed")
        return 1 if lapsed else 0
    return 0
