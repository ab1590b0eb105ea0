"""Certificates kept by ACM. Calls `acm:ListCertificates`, and `acm:ListTagsForCertificate` where a control reads tags.

ACM lists certificates with elliptic-curve and long RSA keys only to those who ask for them, so that a tool that does
not ask sees an account without them.
"""

from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import live, moment, tags_of
from phiward.collectors.types.aws.arguments import text
from phiward.collectors.types.aws.certificates import KEY_TYPES
from phiward.inventory.aspects import EncryptionInTransit
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class CertificateConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a certificate has."""

    domain: Maybe[str]
    """The name it is for."""
    status: Maybe[str]
    """`ISSUED`, `EXPIRED`, `PENDING_VALIDATION`, `REVOKED`, ..."""
    made_by: Maybe[Literal["amazon", "private", "imported"]]
    """Amazon's authority, one of the organisation's own, or somebody else's: ACM renews none that was imported."""
    in_use: Maybe[bool]
    """A service shows it."""


TYPE = ResourceType(
    name="aws.acm.certificate",
    title="Certificate",
    aspects=(EncryptionInTransit,),
    config=CertificateConfig,
)

_MADE_BY: dict[str, Literal["amazon", "private", "imported"]] = {
    "AMAZON_ISSUED": "amazon",
    "PRIVATE": "private",
    "IMPORTED": "imported",
}
_LATER = Unknown("known once it is issued")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every certificate of the region, whatever its key."""
    yield from aws.pages("acm", "list_certificates", "CertificateSummaryList", Includes={"keyTypes": list(KEY_TYPES)})


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one certificate. One that was never issued has no end."""
    identity, domain, status = item["CertificateArn"], item.get("DomainName", ""), item.get("Status", "")
    return live(
        aws,
        TYPE,
        identity,
        name=domain,
        tags=_tags(aws, identity),
        encryption_in_transit=EncryptionInTransit(enforced=None, certificate_expires=_end(item)),
        config=CertificateConfig(
            domain=domain,
            status=status,
            made_by=_MADE_BY.get(item.get("Type", "")) or Unknown("acm:ListCertificates does not tell who made it"),
            in_use=bool(item["InUse"]) if "InUse" in item else Unknown("acm:ListCertificates does not tell"),
        ),
    )


def _end(item: dict[str, Any]) -> Maybe[str | None]:
    if item.get("NotAfter"):
        return moment(item["NotAfter"])
    issued = item.get("Status") in {"ISSUED", "INACTIVE", "EXPIRED", "REVOKED"}
    return Unknown("acm:ListCertificates gives it no end") if issued else None


def _tags(aws: Aws, identity: str) -> Maybe[dict[str, str]]:
    answer = aws.ask("acm", "list_tags_for_certificate", fills=("tags",), CertificateArn=identity)
    return answer if isinstance(answer, Unknown) else tags_of((answer or {}).get("Tags", ()))


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the certificate of an `aws_acm_certificate` block: an authority's own, or one that is imported."""
    domain = text(block, "domain_name", Unknown("its domain is in the certificate that is imported"))
    made_by: Literal["amazon", "private", "imported"] = "amazon"
    if block.get("certificate_body") is not None or block.get("private_key") is not None:
        made_by = "imported"
    elif block.get("certificate_authority_arn") is not None:
        made_by = "private"
    return source.resource(
        block,
        TYPE,
        parts=parts,
        **({"name": domain} if isinstance(domain, str) else {}),
        encryption_in_transit=EncryptionInTransit(enforced=None, certificate_expires=_LATER),
        config=CertificateConfig(
            domain=domain, status=_LATER, made_by=made_by, in_use=Unknown("what shows it is seen on the services")
        ),
    )


TERRAFORM = (Form(main="aws_acm_certificate", build=from_terraform, identified_by=("id", "arn")),)
