"""How long EKS supports each Kubernetes version, and since when it encrypts what a cluster's API holds.

The end of *standard* support of the *Kubernetes version lifecycle* page of the EKS user guide (state of mid 2026; the
page is the authority). What comes after it, extended support, lasts a year, is paid for by the hour, and ends in an
upgrade that nobody chose the day of.
"""

from typing import Final

from phiward.inventory.model import Maybe, Unknown

END_OF_STANDARD_SUPPORT: Final = {
    "1.20": "2022-11-01",
    "1.21": "2023-02-16",
    "1.22": "2023-06-04",
    "1.23": "2023-10-11",
    "1.24": "2024-01-31",
    "1.25": "2024-05-01",
    "1.26": "2024-06-11",
    "1.27": "2024-07-24",
    "1.28": "2024-11-26",
    "1.29": "2025-03-23",
    "1.30": "2025-07-23",
    "1.31": "2025-11-26",
    "1.32": "2026-03-23",
    "1.33": "2026-07-29",
    "1.34": "2026-12-02",
    "1.35": "2027-03-27",
}


def end_of_support(version: Maybe[str | None]) -> Maybe[str | None]:
    """Return the last day of standard support (a date); `Unknown` for a version that this table does not hold."""
    if isinstance(version, Unknown):
        return version
    if version is None:
        return Unknown("no version is named: EKS takes its default at the time")
    return END_OF_STANDARD_SUPPORT.get(version, Unknown(f"the end of support of Kubernetes {version} is not known"))
