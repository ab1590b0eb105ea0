"""The policy that Terraform's Lambda permissions add up to."""

import re
from collections.abc import Iterable
from typing import Any

from phiward.collectors.terraform.block import Block
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.model import Maybe, Unknown


def written_policy(permissions: Iterable[Block | Unknown]) -> Maybe[PolicyDocument | None]:
    """Return the policy that permissions add up to, None where there are none."""
    statements = [each if isinstance(each, Unknown) else _statement(each) for each in permissions]
    return parse_policy({"Version": "2012-10-17", "Statement": statements}) if statements else None


def _statement(permission: Block) -> dict[str, Any]:
    """Return the statement that Lambda makes of a permission (`AddPermission` of its API)."""
    principal = permission.get("principal")
    named: Any = {"AWS": principal}
    if principal == "*":
        named = "*"
    elif isinstance(principal, str) and re.fullmatch(r"[\w.-]+\.amazonaws\.com(\.cn)?", principal):
        named = {"Service": principal}
    conditions: dict[str, dict[str, Any]] = {}
    for argument, operator, key in (
        ("source_arn", "ArnLike", "AWS:SourceArn"),
        ("source_account", "StringEquals", "AWS:SourceAccount"),
        ("principal_org_id", "StringEquals", "aws:PrincipalOrgID"),
        ("function_url_auth_type", "StringEquals", "lambda:FunctionUrlAuthType"),
    ):
        if permission.get(argument) is not None:
            conditions.setdefault(operator, {})[key] = permission.get(argument)
    statement = {"Effect": "Allow", "Principal": named, "Action": permission.get("action"), "Resource": "*"}
    return {**statement, "Condition": conditions} if conditions else statement
