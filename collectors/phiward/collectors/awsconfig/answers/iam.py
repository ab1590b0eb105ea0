"""Users, groups, roles and the customer's policies.

The items are the entries of `iam:GetAccountAuthorizationDetails`. The credential report, second factors and the last
use are not recorded. Where an item lacks a policy's document, what it grants is unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from phiward.collectors.awsconfig.answer import Answer, Asked, Found, Kind, described, unseen

if TYPE_CHECKING:
    from collections.abc import Callable

    from phiward.collectors.awsconfig.item import Item
    from phiward.collectors.awsconfig.members import Members

USER, GROUP, ROLE, POLICY = "AWS::IAM::User", "AWS::IAM::Group", "AWS::IAM::Role", "AWS::IAM::Policy"
_HOLDS = ("AttachedManagedPolicies", "PermissionsBoundary", "PermissionsBoundary.PermissionsBoundaryArn")

KINDS = (
    Kind(
        USER,
        covers="aws.iam.user",
        optional=("CreateDate", *_HOLDS),
        lacking={
            "UserPolicyList": ("authorization",),
            "GroupList": ("authorization", "config.groups", "relations.groups"),
        },
    ),
    Kind(GROUP, covers="aws.iam.group", optional=_HOLDS, lacking={"GroupPolicyList": ("authorization",)}),
    Kind(
        ROLE,
        covers="aws.iam.role",
        optional=("CreateDate", "Path", *_HOLDS),
        lacking={"RolePolicyList": ("authorization",), "RoleLastUsed": ("config.last_used",)},
    ),
    Kind(
        POLICY,
        covers="aws.iam.policy",
        optional=("PolicyName", "AttachmentCount", "PolicyVersionList", "PolicyVersionList.IsDefaultVersion"),
        lacking={"UpdateDate": ("config.changed",)},
    ),
)


def _holder(item: Item, inline: str) -> Members:
    """Return a user, group or role whose inline policies have a document, be it an unknown one."""
    holder = described(item)
    if not holder.holds(inline):
        return holder
    policies = [_documented(each, "PolicyDocument", item.type) for each in holder.get(inline, [])]
    return holder.with_(**{inline: policies})


def _role(item: Item) -> Members:
    return _documented(_holder(item, "RolePolicyList"), "AssumeRolePolicyDocument", item.type)


def _policy(item: Item) -> Members:
    policy = described(item)
    versions = [_documented(each, "Document", item.type) for each in policy.get("PolicyVersionList", [])]
    return policy.with_(PolicyVersionList=versions)


def _documented(holder: Members, member: str, resource_type: str) -> Members:
    return holder if holder.holds(member) else holder.with_(**{member: unseen(resource_type, member)})


_ENTRIES: dict[str, tuple[str, Callable[[Item], Members]]] = {
    "UserDetailList": (USER, lambda item: _holder(item, "UserPolicyList")),
    "GroupDetailList": (GROUP, lambda item: _holder(item, "GroupPolicyList")),
    "RoleDetailList": (ROLE, _role),
    "Policies": (POLICY, _policy),
}


def _details(asked: Asked) -> Found:
    body = {
        key: [make(item) for item in asked.all(resource_type, everywhere=True)]
        for key, (resource_type, make) in _ENTRIES.items()
    }
    return Found(dict(body))


def _profiles(asked: Asked) -> Found:
    """Return the instance profiles that have a role: the roles name them."""
    items = asked.all(ROLE, everywhere=True)
    profiles = [
        {"Arn": profile["Arn"], "Roles": [{"Arn": item.configuration["Arn"]}]}
        for item in items
        for profile in item.configuration.get("InstanceProfileList", [])
    ]
    return Found({"InstanceProfiles": profiles})


ANSWERS = {
    "iam.get_account_authorization_details": Answer(_details, (USER, GROUP, ROLE, POLICY)),
    "iam.list_instance_profiles": Answer(_profiles, (ROLE,)),
}
