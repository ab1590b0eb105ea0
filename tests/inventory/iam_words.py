"""The words that policies easy to get wrong are written in: `iam_public_cases`, `iam_condition_cases`, `iam_rights_cases`.

Sources, by the name that a reason begins with: **S3** *Blocking public access to your Amazon S3 storage: The meaning
of "public"* (Amazon S3 User Guide); **EFS** the section of that name of the Amazon EFS User Guide; **logic** *Policy
evaluation logic*, **operators** *IAM JSON policy elements: Condition operators*, **sets** *Set operators for
multivalued context keys*, **keys** *AWS global condition context keys*, **principal** and **not-principal** *IAM JSON
policy elements: Principal, NotPrincipal*, **deputy** *The confused deputy problem*, **federation** *Create a role for
OpenID Connect federation* (all IAM User Guide); **KMS** *AWS KMS condition keys* (AWS KMS Developer Guide).
"""

from typing import Any, NamedTuple

from phiward.inventory.unknown import Unknown

OWN, OTHER, THIRD = "111111111111", "222222222222", "333333333333"
BUCKET = "arn:aws:s3:::images"
HIDDEN = Unknown("hidden")


class Case(NamedTuple):
    """One policy, and what is right about it."""

    title: str
    statements: tuple[Any, ...]
    answer: Any
    """None: it cannot be told."""
    why: str


def allow(condition: Any = None, **elements: Any) -> dict[str, Any]:
    """Return an Allow to everybody of reading the bucket's objects, changed by elements; None leaves one out."""
    made = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"} | elements
    written = {name: value for name, value in made.items() if value is not None}
    return written if condition is None else written | {"Condition": condition}


def deny(condition: Any = None, **elements: Any) -> dict[str, Any]:
    """Return a Deny to everybody of the whole bucket, changed by elements."""
    return allow(condition, **({"Effect": "Deny", "Action": "s3:*", "Resource": [BUCKET, f"{BUCKET}/*"]} | elements))


def to(account: str, **elements: Any) -> dict[str, Any]:
    """Return an Allow to another account."""
    return allow(Principal={"AWS": f"arn:aws:iam::{account}:root"}, **elements)


def trust(provider: str, condition: Any = None) -> dict[str, Any]:
    """Return a role's trust in an identity provider."""
    return allow(condition, Principal={"Federated": provider}, Action="sts:AssumeRoleWithWebIdentity", Resource=None)


GITHUB = f"arn:aws:iam::{OWN}:oidc-provider/token.actions.githubusercontent.com"
SUB = "token.actions.githubusercontent.com:sub"
EIGHTS = [f"{number}.0.0.0/8" for number in range(256)]


def grant(actions: Any, resources: Any = "*", **elements: Any) -> dict[str, Any]:
    """Return an Allow of an identity policy."""
    return {"Effect": "Allow", "Action": actions, "Resource": resources} | elements


def refuse(actions: Any, resources: Any = "*", **elements: Any) -> dict[str, Any]:
    """Return a Deny of an identity policy."""
    return grant(actions, resources, **elements) | {"Effect": "Deny"}
