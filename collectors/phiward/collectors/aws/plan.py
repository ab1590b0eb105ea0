"""What is to be read: the type modules, the regions, and which type in which region."""

from __future__ import annotations

import importlib
import pkgutil
import re
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

from phiward.collectors.aws import calls
from phiward.errors import CollectError
from phiward.inventory.model import CollectionGap, Need, Resource

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

    from phiward.collectors.aws.asking import Asking
    from phiward.collectors.aws.login import Login
    from phiward.collectors.aws.port import Aws
    from phiward.inventory.catalog import ResourceType

PACKAGE = "phiward.collectors.types.aws"

_REGION = re.compile(r"[a-z]{2}(-[a-z]+){1,3}-\d{1,2}")


class TypeModule(Protocol):
    """A module of one resource type that can be read live."""

    TYPE: ResourceType

    def items(self, aws: Aws) -> Iterator[dict[str, Any]]:
        """Yield what the listing calls name."""
        ...

    def resource(self, aws: Aws, item: dict[str, Any]) -> Resource:
        """Ask the detail calls for one of them, and normalize."""
        ...


class Task(NamedTuple):
    """One resource type in one region."""

    module: TypeModule
    region: str


def modules() -> tuple[TypeModule, ...]:
    """Return every type module with a live form, by the type's name."""
    package = importlib.import_module(PACKAGE)
    found = (importlib.import_module(f"{PACKAGE}.{each.name}") for each in pkgutil.iter_modules(package.__path__))
    live = [cast("TypeModule", module) for module in found if _is_live(module)]
    return tuple(sorted(live, key=lambda module: module.TYPE.name))


def tasks(chosen: tuple[TypeModule, ...], regions: tuple[str, ...], home: str) -> tuple[Task, ...]:
    """Return what to read: global types once, in the partition's own region, then region after region."""
    everywhere = tuple(Task(module, home) for module in chosen if is_global(module))
    return (*everywhere, *(Task(module, region) for region in regions for module in chosen if not is_global(module)))


def choose(need: Need | None, among: tuple[TypeModule, ...]) -> tuple[TypeModule, ...]:
    """Return the modules whose type a selected control reads."""
    return among if need is None else tuple(module for module in among if module.TYPE.name in need)


def is_global(module: TypeModule) -> bool:
    """Say whether a type is listed once for the account and not in each region."""
    return bool(getattr(module, "GLOBAL", False))


def check(asked: tuple[str, ...]) -> None:
    """Raise `CollectError` for a word that cannot be a region."""
    for region in asked:
        if not _REGION.fullmatch(region):
            message = f"{region!r} is not an AWS region: name it like us-east-1"
            raise CollectError(message)


def check_partition(asked: tuple[str, ...], login: Login) -> None:
    """Raise `CollectError` for a region of another partition: its services do not know the credentials."""
    for region in asked:
        if not login.holds(region):
            message = f"{region} is not a region of {login.partition}, where account {login.account} is"
            raise CollectError(message)


def regions(asking: Asking, login: Login, asked: tuple[str, ...]) -> tuple[tuple[str, ...], CollectionGap | None]:
    """Return the regions to read: those asked for, or all that the account has enabled.

    Where they may not be listed: the login's own region, and a gap for the others.
    """
    if asked:
        return tuple(dict.fromkeys(asked)), None
    here = login.region or login.home
    answer = asking.one("ec2", "describe_regions", here, {})
    if answer.failure is None and answer.body is not None:
        names = {str(entry.get("RegionName")) for entry in answer.body.get("Regions", ())}
        found = tuple(sorted(name for name in names if _REGION.fullmatch(name) and login.holds(name)))
        if found:
            return found, None
    reason = answer.failure.reason if answer.failure else "ec2:DescribeRegions names no region"
    gap = CollectionGap(
        source="aws",
        where=f"{login.account}: every region but {here}",
        reason=f"the enabled regions could not be listed ({reason}): grant it, or name them with --region",
        call=calls.call("ec2", "describe_regions"),
    )
    return (here,), gap


def _is_live(module: ModuleType) -> bool:
    return all(hasattr(module, name) for name in ("TYPE", "items", "resource"))
