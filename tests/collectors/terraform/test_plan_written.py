"""Which written nested block a planned one was made from."""

from typing import Any

import pytest

from phiward.collectors.terraform.plan_written import fits, nested, origins, same


def const(**values: Any) -> dict[str, Any]:
    """Return a block that is written out."""
    return {name: {"constant_value": value} for name, value in values.items()}


WAITS = {"references": ["aws_vpc.a.id", "aws_vpc.a"]}


def test_a_sorted_set_is_told_by_its_constants() -> None:
    """The block written first is planned last."""
    written = [const(name="z", value="1"), {**const(name="a"), "value": WAITS}]
    planned = [{"name": "a"}, {"name": "z", "value": "1"}]

    assert origins(planned, written, complete=True) == [[1], [0]]


def test_the_last_one_left_is_told_by_the_others() -> None:
    """A block of references alone may be either, until the other has found its own."""
    written = [{"name": WAITS}, const(name="a")]

    assert origins([{"name": "a"}, {"name": "b"}], written, complete=True) == [[1], [0]]


def test_blocks_that_look_alike_are_not_told_apart() -> None:
    """Nothing written out says which is which."""
    assert origins([{"x": 1}, {"x": 2}], [{"x": WAITS}, {"x": WAITS}], complete=True) == [[0, 1], [0, 1]]


def test_a_dynamic_block_makes_what_the_others_do_not() -> None:
    """The content of a `dynamic` block is numbered after those that stand alone, and may have made several."""
    planned = [{"port": 443, "cidr": "a"}, {"port": 443, "cidr": "b"}, {"port": 22}]

    made = origins(planned, [const(port=22)], repeated=[{**const(port=443), "cidr": WAITS}], complete=True)

    assert made == [[1], [1], [0]]


def test_what_a_hidden_dynamic_block_may_have_made_is_not_known() -> None:
    """A plan leaves `dynamic` blocks out: a planned block is a written one's only where no other can be."""
    assert origins([{"port": 22}, {"port": 443}], [const(port=22)], complete=False) == [[0], []]
    assert origins([{"port": 22}, {"port": 22}], [const(port=22)], complete=False) == [[], []]


def test_a_value_that_the_provider_changed_tells_nothing() -> None:
    """No planned block is what the first one says: any may be any."""
    written = [const(name="ONE"), {"name": WAITS}]

    assert origins([{"name": "one"}, {"name": "two"}], written, complete=True) == [[0, 1], [0, 1]]
    assert origins([{"name": "one"}, {"name": "two"}, {}], written, complete=False) == [[], [], []]


def test_nested_blocks_tell_too() -> None:
    """Two rules differ only within; a block that is known after the apply tells nothing."""
    written = [{"default": [const(algorithm="aws:kms")]}, {"default": [const(algorithm="AES256")]}]
    planned = [{"default": [{"algorithm": "AES256"}]}, {"default": [{"algorithm": "aws:kms"}]}]

    assert origins(planned, written, complete=True) == [[1], [0]]
    assert fits({}, written[0])
    assert not fits({"default": []}, written[0])


@pytest.mark.parametrize(
    ("planned", "constant", "alike"),
    [
        (30, "30", True),
        (30, 30.0, True),
        ("true", True, True),
        (None, "", True),
        (None, 0, True),
        (None, "x", False),
        ("x", None, False),
        (["b", "a"], ["a", "b"], True),
        (["a"], ["a", "a"], False),
        (["a", "c"], ["a", "b"], False),
        ([], None, True),
        ({"a": "1", "b": None}, {"a": 1}, True),
        ({"a": "2"}, {"a": 1}, False),
        (False, True, False),
    ],
)
def test_values_are_compared_as_the_provider_converts_them(planned: object, constant: object, alike: bool) -> None:
    """Numbers, texts and sets are the same in the type that the provider gives them."""
    assert same(planned, constant) is alike


@pytest.mark.parametrize(
    ("written", "blocks"),
    [
        ([{"a": WAITS}], [{"a": WAITS}]),
        ({"a": WAITS}, [{"a": WAITS}]),
        (WAITS, None),
        ({"constant_value": "x"}, None),
        ({"constant_value": []}, None),
        ({"constant_value": [{"a": 1, "b": None}]}, [{"a": {"constant_value": 1}}]),
        ({}, None),
        (None, None),
    ],
)
def test_nested_blocks_are_told_from_arguments(written: object, blocks: object) -> None:
    """A block may stand in a list, alone, or as an argument's constant value."""
    assert nested(written) == blocks


def test_very_many_blocks_are_not_compared() -> None:
    """The work does not grow with the square of a hostile plan."""
    assert origins([{}] * 200, [{}] * 200, complete=True) == [[]] * 200
    assert fits({"a": [{}] * 200}, {"a": [const(x=1)] * 200})
    assert same([str(each) for each in range(100_000)], [str(each) for each in reversed(range(100_000))])


def test_very_deep_blocks_are_not_compared() -> None:
    """Nesting without end does not end the process."""
    planned: dict[str, Any] = {"x": 1}
    written: dict[str, Any] = const(x=2)
    for _ in range(5_000):
        planned, written = {"a": [planned]}, {"a": [written]}

    assert fits(planned, written)
