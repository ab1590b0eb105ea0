"""How long operating systems are mended."""

import pytest

from phiward.collectors.types.aws.platform_support import end_of_support
from phiward.inventory.model import Unknown


@pytest.mark.parametrize(
    ("platform", "ends"),
    [
        ("Amazon Linux AMI 2018.03", "2023-12-31"),
        ("64bit Amazon Linux 2018.03 v2.9.1 running Python 3.6", "2023-12-31"),
        ("Amazon Linux 2", "2026-06-30"),
        ("Amazon Linux 2.0", "2026-06-30"),
        ("64bit Amazon Linux 2 v3.1.0 running Corretto 11", "2026-06-30"),
        ("Amazon Linux 2023", "2029-06-30"),
        ("Ubuntu 18.04", "2023-05-31"),
        ("Debian GNU/Linux 10", "2024-06-30"),
        ("Debian GNU/Linux 12.5", "2028-06-30"),
        ("Red Hat Enterprise Linux Server 7.9", "2024-06-30"),
        ("CentOS Linux 7", "2024-06-30"),
        ("Microsoft Windows Server 2012 R2 Standard 6.3.9600", "2023-10-10"),
        ("Microsoft Windows Server 2022 Datacenter 10.0.20348", "2031-10-14"),
    ],
)
def test_the_last_day(platform: str, ends: str) -> None:
    """As Systems Manager and Elastic Beanstalk write them."""
    assert end_of_support(platform) == ends


@pytest.mark.parametrize("platform", [None, "", "macOS 14.1", "Ubuntu 99.04", "Amazon Linux 2027", "Amazon Linux 22"])
def test_what_is_not_known_is_unknown(platform: str | None) -> None:
    """No date is made up."""
    assert isinstance(end_of_support(platform), Unknown)
