"""How long makers mend the operating systems that Systems Manager and Elastic Beanstalk name.

The last day on which everybody gets security updates, without a contract for more: the FAQs of Amazon Linux, for
Ubuntu (standard support) and Debian (long-term support) the `distro-info-data` package, the life cycle pages of Red Hat
(maintenance support) and CentOS, and Microsoft's lifecycle pages (extended end date). State of mid 2026.
"""

import re
from typing import Final

from phiward.inventory.model import Maybe, Unknown

ENDS: Final = {
    "amazon linux 1": "2023-12-31",
    "amazon linux 2": "2026-06-30",
    "amazon linux 2023": "2029-06-30",
    "centos 6": "2020-11-30",
    "centos 7": "2024-06-30",
    "centos 8": "2021-12-31",
    "debian 9": "2022-06-30",
    "debian 10": "2024-06-30",
    "debian 11": "2026-08-31",
    "debian 12": "2028-06-30",
    "debian 13": "2030-06-30",
    "red hat 6": "2020-11-30",
    "red hat 7": "2024-06-30",
    "red hat 8": "2029-05-31",
    "red hat 9": "2032-05-31",
    "ubuntu 14.04": "2019-04-25",
    "ubuntu 16.04": "2021-04-30",
    "ubuntu 18.04": "2023-05-31",
    "ubuntu 20.04": "2025-05-29",
    "ubuntu 22.04": "2027-06-01",
    "ubuntu 24.04": "2029-05-31",
    "windows server 2008": "2020-01-14",
    "windows server 2012": "2023-10-10",
    "windows server 2016": "2027-01-12",
    "windows server 2019": "2029-01-09",
    "windows server 2022": "2031-10-14",
    "windows server 2025": "2034-10-10",
}
"""Operating system, as `_key` calls it, to the last day (a date)."""

_FIRST = re.compile(r"amazon linux ami|amazon linux (2016|2017|2018)\.\d\d")
_AMAZON = re.compile(r"amazon linux (2023|2)(\.0)?(?![\d.])")
_WINDOWS = re.compile(r"windows server (\d{4})")
_UBUNTU = re.compile(r"ubuntu.* (\d\d\.\d\d)")
_MAJOR = re.compile(r"(centos|debian|red hat)\D* (\d+)")


def end_of_support(platform: Maybe[str | None]) -> Maybe[str | None]:
    """Return the last day of an operating system (a date), given its name and version (`Ubuntu 22.04`)."""
    if isinstance(platform, Unknown):
        return platform
    found = ENDS.get(_key((platform or "").lower()))
    return found or Unknown(f"the end of support of {platform or 'its operating system'} is not known to this version")


def _key(platform: str) -> str:
    if _FIRST.search(platform):
        return "amazon linux 1"
    for pattern, name in ((_AMAZON, "amazon linux"), (_WINDOWS, "windows server"), (_UBUNTU, "ubuntu")):
        if named := pattern.search(platform):
            return f"{name} {named[1]}"
    major = _MAJOR.search(platform)
    return f"{major[1]} {major[2]}" if major else ""
