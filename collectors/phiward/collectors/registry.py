"""The installed collectors, found by the entry-point group `phiward.collectors`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from phiward.errors import UsageError

if TYPE_CHECKING:
    from phiward.collectors.port import Collector
    from phiward.inventory.catalog import Catalog

GROUP = "phiward.collectors"


@cache
def installed() -> dict[str, Collector]:
    """Return every installed collector by its name, sorted."""
    from importlib.metadata import entry_points

    return {entry.name: entry.load()() for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name)}


def collector_of(target: str) -> Collector:
    """Return the collector that reads a target. Raises `UsageError` where none does."""
    for collector in installed().values():
        if collector.claims(target):
            return collector
    raise UsageError(_unclaimed(target))


def catalog(*, docs: bool = False) -> Catalog:
    """Return the catalog of every resource type that an installed collector can yield; with `docs`, told in words."""
    from phiward.inventory.catalog import Catalog

    types = {each.name: each for collector in installed().values() for each in collector.types()}
    return Catalog.of((types[name] for name in sorted(types)), docs=docs)


def fingerprint() -> str:
    """Return a digest that changes whenever the catalog may: the names, sizes and times of the code that declares it.

    It lets a warm start trust what it kept without importing that code.
    """
    from hashlib import sha256
    from importlib.metadata import entry_points
    from pathlib import Path

    import phiward.inventory

    seen = sha256()
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        version = entry.dist.version if entry.dist else ""
        seen.update(f"{entry.name} {entry.value} {version}\n".encode())
    for folder in (Path(__file__).parent / "types", Path(phiward.inventory.__path__[0])):
        for file in sorted(folder.rglob("*.py")):
            stat = file.stat()
            seen.update(f"{file} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def _unclaimed(target: str) -> str:
    from difflib import get_close_matches
    from pathlib import Path

    if Path(target).exists():
        return (
            f"{target}: nothing to scan: there is no Terraform (.tf, .tf.json) in it, and it is no plan "
            "(terraform show -json)"
        )
    near = get_close_matches(target, installed(), n=1)
    hint = f"; did you mean {near[0]!r}?" if near else f"; known words are: {', '.join(installed())}"
    return f"{target}: no such file or folder, and no source of that name{hint}"
