"""Which certificates a thing shows, where they are kept, and when they end.

Calls `acm:ListCertificates` and, for certificates kept in IAM, `iam:ListServerCertificates`: one listing for all of a
region, not a call for each.
"""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.addresses import parse
from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.answers import listed, moment
from phiward.collectors.types.aws.arguments import surely_set, text
from phiward.inventory.model import Maybe, Unknown

Keeper: TypeAlias = Literal["acm", "iam"]
"""Who keeps a certificate: ACM, which renews its own, or IAM, which renews none."""

KEY_TYPES = (
    "RSA_1024",
    "RSA_2048",
    "RSA_3072",
    "RSA_4096",
    "EC_prime256v1",
    "EC_secp384r1",
    "EC_secp521r1",
)
"""ACM lists only the two shortest RSA kinds unless it is asked for all (*ListCertificates*, `Includes`)."""

_ENDS = ("encryption_in_transit.certificate_expires",)
_OF_ACM = {"aws_acm_certificate", "aws_acm_certificate_validation"}
_ISSUED_LATER = Unknown("known once the certificate is issued")


def keeper_of(certificate: Maybe[str | None]) -> Maybe[Keeper | None]:
    """Return who keeps a certificate, by its ARN; None where there is none."""
    if certificate is None or isinstance(certificate, Unknown):
        return certificate
    parts = certificate.split(":")
    service = parts[2] if len(parts) > 3 else ""
    if service == "acm":
        return "acm"
    return "iam" if service == "iam" else Unknown(f"{certificate} is no ARN of a certificate")


def first_end(aws: Aws, certificates: Maybe[Iterable[str]]) -> Maybe[str | None]:
    """Return when the first of these certificates ends (a time), None where there is none."""
    if isinstance(certificates, Unknown):
        return certificates
    first: str | None = None
    for certificate in certificates:
        end = _end_in_acm(aws, certificate) if keeper_of(certificate) == "acm" else _end_in_iam(aws, certificate)
        if isinstance(end, Unknown):
            return end
        if first is None or end < first:
            first = end
    return first


def _end_in_acm(aws: Aws, certificate: str) -> Maybe[str]:
    found = listed(
        aws,
        "acm",
        "list_certificates",
        "CertificateSummaryList",
        fills=_ENDS,
        Includes={"keyTypes": list(KEY_TYPES)},
    )
    if isinstance(found, Unknown):
        return found
    for entry in found:
        if entry["CertificateArn"] == certificate:
            return moment(entry.get("NotAfter")) or Unknown("acm:ListCertificates gives it no end")
    return Unknown(f"acm:ListCertificates lists no {certificate}")


def _end_in_iam(aws: Aws, certificate: str) -> Maybe[str]:
    found = listed(aws, "iam", "list_server_certificates", "ServerCertificateMetadataList", fills=_ENDS)
    if isinstance(found, Unknown):
        return found
    for entry in found:
        if certificate in {entry["Arn"], entry["ServerCertificateId"]}:
            return moment(entry.get("Expiration")) or Unknown("iam:ListServerCertificates gives it no end")
    return Unknown(f"iam:ListServerCertificates lists no {certificate}")


def named_certificate(block: Block, argument: str, source: Source) -> tuple[Maybe[Keeper | None], Maybe[str | None]]:
    """Return who keeps the certificate that a Terraform argument names, and its id; None twice where it names none."""
    if block.get(argument) is None:
        return None, None
    value = text(block, argument, None)
    if isinstance(value, Unknown) and value.refs and not surely_set(value):
        return value, value
    for address in block.references(argument):
        place = parse(address)
        if place is None:
            continue
        if place.type in _OF_ACM:
            return "acm", _id(address, source) if isinstance(value, Unknown) else value
        if place.type == "aws_iam_server_certificate":
            return "iam", source.id(address) if isinstance(value, Unknown) else value
    return keeper_of(value), value


def _id(address: str, source: Source) -> Maybe[str]:
    """Return the certificate's id: what `aws_acm_certificate_validation` waits for, else the block itself."""
    block = source.find(address)
    if block is not None and block.type == "aws_acm_certificate_validation":
        waits = source.owners("aws_acm_certificate", block, "certificate_arn")
        if isinstance(waits, Unknown):
            return waits
        return source.id(waits[0]) if waits else Unknown("its certificate is not in the code")
    if block is None or address.startswith("data."):
        return Unknown("its certificate is not in the code")
    return source.id(address)


def ends_in_code(certificates: Maybe[tuple[str, ...]]) -> Maybe[str | None]:
    """Return when certificates end, as far as code tells: None where there is none."""
    if isinstance(certificates, Unknown):
        return certificates
    return _ISSUED_LATER if certificates else None
