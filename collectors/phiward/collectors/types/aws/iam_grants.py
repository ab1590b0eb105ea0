"""What the policies of an identity amount to.

AWS's own managed policies are known by name: of those that the *AWS Managed Policy Reference* lists, only
`AdministratorAccess` allows every action on every resource, and `IAMFullAccess` every one of IAM. The documents of the
others change without notice and are not read.
"""

from collections.abc import Iterable
from typing import Any

from phiward.collectors.terraform.evaluate.values import PartlyKnownText
from phiward.inventory.aspects import Authorization, Grant
from phiward.inventory.iam_escalation import escalations
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.iam_questions import is_administrator
from phiward.inventory.kleene import every, some
from phiward.inventory.model import Maybe, Unknown

_PROVIDER = ":iam::aws:policy/"
_KNOWN = {"AdministratorAccess": "*", "IAMFullAccess": "iam:*"}
"""AWS's policies whose documents are known by their names, and what each allows on everything."""
_NOT_READ = Unknown("the provider's own policy document is not read")


def named(arn: str) -> str:
    """Return a policy's name: the last part of its ARN, paths left out."""
    return arn.rpartition("/")[2]


def provider_grant(arn: str) -> Grant | None:
    """Return the grant of one of AWS's own managed policies, None where the ARN is of another."""
    if _PROVIDER not in arn:
        return None
    allowed = _KNOWN.get(arn.partition(_PROVIDER)[2])
    document = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": allowed, "Resource": "*"}]}
    return Grant(name=named(arn), kind="provider", document=parse_policy(document) if allowed else _NOT_READ)


def provider_policy(arn: Any) -> Any:
    """Return the ARN of one of AWS's own policies whose partition is not known, in that of `aws`; others as they are.

    `arn:${AWS::Partition}:iam::aws:policy/AdministratorAccess` names the same policy in every partition.
    """
    parts = arn.parts if isinstance(arn, PartlyKnownText) else ()
    if len(parts) != 3 or parts[0] != "arn:" or not isinstance(parts[2], str) or not parts[2].startswith(_PROVIDER):
        return arn
    return f"arn:aws{parts[2]}"


def authorization(grants: Maybe[tuple[Grant, ...]], effective: Iterable[Maybe[Grant]], **more: Any) -> Authorization:
    """Return what policies give. `grants` are told as they are; `effective` are those and what comes through groups."""
    whole = list(effective)
    everything = administrator(whole)
    return Authorization(
        administrator=everything, grants=grants, escalations=() if everything is True else _escalations(whole), **more
    )


def _escalations(grants: list[Maybe[Grant]]) -> tuple[Maybe[str], ...]:
    """Return the ways to more rights. An unknown grant may be of any kind; AWS's own that are not read are left out."""
    limits = [each.document for each in grants if isinstance(each, Grant) and each.kind == "boundary"]
    rights = [
        each if isinstance(each, Unknown) else each.document
        for each in grants
        if isinstance(each, Unknown) or (each.kind != "boundary" and each.document != _NOT_READ)
    ]
    return escalations(rights, limits)


def administrator(grants: Iterable[Maybe[Grant]]) -> Maybe[bool]:
    """Say whether grants together give everything. A permissions boundary among them is a limit, not a grant."""
    given = list(grants)
    limits = [each for each in given if isinstance(each, Grant) and each.kind == "boundary"]
    rights = [each for each in given if not (isinstance(each, Grant) and each.kind == "boundary")]
    return every((some(_everything(right) for right in rights), *(_everything(limit) for limit in limits)))


def _everything(grant: Maybe[Grant]) -> Maybe[bool]:
    if isinstance(grant, Unknown):
        return grant
    if grant.document == _NOT_READ:
        return False
    return is_administrator(grant.document)
