"""The collector of what AWS Config recorded: `aws-config`, or snapshots that it delivered, as a file or folder."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING

from phiward.collectors.aws import narrowing, plan
from phiward.collectors.aws.collector import _limits, _need_sdk
from phiward.collectors.aws.limits import Limits
from phiward.collectors.port import Options, Progress
from phiward.errors import CollectError
from phiward.inventory.model import CollectionGap
from phiward.inventory.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from phiward.collectors.aws.account import Account, Found, Questions
    from phiward.collectors.aws.organization import Members
    from phiward.collectors.awsconfig.account import Source
    from phiward.inventory.catalog import ResourceType
    from phiward.inventory.model import Resource

WORD = "aws-config"
NAME_ONE = "name an aggregator for others, as --aggregator NAME"
_THREADS = 4
"""Nothing waits for a network here but the queries, of which there are few."""


class Way:
    """How a run is made."""

    def __init__(self, options: Options, limits: Limits, progress: Callable[[Progress], None]) -> None:
        self.options = options
        self.limits = limits
        self.progress = progress
        self.stopped = Event()


class AwsconfigCollector:
    """Reads the same resources as the collector of live accounts, from configuration items."""

    name = WORD

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self.unread: dict[str, int] = {}
        self.reach = Reach()

    def claims(self, target: str) -> bool:
        """Say whether the target is `aws-config`, `aws-config:PROFILE`, or holds delivered snapshots."""
        if target == WORD or (target.startswith(f"{WORD}:") and len(target) > len(WORD) + 1):
            return True
        from phiward.collectors.awsconfig.deliveries import looks_like

        return looks_like(target)

    def types(self) -> Iterable[ResourceType]:
        """Declare the types that AWS Config records."""
        from phiward.collectors.awsconfig import knowledge

        return tuple(module.TYPE for module in plan.modules() if module.TYPE.name in knowledge.covered())

    def collect(
        self, target: str, options: Options, progress: Callable[[Progress], None]
    ) -> Iterator[Resource | CollectionGap]:
        """Yield resources and gaps as they come, in no order. `reach` is complete after that.

        Raises `CollectError` where there are no usable credentials, or nothing to read at all.
        """
        from phiward.collectors.awsconfig import knowledge

        self.reach = Reach(target=target, asked=narrowing.asked(options))
        chosen = narrowing.modules(plan.choose(options.need, plan.modules()), options)
        if not chosen:
            return
        recorded = tuple(module for module in chosen if module.TYPE.name in knowledge.covered())
        _check(options)
        unrecorded = _unrecorded(chosen, target)
        if unrecorded is not None:
            yield unrecorded
        if not recorded:
            return
        progress(Progress(f"AWS Config: {target}", 0))
        limits = _limits(self._limits, options)
        if target != WORD and not target.startswith(f"{WORD}:"):
            from phiward.collectors.awsconfig.snapshots import Snapshots

            snapshots = Snapshots(target)
            yield from self._read(snapshots, snapshots.members(options), recorded, Way(options, limits, progress))
            return
        yield from self._asked(target, recorded, Way(options, limits, progress))

    def _asked(
        self,
        target: str,
        chosen: tuple[plan.TypeModule, ...],
        way: Way,
    ) -> Iterator[Resource | CollectionGap]:
        _need_sdk()
        from phiward.collectors.aws.asking import Asking
        from phiward.collectors.aws.clients import Clients, Pool
        from phiward.collectors.aws.login import sign_in
        from phiward.collectors.aws.organization import Member, Members
        from phiward.collectors.awsconfig import knowledge
        from phiward.collectors.awsconfig.aggregator import Aggregator, OwnAccount, named

        options, limits = way.options, way.limits
        login = sign_in(target.partition(":")[2] or options.profile, options.role, limits, options.external_id)
        plan.check_partition(options.regions, login)
        stopped = way.stopped
        clients = Clients(login.session, limits, stopped, Pool(limits.clients))
        asking = Asking(clients, principal=login.principal, now=options.now, limits=limits, stopped=stopped)
        types = knowledge.wanted([module.TYPE.name for module in chosen], options.need)
        try:
            if options.aggregator is None:
                if set(options.accounts) - {login.account}:
                    raise CollectError(f"--accounts: AWS Config of account {login.account} is asked: {NAME_ONE}")
                own = OwnAccount(asking, login, types, options.regions)
                members = Members(
                    (Member(login.account),), notes=("AWS Config was asked, not the services themselves",)
                )
                yield from self._read(own, members, chosen, way)
                return
            aggregator = Aggregator(asking, login, types, *named(options.aggregator, login))
            members = aggregator.members(options.accounts)
            yield from self._read(aggregator, members, chosen, way)
        finally:
            clients.close()

    def _read(
        self,
        source: Source,
        members: Members,
        chosen: tuple[plan.TypeModule, ...],
        way: Way,
    ) -> Iterator[Resource | CollectionGap]:
        from phiward.collectors.aws.crew import Crew
        from phiward.collectors.aws.run import Run
        from phiward.collectors.awsconfig.account import RecordedAccount

        options, limits = way.options, way.limits
        questions = _questions(chosen, options, limits, way.stopped)
        accounts: list[Account] = [RecordedAccount(member, questions, source) for member in members.read]
        crew: Crew[Found] = Crew(
            [account.open for account in accounts],
            threads=min(limits.threads, _THREADS),
            backlog=limits.backlog,
            at_once=min(limits.accounts, _THREADS),
            stopped=questions.stopped,
        )
        run = Run(
            accounts,
            crew,
            state=None,
            tags=options.tags,
            now=questions.now,
            limits=limits,
            progress=way.progress,
        )
        try:
            yield from run.results()
        finally:
            self.reach = narrowing.reach(self.reach, options, members, run, chosen)


def _check(options: Options) -> None:
    """Raise `CollectError` for options that mean nothing here: leaving them out silently would change the question."""
    plan.check(options.regions)
    if options.org:
        raise CollectError(f"--org is for aws: AWS Config knows its accounts by an aggregator; {NAME_ONE}")
    if options.resume:
        raise CollectError("--resume is for aws: what AWS Config recorded is read anew each time")


def _questions(chosen: tuple[plan.TypeModule, ...], options: Options, limits: Limits, stopped: Event) -> Questions:
    from phiward.collectors.aws.account import Questions
    from phiward.collectors.aws.clients import Pool

    return Questions(
        chosen=chosen,
        wanted={module.TYPE.name: narrowing.wanted(module.TYPE.name, options) for module in chosen},
        regions=options.regions,
        now=options.now or f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        observed=options.now,
        limits=limits,
        stopped=stopped,
        pool=Pool(1),
    )


def _unrecorded(chosen: tuple[plan.TypeModule, ...], target: str) -> CollectionGap | None:
    """Return the gap of the types that AWS Config does not record, or not so that they could be judged."""
    from phiward.collectors.awsconfig import knowledge

    names = tuple(module.TYPE.name for module in chosen if module.TYPE.name not in knowledge.covered())
    if not names:
        return None
    reason = "not recorded by AWS Config, or not read from it: scan the account itself (phiward scan aws)"
    return CollectionGap(source=WORD, where=target, reason=reason, types=names)
