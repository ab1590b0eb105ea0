"""`phiward diff`: what changed between two bundles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from phiward.cli import reporting
from phiward.cli.show import put, table
from phiward.errors import EvidenceError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from phiward.evidence.difference import Changed, Difference
    from phiward.evidence.trust import TrustedKey

_SHOWN = 200


def run(options: argparse.Namespace) -> int:
    """Compare, and print. Ends with 1 where something is new or has regressed."""
    from phiward.evidence.difference import difference

    trusted = reporting.trusted(options)
    earlier, later = (_verified(Path(each), trusted) for each in (options.earlier, options.later))
    found = difference(earlier, later)
    if options.format == "json":
        import msgspec

        from phiward.evidence.escape import json_text

        document = {"schema": "phiward/difference/v1", **msgspec.to_builtins(found)}
        reporting.write([json_text(msgspec.json.encode(document).decode()) + "\n"], utf_8=True)
    else:
        _print(found, everything=options.all)
    return 1 if found.counts["new"] or found.counts["regressed"] else 0


def _verified(bundle: Path, trusted: Sequence[TrustedKey]) -> Path:
    """Refuse a bundle that is not what was signed; whose signature it has is told where it is not trusted."""
    from phiward.evidence.verify import UNKNOWN_SIGNER, Outcome, exit_code, verify

    if not bundle.exists():
        raise UsageError(f"{bundle}: no such file or folder")
    steps = verify(bundle, trusted)
    failed = "; ".join(step.detail for step in steps if step.outcome is Outcome.FAILED)
    if exit_code(steps) not in {0, UNKNOWN_SIGNER}:
        raise EvidenceError(f"{bundle}: {failed}")
    if failed:
        put(f"{bundle}: {failed}")
    return bundle


def _print(found: Difference, *, everything: bool) -> None:
    from phiward.evidence.difference import Change

    for note in found.notes:
        put(note)
    order = {change: number for number, change in enumerate(Change)}
    told = sorted(
        (each for each in found.changes if everything or each.change is not Change.UNCHANGED),
        key=lambda each: order[each.change],
    )
    if told:
        print(table(("change", "control", "resource", "before", "after", "requirements"), map(_row, told[:_SHOWN])))
    if len(told) > _SHOWN:
        put(f"… and {len(told) - _SHOWN} more; --format json holds them all")
    if found.requirements:
        rows = [
            (each.id, each.title, each.before or "not in the policy", each.after or "not in the policy")
            for each in found.requirements
        ]
        print("\n" + table(("requirement", "title", "before", "after"), rows))
    put("", ", ".join(f"{count} {change}" for change, count in found.counts.items()))


def _row(each: Changed) -> tuple[str, ...]:
    from phiward.evidence.escape import visible

    resource = visible(each.resource.id, 60) if each.resource else "(the whole run)"
    before, after = (verdict.value if verdict else "not asked" for verdict in (each.before, each.after))
    return each.change.value, each.control, resource, before, after, ", ".join(each.requirements[:3])
