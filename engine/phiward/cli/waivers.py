"""`phiward waivers`: list them, and check their files as a scan would read them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from phiward.cli import judging, waiving
from phiward.cli.collecting import moment
from phiward.cli.show import put, table
from phiward.errors import ContentError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from phiward.engine.waivers import Waiver


def run(options: argparse.Namespace) -> int:
    """Run one action. `check` ends with 1 where a file is wrong, or a waiver has lapsed or is not yet in force."""
    from phiward.engine.content import ContentProblems
    from phiward.engine.waivers import names_of
    from phiward.evidence.escape import visible

    today = moment(options.now)[:10]
    files = _files(options)
    names = names_of(rule.control for rule in judging.rules_of(options).rules.rules)
    try:
        found = waiving.load(files, names)
    except ContentProblems as error:
        if options.action == "list":
            raise
        put(*map(str, error.problems))
        print(f"{len(files)} files, {len(error.problems)} {'problem' if len(error.problems) == 1 else 'problems'}")
        return 1
    rows = [
        (
            waiver.id,
            _state(waiver, today),
            waiver.expires_at,
            visible(waiver.approved_by, 40),
            ", ".join(waiver.controls),
            visible(", ".join(waiver.resources), 60),
        )
        for waiver in found
    ]
    print(table(("waiver", "state", "until", "approved by", "controls", "resources"), rows))
    if options.action == "list":
        return 0
    idle = list(_idle(found, today))
    put(*map(str, idle))
    print(f"{len(files)} files, {len(rows)} waivers, {len(idle)} not in force")
    return 1 if idle else 0


def _files(options: argparse.Namespace) -> list[tuple[Path, str]]:
    """Find the files: beside the code as a scan does, in a folder named `waivers`, and where --waivers says."""
    for each in options.folders:
        if not Path(each).is_dir():
            raise UsageError(f"{each}: no such folder")
    themselves = [each for each in options.folders if Path(each).resolve().name == waiving.NAME]
    above = [each for each in options.folders if each not in themselves]
    files = waiving.find(above, [*themselves, *options.waivers])
    if not files:
        asked = f" in {', '.join(each)}" if (each := [*options.folders, *options.waivers]) else ""
        raise UsageError(
            f"no waiver file{asked}: name the folder that holds a `waivers` folder of .yaml files, or the folder "
            "of such files with --waivers"
        )
    return files


def _state(waiver: Waiver, today: str) -> str:
    return "lapsed" if waiver.expires_at < today else "not yet" if waiver.approved_at > today else "in force"


def _idle(found: tuple[Waiver, ...], today: str) -> Iterator[ContentError]:
    """Say which waivers do not count today, where they stand, and what to do."""
    for waiver in found:
        state = _state(waiver, today)
        if state == "lapsed":
            message, field = f"lapsed on {waiver.expires_at}: have it approved anew, or delete it", "expires_at"
        elif state == "not yet":
            message, field = f"counts from {waiver.approved_at} only; today is {today}", "approved_at"
        else:
            continue
        yield ContentError(f"{waiver.id}: {message}", file=waiver.file, line=waiver.line, field=field)
