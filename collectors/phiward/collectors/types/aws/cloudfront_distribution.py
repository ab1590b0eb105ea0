"""CloudFront distributions. Calls `cloudfront:ListDistributions`, `cloudfront:GetDistributionConfig` for the log of
each, `logs:DescribeDeliverySources` and `logs:DescribeDeliveries` once for all, and `cloudfront:ListTagsForResource`
where a control reads tags.

A distribution may record who connects in three ways: to a bucket, by a delivery of CloudWatch Logs, or in real time by
each of its behaviors.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws import cloudfront_code, log_deliveries, tls_policies
from phiward.collectors.types.aws.answers import live, tags_of
from phiward.collectors.types.aws.certificates import first_end
from phiward.collectors.types.aws.cloudfront_facts import (
    TYPE,
    DistributionFacts,
    aspects,
    configuration,
    real_time,
    relations,
)
from phiward.inventory.model import Maybe, Resource, Unknown

TERRAFORM = cloudfront_code.FORMS

GLOBAL = True

_LOGGING = ("logging", "relations.logging_destination")
_NOT_THERE = "aws-us-gov"
"""The partition without CloudFront."""


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every distribution of the account."""
    if aws.partition != _NOT_THERE:
        yield from aws.pages("cloudfront", "list_distributions", "DistributionList.Items")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one distribution, with what its own configuration says of its log."""
    behaviors = [item["DefaultCacheBehavior"], *item.get("CacheBehaviors", {}).get("Items", ())]
    certificate, shown = item.get("ViewerCertificate", {}), _certificate(item.get("ViewerCertificate", {}))
    facts = DistributionFacts(
        viewer_protocols=tuple(each["ViewerProtocolPolicy"] for each in behaviors),
        minimum_tls=tls_policies.of_distribution(certificate.get("MinimumProtocolVersion") or "TLSv1"),
        certificate=shown,
        certificate_expires=first_end(aws, (shown,)) if shown else None,
        bucket=_bucket(aws, item["Id"]),
        deliveries=log_deliveries.delivered(aws, item["ARN"], fills=_LOGGING),
        real_time=real_time([each.get("RealtimeLogConfigArn") or None for each in behaviors]),
        web_acl=item.get("WebACLId") or None,
        enabled=bool(item.get("Enabled", True)),
    )
    return live(
        aws,
        TYPE,
        item["ARN"],
        name=next(iter(item.get("Aliases", {}).get("Items", ())), None) or item.get("DomainName") or item["Id"],
        region=None,
        tags=_tags(aws, item["ARN"]),
        **aspects(facts),
        config=configuration(facts),
        relations=relations(facts),
    )


def _certificate(viewer: dict[str, Any]) -> str | None:
    """Return the certificate it shows; None where it is CloudFront's own, which CloudFront renews."""
    return viewer.get("ACMCertificateArn") or viewer.get("IAMCertificateId") or None


def _bucket(aws: Aws, identity: str) -> Maybe[str | None]:
    answer = aws.ask("cloudfront", "get_distribution_config", fills=_LOGGING, Id=identity)
    if isinstance(answer, Unknown):
        return answer
    log = (answer or {}).get("DistributionConfig", {}).get("Logging", {})
    if not log.get("Enabled"):
        return None
    return f"arn:{aws.partition}:s3:::{log.get('Bucket', '').partition('.s3.')[0]}"


def _tags(aws: Aws, identity: str) -> Maybe[dict[str, str]]:
    answer = aws.ask("cloudfront", "list_tags_for_resource", fills=("tags",), Resource=identity)
    return answer if isinstance(answer, Unknown) else tags_of((answer or {}).get("Tags", {}).get("Items", ()))
