"""Who a resource's own policy lets in."""

from phiward.collectors.terraform.block import Block
from phiward.inventory.aspects import Exposure
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_parse import parse_policy
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


def policy_in(block: Block) -> Maybe[PolicyDocument | None]:
    """Return the policy that a block's `policy` argument holds, None where it is not set."""
    value = block.get("policy")
    return None if value is None or value == "" else parse_policy(value)
