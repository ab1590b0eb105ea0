"""Web ACLs of WAF Classic for load balancers and APIs. Calls `waf-regional:ListWebACLs`,
`waf-regional:ListLoggingConfigurations`, and `waf-regional:ListTagsForResource` where a control reads tags.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.waf_classic import classic_type, in_code, web_acl, web_acls
from phiward.inventory.model import Resource

TYPE = classic_type("aws.wafregional.web_acl", "Classic web ACL of a region")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every web ACL of the region."""
    yield from web_acls(aws, "waf-regional")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one web ACL."""
    return web_acl(aws, "waf-regional", TYPE, item, region=aws.region)


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the web ACL of an `aws_wafregional_web_acl` block."""
    return in_code(block, parts, source, TYPE)


TERRAFORM = (Form(main="aws_wafregional_web_acl", build=from_terraform),)
