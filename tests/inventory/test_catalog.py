"""The catalog says what each type has, and which word was meant."""

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inventory.samples import BUCKET, HOST
from msgspec import Struct

from phiward.errors import ContentError
from phiward.inventory import paths
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.catalog import Catalog, Field, PathError, ResourceType, within

CATALOG = Catalog.of([HOST, BUCKET])


def test_types_come_in_order_with_what_they_declare() -> None:
    """A type's aspects, relations and whether it stores data are there, whatever order they were declared in."""
    assert list(CATALOG.types) == ["aws.s3.bucket", "host.linux"]
    assert CATALOG.types["aws.s3.bucket"].aspects == ("encryption_at_rest", "exposure", "network")
    assert CATALOG.types["aws.s3.bucket"].stores_data
    assert CATALOG.types["host.linux"].config is None


@pytest.mark.parametrize(
    ("path", "kind", "optional", "stated", "default"),
    [
        ("encryption_at_rest", "struct", False, True, None),
        ("encryption_at_rest.enabled", "bool", False, True, None),
        ("encryption_at_rest.key_owner", "str", True, False, None),
        ("exposure.ways", "list", False, False, []),
        ("network.ingress[].from_port", "int", False, True, None),
        ("network.ingress[3].sources[0]", "str", False, False, None),
        ("config.policy", "policy", True, True, None),
        ("config.windows[].minutes", "int", False, False, 0),
        ("config.limits.nightly.minutes", "int", False, False, 0),
        ('config.limits["a.b"].minutes', "int", False, False, 0),
        ("config.extra.whatever[0].below", "any", False, False, None),
        ("relations.logging_destination", "list", False, False, []),
        ("relations.logging_destination[0]", "str", False, False, None),
        ("tags", "map", True, False, None),
        ("tags.owner", "str", False, False, None),
        ("origin.kind", "str", False, True, None),
        ("region", "str", True, False, None),
    ],
)
def test_a_path_leads_to_its_field(path: str, kind: str, optional: bool, stated: bool, default: Any) -> None:
    """Kind, absence and default follow from the type hint and the declared default."""
    field = CATALOG.at("aws.s3.bucket", path)

    assert (field.kind, field.optional, field.stated, field.default) == (kind, optional, stated, default)


def test_literals_and_enums_name_their_values() -> None:
    """The allowed words are known, so that a control can be held to them."""
    assert CATALOG.at("aws.s3.bucket", "encryption_at_rest.key_owner").values == ("provider", "managed", "customer")
    assert "terraform-plan" in CATALOG.at("aws.s3.bucket", "origin.kind").values


@pytest.mark.parametrize(
    ("type_name", "path", "said", "nearest"),
    [
        ("aws.s3.buket", "id", "no resource type", "aws.s3.bucket"),
        ("aws.s3.bucket", "network.ingres", "'network' of aws.s3.bucket has no 'ingres'", "ingress"),
        ("aws.s3.bucket", "encryption_at_rst.enabled", "has no 'encryption_at_rst'", "encryption_at_rest"),
        ("aws.s3.bucket", "patching.automatic", "no aspect 'patching' (its aspects: encryption_at_rest,", None),
        ("aws.s3.bucket", "network.ingress.protocol", "is a list: write `[]`", None),
        ("aws.s3.bucket", "exposure.public.x", "is a bool and holds no 'x'", None),
        ("aws.s3.bucket", "exposure.public[0]", "is a bool, not a list", None),
        ("aws.s3.bucket", "config.policy.statements", "policy_public", None),
        ("aws.s3.bucket", "exposure..public", "empty name", None),
        ("aws.s3.bucket", "network.ingress[x]", "malformed at character 16", None),
    ],
)
def test_a_wrong_path_says_what_was_meant(type_name: str, path: str, said: str, nearest: str | None) -> None:
    """The error names the place and the nearest valid word."""
    with pytest.raises(PathError) as caught:
        CATALOG.at(type_name, path)

    assert said in str(caught.value)
    assert caught.value.nearest == nearest


def test_a_relative_path_is_followed_from_a_field() -> None:
    """Conditions on elements ask relative to the element."""
    rule = CATALOG.at("aws.s3.bucket", "network.ingress[]")

    assert within(rule, "sources[]").kind == "str"


def test_it_survives_json() -> None:
    """What goes into a bundle comes back equal, with docs and without."""
    documented = Catalog.of([BUCKET, HOST], docs=True)

    assert Catalog.from_json(CATALOG.to_json()) == CATALOG
    assert Catalog.from_json(documented.to_json()) == documented


@pytest.mark.parametrize("data", [b"", b"[]", b'{"types":3}', b"\xff", b"[" * 100_000])
def test_a_broken_catalog_is_a_content_error(data: bytes) -> None:
    """Nothing a bundle says is trusted."""
    with pytest.raises(ContentError, match="not a catalog"):
        Catalog.from_json(data)


def test_docs_are_the_text_under_the_field() -> None:
    """Field docs come from the source, class docs where a field has none; without asking there are none."""
    documented = Catalog.of([BUCKET], docs=True)

    assert documented.at("aws.s3.bucket", "config.policy").doc == "The bucket policy. None: there is none."
    assert documented.at("aws.s3.bucket", "config.windows[].day").doc == "The day of the week."
    assert documented.at("aws.s3.bucket", "encryption_at_rest").doc.startswith("Whether what is stored is encrypted")
    assert documented.at("aws.s3.bucket", "relations.logging_destination").doc
    assert CATALOG.at("aws.s3.bucket", "config.policy").doc == ""


def test_two_types_of_one_name_are_refused() -> None:
    """A name means one type."""
    with pytest.raises(ValueError, match="two modules"):
        Catalog.of([BUCKET, BUCKET])


class _Fraction(Struct, frozen=True, kw_only=True, omit_defaults=True):
    share: float


class _Verbose(Struct, frozen=True, kw_only=True):
    name: str | None = None


class _Word(Struct, frozen=True, kw_only=True, omit_defaults=True):
    word: str = "a default that equal values need not share"


@pytest.mark.parametrize(
    ("config", "said"), [(_Fraction, "float"), (_Verbose, "omit_defaults"), (_Word, "defaults to")]
)
def test_what_the_wire_cannot_carry_is_refused(config: type[Struct], said: str) -> None:
    """A config struct that would not be written the same each time is told to its author."""
    with pytest.raises(TypeError, match=said):
        Catalog.of([ResourceType(name="x.y.z", title="X", aspects=(EncryptionAtRest,), config=config)])


def test_importing_it_loads_nothing_heavy() -> None:
    """Hot start-up pays neither for docs nor for nearest words."""
    code = (
        "import sys; from phiward.inventory.catalog import Catalog; Catalog.of([]);"
        "print(sorted({'phiward.inventory.docs', 'difflib', 'jsonschema', 'zstandard'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


names = st.text(max_size=8) | st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
steps = st.lists(names | st.integers(0, 999_999_999) | st.just(paths.EVERY), min_size=1, max_size=6)


@given(steps)
def test_paths_survive_being_written(given_steps: list[paths.Step]) -> None:
    """Any key, however odd, is written so that it is read back the same."""
    assert paths.parse(paths.join(given_steps)) == tuple(given_steps)


@given(st.text(alphabet='ab.[]"0\\', max_size=12))
def test_any_text_is_a_path_or_a_value_error(text: str) -> None:
    """A malformed path never raises anything else, and a well-formed one is canonical up to its spelling of keys."""
    try:
        read = paths.parse(text)
    except ValueError:
        return
    assert paths.parse(paths.join(read)) == read


def test_a_field_of_kind_any_holds_everything() -> None:
    """Nothing is known below it, so nothing is refused."""
    assert within(Field(kind="any"), "a[0].b").kind == "any"
