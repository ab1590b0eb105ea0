"""Distributions of CloudFront. Log deliveries through CloudWatch Logs are not recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phiward.collectors.awsconfig.answer import Answer, Asked, Found, Kind, listing, tagged
from phiward.collectors.awsconfig.members import Members

if TYPE_CHECKING:
    from phiward.collectors.awsconfig.item import Item

DISTRIBUTION = "AWS::CloudFront::Distribution"
_BEHAVIORS = ("DefaultCacheBehavior", "CacheBehaviors.Items")
_LOGGED = ("logging", "relations.logging_destination")
_RECORDED = ("logging.enabled?", "logging.off_host?", "logging.destinations", "logging.kinds")

KINDS = (
    Kind(
        DISTRIBUTION,
        covers="aws.cloudfront.distribution",
        optional=(
            "DistributionConfig.CacheBehaviors",
            "DistributionConfig.CacheBehaviors.Items",
            "DistributionConfig.Aliases",
            "DistributionConfig.Aliases.Items",
            "DistributionConfig.ViewerCertificate.ACMCertificateArn",
            "DistributionConfig.ViewerCertificate.IAMCertificateId",
            "DistributionConfig.WebACLId",
            "DistributionConfig.DomainName",
            "DistributionConfig.Logging.Bucket",
        ),
        lacking={
            **{f"DistributionConfig.{each}.RealtimeLogConfigArn": _RECORDED for each in _BEHAVIORS},
            "DistributionConfig.Logging": _LOGGED,
            "DistributionConfig.Logging.Enabled": _LOGGED,
            "DistributionConfig.ViewerCertificate": ("encryption_in_transit", "relations.certificates"),
            "DistributionConfig.ViewerCertificate.MinimumProtocolVersion": ("encryption_in_transit.minimum_tls",),
            "DistributionConfig.Enabled": ("network", "config"),
        },
    ),
)


def _summary(item: Item) -> Members:
    """Return a distribution as the listing tells it: what it is, and how it is set, on one level."""
    whole = item.configuration
    settings = whole["DistributionConfig"]
    return Members(
        {**settings, "Id": whole["Id"], "ARN": item.arn or whole["Arn"], "DomainName": whole.get("DomainName")},
        f"{DISTRIBUTION} distributionconfig",
        item,
    )


def _settings(asked: Asked) -> Found:
    item = asked.one(DISTRIBUTION, asked.arguments["Id"], everywhere=True)
    return Found({"DistributionConfig": item.configuration["DistributionConfig"]}, (item,))


ANSWERS = {
    "cloudfront.list_distributions": listing(
        DISTRIBUTION, "DistributionList.Items", tags=None, entry=_summary, everywhere=True
    ),
    "cloudfront.get_distribution_config": Answer(_settings, (DISTRIBUTION,)),
    "cloudfront.list_tags_for_resource": tagged(DISTRIBUTION, "Resource", "Tags.Items", everywhere=True),
}
