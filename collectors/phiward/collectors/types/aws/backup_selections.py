"""Whether a resource assignment of an AWS Backup plan (a *selection*) covers one thing.

Follows *Assigning resources to a backup plan* (AWS Backup Developer Guide). The ARNs of `Resources` are joined by OR,
and so are the tags of `ListOfTags` with them; every one of `Conditions` must hold besides; `NotResources` is taken
out. A selection that names neither ARNs nor tags takes everything. What is chosen by its tags, by `*` or by its service
alone is backed up only where its kind is switched on for the region (*service opt-in*); an ARN, or a pattern that
spells the resource type out, does not need that, but for the kinds that share their ARNs with another kind.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

from msgspec import Struct

from phiward.inventory.iam_match import covers, overlaps
from phiward.inventory.kleene import each, every, negate, some
from phiward.inventory.model import Maybe, Unknown

Kind: TypeAlias = Literal[
    "Aurora", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "Redshift", "S3"
]
"""What AWS Backup calls a resource type (`DescribeRegionSettings`)."""

Tags: TypeAlias = Maybe[Mapping[str, Any] | None]

SHARED_ARNS = frozenset({"Aurora", "DocumentDB", "FSx", "Neptune"})
"""Kinds whose ARNs another kind has too: the opt-in decides, however they are selected."""

_UNTAGGED = Unknown("AWS does not say whether a negated tag condition takes what has no such tag")
_PREFIX = "aws:ResourceTag/"
_PARTS_OF_ARN = 6


class TagTest(NamedTuple):
    """One condition on a tag."""

    operator: str
    """`StringEquals`, `StringNotEquals`, `StringLike`, `StringNotLike`."""
    key: Maybe[str]
    value: Maybe[str]


class Selection(Struct, frozen=True, kw_only=True):
    """One resource assignment. An `Unknown` among the elements stands for one that could not be seen."""

    resources: Maybe[tuple[Maybe[str], ...]] = ()
    not_resources: Maybe[tuple[Maybe[str], ...]] = ()
    any_tag: Maybe[tuple[Maybe[TagTest], ...]] = ()
    conditions: Maybe[tuple[Maybe[TagTest], ...]] = ()


class Target(Struct, frozen=True, kw_only=True):
    """The thing that is asked about."""

    kind: Kind
    arn: str
    """Its ARN, `*` in place of each part that is not known."""
    tags: Tags
    refers: Callable[[Unknown], Maybe[bool]] = lambda element: element
    """Says whether an element that is not known (a reference in code) is this thing."""


def parsed(answer: Mapping[str, Any]) -> Selection:
    """Return what `GetBackupSelection` tells of a selection."""
    given = answer.get("BackupSelection", {})
    conditions = given.get("Conditions") or {}
    return Selection(
        resources=tuple(given.get("Resources") or ()),
        not_resources=tuple(given.get("NotResources") or ()),
        any_tag=tuple(
            TagTest("StringEquals", tag["ConditionKey"], tag["ConditionValue"]) for tag in given.get("ListOfTags") or ()
        ),
        conditions=tuple(
            TagTest(operator, test["ConditionKey"], test["ConditionValue"])
            for operator in sorted(conditions)
            for test in conditions[operator] or ()
        ),
    )


def selects(selection: Selection, target: Target, opted_in: Callable[[], Maybe[bool]]) -> Maybe[bool]:
    """Say whether a selection covers a thing. `opted_in` is asked only where the opt-in decides."""
    named = _elements(selection.resources)
    tagged = each(selection.any_tag, lambda test: _holds(test, target.tags))
    anything = selection.resources == () and selection.any_tag == ()
    chosen = every(
        (
            anything or some([*(_is(element, target) for element in named), *tagged]),
            *each(selection.conditions, lambda test: _holds(test, target.tags)),
            negate(some(_is(element, target) for element in _elements(selection.not_resources))),
        )
    )
    if chosen is False:
        return False
    spelled_out: Maybe[bool] = target.kind not in SHARED_ARNS and some(
        every((_is(element, target), _names_type(element))) for element in named
    )
    return chosen if spelled_out is True else every((chosen, some((spelled_out, opted_in()))))


def _elements(given: Maybe[tuple[Maybe[str], ...]]) -> tuple[Maybe[str], ...]:
    return (given,) if isinstance(given, Unknown) else given


def _is(element: Maybe[str], target: Target) -> Maybe[bool]:
    """Say whether an ARN or a pattern is one of the thing."""
    if isinstance(element, Unknown):
        return target.refers(element)
    if covers(element, target.arn):
        return True
    if "*" not in target.arn or not _may_be(element, target.arn):
        return False
    return Unknown(f"whether {element} is its ARN is known after apply")


def _may_be(pattern: str, partly: str) -> bool:
    """Say whether a pattern may match an ARN of which parts are not known: an unknown part holds no colon."""
    given, known = (each.split(":", _PARTS_OF_ARN - 1) for each in (pattern, partly))
    given += ["*"] * (_PARTS_OF_ARN - len(given) if given[-1].endswith("*") else 0)
    return len(given) == len(known) and all(map(overlaps, given, known))


def _names_type(element: Maybe[str]) -> bool:
    """Say whether an ARN spells the resource type out: `arn:aws:ec2:*:*:volume/*` does, `arn:aws:ec2:*` does not."""
    if isinstance(element, Unknown):
        return True  # a reference, which is of one type
    parts = element.split(":", _PARTS_OF_ARN - 1)
    return len(parts) == _PARTS_OF_ARN and (parts[-1] not in {"", "*"} or parts[2] == "s3")


def _holds(test: TagTest, tags: Tags) -> Maybe[bool]:
    """Say whether a condition holds for tags."""
    for unseen in (test.key, test.value, tags):
        if isinstance(unseen, Unknown):
            return unseen
    key, value = str(test.key).removeprefix(_PREFIX), str(test.value)
    tag = tags.get(key) if isinstance(tags, Mapping) else None
    if isinstance(tag, Unknown):
        return tag
    negated = "Not" in test.operator
    if tag is None:
        return _UNTAGGED if negated else False
    same = covers(value, str(tag)) if test.operator.endswith("Like") else value == str(tag)
    return same is not negated
