"""The web ACL that filters what reaches a load balancer or an API, as Terraform ties them together."""

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.arguments import text
from phiward.inventory.model import Maybe, Unknown

_CURRENT = "aws_wafv2_web_acl_association"
_CLASSIC = "aws_wafregional_web_acl_association"
_NAMES = {_CURRENT: ("web_acl_arn", "aws_wafv2_web_acl"), _CLASSIC: ("web_acl_id", "aws_wafregional_web_acl")}

PARTS = {_CURRENT: "resource_arn", _CLASSIC: "resource_arn"}
"""The Terraform types that tie a web ACL to a thing, with the argument that names the thing."""


def associated_in_code(parts: Parts, source: Source, *, classic: bool) -> Maybe[str | None]:
    """Return the id of the web ACL that is tied to a thing, None where the code ties none.

    `classic` says whether one of WAF Classic counts: only where a live account tells of it as well.
    """
    unknown: Unknown | None = None
    for name, (argument, of) in _NAMES.items():
        for part in parts.get(name, ()) if classic or name == _CURRENT else ():
            found = part if isinstance(part, Unknown) else named_acl(part, argument, of, source)
            if not isinstance(found, Unknown):
                return found
            unknown = unknown or found
    return unknown


def named_acl(block: Block, argument: str, of: str, source: Source) -> Maybe[str | None]:
    """Return the id of the web ACL that an argument names, None where it is not set."""
    if block.get(argument) in {None, ""}:
        return None
    owners = source.owners(of, block, argument)
    if isinstance(owners, Unknown):
        return owners
    return source.id(owners[0]) if owners else text(block, argument, None)
