"""Setting a property of a template's resource: nothing else changes."""

import json
from typing import Any

import pytest

from phiward.collectors.cloudformation.edit import begins, decided, edits
from phiward.collectors.edits import Refused, applied

BUCKET = "AWS::S3::Bucket"


def edited(code: str, settings: dict[str, Any], line: int = 3, file: str = "t.yaml") -> str:
    """Return the template with the edits made. A refusal fails."""
    made = edits(code, file, BUCKET, line, settings)
    assert isinstance(made, tuple), made
    return applied(code, made)


def refusal(properties: str, settings: dict[str, Any]) -> Refused:
    """Return why a bucket with some properties is not edited."""
    made = edits(f"Resources:\n  B:\n    Type: {BUCKET}\n{properties}", "t.yaml", BUCKET, 3, settings)
    assert isinstance(made, Refused), made
    return made


TEMPLATE = """\
# The images.
Resources:
  Images:
    Type: AWS::S3::Bucket   # a bucket
    Properties:
      BucketName: !Sub "${AWS::StackName}-images" # named
      Versioning:
        # for now
        Status: 'Suspended' # later
      Policy: |
        several
        lines

  Other:
    Type: AWS::SNS::Topic
"""


def test_a_value_that_is_written_out_gives_way() -> None:
    """Comments, functions, empty lines: all stay."""
    assert edited(TEMPLATE, {"Versioning.Status": "Enabled"}) == TEMPLATE.replace("'Suspended'", "Enabled")


def test_properties_are_added_behind_the_last() -> None:
    """With the indentation of their neighbours; groups of them too."""
    added = edited(TEMPLATE, {"Versioning.Deep.On": True, "Lock.Days": 7, "Lock.Mode": "on", "Key": "a:b"})

    assert added == TEMPLATE.replace(
        "'Suspended' # later\n", "'Suspended' # later\n        Deep:\n          On: true\n"
    ).replace(
        "        lines\n\n", '        lines\n\n      Lock:\n        Days: 7\n        Mode: "on"\n      Key: "a:b"\n'
    )


def test_a_resource_without_properties_gets_some() -> None:
    """Beside its type."""
    code = f"Resources:\n  B:\n    Type: {BUCKET}\n"

    assert edited(code, {"Versioning.Status": "Enabled"}) == (
        f"{code}    Properties:\n      Versioning:\n        Status: Enabled\n"
    )


def test_a_file_without_a_last_line_end_keeps_none() -> None:
    """What is added begins a line."""
    code = f"Resources:\n  B:\n    Type: {BUCKET}\n    Properties:\n      A: 1"

    assert edited(code, {"B": True}) == f"{code}\n      B: true"


def test_carriage_returns_stay() -> None:
    """A file of Windows stays one."""
    code = f"Resources:\r\n  B:\r\n    Type: {BUCKET}\r\n    Properties:\r\n      A: false\r\n"

    assert edited(code, {"A": True, "B": 1}) == code.replace("false", "true") + "      B: 1\r\n"


@pytest.mark.parametrize("indent", [None, 2])
def test_json_stays_json(indent: int | None) -> None:
    """On one line or on many."""
    code = json.dumps(
        {"Resources": {"B": {"Type": BUCKET, "Properties": {"A": False, "C": {}, "D": {"x": "y"}}}}}, indent=indent
    )
    made = edited(
        code, {"A": True, "C.On": "yes", "D.z": 1, "E.F.G": True}, line=1 if indent is None else 4, file="t.json"
    )

    assert json.loads(made)["Resources"]["B"]["Properties"] == {
        "A": True,
        "C": {"On": "yes"},
        "D": {"x": "y", "z": 1},
        "E": {"F": {"G": True}},
    }
    assert made.count("\n") == code.count("\n") + (2 if indent else 0)


def test_flow_style_in_yaml_stays_so() -> None:
    """As people write short groups."""
    code = f"Resources:\n  B:\n    Type: {BUCKET}\n    Properties: {{ A: false, V: {{ }} }}\n"

    assert edited(code, {"A": True, "V.Status": "Enabled", "B": 2}) == (
        f"Resources:\n  B:\n    Type: {BUCKET}\n    Properties: {{ A: true, V: {{ Status: Enabled }}, B: 2 }}\n"
    )


@pytest.mark.parametrize(
    ("properties", "says", "named"),
    [
        ("    Properties:\n      A: !Ref On\n", "A comes from On", ("On",)),
        ("    Properties:\n      A: {Ref: On}\n", "A comes from On", ("On",)),
        ("    Properties:\n      A: !If [Live, true, false]\n", "A comes from Live", ("Live",)),
        ("    Properties:\n      A: {'Fn::If': [Live, !Ref On, false]}\n", "A comes from Live, On", ("Live", "On")),
        ("    Properties:\n      A: !Sub '${On}x'\n", "A comes from On", ("On",)),
        ("    Properties:\n      A: !ImportValue x\n", "A comes from a function", ()),
        ("    Properties: !If [Live, {A: false}, {}]\n", "Properties comes from Live", ("Live",)),
        ("    Properties:\n      A: [false]\n", "A is not a plain value", ()),
        ("    Properties:\n      A: >\n        false\n", "not written on one line", ()),
        ("    Properties:\n      A: true\n", "set already", ()),
        ("    Properties:\n      <<: {B: 1}\n", "put together from elsewhere", ()),
    ],
)
def test_what_something_else_decides_is_left_alone(properties: str, says: str, named: tuple[str, ...]) -> None:
    """And what that is, is told."""
    told = refusal(properties, {"A": True})

    assert says in told.reason
    assert told.references == named


def test_what_several_resources_share_is_left_alone() -> None:
    """An anchor is everybody's."""
    code = (
        f"Shared: &all\n  A: false\nResources:\n  B:\n    Type: {BUCKET}\n    Properties: *all\n"
        f"  C:\n    Type: {BUCKET}\n    Properties: *all\n"
    )
    made = edits(code, "t.yaml", BUCKET, 4, {"A": True})

    assert isinstance(made, Refused)
    assert "anchor" in made.reason


def test_the_resource_is_the_one_of_the_type_that_has_the_line() -> None:
    """Others of the same file are none of it."""
    assert edits(TEMPLATE, "t.yaml", "AWS::SNS::Topic", 3, {"A": 1}) is None
    assert begins(TEMPLATE, "t.yaml", BUCKET, 9) == 3
    assert begins(TEMPLATE, "t.yaml", BUCKET, 15) is None
    assert begins("a: [", "t.yaml", BUCKET, 1) is None


@pytest.mark.parametrize("code", ["a: [", "\t", "[]", "", "{}", "Resources: 1", "Resources:\n  B: 1\n", "a: &a [*a]"])
def test_what_is_no_template_is_left_alone(code: str) -> None:
    """Whatever it is."""
    assert not isinstance(edits(code, "t.yaml", BUCKET, 1, {"A": 1}), tuple)


def test_a_name_is_followed_to_where_it_is_decided() -> None:
    """The parameter with its default, the condition, the mapping."""
    code = (
        "Parameters:\n  On:\n    Type: String\n    Default: 'no'\n  Off:\n    Type: String\n"
        "Conditions:\n  Live: !Equals [!Ref On, 'yes']\n"
    )

    assert decided(code, "t.yaml", ["On", "Off", "Live", "Nowhere"]) == [
        "parameter On (t.yaml:2, default no)",
        "parameter Off (t.yaml:5, no default)",
        "condition Live (t.yaml:8)",
    ]
