"""The collector of Linux hosts: this machine (`host`), or a recorded answer of the probe (`host:FILE`)."""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from phiward.collectors.port import Options, Progress
from phiward.errors import CollectError
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import CollectionGap, Resource
from phiward.inventory.regular import regular

if TYPE_CHECKING:
    from phiward.collectors.host.frames import Answer


class HostCollector:
    """Reads one host by one run of the probe."""

    name = "host"

    def __init__(self, ask: "Callable[[tuple[str, ...]], Answer] | None" = None) -> None:
        self._ask = ask
        self.unread: dict[str, int] = {}

    def claims(self, target: str) -> bool:
        """Say whether the target is this machine (`host`) or a recorded answer (`host:FILE`)."""
        return target == "host" or target.startswith("host:")

    def types(self) -> Iterable[ResourceType]:
        """Declare the host, its file systems and its accounts."""
        from phiward.collectors.types.host import account, filesystem, linux

        return (linux.TYPE, filesystem.TYPE, account.TYPE)

    def collect(
        self, target: str, options: Options, progress: Callable[[Progress], None]
    ) -> Iterator[Resource | CollectionGap]:
        """Read the host; yield it with its file systems and accounts. Raises `CollectError` where it cannot be read."""
        from phiward.collectors.host.run import local
        from phiward.collectors.host.sections import ACCOUNT, FILESYSTEM, LINUX, wanted
        from phiward.collectors.types.host import account, filesystem, linux

        need = options.need
        if need is not None and not need.keys() & {LINUX, FILESYSTEM, ACCOUNT}:
            return
        progress(Progress(target, 0, 1))
        answer = recorded(target.removeprefix("host:")) if target != "host" else (self._ask or local)(wanted(need))
        progress(Progress(target, 1, 1))
        if not answer.complete:
            yield CollectionGap(
                source=self.name, where=target, reason="the probe was cut off: what it had not said yet is unknown"
            )
        if need is None or LINUX in need:
            yield linux.normalize(answer, options.now)
        if need is None or FILESYSTEM in need:
            yield from filesystem.normalize(answer, options.now)
        if need is None or ACCOUNT in need:
            yield from account.normalize(answer, options.now)


def recorded(path: str) -> "Answer":
    """Read a recorded answer. Raises `CollectError` where it cannot be read, or is none."""
    from phiward.collectors.host.frames import Malformed, parse
    from phiward.collectors.host.run import SIZE

    try:
        with regular(path) as file:
            raw = file.read(SIZE + 1)
    except OSError as error:
        raise CollectError(f"host:{path}: {error.strerror}: name a file that holds an answer of the probe") from error
    if len(raw) > SIZE:
        raise CollectError(f"host:{path}: longer than {SIZE} bytes: no answer of the probe is")
    try:
        return parse(raw)
    except Malformed as error:
        raise CollectError(f"host:{path}: {error}: name a file that holds an answer of the probe") from error
