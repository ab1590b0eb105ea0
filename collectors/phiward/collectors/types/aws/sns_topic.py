"""SNS topics. Calls `sns:ListTopics`, `sns:GetTopicAttributes`, `sns:ListTagsForResource` and `kms:DescribeKey`."""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import live, tags_of, told
from phiward.collectors.types.aws.kms_keys import named_key, owner_of, under_kms
from phiward.collectors.types.aws.policies import policy_argument
from phiward.collectors.types.aws.resource_policies import policy_exposure
from phiward.inventory.aspects import EncryptionAtRest, Exposure
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.model import Maybe, Resource, Unknown

TYPE = ResourceType(
    name="aws.sns.topic",
    title="SNS topic",
    aspects=(EncryptionAtRest, Exposure),
    relations={"encrypts_with": Relation("the KMS key that its messages are encrypted with", ("aws.kms.key",))},
    stores_data=True,
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """List the topics of the region."""
    return aws.pages("sns", "list_topics", "Topics")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Ask for the attributes of one topic, and normalize."""
    identity = item["TopicArn"]
    answer = aws.ask(
        "sns", "get_topic_attributes", fills=("encryption_at_rest", "exposure", "relations"), TopicArn=identity
    )
    tags = aws.ask("sns", "list_tags_for_resource", fills=("tags",), ResourceArn=identity)
    key: Maybe[str | None] = told(answer, lambda topic: topic.get("Attributes", {}).get("KmsMasterKeyId") or None)
    written = told(answer, lambda topic: topic.get("Attributes", {}).get("Policy"))
    policy = written if isinstance(written, Unknown) else parse_policy(written) if written else None
    return live(
        aws,
        TYPE,
        identity,
        name=identity.rpartition(":")[2],
        tags=told(tags, lambda given: tags_of(given.get("Tags", ()))),
        encryption_at_rest=_encryption(key, owner_of(aws, key) if isinstance(key, str) else key),
        exposure=policy_exposure(policy, aws.account),
        relations={"encrypts_with": _relation(key)},
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the topic that an `aws_sns_topic` block makes, with its policy."""
    owner, key = (None, None) if not _names_key(block) else named_key(block, "kms_master_key_id", source)
    policy, holder = _policy(block, parts, source)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        encryption_at_rest=_encryption(key, owner),
        exposure=policy_exposure(policy, source.account),
        relations={"encrypts_with": _relation(key)},
        lines={"encryption_at_rest": block.lines("kms_master_key_id"), "exposure": holder.lines("policy")},
    )


def _names_key(block: Block) -> bool:
    value = block.get("kms_master_key_id")
    return value is not None and value != ""


def _encryption(key: Maybe[str | None], owner: Maybe[Any]) -> EncryptionAtRest:
    """Return the encryption of messages: under a named key, or none (*Securing Amazon SNS data*, SSE)."""
    if isinstance(key, Unknown) and not key.refs and isinstance(owner, Unknown):
        return under_kms(key, key, key)
    return under_kms(key is not None, owner, key)


def _relation(key: Maybe[str | None]) -> Maybe[tuple[str, ...]]:
    return key if isinstance(key, Unknown) else (key,) if key else ()


def _policy(block: Block, parts: Parts, source: Source) -> tuple[Maybe[PolicyDocument | None], Block]:
    """Return the policy with the block that holds it; where none is written, SNS lets in the account alone."""
    for part in parts.get("aws_sns_topic_policy", []):
        return (part, block) if isinstance(part, Unknown) else (policy_argument(part, "policy", source), part)
    return policy_argument(block, "policy", source), block


TERRAFORM = (
    Form(
        main="aws_sns_topic",
        build=from_terraform,
        parts={"aws_sns_topic_policy": "arn"},
        identified_by=("arn", "id", "name"),
    ),
)
