"""Who may reach a live bucket beside its policy: its list of grants, its ownership, its public access blocks.

Asked only as far as it decides:

- The account's block is asked once. Where it restricts public buckets and ignores public lists, no bucket of it is
  public, and where all four of its settings are on, a bucket's own block adds nothing (*Blocking public access to your
  Amazon S3 storage*: the most restrictive of both applies).
- Where ownership is `BucketOwnerEnforced`, lists of grants have no effect, and one that is read always shows the owner
  alone (*Controlling ownership of objects and disabling ACLs*).
- Where neither policy nor list names the public, ownership and block take nothing away.
"""

from collections.abc import Callable, Collection
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.resource_policies import lets_anyone_in
from phiward.collectors.types.aws.s3_acl import grants
from phiward.collectors.types.aws.s3_facts import Guard
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.model import Maybe, Unknown

OPEN = ("exposure.public", "exposure.ways", "config.public_write")
"""What policy, list, ownership and blocks decide together."""
_NAMED = ("exposure.shared_with", "config.acl_grantees")
"""What the list decides alone, unless ownership takes its effect away."""
_BLOCKED = ("exposure.public_access_blocked",)
_NO_BLOCK = ("NoSuchPublicAccessBlockConfiguration",)
_ENFORCED = "BucketOwnerEnforced"
_DECIDED = Unknown("not asked: what is known already decides")

Ask = Callable[[str, Collection[str], Collection[str]], Maybe[dict[str, Any] | None]]
"""Asks a bucket: the operation, what it fills, and the codes that mean *not configured*."""


class Access(Struct, frozen=True, kw_only=True):
    """What was asked of one bucket."""

    ownership: Maybe[str | None]
    guard: Maybe[Guard | None]
    account_guard: Maybe[Guard | None]
    listed: dict[str, Any]
    """What its list of grants says, as fields of `BucketFacts`."""

    @property
    def enforced(self) -> bool:
        """Say whether its list of grants is known to have no effect."""
        return self.ownership == _ENFORCED


def account_guard(aws: Aws) -> Maybe[Guard | None]:
    """Return the public access block of the account."""
    answer = aws.ask(
        "s3control", "get_public_access_block", fills=(*OPEN, *_BLOCKED), absent=_NO_BLOCK, AccountId=aws.account
    )
    return _guard(answer)


def closes(guard: Maybe[Guard | None]) -> bool:
    """Say whether a block is known to keep the public out, whatever a policy or a list says."""
    return isinstance(guard, Guard) and guard.restrict_public_buckets is True and guard.ignore_public_acls is True


def access(ask: Ask, of_account: Maybe[Guard | None], policy: Maybe[PolicyDocument | None]) -> Access:
    """Ask a bucket as far as its policy and the account's block leave open."""
    closed = closes(of_account)
    ownership = _ownership(ask, ("config.object_ownership",))
    if ownership == _ENFORCED:
        _ownership(ask, OPEN)  # the answer that decides these too
        listed: dict[str, Any] = grants({})
    else:
        listed = grants(ask("get_bucket_acl", (*_NAMED, *(() if closed else OPEN)), ()))
        if not closed and listed["public_acl"] is not False:
            ownership = _ownership(ask, ("config.object_ownership", *OPEN))
    whole = isinstance(of_account, Guard) and all(getattr(of_account, each) is True for each in Guard.__struct_fields__)
    fills = () if whole else _BLOCKED
    anyone = policy is not None and lets_anyone_in(policy) is not False
    if not closed and (anyone or listed["public_acl"] is not False):
        fills = (*fills, *OPEN)
    guard = _guard(ask("get_public_access_block", fills, _NO_BLOCK)) if fills else _DECIDED
    return Access(ownership=ownership, guard=guard, account_guard=of_account, listed=listed)


def _ownership(ask: Ask, fills: Collection[str]) -> Maybe[str | None]:
    answer = ask("get_bucket_ownership_controls", fills, ("OwnershipControlsNotFoundError",))
    if isinstance(answer, Unknown) or answer is None:
        return answer
    return str(answer["OwnershipControls"]["Rules"][0]["ObjectOwnership"])


def _guard(answer: Maybe[dict[str, Any] | None]) -> Maybe[Guard | None]:
    if isinstance(answer, Unknown) or answer is None:
        return answer
    given = answer["PublicAccessBlockConfiguration"]
    return Guard(
        block_public_acls=given.get("BlockPublicAcls", False),
        block_public_policy=given.get("BlockPublicPolicy", False),
        ignore_public_acls=given.get("IgnorePublicAcls", False),
        restrict_public_buckets=given.get("RestrictPublicBuckets", False),
    )
