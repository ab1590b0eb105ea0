"""The trails of Terraform code, taken together: what they record, and what watches their log groups."""

from collections.abc import Sequence
from typing import Any

from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.arguments import flag, text, texts, there
from phiward.collectors.types.aws.audit_coverage import Alarm, Coverage, Filter, Trail, coverage
from phiward.collectors.types.aws.cloudwatch_alarm import coded_metrics, coded_parents
from phiward.collectors.types.aws.event_selectors import selected
from phiward.collectors.types.aws.logs_metric_filter import written_metrics
from phiward.collectors.types.aws.object_events import objects
from phiward.inventory.kleene import every, some
from phiward.inventory.model import Maybe, Unknown

_MAIN = "aws_cloudtrail"


def coverage_of_code(block: Block, source: Source) -> Coverage | None:
    """Return what all trails of a tree add up to, for the first of them; None for the others."""
    trails = source.blocks(_MAIN)
    if not trails or trails[0].address != block.address:
        return None
    return coverage(trail_of_code(each, source) for each in trails)


def trail_of_code(block: Block, source: Source) -> Trail:
    """Return one trail of the code."""
    simple, advanced = selectors_of_code(block)
    bucket = block.get("s3_bucket_name")
    groups, group = _group(block, source)
    return Trail(
        name=block.get("name") if isinstance(block.get("name"), str) else block.name,
        logging=every((there(block, source), flag(block, "enable_logging", default=True))),
        all_regions=flag(block, "is_multi_region_trail", default=False),
        events=selected(simple, advanced),
        objects=objects(simple, advanced),
        log_bucket=f"arn:aws:s3:::{bucket}" if isinstance(bucket, str) else None,
        group=group,
        filters=_filters(groups, source),
        alarms=[_alarm(each, source) for each in source.blocks("aws_cloudwatch_metric_alarm")],
    )


def selectors_of_code(block: Block) -> tuple[list[Maybe[dict[str, Any]]], list[Maybe[dict[str, Any]]]]:
    """Return the event selectors of an `aws_cloudtrail`, simple and advanced, in the API's shape."""
    return (
        [each if isinstance(each, Unknown) else _selector(each) for each in block.blocks("event_selector")],
        [each if isinstance(each, Unknown) else _advanced(each) for each in block.blocks("advanced_event_selector")],
    )


def _selector(block: Block) -> dict[str, Any]:
    return {
        "ReadWriteType": text(block, "read_write_type", "All"),
        "IncludeManagementEvents": flag(block, "include_management_events", True),
        "ExcludeManagementEventSources": block.get("exclude_management_event_sources") or [],
        "DataResources": [
            each if isinstance(each, Unknown) else {"Type": text(each, "type", ""), "Values": each.get("values") or []}
            for each in block.blocks("data_resource")
        ],
    }


_OPERATORS = {
    "equals": "Equals",
    "not_equals": "NotEquals",
    "starts_with": "StartsWith",
    "ends_with": "EndsWith",
    "not_starts_with": "NotStartsWith",
    "not_ends_with": "NotEndsWith",
}


def _advanced(block: Block) -> dict[str, Any]:
    return {
        "FieldSelectors": [
            each
            if isinstance(each, Unknown)
            else {
                "Field": each.get("field"),
                **{name: each.get(argument) for argument, name in _OPERATORS.items() if each.get(argument)},
            }
            for each in block.blocks("field_selector")
        ]
    }


def _group(block: Block, source: Source) -> tuple[Maybe[tuple[str, ...]], Maybe[str | None]]:
    """Return the log groups of the code that a trail names, and the name of its group."""
    argument = "cloud_watch_logs_group_arn"
    if block.get(argument) is None:
        return (), None
    owners = source.owners("aws_cloudwatch_log_group", block, argument)
    if isinstance(owners, Unknown):
        return owners, owners
    if owners:
        return owners, owners[0]
    return Unknown("the log group of the trail is not in the code"), Unknown(
        "the log group of the trail is not in the code, so what watches it is not known"
    )


def _filters(groups: Maybe[tuple[str, ...]], source: Source) -> Maybe[Sequence[Filter]]:
    if isinstance(groups, Unknown):
        return groups
    found: list[Filter] = []
    for block in source.blocks("aws_cloudwatch_log_metric_filter"):
        owners = source.owners("aws_cloudwatch_log_group", block, "log_group_name")
        if isinstance(owners, Unknown):
            return owners
        if set(owners) & set(groups):
            sure = there(block, source)
            pattern = sure if isinstance(sure, Unknown) else text(block, "pattern", "")
            found.append(Filter(block.name, pattern, written_metrics(block)))
    return found


def _alarm(block: Block, source: Source) -> Alarm:
    actions, parents = texts(block, "alarm_actions"), coded_parents(block, source)
    through = parents if isinstance(parents, Unknown) else bool(parents)
    return Alarm(
        name=block.name,
        metrics=coded_metrics(block),
        on=every((there(block, source), some((through, flag(block, "actions_enabled", default=True))))),
        tells=some((actions if isinstance(actions, Unknown) else bool(actions), through)),
    )
