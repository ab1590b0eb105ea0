"""Who a resource's own policy lets in."""

from phiward.inventory.aspects import Exposure
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_questions import cross_account, is_public
from phiward.inventory.model import Maybe, Unknown


def policy_exposure(document: Maybe[PolicyDocument | None], own_account: Maybe[str]) -> Exposure:
    """Return the exposure by a policy alone. No policy lets nobody in."""
    if document is None:
        return Exposure(public=False)
    if isinstance(document, Unknown):
        return Exposure(public=document, ways=document, shared_with=document)
    public = is_public(document)
    ways: Maybe[tuple[str, ...]] = public if isinstance(public, Unknown) else ("policy",) if public else ()
    return Exposure(public=public, ways=ways, shared_with=cross_account(document, own_account))
