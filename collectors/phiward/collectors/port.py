"""What a collector is, and what it is given."""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol

from msgspec import Struct

from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import CollectionGap, Need, Resource


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
    regions: tuple[str, ...] = ()
    profile: str | None = None
    role: str | None = None
    external_id: str | None = None
    """What the role's trust policy demands to be told, where it does."""
    variables: dict[str, str] = {}
    """Terraform `-var` values."""
    variable_files: tuple[str, ...] = ()
    """Terraform `-var-file` paths."""


class Progress(Struct, frozen=True):
    """How far a collector is: `done` of `total` steps (None: not known yet), at `what`."""

    what: str
    done: int
    total: int | None = None


class Collector(Protocol):
    """One source kind. Registered under the entry-point group `phiward.collectors`; cheap to import."""

    name: str
    """`aws`, `terraform`, `host`."""
    unread: dict[str, int]
    """After a run: what was met and no resource type reads, by the source's own name for it (`aws_subnet`), counted."""

    def claims(self, target: str) -> bool:
        """Say whether this collector reads `target`: a word (`aws`, `host`), a folder, a file, a URL."""
        ...

    def types(self) -> Iterable[ResourceType]:
        """Declare every resource type it can yield."""
        ...

    def collect(
        self, target: str, options: Options, progress: Callable[[Progress], None]
    ) -> Iterator[Resource | CollectionGap]:
        """Read the target. One failing part is a gap; `CollectError` only where nothing at all can be read."""
        ...
