"""Certificates uploaded to IAM."""

from datetime import UTC, datetime
from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import iam_server_certificate
from phiward.inventory.aspects import EncryptionInTransit
from phiward.inventory.model import Resource, Unknown

CERTIFICATE: dict[str, Any] = {
    "Path": "/",
    "ServerCertificateName": "portal",
    "ServerCertificateId": "ASCAEXAMPLE",
    "Arn": "arn:aws:iam::123456789012:server-certificate/portal",
    "UploadDate": datetime(2025, 1, 1, tzinfo=UTC),
    "Expiration": datetime(2026, 1, 1, tzinfo=UTC),
}


def read(certificate: dict[str, Any]) -> Resource:
    """Read the one certificate there is."""
    aws = FakeAws({"iam:ListServerCertificates": {"ServerCertificateMetadataList": [certificate]}})
    (item,) = iam_server_certificate.items(aws)
    return iam_server_certificate.resource(aws, item)


def test_a_certificate_tells_its_end() -> None:
    """It takes no connections itself."""
    made = read(CERTIFICATE)

    assert made.encryption_in_transit == EncryptionInTransit(enforced=None, certificate_expires="2026-01-01T00:00:00Z")
    assert (made.id, made.name, made.region) == (CERTIFICATE["Arn"], "portal", None)


def test_a_certificate_without_an_end_is_unknown() -> None:
    """No certificate lasts for ever."""
    found = read({name: value for name, value in CERTIFICATE.items() if name != "Expiration"}).encryption_in_transit

    assert isinstance(found, EncryptionInTransit)
    assert isinstance(found.certificate_expires, Unknown)


def test_a_denied_listing_is_raised() -> None:
    """It becomes a gap, never an account without certificates."""
    with pytest.raises(Denied):
        list(iam_server_certificate.items(FakeAws(denied={"iam:ListServerCertificates"})))


def test_code_does_not_tell_the_end() -> None:
    """The end is in the body, which is not read."""
    block = FakeBlock("aws_iam_server_certificate.portal", name="portal")

    found = iam_server_certificate.from_terraform(block, {}, FakeSource()).encryption_in_transit

    assert isinstance(found, EncryptionInTransit)
    assert found.enforced is None
    assert isinstance(found.certificate_expires, Unknown)
