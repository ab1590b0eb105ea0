"""Running collectors into one inventory file, and keeping what was read whatever happens."""

from __future__ import annotations

import os
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Self

from msgspec.structs import replace

from phiward.cli.signals import Ended, handled
from phiward.collectors.port import Reaching
from phiward.errors import CollectError
from phiward.inventory.model import CollectionGap, Resource, WaiverComment
from phiward.inventory.reach import Reach

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from types import FrameType

    from phiward.cli.leaving_out import LeavingOut
    from phiward.collectors.in_place.codeowners import Repositories
    from phiward.collectors.port import Collector, Options, Progress
    from phiward.inventory.model import Found, Need

    Target = tuple[Collector, str]
    Needed = Need | None

INTERRUPTED = "interrupted: what had not been read by then is missing"


class Collecting:
    """Reads targets one after the other. Iterate once; `reached` and `interrupted` are complete after that.

    Ctrl-C, or a signal that means the same, ends the reading, not the run: what was read is kept and everything that
    was not is a gap. The second one ends the run.
    """

    def __init__(
        self,
        targets: Sequence[Target],
        options: Options,
        progress: Callable[[Progress], None],
        leaving_out: LeavingOut | None = None,
    ) -> None:
        self.reached: list[str] = []
        self.principals: set[str] = set()
        self.unread: dict[str, int] = {}
        self.reach: list[Reach] = []
        """The scope of each target of which only a part was asked for, or was there to be read."""
        self.resources = 0
        self.gaps = 0
        self.interrupted = False
        self._targets = targets
        self._options = options
        self._progress = progress
        self._leaving_out = leaving_out
        self._finishing = Finishing()
        self._waiting = False
        self._ended = False
        """A second signal came: nothing more is kept."""
        self._told = False
        """The collector that is read knows of the Ctrl-C."""

    def __iter__(self) -> Iterator[Found | Reach]:
        with handled(self._stop):
            for collector, target in self._targets:
                for found in self._read(collector, target):
                    self.gaps += isinstance(found, CollectionGap)
                    yield found
        if self._leaving_out is not None:
            self.reach.append(self._leaving_out.reach())
        yield from self.reach

    def _read(self, collector: Collector, target: str) -> Iterator[Found]:
        if self.interrupted:
            yield CollectionGap(source=collector.name, where=target, reason=INTERRUPTED)
            return
        source = collector.collect(target, self._options_for(target), self._progress)
        resources = 0
        try:
            while (found := self._next(source)) is not None:
                if self._leaving_out is not None and self._leaving_out.takes(found):
                    continue
                if isinstance(found, WaiverComment):
                    yield self._finishing.owned(found)
                    continue
                if isinstance(found, Resource):
                    resources += 1
                    self.principals.update(seen.principal for seen in found.observations if seen.principal)
                yield found
        except KeyboardInterrupt:
            self.interrupted = True
            if self._ended:
                raise
        except CollectError as error:
            if len(self._targets) == 1 and not resources:
                raise
            yield CollectionGap(source=collector.name, where=target, reason=str(error))
        finally:
            getattr(source, "close", lambda: None)()
        self.resources += resources
        for name, count in collector.unread.items():
            self.unread[name] = self.unread.get(name, 0) + count
        if isinstance(collector, Reaching) and collector.reach != Reach():
            self.reach.append(collector.reach)
        if resources:
            self.reached = list(dict.fromkeys([*self.reached, target]))
        if self.interrupted:
            yield CollectionGap(source=collector.name, where=target, reason=INTERRUPTED)

    def _next(self, source: Iterator[Found]) -> Found | None:
        """Return what the collector yields next; tell it once of a Ctrl-C, and let it say what it leaves unread."""
        self._waiting = True
        try:
            if self.interrupted and not self._told and isinstance(source, Generator):
                self._told = True
                return source.throw(KeyboardInterrupt)  # type: ignore[no-any-return]
            return next(source, None)
        except StopIteration:
            return None
        finally:
            self._waiting = False

    def _options_for(self, target: str) -> Options:
        """Return the options of one target: folders and files read together have ids of their own."""
        every = [name for _, name in self._targets]
        targets = tuple(dict.fromkeys(every))
        within = within_of(target, targets)
        return replace(self._options, within=within, targets=targets, shared=every.count(target) > 1)

    def _stop(self, number: int, _frame: FrameType | None) -> None:
        """Remember the first signal, and wake a collector that waits; at the second, end."""
        if self.interrupted:
            self._ended = True
            raise Ended(number)
        self.interrupted = True
        if self._waiting:
            self._told = True
            raise KeyboardInterrupt


def leaving_out_of(given: argparse.Namespace) -> LeavingOut | None:
    """Return what leaves out what `phiward.yaml` says is not to be judged; None where it says nothing."""
    config = getattr(given, "config_file", None)
    if config is None or not config.leave_out:
        return None
    from phiward.cli.leaving_out import LeavingOut

    return LeavingOut(config)


class Finishing:
    """What is done to everything that was found before it is judged: owners of files told, paths left out."""

    def __init__(self, leaving_out: LeavingOut | None = None) -> None:
        self._leaving_out = leaving_out
        self._repositories: Repositories | None = None

    def __call__(self, several: Iterable[Found]) -> tuple[Found, ...]:
        """Return what is to be judged."""
        kept = (each for each in several if self._leaving_out is None or not self._leaving_out.takes(each))
        return tuple(self.owned(each) if isinstance(each, WaiverComment) else each for each in kept)

    def owned(self, comment: WaiverComment) -> WaiverComment:
        """Return a comment with who owns its file."""
        if self._repositories is None:
            from phiward.collectors.in_place.codeowners import Repositories

            self._repositories = Repositories()
        owned = self._repositories.of(comment.file)
        return replace(comment, owners=owned.owners, owners_at=owned.at) if owned else comment


def targets_of(names: Sequence[str]) -> list[Target]:
    """Find the collectors of every target, each named once. Raises `UsageError` for one that nobody reads."""
    from phiward.collectors.registry import collectors_of

    found: dict[str, str] = {}
    for name in names:
        same = os.path.realpath(name) if os.path.exists(name) else name  # noqa: PTH110 - pathlib costs a warm start
        found.setdefault(same, name)
    return [(collector, name) for name in found.values() for collector in collectors_of(name)]


def within_of(target: str, targets: Sequence[str]) -> str:
    """Return what the ids of a target's resources begin with: its path, where several folders or files are read."""
    paths = [name for name in dict.fromkeys(targets) if os.path.exists(name)]  # noqa: PTH110 - pathlib costs a warm start
    return os.path.normpath(target).replace(os.sep, "/") if len(paths) > 1 and target in paths else ""


def options_of(given: argparse.Namespace, now: str, need: Need | None) -> Options:
    """Return the collectors' options from the command line's."""
    from phiward.collectors.port import Options
    from phiward.errors import UsageError
    from phiward.inventory.regular import irregular

    variables = dict(_pairs("--var", "NAME=VALUE", given.var))
    for each in given.var_file:
        if why := irregular(each):
            raise UsageError(f"--var-file {each}: cannot be read: {why}")
    if given.aggregator is not None and not any(name.startswith("aws-config") for name in given.targets):
        raise UsageError("--aggregator is for the target aws-config, which is not among the targets")
    return Options(
        need=need,
        now=now,
        regions=given.regions,
        profile=given.profile,
        role=given.role,
        external_id=given.external_id,
        org=given.org,
        org_role=given.org_role,
        aggregator=given.aggregator,
        accounts=given.accounts,
        services=given.services,
        tags=tuple(_pairs("--tag", "KEY=VALUE", given.tag)),
        state=_state(given),
        resume=given.resume,
        parallel=given.parallel,
        per_second=given.rate,
        variables=variables,
        variable_files=tuple(given.var_file),
    )


def _pairs(option: str, form: str, given: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the two sides of each word. Raises `UsageError`, which does not repeat a value: it may be a secret."""
    from phiward.errors import UsageError

    for each in given:
        name, equals, value = each.partition("=")
        if not equals or not name:
            raise UsageError(f"{option} {name}: expected {form}")
        yield name, value


def _state(given: argparse.Namespace) -> str | None:
    """Return where an unfinished run is kept: that of many accounts is, unless told otherwise."""
    if given.state is None and (given.org or given.accounts):
        from phiward.collectors.aws import state

        return str(state.folder())
    return given.state or None


def moment(given: str | None) -> str:
    """Return the run's time: the one given, or the present, to the second, in UTC. Raises `UsageError`."""
    from datetime import UTC, datetime

    from phiward.errors import UsageError

    if given is None:
        return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        same = datetime.strptime(given, "%Y-%m-%dT%H:%M:%SZ").isoformat() + "Z"  # noqa: DTZ007 - the Z is in the pattern
    except ValueError:
        same = ""
    if same != given:  # times are compared as texts, so that one way of writing them is the only one
        raise UsageError(f"--now {given}: expected a time like 2026-07-01T00:00:00Z, in UTC")
    return given


class Watching:
    """Shows collectors' progress on a terminal; does nothing where nobody watches."""

    def __init__(self, *, quiet: bool) -> None:
        import sys

        self._bar: Any = None
        self._tasks: dict[str, Any] = {}
        self._shown = sys.stderr is not None and sys.stderr.isatty() and not quiet

    def __enter__(self) -> Self:
        if self._shown:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

            columns = (
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
            )
            self._bar = Progress(*columns, console=Console(stderr=True), transient=True)
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, progress: Progress) -> None:
        """Show how far a collector is."""
        if self._bar is None:
            return
        what, _, _ = progress.what.partition(":")
        from phiward.evidence.escape import visible

        if what not in self._tasks:
            self._tasks[what] = self._bar.add_task(visible(progress.what, 60), total=progress.total)
        self._bar.update(
            self._tasks[what], completed=progress.done, total=progress.total, description=visible(progress.what, 60)
        )
