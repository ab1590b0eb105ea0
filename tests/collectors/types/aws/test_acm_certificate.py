"""Certificates of ACM: one listing tells all, and what was never issued has no end."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import acm_certificate
from phiward.inventory.aspects import EncryptionInTransit
from phiward.inventory.model import Resource, Unknown

CHART: dict[str, Any] = {
    "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1",
    "DomainName": "chart.example.org",
    "Status": "ISSUED",
    "Type": "AMAZON_ISSUED",
    "InUse": True,
    "NotAfter": "2027-06-01T00:00:00+00:00",
}
ANSWERS = {
    "acm:ListCertificates": {"CertificateSummaryList": [CHART]},
    "acm:ListTagsForCertificate": {"Tags": [{"Key": "Owner", "Value": "chart"}, {"Key": "ephi"}]},
}


def live(denied: tuple[str, ...] = (), need: set[str] | None = None, **changes: Any) -> tuple[Resource, FakeAws]:
    """Return the resource of a live certificate, and what it was read with."""
    item = {name: value for name, value in {**CHART, **changes}.items() if value is not None}
    aws = FakeAws({**ANSWERS, "acm:ListCertificates": {"CertificateSummaryList": [item]}}, denied=denied, need=need)
    (found,) = acm_certificate.items(aws)
    return acm_certificate.resource(aws, found), aws


def test_a_certificate() -> None:
    """It takes no connections, so that whether it refuses plain text is no question."""
    found, aws = live()

    assert found.encryption_in_transit == EncryptionInTransit(enforced=None, certificate_expires="2027-06-01T00:00:00Z")
    assert found.config == acm_certificate.CertificateConfig(
        domain="chart.example.org", status="ISSUED", made_by="amazon", in_use=True
    )
    assert found.tags == {"Owner": "chart", "ephi": ""}
    assert "EC_secp384r1" in aws.calls[0][1]["Includes"]["keyTypes"]


@pytest.mark.parametrize(
    ("status", "expires"), [("PENDING_VALIDATION", None), ("FAILED", None), ("ISSUED", Unknown), ("EXPIRED", Unknown)]
)
def test_only_what_was_issued_ends(status: str, expires: Any) -> None:
    """One that waits for validation has no end; one that was issued has, even where the listing does not tell it."""
    found, _ = live(Status=status, NotAfter=None)

    aspect = found.encryption_in_transit
    assert isinstance(aspect, EncryptionInTransit)
    end = aspect.certificate_expires
    assert isinstance(end, Unknown) if expires is Unknown else end is None


def test_who_made_it_and_uses_it_may_be_untold() -> None:
    """Nothing is guessed where the listing leaves it out."""
    found, _ = live(Type=None, InUse=None)

    config: Any = found.config
    assert isinstance(config.made_by, Unknown)
    assert isinstance(config.in_use, Unknown)


def test_denied_tags_leave_the_rest() -> None:
    """What the listing told stands."""
    found, _ = live(denied=("acm:ListTagsForCertificate",))

    assert found.tags == Unknown("access denied: acm:ListTagsForCertificate")
    assert found.encryption_in_transit == live()[0].encryption_in_transit


def test_a_denied_listing_is_a_gap() -> None:
    """An account that refuses the listing is not one without certificates."""
    with pytest.raises(Denied, match="acm:ListCertificates"):
        list(acm_certificate.items(FakeAws(denied={"acm:ListCertificates"})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """The listing tells when it ends."""
    _, aws = live(need={"encryption_in_transit.certificate_expires"})

    assert [call for call, _ in aws.calls] == ["acm:ListCertificates"]


@pytest.mark.parametrize(
    ("arguments", "made_by"),
    [
        ({"domain_name": "chart.example.org"}, "amazon"),
        ({"certificate_body": "b", "private_key": Ref("tls_private_key.k.private_key_pem")}, "imported"),
        ({"domain_name": "c", "certificate_authority_arn": Ref("aws_acmpca_certificate_authority.c.arn")}, "private"),
    ],
)
def test_code_tells_who_makes_it_and_not_when_it_ends(arguments: dict[str, Any], made_by: str) -> None:
    """It is issued after the deploy."""
    block = FakeBlock("aws_acm_certificate.c", **arguments)

    found = acm_certificate.from_terraform(block, {}, FakeSource([block]))

    config: Any = found.config
    aspect = found.encryption_in_transit
    assert config.made_by == made_by
    assert isinstance(aspect, EncryptionInTransit)
    assert aspect.enforced is None
    assert isinstance(aspect.certificate_expires, Unknown)
