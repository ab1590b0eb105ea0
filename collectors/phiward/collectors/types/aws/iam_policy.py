"""The customer's own managed IAM policies. Calls `iam:GetAccountAuthorizationDetails`."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import iam_details
from phiward.collectors.types.aws.answers import live, moment, tags_of
from phiward.collectors.types.aws.iam_grants import authorization, named
from phiward.collectors.types.aws.iam_terraform import label
from phiward.collectors.types.aws.policies import policy_required
from phiward.inventory.aspects import Authorization, Grant
from phiward.inventory.catalog import ResourceType
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.model import Maybe, Resource, Unknown


class PolicyConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a managed policy has."""

    document: Maybe[PolicyDocument]
    """The version in force."""
    attachments: Maybe[int]
    """How many users, groups and roles have it."""
    updated: Maybe[str | None]
    """When its version in force was made (a time)."""


TYPE = ResourceType(
    name="aws.iam.policy",
    title="IAM policy of the customer's own",
    aspects=(Authorization,),
    config=PolicyConfig,
)
GLOBAL = True

_ATTACHMENTS = (
    "aws_iam_user_policy_attachment",
    "aws_iam_group_policy_attachment",
    "aws_iam_role_policy_attachment",
    "aws_iam_policy_attachment",
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every customer managed policy."""
    yield from iam_details.entries(aws, "Policies")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one policy."""
    return normalize(aws, item)


def normalize(aws: Aws, policy: dict[str, Any]) -> Resource:
    """Turn one entry of `Policies` into a resource."""
    name = policy.get("PolicyName") or named(policy["Arn"])
    attachments = policy.get("AttachmentCount", Unknown("IAM does not say how many have it"))
    return live(
        aws,
        TYPE,
        policy["Arn"],
        region=None,
        name=name,
        tags=tags_of(policy["Tags"]) if "Tags" in policy else Unknown("not in the account's authorization details"),
        **_described(name, iam_details.in_force(policy), attachments, moment(policy.get("UpdateDate"))),
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the policy of an `aws_iam_policy` block."""
    document = policy_required(block, "policy", source)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        lines={"authorization": block.lines("policy"), "config.document": block.lines("policy")},
        **_described(label(block), document, _count(block, parts, source), Unknown("known after apply")),
    )


def _described(
    name: str, document: Maybe[PolicyDocument], attachments: Maybe[int], updated: Maybe[str | None]
) -> dict[str, Any]:
    grant = Grant(name=name, kind="customer", document=document)
    return {
        "authorization": authorization((grant,), [grant]),
        "config": PolicyConfig(document=document, attachments=attachments, updated=updated),
    }


def _count(block: Block, parts: Parts, source: Source) -> Maybe[int]:
    """Count who has the policy: by an attachment of one, by an attachment of many, by a role's own list."""
    count = 0
    for name in _ATTACHMENTS:
        for part in parts.get(name, ()):
            if isinstance(part, Unknown):
                return part
            if name != "aws_iam_policy_attachment":
                count += 1
                continue
            for argument in ("users", "groups", "roles"):
                holders = part.get(argument, [])
                if isinstance(holders, Unknown):
                    return holders
                count += len(holders)
    for role in source.blocks("aws_iam_role"):
        if role.get("managed_policy_arns") is not None:
            owners = source.owners("aws_iam_policy", role, "managed_policy_arns")
            if isinstance(owners, Unknown):
                return owners
            count += block.address in owners
    return count


TERRAFORM = (Form(main="aws_iam_policy", build=from_terraform, parts=dict.fromkeys(_ATTACHMENTS, "policy_arn")),)
