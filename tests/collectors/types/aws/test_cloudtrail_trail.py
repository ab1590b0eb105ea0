"""CloudTrail trails, live and in Terraform."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource
from msgspec.structs import replace

from phiward.collectors.types.aws import cloudtrail_trail
from phiward.collectors.types.aws.event_selectors import DEFAULT, Selected, selected
from phiward.inventory.aspects import EncryptionAtRest, Integrity, Logging
from phiward.inventory.model import Resource, Unknown

ARN = "arn:aws:cloudtrail:eu-west-1:123456789012:trail/audit"
TRAIL = {
    "Name": "audit",
    "TrailARN": ARN,
    "HomeRegion": "eu-west-1",
    "S3BucketName": "trail-logs",
    "IsMultiRegionTrail": True,
    "IncludeGlobalServiceEvents": True,
    "LogFileValidationEnabled": True,
    "CloudWatchLogsLogGroupArn": "arn:aws:logs:eu-west-1:123456789012:log-group:trail:*",
}
ANSWERS: dict[str, Any] = {
    "cloudtrail:DescribeTrails": {"trailList": [TRAIL]},
    "cloudtrail:GetTrailStatus": {"IsLogging": True},
    "cloudtrail:GetEventSelectors": {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": True}]},
    "cloudtrail:ListTags": {"ResourceTagList": [{"TagsList": [{"Key": "a", "Value": "b"}]}]},
}


def read(aws: FakeAws) -> Resource:
    """Read the one trail."""
    return cloudtrail_trail.resource(aws, next(cloudtrail_trail.items(aws)))


def config(resource: Resource) -> cloudtrail_trail.TrailConfig:
    """Return what only trails have."""
    assert isinstance(resource.config, cloudtrail_trail.TrailConfig)
    return resource.config


def test_a_shadow_trail_is_told_as_its_home_region_knows_it() -> None:
    """Listed in another region, it has one identity, and lives at home."""
    trail = read(FakeAws(ANSWERS, region="us-east-1"))

    assert (trail.id, trail.region, trail.tags) == (ARN, "eu-west-1", {"a": "b"})
    assert trail.integrity == Integrity(tamper_evident=True)
    assert trail.relations == {
        "log_bucket": ("arn:aws:s3:::trail-logs",),
        "log_group": ("arn:aws:logs:eu-west-1:123456789012:log-group:trail",),
        "encrypts_with": (),
    }
    assert (config(trail).multi_region, config(trail).management_events) == (True, "all")


@pytest.mark.parametrize(("call", "path"), [("GetTrailStatus", "enabled"), ("GetEventSelectors", "kinds")])
def test_a_denied_call_makes_its_own_part_unknown(call: str, path: str) -> None:
    """The other parts are still told."""
    logging = read(FakeAws(ANSWERS, denied={f"cloudtrail:{call}"})).logging

    assert isinstance(logging, Logging)
    unseen = {field for field in ("enabled", "kinds", "destinations") if isinstance(getattr(logging, field), Unknown)}
    assert unseen == {path}
    assert getattr(logging, path) == Unknown(f"access denied: cloudtrail:{call}")


def advanced(*fields: dict[str, Any]) -> dict[str, Any]:
    """Return an advanced selector."""
    return {"FieldSelectors": list(fields)}


MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}


@pytest.mark.parametrize(
    ("simple", "fine", "expected"),
    [
        ([], [], DEFAULT),
        ([{"ReadWriteType": "WriteOnly"}], [], Selected("write", (), ())),
        ([{"ReadWriteType": "WriteOnly"}, {"ReadWriteType": "ReadOnly"}], [], Selected("all", (), ())),
        (
            [{"IncludeManagementEvents": False, "DataResources": [{"Type": "AWS::S3::Object"}]}],
            [],
            Selected("none", (), ("AWS::S3::Object",)),
        ),
        ([{"ExcludeManagementEventSources": ["kms.amazonaws.com"]}], [], Selected("all", ("kms.amazonaws.com",), ())),
        ([], [advanced(MANAGEMENT)], Selected("all", (), ())),
        ([], [advanced(MANAGEMENT, {"Field": "readOnly", "Equals": ["false"]})], Selected("write", (), ())),
        (
            [],
            [advanced(MANAGEMENT, {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]})],
            Selected("all", ("kms.amazonaws.com",), ()),
        ),
        (
            [],
            [advanced(MANAGEMENT, {"Field": "eventSource", "Equals": ["iam.amazonaws.com"]})],
            Selected("some", (), ()),
        ),
        (
            [],
            [
                advanced(
                    {"Field": "eventCategory", "Equals": ["Data"]},
                    {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                )
            ],
            Selected("none", (), ("AWS::S3::Object",)),
        ),
    ],
)
def test_selectors_add_up(simple: list[Any], fine: list[Any], expected: Selected) -> None:
    """Both kinds of selectors, alone and together."""
    assert selected(simple, fine) == expected


def test_a_selector_that_cannot_be_seen_leaves_the_sum_unknown() -> None:
    """It might record what the others leave out."""
    found = selected([{"ReadWriteType": "WriteOnly"}, Unknown("var.kind")], [])

    assert found.management == Unknown("var.kind")


def test_both_forms_agree() -> None:
    """The same trail in code and in an account has the same aspects."""
    bucket = FakeBlock("aws_s3_bucket.logs", name="trail-logs")
    block = FakeBlock(
        "aws_cloudtrail.audit",
        s3_bucket_name="trail-logs",
        is_multi_region_trail=True,
        enable_log_file_validation=True,
    )
    live = read(
        FakeAws({**ANSWERS, "cloudtrail:DescribeTrails": {"trailList": [{**TRAIL, "CloudWatchLogsLogGroupArn": ""}]}})
    )

    coded = cloudtrail_trail.from_terraform(block, {}, FakeSource([bucket, block]))

    assert coded.relations["log_bucket"] == ("aws_s3_bucket.logs",)
    same = replace(config(coded), last_log_group_delivery=None, coverage=None)
    assert (coded.integrity, same, coded.encryption_at_rest) == (
        live.integrity,
        live.config,
        EncryptionAtRest(enabled=True, algorithm="AES256", key_owner="provider"),
    )


def test_a_trail_in_code_is_of_one_region_and_without_digests_by_default() -> None:
    """The provider's defaults."""
    block = FakeBlock("aws_cloudtrail.audit", s3_bucket_name="elsewhere")

    trail = cloudtrail_trail.from_terraform(block, {}, FakeSource([block]))

    assert (config(trail).multi_region, trail.integrity) == (False, Integrity(tamper_evident=False))
    assert trail.relations["log_bucket"] == ("arn:aws:s3:::elsewhere",)
