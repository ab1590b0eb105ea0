"""CloudWatch alarms, of metrics and composite ones. Calls `cloudwatch:DescribeAlarms`, `ListTagsForResource`."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Literal

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import listed, live, tags_of, told
from phiward.collectors.types.aws.arguments import flag, text, texts, there
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class AlarmConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only alarms have."""

    kind: Literal["metric", "composite"]
    """It watches a metric, or other alarms."""
    actions_enabled: Maybe[bool]
    """Its actions are taken at all."""
    alarm_actions: Maybe[tuple[Maybe[str], ...]]
    """What is told when it rings, by id."""
    insufficient_data_actions: Maybe[tuple[Maybe[str], ...]]
    """What is told when it can no longer see."""
    ok_actions: Maybe[tuple[Maybe[str], ...]]
    """What is told when it is over."""
    metrics: Maybe[tuple[str, ...]] = ()
    """The metrics it watches: `namespace/name`."""
    acting_parents: Maybe[tuple[str, ...]] = ()
    """Composite alarms with actions that ring when it does, by name."""


TYPE = ResourceType(name="aws.cloudwatch.alarm", title="CloudWatch alarm", aspects=(), config=AlarmConfig)

KINDS = ["MetricAlarm", "CompositeAlarm"]
_PARENTS = ("config.acting_parents",)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """List the alarms of the region."""
    yield from aws.pages("cloudwatch", "describe_alarms", "MetricAlarms", AlarmTypes=KINDS)
    yield from aws.pages("cloudwatch", "describe_alarms", "CompositeAlarms", AlarmTypes=KINDS)


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Ask for the tags, and normalize."""
    arn = item["AlarmArn"]
    tags = aws.ask("cloudwatch", "list_tags_for_resource", fills=("tags",), ResourceARN=arn)
    parents = listed(aws, "cloudwatch", "describe_alarms", "CompositeAlarms", fills=_PARENTS, AlarmTypes=KINDS)
    return live(
        aws,
        TYPE,
        arn,
        name=item["AlarmName"],
        tags=told(tags, lambda given: tags_of(given.get("Tags", ()))),
        config=AlarmConfig(
            kind="composite" if "AlarmRule" in item else "metric",
            actions_enabled=item.get("ActionsEnabled", True),
            alarm_actions=tuple(item.get("AlarmActions", ())),
            insufficient_data_actions=tuple(item.get("InsufficientDataActions", ())),
            ok_actions=tuple(item.get("OKActions", ())),
            metrics=metrics(item),
            acting_parents=told(
                {"all": parents} if not isinstance(parents, Unknown) else parents,
                lambda found: tuple(sorted(each["AlarmName"] for each in found["all"] if rings(each, item))),
            ),
        ),
    )


def metrics(alarm: dict[str, Any]) -> tuple[str, ...]:
    """Return the metrics that an alarm watches, alone or in an expression: `namespace/name`, sorted."""
    alone = [alarm] if alarm.get("MetricName") else []
    stats = [each.get("MetricStat", {}).get("Metric", {}) for each in alarm.get("Metrics", ())]
    return tuple(
        sorted({f"{each.get('Namespace')}/{each['MetricName']}" for each in (*alone, *stats) if each.get("MetricName")})
    )


def acts(alarm: dict[str, Any]) -> bool:
    """Say whether an alarm tells anything that it rings."""
    return bool(alarm.get("ActionsEnabled", True) and alarm.get("AlarmActions"))


def rings(parent: dict[str, Any], child: dict[str, Any]) -> bool:
    """Say whether a composite alarm with actions rings on another's alarm: `ALARM("name")` is in its rule."""
    names = (re.escape(child["AlarmName"]), re.escape(child["AlarmArn"]))
    rule = parent.get("AlarmRule", "")
    return acts(parent) and re.search(rf"ALARM\(\s*\"?(?:{'|'.join(names)})\"?\s*\)", rule) is not None


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the alarm that an `aws_cloudwatch_metric_alarm` or `aws_cloudwatch_composite_alarm` block makes."""
    composite = block.type == "aws_cloudwatch_composite_alarm"
    return source.resource(
        block,
        TYPE,
        parts=parts,
        name=text(block, "alarm_name", block.name) if isinstance(block.get("alarm_name"), str) else block.name,
        config=AlarmConfig(
            kind="composite" if composite else "metric",
            actions_enabled=flag(block, "actions_enabled", default=True),
            alarm_actions=texts_or_own(block, "alarm_actions", source),
            insufficient_data_actions=texts_or_own(block, "insufficient_data_actions", source),
            ok_actions=texts_or_own(block, "ok_actions", source),
            metrics=() if composite else coded_metrics(block),
            acting_parents=coded_parents(block, source),
        ),
        lines={
            "config.actions_enabled": block.lines("actions_enabled"),
            "config.alarm_actions": block.lines("alarm_actions"),
            "config.insufficient_data_actions": block.lines("insufficient_data_actions"),
        },
    )


def texts_or_own(block: Block, argument: str, source: Source) -> Maybe[tuple[Maybe[str], ...]]:
    """Return what a list names; of the tree's own topics, which get their ARN when they are made, their addresses."""
    found = texts(block, argument)
    if isinstance(found, Unknown) or all(isinstance(each, str) for each in found):
        return found
    named = [source.id(each) for each in block.references(argument) if source.find(each) is not None]
    known = [each for each in found if isinstance(each, str)]
    unseen = [each for each in found if isinstance(each, Unknown)]
    return (*known, *named) if len(named) >= len(unseen) else found


def coded_metrics(block: Block) -> Maybe[tuple[str, ...]]:
    """Return the metrics that an `aws_cloudwatch_metric_alarm` watches."""
    found: set[str] = set()
    named: list[Block | Unknown] = [block] if block.get("metric_name") is not None else []
    for query in block.blocks("metric_query"):
        named += [query] if isinstance(query, Unknown) else query.blocks("metric")
    for each in named:
        parts = each if isinstance(each, Unknown) else (text(each, "namespace", ""), text(each, "metric_name", ""))
        for part in [parts] if isinstance(parts, Unknown) else parts:
            if isinstance(part, Unknown):
                return part
        if not isinstance(parts, Unknown):
            found.add("/".join(str(part) for part in parts))
    return tuple(sorted(found))


def coded_parents(block: Block, source: Source) -> Maybe[tuple[str, ...]]:
    """Return the composite alarms of the code that have actions and ring when an alarm does, by id."""
    name = block.get("alarm_name")
    found: list[str] = []
    unseen: Unknown | None = None
    for parent in source.blocks("aws_cloudwatch_composite_alarm"):
        actions, rule = texts(parent, "alarm_actions"), text(parent, "alarm_rule", "")
        if block.address in parent.references("alarm_rule"):
            rule = f"ALARM({name})"
        if isinstance(rule, Unknown) or isinstance(actions, Unknown) or not isinstance(name, str):
            unseen = next(
                (each for each in (rule, actions, name) if isinstance(each, Unknown)), Unknown("its name is not known")
            )
            continue
        able = flag(parent, "actions_enabled", default=True) is True and bool(actions)
        if rings(
            {"AlarmRule": rule, "AlarmActions": ["some"] if able else [], "ActionsEnabled": able},
            {"AlarmName": name, "AlarmArn": name},
        ):
            if isinstance(sure := there(parent, source), Unknown):
                unseen = sure
                continue
            found.append(source.id(parent.address))
    return tuple(sorted(found)) or unseen or ()


def watching(alarms: Iterable[dict[str, Any]], metric: str) -> list[dict[str, Any]]:
    """Return the alarms that watch a metric (`namespace/name`)."""
    return [alarm for alarm in alarms if metric in metrics(alarm)]


TERRAFORM = tuple(
    Form(main=main, build=from_terraform, identified_by=("alarm_name", "id", "arn"))
    for main in ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
)
