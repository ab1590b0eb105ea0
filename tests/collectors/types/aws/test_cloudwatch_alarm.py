"""CloudWatch alarms and metric filters, live and in Terraform."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.types.aws import cloudwatch_alarm, logs_metric_filter
from phiward.collectors.types.aws.cloudwatch_alarm import AlarmConfig
from phiward.collectors.types.aws.logs_metric_filter import MetricFilterConfig
from phiward.inventory.model import Resource, Unknown

TOPIC = "arn:aws:sns:us-east-1:123456789012:operations"
ARN = "arn:aws:cloudwatch:us-east-1:123456789012:alarm:"
ALARM: dict[str, Any] = {
    "AlarmName": "errors",
    "AlarmArn": f"{ARN}errors",
    "ActionsEnabled": True,
    "AlarmActions": [TOPIC],
    "InsufficientDataActions": [],
    "OKActions": [],
    "Namespace": "Portal",
    "MetricName": "Errors",
}
COMPOSITE = {
    "AlarmName": "outage",
    "AlarmArn": f"{ARN}outage",
    "AlarmRule": f'ALARM("errors") AND ALARM({ARN}slow)',
    "ActionsEnabled": True,
    "AlarmActions": [TOPIC],
}
FILTER = {
    "filterName": "routes",
    "filterPattern": "{ $.eventName = DeleteRoute }",
    "logGroupName": "trail",
    "metricTransformations": [{"metricNamespace": "Portal", "metricName": "Errors", "metricValue": "1"}],
}


def answers(*alarms: dict[str, Any], composites: tuple[dict[str, Any], ...] = ()) -> dict[str, Any]:
    """Return the recorded answers."""
    return {
        "cloudwatch:DescribeAlarms": {"MetricAlarms": list(alarms), "CompositeAlarms": list(composites)},
        "cloudwatch:ListTagsForResource": {"Tags": [{"Key": "team", "Value": "ops"}]},
        "logs:DescribeMetricFilters": {"metricFilters": [FILTER]},
    }


def alarms(given: dict[str, Any], **more: Any) -> dict[str, Resource]:
    """Read all alarms, by name."""
    aws = FakeAws(given, **more)
    found = [cloudwatch_alarm.resource(aws, item) for item in cloudwatch_alarm.items(aws)]
    return {str(each.name): each for each in found}


def config(resource: Resource) -> AlarmConfig:
    """Return what only alarms have."""
    assert isinstance(resource.config, AlarmConfig)
    return resource.config


def test_an_alarm_is_told_in_full() -> None:
    """Its actions, its metric, its tags."""
    found = alarms(answers(ALARM))["errors"]

    assert (found.id, found.tags) == (f"{ARN}errors", {"team": "ops"})
    assert config(found) == AlarmConfig(
        kind="metric",
        actions_enabled=True,
        alarm_actions=(TOPIC,),
        insufficient_data_actions=(),
        ok_actions=(),
        metrics=("Portal/Errors",),
    )


def test_composite_alarms_are_alarms_and_act_for_others() -> None:
    """By name or ARN, quoted or not; one without an action does not."""
    slow = {**ALARM, "AlarmName": "slow", "AlarmArn": f"{ARN}slow"}
    other = {**ALARM, "AlarmName": "err", "AlarmArn": f"{ARN}err"}

    found = alarms(answers(ALARM, slow, other, composites=(COMPOSITE,)))
    quiet = alarms(answers(ALARM, composites=({**COMPOSITE, "ActionsEnabled": False},)))

    assert {name: config(each).acting_parents for name, each in found.items()} == {
        "errors": ("outage",),
        "slow": ("outage",),
        "err": (),
        "outage": (),
    }
    assert (config(found["outage"]).kind, config(quiet["errors"]).acting_parents) == ("composite", ())


def test_denied_tags_are_unknown_alone() -> None:
    """The rest is of the listing."""
    found = alarms(answers(ALARM), denied={"cloudwatch:ListTagsForResource"})["errors"]

    assert found.tags == Unknown("access denied: cloudwatch:ListTagsForResource")
    assert config(found) == config(alarms(answers(ALARM))["errors"])


def test_only_what_is_needed_is_asked() -> None:
    """The listing is enough for actions."""
    aws = FakeAws(answers(ALARM), need={"config.alarm_actions"})

    cloudwatch_alarm.resource(aws, next(cloudwatch_alarm.items(aws)))

    assert [call for call, _ in aws.calls] == ["cloudwatch:DescribeAlarms"]


def coded(*others: FakeBlock, **changed: Any) -> Resource:
    """Return the alarm in Terraform."""
    block = FakeBlock(
        "aws_cloudwatch_metric_alarm.errors",
        **{
            "alarm_name": "errors",
            "namespace": "Portal",
            "metric_name": "Errors",
            "alarm_actions": [TOPIC],
            **changed,
        },
    )
    return cloudwatch_alarm.from_terraform(block, {}, FakeSource([block, *others]))


def test_both_forms_agree() -> None:
    """The same alarm in code."""
    found = coded()

    assert (found.name, config(found)) == ("errors", config(alarms(answers(ALARM))["errors"]))


def test_topics_of_the_code_are_told_by_address() -> None:
    """Their ARN is made by the apply; what nothing tells is unknown."""
    topic = FakeBlock("aws_sns_topic.operations", name="operations")

    found = coded(topic, alarm_actions=[Ref("aws_sns_topic.operations.arn")])
    unseen = coded(alarm_actions=[Unknown("?")])

    assert config(found).alarm_actions == ("aws_sns_topic.operations",)
    assert config(unseen).alarm_actions == (Unknown("?"),)
    assert config(coded(actions_enabled=False)).actions_enabled is False


@pytest.mark.parametrize(("actions", "expected"), [([TOPIC], ("aws_cloudwatch_composite_alarm.outage",)), ([], ())])
def test_a_composite_alarm_of_the_code_acts_for_others(actions: list[str], expected: tuple[str, ...]) -> None:
    """By the name in its rule."""
    parent = FakeBlock(
        "aws_cloudwatch_composite_alarm.outage",
        alarm_name="outage",
        alarm_rule="ALARM(errors) OR ALARM(slow)",
        alarm_actions=actions,
    )

    assert config(coded(parent)).acting_parents == expected
    assert config(cloudwatch_alarm.from_terraform(parent, {}, FakeSource([parent]))).kind == "composite"


def metric_filter(given: dict[str, Any], **more: Any) -> Resource:
    """Read the one filter."""
    aws = FakeAws(given, **more)
    return logs_metric_filter.resource(aws, next(logs_metric_filter.items(aws)))


def test_a_filter_is_told_with_what_it_catches_and_who_watches() -> None:
    """The events, the metric, the log group and the alarms."""
    found = metric_filter(answers(ALARM, {**ALARM, "AlarmName": "b", "AlarmArn": f"{ARN}b", "MetricName": "Other"}))

    assert found.config == MetricFilterConfig(
        pattern="{ $.eventName = DeleteRoute }", metrics=("Portal/Errors",), catches=("DeleteRoute",), subjects=()
    )
    assert found.relations == {
        "log_group": ("arn:aws:logs:us-east-1:123456789012:log-group:trail",),
        "alarms": (f"{ARN}errors",),
    }


def test_denied_alarms_leave_open_who_watches() -> None:
    """What the filter catches is told all the same."""
    found = metric_filter(answers(ALARM), denied={"cloudwatch:DescribeAlarms"})

    assert found.relations["alarms"] == Unknown("access denied: cloudwatch:DescribeAlarms")
    assert found.config == metric_filter(answers(ALARM)).config


def test_both_forms_of_a_filter_agree() -> None:
    """In code, the log group and the alarm are blocks."""
    group = FakeBlock("aws_cloudwatch_log_group.trail", name="trail")
    alarm = FakeBlock("aws_cloudwatch_metric_alarm.errors", namespace="Portal", metric_name="Errors")
    block = FakeBlock(
        "aws_cloudwatch_log_metric_filter.routes",
        {"metric_transformation": [{"namespace": "Portal", "name": "Errors"}]},
        name="routes",
        pattern="{ $.eventName = DeleteRoute }",
        log_group_name=Ref("aws_cloudwatch_log_group.trail.name"),
    )

    found = logs_metric_filter.from_terraform(block, {}, FakeSource([group, alarm, block]))

    assert found.config == metric_filter(answers(ALARM)).config
    assert found.relations == {
        "log_group": ("aws_cloudwatch_log_group.trail",),
        "alarms": ("aws_cloudwatch_metric_alarm.errors",),
    }


def test_a_pattern_that_is_not_known_catches_nobody_knows_what() -> None:
    """Neither all nor nothing."""
    block = FakeBlock("aws_cloudwatch_log_metric_filter.routes", pattern=Unknown("?"), log_group_name="trail")

    found = logs_metric_filter.from_terraform(block, {}, FakeSource([block])).config

    assert isinstance(found, MetricFilterConfig)
    assert (found.catches, found.subjects) == (Unknown("?"), Unknown("?"))
