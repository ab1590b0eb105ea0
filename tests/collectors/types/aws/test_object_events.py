"""Which reads and writes of S3 objects the selectors of a trail record."""

from typing import Any

import pytest

from phiward.collectors.types.aws.object_events import Kind, objects, records
from phiward.inventory.model import Maybe, Unknown

SCANS = "arn:aws:s3:::scans"


def simple(*values: Any, kind: str = "All") -> dict[str, Any]:
    """Return an event selector of objects."""
    return {"ReadWriteType": kind, "DataResources": [{"Type": "AWS::S3::Object", "Values": list(values)}]}


def advanced(*more: dict[str, Any]) -> dict[str, Any]:
    """Return an advanced event selector of objects."""
    return {
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
            *more,
        ]
    }


def arns(**tests: Any) -> dict[str, Any]:
    """Return a field selector of ARNs."""
    return {"Field": "resources.ARN", **tests}


@pytest.mark.parametrize(
    ("one", "fine", "kind", "bucket", "expected"),
    [
        ([simple("arn:aws:s3")], [], "reads", None, True),
        ([simple("arn:aws:s3:::")], [], "writes", None, True),
        ([simple("arn:aws:s3:::*")], [], "reads", None, True),
        ([simple("arn:aws-us-gov:s3")], [], "reads", None, True),
        ([simple("arn:aws:s3", kind="ReadOnly")], [], "reads", None, True),
        ([simple("arn:aws:s3", kind="ReadOnly")], [], "writes", None, False),
        ([simple(f"{SCANS}/")], [], "reads", None, False),
        ([simple(f"{SCANS}/")], [], "reads", SCANS, True),
        ([simple(f"{SCANS}/old/")], [], "reads", SCANS, False),
        ([simple(f"{SCANS}-archive/")], [], "reads", SCANS, False),
        ([simple("arn:aws:s3")], [], "reads", SCANS, True),
        ([{"ReadWriteType": "All", "IncludeManagementEvents": True}], [], "reads", SCANS, False),
        ([], [advanced()], "reads", None, True),
        ([], [advanced({"Field": "readOnly", "Equals": ["true"]})], "reads", None, True),
        ([], [advanced({"Field": "readOnly", "Equals": ["true"]})], "writes", None, False),
        ([], [advanced({"Field": "eventName", "Equals": ["GetObject"]})], "reads", None, False),
        ([], [advanced(arns(StartsWith=[f"{SCANS}/"]))], "reads", SCANS, True),
        ([], [advanced(arns(StartsWith=[f"{SCANS}/"]))], "reads", None, False),
        ([], [advanced(arns(NotStartsWith=[f"{SCANS}/"]))], "reads", SCANS, False),
        ([], [advanced(arns(NotStartsWith=["arn:aws:s3:::tmp/"]))], "reads", SCANS, True),
        ([], [advanced(arns(NotStartsWith=["arn:aws:s3:::tmp/"]))], "reads", None, False),
        ([], [advanced(arns(NotStartsWith=["arn:aws:s3:::logs/"]))], "reads", None, True),
        ([], [advanced(arns(NotEquals=[f"{SCANS}/secret"]))], "reads", SCANS, False),
        ([], [advanced(arns(EndsWith=[".dcm"]))], "reads", SCANS, False),
        ([], [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}], "reads", SCANS, False),
        ([simple("arn:aws:s3", kind="ReadOnly"), simple("arn:aws:s3", kind="WriteOnly")], [], "writes", None, True),
    ],
)
def test_selectors_cover_a_bucket_or_all(
    one: list[Any], fine: list[Any], kind: Kind, bucket: str | None, expected: Maybe[bool]
) -> None:
    """Both forms; the trail's own log bucket (`logs`) may be left out of all."""
    assert records(objects(one, fine), kind, bucket, log_bucket="arn:aws:s3:::logs") is expected


@pytest.mark.parametrize(
    ("one", "fine"),
    [
        ([simple(Unknown("?"))], []),
        ([Unknown("?")], []),
        ([], [Unknown("?")]),
        ([{"ReadWriteType": Unknown("?"), **simple("arn:aws:s3")} | {"ReadWriteType": Unknown("?")}], []),
        ([], [advanced(arns(StartsWith=Unknown("?")))]),
        ([], [advanced(arns(NotStartsWith=[Unknown("?")]))]),
        ([], [{"FieldSelectors": [Unknown("?")]}]),
        ([], [advanced({"Field": "readOnly", "Equals": [Unknown("?")]})]),
    ],
)
def test_a_part_that_is_not_known_leaves_it_open(one: list[Any], fine: list[Any]) -> None:
    """It may record the bucket, or leave it out."""
    assert records(objects(one, fine), "reads", SCANS) == Unknown("?")
