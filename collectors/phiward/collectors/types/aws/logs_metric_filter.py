"""Metric filters of log groups. Calls `logs:DescribeMetricFilters`, `cloudwatch:DescribeAlarms`."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import arn, listed, live, told
from phiward.collectors.types.aws.arguments import text, there
from phiward.collectors.types.aws.cloudwatch_alarm import KINDS, coded_metrics, watching
from phiward.collectors.types.aws.watched_events import SUBJECTS, caught, names_of
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class MetricFilterConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only metric filters have."""

    pattern: Maybe[str]
    """What an event has to match. Empty: every event."""
    metrics: Maybe[tuple[str, ...]]
    """The metrics it counts in: `namespace/name`."""
    catches: Maybe[tuple[str, ...]]
    """Of the events that somebody has to be told of, those that it surely counts: `DeleteRoute`."""
    subjects: Maybe[tuple[str, ...]]
    """The subjects of which it counts every event: `root_usage`, `vpc_changes`."""


TYPE = ResourceType(
    name="aws.logs.metric_filter",
    title="CloudWatch Logs metric filter",
    aspects=(),
    config=MetricFilterConfig,
    relations={
        "log_group": Relation("the log group whose events it counts", ("aws.logs.log_group",)),
        "alarms": Relation("the alarms that watch its metrics", ("aws.cloudwatch.alarm",)),
    },
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """List the metric filters of the region."""
    return aws.pages("logs", "describe_metric_filters", "metricFilters")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Look up the alarms that watch what it counts, and normalize."""
    group, name = item["logGroupName"], item["filterName"]
    alarms = listed(aws, "cloudwatch", "describe_alarms", "MetricAlarms", fills=("relations.alarms",), AlarmTypes=KINDS)
    counted = metrics(item)
    return live(
        aws,
        TYPE,
        arn(aws, "logs", f"log-group:{group}:metric-filter:{name}"),
        name=name,
        config=_config(item.get("filterPattern", ""), counted),
        relations={
            "log_group": (arn(aws, "logs", f"log-group:{group}"),),
            "alarms": alarms
            if isinstance(alarms, Unknown)
            else tuple(sorted({each["AlarmArn"] for metric in counted for each in watching(alarms, metric)})),
        },
    )


def metrics(item: dict[str, Any]) -> tuple[str, ...]:
    """Return the metrics that a filter counts in: `namespace/name`, sorted."""
    given = item.get("metricTransformations", ())
    return tuple(sorted(f"{each.get('metricNamespace')}/{each.get('metricName')}" for each in given))


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the filter that an `aws_cloudwatch_log_metric_filter` block makes."""
    counted = written_metrics(block)
    owners = source.owners("aws_cloudwatch_log_group", block, "log_group_name")
    name = text(block, "log_group_name", "")
    groups = owners if isinstance(owners, Unknown) else tuple(source.id(each) for each in owners)
    elsewhere = groups == () and isinstance(name, str)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        tags=None,
        config=_config(text(block, "pattern", ""), counted),
        relations={
            "log_group": (f"log-group:{name}",) if elsewhere else groups,
            "alarms": counted if isinstance(counted, Unknown) else _coded_alarms(counted, source),
        },
        lines={
            "config.pattern": block.lines("pattern"),
            "config.catches": block.lines("pattern"),
            "config.subjects": block.lines("pattern"),
            "config.metrics": block.lines("metric_transformation"),
        },
    )


def written_metrics(block: Block) -> Maybe[tuple[str, ...]]:
    """Return the metrics that an `aws_cloudwatch_log_metric_filter` counts in."""
    found: set[str] = set()
    for each in block.blocks("metric_transformation"):
        if isinstance(each, Unknown):
            return each
        namespace, name = text(each, "namespace", ""), text(each, "name", "")
        for part in (namespace, name):
            if isinstance(part, Unknown):
                return part
        found.add(f"{namespace}/{name}")
    return tuple(sorted(found))


def _coded_alarms(counted: tuple[str, ...], source: Source) -> Maybe[tuple[str, ...]]:
    found: list[str] = []
    for alarm in source.blocks("aws_cloudwatch_metric_alarm"):
        watched = coded_metrics(alarm)
        if isinstance(watched, Unknown):
            return watched
        if set(watched) & set(counted):
            if isinstance(sure := there(alarm, source), Unknown):
                return sure
            found.append(source.id(alarm.address))
    return tuple(sorted(found))


def _config(pattern: Maybe[str], counted: Maybe[tuple[str, ...]]) -> MetricFilterConfig:
    catches = caught(pattern)
    return MetricFilterConfig(
        pattern=pattern,
        metrics=counted,
        catches=catches,
        subjects=told(
            catches if isinstance(catches, Unknown) else {"all": catches},
            lambda found: tuple(each for each in SUBJECTS if set(names_of(each)) <= set(found["all"])),
        ),
    )


TERRAFORM = (Form(main="aws_cloudwatch_log_metric_filter", build=from_terraform, identified_by=("name", "id")),)
