"""IAM groups. Calls `iam:GetAccountAuthorizationDetails`."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import iam_details, iam_terraform
from phiward.collectors.types.aws.answers import live
from phiward.collectors.types.aws.iam_grants import authorization
from phiward.inventory.aspects import Authorization
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class GroupConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only an IAM group has."""

    members: Maybe[int]
    """How many users are in it."""


TYPE = ResourceType(
    name="aws.iam.group",
    title="IAM group",
    aspects=(Authorization,),
    config=GroupConfig,
    relations={"members": Relation("the users in it", ("aws.iam.user",))},
)
GLOBAL = True


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every group, with its members and the documents of the customer's policies."""
    documents = iam_details.policies(aws)
    members: dict[str, list[str]] = {}
    for user in iam_details.entries(aws, "UserDetailList"):
        for group in user.get("GroupList", ()):
            members.setdefault(group, []).append(user["Arn"])
    for group in iam_details.entries(aws, "GroupDetailList"):
        yield {"group": group, "members": members.get(group["GroupName"], []), "documents": documents}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one group."""
    return normalize(aws, item["group"], item["members"], item["documents"])


def normalize(aws: Aws, group: dict[str, Any], members: list[str], documents: iam_details.Policies) -> Resource:
    """Turn one entry of `GroupDetailList` into a resource."""
    grants = iam_details.grants(group, "GroupPolicyList", documents)
    return live(
        aws,
        TYPE,
        group["Arn"],
        region=None,
        name=group["GroupName"],
        authorization=authorization(grants, grants),
        config=GroupConfig(members=len(members)),
        relations={"members": tuple(sorted(members))},
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the group of an `aws_iam_group` block."""
    grants = iam_terraform.grants(block, parts, source, "group")
    members = _members(parts, source)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        tags=None,
        authorization=authorization(iam_terraform.together(grants), grants),
        config=GroupConfig(members=members if isinstance(members, Unknown) else len(members)),
        relations={"members": members},
    )


def _members(parts: Parts, source: Source) -> Maybe[tuple[str, ...]]:
    members: set[str] = set()
    for name, argument in (("aws_iam_group_membership", "users"), ("aws_iam_user_group_membership", "user")):
        for part in parts.get(name, ()):
            owners = part if isinstance(part, Unknown) else source.owners("aws_iam_user", part, argument)
            if isinstance(owners, Unknown):
                return owners
            members.update(source.id(owner) for owner in owners)
    return tuple(sorted(members))


TERRAFORM = (
    Form(
        main="aws_iam_group",
        build=from_terraform,
        parts={
            **iam_terraform.parts_of("group"),
            "aws_iam_group_membership": "group",
            "aws_iam_user_group_membership": "groups",
        },
    ),
)
