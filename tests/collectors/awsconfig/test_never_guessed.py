"""What a configuration item lacks is never taken for the service's default."""

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from config_facts import facts, recorded
from config_items import Pair
from config_pairs import PAIRS

from phiward.collectors.awsconfig import knowledge
from phiward.inventory.model import Resource, Unknown

_ENTRIES = {"value", "all", "new"}
"""What stands in the place of a member, but is an entry of a mapping, or a wrapped word."""


def without(pair: Pair) -> Iterator[tuple[str, Pair]]:
    """Yield a pair for each member of its items' configurations and supplements, without that member."""
    for number, item in enumerate(pair.items):
        for part in ("configuration", "supplementaryConfiguration"):
            for path in places(item[part]):
                bare = copy.deepcopy(item)
                remove(bare[part], path)
                items = (*pair.items[:number], bare, *pair.items[number + 1 :])
                name = ".".join(str(each) for each in path if not isinstance(each, int))
                yield (
                    f"{item['resourceType']} {name}".lower(),
                    Pair(pair.type, pair.answers, items, pair.lost, count=pair.count),
                )


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every member of a structure."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in _ENTRIES:
                yield (*path, name)
                yield from places(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from places(inner, (*path, number))


def remove(value: Any, path: tuple[str | int, ...]) -> None:
    """Take a member out of a structure."""
    for each in path[:-1]:
        value = value[each]
    del value[path[-1]]


def unsure(value: Any) -> bool:
    """Say whether a fact is unknown, or a part of it."""
    return isinstance(value, Unknown) or "Unknown(reason=" in repr(value)


def recorded_where_there_is_one() -> set[str]:
    """Return the members that an item leaves out where the service has none: to lack one is to say so."""
    return {
        f"{kind.config} {path.removesuffix('.*')}".lower()
        for kind in knowledge.kinds().values()
        for path in kind.optional
    }


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.type)
def test_a_member_that_is_missing_makes_unknown_what_rests_on_it(pair: Pair) -> None:
    """For each member in turn: no fact changes to another one; those that rest on it become unknown."""
    whole = {resource.id: dict(facts(resource)) for resource in recorded(pair) if isinstance(resource, Resource)}
    optional = recorded_where_there_is_one()
    guessed = []
    for name, bare in without(pair):
        if any(name == each or name.startswith(f"{each}.") for each in optional):
            continue
        for resource in recorded(bare):
            if not isinstance(resource, Resource) or resource.id not in whole:
                continue
            told = dict(facts(resource))
            for path, before in whole[resource.id].items():
                after = told.get(path, told.get(path.partition(".")[0]))
                if after != before and not unsure(after) and not isinstance(before, Unknown):
                    guessed.append((name, path, before, after))
    assert guessed == []


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.type)
def test_an_item_without_tags_does_not_say_that_there_are_none(pair: Pair) -> None:
    """They are unknown, unless its configuration tells them too; and so is what rests on them."""
    for whole, bare in zip(recorded(pair), recorded(pair, lacking="tags"), strict=True):
        assert isinstance(whole, Resource)
        assert isinstance(bare, Resource)
        told = dict(facts(bare))
        changed = {path for path, value in facts(whole) if told.get(path) != value} - {"name"}
        assert all(unsure(told[path]) for path in changed)
        assert bare.tags == whole.tags or isinstance(bare.tags, Unknown)
        assert bare.tags != {} or whole.tags == {}
