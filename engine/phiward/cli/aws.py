"""`phiward aws permissions`: what a role must be allowed, so that the selected controls can be judged."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from phiward.cli.judging import rules_of
from phiward.errors import UsageError

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Print the permissions in the format asked for. No account is needed, and nothing is asked of AWS."""
    from phiward.collectors.aws import permissions

    need = rules_of(options).needs
    if not permissions.asked(need, options.target):
        raise UsageError("none of the selected controls reads AWS: no permission is needed")
    if options.format == "json":
        _json(options, permissions.documents(need, options.partition, target=options.target))
    elif options.part is not None:
        raise UsageError("--part is for --format json: the other formats hold all policies")
    else:
        sys.stdout.write(permissions.FORMS[options.format](need, options.target))
    return 0


def _json(options: argparse.Namespace, found: tuple[dict[str, object], ...]) -> None:
    if options.part is not None and not 1 <= options.part <= len(found):
        raise UsageError(f"--part {options.part}: there are parts 1 to {len(found)}")
    if options.part is None and len(found) > 1:
        print(f"phiward: {len(found)} policies, since one may not be so large: take each with --part", file=sys.stderr)
    part = options.part or (1 if len(found) == 1 else None)
    print(json.dumps(found[part - 1] if part else found, indent=2))
