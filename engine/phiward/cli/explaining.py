"""`--explain CONTROL`: from an inventory to the story of one control."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phiward.cli import reporting
from phiward.errors import UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from phiward.cli.judging import Asked

_MOST = 100
_UNFIT = ("bundle",)


def narrow(options: argparse.Namespace) -> None:
    """Ask the one control alone. Raises `UsageError` for what does not go with that."""
    for name in _UNFIT:
        if getattr(options, name):
            raise UsageError(f"--explain and --{name}: choose one; evidence is of a whole policy, not of one control")
    if options.format not in {None, "text", "table"}:
        raise UsageError(f"--explain and --format {options.format}: it is text, for people")
    if options.select:
        raise UsageError("--explain and --select: choose one")
    if "*" in options.explain:
        raise UsageError("--explain tells one control: name it in full")
    options.select = (options.explain,)


def put(options: argparse.Namespace, asked: Asked) -> int:
    """Tell the control, and return the exit code of the gate."""
    from phiward.engine.control import Unseen
    from phiward.engine.evaluate import evaluate
    from phiward.engine.explained import explained
    from phiward.engine.findings import Verdict
    from phiward.engine.requirements import gate
    from phiward.evidence.explained import render
    from phiward.evidence.table import painted, plain
    from phiward.inventory.files import read_lines

    rules = asked.rules.rules
    evaluation = evaluate(
        lambda: read_lines(asked.inventory),
        asked.rules.compiled,
        asked.now,
        waivers=asked.waivers.waivers,
        in_place=asked.in_place,
    )
    waived = {
        finding.resource.id: finding.waiver or ""
        for finding in evaluation
        if finding.verdict is Verdict.WAIVED and finding.resource is not None
    }
    rule = rules.rules[0]
    titles = {each.id: each.title for each in rules.policy.requirements}

    def told(*, colour: bool) -> Iterable[str]:
        found = explained(evaluation, read_lines(asked.inventory), rule, waived)
        paint = painted if colour else plain
        yield from render(rule.control, titles, found, paint=paint, most=None if options.all else _MOST)
        if evaluation.gaps:
            from phiward.evidence.escape import visible
            from phiward.evidence.report import gap_text

            yield "Not read:\n"
            yield from (f"  - {visible(gap_text(gap), 300)}\n" for gap in evaluation.gaps)

    reporting.put_pieces(options, told)
    return gate(rules, evaluation.summary, Unseen(options.unknown) if options.unknown else None)
