"""One run over accounts: each resource once, what is finished kept, and a word for whatever does not end."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from phiward.collectors.aws.crew import Crew, Done, Finished, Opened
from phiward.collectors.aws.state import Unit as Part
from phiward.collectors.port import Progress
from phiward.inventory.model import CollectionGap, Resource, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from phiward.collectors.aws.account import Account, Found
    from phiward.collectors.aws.limits import Limits
    from phiward.collectors.aws.state import Journal, State

INTERRUPTED = "interrupted: not all of it was read"


class Run:
    """Takes what the crew finds."""

    def __init__(  # noqa: PLR0913 - a run has this many parts
        self,
        accounts: Sequence[Account],
        crew: Crew[Found],
        *,
        state: State | None,
        tags: tuple[tuple[str, str], ...],
        now: str,
        limits: Limits,
        progress: Callable[[Progress], None],
    ) -> None:
        self.untagged = 0
        """Resources left out since they do not carry the tags that were asked for."""
        self.regions: set[str] = set()
        self.reached: set[str] = set()
        self.notes: list[str] = []
        self._accounts = accounts
        self._crew = crew
        self._state = state
        self._tags = _by_key(tags)
        self._now = now
        self._limits = limits
        self._progress = progress
        self._journals: dict[str, Journal] = {}
        self._numbers = frozenset(account.member.id for account in accounts)
        self._seen: dict[str, set[bytes]] = {}
        self._everywhere: set[bytes] = set()
        """Ids seen that do not name the account they were read in."""
        self._done = self._total = 0
        self._unopened = len(accounts)

    def replay(self, account: Account) -> Iterator[Resource]:
        """Yield what an earlier run finished of an account; its parts will not be read again."""
        if self._state is None:
            return
        journal = self._journals[account.member.id] = self._state.journal(account.member.id)
        account.before, old = journal.finished(self._now, self._limits.kept_hours)
        for resource in journal.read(account.before):
            yield from self._once(account, resource)
        journal.close()
        del self._journals[account.member.id]
        if account.before:
            self.reached.add(account.member.id)
            self.regions.update(part.region for part in account.before)
        if old:
            self.notes.append(
                f"account {account.member}: {len(old)} parts had been read more than {self._limits.kept_hours:g} hours "
                "ago and were read again"
            )

    def results(self) -> Iterator[Found]:
        """Yield until everything is read, or the run is interrupted."""
        try:
            for result in self._crew.results():
                yield from self._take(result)
        except KeyboardInterrupt:
            for result in self._crew.stop():
                yield from self._take(result)
            for account in self._accounts:
                yield from account.gaps(INTERRUPTED)
            raise
        finally:
            for _ in self._crew.stop(patience=0.5):  # what hangs in a request ends with the process
                pass
            for journal in self._journals.values():
                journal.close()

    @property
    def whole(self) -> bool:
        """Say whether nothing is left that a resumed run could read."""
        return all(account.opened and not account.left and not account.failed for account in self._accounts)

    def _take(self, result: Opened | Done[Found] | Finished) -> Iterator[Found]:
        account = self._accounts[result.group]
        if isinstance(result, Opened):
            self._begin(account, result.units)
        elif isinstance(result, Finished):
            self._end(account, result.unit)
        elif isinstance(result.result, CollectionGap):
            account.failed = True
            if result.unit is not None:
                account.incomplete.add(result.unit)
            yield result.result
        else:
            yield from self._keep(account, result.unit, result.result)

    def _keep(self, account: Account, unit: int | None, resource: Resource) -> Iterator[Found]:
        for found in self._once(account, resource):
            journal = self._journals.get(account.member.id)
            if journal is not None and unit is not None:
                task = account.tasks[unit]
                journal.put(Part(task.region, task.module.TYPE.name), found)
            yield found

    def _once(self, account: Account, resource: Resource) -> Iterator[Resource]:
        """Yield a resource if it is to be told here, and for the first time.

        A thing may be listed in several places (a trail's shadow in each region, and in each account of an
        organisation): the answers are the same, and its owner's are the fullest.
        """
        owner = _owner(resource.id)
        if owner != account.member.id and owner in self._numbers:
            return
        here = owner == account.member.id
        seen = self._seen.setdefault(account.member.id, set()) if here else self._everywhere
        digest = blake2b(f"{resource.type} {resource.id}".encode(errors="backslashreplace"), digest_size=16).digest()
        if digest in seen:
            return
        seen.add(digest)
        if self._carries(resource):
            yield resource
        else:
            self.untagged += 1

    def _carries(self, resource: Resource) -> bool:
        """Say whether a resource has the tags asked for; what has none by kind, or was not seen, is kept."""
        if not self._tags or resource.tags is None or isinstance(resource.tags, Unknown):
            return True
        return all(resource.tags.get(key) in values for key, values in self._tags.items())

    def _begin(self, account: Account, units: int) -> None:
        account.opened = True
        self._unopened -= 1
        self._total += units
        if account.tasks or account.before:
            self.reached.add(account.member.id)
            self.regions.update(task.region for task in account.tasks)
        if self._state is not None and units:
            self._journals[account.member.id] = self._state.journal(account.member.id)
        self._progress(Progress(f"AWS: account {account.member}", self._done, self._total))
        if not units:
            self._close(account)

    def _end(self, account: Account, unit: int) -> None:
        expired = account.expired
        task = account.finished(unit)
        account.failed = account.failed or expired
        journal = self._journals.get(account.member.id)
        if journal is not None and not expired and unit not in account.incomplete:
            journal.finish(Part(task.region, task.module.TYPE.name), self._now)
        self._done += 1
        where = task.region if len(self._accounts) == 1 else f"{account.member.id}/{task.region}"
        self._progress(Progress(f"AWS: {task.module.TYPE.title}, {where}", self._done, self._total))
        if not account.left:
            self._close(account)

    def _close(self, account: Account) -> None:
        account.close()
        self._seen.pop(account.member.id, None)
        journal = self._journals.pop(account.member.id, None)
        if journal is not None:
            journal.close()


def _by_key(tags: tuple[tuple[str, str], ...]) -> dict[str, set[str]]:
    values: dict[str, set[str]] = {}
    for key, value in tags:
        values.setdefault(key, set()).add(value)
    return values


def _owner(arn: str) -> str:
    """Return the account that an ARN names; of what names none, or is no ARN, nothing."""
    parts = arn.split(":", 5)
    return parts[4] if len(parts) > 5 and parts[0] == "arn" else ""
