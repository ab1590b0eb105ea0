"""Policy documents of Terraform arguments, as far as they are known.

`jsonencode` and `aws_iam_policy_document` give a text that is not known while one leaf of it is not (an ARN made by
apply). Its structure is known all the same, and what the document allows mostly is.
"""

from typing import Any

from phiward.collectors.terraform.block import Block
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.iam_questions import is_public
from phiward.inventory.model import Maybe, Unknown

_SOMEBODY = "somebody-in-particular"


def document_of(block: Block, argument: str) -> Maybe[PolicyDocument]:
    """Return the policy document that an argument holds, its unknown leaves `Unknown`."""
    return parse_policy(_structure(block.get(argument)))


def lets_anyone_in(block: Block, argument: str) -> Maybe[bool]:
    """Say whether the policy of an argument is for anyone.

    A principal of which only a part is known (`arn:aws:iam::${account}:root`) cannot turn out to be `*`.
    """
    value = _structure(block.get(argument))
    return is_public(parse_policy(_with_named_principals(value) if isinstance(value, dict) else value))


def _structure(value: Any) -> Any:
    from phiward.collectors.terraform.evaluate.values import PartlyKnownJson

    return value.value if isinstance(value, PartlyKnownJson) else value


def _with_named_principals(document: dict[str, Any]) -> dict[str, Any]:
    statements = document.get("Statement")
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list):
        return document
    return {**document, "Statement": [_named(each) if isinstance(each, dict) else each for each in statements]}


def _named(statement: dict[str, Any]) -> dict[str, Any]:
    given = statement.get("Principal")
    if not isinstance(given, dict):
        return statement
    return {**statement, "Principal": {kind: _particular(value, kind) for kind, value in given.items()}}


def _particular(value: Any, kind: str) -> Any:
    from phiward.collectors.terraform.evaluate.values import PartlyKnownText

    if isinstance(value, list):
        return [_particular(each, kind) for each in value]
    if isinstance(value, PartlyKnownText):
        known = "".join(part for part in value.parts if not isinstance(part, Unknown))
        if kind == "Federated":  # the account may be hidden; which provider it is decides
            return known if isinstance(value.parts[-1], str) and "oidc-provider/" in value.parts[-1] else value
        return _SOMEBODY if known.strip("*?") else value
    return value
