"""What a collector is, and what it is given."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, runtime_checkable

from msgspec import Struct

from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Found, Need
from phiward.inventory.reach import Reach


class Options(Struct, frozen=True, kw_only=True):
    """What a run asks of its collectors."""

    need: Need | None = None
    """What the selected controls read. None: everything."""
    now: str | None = None
    """The run's time, as `YYYY-MM-DDTHH:MM:SSZ`: the only clock a collector measures against."""
    within: str = ""
    """What the ids of this target's resources begin with, where several targets could use the same ones."""
    targets: tuple[str, ...] = ()
    """All targets of the run, this one among them: the code of a plan may lie in a folder that is read too."""
    shared: bool = False
    """Another collector reads the same target: a variable that this one does not know may be the other's parameter."""
    regions: tuple[str, ...] = ()
    profile: str | None = None
    role: str | None = None
    external_id: str | None = None
    """What the trust policies of the AWS roles to assume ask for."""
    org: bool = False
    """Read every account of the AWS organisation."""
    org_role: str | None = None
    """The role to assume in each account of it, by name, with its path if it has one. None: the documented default."""
    aggregator: str | None = None
    """The AWS Config aggregator to ask, `NAME` or `REGION/NAME`. None: AWS Config of the account itself."""
    accounts: tuple[str, ...] = ()
    """Only these AWS accounts: numbers, or, of an organisation, patterns (`prod-*`) of numbers and names."""
    services: tuple[str, ...] = ()
    """Only the resource types of these AWS services, by their names in types: `s3`, `ec2`."""
    tags: tuple[tuple[str, str], ...] = ()
    """Only AWS resources that carry one of the values given for each key."""
    state: str | None = None
    """The folder where parts that were read are kept until the run is whole. None: nothing is kept."""
    resume: bool = False
    """Go on with the run that is kept in `state`."""
    parallel: int | None = None
    """AWS requests under way at once. None: the collector's own limit."""
    per_second: float | None = None
    """AWS requests a second to one service of one account. None: the collector's own limit."""
    variables: dict[str, str] = {}
    """Terraform `-var` values."""
    variable_files: tuple[str, ...] = ()
    """Terraform `-var-file` paths."""


class Progress(Struct, frozen=True):
    """How far a collector is: `done` of `total` steps (None: not known yet), at `what`."""

    what: str
    done: int
    total: int | None = None


@runtime_checkable
class Reaching(Protocol):
    """A collector that may be asked to read only a part of its target."""

    reach: Reach
    """After a run: what was asked for, what was reached, and what was left out by the user's own choice."""


class Collector(Protocol):
    """One source kind. Registered under the entry-point group `phiward.collectors`; cheap to import."""

    name: str
    """`aws`, `terraform`, `host`."""
    unread: dict[str, int]
    """After a run: what was met and no resource type reads, by the source's own name for it (`aws_subnet`), counted."""

    def claims(self, target: str) -> bool:
        """Say whether this collector reads `target`: a word (`aws`, `host`), a folder, a file, a URL.

        Several may claim one folder or file; each reads what is its own. It is asked of every run, so it stops at the
        first sign, and leaves a folder that cannot be listed to the Terraform collector, which says so.
        """
        ...

    def types(self) -> Iterable[ResourceType]:
        """Declare every resource type it can yield."""
        ...

    def collect(self, target: str, options: Options, progress: Callable[[Progress], None]) -> Iterator[Found]:
        """Read the target. One failing part is a gap; `CollectError` only where nothing at all can be read."""
        ...
