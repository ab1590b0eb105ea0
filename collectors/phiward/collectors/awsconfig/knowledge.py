"""What the modules of `answers` know, put together: how calls are answered, and what items lack."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING

from phiward.collectors.aws import questions

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from types import ModuleType

    from phiward.collectors.awsconfig.answer import Answer, Kind
    from phiward.inventory.model import Need

PACKAGE = "phiward.collectors.awsconfig.answers"

QUERIES = frozenset({"config.select_aggregate_resource_config", "config.select_resource_config"})
"""The calls that ask AWS Config by query, as boto3 names them."""


@cache
def answers() -> dict[str, Answer]:
    """Return how each call is answered that can be: `rds.describe_db_instances`."""
    return {call: answer for module in _modules() for call, answer in module.ANSWERS.items()}


@cache
def kinds() -> dict[str, Kind]:
    """Return what is particular about the resource types of AWS Config, by their names."""
    return {kind.config: kind for module in _modules() for kind in module.KINDS}


@cache
def covered() -> dict[str, tuple[str, ...]]:
    """Return the resource types that AWS Config records, each with the types of items that it is made of."""
    found: dict[str, tuple[str, ...]] = {}
    for kind in kinds().values():
        if kind.covers is not None:
            found[kind.covers] = (*found.get(kind.covers, ()), kind.config)
    return dict(sorted(found.items()))


@cache
def spread() -> frozenset[str]:
    """Return the resource types that are listed once for the account, and recorded each in its own region."""
    return frozenset(kind.covers for kind in kinds().values() if kind.spread and kind.covers is not None)


def wanted(names: Collection[str], need: Need | None) -> tuple[str, ...]:
    """Return the types of items that a run reads, sorted: those that the questions of its types are answered from."""
    asked = questions.asked(need)
    types = {config for name in names for config in covered().get(name, ())}
    for name in names:
        for each in asked.get(name, ()):
            answer = answers().get(f"{each.service}.{each.operation}")
            types.update(answer.types if answer is not None else ())
    return tuple(sorted(types))


def _modules() -> Iterator[ModuleType]:
    package = importlib.import_module(PACKAGE)
    for each in sorted(pkgutil.iter_modules(package.__path__), key=lambda each: each.name):
        yield importlib.import_module(f"{PACKAGE}.{each.name}")
