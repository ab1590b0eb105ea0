"""Logs that a service hands to CloudWatch Logs to deliver. Calls `logs:DescribeDeliverySources` and, where a source is
found, `logs:DescribeDeliveries`: two listings for all of a region.

It is how network load balancers (since November 2025) and CloudFront (*standard logging v2*) may record who connects,
beside the older access logs to a bucket; a tool that looks at those alone calls such a thing unrecorded.
"""  # noqa: D205 - the calls are the summary

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Parts
from phiward.collectors.types.aws.answers import listed
from phiward.inventory.model import Maybe, Unknown

PARTS = {"aws_cloudwatch_log_delivery_source": "resource_arn", "aws_cloudwatch_log_delivery": "delivery_source_name"}
"""The Terraform types that hand out a thing's logs, with the argument that leads to it."""

_CONNECTIONS = ("ACCESS_LOGS", "NLB_ACCESS_LOGS", "ALB_ACCESS_LOGS")
"""Kinds of log that record who connects."""


def delivered(aws: Aws, resource: str, *, fills: tuple[str, ...]) -> Maybe[tuple[str, ...]]:
    """Return where a resource's access logs are delivered (ARNs of delivery destinations)."""
    sources = listed(aws, "logs", "describe_delivery_sources", "deliverySources", fills=fills)
    if isinstance(sources, Unknown):
        return sources
    own = {
        source["name"]
        for source in sources
        if resource in source.get("resourceArns", ()) and source.get("logType", "").endswith(_CONNECTIONS)
    }
    if not own:
        return ()
    deliveries = listed(aws, "logs", "describe_deliveries", "deliveries", fills=fills)
    if isinstance(deliveries, Unknown):
        return deliveries
    return tuple(sorted(each["deliveryDestinationArn"] for each in deliveries if each["deliverySourceName"] in own))


def delivered_in_code(parts: Parts) -> Maybe[tuple[str, ...]]:
    """Return the deliveries that code makes (their addresses)."""
    unknown: Unknown | None = None
    found: list[str] = []
    for part in parts.get("aws_cloudwatch_log_delivery", ()):
        if isinstance(part, Unknown):
            unknown = unknown or part
        else:
            found.append(part.address)
    return tuple(sorted(found)) or unknown or ()
