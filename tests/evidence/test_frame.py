"""Code frames: the right characters marked, nothing hostile and nothing secret shown."""

import unicodedata
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phiward.evidence.frame import WIDEST, Mark, frame, span
from phiward.evidence.leaks import HIDDEN, without_secrets


def shown(lines: Sequence[str] | None, line: int, end: int | None = None, owner: int | None = None) -> list[str]:
    """Return the frame of one mark."""
    return frame(lines, [Mark(line, end or line, ("is so",))], owner, str)


@pytest.mark.parametrize(
    ("line", "marked"),
    [
        ("  storage_encrypted = false # later", "false"),
        ("  x=var.y", "var.y"),
        ('  name = "a # b" // c', '"a # b"'),
        ("  cidr_blocks = [", "cidr_blocks = ["),
        ("  policy = jsonencode({", "policy = jsonencode({"),
        ("  user_data = <<-EOT", "user_data = <<-EOT"),
        ('resource "aws_s3_bucket" "b" {', 'resource "aws_s3_bucket" "b"'),
        ("      StorageEncrypted: false", "false"),
        ('      "StorageEncrypted": false,', "false"),
        ("  - name: web  # first", "web"),
        ("Resources:", "Resources:"),
        ("  a == b", "a == b"),
        ("", ""),
        ("# only this", ""),
    ],
)
def test_the_expression_is_marked(line: str, marked: str) -> None:
    """Of HCL, YAML and JSON alike."""
    start, end = span(line)

    assert line[start:end] == marked


def test_a_frame_shows_whose_line_it_is() -> None:
    """The head of the resource, what is left out, and the mark."""
    lines = ["# c", 'resource "a" "b" {', "  x = 1", "  y = false", "}"]

    assert shown(lines, 4, owner=2) == [
        "  |",
        '2 | resource "a" "b" {',
        "… |",
        "4 |   y = false",
        "  |       ^^^^^ is so",
    ]


def test_several_reasons_share_a_line() -> None:
    """Marked once."""
    lines = ["a = 1", "b = 2"]
    marks = [Mark(2, 2, ("second",)), Mark(1, 1, ("first", "also"))]

    assert frame(lines, marks, None, str) == [
        "  |",
        "1 | a = 1",
        "  |     ^ first",
        "  |     also",
        "2 | b = 2",
        "  |     ^ second",
    ]


def test_a_list_of_plain_values_goes_on() -> None:
    """It is what the reader looks for; anything that may hold a secret is not shown."""
    lines = ["  cidr_blocks = [", '    "10.0.0.0/8",', "    var.office,", "  ]", "}"]
    other = ["  environment = [", "    {", '      value = "hunter2"', "    }]"]

    assert shown(lines, 1, 4)[3:] == ['2 |     "10.0.0.0/8",', "3 |     var.office,", "4 |   ]"]
    assert shown(other, 1, 4)[3:] == []


@pytest.mark.parametrize("lines", [None, [], ["x = 1"]])
def test_without_the_line_the_reason_stands_alone(lines: list[str] | None) -> None:
    """A file that is gone, or shorter than it was."""
    assert shown(lines, 2) == ["  | is so"]


def test_tabs_and_wide_characters_keep_the_mark_in_place() -> None:
    """Columns, not characters."""
    assert shown(['\tname = "病院" # x', ""], 1)[1:] == ['1 |     name = "病院" # x', "  |            ^^^^^^ is so"]


def test_long_lines_are_cut_around_the_mark() -> None:
    """A line of a megabyte costs no screen."""
    line = f"  {'a' * 90} = {'b' * 60} # {'c' * 1_000}"

    _, code, mark = shown([line], 1)
    begin = mark.index("^")

    assert len(code) < WIDEST + 10
    assert code[begin : begin + 60] == "b" * 60
    assert code.startswith("1 | …")
    assert code.endswith("…")


HOSTILE = "\x1b[2J\u202e\x07\u2028"


@given(text=st.text(max_size=300), line=st.integers(0, 5))
def test_nothing_acts_on_a_terminal(text: str, line: int) -> None:
    """Whatever stands in the file, and whatever the reason says."""
    lines = [text.replace("\n", " "), HOSTILE, f"x = {HOSTILE}"]
    told = frame(lines, [Mark(line, line, (f"is {HOSTILE}",))], 1, str)

    for each in told:
        assert not {unicodedata.category(sign) for sign in each} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
        assert len(each) < 4 * WIDEST + 400


@pytest.mark.parametrize(
    "line",
    [
        '  password = "hunter2"',
        "  master_password: hunter2",
        '  "MasterUserPassword": "hunter2",',
        '  db_pwd = "hunter2" # hunter2',
        '  api_key = "${hunter2}"',
        '  DB_PASSWORD = "hunter2"',
        '  environment = [{ name = "DB_PASSWORD", value = "hunter2" }]',
        '  {"name": "TOKEN", "value": "hunter2"}',
        "  export TOKEN=hunter2",
        '  secret_string = jsonencode({ a = "hunter2" })',
        '  connection_string = "Server=x;Password=hunter2"',
        "  url = postgres://app:hunter2@db/x",
        "  password = 1234567 + hunter2",
    ],
)
def test_literals_that_look_like_secrets_are_not_shown(line: str) -> None:
    """A terminal is recorded, a pipeline's log is kept."""
    assert "hunter2" not in without_secrets(line)
    assert HIDDEN in without_secrets(line)


@pytest.mark.parametrize(
    "line",
    [
        "  password = var.password",
        "  password = random_password.db.result",
        '  kms_key_id = aws_kms_key.ephi.arn # "token"',
        "  iam_database_authentication_enabled = false",
        '  name = "web"',
        'resource "aws_secretsmanager_secret" "db" {',
        "  manage_master_user_password = true",
        "  minimum_password_length = 8",
        "  secrets = [",
    ],
)
def test_what_is_no_secret_is_shown(line: str) -> None:
    """References, switches, numbers of rules."""
    assert without_secrets(line) == line


@given(text=st.text(max_size=2_000))
def test_looking_for_secrets_ends(text: str) -> None:
    """And never says more than was there."""
    assert len(without_secrets(text)) <= len(text) + len(HIDDEN)
