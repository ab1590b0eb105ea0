"""Telling what is new: against a baseline, or against the same code at an earlier revision."""

from __future__ import annotations

import os
import sys
from contextlib import chdir, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phiward.cli import collecting, waiving
from phiward.errors import CollectError, PhiwardError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from phiward.cli.judging import Ruleset, Waiving
    from phiward.collectors.revision import Revision, Unpacked
    from phiward.engine.known import Before
    from phiward.engine.waivers import Waiver


def before_of(
    options: argparse.Namespace, rules: Ruleset, waivers: Waiving, now: str, scratch: Path | None = None
) -> Before | None:
    """Return the state that the options ask to be compared with; None: they ask for none.

    A revision is read into `scratch`. Raises `UsageError` or `EvidenceError` where it cannot be had: a comparison that
    was asked for is never left out.
    """
    before = None
    if options.baseline is not None:
        before = _baseline(options, rules, now)
    elif options.baseline_key:
        raise UsageError("--baseline-key says whose --baseline is trusted: name one")
    elif getattr(options, "changed_since", None) is not None and scratch is not None:
        before = _revision(options, rules, waivers, now, scratch)
    if before is not None and not options.quiet:
        _say(f"only what is new since {before.what} counts for the gate")
    return before


def _baseline(options: argparse.Namespace, rules: Ruleset, now: str) -> Before:
    from phiward.evidence.baseline import baseline
    from phiward.evidence.trust import config_folder, local_trust, trust_key

    named = tuple(key for path in options.baseline_key for key in trust_key(Path(path)))
    return baseline(
        Path(options.baseline),
        named or local_trust(config_folder(os.environ)),
        now=now,
        policy=rules.rules.policy.id,
        demanded=bool(named),
    )


def _revision(options: argparse.Namespace, rules: Ruleset, waivers: Waiving, now: str, scratch: Path) -> Before:
    """Read the same targets as they were, in a folder of their own, and judge them by the controls of this run."""
    from phiward.collectors import revision
    from phiward.collectors.in_place.codeowners import Repositories, owned
    from phiward.engine.evaluate import evaluate
    from phiward.engine.in_place import InPlaceReading
    from phiward.engine.known import Before
    from phiward.inventory.files import read_lines, write

    for target in options.targets:
        if not os.path.lexists(target):
            raise UsageError(f"--changed-since: {target} is not in a git repository: use --baseline BUNDLE")
    at = revision.find(options.targets, options.changed_since)
    places = {name: revision.inside(at, name) for name in (*options.targets, *options.var_file, *options.waivers)}
    _in_git(options, at, places)
    wanted = [_around(name, place) for name, place in places.items() if place is not None]
    then = revision.unpack(at, wanted, Path(scratch, "before"))
    former = {
        name: Path(name).resolve() if place is None else then.path(place).resolve() for name, place in places.items()
    }
    within = {name: collecting.within_of(name, options.targets) for name in options.targets}
    inventory = Path(scratch, "before.jsonl").resolve()
    here = Repositories(str(Path.cwd()))  # who owns the code is what the present CODEOWNERS says
    with _standing(then, revision.inside(at, Path.cwd())):
        try:
            write(inventory, owned(_collected(options, rules, now, former, within), here))
        except CollectError as error:
            raise CollectError(f"--changed-since {options.changed_since}: as it was then: {error}") from error
        before = _waivers(options, rules, former, within)
    given = waivers.waivers if before is None else before
    in_place = InPlaceReading(strict=False, imported=options.import_waivers, lenient=True)
    if not options.quiet:
        for note in then.notes:
            _say(f"--changed-since {options.changed_since}: {note}")
    return Before(
        what=f"{options.changed_since} (commit {at.commit[:12]})",
        findings=lambda: iter(
            evaluate(lambda: read_lines(inventory), rules.compiled, now, waivers=given, in_place=in_place)
        ),
        lines=lambda: read_lines(inventory),
        unchanged=lambda file: _same(Path(file), at, then),
    )


def _around(name: str, place: str) -> str:
    """Return what is to be unpacked for a target: a file is read with what lies beside it."""
    from pathlib import PurePosixPath

    return place if Path(name).is_dir() else str(PurePosixPath(place).parent)


def _in_git(options: argparse.Namespace, at: Revision, places: dict[str, str | None]) -> None:
    """Refuse a target of which git keeps nothing, now or then: everything in it would be new, in every run."""
    from phiward.collectors.revision import kept

    for target in options.targets:
        place = places[target]
        if place is None or not kept(at, place):
            raise UsageError(
                f"--changed-since: git does not keep {target}, so that it cannot be told what changed in it: `git add` "
                "it, or use --baseline BUNDLE"
            )


def _standing(then: Unpacked, here: str | None) -> Any:
    """Stand where this run stands, but in the tree as it was, so that files have the same names."""
    if here is None:
        return nullcontext()
    place = then.path(here)
    place.mkdir(parents=True, exist_ok=True)
    return chdir(place)


def _collected(
    options: argparse.Namespace, rules: Ruleset, now: str, former: dict[str, Path], within: dict[str, str]
) -> Iterator[Any]:
    """Yield what the targets held. What was not there yet, or held nothing to scan, had nothing."""
    from msgspec.structs import replace

    from phiward.collectors.registry import collectors_of

    files = tuple(str(former[name]) for name in options.var_file if former[name].exists())
    asked = replace(collecting.options_of(_without_files(options), now, rules.needs), variable_files=files)
    targets = tuple(dict.fromkeys(options.targets))
    for target in targets:
        narrowed = replace(asked, within=within[target], targets=tuple(str(former[name]) for name in targets))
        if former[target].exists():
            with suppress(UsageError, CollectError):  # there was nothing to read: what is found now is new
                path = str(former[target])
                for collector in collectors_of(path):
                    yield from collector.collect(path, narrowed, lambda _: None)


def _without_files(options: argparse.Namespace) -> argparse.Namespace:
    """Return the options without variable files, which have other places."""
    import argparse

    return argparse.Namespace(**{**vars(options), "var_file": []})


def _waivers(
    options: argparse.Namespace, rules: Ruleset, former: dict[str, Path], within: dict[str, str]
) -> tuple[Waiver, ...] | None:
    """Return the waivers as they were; None where they cannot be read."""
    from phiward.engine.waivers import names_of

    names = names_of(rule.control for rule in rules.rules.rules)
    found = []
    try:
        for name in options.targets:
            if former[name].is_dir():
                for path, prefix in waiving.find([str(former[name])], ()):
                    below = "/".join(part for part in (within[name], prefix.removesuffix(":")) if part)
                    found.append((path, f"{below}:" if below else ""))
        for name in options.waivers:
            if former[name].is_dir():
                found += waiving.find((), [str(former[name])])
        return waiving.load(found, names, strict=False)
    except PhiwardError:
        return None


def _same(file: Path, at: Revision, then: Unpacked) -> bool:
    """Say whether a file of this run is what it was, byte for byte."""
    from phiward.collectors import revision

    place = revision.inside(at, file)
    if place is None:
        return False
    now, before = at.top / place, then.path(place)
    if now.is_file() and before.is_file():
        return now.read_bytes() == before.read_bytes()
    return False


def _say(text: str) -> None:
    from phiward.evidence.escape import visible

    print(f"phiward: {visible(text, 400)}", file=sys.stderr)
