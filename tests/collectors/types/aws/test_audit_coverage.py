"""What the trails of an account and of a region add up to, live and in Terraform."""

from typing import Any

import pytest
from fakes import FakeAws, asked
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.types.aws import cloudtrail_account, cloudtrail_region, cloudtrail_trail
from phiward.collectors.types.aws.audit_coverage import NO_TRAIL, Coverage
from phiward.collectors.types.aws.watched_events import SUBJECTS, names_of
from phiward.inventory.model import Maybe, Resource, Unknown

HOME = "eu-west-1"
ARN = f"arn:aws:cloudtrail:{HOME}:123456789012:trail/audit"
TOPIC = f"arn:aws:sns:{HOME}:123456789012:security"
TRAIL = {
    "Name": "audit",
    "TrailARN": ARN,
    "HomeRegion": HOME,
    "S3BucketName": "trail-logs",
    "IsMultiRegionTrail": True,
    "CloudWatchLogsLogGroupArn": f"arn:aws:logs:{HOME}:123456789012:log-group:trail:*",
}
ROOT = '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }'
FAILED = '{ ($.eventName = ConsoleLogin) && ($.errorMessage = "Failed authentication") }'


def either(*names: str) -> str:
    """Return a pattern of event names."""
    return "{ " + " || ".join(f"($.eventName = {name})" for name in names) + " }"


PATTERNS = {
    "console_sign_in_failures": FAILED,
    "root_usage": ROOT,
    **{subject: either(*names_of(subject)) for subject in SUBJECTS[2:]},
}


def metric_filter(name: str, pattern: str, *, group: str = "trail") -> dict[str, Any]:
    """Return a metric filter whose metric has its name."""
    counted = {"metricNamespace": "CIS", "metricName": name, "metricValue": "1"}
    return {"filterName": name, "filterPattern": pattern, "logGroupName": group, "metricTransformations": [counted]}


def alarm(name: str, **more: Any) -> dict[str, Any]:
    """Return an alarm on the metric of its name."""
    return {
        "AlarmName": name,
        "AlarmArn": f"arn:aws:cloudwatch:{HOME}:123456789012:alarm:{name}",
        "ActionsEnabled": True,
        "AlarmActions": [TOPIC],
        "Namespace": "CIS",
        "MetricName": name,
        **more,
    }


def answers(**changed: Any) -> dict[str, Any]:
    """Return the answers of an account whose trail is recorded and watched as a whole."""
    given: dict[str, Any] = {
        "trails": [TRAIL],
        "logging": True,
        "selectors": {
            "AdvancedEventSelectors": [
                {"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]},
                {
                    "FieldSelectors": [
                        {"Field": "eventCategory", "Equals": ["Data"]},
                        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]},
                    ]
                },
            ]
        },
        "filters": [metric_filter(name, pattern) for name, pattern in PATTERNS.items()],
        "alarms": [alarm(name) for name in PATTERNS],
        "composites": [],
        **changed,
    }
    return {
        "cloudtrail:DescribeTrails": {"trailList": given["trails"]},
        "cloudtrail:GetTrailStatus": {"IsLogging": given["logging"]},
        "cloudtrail:GetEventSelectors": given["selectors"],
        "logs:DescribeMetricFilters": {"metricFilters": given["filters"]},
        "cloudwatch:DescribeAlarms": {"MetricAlarms": given["alarms"], "CompositeAlarms": given["composites"]},
    }


def account(given: dict[str, Any], *, region: str = "us-east-1", **more: Any) -> Resource:
    """Read the account."""
    aws = FakeAws(given, region=region, **more)
    return cloudtrail_account.resource(aws, next(cloudtrail_account.items(aws)))


def covered(resource: Resource) -> Coverage:
    """Return the coverage of an account, or of code on its first trail."""
    assert isinstance(resource.config, cloudtrail_account.AccountTrailConfig | cloudtrail_trail.TrailConfig)
    assert isinstance(resource.config.coverage, Coverage)
    return resource.config.coverage


def lacks(given: dict[str, Any], subject: str = "root_usage", **more: Any) -> Maybe[tuple[str, ...]]:
    """Return what is missing for a subject."""
    found: Maybe[tuple[str, ...]] = getattr(covered(account(given, **more)).unwatched, subject)
    return found


@pytest.mark.parametrize("region", ["us-east-1", HOME])
def test_a_good_account_lacks_nothing(region: str) -> None:
    """Its trail is a shadow in one region and at home in the other: the answer is the same."""
    found = account(answers(), region=region)

    whole = covered(found)
    assert (whole.all_regions, whole.object_reads, whole.object_writes, whole.ai_calls) == (True, True, True, True)
    assert {getattr(whole.unwatched, subject) for subject in SUBJECTS} == {()}
    assert (found.id, found.region) == ("aws.cloudtrail.account:123456789012", None)
    assert found.relations == {"trails": (ARN,)}


@pytest.mark.parametrize("trails", [[], [{**TRAIL, "IsMultiRegionTrail": False}]])
def test_an_account_without_a_trail_of_all_regions_is_there_and_lacks_everything(trails: list[Any]) -> None:
    """It is told by name, not left out."""
    whole = covered(account(answers(trails=trails)))

    assert (whole.all_regions, whole.object_reads, whole.object_writes, whole.ai_calls) == (False,) * 4
    assert {getattr(whole.unwatched, subject) for subject in SUBJECTS} == {(NO_TRAIL,)}


def test_a_trail_that_is_switched_off_does_not_count() -> None:
    """Its home region says so."""
    whole = covered(account(answers(logging=False)))

    assert (whole.all_regions, whole.ai_calls, whole.unwatched.root_usage) == (False, False, (NO_TRAIL,))


def without(name: str) -> list[Any]:
    """Return the filters without one."""
    return [metric_filter(each, pattern) for each, pattern in PATTERNS.items() if each != name]


@pytest.mark.parametrize(
    ("changed", "subject", "expected"),
    [
        (
            {"trails": [{**TRAIL, "CloudWatchLogsLogGroupArn": ""}]},
            "root_usage",
            ("trail audit sends its events to no log group",),
        ),
        (
            {"filters": without("root_usage")},
            "root_usage",
            ("no metric filter of log group trail counts calls of the root user, sign-ins of the root user",),
        ),
        (
            {"filters": [metric_filter("root_usage", ROOT, group="other")]},
            "root_usage",
            ("no metric filter of log group trail counts calls of the root user, sign-ins of the root user",),
        ),
        (
            {"filters": [metric_filter("route_changes", either(*names_of("route_changes")[1:]))]},
            "route_changes",
            ("no metric filter of log group trail counts CreateRoute",),
        ),
        (
            {"alarms": []},
            "root_usage",
            ("no alarm watches metric CIS/root_usage of metric filter root_usage",),
        ),
        ({"alarms": [alarm("root_usage", AlarmActions=[])]}, "root_usage", ("alarm root_usage has no action",)),
        (
            {"alarms": [alarm("root_usage", ActionsEnabled=False)]},
            "root_usage",
            ("alarm root_usage has its actions off",),
        ),
        (
            {"selectors": {"EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]}},
            "root_usage",
            ("trail audit does not record these events",),
        ),
        (
            {"selectors": {"EventSelectors": [{"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True}]}},
            "vpc_changes",
            (),
        ),
    ],
)
def test_what_is_missing_is_named(changed: dict[str, Any], subject: str, expected: tuple[str, ...]) -> None:
    """Each link of the chain from the trail to whoever is told."""
    assert lacks(answers(**changed), subject) == expected


def test_two_filters_may_share_the_work() -> None:
    """Together they count every event, and each has its alarm."""
    names = names_of("route_changes")
    filters = [metric_filter("one", either(*names[:3])), metric_filter("two", either(*names[3:]))]

    assert lacks(answers(filters=filters, alarms=[alarm("one"), alarm("two")]), "route_changes") == ()
    assert lacks(answers(filters=filters, alarms=[alarm("one")]), "route_changes") == (
        "no alarm watches metric CIS/two of metric filter two",
    )


def test_a_composite_alarm_may_act_for_an_alarm() -> None:
    """It rings when the other does, and tells somebody."""
    quiet = alarm("root_usage", AlarmActions=[])
    composite = {
        "AlarmName": "any",
        "AlarmArn": "arn:any",
        "AlarmRule": 'ALARM("root_usage") OR ALARM(other)',
        "ActionsEnabled": True,
        "AlarmActions": [TOPIC],
    }

    assert lacks(answers(alarms=[quiet], composites=[composite])) == ()
    assert lacks(answers(alarms=[quiet], composites=[{**composite, "AlarmActions": []}])) == (
        "alarm root_usage has no action",
    )


def test_an_alarm_may_watch_a_metric_in_an_expression() -> None:
    """A metric that a calculation is made of is watched as well."""
    stat = {"Metric": {"Namespace": "CIS", "MetricName": "root_usage"}, "Period": 60, "Stat": "Sum"}
    several = {key: value for key, value in alarm("sum").items() if key not in {"Namespace", "MetricName"}}

    assert lacks(answers(alarms=[{**several, "Metrics": [{"Id": "a", "MetricStat": stat}]}])) == ()


def test_the_log_group_of_another_account_is_not_seen() -> None:
    """An organization's trail sends its events to the account that it belongs to."""
    elsewhere = {**TRAIL, "CloudWatchLogsLogGroupArn": f"arn:aws:logs:{HOME}:999988887777:log-group:trail:*"}

    found = lacks(answers(trails=[elsewhere]))

    assert found == Unknown("log group trail is of account 999988887777: what watches it is seen there")


def test_a_second_trail_that_lacks_nothing_is_enough() -> None:
    """Another one without a log group changes nothing."""
    other = {**TRAIL, "Name": "other", "TrailARN": f"{ARN}-2", "CloudWatchLogsLogGroupArn": ""}

    assert lacks(answers(trails=[other, TRAIL])) == ()


UNSEEN = ("all_regions", "object_reads", "object_writes", "ai_calls", "unwatched.root_usage")


@pytest.mark.parametrize(
    ("denied", "unknown"),
    [
        ("cloudtrail:DescribeTrails", set(UNSEEN)),
        ("cloudtrail:GetTrailStatus", set(UNSEEN)),
        ("cloudtrail:GetEventSelectors", set(UNSEEN) - {"all_regions"}),
        ("logs:DescribeMetricFilters", {"unwatched.root_usage"}),
        ("cloudwatch:DescribeAlarms", {"unwatched.root_usage"}),
    ],
)
@pytest.mark.parametrize("region", ["us-east-1", HOME])
def test_a_denied_call_makes_its_own_facts_unknown(denied: str, unknown: set[str], region: str) -> None:
    """Of the account, which stays there."""
    whole = covered(account(answers(), denied={denied}, region=region))
    told = {name: getattr(whole, name) for name in UNSEEN[:4]} | {UNSEEN[4]: whole.unwatched.root_usage}

    assert {name for name, value in told.items() if isinstance(value, Unknown)} == unknown
    assert {value.reason for value in told.values() if isinstance(value, Unknown)} == {f"access denied: {denied}"}


def test_a_listing_of_another_region_is_read_to_its_end() -> None:
    """The second page has the filter that was missing."""
    given = answers(filters=without("root_usage"))
    given["logs:DescribeMetricFilters"]["nextToken"] = "more"
    given[asked("logs:DescribeMetricFilters", nextToken="more")] = {
        "metricFilters": [metric_filter("root_usage", ROOT)]
    }

    assert lacks(given) == ()


def test_only_what_is_needed_is_asked() -> None:
    """A run that asks only for a trail of all regions looks at no filter."""
    aws = FakeAws(answers(), need={"config.coverage.all_regions"})

    cloudtrail_account.resource(aws, next(cloudtrail_account.items(aws)))

    assert {call.partition(":")[0] for call, _ in aws.calls} == {"cloudtrail"}


def region(given: dict[str, Any], **more: Any) -> Maybe[bool]:
    """Say whether a region is recorded."""
    aws = FakeAws(given, **more)
    found = cloudtrail_region.resource(aws, next(cloudtrail_region.items(aws)))
    assert isinstance(found.config, cloudtrail_region.RegionTrailConfig)
    return found.config.recorded


DATA_ALONE = {"EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": False}]}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, True),
        ({"trails": []}, False),
        ({"logging": False}, False),
        ({"selectors": DATA_ALONE}, False),
        ({"trails": [{**TRAIL, "IsMultiRegionTrail": False, "HomeRegion": "us-east-1"}]}, True),
    ],
)
def test_a_region_is_recorded_by_a_trail_that_is_switched_on(changed: dict[str, Any], expected: Maybe[bool]) -> None:
    """A shadow is judged by its state at home; a region without a trail is there too."""
    assert region(answers(**changed)) is expected


@pytest.mark.parametrize(
    "denied", ["cloudtrail:DescribeTrails", "cloudtrail:GetTrailStatus", "cloudtrail:GetEventSelectors"]
)
def test_what_a_region_refuses_is_unknown(denied: str) -> None:
    """It neither passes nor fails."""
    assert region(answers(), denied={denied}) == Unknown(f"access denied: {denied}")


def code(**changed: Any) -> list[FakeBlock]:
    """Return the same account in Terraform."""
    group = FakeBlock("aws_cloudwatch_log_group.trail", name="trail")
    trail = FakeBlock(
        "aws_cloudtrail.audit",
        {
            "advanced_event_selector": [
                FakeBlock("a_b.c", {"field_selector": [{"field": "eventCategory", "equals": ["Management"]}]}),
                FakeBlock(
                    "a_b.c",
                    {
                        "field_selector": [
                            {"field": "eventCategory", "equals": ["Data"]},
                            {"field": "resources.type", "equals": ["AWS::S3::Object"]},
                        ]
                    },
                ),
            ]
        },
        **{
            "name": "audit",
            "s3_bucket_name": "trail-logs",
            "is_multi_region_trail": True,
            "cloud_watch_logs_group_arn": Ref("aws_cloudwatch_log_group.trail.arn"),
            **changed,
        },
    )
    filters = [
        FakeBlock(
            f"aws_cloudwatch_log_metric_filter.{name}",
            {"metric_transformation": [{"namespace": "CIS", "name": name}]},
            name=name,
            pattern=pattern,
            log_group_name=Ref("aws_cloudwatch_log_group.trail.name"),
        )
        for name, pattern in PATTERNS.items()
    ]
    alarms = [
        FakeBlock(
            f"aws_cloudwatch_metric_alarm.{name}",
            alarm_name=name,
            namespace="CIS",
            metric_name=name,
            alarm_actions=[Ref("aws_sns_topic.security.arn")],
        )
        for name in PATTERNS
    ]
    return [group, trail, *filters, *alarms]


def of_code(blocks: list[FakeBlock]) -> Coverage:
    """Return what the first trail of a tree says of all of them."""
    trail = next(each for each in blocks if each.type == "aws_cloudtrail")
    return covered(cloudtrail_trail.from_terraform(trail, {}, FakeSource(blocks)))


def test_both_forms_agree() -> None:
    """The same trails, filters and alarms in code."""
    assert of_code(code()) == covered(account(answers()))


def test_what_is_missing_in_code_is_named() -> None:
    """As in an account."""
    quiet = [each for each in code() if each.address != "aws_cloudwatch_metric_alarm.vpc_changes"]

    assert of_code(quiet).unwatched.vpc_changes == (
        "no alarm watches metric CIS/vpc_changes of metric filter vpc_changes",
    )
    assert of_code(code(cloud_watch_logs_group_arn=None)).unwatched.vpc_changes == (
        "trail audit sends its events to no log group",
    )
    assert isinstance(of_code(code(cloud_watch_logs_group_arn="arn:elsewhere")).unwatched.vpc_changes, Unknown)
    assert of_code(code(is_multi_region_trail=Unknown("?"))).unwatched.vpc_changes == Unknown("?")


def test_the_first_trail_of_a_tree_speaks_for_all() -> None:
    """A second one is not asked again, and what it records counts."""
    blocks = code(is_multi_region_trail=False)
    second = FakeBlock("aws_cloudtrail.second", name="second", s3_bucket_name="b", is_multi_region_trail=True)

    assert of_code([*blocks, second]).all_regions is True
    other = cloudtrail_trail.from_terraform(second, {}, FakeSource([*blocks, second]))
    assert isinstance(other.config, cloudtrail_trail.TrailConfig)
    assert other.config.coverage is None
