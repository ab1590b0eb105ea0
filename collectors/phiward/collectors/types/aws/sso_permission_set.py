"""Permission sets of IAM Identity Center: the rights that people take on in accounts.

Calls `sso:ListInstances`, `DescribeInstance`, `ListPermissionSets` and, for what is needed of each set,
`DescribePermissionSet`, `ListManagedPoliciesInPermissionSet`, `GetInlinePolicyForPermissionSet`,
`ListCustomerManagedPolicyReferencesInPermissionSet`, `GetPermissionsBoundaryForPermissionSet`.
A set names the customer's own policies by their names alone: each account has one of its own by that name, which is
judged there.
"""

import re
from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws import sso_instances
from phiward.collectors.types.aws.answers import asked_tags, listed, live, told
from phiward.collectors.types.aws.iam_details import in_order
from phiward.collectors.types.aws.iam_grants import authorization, named, provider_grant
from phiward.inventory.aspects import Authorization, Grant
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.model import Maybe, Resource, Unknown


class PermissionSetConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a permission set has."""

    session_minutes: Maybe[int]
    """How long a session with these rights lasts, in minutes."""


TYPE = ResourceType(
    name="aws.sso.permission_set",
    title="IAM Identity Center permission set",
    aspects=(Authorization,),
    config=PermissionSetConfig,
    relations={"instance": Relation("the Identity Center that it is of", ("aws.sso.instance",))},
)

_RIGHTS = ("authorization",)
_DEFAULT = "PT1H"
"""How long a session lasts where nothing is set (*CreatePermissionSet*, IAM Identity Center API Reference)."""
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")
_MINUTES = (24 * 60, 60, 1, 0)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every permission set of the account's own instances. One for applications alone has none, and says so."""
    for instance in sso_instances.own(aws):
        arn = instance["InstanceArn"]
        details = aws.ask("sso-admin", "describe_instance", fills=("authorization", "config"), InstanceArn=arn)
        if told(details, lambda found: found.get("PermissionSetsEnabled", True)) is False:
            continue
        for permission_set in aws.pages("sso-admin", "list_permission_sets", "PermissionSets", InstanceArn=arn):
            yield {"InstanceArn": arn, "PermissionSetArn": permission_set}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one permission set, with its policies."""
    identity = item["PermissionSetArn"]
    answer = aws.ask("sso-admin", "describe_permission_set", fills=("config.session_minutes", "name"), **item)
    found: Maybe[dict[str, Any]] = told(answer, lambda details: details.get("PermissionSet", {}))
    grants = _grants(aws, item)
    unseen = next((grant for grant in grants if isinstance(grant, Unknown)), None)
    return live(
        aws,
        TYPE,
        identity,
        name=identity.rpartition("/")[2] if isinstance(found, Unknown) else found.get("Name", identity),
        tags=asked_tags(
            aws,
            "sso-admin",
            "list_tags_for_resource",
            "Tags",
            InstanceArn=item["InstanceArn"],
            ResourceArn=identity,
        ),
        authorization=authorization(
            unseen or in_order(grant for grant in grants if isinstance(grant, Grant)), grants, direct=None
        ),
        config=PermissionSetConfig(
            session_minutes=found if isinstance(found, Unknown) else minutes(found.get("SessionDuration") or _DEFAULT)
        ),
        relations={"instance": (item["InstanceArn"],)},
    )


def minutes(duration: str) -> Maybe[int]:
    """Return the minutes of an ISO 8601 duration: 90 of `PT1H30M`."""
    match = _DURATION.fullmatch(duration)
    if match is None or not any(match.groups()):
        return Unknown(f"Identity Center gives the duration {duration!r}, which is none")
    return sum(int(part or 0) * worth for part, worth in zip(match.groups(), _MINUTES, strict=True))


def _grants(aws: Aws, item: dict[str, Any]) -> list[Maybe[Grant]]:
    """Return what a set's policies give; an `Unknown` stands for any number."""
    return [*_provider(aws, item), *_customer(aws, item), *_inline(aws, item), *_boundary(aws, item)]


def _provider(aws: Aws, item: dict[str, Any]) -> list[Maybe[Grant]]:
    policies = listed(
        aws,
        "sso-admin",
        "list_managed_policies_in_permission_set",
        "AttachedManagedPolicies",
        fills=_RIGHTS,
        **item,
    )
    return [policies] if isinstance(policies, Unknown) else [_managed(policy["Arn"]) for policy in policies]


def _customer(aws: Aws, item: dict[str, Any]) -> list[Maybe[Grant]]:
    policies = listed(
        aws,
        "sso-admin",
        "list_customer_managed_policy_references_in_permission_set",
        "CustomerManagedPolicyReferences",
        fills=_RIGHTS,
        **item,
    )
    return [policies] if isinstance(policies, Unknown) else [_by_name(policy["Name"]) for policy in policies]


def _inline(aws: Aws, item: dict[str, Any]) -> list[Maybe[Grant]]:
    answer = aws.ask("sso-admin", "get_inline_policy_for_permission_set", fills=_RIGHTS, **item)
    if isinstance(answer, Unknown):
        return [answer]
    policy = (answer or {}).get("InlinePolicy")
    return [Grant(name="inline", kind="inline", document=parse_policy(policy))] if policy else []


def _boundary(aws: Aws, item: dict[str, Any]) -> list[Maybe[Grant]]:
    answer = aws.ask(
        "sso-admin",
        "get_permissions_boundary_for_permission_set",
        fills=_RIGHTS,
        absent=("ResourceNotFoundException",),
        **item,
    )
    if isinstance(answer, Unknown):
        return [Grant(name="boundary", kind="boundary", document=answer)]
    boundary = (answer or {}).get("PermissionsBoundary") or {}
    if arn := boundary.get("ManagedPolicyArn"):
        limit = _managed(arn)
    elif name := (boundary.get("CustomerManagedPolicyReference") or {}).get("Name"):
        limit = _by_name(name)
    else:
        return []
    return [Grant(name=limit.name, kind="boundary", document=limit.document)]


def _managed(arn: str) -> Grant:
    return provider_grant(arn) or _by_name(named(arn))


def _by_name(name: str) -> Grant:
    unseen = Unknown(f"each account has a policy {name} of its own, which is judged there")
    return Grant(name=name, kind="customer", document=unseen)
