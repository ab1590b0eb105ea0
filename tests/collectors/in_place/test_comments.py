"""Finding the comments that ask for waivers: in every place of the language, and in no string."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from phiward.collectors.in_place.comments import Comments, asked_for, language_of, written
from phiward.collectors.in_place.language import hcl_comments, yaml_comments

ASK = 'phiward:waive a until=2027-01-01 reason="x"'
HCL = f"""\
# {ASK}
// {ASK}

resource "x" "y" {{
  a = 1 # {ASK}
  b = "# phiward:waive no ${{ join("}}", ["# phiward:waive no"]) }} # phiward:waive no"
  c = <<-EOT
    # phiward:waive no
    EOT
  /* {ASK}
   * {ASK} */
  d = "\\"# phiward:waive no" // {ASK}
  e = "%{{ if true }}x%{{ endif }} $${{ # phiward:waive no" # {ASK}
}} # {ASK}
"""
YAML = f"""\
Resources: # {ASK}
  A:
    # {ASK}
    Type: "x # phiward:waive no"
    Text: |
      # phiward:waive no
    Plain: a#b phiward:waive
    'q': '# phiward:waive no'   # {ASK}
  # {ASK}
  B: {{}}
"""


def lines(text: str, language: str) -> list[int]:
    """Return the lines of the comments found."""
    return [comment.line for comment in Comments(text, language).found]


def test_hcl_has_three_kinds_of_comments_and_many_kinds_of_text() -> None:
    """Strings nest through interpolation, heredocs end at their word; what stands in them is no comment."""
    assert lines(HCL, "hcl") == [1, 2, 5, 10, 11, 12, 13, 14]


def test_yaml_comments_stand_outside_of_scalars() -> None:
    """Quoted and block scalars may hold a number sign; a plain one too, where no space stands before it."""
    assert lines(YAML, "yaml") == [1, 3, 8, 9]


def test_json_has_no_comments() -> None:
    """Nothing in it is taken for one."""
    assert lines(f'{{"#": "# {ASK}"}}', language_of("a.tf.json")) == []


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (4, 14, [1, 2, 5, 10, 11, 12, 13, 14][2:]),  # an empty line stands between the first two and the block
        (3, 14, [1, 2, 5, 10, 11, 12, 13, 14]),
        (2, 2, [1, 2]),
        (6, 6, []),  # what stands behind code on the line above belongs to that code
    ],
)
def test_in_or_directly_above_a_range(first: int, last: int, found: list[int]) -> None:
    """A run of comments above counts as a whole."""
    assert [comment.line for comment in Comments(HCL, "hcl").within(first, last)] == found


@pytest.mark.parametrize(
    ("comment", "found"),
    [
        ("# phiward:waive x", [("phiward", "waive x")]),
        ("# phiward: waive x", [("phiward", "waive x")]),
        ("#phiward:waiv x", [("phiward", "waiv x")]),
        ("# we use phiward: it is good", []),
        ("#checkov:skip=CKV_AWS_20:The bucket is public", [("checkov", "CKV_AWS_20:The bucket is public")]),
        ("# bridgecrew:skip=CKV_AWS_1", [("checkov", "CKV_AWS_1")]),
        ("#tfsec:ignore:a:exp:2027-01-01 tfsec:ignore:b", [("trivy", "a:exp:2027-01-01"), ("trivy", "b")]),
        ("#trivy:ignore:AVD-AWS-0001", [("trivy", "AVD-AWS-0001")]),
        ("# kics-scan ignore-block", [("kics", "ignore-block")]),
        ("# nothing of the kind", []),
    ],
)
def test_whose_comment_it_is(comment: str, found: list[tuple[str, str]]) -> None:
    """Each tool has its own sign."""
    assert [(each.tool, each.text) for each in Comments(f"{comment}\n", "hcl").found] == found


def test_a_comment_for_the_whole_file_stands_in_every_range() -> None:
    """KICS has one, on the file's first line."""
    comments = Comments("# kics-scan ignore\n\n\nresource {}\n", "hcl")

    assert [comment.text for comment in comments.within(4, 4)] == ["ignore"]


def test_the_digest_is_of_the_line_as_written() -> None:
    """It says which text was read, whatever was made of it; a carriage return is part of the line's end."""
    line = f"  a = 1 # {ASK}"
    (comment,) = Comments(f"\n{line}\r\n", "hcl").found
    (asked,) = asked_for("id", "type", "main.tf", [comment])

    assert asked.digest == f"sha256:{hashlib.sha256(line.encode()).hexdigest()}"
    assert (asked.resource, asked.file, asked.line, asked.tool) == ("id", "main.tf", 2, "phiward")


def test_what_is_written_as_data_reads_as_a_comment_does() -> None:
    """`Metadata` and annotations hold what would follow the sign."""
    made = written("A", "aws.s3.bucket", "t.json", 3, "a until=2027-01-01 reason=x")

    assert (made.tool, made.text) == ("phiward", "waive a until=2027-01-01 reason=x")


@given(st.text(alphabet='#/*"${}<-A\n\\ \t:|&', max_size=60))
def test_no_text_breaks_the_readers(text: str) -> None:
    """Whatever stands there, each comment found lies on a line of the text."""
    for read in (hcl_comments, yaml_comments):
        assert all(1 <= line <= text.count("\n") + 1 for line, _, _ in read(text))
