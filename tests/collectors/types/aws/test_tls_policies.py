"""The lowest TLS version of AWS's security policies, by name."""

import pytest

from phiward.collectors.types.aws import tls_policies
from phiward.inventory.model import Unknown


@pytest.mark.parametrize(
    ("policy", "lowest"),
    [
        ("ELBSecurityPolicy-2016-08", "1.0"),
        ("ELBSecurityPolicy-2014-01", "0"),
        ("ELBSecurityPolicy-FS-2018-06", "1.0"),
        ("ELBSecurityPolicy-TLS-1-0-2015-04", "1.0"),
        ("ELBSecurityPolicy-TLS-1-1-2017-01", "1.1"),
        ("ELBSecurityPolicy-TLS-1-2-Ext-2018-06", "1.2"),
        ("ELBSecurityPolicy-FS-1-2-Res-2020-10", "1.2"),
        ("ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-2023-04", "1.2"),
        ("ELBSecurityPolicy-TLS13-1-3-PQ-2025-09", "1.3"),
        ("ELBSecurityPolicy-TLS13-1-0-2021-06", "1.0"),
    ],
)
def test_a_load_balancer_s_policy(policy: str, lowest: str) -> None:
    """TLS 1.3 in the name is the highest version, not the lowest."""
    assert tls_policies.of_load_balancer(policy) == lowest


def test_every_policy_of_the_sdk_has_a_lowest_version() -> None:
    """CloudFront's and API Gateway's policies are an enumeration of the service's own model."""
    import botocore.session

    models = botocore.session.get_session()
    cloudfront = models.get_service_model("cloudfront").shape_for("MinimumProtocolVersion").enum
    api = models.get_service_model("apigateway").shape_for("SecurityPolicy").enum

    assert [each for each in cloudfront if isinstance(tls_policies.of_distribution(each), Unknown)] == []
    assert [each for each in api if isinstance(tls_policies.of_api(each), Unknown)] == []
    assert tls_policies.of_distribution("TLSv1.2_2021") == "1.2"
    assert tls_policies.of_distribution("SSLv3") == "0"
    assert tls_policies.of_api("SecurityPolicy_TLS13_1_3_2025_09") == "1.3"
    assert tls_policies.of_api("SecurityPolicy_TLS13_1_2_Ext2_PQ_2025_09") == "1.2"


def test_a_policy_nobody_published_is_unknown() -> None:
    """Nothing is guessed from a name that only looks alike."""
    assert isinstance(tls_policies.of_load_balancer("ELBSecurityPolicy-2031-01"), Unknown)
    assert isinstance(tls_policies.of_distribution("TLSv9_2031"), Unknown)
    assert isinstance(tls_policies.of_api("TLS_9_9"), Unknown)


WHY = Unknown("denied")


@pytest.mark.parametrize(
    ("versions", "lowest"),
    [
        ((), None),
        ((None, "1.3", "1.2"), "1.2"),
        (("1.2", WHY), WHY),
        (("1.0", WHY), "1.0"),
        ((None, WHY), WHY),
        (("1.2", "0"), "0"),
    ],
)
def test_the_lowest_of_several(versions: tuple[str | Unknown | None, ...], lowest: str | Unknown | None) -> None:
    """What is unknown may be lower than what is known, unless that is the lowest already."""
    assert tls_policies.lowest(versions) == lowest


def test_the_lowest_of_a_policy_written_by_hand() -> None:
    """A classic load balancer's own policy lists its protocols."""
    assert tls_policies.of_protocols(["Protocol-TLSv1.2", "Protocol-TLSv1.1"]) == "1.1"
    assert tls_policies.of_protocols(["Protocol-TLSv1", "Protocol-TLSv1.2"]) == "1.0"
    assert tls_policies.of_protocols(["Protocol-TLSv1.2", "Protocol-SSLv3"]) == "0"
    assert isinstance(tls_policies.of_protocols([]), Unknown)
