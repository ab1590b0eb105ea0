"""What a resource type is given to read a live account with."""

from collections.abc import Collection, Iterator
from typing import Any, Protocol

from phiward.inventory.model import Maybe, Observation, Unknown

__all__ = ["Aws", "Denied", "Maybe", "Unknown"]


class Denied(Exception):  # noqa: N818 - the field's word
    """A listing was refused, or failed for good. The framework turns it into a `CollectionGap` of the type."""

    def __init__(self, call: str, reason: str) -> None:
        self.call = call
        """The API action: `rds:DescribeDBInstances`."""
        self.reason = reason
        """`access denied: rds:DescribeDBInstances`, `timed out after 3 attempts: ...`."""
        super().__init__(reason)


class Aws(Protocol):
    """One region of one account, for one resource type. Asking the same question twice costs one request.

    A type module has two functions. `items(aws)` yields what the listing calls name, cheaply and in order.
    `resource(aws, item)` asks the detail calls for one of them and returns the `Resource`; the framework runs it for
    many items at once, and each time with a fresh `observations`.
    """

    @property
    def account(self) -> str:
        """The account's twelve digits."""
        ...

    @property
    def region(self) -> str:
        """The region; of a global service (`GLOBAL = True` in the type module), the partition's own: `us-east-1`."""
        ...

    @property
    def partition(self) -> str:
        """`aws`, `aws-us-gov` or `aws-cn`."""
        ...

    @property
    def now(self) -> str:
        """The run's time, as `YYYY-MM-DDTHH:MM:SSZ`."""
        ...

    @property
    def observations(self) -> tuple[Observation, ...]:
        """What has been read for this resource so far, the listing included."""
        ...

    def needs(self, *paths: str) -> bool:
        """Say whether a selected control reads any of these paths of this type (`logging`, `config.policy`)."""
        ...

    def pages(self, service: str, operation: str, key: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Yield the entries under `key` of a listing, page by page. Raises `Denied` where it may not be listed.

        A dotted key leads into a member of the answer: `DistributionList.Items`.
        """
        ...

    def ask(  # noqa: PLR0913 - a question has this many parts
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
        """Return the answer of a detail call.

        `region` is where to ask, if not here: a bucket, listed once for the account, answers in its own region.
        `None` where the service answers with an error code of `absent` (which means *not configured*); `Unknown` where
        it is denied or fails for good, and where no selected control reads any of the paths that it `fills`. An error
        code of `pending` means *not ready yet* (`ReportInProgress`): asked again a bounded number of times, then
        `Unknown`.
        """
        ...
