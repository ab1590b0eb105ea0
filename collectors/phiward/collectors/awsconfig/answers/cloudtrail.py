"""Trails. Whether one records at this moment, and which events it selects, is not recorded."""

from __future__ import annotations

from phiward.collectors.aws.port import Denied
from phiward.collectors.awsconfig.answer import Answer, Asked, Found, Kind, described, tags_under
from phiward.collectors.awsconfig.records import SCAN

TRAIL = "AWS::CloudTrail::Trail"

KINDS = (
    Kind(
        TRAIL,
        covers="aws.cloudtrail.trail",
        optional=("KmsKeyId", "CloudWatchLogsLogGroupArn"),
        lacking={
            "LogFileValidationEnabled": ("integrity",),
            "IsMultiRegionTrail": ("config.multi_region",),
            "IsOrganizationTrail": ("config.organization",),
            "IncludeGlobalServiceEvents": ("config.global_services",),
        },
    ),
)


def _trails(asked: Asked) -> Found:
    """Return the trails that record a region: its own, and those of all regions. Each is recorded at its home."""
    asked.all(TRAIL)
    items = [
        item
        for item in asked.all(TRAIL, everywhere=True)
        if item.region == item.configuration.get("HomeRegion", item.region)
        and (asked.region is None or item.region == asked.region or item.configuration.get("IsMultiRegionTrail"))
    ]
    if not items and asked.everywhere:
        # Whether anything records a bucket's objects: that nothing does is more than the account's own trails tell.
        raise Denied(asked.call, f"AWS Config records no trail, but one of the organisation may record: {SCAN}")
    return Found({"trailList": [described(item, None) for item in items]}, tuple(items))


def _tags(asked: Asked) -> Found:
    (name,) = asked.arguments["ResourceIdList"]
    item = asked.one(TRAIL, name, everywhere=True)
    tags = tags_under(item, "TagsList")
    return Found({"ResourceTagList": [{"ResourceId": name, **tags}]} if isinstance(tags, dict) else tags, (item,))


ANSWERS = {
    "cloudtrail.describe_trails": Answer(_trails, (TRAIL,)),
    "cloudtrail.list_tags": Answer(_tags, (TRAIL,)),
}
