"""One region of an account, as one resource type sees it: the real `Aws` port."""

from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from phiward.collectors.aws import calls
from phiward.collectors.aws.asking import Answer, Asking, denied, entries
from phiward.collectors.aws.login import Login
from phiward.collectors.aws.need import needed
from phiward.inventory.model import Maybe, Observation, Unknown


class View:
    """What a type module is given, with the observations of what it has read so far."""

    def __init__(self, asking: Asking, login: Login, *, region: str, now: str, wanted: Collection[str] | None) -> None:
        self._asking = asking
        self._login = login
        self._wanted = wanted
        self._listed: dict[str, Observation] = {}
        self._asked: dict[str, Observation] = {}
        self.region = region
        self.now = now

    @property
    def account(self) -> str:
        """The account's twelve digits."""
        return self._login.account

    @property
    def partition(self) -> str:
        """`aws`, `aws-us-gov` or `aws-cn`."""
        return self._login.partition

    @property
    def observations(self) -> tuple[Observation, ...]:
        """What has been read so far: of each listing its current page, then the answers."""
        return (*self._listed.values(), *self._asked.values())

    def needs(self, *paths: str) -> bool:
        """Say whether a selected control reads any of these paths."""
        return needed(paths, self._wanted)

    def pages(self, service: str, operation: str, key: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Yield the entries of a listing, page by page."""
        name = f"{service}.{operation} {sorted(arguments.items())}"
        for page in self._asking.listing(service, operation, self.region, arguments):
            refusal = denied(page, service, operation)
            if refusal is not None:
                raise refusal
            if page.observation is not None:
                self._listed[name] = page.observation
            yield from entries(page.body, key)

    def ask(  # noqa: PLR0913 - as the port
        self,
        service: str,
        operation: str,
        *,
        fills: Collection[str],
        absent: Collection[str] = (),
        pending: Collection[str] = (),
        region: str | None = None,
        **arguments: Any,
    ) -> Maybe[dict[str, Any] | None]:
        """Return the answer of a detail call, None where the service says *not configured*."""
        if not self.needs(*fills):
            return Unknown(calls.NOT_ASKED)
        answer = self._asking.one(
            service, operation, region or self.region, arguments, pending, across=region is not None
        )
        self._remember(f"{service}.{operation} {region} {sorted(arguments.items())}", answer, fills)
        if answer.failure is None:
            return answer.body
        return None if answer.failure.code in absent else Unknown(answer.failure.reason)

    def for_item(self) -> "View":
        """Return the view for one item of a listing: it has seen what led to the item, and nothing of the others."""
        view = View(self._asking, self._login, region=self.region, now=self.now, wanted=self._wanted)
        view._listed = {**self._listed, **self._asked}
        self._asked = {}
        return view

    def _remember(self, name: str, answer: Answer, fills: Collection[str]) -> None:
        if answer.observation is None:
            return
        before = self._asked.get(name)
        paths = sorted({*fills, *(before.fills if before else ())})
        self._asked[name] = msgspec.structs.replace(answer.observation, fills=tuple(paths))
