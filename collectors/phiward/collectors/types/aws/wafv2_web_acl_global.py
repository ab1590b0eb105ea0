"""Web ACLs of CloudFront, which AWS WAF keeps in `us-east-1` alone. Calls as `wafv2_web_acl`."""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws import wafv2_web_acl
from phiward.inventory.model import Resource

TYPE = wafv2_web_acl.TYPE

GLOBAL = True


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every web ACL of CloudFront. Other partitions than the commercial one have none."""
    if aws.partition == "aws":
        yield from wafv2_web_acl.of_scope(aws, "CLOUDFRONT")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one web ACL."""
    return wafv2_web_acl.resource(aws, item)
