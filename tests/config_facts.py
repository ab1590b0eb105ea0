"""What one resource says, told by the services and by AWS Config."""

from collections.abc import Iterator
from typing import Any

import msgspec
from config_items import ACCOUNT, REGION, AskedAws, Pair, recorder, row

from phiward.collectors.aws import plan
from phiward.collectors.awsconfig.account import steps
from phiward.collectors.awsconfig.item import Item
from phiward.collectors.awsconfig.records import Records
from phiward.collectors.awsconfig.view import Place, RecordedView
from phiward.inventory.aspects import Aspect
from phiward.inventory.model import CollectionGap, Resource, Unknown

MODULES = {module.TYPE.name: module for module in plan.modules()}
NOW = "2026-01-02T03:04:05Z"


def asked(pair: Pair) -> list[Resource]:
    """Return the resources as the services' own answers make them."""
    module, aws = MODULES[pair.type], AskedAws(pair.answers, now=NOW)
    return [module.resource(aws, each) for each in module.items(aws)]


def recorded(pair: Pair, *, lacking: str = "") -> list[Resource | CollectionGap]:
    """Return what the configuration items make; without one of their own members where that is asked for."""
    records = Records(ACCOUNT)
    items = (recorder(), *pair.items)
    rows = [msgspec.json.decode(row(each)) for each in items]
    given = [{name: value for name, value in each.items() if name != lacking} for each in rows]
    records.add(Item(each, "config:SelectResourceConfig") for each in given)
    records.settle()
    task = plan.Task(MODULES[pair.type], REGION)
    place = Place(
        records,
        region=REGION,
        partition="aws",
        now=NOW,
        principal=None,
        everywhere=plan.is_global(task.module),
    )
    return [step() for step in steps(task, RecordedView(place, None))]


def facts(resource: Resource) -> Iterator[tuple[str, Any]]:
    """Yield every fact of a resource with its path."""
    for name in ("id", "name", "account", "region", "tags", "sensitive_data"):
        yield name, getattr(resource, name)
    for name in resource.__struct_fields__:
        value = getattr(resource, name)
        if isinstance(value, Aspect):
            yield from ((f"{name}.{inner}", getattr(value, inner)) for inner in value.__struct_fields__)
        elif isinstance(value, Unknown):
            yield name, value
    if isinstance(resource.config, msgspec.Struct):
        config = resource.config
        yield from ((f"config.{inner}", getattr(config, inner)) for inner in config.__struct_fields__)
    yield from ((f"relations.{name}", ids) for name, ids in resource.relations.items())
