"""The collector of live AWS accounts, `aws` or `aws:PROFILE`: one account, some that are named, or an organisation."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import TYPE_CHECKING

import msgspec

from phiward.collectors.aws import narrowing, plan
from phiward.collectors.aws.limits import Limits
from phiward.collectors.port import Options, Progress
from phiward.errors import CollectError
from phiward.inventory.reach import Reach

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from phiward.collectors.aws.account import Account, Questions
    from phiward.collectors.aws.login import Login
    from phiward.collectors.aws.organization import Member, Members
    from phiward.collectors.aws.run import Run
    from phiward.collectors.aws.state import State
    from phiward.inventory.catalog import ResourceType
    from phiward.inventory.model import CollectionGap, Resource


class AwsCollector:
    """Reads what the selected controls need of each account, every region at the same time."""

    name = "aws"

    def __init__(self, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self.unread: dict[str, int] = {}
        self.reach = Reach()

    def claims(self, target: str) -> bool:
        """Say whether the target is `aws` or `aws:PROFILE`."""
        return target == "aws" or (target.startswith("aws:") and len(target) > len("aws:"))

    def types(self) -> Iterable[ResourceType]:
        """Declare the types of all type modules."""
        return tuple(module.TYPE for module in plan.modules())

    def collect(
        self, target: str, options: Options, progress: Callable[[Progress], None]
    ) -> Iterator[Resource | CollectionGap]:
        """Yield resources and gaps as they come, in no order.

        Raises `CollectError` where there are no usable credentials, where the accounts of an organisation cannot be
        listed, and where there is nothing to go on with. On Ctrl-C, what has been read is yielded, then a gap for each
        type and region that is not finished, then `KeyboardInterrupt` is raised again. Closing the generator stops the
        threads. `reach` is complete after that.
        """
        self.reach = Reach(target=target, asked=narrowing.asked(options))
        chosen = narrowing.modules(plan.choose(options.need, plan.modules()), options)
        if not chosen:
            return
        _need_sdk()
        from phiward.collectors.aws.login import sign_in

        plan.check(options.regions)
        progress(Progress("AWS: signing in", 0))
        limits = _limits(self._limits, options)
        profile = target.partition(":")[2] or options.profile
        login = sign_in(profile, options.role, limits, options.external_id)
        plan.check_partition(options.regions, login)
        stopped = Event()
        questions = _questions(chosen, options, limits, stopped)
        members = _members(login, options, questions)
        state = _state(target, options)
        run, accounts = _prepare(members, login, options, questions, state=state, progress=progress)
        try:
            for account in accounts:
                yield from run.replay(account)
            yield from run.results()
        finally:
            if state is not None:
                state.close(whole=run.whole)
                if not run.whole:
                    run.notes.append("not everything was read: `--resume` reads only what is missing")
            self.reach = narrowing.reach(self.reach, options, members, run, chosen)


def _prepare(  # noqa: PLR0913 - all that a run takes
    members: Members,
    login: Login,
    options: Options,
    questions: Questions,
    *,
    state: State | None,
    progress: Callable[[Progress], None],
) -> tuple[Run, list[Account]]:
    """Make the run and its accounts."""
    from phiward.collectors.aws.account import Account, Found
    from phiward.collectors.aws.crew import Crew
    from phiward.collectors.aws.run import Run

    limits, ended = questions.limits, Event()
    accounts = [Account(member, questions, _entrance(member, login, options, limits), ended) for member in members.read]
    crew: Crew[Found] = Crew(
        [account.open for account in accounts],
        threads=limits.threads,
        backlog=limits.backlog,
        at_once=limits.accounts,
        stopped=questions.stopped,
    )
    tags = options.tags
    return Run(accounts, crew, state=state, tags=tags, now=questions.now, limits=limits, progress=progress), accounts


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
        pool=Pool(limits.clients),
    )


def _members(login: Login, options: Options, questions: Questions) -> Members:
    """Return the accounts to read: the caller's own, unless others are asked for."""
    from phiward.collectors.aws import organization
    from phiward.collectors.aws.asking import Asking
    from phiward.collectors.aws.clients import Clients

    if not options.org and not options.accounts:
        return organization.Members((organization.Member(login.account),))
    clients = Clients(login.session, questions.limits, questions.stopped, questions.pool)
    asking = Asking(
        clients,
        principal=login.principal,
        now=questions.observed,
        limits=questions.limits,
        stopped=questions.stopped,
    )
    organization.role_of(options, login.partition, login.account)
    try:
        return organization.members(asking, login, options)
    finally:
        clients.close()


def _entrance(member: Member, login: Login, options: Options, limits: Limits) -> Callable[[], Login]:
    """Return how an account is entered: the caller's own with the caller's credentials, others by a role."""
    from phiward.collectors.aws import organization
    from phiward.collectors.aws.login import enter

    if member.id == login.account:
        return lambda: login
    role = organization.role_of(options, login.partition, member.id)
    return partial(enter, login, role, options.external_id, limits)


def _state(target: str, options: Options) -> State | None:
    """Open the folder that the run is kept in, where one is asked for."""
    if options.state is None and not options.resume:
        return None
    from pathlib import Path
    from urllib.parse import quote

    from phiward.collectors.aws.state import State, folder

    state = State(Path(options.state or folder()) / quote(target, safe=""))
    state.open(narrowing.question(target, options), resume=options.resume)
    return state


def _limits(limits: Limits, options: Options) -> Limits:
    given = {"threads": options.parallel, "per_second": options.per_second}
    return msgspec.structs.replace(limits, **{name: value for name, value in given.items() if value is not None})


def _need_sdk() -> None:
    """Raise `CollectError` where the AWS SDK, an extra of phiward, is not installed."""
    from importlib.util import find_spec

    if find_spec("boto3") is None:
        raise CollectError("reading AWS needs its SDK, which is not installed: pip install 'phiward[aws]'")
