"""One account of a run: entered when its turn comes, read by type and region, and let go when it is done."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from phiward.collectors.aws import plan
from phiward.collectors.aws.asking import Asking
from phiward.collectors.aws.clients import Clients, Pool
from phiward.collectors.aws.crew import Opening, Step, Unit
from phiward.collectors.aws.login import EXPIRED, ExpiredError, Login
from phiward.collectors.aws.port import Denied
from phiward.collectors.aws.state import Unit as Part
from phiward.collectors.aws.view import View
from phiward.errors import CollectError
from phiward.inventory.model import CollectionGap, Resource

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from threading import Event

    from phiward.collectors.aws.limits import Limits
    from phiward.collectors.aws.organization import Member

Found = Resource | CollectionGap

MALFORMED = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading an answer of another shape than AWS documents raises."""


class Questions(NamedTuple):
    """What is asked of every account."""

    chosen: tuple[plan.TypeModule, ...]
    wanted: Mapping[str, Collection[str] | None]
    """The paths of each type; None: all of them."""
    regions: tuple[str, ...]
    now: str
    observed: str | None
    """The run's time as observations keep it."""
    limits: Limits
    stopped: Event
    pool: Pool


class Account:
    """An account, and how much of it is left to read."""

    def __init__(self, member: Member, questions: Questions, enter: Callable[[], Login], ended: Event) -> None:
        self.member = member
        self.tasks: tuple[plan.Task, ...] = ()
        self.left: dict[int, plan.Task] = {}
        self.opened = False
        self.failed = False
        """A part of it was not read, or not to its end."""
        self.incomplete: set[int] = set()
        """Tasks of which something was not read."""
        self.before: set[Part] = set()
        """The parts that an earlier run finished."""
        self._questions = questions
        self._enter = enter
        self._ended = ended
        """The credentials that accounts are entered with have ended."""
        self._asking: Asking | None = None
        self._clients: Clients | None = None

    @property
    def expired(self) -> bool:
        """Say whether its credentials have ended, so that whatever ends now may lack something."""
        return self._asking is not None and self._asking.expired

    def open(self) -> Opening[Found]:
        """Enter the account, and return what there is to read of it. An account that is closed to us is a gap."""
        if self._ended.is_set():
            return self._closed(EXPIRED, None)
        try:
            login = self._enter()
        except ExpiredError as error:
            self._ended.set()
            return self._closed(str(error), "sts:AssumeRole")
        except CollectError as error:
            return self._closed(str(error), "sts:AssumeRole")
        if login.account != self.member.id:
            return self._closed(f"its credentials lead to account {login.account}", "sts:GetCallerIdentity")
        asked = self._questions
        self._clients = Clients(login.session, asked.limits, asked.stopped, asked.pool)
        asking = self._asking = Asking(
            self._clients, principal=login.principal, now=asked.observed, limits=asked.limits, stopped=asked.stopped
        )
        regions: tuple[str, ...] = ()
        gaps: list[Found] = []
        if not all(plan.is_global(module) for module in asked.chosen):
            regions, unlisted = plan.regions(asking, login, asked.regions)
            if unlisted is not None:
                self.failed = True
                gaps.append(unlisted)
        tasks = plan.tasks(asked.chosen, regions, login.home)
        self.tasks = tuple(task for task in tasks if Part(task.region, task.module.TYPE.name) not in self.before)
        self.left = dict(enumerate(self.tasks))
        return Opening(gaps, [Unit(task.region, partial(steps, task, self._view(login, task))) for task in self.tasks])

    def finished(self, number: int) -> plan.Task:
        """Note that a task is done; what only it could still ask for is let go."""
        task = self.left.pop(number)
        if self._asking is not None and not any(
            other.region == task.region or plan.is_global(other.module) for other in self.left.values()
        ):
            self._asking.forget(task.region)
        return task

    def close(self) -> None:
        """Let go of what reading it took."""
        if self._clients is not None:
            self._clients.close()
        self._asking = self._clients = None
        self.tasks = ()

    def gaps(self, reason: str) -> Iterator[CollectionGap]:
        """Yield a gap for each task that is not done; for the account where it was not even opened."""
        if not self.opened:
            yield CollectionGap(source="aws", where=self.member.id, reason=reason)
        for task in self.left.values():
            yield gap(task, self.member.id, reason, None)

    def _view(self, login: Login, task: plan.Task) -> View:
        asked = self._questions
        assert self._asking is not None  # noqa: S101 - it is made before any task is
        wanted = asked.wanted[task.module.TYPE.name]
        return View(self._asking, login, region=task.region, now=asked.now, wanted=wanted)

    def _closed(self, reason: str, call: str | None) -> Opening[Found]:
        self.failed = True
        return Opening([CollectionGap(source="aws", where=str(self.member), reason=reason, call=call)], ())


def gap(task: plan.Task, account: str, reason: str, call: str | None) -> CollectionGap:
    """Return the gap of one type in one region."""
    return CollectionGap(
        source="aws", where=f"{account}/{task.region}", reason=reason, types=(task.module.TYPE.name,), call=call
    )


def steps(task: plan.Task, view: View) -> Iterator[Step[Found]]:
    """Yield a step for each item of a listing, and one that tells how the listing ended if it did not end well."""
    try:
        for item in task.module.items(view):
            yield partial(_read, task, view.for_item(), item)
    except Denied as denied:
        yield partial(gap, task, view.account, denied.reason, denied.call)
    except MALFORMED as error:
        yield partial(gap, task, view.account, _malformed(error), None)


def _read(task: plan.Task, view: View, item: dict[str, object]) -> Found:
    try:
        return task.module.resource(view, item)
    except Denied as denied:
        return gap(task, view.account, denied.reason, denied.call)
    except MALFORMED as error:
        return gap(task, view.account, _malformed(error), None)


def _malformed(error: Exception) -> str:
    return f"an answer has another shape than AWS documents: {type(error).__name__} {error}"[:300]
