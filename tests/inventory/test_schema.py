"""The schema is generated from the structs and agrees with what is written; descriptions say what may be asked."""

import json
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from inventory.samples import BUCKET, HOST, BucketConfig
from inventory.strategies import gaps, resources

from phiward.inventory.aspects import Aspect, EncryptionAtRest, Exposure, Network, Patching, Rule
from phiward.inventory.catalog import Catalog, PathError, ResourceType
from phiward.inventory.describe import describe, overview
from phiward.inventory.model import Origin, OriginKind, Resource, Unknown
from phiward.inventory.schema import json_schema, problems
from phiward.inventory.shapes import aspect_types
from phiward.inventory.wire import encode

CATALOG = Catalog.of([BUCKET, HOST], docs=True)
ALL: tuple[type[Aspect], ...] = tuple(aspect_types().values())
EVERYTHING = Catalog.of(
    [ResourceType(name=BUCKET.name, title="x", aspects=ALL, config=BucketConfig, relations=BUCKET.relations)], docs=True
)


def bucket(**fields: Any) -> Resource:
    """Return a bucket that fills all its type declares, changed by fields."""
    whole: dict[str, Any] = {
        "encryption_at_rest": EncryptionAtRest(enabled=True),
        "exposure": Exposure(public=False),
        "network": Network(),
        "config": BucketConfig(policy=None),
    }
    return Resource(id="b", type="aws.s3.bucket", origin=Origin(kind=OriginKind.LIVE), **(whole | fields))


def wrong(aspect: Any, **fields: Any) -> Any:
    """Return an aspect as a careless collector would make it."""
    return aspect(**fields)


def test_the_schema_is_valid_and_documented() -> None:
    """It is itself valid, and carries the meaning of each field."""
    schema = json_schema(CATALOG)

    jsonschema.Draft202012Validator.check_schema(schema)
    assert "encrypted" in schema["$defs"]["encryption_at_rest"]["properties"]["enabled"]["description"]


SCHEMA = json_schema(EVERYTHING)
del SCHEMA["$defs"]["type:aws.s3.bucket"]["properties"]["relations"]["additionalProperties"]
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


@settings(max_examples=40, deadline=None)
@given(resources() | gaps)
def test_whatever_is_written_follows_the_schema(item: Any) -> None:
    """The schema and the wire form are two views of the same structs."""
    VALIDATOR.validate(json.loads(encode(item)))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, []),
        ({"exposure": Unknown("denied"), "config": BucketConfig(policy=Unknown("denied"))}, []),
        ({"exposure": None}, ["exposure: the type declares it and the resource lacks it"]),
        ({"patching": Patching(automatic=True)}, ["patching: the type does not declare this aspect"]),
        ({"config": None}, ["config: the type declares it and the resource lacks it"]),
        ({"config": {}}, ["config.policy: must be stated"]),
        ({"config": {"policy": None, "polcy": 1}}, ["config.polcy: there is no such field"]),
        ({"relations": {"subnet": ("x",)}}, ["relations.subnet: the type does not declare it"]),
        ({"exposure": wrong(Exposure, public="no")}, ["exposure.public: expected bool, found str"]),
        ({"exposure": wrong(Exposure, public=None)}, ["exposure.public: null says nothing here"]),
        ({"exposure": wrong(Exposure, public=False, ways=(3,))}, ["exposure.ways[0]: expected str, found int"]),
        ({"tags": {"a.b": 3}}, ['tags["a.b"]: expected str, found int']),
        (
            {"encryption_at_rest": wrong(EncryptionAtRest, enabled=True, key_owner="me")},
            ["encryption_at_rest.key_owner: 'me' is none of provider, managed, customer"],
        ),
        ({"network": Network(ingress=(Unknown("dynamic"),))}, []),
        ({"network": Network(ingress=(Rule(protocol="tcp", from_port=Unknown("x"), to_port=1),))}, []),
    ],
)
def test_problems_of_a_resource(fields: dict[str, Any], said: list[str]) -> None:
    """What a collector did wrong is said by path; what it could not see is no problem."""
    assert problems(bucket(**fields), CATALOG) == said


def test_times_are_held_to_their_form() -> None:
    """A date that is no date is told."""
    host = Resource(
        id="h",
        type="host.linux",
        origin=Origin(kind=OriginKind.HOST),
        patching=Patching(automatic=True, checked="2026-11-23"),
    )

    assert problems(host, CATALOG) == ["patching.checked: '2026-11-23' is not written as a time"]


def test_a_type_is_described_by_its_paths() -> None:
    """Each path a control may name, with what it holds, whether it may be absent, and its meaning."""
    rows = {row.path: row for row in describe(CATALOG, "aws.s3.bucket")}

    assert rows["encryption_at_rest.key_owner"].type == "provider | managed | customer"
    assert rows["encryption_at_rest.key_owner"].absent
    assert rows["network.ingress[].sources"].type == "list of text"
    assert rows["config.policy"].doc == "The bucket policy. None: there is none."
    assert rows["relations.logging_destination"].type == "list of text"
    assert all(CATALOG.at("aws.s3.bucket", path.replace("NAME", "x")) for path in rows)


def test_an_aspect_is_described_alone() -> None:
    """The rows of an aspect begin with the aspect itself."""
    assert [row.path for row in describe(CATALOG, "monitoring")] == [
        "monitoring",
        "monitoring.enabled",
        "monitoring.alerts",
    ]


def test_an_unknown_name_says_what_was_meant() -> None:
    """The nearest type or aspect is offered."""
    with pytest.raises(PathError, match="did you mean 'monitoring'"):
        describe(CATALOG, "monitorin")


def test_the_overview_has_every_aspect_and_type() -> None:
    """Nothing that can be asked for is missing."""
    assert {row.path for row in overview(CATALOG)} == set(CATALOG.aspects) | set(CATALOG.types)
