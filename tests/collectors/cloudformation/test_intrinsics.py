"""The functions of templates: what they give, and what they leave unknown."""

from typing import Any

import pytest

from phiward.collectors.cloudformation.reading import read
from phiward.collectors.cloudformation.stack import Repository, Stack
from phiward.collectors.cloudformation.template import template
from phiward.collectors.cloudformation.values import NO_VALUE, Named, plain
from phiward.collectors.documents import Mapping
from phiward.collectors.terraform.evaluate.values import PartlyKnownJson, PartlyKnownText
from phiward.inventory.model import Unknown

HEAD = """
Parameters:
  Given: {Type: String, Default: value}
  Missing: {Type: String}
  Secret: {Type: String, NoEcho: true, Default: hunter2}
  Stored: {Type: AWS::SSM::Parameter::Value<String>, Default: /path}
  Words: {Type: CommaDelimitedList, Default: "a, b,c"}
  One: {Type: String, AllowedValues: [only]}
Mappings:
  Table:
    us-east-1: {ami: ami-1, same: x}
    eu-west-1: {ami: ami-2, same: x}
Conditions:
  Yes: !Equals [!Ref Given, value]
  No: !Not [!Condition Yes]
  Open: !Equals [!Ref Missing, prod]
  Both: !And [!Condition Yes, !Condition Open]
  Never: !And [!Condition No, !Condition Open]
  Either: !Or [!Condition Yes, !Condition Open]
  Circle: !Not [!Condition Circle]
Resources:
  Bucket:
    Type: AWS::S3::Bucket
    Properties: {BucketName: scans}
  Key: {Type: AWS::KMS::Key}
  Topic: {Type: AWS::SNS::Topic}
  Odd: {Type: Custom::Thing}
"""


def stack(head: str = HEAD, **given: Any) -> Stack:
    """Return a stack of the template."""
    document = read(head.encode())
    assert document.problems == ()
    written = template("template.yaml", document.values[0], loops=True)
    return Stack(Repository({"template.yaml": written}, given), written)


def value(expression: str, **given: Any) -> Any:
    """Evaluate an expression as the property of a resource."""
    document = read(f"A: {expression}\n".encode())
    assert document.problems == ()
    return plain(stack(**given)._one(document.values[0]["A"]))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("!Ref Given", "value"),
        ("!Ref One", "only"),
        ("!Ref Words", ["a", "b", "c"]),
        ("!Sub 'x-${Given}-${!Literal}'", "x-value-${Literal}"),
        ("!Sub ['${A}-${Given}', {A: own}]", "own-value"),
        ("!Sub '${ Given }'", "value"),
        ("!Join ['-', [a, !Ref Given, 1, true]]", "a-value-1-true"),
        ("!Join ['', []]", ""),
        ("!Select [1, !Ref Words]", "b"),
        ("!Select ['0', !Split ['.', a.b]]", "a"),
        ("!FindInMap [Table, us-east-1, ami]", "ami-1"),
        ("!FindInMap [Table, !Ref 'AWS::Region', same]", "x"),
        ("!FindInMap [Table, us-west-2, ami, {DefaultValue: none}]", "none"),
        ("!If [Yes, a, b]", "a"),
        ("!If [No, a, b]", "b"),
        ("!If [Open, same, same]", "same"),
        ("!Base64 boot", "Ym9vdA=="),
        ("!Cidr [10.0.0.0/16, 2, 8]", ["10.0.0.0/24", "10.0.1.0/24"]),
        ("{Fn::Length: [1, 2]}", 2),
        ("{Fn::ToJsonString: {a: 1}}", '{"a":1}'),
        ("!Ref Bucket", "scans"),
        ("!Sub 'arn:aws:s3:::${Bucket}/*'", "arn:aws:s3:::scans/*"),
        ("[a, !If [No, b, !Ref AWS::NoValue]]", ["a"]),
        ("{a: !Ref AWS::NoValue, b: 1}", {"b": 1}),
    ],
)
def test_what_can_be_known_is(expression: str, expected: Any) -> None:
    """Each function."""
    assert value(expression) == expected


@pytest.mark.parametrize(
    ("expression", "reason", "refs"),
    [
        (
            "!Ref Missing",
            (
                "the parameter Missing has no value: it is declared without a default (template.yaml:4); give it with "
                "--var Missing=VALUE"
            ),
            ("parameter.Missing",),
        ),
        ("!Ref Secret", "the parameter Secret is secret (NoEcho)", ("parameter.Secret",)),
        ("!Ref Stored", "the parameter Stored is read from Systems Manager when it is deployed", ("parameter.Stored",)),
        ("!Ref AWS::Region", "AWS::Region is known when it is deployed", ("AWS::Region",)),
        ("!Ref Key", "Key is known when it is deployed", ("aws_kms_key.Key.id",)),
        ("!GetAtt Key.Arn", "Key.Arn is known when it is deployed", ("aws_kms_key.Key.arn",)),
        ("!Ref Topic", "Topic is known when it is deployed", ("aws_sns_topic.Topic.arn",)),
        ("!GetAtt Odd.Value", "Odd.Value is known when it is deployed", ("cloudformation_resource.Odd.value",)),
        (
            "!ImportValue net-Vpc",
            "it comes from the export net-Vpc of another stack",
            ("data.cloudformation_export.net-Vpc.value",),
        ),
        (
            "'{{resolve:secretsmanager:a:SecretString:b}}'",
            "it is read from a secret when it is deployed",
            ("data.cloudformation_dynamic.it",),
        ),
        ("!FindInMap [Table, !Ref 'AWS::Region', ami]", "AWS::Region is known when it is deployed", ("AWS::Region",)),
        ("!FindInMap [Table, us-west-2, ami]", "the mapping Table has no us-west-2, ami", ()),
        ("!FindInMap [Tabel, a, b]", "there is no mapping Tabel", ()),
        ("!Select [9, [a]]", "Fn::Select: there is no such element", ()),
        ("!Ref Nothing", "Nothing is no parameter and no resource of the template", ("parameter.Nothing",)),
        ("!If [Nothing, a, b]", "there is no condition Nothing", ()),
        ("{Fn::Nothing: a}", "Fn::Nothing is no function of CloudFormation that phiward knows", ()),
        ("!Transform {Name: Count, Parameters: {}}", "it comes from the macro Count when it is deployed", ()),
        ("!Join a", "Fn::Join: it is not written as CloudFormation asks", ()),
        ("!Sub []", "Fn::Sub: it is not written as CloudFormation asks", ()),
        ("!Cidr [x, 1, 8]", "Fn::Cidr: it is not written as CloudFormation asks", ()),
        ("{Ref: [a]}", "Ref: it is not written as CloudFormation asks", ()),
    ],
)
def test_what_cannot_be_known_says_why(expression: str, reason: str, refs: tuple[str, ...]) -> None:
    """With what would decide it."""
    assert value(expression) == Unknown(reason, refs)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Yes", True), ("No", False), ("Never", False), ("Either", True)],
)
def test_conditions(name: str, expected: bool) -> None:
    """One that is not decided does not hide what another decides."""
    assert stack().condition(name) is expected


@pytest.mark.parametrize("name", ["Open", "Both", "Circle"])
def test_a_condition_that_is_not_decided_is_unknown(name: str) -> None:
    """And a circle ends."""
    assert isinstance(stack().condition(name), Unknown)


def test_a_choice_that_is_open_names_the_condition_and_what_it_chooses_from() -> None:
    """So that both ways can be followed."""
    found = value("!If [Open, !GetAtt Key.Arn, !Ref AWS::NoValue]")

    assert isinstance(found, Unknown)
    assert found.reason.startswith("the condition Open is not decided: the parameter Missing has no value")
    assert found.refs == ("parameter.Missing", "aws_kms_key.Key.arn")


def test_a_text_keeps_what_is_known_of_it() -> None:
    """An ARN with an account that is not known."""
    found = value("!Sub 'arn:aws:iam::${AWS::AccountId}:role/x'")

    assert isinstance(found, PartlyKnownText)
    assert found.pattern() == "arn:aws:iam::(?s:.*):role/x"


def test_json_keeps_what_is_known_of_it() -> None:
    """A leaf that is not known leaves the rest readable."""
    found = value("{Fn::ToJsonString: {a: 1, b: !Ref Missing}}")

    assert isinstance(found, PartlyKnownJson)
    assert found.value["a"] == 1


def test_a_name_that_is_written_still_refers() -> None:
    """`!Ref Bucket` is the bucket's name, and the bucket."""
    document = read(b"A: !Sub '${Bucket}/x'\n")
    found = stack()._one(document.values[0]["A"])

    assert found == "scans/x"
    assert isinstance(found, Named)
    assert found.refs == ("aws_s3_bucket.Bucket.id",)


def test_given_values_come_before_defaults() -> None:
    """For parameters and pseudo parameters."""
    assert value("!Sub '${Given}-${Missing}-${AWS::Region}'", Given="a", Missing="b", **{"AWS::Region": "c"}) == "a-b-c"


def test_no_value_is_as_if_not_written() -> None:
    """By itself too."""
    document = read(b"A: !Ref AWS::NoValue\n")
    assert stack()._one(document.values[0]["A"]) is NO_VALUE


def test_a_macro_beside_members_leaves_the_others_known() -> None:
    """But there may be more."""
    document = read(b"A: {b: 1, Fn::Transform: {Name: AWS::Include}}\n")
    found = stack()._one(document.values[0]["A"])

    assert isinstance(found, Mapping)
    assert found == {"b": 1}
    assert found.unseen is not None


def test_a_bomb_of_functions_ends() -> None:
    """A value that names the one before it twice, fifteen times over."""
    lines = ["A: &a0 {Fn::Join: ['', [x, x]]}"]
    lines += [f"A{n}: &a{n} {{Fn::Join: ['', [*a{n - 1}, *a{n - 1}]]}}" for n in range(1, 16)]
    document = read("\n".join(lines).encode())

    assert isinstance(stack()._one(document.values[0]["A15"]), Unknown)
