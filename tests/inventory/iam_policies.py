"""Policies in AWS's words, to ask questions of."""

from typing import Any

from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.unknown import Maybe, Unknown

OWN, OTHER, THIRD = "111111111111", "222222222222", "333333333333"
BUCKET = "arn:aws:s3:::images"
HIDDEN = Unknown("hidden")
TLS = {"Bool": {"aws:SecureTransport": "false"}}


def policy(*statements: Any) -> Maybe[PolicyDocument]:
    """Return the policy of some statements in AWS's words."""
    return parse_policy({"Version": "2012-10-17", "Statement": list(statements)})


def allow(condition: Any = None, **elements: Any) -> dict[str, Any]:
    """Return an Allow to everybody on everything in the bucket, changed by elements."""
    made = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"} | elements
    return {name: value for name, value in made.items() if value is not None} | (
        {} if condition is None else {"Condition": condition}
    )


def deny(condition: Any = None, **elements: Any) -> dict[str, Any]:
    """Return a Deny to everybody of the whole bucket, changed by elements."""
    return allow(condition, **({"Effect": "Deny", "Action": "s3:*", "Resource": [BUCKET, f"{BUCKET}/*"]} | elements))


def grant(actions: Any, resources: Any = "*", **elements: Any) -> dict[str, Any]:
    """Return an Allow of an identity policy."""
    return {"Effect": "Allow", "Action": actions, "Resource": resources} | elements


def refuse(actions: Any, resources: Any = "*", **elements: Any) -> dict[str, Any]:
    """Return a Deny of an identity policy."""
    return grant(actions, resources, **elements) | {"Effect": "Deny"}


def told(answer: Any) -> Any:
    """Return None for an Unknown answer."""
    return None if isinstance(answer, Unknown) else answer
