"""Canonical JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phiward.errors import EvidenceError
from phiward.evidence import canonical

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | text,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_what_is_written_is_read_back(value: Any) -> None:
    """An ordinary JSON reader and the strict one both get the same value."""
    encoded = canonical.encode(value)

    assert json.loads(encoded) == value
    assert canonical.parse_canonical(encoded, "x") == value


@given(st.dictionaries(text, st.none(), max_size=6))
def test_keys_are_sorted_by_utf16_code_units(value: dict[str, None]) -> None:
    """RFC 8785, 3.2.3: not by code points; the two differ beyond the basic plane."""
    keys = [key for key, _ in json.loads(canonical.encode(value), object_pairs_hook=list)]

    assert keys == sorted(keys, key=lambda key: [int.from_bytes(unit) for unit in units(key)])


def units(key: str) -> list[bytes]:
    """Return the UTF-16 code units of a key."""
    raw = key.encode("utf-16-be")
    return [raw[start : start + 2] for start in range(0, len(raw), 2)]


def test_the_example_of_the_rfc() -> None:
    """The key order of RFC 8785, 3.2.3."""
    value = {"\u20ac": 1, "\r": 2, "\ufb33": 3, "1": 4, "\U0001f600": 5, "\x80": 6, "\u00f6": 7}

    assert list(json.loads(canonical.encode(value))) == ["\r", "1", "\x80", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


@pytest.mark.parametrize("value", [1.5, 2**53, -(2**53), {1: 2}, "\ud800", b"x", {"a": {1, 2}}, float("nan")])
def test_what_is_outside_the_profile_is_refused(value: Any) -> None:
    """Never bent into something else."""
    with pytest.raises(EvidenceError):
        canonical.encode(value)


@pytest.mark.parametrize(
    "raw",
    [
        b'{"a":1,"a":2}',
        b'{"x":{"a":1,"\\u0061":2}}',
        b"1.0",
        b"1e3",
        b"NaN",
        b"-Infinity",
        b"9007199254740992",
        b"1" * 5000,
        b"\xff",
        b'\xef\xbb\xbf{"a":1}',
        b'"\\ud800"',
        b"{} {}",
        b"",
        b"[" * 100 + b"]" * 100,
        b"[" * 100_000,
    ],
)
def test_json_that_two_readers_could_read_differently_is_refused(raw: bytes) -> None:
    """Twice the same key, fractions, huge numbers, bad UTF-8, depth."""
    with pytest.raises(EvidenceError):
        canonical.encode(canonical.parse(raw, "x"))


@pytest.mark.parametrize("raw", [b'{"b":1,"a":2}', b'{"a": 1}', b'{"a":1}\n', b'"\\u0061"'])
def test_another_spelling_is_not_canonical(raw: bytes) -> None:
    """The same value in other bytes is told."""
    with pytest.raises(EvidenceError, match="not in canonical form"):
        canonical.parse_canonical(raw, "x")
