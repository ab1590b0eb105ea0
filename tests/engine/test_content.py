"""Content files mean what people mean by them, and hostile ones are refused."""

import pytest

from phiward.engine.content import parse
from phiward.errors import ContentError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("true", True),
        ("1.2.3", "1.2.3"),
        ('"1.10"', "1.10"),
        ("22:22", "22:22"),
        ("010", "010"),
        ("2026-11-23", "2026-11-23"),
        ("-7", -7),
        ("~", None),
        ("'true'", "true"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
    ],
)
def test_a_scalar_means_what_people_mean(text: str, value: object) -> None:
    """Nothing is read the way YAML 1.1 surprises people."""
    assert parse(f"key: {text}".encode(), "x.yaml").plain() == {"key": value}


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is empty"),
        (b"a: 1\na: 2\n", "written twice"),
        (b"a: [", "is not YAML"),
        (b"\xff", "is not UTF-8"),
        (b"a: !!python/object:os.system {}", "tags like"),
        (b"a: &a {<<: *a}", "merge keys"),
        (b"a: *b", "no anchor"),
        (b"a: 1\n---\nb: 2", "more than one document"),
        (b"[" * 5000, "nests deeper"),
        (b"? [a]\n: 1", "a key must be plain text"),
        (b"a: " + b"x" * 2_000_000, "is larger than"),
    ],
)
def test_a_wrong_file_is_refused(data: bytes, message: str) -> None:
    """Every way a file can be wrong is one error in words."""
    with pytest.raises(ContentError, match=message):
        parse(data, "x.yaml")


def test_an_alias_bomb_is_refused() -> None:
    """Aliases count for what they repeat, so a small file stays small."""
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]

    with pytest.raises(ContentError, match="aliases expanded"):
        parse("\n".join(lines).encode(), "x.yaml")


def test_a_value_knows_its_place() -> None:
    """Line and column of keys and values count from one."""
    node = parse(b"a:\n  b: 7\n", "x.yaml")

    inner = node.value["a"]
    assert (inner.keys["b"], inner.value["b"].line, inner.value["b"].column) == ((2, 3), 2, 6)
