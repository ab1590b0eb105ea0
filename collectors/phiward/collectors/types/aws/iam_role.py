"""IAM roles: who may act as them, and what they then may do.

Calls `iam:GetAccountAuthorizationDetails` and `iam:ListRoles`. `ListRoles` is asked only for how long a session
lasts, which the authorization details leave out.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import iam_details, iam_terraform
from phiward.collectors.types.aws.answers import listed, live, moment, tags_of
from phiward.collectors.types.aws.arguments import number, text
from phiward.collectors.types.aws.iam_grants import authorization
from phiward.collectors.types.aws.policies import policy_required
from phiward.collectors.types.aws.resource_policies import policy_exposure
from phiward.inventory.aspects import Authorization, Exposure
from phiward.inventory.catalog import ResourceType
from phiward.inventory.iam import Condition, PolicyDocument, Statement
from phiward.inventory.iam_conditions import EQUAL, operator
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.iam_questions import is_cross_account
from phiward.inventory.kleene import each, every, some
from phiward.inventory.model import Maybe, Resource, Unknown


class RoleConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only an IAM role has."""

    trust: Maybe[PolicyDocument]
    """Who may act as the role."""
    external_id_demanded: Maybe[bool | None]
    """Other accounts must give an agreed external id (the confused-deputy guard). None: no other account is let in."""
    others_guarded: Maybe[bool | None]
    """Other accounts must give an agreed external id, use a second factor, or be of a named organization. None: no
    other account is let in."""
    max_session_minutes: Maybe[int]
    """How long a session may last."""
    created: Maybe[str | None]
    """When it was made (a time)."""
    last_used: Maybe[str | None]
    """When somebody last acted as it (a time). None: not within the 400 days that IAM remembers."""
    service_linked: Maybe[bool]
    """A service of the provider made it and alone decides over it."""


TYPE = ResourceType(
    name="aws.iam.role",
    title="IAM role",
    aspects=(Authorization, Exposure),
    config=RoleConfig,
)
GLOBAL = True

_EXTERNAL_ID = frozenset({"sts:externalid"})
_MFA = "aws:multifactorauthpresent"
_GUARDS = _EXTERNAL_ID | {_MFA, "aws:principalorgid"}


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every role, with the documents of the customer's policies and how long its sessions last."""
    documents = iam_details.policies(aws)
    sessions = listed(aws, "iam", "list_roles", "Roles", fills=("config.max_session_minutes",))
    seconds = (
        {} if isinstance(sessions, Unknown) else {role["Arn"]: role.get("MaxSessionDuration") for role in sessions}
    )
    for role in iam_details.entries(aws, "RoleDetailList"):
        longest = seconds.get(role["Arn"]) or Unknown("IAM does not say how long a session lasts")
        yield {
            "role": role,
            "documents": documents,
            "max_session_seconds": sessions if isinstance(sessions, Unknown) else longest,
        }


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one role."""
    return normalize(aws, item["role"], item["documents"], item["max_session_seconds"])


def normalize(
    aws: Aws, role: dict[str, Any], documents: iam_details.Policies, max_session_seconds: Maybe[int]
) -> Resource:
    """Turn one entry of `RoleDetailList` into a resource."""
    grants = iam_details.grants(role, "RolePolicyList", documents)
    trust = parse_policy(role["AssumeRolePolicyDocument"])
    return live(
        aws,
        TYPE,
        role["Arn"],
        region=None,
        name=role["RoleName"],
        tags=tags_of(role.get("Tags", ())),
        authorization=authorization(grants, grants),
        exposure=policy_exposure(trust, aws.account),
        config=RoleConfig(
            trust=trust,
            external_id_demanded=_demanded(trust, aws.account, _EXTERNAL_ID),
            others_guarded=_demanded(trust, aws.account, _GUARDS),
            max_session_minutes=_minutes(max_session_seconds),
            created=moment(role.get("CreateDate")),
            last_used=moment(role.get("RoleLastUsed", {}).get("LastUsedDate")),
            service_linked=role.get("Path", "/").startswith("/aws-service-role/"),
        ),
    )


def _minutes(seconds: Maybe[int]) -> Maybe[int]:
    return seconds if isinstance(seconds, Unknown) else seconds // 60


def _demanded(trust: Maybe[PolicyDocument], own_account: Maybe[str], keys: frozenset[str]) -> Maybe[bool | None]:
    """Say whether every statement that lets another account in demands a value of one of the keys."""
    others = is_cross_account(trust, own_account)
    if isinstance(others, Unknown) or not others:
        return others or None
    if isinstance(trust, Unknown) or isinstance(trust.statements, Unknown):
        return Unknown("the trust policy could not be read")
    return every(
        statement if isinstance(statement, Unknown) else _guarded(statement, own_account, keys)
        for statement in trust.statements
    )


def _guarded(statement: Statement, own_account: Maybe[str], keys: frozenset[str]) -> Maybe[bool]:
    alone = PolicyDocument(statements=(statement,))
    inside = is_cross_account(alone, own_account)
    if isinstance(inside, Unknown) or not inside:
        return inside if isinstance(inside, Unknown) else True
    if isinstance(statement.conditions, Unknown):
        return statement.conditions
    return some(_demands(condition) for condition in statement.conditions if condition.key in keys)


def _demands(condition: Condition) -> Maybe[bool]:
    """Say whether a condition demands one of some values, none of which is any value at all."""
    prefix, name, if_exists = operator(condition)
    if if_exists or prefix == "forallvalues":
        return False
    if condition.key == _MFA:
        return name == "bool" and every(each(condition.values, lambda value: value.lower() == "true"))
    return name in EQUAL and every(each(condition.values, lambda value: bool(value.strip("*?"))))


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the role of an `aws_iam_role` block."""
    grants = iam_terraform.grants(block, parts, source, "role")
    trust = policy_required(block, "assume_role_policy", source)
    path = text(block, "path", "/")
    return source.resource(
        block,
        TYPE,
        parts=parts,
        authorization=authorization(iam_terraform.together(grants), grants),
        exposure=policy_exposure(trust, source.account),
        config=RoleConfig(
            trust=trust,
            external_id_demanded=_demanded(trust, source.account, _EXTERNAL_ID),
            others_guarded=_demanded(trust, source.account, _GUARDS),
            max_session_minutes=_minutes(number(block, "max_session_duration", 3600)),
            created=Unknown("known after apply"),
            last_used=Unknown("what happens after the deploy is not in the code"),
            service_linked=path if isinstance(path, Unknown) else path.startswith("/aws-service-role/"),
        ),
        lines={
            "exposure": block.lines("assume_role_policy"),
            "config.trust": block.lines("assume_role_policy"),
            "config.external_id_demanded": block.lines("assume_role_policy"),
            "config.others_guarded": block.lines("assume_role_policy"),
            "config.max_session_minutes": block.lines("max_session_duration"),
            **_rights(block, parts),
        },
    )


def _rights(block: Block, parts: Parts) -> dict[str, Any]:
    """Return where the role's rights are written: in its own block, else in the first part that gives some."""
    for argument in ("inline_policy", "managed_policy_arns"):
        if block.blocks(argument) or block.get(argument) is not None:
            return {"authorization": block.lines(argument)}
    for name in iam_terraform.parts_of("role"):
        for part in parts.get(name, ()):
            if not isinstance(part, Unknown):
                return {"authorization": part.where}
    return {}


TERRAFORM = (Form(main="aws_iam_role", build=from_terraform, parts=iam_terraform.parts_of("role")),)
