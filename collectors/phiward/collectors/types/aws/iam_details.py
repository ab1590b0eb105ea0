"""All identities of an account and their policies, from one question: `iam:GetAccountAuthorizationDetails`.

The filter leaves AWS's own thousand policies out. Every type asks with the same one, so that it is asked once.
"""

from collections.abc import Iterable, Iterator
from typing import Any, Final, Literal, TypeAlias

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.iam_grants import named, provider_grant
from phiward.inventory.aspects import Grant
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.model import Maybe, Unknown

Policies: TypeAlias = dict[str, Maybe[PolicyDocument]]
"""The customer's own managed policies: ARN to the document in force."""

HOLDERS: Final = ("UserDetailList", "RoleDetailList", "GroupDetailList")
"""The keys of those who can have policies."""

_FILTER = ("User", "Role", "Group", "LocalManagedPolicy")


def entries(
    aws: Aws, key: Literal["UserDetailList", "RoleDetailList", "GroupDetailList", "Policies"]
) -> Iterator[dict[str, Any]]:
    """Yield the account's users, roles, groups or customer policies."""
    yield from aws.pages("iam", "get_account_authorization_details", key, Filter=list(_FILTER))


def policies(aws: Aws) -> Policies:
    """Return the documents of the customer's own managed policies."""
    return {policy["Arn"]: in_force(policy) for policy in entries(aws, "Policies")}


def in_force(policy: dict[str, Any]) -> Maybe[PolicyDocument]:
    """Return the document of a managed policy's default version."""
    for version in policy.get("PolicyVersionList", ()):
        if version.get("IsDefaultVersion"):
            return parse_policy(version["Document"])
    return Unknown("IAM states no default version of the policy")


def grants(holder: dict[str, Any], inline: str, documents: Policies) -> tuple[Grant, ...]:
    """Return what an entry's own policies grant; `inline` is the key of those written into it."""
    found = [
        Grant(name=policy["PolicyName"], kind="inline", document=parse_policy(policy["PolicyDocument"]))
        for policy in holder.get(inline, ())
    ]
    found += [_managed(policy["PolicyArn"], documents) for policy in holder.get("AttachedManagedPolicies", ())]
    boundary = holder.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    if boundary:
        limit = _managed(boundary, documents)
        found.append(Grant(name=limit.name, kind="boundary", document=limit.document))
    return in_order(found)


def in_order(found: Iterable[Grant]) -> tuple[Grant, ...]:
    """Return grants in an order that does not depend on who tells of them."""
    return tuple(sorted(found, key=lambda grant: (grant.kind, grant.name)))


def _managed(arn: str, documents: Policies) -> Grant:
    return provider_grant(arn) or Grant(
        name=named(arn), kind="customer", document=documents.get(arn, Unknown(f"{arn} is not listed in the account"))
    )
