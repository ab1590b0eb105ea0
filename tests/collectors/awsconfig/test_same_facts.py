"""A resource has the same facts, whether the services describe it or AWS Config recorded it."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from config_items import ACCOUNT, CAPTURED, REGION, AskedAws, Pair, recorder, row
from config_pairs import PAIRS as FIRST
from config_pairs_more import MORE

from phiward.collectors.aws import plan
from phiward.collectors.awsconfig import knowledge
from phiward.collectors.awsconfig.account import steps
from phiward.collectors.awsconfig.item import Item
from phiward.collectors.awsconfig.records import SCAN, Records
from phiward.collectors.awsconfig.view import Place, RecordedView
from phiward.inventory.aspects import Aspect
from phiward.inventory.model import CollectionGap, Resource, Unknown

PAIRS = (*FIRST, *MORE)
MODULES = {module.TYPE.name: module for module in plan.modules()}
NOW = "2026-01-02T03:04:05Z"


def asked(pair: Pair) -> list[Resource]:
    """Return the resources as the services' own answers make them."""
    module, aws = MODULES[pair.type], AskedAws(pair.answers, now=NOW)
    return [module.resource(aws, each) for each in module.items(aws)]


def recorded(pair: Pair) -> list[Resource | CollectionGap]:
    """Return what the configuration items make."""
    records = Records(ACCOUNT)
    items = (recorder(), *pair.items)
    records.add(Item(msgspec.json.decode(row(each)), "config:SelectResourceConfig") for each in items)
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


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.type)
def test_both_ways_give_the_same_facts(pair: Pair) -> None:
    """Every one, but those that AWS Config does not record: these are unknown, and say what to do."""
    described, found = asked(pair), recorded(pair)

    assert len(described) == pair.count
    assert [each for each in found if isinstance(each, CollectionGap)] == []
    wrong = []
    for one, other in zip(described, found, strict=True):
        assert isinstance(other, Resource)
        told = dict(facts(other))
        for path, value in facts(one):
            there = told.get(path, told.get(path.partition(".")[0]))
            if path in pair.gained:
                assert isinstance(value, Unknown)
                assert not isinstance(there, Unknown)
            elif path in pair.lost or isinstance(value, Unknown):
                if not isinstance(there, Unknown):
                    wrong.append((path, "known", there))
            elif there != value:
                wrong.append((path, value, there))
    assert wrong == []


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.type)
def test_what_is_lost_says_what_to_do(pair: Pair) -> None:
    """Each unknown that the services would have told names the way out."""
    described, found = asked(pair), recorded(pair)

    for one, other in zip(described, found, strict=True):
        assert isinstance(other, Resource)
        known = {path for path, value in facts(one) if not isinstance(value, Unknown)}
        for path, value in facts(other):
            if path in known and isinstance(value, Unknown):
                assert SCAN in value.reason, path


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.type)
def test_a_fact_tells_that_it_was_recorded(pair: Pair) -> None:
    """The observations name the query, and the time at which AWS Config recorded the item."""
    for resource in recorded(pair):
        assert isinstance(resource, Resource)
        assert resource.observations
        for seen in resource.observations:
            assert seen.call == "config:SelectResourceConfig"
            assert seen.at == f"{CAPTURED[:19]}Z"
            assert seen.digest is not None


def test_every_covered_type_is_held_to_this() -> None:
    """No type is read from AWS Config without a pair that shows it."""
    assert {pair.type for pair in PAIRS} == set(knowledge.covered())
