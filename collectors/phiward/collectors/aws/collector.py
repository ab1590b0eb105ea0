"""The collector of a live AWS account: `aws`, or `aws:PROFILE`."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, TypeAlias

from phiward.collectors.aws import plan
from phiward.collectors.aws.limits import Limits
from phiward.collectors.aws.port import Denied
from phiward.collectors.port import Options, Progress
from phiward.errors import CollectError
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import CollectionGap, Resource

if TYPE_CHECKING:
    from phiward.collectors.aws.asking import Asking
    from phiward.collectors.aws.crew import Crew, Step
    from phiward.collectors.aws.view import View

Found: TypeAlias = Resource | CollectionGap

MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading an answer of another shape than AWS documents raises."""


class AwsCollector:
    """Reads what the selected controls need of one account, every region at the same time."""

    name = "aws"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self.unread: dict[str, int] = {}

    def claims(self, target: str) -> bool:
        """Say whether the target is `aws` or `aws:PROFILE`."""
        return target == "aws" or (target.startswith("aws:") and len(target) > len("aws:"))

    def types(self) -> Iterable[ResourceType]:
        """Declare the types of all type modules."""
        return tuple(module.TYPE for module in plan.modules())

    def collect(self, target: str, options: Options, progress: Callable[[Progress], None]) -> Iterator[Found]:
        """Yield resources and gaps as they come, in no order.

        Raises `CollectError` where there are no usable credentials. On Ctrl-C, what has been read is yielded, then a
        gap for each type and region that is not finished, then `KeyboardInterrupt` is raised again. Closing the
        generator stops the threads.
        """
        _need_sdk()
        from phiward.collectors.aws.asking import Asking
        from phiward.collectors.aws.clients import Clients
        from phiward.collectors.aws.crew import Crew
        from phiward.collectors.aws.login import sign_in
        from phiward.collectors.aws.view import View

        chosen = plan.choose(options.need, plan.modules())
        if not chosen:
            return
        progress(Progress("AWS: signing in", 0))
        profile = target.partition(":")[2] or options.profile
        login = sign_in(profile, options.role, self._limits, options.external_id)
        now = options.now or f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}"
        stopped = Event()
        clients = Clients(login.session, self._limits, stopped)
        asking = Asking(clients, principal=login.principal, now=options.now, limits=self._limits, stopped=stopped)
        regions: tuple[str, ...] = ()
        if not all(plan.is_global(module) for module in chosen):
            regions, gap = plan.regions(asking, login, options.regions)
            if gap is not None:
                yield gap
        tasks = plan.tasks(chosen, regions, login.home)
        units = []
        for task in tasks:
            wanted: Collection[str] | None = None if options.need is None else options.need[task.module.TYPE.name]
            view = View(asking, login, region=task.region, now=now, wanted=wanted)
            units.append(partial(steps, task, view))
        crew: Crew[Found] = Crew(units, threads=self._limits.threads, backlog=self._limits.backlog, stopped=stopped)
        yield from _Run(tasks, crew, asking, login.account, progress).results()


class _Run:
    """Takes what the crew finds: each resource once, and a word for each task that does not end."""

    def __init__(
        self,
        tasks: tuple[plan.Task, ...],
        crew: "Crew[Found]",
        asking: "Asking",
        account: str,
        progress: Callable[[Progress], None],
    ) -> None:
        self._tasks = tasks
        self._crew = crew
        self._asking = asking
        self._account = account
        self._progress = progress
        self._left = dict(enumerate(tasks))
        self._seen: set[tuple[str, str]] = set()

    def results(self) -> Iterator[Found]:
        """Yield until everything is read, or the run is interrupted."""
        self._progress(Progress("AWS", 0, len(self._tasks)))
        try:
            for result in self._crew.results():
                yield from self._take(result)
        except KeyboardInterrupt:
            for result in self._crew.stop():
                yield from self._take(result)
            for task in self._left.values():
                yield gap(task, self._account, "interrupted: not all of it was read", None)
            raise
        finally:
            for _ in self._crew.stop(patience=0):  # its threads end by themselves, at the latest with the process
                pass

    def _take(self, result: object) -> Iterator[Found]:
        if isinstance(result, Resource):
            # A thing may be listed in several places (a trail's shadow in each region): the answers are the same.
            if (result.type, result.id) not in self._seen:
                self._seen.add((result.type, result.id))
                yield result
        elif isinstance(result, CollectionGap):
            yield result
        elif isinstance(result, tuple):
            task = self._left.pop(result[0])
            self._forget(task.region)
            done = len(self._tasks) - len(self._left)
            self._progress(Progress(f"{task.module.TYPE.title}, {task.region}", done, len(self._tasks)))

    def _forget(self, region: str) -> None:
        """Drop a region's answers once neither its own types nor the global ones can ask about it."""
        if not any(task.region == region or plan.is_global(task.module) for task in self._left.values()):
            self._asking.forget(region)


def _need_sdk() -> None:
    """Raise `CollectError` where the AWS SDK, an extra of phiward, is not installed."""
    from importlib.util import find_spec

    if find_spec("boto3") is None:
        raise CollectError("reading AWS needs its SDK, which is not installed: pip install 'phiward[aws]'")


def steps(task: plan.Task, view: "View") -> Iterator["Step[Found]"]:
    """Yield a step for each item of a listing, and one that tells how the listing ended if it did not end well."""
    try:
        for item in task.module.items(view):
            yield partial(_read, task, view.for_item(), item)
    except Denied as denied:
        yield partial(gap, task, view.account, denied.reason, denied.call)
    except MALFORMED as error:
        yield partial(gap, task, view.account, _malformed(error), None)


def _read(task: plan.Task, view: "View", item: dict[str, object]) -> Found:
    try:
        return task.module.resource(view, item)
    except Denied as denied:
        return gap(task, view.account, denied.reason, denied.call)
    except MALFORMED as error:
        return gap(task, view.account, _malformed(error), None)


def gap(task: plan.Task, account: str, reason: str, call: str | None) -> CollectionGap:
    """Return the gap of one type in one region."""
    return CollectionGap(
        source="aws", where=f"{account}/{task.region}", reason=reason, types=(task.module.TYPE.name,), call=call
    )


def _malformed(error: Exception) -> str:
    return f"an answer has another shape than AWS documents: {type(error).__name__} {error}"[:300]
