"""One account of a run, as AWS Config recorded it: fetched when its turn comes, then read by type and region."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from phiward.collectors.aws import plan
from phiward.collectors.aws.account import MALFORMED, Account, Found
from phiward.collectors.aws.crew import Opening, Step, Unit
from phiward.collectors.aws.port import Denied
from phiward.collectors.awsconfig import knowledge
from phiward.collectors.awsconfig.lacking import corrected
from phiward.collectors.awsconfig.members import NotRecordedError, noting
from phiward.collectors.awsconfig.records import SCAN
from phiward.collectors.awsconfig.view import Place, RecordedView
from phiward.inventory.model import CollectionGap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from phiward.collectors.aws.account import Questions
    from phiward.collectors.aws.login import Login
    from phiward.collectors.aws.organization import Member
    from phiward.collectors.awsconfig.records import Records

SOURCE = "aws-config"


class Fetched(NamedTuple):
    """What there was to read of an account."""

    records: Records
    gaps: tuple[CollectionGap, ...] = ()


class Source(Protocol):
    """Where configuration items come from."""

    @property
    def partition(self) -> str:
        """`aws`, `aws-us-gov` or `aws-cn`."""
        ...

    @property
    def principal(self) -> str | None:
        """As whom they are read."""
        ...

    @property
    def home(self) -> str:
        """The region that stands for what has none."""
        ...

    def fetch(self, account: str) -> Fetched:
        """Return the records of an account. Raises `Denied` where they cannot be read."""
        ...


class RecordedAccount(Account):
    """An account, and how much of its records is left to read."""

    def __init__(self, member: Member, questions: Questions, source: Source) -> None:
        super().__init__(member, questions, _never, questions.stopped)
        self._source = source
        self._records: Records | None = None

    def open(self) -> Opening[Found]:
        """Fetch the records, and return what there is to read of them. An account that cannot be read is a gap."""
        try:
            fetched = self._source.fetch(self.member.id)
        except Denied as denied:
            self.failed = True
            gap = CollectionGap(source=SOURCE, where=str(self.member), reason=denied.reason, call=denied.call)
            return Opening([gap], ())
        self._records = fetched.records
        gaps: list[Found] = [*fetched.gaps]
        if not fetched.records.regions:
            where = str(self.member)
            reason = f"AWS Config holds nothing of it: {SCAN}"
            gaps.append(CollectionGap(source=SOURCE, where=where, reason=reason))
            return Opening(gaps, ())
        asked = self._questions
        regions = asked.regions or tuple(sorted(fetched.records.regions))
        tasks, unread = planned(asked.chosen, regions, fetched.records, self._source.home)
        gaps += unread
        self.tasks = tasks
        self.left = dict(enumerate(tasks))
        self.failed = bool(gaps)
        return Opening(gaps, [Unit(task.region, partial(steps, task, self._recorded(task))) for task in tasks])

    def close(self) -> None:
        """Let go of the records."""
        super().close()
        self._records = None

    def _recorded(self, task: plan.Task) -> RecordedView:
        assert self._records is not None  # noqa: S101 - they are fetched before any task is made
        asked, source = self._questions, self._source
        place = Place(
            self._records,
            region=task.region,
            partition=source.partition,
            now=asked.now,
            principal=source.principal,
            everywhere=plan.is_global(task.module),
        )
        return RecordedView(place, asked.wanted[task.module.TYPE.name])


def planned(
    chosen: tuple[plan.TypeModule, ...], regions: tuple[str, ...], records: Records, home: str
) -> tuple[tuple[plan.Task, ...], list[CollectionGap]]:
    """Return what to read, and what cannot be: types that are not recorded, where they are not."""
    unread: dict[tuple[str, str], list[str]] = {}
    tasks: list[plan.Task] = []
    covered, spread = knowledge.covered(), knowledge.spread()
    for task in plan.tasks(tuple(each for each in chosen if each.TYPE.name in covered), regions, home):
        name = task.module.TYPE.name
        region = None if plan.is_global(task.module) else task.region
        reasons = [records.why_not(each, region) for each in covered[name]]
        if None in reasons:
            tasks.append(task)
        elif region is None:
            unread.setdefault((home, _first(reasons, covered[name])), []).append(name)
        if region is not None and any(reasons):
            unread.setdefault((region, _first(reasons, covered[name])), []).append(name)
        if region is None and name in spread:
            for each in sorted(records.regions):
                if (reason := records.why_not(covered[name][0], each)) is not None:
                    unread.setdefault((each, _first([reason], covered[name])), []).append(name)
    return tuple(tasks), [
        CollectionGap(
            source=SOURCE, where=f"{records.account}/{region}", reason=reason, types=tuple(sorted(set(names)))
        )
        for (region, reason), names in sorted(unread.items())
    ]


def steps(task: plan.Task, view: RecordedView) -> Iterator[Step[Found]]:
    """Yield a step for each thing that is recorded, and one that tells how the listing ended if it did not end well."""
    things = iter(task.module.items(view))
    try:
        while True:
            with noting() as missed:
                item = next(things, None)
            view.missed |= missed
            if item is None:
                return
            yield partial(_read, task, view.for_item(), item)
    except Denied as denied:
        yield partial(_gap, task, view, denied.reason, denied.call)
    except (*MALFORMED, RecursionError) as error:
        yield partial(_gap, task, view, _malformed(error), None)


def _read(task: plan.Task, view: RecordedView, item: dict[str, object]) -> Found:
    try:
        with noting() as missed:
            resource = task.module.resource(view, item)
        return corrected(resource, missed | view.missed)
    except Denied as denied:
        return _gap(task, view, denied.reason, denied.call)
    except (*MALFORMED, RecursionError) as error:
        return _gap(task, view, _malformed(error), None)


def _gap(task: plan.Task, view: RecordedView, reason: str, call: str | None) -> CollectionGap:
    where = f"{view.account}/{task.region}"
    return CollectionGap(source=SOURCE, where=where, reason=reason, types=(task.module.TYPE.name,), call=call)


def _malformed(error: Exception) -> str:
    if isinstance(error, NotRecordedError):
        return f"{error}: {SCAN}"
    return f"a configuration item has another shape than is known: {type(error).__name__} {error}"[:300]


def _first(reasons: list[str | None], configs: tuple[str, ...]) -> str:
    """Return the first reason, without the name of the type: the gap has it, and one gap tells of many."""
    first = next(reason for reason in reasons if reason is not None)
    for config in configs:
        first = first.replace(config, "this")
    return first


def _never() -> Login:
    """Recorded accounts are never entered."""
    raise AssertionError
