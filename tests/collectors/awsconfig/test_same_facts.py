"""A resource has the same facts, whether the services describe it or AWS Config recorded it."""

import pytest
from config_facts import asked, facts, recorded
from config_items import CAPTURED, Pair
from config_pairs import PAIRS

from phiward.collectors.awsconfig import knowledge
from phiward.collectors.awsconfig.records import SCAN
from phiward.inventory.model import CollectionGap, Resource, Unknown


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
