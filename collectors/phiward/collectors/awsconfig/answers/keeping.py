"""Topics, secrets and certificates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from phiward.collectors.awsconfig.answer import Answer, Asked, Found, Kind, described, listing, tagged

if TYPE_CHECKING:
    from phiward.collectors.awsconfig.item import Item
    from phiward.collectors.awsconfig.members import Members

TOPIC, SECRET, CERTIFICATE = "AWS::SNS::Topic", "AWS::SecretsManager::Secret", "AWS::ACM::Certificate"

KINDS = (
    Kind(TOPIC, covers="aws.sns.topic", optional=("KmsMasterKeyId",), lacking={"Policy": ("exposure",)}),
    Kind(
        SECRET,
        covers="aws.secretsmanager.secret",
        optional=("KmsKeyId", "RotationRules", "RotationRules.AutomaticallyAfterDays", "RotationLambdaARN"),
        lacking={
            "PrimaryRegion": ("config.replica",),
            "OwningService": ("config.owner",),
            "CreatedDate": ("config.created", "config.rotation_due"),
            "LastChangedDate": ("config.last_changed",),
            "LastAccessedDate": ("config.last_accessed",),
            "LastRotatedDate": ("config.rotation_due",),
            "NextRotationDate": ("config.rotation_due",),
            "RotationEnabled": ("config.rotation_enabled", "config.rotation_days", "config.rotation_due"),
        },
    ),
    Kind(
        CERTIFICATE,
        covers="aws.acm.certificate",
        optional=("NotAfter", "Type", "Status", "DomainName"),
        lacking={"InUse": ("config.in_use",)},
    ),
)


def _topics(asked: Asked) -> Found:
    items = asked.all(TOPIC)
    return Found({"Topics": [item.configuration for item in items]}, tuple(items))


def _attributes(asked: Asked) -> Found:
    item = asked.one(TOPIC, asked.arguments["TopicArn"])
    return Found({"Attributes": item.configuration}, (item,))


def _secret(item: Item) -> Members | None:
    return None if item.configuration.get("Deleted") is True else described(item)


def _secrets(asked: Asked) -> Found:
    """Return the secrets; the listing of the service leaves out those that are going to be deleted."""
    items = asked.all(SECRET)
    return Found({"SecretList": [made for made in map(_secret, items) if made is not None]}, tuple(items))


def _certificate(item: Item) -> Members:
    certificate = item.configuration
    if not certificate.holds("InUseBy"):
        return certificate
    return certificate.with_(InUse=bool(certificate.get("InUseBy")))


ANSWERS = {
    "sns.list_topics": Answer(_topics, (TOPIC,)),
    "sns.get_topic_attributes": Answer(_attributes, (TOPIC,)),
    "sns.list_tags_for_resource": tagged(TOPIC, "ResourceArn", "Tags"),
    "secretsmanager.list_secrets": Answer(_secrets, (SECRET,)),
    "acm.list_certificates": listing(
        CERTIFICATE,
        "CertificateSummaryList",
        tags=None,
        entry=_certificate,
        ignores=("Includes", "CertificateStatuses"),
    ),
    "acm.list_tags_for_certificate": tagged(CERTIFICATE, "CertificateArn", "Tags"),
}
