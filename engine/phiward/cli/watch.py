"""`phiward scan --watch`: judge again whatever a save has changed, and show what is new and what is mended."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from phiward.cli import collecting, judging
from phiward.cli.reporting import in_colour, write
from phiward.cli.signals import INTERRUPTED, code_of
from phiward.engine.again import Difference, difference, standing
from phiward.errors import PhiwardError, UsageError
from phiward.evidence.escape import visible
from phiward.evidence.report import gap_text, pressing, resource_text
from phiward.evidence.source_lines import SourceLines
from phiward.evidence.table import painted, plain
from phiward.evidence.text import by_file
from phiward.inventory.model import CollectionGap, Resource

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Mapping

    from phiward.collectors.port import Options
    from phiward.collectors.rereading import Refreshed
    from phiward.engine.again import Standing
    from phiward.engine.control import Control
    from phiward.engine.findings import Finding
    from phiward.evidence.table import Paint

INTERVAL = 0.1
"""Seconds between two looks at the files, at the least."""
_SHARE = 20
"""A look may take one part in so many of the time: a huge repository is looked at less often."""
_NAMED = 3
_UNFIT = ("bundle", "output", "inventory", "explain")


class Session(Protocol):
    """A target that can be looked at again."""

    def refresh(self) -> Refreshed:
        """Say what changed since the last look; the first time, everything."""
        ...


class Known(Struct, frozen=True):
    """What the findings are told with."""

    controls: Mapping[str, Control]


def run(options: argparse.Namespace) -> int:
    """Watch until Ctrl-C."""
    for name in _UNFIT:
        if getattr(options, name):
            raise UsageError(f"--watch and --{name}: choose one; --watch shows what changes, and keeps nothing")
    if options.format not in {None, "text"}:
        raise UsageError(f"--watch and --format {options.format}: it shows findings in the code (text)")
    try:
        watch = Watch(options)
        write([watch.begin()], utf_8=False)
        while True:
            time.sleep(max(INTERVAL, _SHARE * watch.cost))
            if told := watch.look():
                write([told], utf_8=False)
    except KeyboardInterrupt as error:
        if code_of(error) != INTERRUPTED:
            raise
        return 0


class Watch:
    """What stands at present of some targets."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._now = collecting.moment(options.now)
        self._rules = judging.rules_of(options)
        self._waivers = judging.waivers_of(options, self._rules).waivers
        self._in_place = judging.in_place_of(options)
        self._finishing = collecting.Finishing(collecting.leaving_out_of(options))
        self._known = Known({rule.control.id: rule.control for rule in self._rules.rules.rules})
        self._targets = options.targets
        self._paint: Paint = painted if in_colour() else plain
        asked = collecting.options_of(options, self._now, self._rules.needs)
        self._sessions = [_session(collector, name, asked, options) for collector, name in _targets(options)]
        self._stands: dict[tuple[int, str], Standing] = {}
        self._ids: dict[tuple[int, str], set[str]] = {}
        """What is there, whether something is wrong with it or not."""
        self._gaps: dict[tuple[int, str], tuple[CollectionGap, ...]] = {}
        self._problems: dict[int, tuple[CollectionGap, ...]] = {}
        self.cost = 0.0
        """Seconds that the last look took where nothing had changed."""

    def begin(self) -> str:
        """Return what stands at first."""
        started = time.perf_counter()
        self._refresh()
        findings = [finding for stands in self._stands.values() for finding in stands.values()]
        problems = [each for several in self._problems.values() for each in several]
        text = "".join(by_file(self._known, findings, paint=self._paint, lines=self._lines()))
        text += "".join(f"Not read: {visible(gap_text(each), 300)}\n" for each in problems)
        return text + self._status("watching; Ctrl-C ends it", started)

    def look(self) -> str | None:
        """Return what has changed since the last look, None where nothing has."""
        started = time.perf_counter()
        before = {each for several in self._problems.values() for each in several}
        try:
            changed, found = self._refresh()
        except PhiwardError as error:
            return f"{visible(str(error), 300)}\n"
        if not changed:
            self.cost = time.perf_counter() - started
            return None
        after = {each for several in self._problems.values() for each in several}
        text = "".join(self._told(found, sorted(after - before, key=gap_text), sorted(before - after, key=gap_text)))
        more = f" and {len(changed) - _NAMED} more" if len(changed) > _NAMED else ""
        what = f"{', '.join(visible(file) for file in changed[:_NAMED])}{more}: "
        mended = sum(self._is_there(finding) for finding in found.gone)
        gone = len(found.gone) - mended
        told = f"{len(found.new)} new, {mended} mended" + (f", {gone} gone with their resource" if gone else "")
        return text + self._status(what + told, started)

    def _refresh(self) -> tuple[list[str], Difference]:
        """Judge what changed, and say which files did and what that makes of it."""
        changed: list[str] = []
        old: Standing = {}
        new: Standing = {}
        for number, session in enumerate(self._sessions):
            seen = session.refresh()
            changed += seen.changed
            for root in seen.gone:
                old |= self._stands.pop((number, root), {})
                self._ids.pop((number, root), None)
                self._gaps.pop((number, root), None)
            for root, unit in seen.units.items():
                old |= self._stands.pop((number, root), {})
                kept = self._finishing(unit.found)
                stands = standing(kept, self._rules.compiled, self._now, self._waivers, self._in_place)
                self._stands[number, root] = stands
                self._ids[number, root] = {each.id for each in kept if isinstance(each, Resource)}
                new |= stands
                self._gaps[number, root] = tuple(each for each in kept if isinstance(each, CollectionGap))
            problems = tuple(each for each in self._finishing(seen.problems) if isinstance(each, CollectionGap))
            self._problems[number] = problems + tuple(
                each for (of, _), gaps in self._gaps.items() if of == number for each in gaps
            )
        return changed, difference(old, new)

    def _told(self, found: Difference, broken: list[CollectionGap], mended: list[CollectionGap]) -> Iterator[str]:
        from collections import Counter

        yield from by_file(self._known, found.new, paint=self._paint, lines=self._lines())
        for finding in sorted(found.gone, key=lambda each: pressing(self._known, each)):
            if self._is_there(finding):
                name = resource_text(finding)
                yield f"{self._paint('pass', 'mended')} {visible(finding.control)}: {visible(name, 60)}\n"
        away = Counter(_id(finding) for finding in found.gone if not self._is_there(finding))
        for identity, count in away.items():
            yield f"no more: {visible(identity, 100)} ({count} {'finding' if count == 1 else 'findings'})\n"
        for gap in broken:
            yield f"{self._paint('fail', 'not read')} {visible(gap_text(gap), 300)}; what it said before still stands\n"
        for gap in mended:
            yield f"{self._paint('pass', 'read again')} {visible(gap.where)}\n"

    def _is_there(self, finding: Finding) -> bool:
        return any(_id(finding) in ids for ids in self._ids.values())

    def _status(self, what: str, started: float) -> str:
        from collections import Counter

        counts = Counter(finding.verdict.value for stands in self._stands.values() for finding in stands.values())
        told = ", ".join(f"{counts[word]} {word}" for word in ("fail", "unknown", "error", "waived") if counts[word])
        taken = (time.perf_counter() - started) * 1000
        return f"{time.strftime('%H:%M:%S')} {what}; {told or 'nothing to do'} ({taken:.0f} ms)\n"

    def _lines(self) -> Any:
        return SourceLines(self._targets).of


def _id(finding: Finding) -> str:
    return finding.resource.id if finding.resource else ""


def _targets(options: argparse.Namespace) -> Iterator[collecting.Target]:
    for collector, name in collecting.targets_of(options.targets):
        if not Path(name).exists():
            raise UsageError(f"--watch {name}: only folders and files can be watched")
        yield collector, name


def _session(collector: Any, name: str, asked: Options, options: argparse.Namespace) -> Session:
    """Return what looks at a target again: part by part where its source knows how, else as a whole."""
    from msgspec.structs import replace

    asked = replace(asked, within=collecting.within_of(name, options.targets), targets=tuple(options.targets))
    if collector.name == "terraform" and (Path(name).is_dir() or not name.endswith(".json")):
        from phiward.collectors.terraform.session import Session as OfTerraform

        return OfTerraform(name, asked)
    if collector.name == "cloudformation":
        from phiward.collectors.cloudformation.session import Session as OfCloudformation

        return OfCloudformation(name, asked)
    return Whole(lambda: tuple(collector.collect(name, asked, lambda _: None)), name)


class Whole:
    """A target of which everything is read again when any file of code in it changes."""

    _CODE = (".yaml", ".yml", ".json", ".template", ".tf", ".tfvars", ".tpl")
    _MOST = 20_000

    def __init__(self, collect: Callable[[], tuple[Any, ...]], target: str) -> None:
        self._collect = collect
        self._target = target
        self._stamps: dict[str, tuple[int, int]] | None = None

    def refresh(self) -> Refreshed:
        """Read it again where something changed."""
        from phiward.collectors.rereading import Refreshed, Unit
        from phiward.errors import CollectError

        stamps = dict(self._files())
        before = self._stamps or {}
        changed = {file for file in before.keys() | stamps.keys() if before.get(file) != stamps.get(file)}
        if not changed and self._stamps is not None:
            return Refreshed((), {}, (), ())
        self._stamps = stamps
        try:
            found = self._collect()
        except CollectError as error:
            found = (CollectionGap(source="scan", where=self._target, reason=str(error)),)
        return Refreshed(tuple(sorted(changed)), {"": Unit(found)}, (), ())

    def _files(self) -> Iterator[tuple[str, tuple[int, int]]]:
        if not Path(self._target).is_dir():
            yield from self._stamp(self._target)
            return
        left = self._MOST
        for here, folders, names in os.walk(self._target):
            folders[:] = [name for name in folders if name[0] != "." and name != "node_modules"]
            for name in names:
                if name.endswith(self._CODE) and left:
                    left -= 1
                    yield from self._stamp(os.path.join(here, name))  # noqa: PTH118 - asked of every file, over and over

    def _stamp(self, file: str) -> Iterator[tuple[str, tuple[int, int]]]:
        try:
            state = os.stat(file)  # noqa: PTH116 - likewise
        except OSError:
            return
        yield os.path.normpath(file), (state.st_mtime_ns, state.st_size)
