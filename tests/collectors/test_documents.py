"""YAML and JSON with their lines, however they are written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phiward.collectors import documents
from phiward.collectors.documents import Mapping, Problem, Sequence, Span, read
from phiward.inventory.model import Unknown


def test_each_key_has_its_lines() -> None:
    """From the key to the last line of its value, not to the next key."""
    (found,) = read(b"a: 1\nb:\n  c:\n  - x\n  - y\n\n# more\nd: {e: [1,\n  2]}\n").values

    assert isinstance(found, Mapping)
    assert found.spans == {"a": Span(1, 1), "b": Span(2, 5), "d": Span(8, 9)}
    inner = found["b"]["c"]
    assert isinstance(inner, Sequence)
    assert (inner.span, inner.spans) == (Span(4, 5), [Span(4, 4), Span(5, 5)])


def test_what_scalars_mean() -> None:
    """Dates, octal numbers, and yes stay text; quoted ones always do."""
    (found,) = read(b"a: true\nb: 12\nc: 1.5\nd: yes\ne: 010\nf: 2010-09-09\ng: '12'\nh: ~\ni:\nj: +1\n").values

    assert dict(found) == {
        "a": True,
        "b": 12,
        "c": 1.5,
        "d": "yes",
        "e": "010",
        "f": "2010-09-09",
        "g": "12",
        "h": None,
        "i": None,
        "j": 1,
    }


@pytest.mark.parametrize(
    "data",
    [
        "a: ü\n".encode(),
        b"\xef\xbb\xbfa: \xc3\xbc\n",
        "a: ü\n".encode("utf-16"),
        "a: ü\n".encode("utf-16-le"),
        "a: ü\n".encode("utf-16-be"),
        "a: ü\r\n".encode(),
        '{"a": "ü"}'.encode(),
        b'{"a": "\\u00fc"}',
        '{\n\t"a": "ü"\n}'.encode(),
    ],
)
def test_however_it_is_written(data: bytes) -> None:
    """Byte order marks, UTF-16, line ends and JSON."""
    assert read(data).values == ({"a": "ü"},)


def test_json_that_is_no_yaml() -> None:
    """Escapes of surrogate pairs are read without lines of their own."""
    found = read(b'{"a": "\\ud83d\\ude00",\n "b": [1]}')

    assert found.values == ({"a": "\U0001f600", "b": [1]},)
    assert found.problems == ()


def test_keys_that_are_there_twice() -> None:
    """The last counts, and it is told; the rest of the file is read."""
    found = read(b"a: 1\nb: 2\na: 3\n")

    assert found.values == ({"a": 3, "b": 2},)
    assert found.problems == (Problem(3, "a is there twice (first in line 1): the last counts", hides=False),)


def test_merged_keys() -> None:
    """What is written beside `<<` wins; the lines are those of the anchor."""
    _, found = read(b"x: &x {a: 1, b: 2}\n---\ny: &y {a: 1, b: 2}\nz: {<<: *y, b: 3}\n").values

    assert found["z"] == {"a": 1, "b": 3}
    assert found["z"].spans["a"] == Span(3, 3)


def test_the_documents_before_a_mistake_are_kept() -> None:
    """The rest of the file is a problem with its line."""
    found = read(b"a: 1\n---\nb: [\n---\nc: 1\n")

    assert found.values == ({"a": 1},)
    assert [(each.line, each.hides) for each in found.problems] == [(4, True)]


def test_a_tag_that_nobody_knows() -> None:
    """Its value cannot be known."""
    assert read(b"a: !x 1\n").values == ({"a": Unknown("the tag !x is not one that this kind of file has")},)


BOMB = b"a: &a [x, x, x, x, x, x, x, x, x, x]\n" + b"".join(
    f"{b}: &{b} [{', '.join(['*' + a] * 10)}]\n".encode() for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (BOMB, "its aliases make more than"),
        (b"a: &a\n  b: *a\n", "it contains itself"),
        (b"[" * 1000 + b"]" * 1000, "nested more than"),
        (b"- " * 1000 + b"a\n", "nested more than"),
        (b"".join(b" " * n + b"a:\n" for n in range(900)), "nested more than"),
        (b"a: \x00\n", "it is no text"),
        (b"\xff\xff\xff", "it is no text"),
        (b"a: b: c\n", "it is no YAML"),
        (b"a: 'b\n", "it is no YAML"),
        (b"? [a]\n: b\n", "a key that is a list"),
        (b" " * (documents.SIZE + 1), "larger than"),
    ],
)
def test_what_cannot_be_read(data: bytes, told: str) -> None:
    """Each is a problem, never an error."""
    found = read(data)

    assert any(told in each.message for each in found.problems), found.problems


def test_an_unquoted_tab_ends_in_a_problem_or_a_value() -> None:
    """Libyaml takes tabs that the pure reader does not: neither may raise."""
    assert read(b"a:\n\tb: 1\n").problems


@given(st.binary(max_size=200) | st.text(alphabet="ab:-[]{}&*!?|>'\"#, \n\t", max_size=80).map(str.encode))
def test_nothing_makes_it_fail(data: bytes) -> None:
    """Whatever the bytes are, there are values or problems."""
    read(data)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
        max_leaves=20,
    )
)
def test_json_means_what_it_says(value: object) -> None:
    """Read as YAML, JSON has the same values."""
    assert read(json.dumps([value]).encode()).values == ([value],)
