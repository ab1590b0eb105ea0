"""One resource is one canonical line, and nothing unknown gets lost on the way."""

import json
from typing import Any
from unicodedata import is_normalized, normalize

import msgspec
import pytest
from hypothesis import given, settings
from inventory.samples import BucketConfig, Window
from inventory.strategies import gaps, resources

from phiward.errors import ContentError
from phiward.inventory.aspects import Authentication, Backup, EncryptionAtRest, Exposure, Network, Rule
from phiward.inventory.iam import PolicyDocument, Statement
from phiward.inventory.model import CollectionGap, Lines, Origin, OriginKind, Resource, Unknown
from phiward.inventory.wire import MAX_INT, decode, encode, plain

CONFIGS = {"aws.s3.bucket": BucketConfig}
LIVE = Origin(kind=OriginKind.LIVE)
MANY = settings(max_examples=150, deadline=None)


def bucket(**fields: Any) -> Resource:
    """Return a bucket with some fields."""
    return Resource(id="b", type="aws.s3.bucket", origin=LIVE, **fields)


def test_a_known_resource_is_its_stated_fields() -> None:
    """Defaults are left out; a stated None without default is null; keys are sorted."""
    line = encode(
        bucket(
            encryption_at_rest=EncryptionAtRest(enabled=True, algorithm=None),
            authentication=Authentication(mfa=None),
            backup=Backup(enabled=False, retention_days=0),
            lines={"backup": Lines("main.tf", 3, 4)},
        )
    )

    assert line == (
        b'{"authentication":{"mfa":null},"backup":{"enabled":false,"retention_days":0},'
        b'"encryption_at_rest":{"enabled":true},"id":"b","lines":{"backup":["main.tf",3,4]},'
        b'"origin":{"kind":"live"},"type":"aws.s3.bucket"}'
    )


def test_unknowns_are_lifted_out_of_every_place() -> None:
    """A field, an element, a map's value and a whole aspect are listed by path; an element leaves null behind."""
    item = bucket(
        exposure=Unknown("denied", refs=("aws_s3_bucket.b",)),
        encryption_at_rest=EncryptionAtRest(enabled=Unknown("timed out")),
        network=Network(
            ingress=(
                Rule(protocol="tcp", from_port=1, to_port=2, sources=("10.0.0.0/8", Unknown("var.cidr"))),
                Unknown("dynamic"),
            )
        ),
        config=BucketConfig(
            policy=PolicyDocument(statements=(Statement(effect="Allow", principals=Unknown("who")),)),
            labels={"a.b": Unknown("label"), "c": "d"},
        ),
        relations={"logging_destination": Unknown("where")},
    )

    written = json.loads(encode(item))

    assert written["unknown"] == [
        ['config.labels["a.b"]', "label"],
        ["config.policy.statements[0].principals", "who"],
        ["encryption_at_rest.enabled", "timed out"],
        ["exposure", "denied"],
        ["network.ingress[0].sources[1]", "var.cidr"],
        ["network.ingress[1]", "dynamic"],
        ["relations.logging_destination", "where"],
    ]
    assert written["network"]["ingress"][0]["sources"] == ["10.0.0.0/8", None]
    assert written["network"]["ingress"][1] is None
    assert written["config"]["labels"] == {"c": "d"}
    assert "exposure" not in written
    assert written["encryption_at_rest"] == {}


@MANY
@given(resources())
def test_what_is_written_is_read_back(item: Resource) -> None:
    """Round trip of any resource: the same values, the same line."""
    line = encode(item)
    read = decode(line, CONFIGS)

    assert encode(read) == line
    assert plain(read) == json.loads(line)
    if is_normalized("NFC", repr(plain(item))) and is_normalized("NFC", repr(item)):
        assert msgspec.structs.replace(read, config=None) == msgspec.structs.replace(item, config=None)


@MANY
@given(resources())
def test_a_reader_without_the_struct_keeps_the_line(item: Resource) -> None:
    """A config read as a plain mapping is written the same again."""
    line = encode(item)

    assert encode(decode(line)) == line


@MANY
@given(resources())
def test_every_line_is_canonical(item: Resource) -> None:
    """One line, sorted keys, normal form C, and the fast way writes what the careful way writes."""
    line = encode(item)

    assert b"\n" not in line
    assert line == msgspec.json.encode(plain(item), order="sorted")
    assert line == msgspec.json.encode(msgspec.json.decode(line), order="sorted")
    assert line.isascii() or _all_normal(json.loads(line))


def _all_normal(value: Any) -> bool:
    """Say whether all text within is in normal form C."""
    if isinstance(value, dict):
        return all(is_normalized("NFC", key) and _all_normal(member) for key, member in value.items())
    if isinstance(value, list):
        return all(_all_normal(member) for member in value)
    return not isinstance(value, str) or is_normalized("NFC", value)


@MANY
@given(gaps)
def test_a_gap_survives(item: CollectionGap) -> None:
    """A gap is a line of its own kind."""
    read = decode(encode(item))

    assert isinstance(read, CollectionGap)
    assert encode(read) == encode(item)


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (1.5, "a fraction"),
        ([0.5], "a fraction"),
        ([1, 1e300], "a fraction"),
        (MAX_INT + 1, "beyond 2^53"),
        ([-MAX_INT - 1], "beyond 2^53"),
        ([0, 10**15 * 99], "beyond 2^53"),
        (10**40, "beyond 2^53"),
    ],
)
def test_a_number_that_cannot_be_exact_is_unknown(value: Any, reason: str) -> None:
    """Nothing is rounded in silence."""
    written = json.loads(encode(bucket(config=BucketConfig(policy=None, extra=value))))

    assert reason in written["unknown"][0][1]
    assert written["unknown"][0][0].startswith("config.extra")


def test_the_greatest_exact_numbers_are_kept() -> None:
    """The limits themselves are written, and so is a whole number that came as a float."""
    item = bucket(config=BucketConfig(policy=None, extra=[MAX_INT, -MAX_INT, 3.0]))

    assert json.loads(encode(item))["config"]["extra"] == [MAX_INT, -MAX_INT, 3]


def test_text_that_utf8_cannot_write_is_kept_as_words() -> None:
    """A file name with a stray byte stays readable and distinct."""
    assert json.loads(encode(bucket(name="a\udcff")))["name"] == "a\\udcff"


def test_an_escape_before_a_combining_mark_does_not_compose() -> None:
    r"""`\n` followed by a tilde is not an n with tilde."""
    assert json.loads(encode(bucket(name="\n\u0303")))["name"] == "\n\u0303"


def test_keys_that_unicode_spells_twice_are_unknown_together() -> None:
    """Neither value wins by chance."""
    item = bucket(tags={"\u00e9": "1", "e\u0301": "2"})

    written = json.loads(encode(item))

    assert written["tags"] == {}
    assert written["unknown"][0][0] == "tags." + normalize("NFC", "e\u0301")


def test_bottomless_nesting_is_unknown() -> None:
    """Hostile depth neither crashes nor is written."""
    deep: Any = []
    for _ in range(5000):
        deep = [deep]

    assert b"levels deep" in encode(bucket(config={"deep": deep}))


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({}, "enabled"),
        ({"enabled": None}, "enabled"),
        ({"enabled": "yes"}, "enabled"),
        ({"enabled": 1}, "enabled"),
        ({"enabled": True, "key_owner": "nobody"}, "key_owner"),
    ],
)
def test_what_is_not_stated_as_declared_is_unknown(body: dict[str, Any], path: str) -> None:
    """Missing, null where null says nothing, another shape: unknown, never a value made up."""
    read = decode({"id": "b", "type": "t", "origin": {"kind": "live"}, "encryption_at_rest": body})

    assert isinstance(read, Resource)
    value = getattr(read.encryption_at_rest, path)
    assert isinstance(value, Unknown)
    assert value.reason.startswith("not stated by the source")


def test_an_unknown_below_a_missing_parent_makes_the_parent() -> None:
    """A line written by hand may name the unknown only."""
    read = decode({"id": "b", "type": "t", "origin": {"kind": "live"}, "unknown": [["exposure.public", "denied"]]})

    assert isinstance(read, Resource)
    assert read.exposure == Exposure(public=Unknown("denied"))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"", "not a line"),
        (b"[]", "expected an object, found list"),
        (b'{"id":"b"', "not a line"),
        (b'{"id":"\xff"}', "not a line"),
        (b"[" * 200_000, "not a line"),
        (b'{"type":"t","origin":{"kind":"live"}}', "needs its `id`"),
        (b'{"id":"","type":"t","origin":{"kind":"live"}}', "needs its `id`"),
        (b'{"id":"b","type":"t"}', "origin must be an object"),
        (b'{"id":"b","type":"t","origin":{"kind":"guess"}}', "origin.kind must be one of live"),
        (b'{"id":"b","type":"t","origin":{"kind":"live"},"exposur":{}}', "did you mean 'exposure'?"),
        (b'{"id":"b","type":"t","origin":{"kind":"live"},"exposure":{"publik":true}}', "did you mean 'public'?"),
        (b'{"id":"b","type":"t","origin":{"kind":"live"},"unknown":[["exposure"]]}', "[path, reason]"),
        (b'{"id":"b","type":"t","origin":{"kind":"live"},"unknown":{}}', "[path, reason]"),
        (b'{"id":"b","type":"t","origin":{"kind":"live"},"unknown":[["a..b","x"]]}', "empty name"),
        (
            b'{"id":"b","type":"t","origin":{"kind":"live"},"exposure":{"ways":[]},"unknown":[["exposure.ways[0]","x"]]}',
            "does not have",
        ),
        (b'{"gap":{"source":"aws"}}', "not a gap"),
        (b'{"gap":{"source":"aws","where":"x","reason":"y","typs":[]}}', "not a gap"),
        (b'{"gap":{"source":"aws","where":"x","reason":"y"},"id":"z"}', "nothing but `gap`"),
    ],
)
def test_what_is_no_line_is_a_content_error(line: bytes, said: str) -> None:
    """A malformed line says what is wrong with it."""
    with pytest.raises(ContentError) as caught:
        decode(line)

    assert said in str(caught.value)


def test_the_config_struct_comes_back_where_it_is_known() -> None:
    """With the type's struct the config is that struct, without it a plain mapping."""
    line = encode(bucket(config=BucketConfig(policy=None, windows=(Window(day="sunday", minutes=5),))))

    with_struct, without = decode(line, CONFIGS), decode(line)

    assert isinstance(with_struct, Resource)
    assert isinstance(without, Resource)
    assert with_struct.config == BucketConfig(policy=None, windows=(Window(day="sunday", minutes=5),))
    assert without.config == {"policy": None, "windows": [{"day": "sunday", "minutes": 5}]}
