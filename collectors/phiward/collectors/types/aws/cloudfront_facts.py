"""What a CloudFront distribution is, in whichever form it was read."""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from phiward.inventory import kleene
from phiward.inventory.aspects import EncryptionInTransit, Logging
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Unknown

_ENCRYPTED = {"https-only", "redirect-to-https"}
_KEPT_THERE = Unknown("the destination of the log decides: see logging_destination")


class DistributionConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a distribution has."""

    enabled: Maybe[bool]
    """It answers. One that is off is judged like any other, since one call turns it on."""
    web_acl: Maybe[str | None]
    """The web ACL that filters its traffic. None: nothing does."""


TYPE = ResourceType(
    name="aws.cloudfront.distribution",
    title="CloudFront distribution",
    aspects=(EncryptionInTransit, Logging),
    config=DistributionConfig,
    relations={
        "certificates": Relation(
            "the certificate it shows, where that is not CloudFront's own",
            ("aws.acm.certificate", "aws.iam.server_certificate"),
        ),
        "web_acl": Relation(
            "the web ACL that filters its traffic", ("aws.waf.web_acl", "aws.wafregional.web_acl", "aws.wafv2.web_acl")
        ),
        "logging_destination": "the bucket, log deliveries and real-time configurations its log goes to",
    },
)


class DistributionFacts(Struct, frozen=True, kw_only=True):
    """One distribution."""

    viewer_protocols: Maybe[tuple[Maybe[str], ...]]
    """What each behavior, the default one included, does with a request in plain text."""
    minimum_tls: Maybe[str]
    certificate: Maybe[str | None]
    certificate_expires: Maybe[str | None]
    bucket: Maybe[str | None]
    deliveries: Maybe[tuple[str, ...]]
    real_time: Maybe[tuple[str, ...]]
    web_acl: Maybe[str | None]
    enabled: Maybe[bool]


def real_time(configured: Sequence[Maybe[str | None]]) -> Maybe[tuple[str, ...]]:
    """Return the configurations by which every behavior records in real time; none where one behavior does not."""
    if any(each is None for each in configured):
        return ()
    unknown = next((each for each in configured if isinstance(each, Unknown)), None)
    return unknown or tuple(sorted({each for each in configured if isinstance(each, str)}))


def aspects(facts: DistributionFacts) -> dict[str, Any]:
    """Return the aspects of either form."""
    enabled = kleene.some(
        (
            facts.bucket if isinstance(facts.bucket, Unknown) else facts.bucket is not None,
            facts.deliveries if isinstance(facts.deliveries, Unknown) else bool(facts.deliveries),
            facts.real_time if isinstance(facts.real_time, Unknown) else bool(facts.real_time),
        )
    )
    return {
        "encryption_in_transit": EncryptionInTransit(
            enforced=kleene.every(kleene.each(facts.viewer_protocols, lambda policy: policy in _ENCRYPTED)),
            minimum_tls=facts.minimum_tls,
            certificate_expires=facts.certificate_expires,
        ),
        "logging": Logging(
            enabled=enabled,
            destinations=_destinations(facts),
            off_host=enabled,
            retention_days=_KEPT_THERE,
            kinds=enabled if isinstance(enabled, Unknown) else ("access",) if enabled else (),
        ),
    }


def configuration(facts: DistributionFacts) -> DistributionConfig:
    """Return what only this type has."""
    return DistributionConfig(enabled=facts.enabled, web_acl=facts.web_acl)


def relations(facts: DistributionFacts) -> dict[str, Maybe[tuple[str, ...]]]:
    """Return what it leads to."""
    return {
        "certificates": _tuple(facts.certificate),
        "web_acl": _tuple(facts.web_acl),
        "logging_destination": _destinations(facts),
    }


def _destinations(facts: DistributionFacts) -> Maybe[tuple[str, ...]]:
    found: list[str] = []
    for part in (_tuple(facts.bucket), facts.deliveries, facts.real_time):
        if isinstance(part, Unknown):
            return part
        found.extend(part)
    return tuple(found)


def _tuple(value: Maybe[str | None]) -> Maybe[tuple[str, ...]]:
    return value if isinstance(value, Unknown) else (value,) if value else ()
