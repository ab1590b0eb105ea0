"""Who a resource's own policy lets in."""

from msgspec.structs import replace

from phiward.collectors.terraform.evaluate.values import PartlyKnownText
from phiward.inventory.aspects import Exposure
from phiward.inventory.iam import PolicyDocument, Statement
from phiward.inventory.iam_questions import cross_account, is_public
from phiward.inventory.model import Maybe, Unknown

_SOMEBODY = "somebody-in-particular"
_PROVIDER = "oidc-provider/"


def policy_exposure(document: Maybe[PolicyDocument | None], own_account: Maybe[str]) -> Exposure:
    """Return the exposure by a policy alone. No policy lets nobody in."""
    if document is None:
        return Exposure(public=False)
    if isinstance(document, Unknown):
        return Exposure(public=document, ways=document, shared_with=document)
    public = lets_anyone_in(document)
    ways: Maybe[tuple[str, ...]] = public if isinstance(public, Unknown) else ("policy",) if public else ()
    return Exposure(public=public, ways=ways, shared_with=cross_account(document, own_account))


def lets_anyone_in(document: Maybe[PolicyDocument]) -> Maybe[bool]:
    """Say whether a policy is for anyone.

    A principal of which only a part is known (`arn:aws:iam::${account}:root`) cannot turn out to be `*`.
    """
    if isinstance(document, Unknown) or isinstance(document.statements, Unknown):
        return is_public(document)
    statements = tuple(each if isinstance(each, Unknown) else _named(each) for each in document.statements)
    return is_public(replace(document, statements=statements))


def _named(statement: Statement) -> Statement:
    principals = statement.principals
    if not isinstance(principals, tuple):
        return statement
    return replace(statement, principals=tuple(_particular(each) for each in principals))


def _particular(principal: Maybe[str]) -> Maybe[str]:
    if not isinstance(principal, PartlyKnownText):
        return principal
    known = "".join(part for part in principal.parts if not isinstance(part, Unknown))
    if _PROVIDER in known:  # the account may be hidden: which provider it is decides
        last = principal.parts[-1]
        return f"federated:{known}" if isinstance(last, str) and _PROVIDER in last else principal
    return _SOMEBODY if known.strip("*?") else principal
