"""Patterns of actions and resources."""

from hypothesis import given, settings
from hypothesis import strategies as st

from phiward.inventory.iam_match import covers, overlaps

MANY = settings(max_examples=300, deadline=None)

globs = st.text(alphabet="ab*?", max_size=5)


@MANY
@given(globs, globs, st.text(alphabet="ab", max_size=5))
def test_covering_and_overlapping_hold_for_every_text(one: str, other: str, text: str) -> None:
    """If a pattern covers another, it matches all its texts; if two match one text, they overlap."""
    matches_one, matches_other = covers(one, text), covers(other, text)

    assert not (covers(one, other) and matches_other) or matches_one
    assert not (matches_one and matches_other) or overlaps(one, other)
    assert overlaps(one, other) == overlaps(other, one)
