"""Certificates uploaded to IAM for load balancers and CloudFront. Calls `iam:ListServerCertificates`.

ACM keeps certificates today; what was uploaded to IAM before is renewed by nobody but its owner, and appears in no
console.
"""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import live, moment
from phiward.inventory.aspects import EncryptionInTransit
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Resource, Unknown

TYPE = ResourceType(
    name="aws.iam.server_certificate", title="Certificate uploaded to IAM", aspects=(EncryptionInTransit,)
)
GLOBAL = True

_UNTOLD = Unknown("iam:ListServerCertificates gives it no end")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every uploaded certificate."""
    yield from aws.pages("iam", "list_server_certificates", "ServerCertificateMetadataList")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one certificate. The listing does not tell its tags."""
    return live(
        aws,
        TYPE,
        item["Arn"],
        region=None,
        name=item["ServerCertificateName"],
        tags=Unknown("not in the listing of server certificates"),
        encryption_in_transit=EncryptionInTransit(
            enforced=None, certificate_expires=moment(item.get("Expiration")) or _UNTOLD
        ),
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the certificate of an `aws_iam_server_certificate` block. Its end is in the body, which is not read."""
    return source.resource(
        block,
        TYPE,
        parts=parts,
        encryption_in_transit=EncryptionInTransit(enforced=None, certificate_expires=Unknown("known after apply")),
        lines={"encryption_in_transit.certificate_expires": block.lines("certificate_body")},
    )


TERRAFORM = (Form(main="aws_iam_server_certificate", build=from_terraform),)
