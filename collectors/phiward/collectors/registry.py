"""The installed collectors: phiward's own, found by their folder, and others', found by entry point."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from phiward.errors import UsageError
from phiward.inventory.regular import irregular

if TYPE_CHECKING:
    from phiward.collectors.port import Collector
    from phiward.inventory.catalog import Catalog

GROUP = "phiward.collectors"
"""The entry-point group of other distributions' collectors. Each names a class, called without arguments."""


@cache
def own() -> dict[str, Collector]:
    """Return phiward's own collectors by name, in the order of their folders: `aws/collector.py` has `AwsCollector`."""
    from importlib import import_module

    names = sorted(path.parent.name for path in Path(__file__).parent.glob("*/collector.py"))
    modules = {name: import_module(f"phiward.collectors.{name}.collector") for name in names}
    made = (getattr(module, f"{name.capitalize()}Collector")() for name, module in modules.items())
    return {collector.name: collector for collector in made}


@cache
def installed() -> dict[str, Collector]:
    """Return every installed collector by its name, own ones first."""
    from importlib.metadata import entry_points

    others = sorted(entry_points(group=GROUP), key=lambda entry: entry.name)
    return own() | {entry.name: entry.load()() for entry in others if entry.name not in own()}


def collectors_of(target: str) -> tuple[Collector, ...]:
    """Return the collectors that read a target, by name. Raises `UsageError` where none does.

    A folder may hold several kinds of code, so every collector that claims it reads it. Other distributions' are asked
    only where none of phiward's own claims it: looking for them takes longer than reading a small folder.
    """
    for collectors in (own, installed):
        if claiming := tuple(collector for collector in collectors().values() if collector.claims(target)):
            return claiming
    raise UsageError(_unclaimed(target))


def catalog(*, docs: bool = False) -> Catalog:
    """Return the catalog of every resource type that an installed collector can yield; with `docs`, told in words."""
    from phiward.inventory.catalog import Catalog

    types = {each.name: each for collector in installed().values() for each in collector.types()}
    return Catalog.of((types[name] for name in sorted(types)), docs=docs)


def fingerprint() -> str:
    """Return a digest that changes whenever the catalog may.

    It lets a warm start trust what it kept without importing the code that declares the types: the names, sizes and
    times of that code, and the times of the folders that distributions are installed into.
    """
    from hashlib import sha256

    import phiward.inventory
    from phiward import kept
    from phiward.collectors import types

    seen = sha256()
    for folder in (types, phiward.inventory):
        seen.update(kept.state_of(Path(folder.__path__[0])).encode())
    for entry in sys.path:
        with suppress(OSError):  # an entry that is not there, or not readable, holds no distribution either
            seen.update(f"{entry} {Path(entry).stat().st_mtime_ns}\n".encode())
    return seen.hexdigest()


def _unclaimed(target: str) -> str:
    from difflib import get_close_matches

    if Path(target).exists():
        if not Path(target).is_dir() and (why := irregular(target)):
            return f"{target}: cannot be read: {why}"
        return (
            f"{target}: nothing to scan: there is no Terraform (.tf, .tf.json), no CloudFormation template and "
            "nothing of Kubernetes in it, and it is no plan (terraform show -json) and no snapshot of AWS Config"
        )
    near = get_close_matches(target, installed(), n=1)
    hint = f"; did you mean {near[0]!r}?" if near else f"; known words are: {', '.join(installed())}"
    return f"{target}: no such file or folder, and no source of that name{hint}"
