"""One region of a recorded account, as one resource type sees it: the `Aws` port over configuration items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from phiward.collectors.aws import calls
from phiward.collectors.aws.asking import entries
from phiward.collectors.aws.need import needed
from phiward.collectors.aws.port import Denied
from phiward.collectors.awsconfig import knowledge
from phiward.collectors.awsconfig.answer import Asked, Found, not_recorded
from phiward.collectors.awsconfig.members import Members, noting
from phiward.inventory.model import Maybe, Observation, Unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from phiward.collectors.awsconfig.item import Item
    from phiward.collectors.awsconfig.records import Records


class Place:
    """What all resource types see of an account and region."""

    def __init__(  # noqa: PLR0913 - as much as a place has
        self, records: Records, *, region: str, partition: str, now: str, principal: str | None, everywhere: bool
    ) -> None:
        self.records = records
        self.region = region
        self.partition = partition
        self.now = now
        self.principal = principal
        self.everywhere = everywhere
        """The type is listed once for the account: its items may be of any region."""


class RecordedView:
    """What a type module is given, with the observations of the items it has read so far."""

    def __init__(self, place: Place, wanted: Collection[str] | None) -> None:
        self._place = place
        self._wanted = wanted
        self._listed: dict[str, Item | Found] = {}
        self._asked: dict[str, Observation] = {}
        self._listing = True
        self.missed: set[str] = set()
        """What was read until now and is not in the items."""

    @property
    def account(self) -> str:
        """The account's twelve digits."""
        return self._place.records.account

    @property
    def region(self) -> str:
        """The region; of a global type the partition's own."""
        return self._place.region

    @property
    def partition(self) -> str:
        """`aws`, `aws-us-gov` or `aws-cn`."""
        return self._place.partition

    @property
    def now(self) -> str:
        """The run's time."""
        return self._place.now

    @property
    def observations(self) -> tuple[Observation, ...]:
        """The items that were read, each with the time at which AWS Config recorded it."""
        listed = [self._observation(each, ()) for each in self._listed.values()]
        asked = [each for each in self._asked.values() if each.digest not in {one.digest for one in listed}]
        return (*listed, *asked)

    def needs(self, *paths: str) -> bool:
        """Say whether a selected control reads any of these paths."""
        return needed(paths, self._wanted)

    def pages(self, service: str, operation: str, key: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Yield the recorded things of a listing."""
        name = f"{service}.{operation}"
        found = self._answer(service, operation, None, arguments)
        if isinstance(found.body, Unknown):
            raise Denied(calls.call(service, operation), found.body.reason)
        for entry in entries(found.body, key):
            if self._listing and isinstance(entry, Members) and entry.item is not None:
                self._listed[name] = entry.item
            yield entry
        if found.items:  # it was read to its end: all of it has a say
            self._listed[name] = found

    def ask(  # noqa: PLR0913 - as the port
        self,
        service: str,
        operation: str,
        *,
        fills: Collection[str],
        absent: Collection[str] = (),  # noqa: ARG002 - as the port
        pending: Collection[str] = (),  # noqa: ARG002 - as the port
        region: str | None = None,
        **arguments: Any,
    ) -> Maybe[dict[str, Any] | None]:
        """Return what a detail call would answer, None where the items say *not configured*."""
        if not self.needs(*fills):
            return Unknown(calls.NOT_ASKED)
        try:
            found = self._answer(service, operation, region, arguments)
        except Denied as denied:
            return Unknown(denied.reason)
        for item in found.items:
            before = self._asked.get(item.digest)
            self._asked[item.digest] = self._observation(item, {*fills, *(before.fills if before else ())})
        return found.body

    def for_item(self) -> RecordedView:
        """Return the view for one thing of a listing: it has seen what led there, and nothing of the others."""
        view = RecordedView(self._place, self._wanted)
        view._listing = False
        view._listed = dict(self._listed)
        view._asked = dict(self._asked)
        view.missed = set(self.missed)
        self._asked = {}
        return view

    def _answer(self, service: str, operation: str, region: str | None, arguments: dict[str, Any]) -> Found:
        call = calls.call(service, operation)
        answer = knowledge.answers().get(f"{service}.{operation}")
        if answer is None:
            raise Denied(call, not_recorded(call).reason)
        here = region or (None if self._place.everywhere else self._place.region)
        kept = self._place.records.answers
        found = None if arguments else kept.get((f"{service}.{operation}", here))
        if found is None:
            with noting():  # what an answer is made of is its maker's own business
                found = answer.handler(
                    Asked(self._place.records, here, call, arguments, everywhere=self._place.everywhere)
                )
            if not arguments:
                kept[f"{service}.{operation}", here] = found
        return found

    def _observation(self, of: Item | Found, fills: Collection[str]) -> Observation:
        item = of.items[0] if isinstance(of, Found) else of
        return Observation(
            call=item.call,
            fills=tuple(sorted(fills)),
            at=of.captured,
            principal=self._place.principal,
            digest=of.digest,
        )
