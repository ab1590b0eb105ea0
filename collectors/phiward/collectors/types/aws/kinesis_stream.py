"""Kinesis data streams. Calls `kinesis:ListStreams`, `DescribeStreamSummary`, `ListTagsForStream` and
`kms:DescribeKey`. Records are never read.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import arn, asked_tags, live
from phiward.collectors.types.aws.arguments import number, text
from phiward.collectors.types.aws.kms_keys import KeyOwner, encrypts_with, named_key, owner_of, under_kms
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class StreamConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a data stream has."""

    retention_hours: Maybe[int]
    """Hours that a record can be read again."""


TYPE = ResourceType(
    name="aws.kinesis.stream",
    title="Kinesis data stream",
    aspects=(EncryptionAtRest,),
    config=StreamConfig,
    relations={"encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",))},
    stores_data=True,
)

_FILLS = ("encryption_at_rest", "config", "relations")
_MOST_TAGS = 50
_RETENTION = 24
"""Hours that records are kept where nobody says otherwise."""


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every stream of the region."""
    yield from aws.pages("kinesis", "list_streams", "StreamSummaries")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one stream, described."""
    name = item["StreamName"]
    found = aws.ask("kinesis", "describe_stream_summary", fills=_FILLS, StreamName=name)
    encryption: EncryptionAtRest
    hours: Maybe[int]
    if found is None or isinstance(found, Unknown):
        hours = found or Unknown("it is gone")
        encryption = under_kms(hours, hours, hours)
    else:
        stream = found["StreamDescriptionSummary"]
        on, key = stream.get("EncryptionType") == "KMS", stream.get("KeyId")
        owner: Maybe[KeyOwner | None] = owner_of(aws, key) if on and key else None
        encryption = under_kms(on, owner, key)
        hours = stream.get("RetentionPeriodHours", Unknown("Kinesis states no retention"))
    return live(
        aws,
        TYPE,
        item.get("StreamARN") or arn(aws, "kinesis", f"stream/{name}"),
        name=name,
        tags=asked_tags(aws, "kinesis", "list_tags_for_stream", "Tags", StreamName=name, Limit=_MOST_TAGS),
        encryption_at_rest=encryption,
        config=StreamConfig(retention_hours=hours),
        relations={"encrypts_with": encrypts_with(encryption)},
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the stream that an `aws_kinesis_stream` block makes."""
    kind = text(block, "encryption_type", "NONE")
    encryption = under_kms(
        kind if isinstance(kind, Unknown) else kind == "KMS", *named_key(block, "kms_key_id", source)
    )
    return source.resource(
        block,
        TYPE,
        parts=parts,
        encryption_at_rest=encryption,
        config=StreamConfig(retention_hours=number(block, "retention_period", _RETENTION)),
        relations={"encrypts_with": encrypts_with(encryption)},
        lines={
            "encryption_at_rest": block.lines("encryption_type"),
            "encryption_at_rest.key": block.lines("kms_key_id"),
            "encryption_at_rest.key_owner": block.lines("kms_key_id"),
            "config.retention_hours": block.lines("retention_period"),
        },
    )


TERRAFORM = (Form(main="aws_kinesis_stream", build=from_terraform, identified_by=("name", "id", "arn")),)
