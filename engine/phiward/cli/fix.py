"""`phiward fix`: mend what one argument mends, as a patch that people read first."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from phiward.cli import collecting, judging
from phiward.cli.mending import Mending
from phiward.cli.reporting import write
from phiward.collectors.registry import collectors_of
from phiward.collectors.terraform.plan import looks_like_plan
from phiward.errors import UsageError
from phiward.evidence.escape import visible
from phiward.evidence.patch import patch
from phiward.inventory.regular import regular

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from phiward.cli.mending import Code, Plan
    from phiward.collectors.port import Options

_MOST = 40


def run(options: argparse.Namespace) -> int:
    """Print or write the fixes of each target, and say what they mend and what is left."""
    now = collecting.moment(options.now)
    rules = judging.rules_of(options)
    waivers = judging.waivers_of(options, rules).waivers
    asked = collecting.options_of(options, now, rules.needs)
    finish = collecting.Finishing(collecting.leaving_out_of(options))
    for name in dict.fromkeys(name for _, name in collecting.targets_of(options.targets)):
        codes = list(_codes(name, asked))
        if not codes:
            raise UsageError(f"{name}: only code is mended: a folder or a file of Terraform or CloudFormation")
        for code in codes:
            reading = judging.in_place_of(options)
            _mend(options, Mending(code, rules.compiled, now, waivers, in_place=reading, finish=finish))
    return 0


def _codes(name: str, asked: Options) -> Iterator[Code]:
    """Yield what reads a target's code, language by language."""
    path = Path(name)
    if not path.exists() or (name.endswith(".json") and looks_like_plan(path)):
        return
    for collector in collectors_of(name):
        if collector.name == "terraform":
            from phiward.collectors.terraform.session import Session as OfTerraform

            yield OfTerraform(name, asked)
        if collector.name == "cloudformation":
            from phiward.collectors.cloudformation.session import Session as OfCloudformation

            yield OfCloudformation(name, asked)


def _mend(options: argparse.Namespace, mending: Mending) -> None:
    plan = mending.plan(replacing=options.allow_replacement)
    if options.write:
        _written(plan)
        after = mending.again()
    else:
        write(_patches(plan), utf_8=True)
        after = plan.after
    mended = sum(key not in after for key in mending.before)
    if not options.quiet:
        for line in _told(plan, mending, mended, written=options.write):
            print(f"phiward: {visible(line, 400)}", file=sys.stderr)


def _patches(plan: Plan) -> Iterator[str]:
    for file, text in sorted(plan.texts.items()):
        yield from patch(file, text, [(edit.start, edit.end, edit.text) for edit in plan.edits[file]])


def _written(plan: Plan) -> None:
    """Write the files, each whole or not at all, and only where it still holds what was judged."""
    from phiward.inventory.whole import whole

    for file, text in sorted(plan.patched().items()):
        path = Path(file)
        try:
            with regular(path) as stream:
                unchanged = stream.read() == plan.texts[file].encode()
            if not unchanged:
                raise UsageError(f"{file}: was changed meanwhile, and is left as it is: run phiward fix again")
            mode = path.stat().st_mode & 0o7777
            with whole(path) as stream:
                stream.write(text.encode())
            path.chmod(mode)
        except OSError as error:
            raise UsageError(f"{file}: cannot be written: {error.strerror}") from error


def _told(plan: Plan, mending: Mending, mended: int, *, written: bool) -> Iterator[str]:
    if plan.offers:
        where = len(plan.texts)
        yield (
            f"{len(plan.offers)} {'fix' if len(plan.offers) == 1 else 'fixes'} in {where} "
            f"{'file' if where == 1 else 'files'} {'mended' if written else 'mend'} {mended} "
            f"{'finding' if mended == 1 else 'findings'}, as judging the code again shows; "
            + ("it brings up what is less severe:" if plan.brought else "nothing new comes up")
        )
        for finding in plan.brought:
            of = finding.resource.id if finding.resource else ""
            yield f"  brings up {finding.control} ({finding.verdict.value}) of {of}"
        for offer in sorted(plan.offers, key=lambda each: (each.file, each.line)):
            for_ = ", ".join(sorted({control for control, _ in offer.keys} - _still(plan, offer.keys)))
            anew = " MAKES IT ANEW, with all that it holds" if offer.replaces else ""
            note = f" ({offer.note})" if offer.note else ""
            yield f"  {offer.file}:{offer.line} {offer.kind}: {offer.says()}{anew}; mends {for_}{note}"
    else:
        yield "no fix is to be made"
    if plan.left:
        yield f"left to people, {len(plan.left)}:"
        same: dict[tuple[str, int, str, str], list[str]] = {}
        for left in plan.left:
            same.setdefault((left.file, left.line, left.control, left.why), []).append(left.resource)
        for (file, line, control, why), resources in list(same.items())[:_MOST]:
            more = f" and {len(resources) - 1} more" if len(resources) > 1 else ""
            yield f"  {file}:{line} {control} ({resources[0]}{more}): {why}"
        if len(same) > _MOST:
            yield f"  … and {len(same) - _MOST} more places"
    if plan.others:
        yield f"{plan.others} more fails want more than one argument: phiward scan tells how to mend each"
    verdicts = Counter(finding.verdict.value for finding in mending.before.values())
    yield f"before: {verdicts['fail']} fail, {verdicts['unknown']} unknown"


def _still(plan: Plan, keys: frozenset[tuple[str, str]]) -> set[str]:
    return {control for control, resource in keys if (control, resource) in plan.after}
