"""The list of grants (ACL) of a bucket: whom it names beside the owner, live and in code."""

from collections.abc import Iterable, Iterator
from typing import Any

from phiward.collectors.terraform.block import Block
from phiward.collectors.types.aws.arguments import text
from phiward.inventory.model import Maybe, Unknown

ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers"
ALL_CUSTOMERS = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"
"""The service that delivers access logs: no user."""
_EVERYBODY = frozenset({ALL_USERS, ALL_CUSTOMERS})
_WRITING = frozenset({"WRITE", "WRITE_ACP", "FULL_CONTROL"})
_CANNED: dict[str, tuple[tuple[str, str], ...]] = {
    "public-read": ((ALL_USERS, "READ"),),
    "public-read-write": ((ALL_USERS, "READ"), (ALL_USERS, "WRITE")),
    "authenticated-read": ((ALL_CUSTOMERS, "READ"),),
    "log-delivery-write": ((LOG_DELIVERY, "WRITE"),),
    "aws-exec-read": (("canonical:amazon-ec2", "READ"),),
}
"""What the named lists grant beside the owner's rights (*Access control list overview*, canned ACL)."""


def grants(answer: Maybe[dict[str, Any] | None]) -> dict[str, Any]:
    """Return what `GetBucketAcl` says, as fields of `BucketFacts`."""
    if isinstance(answer, Unknown) or answer is None:
        unseen = answer or Unknown("s3:GetBucketAcl gave no answer")
        return {"public_acl": unseen, "granted": unseen, "grantees": unseen, "public_write_acl": unseen}
    owner = answer.get("Owner", {}).get("ID")
    named = []
    for grant in answer.get("Grants", ()):
        grantee = grant.get("Grantee", {})
        if grantee.get("URI"):
            named.append((grantee["URI"], grant.get("Permission", "")))
        elif grantee.get("ID") and grantee["ID"] != owner:
            named.append((f"canonical:{grantee['ID']}", grant.get("Permission", "")))
    return {**_facts(named), "granted": tuple(sorted({who for who, _ in named if who.startswith("canonical:")}))}


def lets_logs_in(answer: Maybe[dict[str, Any] | None]) -> Maybe[bool]:
    """Say whether a list of grants lets S3 deliver access logs."""
    if isinstance(answer, Unknown) or answer is None:
        return answer or False
    return any(grant.get("Grantee", {}).get("URI") == LOG_DELIVERY for grant in answer.get("Grants", ()))


def grants_of_code(block: Block, part: Block | Unknown | None) -> dict[str, Any]:
    """Return what an `aws_s3_bucket_acl`, or the bucket's own `acl`, says: the same without other owners."""
    named = part if isinstance(part, Unknown) else list(_written(block if part is None else part))
    unseen = named if isinstance(named, Unknown) else next((each for each in named if isinstance(each, Unknown)), None)
    if unseen is not None:
        return {"public_acl": unseen, "grantees": unseen, "public_write_acl": unseen}
    return _facts([each for each in named if isinstance(each, tuple)] if isinstance(named, list) else [])


def _facts(named: Iterable[tuple[str, str]]) -> dict[str, Any]:
    found = list(named)
    return {
        "public_acl": any(who in _EVERYBODY for who, _ in found),
        "grantees": tuple(sorted({who for who, _ in found if who != LOG_DELIVERY})),
        "public_write_acl": any(who in _EVERYBODY and right in _WRITING for who, right in found),
    }


def _written(part: Block) -> Iterator[Maybe[tuple[str, str]]]:
    canned = text(part, "acl", None)
    for policy in part.blocks("access_control_policy"):
        if isinstance(policy, Unknown):
            # A plan calls it *known after apply* where a named list is given instead.
            if policy.refs or canned is None:
                yield policy
            continue
        yield from _policy(policy)
    if isinstance(canned, Unknown):
        yield canned
    else:
        yield from _CANNED.get(canned or "private", ())


def _policy(policy: Block) -> Iterator[Maybe[tuple[str, str]]]:
    owners = [each if isinstance(each, Unknown) else each.get("id") for each in policy.blocks("owner")]
    for grant in policy.blocks("grant"):
        if isinstance(grant, Unknown):
            yield grant
            continue
        right = text(grant, "permission", "")
        for grantee in grant.blocks("grantee"):
            yield _grantee(grantee, right, owners)


def _grantee(grantee: Block | Unknown, right: Maybe[str], owners: list[Any]) -> Maybe[tuple[str, str]]:
    if isinstance(grantee, Unknown) or isinstance(right, Unknown):
        return grantee if isinstance(grantee, Unknown) else Unknown("permission is not known")
    uri, identity = grantee.get("uri"), grantee.get("id")
    if isinstance(uri, Unknown) or (isinstance(identity, Unknown) and identity not in owners):
        return uri if isinstance(uri, Unknown) else Unknown("the grantee is not known")
    if uri:
        return str(uri), right
    if identity in owners:
        return LOG_DELIVERY, ""  # the owner itself: counts as nobody
    return f"canonical:{identity}", right
