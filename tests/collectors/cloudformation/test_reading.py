"""YAML and JSON with their lines, and whatever else a file may hold."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phiward.collectors.cloudformation.reading import read
from phiward.collectors.documents import Document, Mapping, Span
from phiward.inventory.model import Unknown


def only(text: str | bytes) -> Any:
    """Read one document without problems."""
    document = read(text.encode() if isinstance(text, str) else text)
    assert document.problems == ()
    assert len(document.values) == 1
    return document.values[0]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("2010-09-09", "2010-09-09"),
        ("010", "010"),
        ("012345678901", "012345678901"),
        ("yes", "yes"),
        ("on", "on"),
        ("1_000", "1_000"),
        ("1e3", "1e3"),
        ("'5'", "5"),
        ("5", 5),
        ("-5", -5),
        ("0.5", 0.5),
        ("true", True),
        ("False", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("!Sub '${A}'", {"Fn::Sub": "${A}"}),
        ("!Ref A", {"Ref": "A"}),
        ("!GetAtt A.B.C", {"Fn::GetAtt": ["A", "B.C"]}),
        ("!Condition A", {"Condition": "A"}),
        ("!Join [',', [a]]", {"Fn::Join": [",", ["a"]]}),
    ],
)
def test_scalars_are_read_as_cloudformation_does(written: str, value: Any) -> None:
    """Not as YAML 1.1 would: dates, octal numbers and `yes` are text."""
    assert only(f"A: {written}\n")["A"] == value


def test_a_tag_that_nobody_knows_is_unknown_by_its_name() -> None:
    """Whatever is in it."""
    assert only("Type: !Rain::Module {a: b}\n")["Type"] == Unknown("!Rain::Module is no tag of CloudFormation")


def test_each_member_knows_its_lines() -> None:
    """A block ends with its last child, not where the next one begins."""
    value = only("A:\n  B: 1\n  C:\n    - x\n    - y\n\n# a comment\nD: |\n  one\n  two\nE: 1\n")

    assert value.spans == {"A": Span(1, 5), "D": Span(8, 10), "E": Span(11, 11)}
    assert value["A"].spans == {"B": Span(2, 2), "C": Span(3, 5)}


def test_json_has_lines_too() -> None:
    """As far as it is YAML."""
    assert only('{\n  "A": {\n    "B": 1\n  }\n}\n')["A"].spans == {"B": Span(3, 3)}


def test_json_that_is_no_yaml_is_read_all_the_same() -> None:
    """Two halves of a character, in escapes."""
    value = only('{"A": "\\ud83d\\ude00"}')

    assert value == {"A": "\U0001f600"}
    assert value.spans["A"] == Span(1, 1)


@pytest.mark.parametrize(
    "encoded",
    [
        b"\xef\xbb\xbfA: 1\r\nB: 2\r\n",
        "A: 1\nB: 2\n".encode("utf-16"),
        "A: 1\nB: 2\n".encode("utf-16-le"),
        "A: 1\nB: 2\n".encode("utf-16-be"),
    ],
)
def test_encodings_and_line_ends(encoded: bytes) -> None:
    """A byte order mark, CRLF, UTF-16."""
    value = only(encoded)

    assert value == {"A": 1, "B": 2}
    assert value.spans["B"] == Span(2, 2)


@pytest.mark.parametrize(
    ("written", "line", "why"),
    [
        ("A: 1\nB: [\n", 3, "no YAML"),
        ("A: 1\nB: 2\nA: 3\n", 3, "A is there twice (first in line 1)"),
        ("A: 1\n[1, 2]: 3\n", 2, "a key that is a list or a mapping"),
        ("A: &a\n  - *a\n", 1, "contains itself"),
        ("A: 1\nB: " + "[" * 50_000, 2, "nested more than"),
        ("- " * 50_000, 1, "nested more than"),
        ("A: \x00", None, "no text"),
        (b"\xff\xff", None, "no text"),
    ],
)
def test_what_cannot_be_read_is_a_problem_with_its_line(written: str | bytes, line: int | None, why: str) -> None:
    """Never a traceback, and never the end of the process: the C reader recurses."""
    document = read(written.encode() if isinstance(written, str) else written)

    assert len(document.problems) == 1
    assert document.problems[0].line == line
    assert why in document.problems[0].message


def test_a_bomb_of_aliases_takes_no_room() -> None:
    """What an alias names is one value; too many of them are told, with the line."""
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    value = only("\n".join(lines[:16]))
    bomb = read("\n".join(lines).encode())

    assert value["a15"][0] is value["a15"][1]
    assert bomb.values == ()
    assert [(each.line, each.message) for each in bomb.problems] == [
        (18, "its aliases make more than 2,000,000 values of it")
    ]


def test_merge_keys_give_what_is_not_written() -> None:
    """`<<` is no key of its own."""
    assert only("A: &a {x: 1, y: 2}\nB:\n  <<: *a\n  y: 3\n")["B"] == {"x": 1, "y": 3}


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """Whatever they are."""
    assert isinstance(read(data), Document)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**15), 10**15) | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
        max_leaves=10,
    )
)
def test_json_is_read_as_it_is(value: Any) -> None:
    """Every value, and no key is taken for something else."""
    document = read(json.dumps({"A": value}).encode())

    assert document.problems == ()
    assert isinstance(document.values[0], Mapping)
    assert document.values[0] == {"A": value}
