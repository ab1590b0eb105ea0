"""The trails that record a region, live: what each records, whether it is on, and what watches its log group.

Calls `cloudtrail:DescribeTrails`, `GetTrailStatus`, `GetEventSelectors`, `logs:DescribeMetricFilters` and
`cloudwatch:DescribeAlarms`. A trail of all regions is listed in each of them (its *shadows*), an organization's in each
account: each is asked about in its home region.
"""

from collections.abc import Collection, Sequence
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.answers import listed, told
from phiward.collectors.types.aws.audit_coverage import Alarm, Filter, Trail
from phiward.collectors.types.aws.cloudwatch_alarm import KINDS, acts, rings
from phiward.collectors.types.aws.cloudwatch_alarm import metrics as watched
from phiward.collectors.types.aws.event_selectors import Selected, selected
from phiward.collectors.types.aws.logs_metric_filter import metrics as counted
from phiward.collectors.types.aws.object_events import Objects, objects
from phiward.inventory.model import Maybe, Unknown

_MOST_PAGES = 200
_NOT_ASKED = Unknown("not asked: no selected control reads it")


def trails_of(aws: Aws, region: str, fills: Collection[str]) -> Maybe[list[dict[str, Any]]]:
    """Return the trails that record a region, shadows included, as `DescribeTrails` names them."""
    if region == aws.region:
        return listed(aws, "cloudtrail", "describe_trails", "trailList", fills=fills, includeShadowTrails=True)
    answer = aws.ask("cloudtrail", "describe_trails", fills=fills, region=region, includeShadowTrails=True)
    return told(answer, lambda given: list(given.get("trailList", ())))


def is_logging(aws: Aws, item: dict[str, Any], fills: Collection[str]) -> Maybe[bool]:
    """Say whether a trail is switched on, as its home region knows."""
    status = aws.ask("cloudtrail", "get_trail_status", fills=fills, region=item["HomeRegion"], Name=item["TrailARN"])
    return told(status, lambda given: bool(given.get("IsLogging")))


def selectors_of(aws: Aws, item: dict[str, Any], fills: Collection[str]) -> tuple[Selected, Objects]:
    """Return what a trail records: events as a whole, and of objects in S3."""
    answer = aws.ask(
        "cloudtrail", "get_event_selectors", fills=fills, region=item["HomeRegion"], TrailName=item["TrailARN"]
    )
    if isinstance(answer, Unknown):
        return Selected(answer, answer, answer), (answer,)
    given = answer or {}
    simple, advanced = given.get("EventSelectors") or (), given.get("AdvancedEventSelectors") or ()
    return selected(simple, advanced), objects(simple, advanced)


def bucket_of(aws: Aws, item: dict[str, Any]) -> str:
    """Return the ARN of the bucket that a trail's log files go to."""
    return f"arn:{aws.partition}:s3:::{item['S3BucketName']}"


def trail(aws: Aws, item: dict[str, Any], *, fills: Collection[str], watch: Collection[str] = ()) -> Trail:
    """Return one trail; what watches its log group only where a control reads one of the paths of `watch`."""
    events, recorded = selectors_of(aws, item, fills)
    arn = str(item.get("CloudWatchLogsLogGroupArn") or "").removesuffix(":*")
    group = arn.split(":log-group:")[-1] or None
    filters: Maybe[Sequence[Filter]] = _NOT_ASKED
    alarms: Maybe[Sequence[Alarm]] = _NOT_ASKED
    if group and watch and aws.needs(*watch):
        filters, alarms = _watch(aws, arn, group, watch)
    return Trail(
        name=item["Name"],
        logging=is_logging(aws, item, fills),
        all_regions=bool(item.get("IsMultiRegionTrail", False)),
        events=events,
        objects=recorded,
        log_bucket=bucket_of(aws, item),
        group=group,
        filters=filters,
        alarms=alarms,
    )


def _watch(
    aws: Aws, arn: str, group: str, watch: Collection[str]
) -> tuple[Maybe[Sequence[Filter]], Maybe[Sequence[Alarm]]]:
    region, account = arn.split(":")[3:5]
    if account != aws.account:
        elsewhere = Unknown(f"log group {group} is of account {account}: what watches it is seen there")
        return elsewhere, elsewhere
    filters = _all(aws, region, ("logs", "describe_metric_filters", "metricFilters", "nextToken"), watch)
    alarms = _all(aws, region, ("cloudwatch", "describe_alarms", "MetricAlarms", "NextToken"), watch, AlarmTypes=KINDS)
    parents = _all(
        aws, region, ("cloudwatch", "describe_alarms", "CompositeAlarms", "NextToken"), watch, AlarmTypes=KINDS
    )
    return (
        filters
        if isinstance(filters, Unknown)
        else [
            Filter(each["filterName"], each.get("filterPattern", ""), counted(each))
            for each in filters
            if each.get("logGroupName") == group
        ],
        alarms
        if isinstance(alarms, Unknown)
        else parents
        if isinstance(parents, Unknown)
        else [_alarm(each, parents) for each in alarms],
    )


def _alarm(alarm: dict[str, Any], parents: list[dict[str, Any]]) -> Alarm:
    through = any(rings(parent, alarm) for parent in parents)
    return Alarm(
        name=alarm["AlarmName"],
        metrics=watched(alarm),
        on=through or bool(alarm.get("ActionsEnabled", True)),
        tells=through or acts(alarm) or bool(alarm.get("AlarmActions")),
    )


def _all(
    aws: Aws, region: str, listing: tuple[str, str, str, str], fills: Collection[str], **arguments: Any
) -> Maybe[list[dict[str, Any]]]:
    """Return a whole listing of any region; of the own one it is shared with the types that are listed there."""
    service, operation, key, token = listing
    if region == aws.region:
        return listed(aws, service, operation, key, fills=fills, **arguments)
    found: list[dict[str, Any]] = []
    more: dict[str, Any] = {}
    for _ in range(_MOST_PAGES):
        answer = aws.ask(service, operation, fills=fills, region=region, **arguments, **more)
        if isinstance(answer, Unknown):
            return answer
        found += (answer or {}).get(key, ())
        following = (answer or {}).get(token)
        if not following:
            return found
        more = {token: following}
    return Unknown(f"{service}:{operation} in {region} goes on after {_MOST_PAGES} pages")
