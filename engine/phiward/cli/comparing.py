"""Telling what is new: against a baseline, or against the same code at an earlier revision."""

from __future__ import annotations

import os
import sys
from contextlib import chdir, nullcontext, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from phiward.cli import collecting, judging, waiving
from phiward.errors import CollectError, PhiwardError, UsageError

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from phiward.cli.leaving_out import LeavingOut
    from phiward.collectors.port import Collector, Options
    from phiward.collectors.revision import Revision, Unpacked
    from phiward.engine.known import Before
    from phiward.engine.waivers import Waiver
    from phiward.inventory.model import Found


def before_of(
    options: argparse.Namespace, rules: judging.Ruleset, waivers: judging.Waiving, now: str, scratch: Path | None = None
) -> Before | None:
    """Return the state that the options ask to be compared with; None: they ask for none.

    A revision is read into `scratch`. Raises `UsageError` or `EvidenceError` where it cannot be had: a comparison that
    was asked for is never left out.
    """
    before = None
    if getattr(options, "changed_since", None) is not None and scratch is not None:
        before = _revision(options, rules, waivers, now, scratch)  # also where phiward.yaml names a baseline
    elif options.baseline is not None:
        before = _baseline(options, rules, now)
    elif options.baseline_key:
        raise UsageError("--baseline-key says whose --baseline is trusted: name one")
    if before is not None and not options.quiet:
        _say(f"only what is new since {before.what} counts for the gate")
    return before


def _baseline(options: argparse.Namespace, rules: judging.Ruleset, now: str) -> Before:
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


def _revision(
    options: argparse.Namespace, rules: judging.Ruleset, waivers: judging.Waiving, now: str, scratch: Path
) -> Before:
    """Read the same targets as they were, in a folder of their own, and judge them by the controls of this run."""
    from msgspec.structs import replace

    from phiward.collectors import revision
    from phiward.collectors.in_place.codeowners import PLACES
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
    then = revision.unpack(at, [*wanted, *PLACES], Path(scratch, "before"))
    # What says where a repository begins, and so whose its files are.
    then.path(".git").mkdir(parents=True, exist_ok=True)
    former = {
        name: Path(name).resolve() if place is None else then.path(place).resolve() for name, place in places.items()
    }
    within = {name: collecting.within_of(name, options.targets) for name in options.targets}
    given = _as_then(options, at, then)
    inventory = Path(scratch, "before.jsonl").resolve()
    with _standing(then, revision.inside(at, Path.cwd())):
        try:
            files = tuple(str(former[name]) for name in options.var_file if former[name].exists())
            asked = replace(collecting.options_of(given, now, rules.needs), variable_files=files)
            reading = _reading(asked, {str(former[name]): within[name] for name in within}, given)
            write(inventory, reading)
        except CollectError as error:
            raise CollectError(f"--changed-since {options.changed_since}: as it was then: {error}") from error
        if reading.interrupted:
            raise KeyboardInterrupt
        before = _waivers(options, rules, former, within)
    then_asked = judging.Asked(
        rules=rules,
        inventory=inventory,
        now=now,
        started=now,
        waivers=waivers if before is None else judging.Waiving(before),
        in_place=InPlaceReading(strict=False, imported=options.import_waivers, lenient=True),
        targets=(),
        reached=(),
    )
    if not options.quiet:
        for note in then.notes:
            _say(f"--changed-since {options.changed_since}: {note}")
    return Before(
        what=f"{options.changed_since} (commit {at.commit[:12]})",
        findings=lambda: iter(judging._evaluation(then_asked, passes=False)),  # noqa: SLF001 - as this run's own are judged
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


class _Then(collecting.Collecting):
    """Reads the targets where they lie as they were, with the ids that they have now."""

    def __init__(
        self,
        targets: list[collecting.Target],
        options: Options,
        within: dict[str, str],
        leaving_out: LeavingOut | None,
    ) -> None:
        super().__init__(targets, options, lambda _: None, leaving_out)
        self._within = within

    def _read(self, collector: Collector, target: str) -> Iterator[Found]:
        with suppress(CollectError):  # there was nothing to read: what is found now is new
            yield from super()._read(collector, target)

    def _options_for(self, target: str) -> Options:
        from msgspec.structs import replace

        return replace(self._options, within=self._within[target], targets=tuple(self._within))


def _reading(asked: Options, within: dict[str, str], given: argparse.Namespace) -> _Then:
    """Return what reads the places, each with what its ids begin with. What held nothing to scan had nothing."""
    targets: list[collecting.Target] = []
    for place in within:
        with suppress(UsageError):
            targets += collecting.targets_of([place])
    return _Then(targets, asked, within, collecting.leaving_out_of(given))


def _as_then(options: argparse.Namespace, at: Revision, then: Unpacked) -> argparse.Namespace:
    """Return the options without variable files, which have other places, and with what is left out as of then."""
    import argparse

    from msgspec.structs import replace

    from phiward.collectors.revision import inside

    config = judging.config_of(options)
    place = inside(at, config.path) if config is not None else None
    if config is not None and place is not None:
        config = replace(config, path=then.path(place))
    return argparse.Namespace(**{**vars(options), "var_file": [], "config_file": config})


def _waivers(
    options: argparse.Namespace, rules: judging.Ruleset, former: dict[str, Path], within: dict[str, str]
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
