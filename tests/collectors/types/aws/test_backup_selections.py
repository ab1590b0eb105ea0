"""Which things a resource assignment of a backup plan covers."""

from typing import Any

import pytest

from phiward.collectors.types.aws.backup_selections import Kind, Selection, TagTest, Target, parsed, selects
from phiward.inventory.model import Maybe, Unknown

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/records"
VOLUME = "arn:aws:ec2:us-east-1:123456789012:volume/vol-1"
CLUSTER = "arn:aws:rds:us-east-1:123456789012:cluster:chart"
UNSEEN = Unknown("var.tag has no value")


def covers(
    given: dict[str, Any] | Selection,
    arn: str = TABLE,
    *,
    kind: Kind = "DynamoDB",
    tags: Any = None,
    opted_in: Maybe[bool] = True,
) -> Maybe[bool]:
    """Say whether a selection covers a thing."""
    selection = given if isinstance(given, Selection) else parsed({"BackupSelection": given})
    return selects(selection, Target(kind=kind, arn=arn, tags=tags), lambda: opted_in)


def tag(key: str = "backup", value: str = "daily") -> dict[str, str]:
    """Return a condition on a tag, as `Conditions` holds it."""
    return {"ConditionKey": f"aws:ResourceTag/{key}", "ConditionValue": value}


@pytest.mark.parametrize(
    ("resources", "covered"),
    [
        ([TABLE], True),
        (["*"], True),
        (["arn:aws:dynamodb:*:*:table/*"], True),
        (["arn:aws:dynamodb:*"], True),
        (["arn:aws:dynamodb:us-east-1:123456789012:table/rec*"], True),
        ([VOLUME, TABLE], True),
        ([VOLUME], False),
        (["arn:aws:dynamodb:*:*:table/other*"], False),
        (["arn:aws:dynamodb:eu-west-1:*:table/*"], False),
        (["arn:aws:dynamodb:us-east-1:123456789012:table/record"], False),
    ],
)
def test_by_its_arn_or_a_pattern(resources: list[str], covered: bool) -> None:
    """Exact ARNs and patterns are joined by OR."""
    assert covers({"Resources": resources}) is covered


def test_what_is_excluded_is_not_covered() -> None:
    """`NotResources` is taken out of everything."""
    assert covers({"Resources": ["*"], "NotResources": ["arn:aws:dynamodb:*:*:table/*"]}) is False
    assert covers({"Resources": ["*"], "NotResources": ["arn:aws:ec2:*:*:volume/*"]}) is True


def test_a_selection_of_nothing_in_particular_takes_everything() -> None:
    """AWS Backup selects all that it can where neither ARNs nor tags are named."""
    assert covers({}) is True
    assert covers({"NotResources": [TABLE]}) is False


@pytest.mark.parametrize(
    ("conditions", "tags", "covered"),
    [
        ({"StringEquals": [tag()]}, {"backup": "daily"}, True),
        ({"StringEquals": [tag()]}, {"backup": "never"}, False),
        ({"StringEquals": [tag()]}, {"Backup": "daily"}, False),
        ({"StringEquals": [tag()]}, {}, False),
        ({"StringEquals": [tag()]}, None, False),
        ({"StringEquals": [tag(), tag("stage", "prod")]}, {"backup": "daily"}, False),
        ({"StringEquals": [tag(), tag("stage", "prod")]}, {"backup": "daily", "stage": "prod"}, True),
        ({"StringLike": [tag(value="d*")]}, {"backup": "daily"}, True),
        ({"StringLike": [tag(value="w*")]}, {"backup": "daily"}, False),
        ({"StringNotEquals": [tag("stage", "test")]}, {"stage": "prod"}, True),
        ({"StringNotEquals": [tag("stage", "test")]}, {"stage": "test"}, False),
        ({"StringNotLike": [tag("stage", "te*")]}, {"stage": "test"}, False),
    ],
)
def test_conditions_must_all_hold(conditions: dict[str, Any], tags: Any, covered: bool) -> None:
    """The value of a tag counts, not only its key, and the case of both."""
    assert covers({"Resources": ["*"], "Conditions": conditions}, tags=tags) is covered
    assert covers({"Conditions": conditions}, tags=tags) is covered


def test_conditions_narrow_what_is_named() -> None:
    """A table that is named is left out where its tags do not meet the condition."""
    assert covers({"Resources": [TABLE], "Conditions": {"StringEquals": [tag()]}}, tags={}) is False


def test_a_list_of_tags_adds_to_what_is_named() -> None:
    """`ListOfTags` is joined by OR: with each other, and with the ARNs."""
    several = [
        {"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "daily"},
        {"ConditionType": "STRINGEQUALS", "ConditionKey": "stage", "ConditionValue": "prod"},
    ]

    assert covers({"ListOfTags": several}, tags={"stage": "prod"}) is True
    assert covers({"ListOfTags": several}, tags={"stage": "test"}) is False
    assert covers({"Resources": [TABLE], "ListOfTags": several}, tags={}) is True
    assert covers({"Resources": [VOLUME], "ListOfTags": several}, tags={"backup": "daily"}) is True


def test_a_negated_condition_on_a_missing_tag_is_unknown() -> None:
    """AWS does not say what happens to things without the tag."""
    answer = covers({"Conditions": {"StringNotEquals": [tag("stage", "test")]}}, tags={})

    assert isinstance(answer, Unknown)


def test_unknown_tags_decide_only_where_tags_are_asked() -> None:
    """A table that is named is covered, whatever its tags."""
    assert covers({"Resources": [TABLE]}, tags=UNSEEN) is True
    assert covers({"Conditions": {"StringEquals": [tag()]}}, tags=UNSEEN) == UNSEEN
    assert covers({"Resources": [VOLUME], "Conditions": {"StringEquals": [tag()]}}, tags=UNSEEN) is False
    assert covers({"Conditions": {"StringEquals": [tag()]}}, tags={"backup": UNSEEN}) == UNSEEN


@pytest.mark.parametrize(
    ("given", "needs_it"),
    [
        ({"Resources": ["*"]}, True),
        ({"Resources": ["arn:aws:ec2:*"]}, True),
        ({"Conditions": {"StringEquals": [tag()]}}, True),
        ({}, True),
        ({"Resources": ["arn:aws:ec2:*:*:volume/*"]}, False),
        ({"Resources": [VOLUME]}, False),
    ],
)
def test_the_opt_in_of_the_region_decides_for_what_is_not_spelled_out(given: dict[str, Any], needs_it: bool) -> None:
    """A kind that is switched off is backed up only where the selection names it."""
    tags = {"backup": "daily"}

    assert covers(given, VOLUME, kind="EBS", tags=tags, opted_in=False) is not needs_it
    assert covers(given, VOLUME, kind="EBS", tags=tags, opted_in=True) is True
    assert covers(given, VOLUME, kind="EBS", tags=tags, opted_in=UNSEEN) == (UNSEEN if needs_it else True)


def test_the_opt_in_decides_always_where_kinds_share_their_arns() -> None:
    """Aurora, Neptune and DocumentDB clusters look alike: naming one is not enough."""
    assert covers({"Resources": [CLUSTER]}, CLUSTER, kind="Aurora", opted_in=False) is False
    assert covers({"Resources": [CLUSTER]}, CLUSTER, kind="RDS", opted_in=False) is True


def test_the_opt_in_is_not_asked_for_what_is_not_selected() -> None:
    """A selection of other things costs no question."""

    def never() -> Maybe[bool]:
        raise AssertionError

    assert selects(parsed({"BackupSelection": {"Resources": [VOLUME]}}), _table(TABLE), never) is False
    assert selects(parsed({"BackupSelection": {"Resources": [TABLE]}}), _table(TABLE), never) is True


def test_a_thing_whose_arn_is_not_wholly_known() -> None:
    """A pattern that takes it whatever the rest turns out to be covers it; one that may is unknown."""
    unnamed = "arn:aws:dynamodb:us-east-1:*:table/*"

    def answer(pattern: str) -> Maybe[bool]:
        return covers({"Resources": [pattern]}, unnamed)

    assert answer("arn:aws:dynamodb:*:*:table/*") is True
    assert answer("arn:aws:ec2:*:*:volume/*") is False
    assert answer("arn:aws:dynamodb:eu-west-1:*:table/*") is False
    assert isinstance(answer(TABLE), Unknown)


def test_elements_that_could_not_be_seen() -> None:
    """An unknown among the tags, or the whole list, leaves open what nothing else decides."""
    assert covers(Selection(any_tag=UNSEEN)) == UNSEEN
    assert covers(Selection(resources=(TABLE,), conditions=(UNSEEN,))) == UNSEEN
    assert covers(Selection(resources=(TABLE, UNSEEN))) is True
    assert covers(Selection(resources=(TABLE,), not_resources=UNSEEN)) == UNSEEN
    assert covers(Selection(any_tag=(TagTest("StringEquals", "backup", UNSEEN),)), tags={"backup": "daily"}) == UNSEEN


def _table(arn: str) -> Target:
    return Target(kind="DynamoDB", arn=arn, tags={})
