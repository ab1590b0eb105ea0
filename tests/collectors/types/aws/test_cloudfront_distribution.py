"""CloudFront distributions: both forms agree, and what is refused is unknown."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import cloudfront_distribution
from phiward.inventory.model import Resource, Unknown

ARN = "arn:aws:cloudfront::123456789012:distribution/E1"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1"
ACL = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/edge/1"
REAL_TIME = "arn:aws:cloudfront::123456789012:realtime-log-config/all"
SITE: dict[str, Any] = {
    "Id": "E1",
    "ARN": ARN,
    "DomainName": "d1.cloudfront.net",
    "Aliases": {"Quantity": 1, "Items": ["chart.example.org"]},
    "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "redirect-to-https"},
    "CacheBehaviors": {"Quantity": 1, "Items": [{"PathPattern": "/s", "ViewerProtocolPolicy": "https-only"}]},
    "ViewerCertificate": {"ACMCertificateArn": CERTIFICATE, "MinimumProtocolVersion": "TLSv1.2_2021"},
    "WebACLId": ACL,
    "Enabled": True,
}
BARE: dict[str, Any] = {
    "Id": "E1",
    "ARN": ARN,
    "DomainName": "d1.cloudfront.net",
    "Aliases": {"Quantity": 0},
    "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "redirect-to-https"},
    "CacheBehaviors": {"Quantity": 1, "Items": [{"PathPattern": "/s", "ViewerProtocolPolicy": "allow-all"}]},
    "ViewerCertificate": {"CloudFrontDefaultCertificate": True, "MinimumProtocolVersion": "TLSv1"},
    "WebACLId": "",
    "Enabled": False,
}


def logged(enabled: bool) -> dict[str, Any]:
    """Return the answer to `GetDistributionConfig`."""
    log = {"Enabled": enabled, "Bucket": "edge-log.s3.amazonaws.com" if enabled else "", "Prefix": ""}
    return {"ETag": "e", "DistributionConfig": {"Logging": log}}


ANSWERS: dict[str, Any] = {
    "cloudfront:ListDistributions": {"DistributionList": {"Items": [SITE]}},
    "cloudfront:GetDistributionConfig": logged(enabled=True),
    "cloudfront:ListTagsForResource": {"Tags": {"Items": [{"Key": "Owner", "Value": "chart"}]}},
    "logs:DescribeDeliverySources": {"deliverySources": []},
    "acm:ListCertificates": {
        "CertificateSummaryList": [{"CertificateArn": CERTIFICATE, "NotAfter": "2027-06-01T00:00:00+00:00"}]
    },
}
SAME_IN_BOTH = (
    "encryption_in_transit.enforced",
    "encryption_in_transit.minimum_tls",
    "logging.enabled",
    "logging.kinds",
    "config.enabled",
)
FACTS = (*SAME_IN_BOTH, "encryption_in_transit.certificate_expires", "logging.destinations", "config.web_acl", "tags")


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def live(site: dict[str, Any] = SITE, denied: tuple[str, ...] = (), answers: dict[str, Any] | None = None) -> Resource:
    """Return the resource of a live distribution."""
    aws = FakeAws(
        {**ANSWERS, "cloudfront:ListDistributions": {"DistributionList": {"Items": [site]}}, **(answers or {})},
        denied=denied,
    )
    (item,) = cloudfront_distribution.items(aws)
    return cloudfront_distribution.resource(aws, item)


def code(
    blocks: dict[str, list[Any]] | None = None, parts: dict[str, list[Any]] | None = None, **changes: Any
) -> Resource:
    """Return the resource of the same distribution in Terraform."""
    viewer = {
        "acm_certificate_arn": Ref("aws_acm_certificate.chart.arn"),
        "minimum_protocol_version": "TLSv1.2_2021",
    }
    given: dict[str, list[Any]] = {
        "default_cache_behavior": [{"viewer_protocol_policy": "redirect-to-https"}],
        "ordered_cache_behavior": [{"viewer_protocol_policy": "https-only"}],
        "viewer_certificate": [viewer],
        "logging_config": [{"bucket": Ref("aws_s3_bucket.log.bucket_domain_name")}],
        **(blocks or {}),
    }
    arguments = {
        "enabled": True,
        "aliases": ["chart.example.org"],
        "web_acl_id": Ref("aws_wafv2_web_acl.edge.arn"),
        **changes,
    }
    block = FakeBlock("aws_cloudfront_distribution.chart", blocks=given, **arguments)
    known = ("aws_s3_bucket.log", "aws_acm_certificate.chart", "aws_wafv2_web_acl.edge", "aws_waf_web_acl.old")
    (form,) = cloudfront_distribution.TERRAFORM
    return form.build(block, parts or {}, FakeSource([block, *(FakeBlock(each) for each in known)]))


@pytest.mark.parametrize("path", SAME_IN_BOTH)
def test_both_forms_agree(path: str) -> None:
    """The same distribution, live and in code, has the same facts."""
    assert at(code(), path) == at(live(), path)


def test_a_distribution_as_it_should_be() -> None:
    """It is of the account, not of a region, and known by the name people type."""
    found, written = live(), code()

    assert (found.id, found.name, found.region) == (ARN, "chart.example.org", None)
    assert at(found, "encryption_in_transit.enforced") is True
    assert at(found, "encryption_in_transit.minimum_tls") == "1.2"
    assert at(found, "encryption_in_transit.certificate_expires") == "2027-06-01T00:00:00Z"
    assert found.relations == {
        "certificates": (CERTIFICATE,),
        "web_acl": (ACL,),
        "logging_destination": ("arn:aws:s3:::edge-log",),
    }
    assert found.tags == {"Owner": "chart"}
    assert (written.name, written.region) == ("chart.example.org", None)
    assert written.relations == {
        "certificates": ("aws_acm_certificate.chart",),
        "web_acl": ("aws_wafv2_web_acl.edge",),
        "logging_destination": ("aws_s3_bucket.log",),
    }
    assert cloudfront_distribution.GLOBAL


def test_both_forms_see_a_bad_one_alike() -> None:
    """One behavior that lets plain text through is enough; CloudFront's own certificate means TLS 1.0."""
    found = live(BARE, answers={"cloudfront:GetDistributionConfig": logged(enabled=False)})
    written = code(
        {
            "ordered_cache_behavior": [{"viewer_protocol_policy": "allow-all"}],
            "viewer_certificate": [
                {"cloudfront_default_certificate": True, "minimum_protocol_version": "TLSv1.2_2021"}
            ],
            "logging_config": [],
        },
        enabled=False,
        web_acl_id="",
    )

    paths = (*SAME_IN_BOTH, "encryption_in_transit.certificate_expires", "config.web_acl")
    assert [at(written, path) for path in paths] == [at(found, path) for path in paths]
    assert at(found, "encryption_in_transit.enforced") is False
    assert at(found, "encryption_in_transit.minimum_tls") == "1.0"
    assert at(found, "encryption_in_transit.certificate_expires") is None
    assert at(found, "logging.enabled") is False
    assert at(found, "config.web_acl") is None
    assert at(found, "config.enabled") is False


def test_a_delivery_of_cloudwatch_logs_records() -> None:
    """What CloudFront calls standard logging v2 is not in the distribution's own configuration."""
    answers = {
        "cloudfront:GetDistributionConfig": logged(enabled=False),
        "logs:DescribeDeliverySources": {
            "deliverySources": [{"name": "cdn", "resourceArns": [ARN], "logType": "ACCESS_LOGS"}]
        },
        "logs:DescribeDeliveries": {
            "deliveries": [{"deliverySourceName": "cdn", "deliveryDestinationArn": "arn:aws:logs:d"}]
        },
    }
    undelivered = {**answers, "logs:DescribeDeliveries": {"deliveries": []}}
    part: dict[str, list[Any]] = {"aws_cloudwatch_log_delivery": [FakeBlock("aws_cloudwatch_log_delivery.d")]}

    assert at(live(answers=answers), "logging.enabled") is True
    assert at(live(answers=answers), "logging.destinations") == ("arn:aws:logs:d",)
    assert at(live(answers=undelivered), "logging.enabled") is False
    assert at(code({"logging_config": []}, part), "logging.enabled") is True


@pytest.mark.parametrize(("of_default", "of_other", "enabled"), [(True, True, True), (True, False, False)])
def test_real_time_logs_count_where_every_behavior_has_them(of_default: bool, of_other: bool, enabled: bool) -> None:
    """A behavior without them is a path that nobody records; in both forms."""
    off = {"cloudfront:GetDistributionConfig": logged(enabled=False)}
    site = {
        **SITE,
        "DefaultCacheBehavior": {
            **SITE["DefaultCacheBehavior"],
            "RealtimeLogConfigArn": REAL_TIME if of_default else "",
        },
        "CacheBehaviors": {
            "Items": [{"ViewerProtocolPolicy": "https-only", "RealtimeLogConfigArn": REAL_TIME if of_other else ""}]
        },
    }
    behavior = {"viewer_protocol_policy": "https-only"}
    blocks = {
        "default_cache_behavior": [{**behavior, "realtime_log_config_arn": REAL_TIME if of_default else None}],
        "ordered_cache_behavior": [{**behavior, "realtime_log_config_arn": REAL_TIME if of_other else None}],
        "logging_config": [],
    }

    assert at(live(site, answers=off), "logging.enabled") is enabled
    assert at(code(blocks), "logging.enabled") is enabled


@pytest.mark.parametrize(
    ("denied", "unknown"),
    [
        ("cloudfront:GetDistributionConfig", {"logging.enabled", "logging.kinds", "logging.destinations"}),
        ("logs:DescribeDeliverySources", {"logging.destinations"}),
        ("acm:ListCertificates", {"encryption_in_transit.certificate_expires"}),
        ("cloudfront:ListTagsForResource", {"tags"}),
    ],
)
def test_a_denied_call_makes_its_own_facts_unknown(denied: str, unknown: set[str]) -> None:
    """What the call would have filled is unknown, with the call's name; the rest is as it was."""
    whole, without = live(), live(denied=(denied,))

    assert {path for path in FACTS if at(without, path) != at(whole, path)} == unknown
    assert all(denied in at(without, path).reason for path in unknown)


def test_a_denied_delivery_decides_where_no_bucket_does() -> None:
    """Without a log to a bucket, whether it records is open."""
    off = {"cloudfront:GetDistributionConfig": logged(enabled=False)}

    found = live(answers=off, denied=("logs:DescribeDeliverySources",))

    assert isinstance(at(found, "logging.enabled"), Unknown)


def test_a_denied_listing_is_a_gap() -> None:
    """An account that refuses the listing is not an empty one; a partition without the service is."""
    with pytest.raises(Denied, match="cloudfront:ListDistributions"):
        list(cloudfront_distribution.items(FakeAws(denied={"cloudfront:ListDistributions"})))
    assert list(cloudfront_distribution.items(FakeAws(partition="aws-us-gov"))) == []
    assert (
        list(cloudfront_distribution.items(FakeAws({"cloudfront:ListDistributions": {"DistributionList": {}}}))) == []
    )


def test_nothing_is_asked_that_no_control_reads() -> None:
    """The listing tells how each behavior treats plain text."""
    aws = FakeAws(ANSWERS, need={"encryption_in_transit.enforced", "config.web_acl"})

    (item,) = cloudfront_distribution.items(aws)
    cloudfront_distribution.resource(aws, item)

    assert [call for call, _ in aws.calls] == ["cloudfront:ListDistributions"]


WHY = Unknown("var.x has no value", ("var.x",))


@pytest.mark.parametrize(
    ("blocks", "changes", "path"),
    [
        ({"ordered_cache_behavior": [WHY]}, {}, "encryption_in_transit.enforced"),
        ({"default_cache_behavior": [{"viewer_protocol_policy": WHY}]}, {}, "encryption_in_transit.enforced"),
        ({"viewer_certificate": [WHY]}, {}, "encryption_in_transit.minimum_tls"),
        ({"logging_config": [WHY]}, {}, "logging.enabled"),
        ({}, {"web_acl_id": WHY}, "config.web_acl"),
        ({}, {"enabled": WHY}, "config.enabled"),
        ({}, {}, "encryption_in_transit.certificate_expires"),
    ],
)
def test_what_the_code_leaves_open_is_unknown(blocks: dict[str, list[Any]], changes: dict[str, Any], path: str) -> None:
    """A variable without a value decides nothing, and a certificate ends after the deploy."""
    assert isinstance(at(code(blocks, **changes), path), Unknown)


@pytest.mark.parametrize(
    ("written", "acl"),
    [(Ref("aws_waf_web_acl.old.id"), "aws_waf_web_acl.old"), (ACL, ACL), ("some-classic-id", "some-classic-id")],
)
def test_a_web_acl_of_either_generation(written: Any, acl: str) -> None:
    """The current one is named by its ARN, the classic one by its id."""
    assert at(code(web_acl_id=written), "config.web_acl") == acl
