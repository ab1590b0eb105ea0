"""What the policies of an identity amount to.

AWS's own managed policies are known by name: of those that the *AWS Managed Policy Reference* lists, only
`AdministratorAccess` allows every action on every resource. Their documents change without notice and are not read.
"""

from collections.abc import Iterable

from phiward.inventory.aspects import Grant
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.iam_questions import is_administrator
from phiward.inventory.kleene import every, some
from phiward.inventory.model import Maybe, Unknown

_PROVIDER = ":iam::aws:policy/"
_ADMINISTRATOR = "AdministratorAccess"
_EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
_NOT_READ = Unknown("the provider's own policy document is not read")


def named(arn: str) -> str:
    """Return a policy's name: the last part of its ARN, paths left out."""
    return arn.rpartition("/")[2]


def provider_grant(arn: str) -> Grant | None:
    """Return the grant of one of AWS's own managed policies, None where the ARN is of another."""
    if _PROVIDER not in arn:
        return None
    whole = arn.endswith(f"{_PROVIDER}{_ADMINISTRATOR}")
    return Grant(name=named(arn), kind="provider", document=parse_policy(_EVERYTHING) if whole else _NOT_READ)


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
