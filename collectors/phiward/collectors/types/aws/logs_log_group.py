"""CloudWatch log groups. Calls `logs:DescribeLogGroups`, `logs:ListTagsForResource`.

CloudWatch Logs encrypts every group: with a key of its own, or with the customer's KMS key where one is attached (its
documentation, *Encrypt log data in CloudWatch Logs using AWS KMS*). A group without a retention setting keeps its
events for ever. Log events themselves are never read.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import live
from phiward.collectors.types.aws.arguments import is_set, number, text
from phiward.collectors.types.aws.kms_keys import named_key
from phiward.inventory.aspects import EncryptionAtRest, Logging
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class LogGroupConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only log groups have."""

    log_class: Maybe[str]
    """`STANDARD`, `INFREQUENT_ACCESS` or `DELIVERY`."""
    data_protection: Maybe[bool]
    """A policy masks identifiers of persons in what is logged."""


TYPE = ResourceType(
    name="aws.logs.log_group",
    title="CloudWatch log group",
    aspects=(EncryptionAtRest, Logging),
    config=LogGroupConfig,
    relations={"encrypts_with": Relation("the KMS key its events are encrypted with", ("aws.kms.key",))},
    stores_data=True,
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """List the log groups of the region."""
    return aws.pages("logs", "describe_log_groups", "logGroups")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Ask for the tags, and normalize."""
    arn = str(item.get("logGroupArn") or item["arn"]).removesuffix(":*")
    answer = aws.ask("logs", "list_tags_for_resource", fills=("tags",), resourceArn=arn)
    tags = answer if isinstance(answer, Unknown) else (answer or {}).get("tags", {})
    key = item.get("kmsKeyId")
    return live(
        aws,
        TYPE,
        arn,
        name=item["logGroupName"],
        tags=tags,
        encryption_at_rest=_encryption(key is not None, key),
        logging=Logging(enabled=True, retention_days=item.get("retentionInDays")),
        config=LogGroupConfig(
            log_class=item.get("logGroupClass", "STANDARD"),
            data_protection=item.get("dataProtectionStatus") == "ACTIVATED",
        ),
        relations={"encrypts_with": (key,) if key else ()},
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Normalize an `aws_cloudwatch_log_group`."""
    days = number(block, "retention_in_days", 0)
    policies = parts.get("aws_cloudwatch_log_data_protection_policy", [])
    unseen = next((policy for policy in policies if isinstance(policy, Unknown)), None)
    sure = any(not isinstance(policy, Unknown) for policy in policies)
    given = is_set(block, "kms_key_id")
    key: Maybe[str | None] = named_key(block, "kms_key_id", source)[1] if given else None
    return source.resource(
        block,
        TYPE,
        parts=parts,
        encryption_at_rest=_encryption(given, key),
        logging=Logging(enabled=True, retention_days=None if days == 0 else days),
        config=LogGroupConfig(
            log_class=text(block, "log_group_class", "STANDARD"),
            data_protection=unseen if unseen and not sure else sure,
        ),
        relations={"encrypts_with": key if isinstance(key, Unknown) else (key,) if key else ()},
        lines={
            "encryption_at_rest": block.lines("kms_key_id"),
            "logging.retention_days": block.lines("retention_in_days"),
            "config.log_class": block.lines("log_group_class"),
        },
    )


def _encryption(attached: Maybe[bool], key: Maybe[str | None]) -> EncryptionAtRest:
    """Return the encryption under a key, which only the customer's own can be attached as, or under the service's."""
    if isinstance(attached, Unknown):
        return EncryptionAtRest(enabled=True, algorithm=attached, key_owner=attached, key=attached)
    if not attached:
        return EncryptionAtRest(enabled=True, algorithm="AES256", key_owner="provider")
    return EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner="customer", key=key)


TERRAFORM = (
    Form(
        main="aws_cloudwatch_log_group",
        build=from_terraform,
        parts={"aws_cloudwatch_log_data_protection_policy": "log_group_name"},
        identified_by=("name", "id", "arn"),
    ),
)
