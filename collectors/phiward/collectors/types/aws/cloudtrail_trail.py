"""CloudTrail trails. Calls `cloudtrail:DescribeTrails`, `GetTrailStatus`, `GetEventSelectors`, `ListTags`.

A trail of all regions is listed in each of them (its *shadow trails*), under one ARN: it is asked about in its home
region alone, and is one resource.
"""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import live, moment, tags_of, told
from phiward.collectors.types.aws.arguments import flag, text
from phiward.collectors.types.aws.audit_code import coverage_of_code, selectors_of_code
from phiward.collectors.types.aws.audit_coverage import Coverage
from phiward.collectors.types.aws.event_selectors import Selected, selected
from phiward.collectors.types.aws.kms_keys import named_key
from phiward.inventory.aspects import EncryptionAtRest, Integrity, Logging
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

RETENTION = Unknown("the lifecycle of its bucket decides: see the relation log_bucket")


class TrailConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only trails have."""

    multi_region: Maybe[bool]
    """It records every region of the account."""
    organization: Maybe[bool]
    """It records every account of the organization."""
    global_services: Maybe[bool]
    """It records services without a region, like IAM."""
    management_events: Maybe[Literal["all", "read", "write", "some", "none"]]
    """Which calls that manage the account it records: all, only those that read or that write, some services', none."""
    excluded_sources: Maybe[tuple[str, ...]] = ()
    """Services whose management events it leaves out: `kms.amazonaws.com`."""
    data_events: Maybe[tuple[str, ...]] = ()
    """Kinds of things whose data events it records: `AWS::S3::Object`."""
    last_log_group_delivery: Maybe[str | None] = None
    """When events last reached its log group (a time). None: never."""
    coverage: Maybe[Coverage | None] = None
    """What all trails of the code, taken together, record and have watched: on the first of them alone. None for
    others, and for live ones, where the account tells (`aws.cloudtrail.account`)."""


TYPE = ResourceType(
    name="aws.cloudtrail.trail",
    title="CloudTrail trail",
    aspects=(EncryptionAtRest, Integrity, Logging),
    config=TrailConfig,
    relations={
        "log_bucket": Relation("the bucket its log files go to", ("aws.s3.bucket",)),
        "log_group": Relation("the log group its events go to", ("aws.logs.log_group",)),
        "encrypts_with": Relation("the KMS key its log files are encrypted with", ("aws.kms.key",)),
    },
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """List the trails that record the region, shadows included."""
    return aws.pages("cloudtrail", "describe_trails", "trailList", includeShadowTrails=True)


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Ask the trail's home region, and normalize."""
    arn, home = item["TrailARN"], item["HomeRegion"]
    status = aws.ask(
        "cloudtrail",
        "get_trail_status",
        fills=("logging.enabled", "config.last_log_group_delivery"),
        region=home,
        Name=arn,
    )
    answer = aws.ask(
        "cloudtrail",
        "get_event_selectors",
        fills=("config.management_events", "config.excluded_sources", "config.data_events", "logging.kinds"),
        region=home,
        TrailName=arn,
    )
    if isinstance(answer, dict):
        events = selected(answer.get("EventSelectors") or (), answer.get("AdvancedEventSelectors") or ())
    else:
        unseen = answer or Unknown("cloudtrail:GetEventSelectors gave no answer")
        events = Selected(unseen, unseen, unseen)
    group = item.get("CloudWatchLogsLogGroupArn", "").removesuffix(":*")
    key, bucket = item.get("KmsKeyId"), f"arn:{aws.partition}:s3:::{item['S3BucketName']}"
    trail = live(
        aws,
        TYPE,
        arn,
        name=item["Name"],
        region=home,
        tags=_tags(aws, arn, home),
        **_aspects(
            key,
            validated=item.get("LogFileValidationEnabled", False),
            on=status["IsLogging"] if isinstance(status, dict) else status or Unknown("no status was answered"),
            destinations=(bucket, group) if group else (bucket,),
            events=events,
        ),
        config=_config(
            events,
            multi_region=item.get("IsMultiRegionTrail", False),
            organization=item.get("IsOrganizationTrail", False),
            global_services=item.get("IncludeGlobalServiceEvents", False),
            delivered=told(status, lambda given: moment(given.get("LatestCloudWatchLogsDeliveryTime"))),
        ),
        relations={
            "log_bucket": (bucket,),
            "log_group": (group,) if group else (),
            "encrypts_with": (key,) if key else (),
        },
    )
    # An organization's trail is seen in each account, and belongs to the one that its ARN names.
    return msgspec.structs.replace(trail, account=arn.split(":")[4])


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Normalize an `aws_cloudtrail`."""
    key: Maybe[str | None] = None
    if block.get("kms_key_id") is not None:
        _, key = named_key(block, "kms_key_id", source)
    buckets = _named(block, "s3_bucket_name", "aws_s3_bucket", source, "arn:aws:s3:::")
    groups = _named(block, "cloud_watch_logs_group_arn", "aws_cloudwatch_log_group", source, "")
    events = selected(*selectors_of_code(block))
    unseen = next((each for each in (buckets, groups) if isinstance(each, Unknown)), None)
    chosen = "advanced_event_selector" if block.blocks("advanced_event_selector") else "event_selector"
    return source.resource(
        block,
        TYPE,
        parts=parts,
        **_aspects(
            key,
            validated=flag(block, "enable_log_file_validation", False),
            on=flag(block, "enable_logging", True),
            destinations=unseen or (*_tuple(buckets), *_tuple(groups)),
            events=events,
        ),
        config=_config(
            events,
            multi_region=flag(block, "is_multi_region_trail", False),
            organization=flag(block, "is_organization_trail", False),
            global_services=flag(block, "include_global_service_events", True),
            delivered=Unknown("events are delivered once it runs"),
            coverage=coverage_of_code(block, source),
        ),
        relations={
            "log_bucket": buckets,
            "log_group": groups,
            "encrypts_with": key if isinstance(key, Unknown) else (key,) if key else (),
        },
        lines={
            "encryption_at_rest": block.lines("kms_key_id"),
            "integrity.tamper_evident": block.lines("enable_log_file_validation"),
            "logging.enabled": block.lines("enable_logging"),
            "config.multi_region": block.lines("is_multi_region_trail"),
            "config.management_events": block.lines(chosen),
            "config.coverage": block.lines(chosen),
            "relations.log_bucket": block.lines("s3_bucket_name"),
            "relations.log_group": block.lines("cloud_watch_logs_group_arn"),
        },
    )


def _aspects(
    key: Maybe[str | None],
    *,
    validated: Maybe[bool],
    on: Maybe[bool],
    destinations: Maybe[tuple[str, ...]],
    events: Selected,
) -> dict[str, Any]:
    """Return the aspects of either form. Without a key of its own, the bucket's encryption (SSE-S3) is the trail's."""
    encryption = EncryptionAtRest(enabled=True, algorithm="AES256", key_owner="provider")
    if key is not None:
        encryption = EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner="customer", key=key)
    kinds: Maybe[tuple[str, ...]]
    if isinstance(events.management, Unknown) or isinstance(events.data, Unknown):
        kinds = events.management if isinstance(events.management, Unknown) else _unknown(events.data)
    else:
        kinds = (*(("data",) if events.data else ()), *(() if events.management == "none" else ("management",)))
    return {
        "encryption_at_rest": encryption,
        "integrity": Integrity(tamper_evident=validated),
        "logging": Logging(enabled=on, destinations=destinations, off_host=True, retention_days=RETENTION, kinds=kinds),
    }


def _unknown(value: Any) -> Unknown:
    return value if isinstance(value, Unknown) else Unknown("not known")


def _config(
    events: Selected, *, delivered: Maybe[str | None], coverage: Maybe[Coverage | None] = None, **flags: Maybe[bool]
) -> TrailConfig:
    return TrailConfig(
        multi_region=flags["multi_region"],
        organization=flags["organization"],
        global_services=flags["global_services"],
        management_events=events.management,
        excluded_sources=events.excluded,
        data_events=events.data,
        last_log_group_delivery=delivered,
        coverage=coverage,
    )


def _tags(aws: Aws, arn: str, home: str) -> Maybe[dict[str, str]]:
    answer = aws.ask("cloudtrail", "list_tags", fills=("tags",), region=home, ResourceIdList=[arn])
    if not isinstance(answer, dict):
        return answer or {}
    return {
        key: value
        for tags in answer.get("ResourceTagList", ())
        for key, value in tags_of(tags.get("TagsList", ())).items()
    }


def _named(block: Block, argument: str, of: str, source: Source, prefix: str) -> Maybe[tuple[str, ...]]:
    """Return the ids of what an argument names: blocks of the tree, or something outside it by its own id."""
    if block.get(argument) is None:
        return ()
    owners = source.owners(of, block, argument)
    if isinstance(owners, Unknown):
        return owners
    if owners:
        return tuple(source.id(address) for address in owners)
    value = text(block, argument, None)
    if value is None or isinstance(value, Unknown):
        return value or ()
    return (prefix + value.removesuffix(":*"),)


def _tuple(value: Maybe[tuple[str, ...]]) -> tuple[str, ...]:
    return () if isinstance(value, Unknown) else value


TERRAFORM = (Form(main="aws_cloudtrail", build=from_terraform, identified_by=("id", "arn", "name")),)
