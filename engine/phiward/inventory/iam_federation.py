"""Identity providers that anybody can have an account with, and what tells their tenants apart.

A role that trusts such a provider without naming the tenant is open to the provider's every user: any GitHub
repository, any Google account, any Cognito pool. Sources: *Create a role for OpenID Connect federation* and *Available
keys for AWS web identity federation* (IAM User Guide), which for these providers demands such a condition.
"""

from typing import Final

from phiward.inventory.iam import Condition, Statement
from phiward.inventory.iam_conditions import EQUAL, LITERAL, operator
from phiward.inventory.kleene import each, every, negate, some
from phiward.inventory.unknown import Maybe, Unknown

TENANT_KEYS: Final = {
    "accounts.google.com": ("aud", "oaud", "sub"),
    "agent.buildkite.com": ("sub",),
    "app.terraform.io": ("sub",),
    "cognito-identity.amazonaws.com": ("aud", "sub"),
    "gitlab.com": ("sub",),
    "graph.facebook.com": ("app_id", "id"),
    "token.actions.githubusercontent.com": (
        "sub",
        "job_workflow_ref",
        "repository",
        "repository_id",
        "repository_owner",
    ),
    "www.amazon.com": ("app_id", "user_id"),
}
"""Host of the provider to the keys (`HOST:KEY`) that name a tenant. GitHub's `aud` does not: the caller chooses it."""


def lets_any_tenant_in(statement: Statement) -> Maybe[bool]:
    """Say whether a shared identity provider is among the principals, and no condition names its tenant."""
    if isinstance(statement.principals, Unknown):
        return statement.principals
    return some(each(statement.principals or (), lambda principal: _any_tenant(principal, statement)))


def _any_tenant(principal: str, statement: Statement) -> Maybe[bool]:
    if not principal.startswith("federated:"):
        return False
    host = principal.removeprefix("federated:").rpartition("oidc-provider/")[2].lower()
    if host not in TENANT_KEYS:
        return False
    if isinstance(statement.conditions, Unknown):
        return statement.conditions
    keys = {f"{host}:{key}" for key in TENANT_KEYS[host]}
    return negate(some(_names_tenant(condition) for condition in statement.conditions if condition.key in keys))


def _names_tenant(condition: Condition) -> Maybe[bool]:
    prefix, name, if_exists = operator(condition)
    if name not in EQUAL or if_exists or prefix == "forallvalues":
        return False
    return every(each(condition.values, lambda value: _is_tenant(value, literal=name in LITERAL)))


def _is_tenant(value: str, *, literal: bool) -> bool:
    """Say whether a value names one tenant: no wildcard before the owner ends, as in `repo:owner/*`."""
    if literal or not any(wild in value for wild in "*?"):
        return True
    fixed = value[: min(value.find(wild) for wild in "*?" if wild in value)]
    kind, colon, owner = fixed.partition(":")
    ends = [mark for mark in "/:" if mark in owner]
    return bool(kind and colon and ends and owner[: min(map(owner.index, ends))])
