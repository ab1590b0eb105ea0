"""How long AWS supports the versions of OpenSearch Service's engines."""

from typing import Final

from phiward.inventory.model import Maybe, Unknown

_EARLY, _LATE = "2025-11-07", "2027-11-07"

END_OF_STANDARD_SUPPORT: Final = {
    "Elasticsearch": {
        **dict.fromkeys(("1.5", "2.3", "5.1", "5.3", "5.5", "5.6", "6.0", "6.2", "6.3", "6.4", "6.5", "6.7"), _EARLY),
        **dict.fromkeys(("7.1", "7.4", "7.7", "7.8"), _EARLY),
        **dict.fromkeys(("6.8", "7.9", "7.10"), _LATE),
    },
    "OpenSearch": {
        **dict.fromkeys(("1.0", "1.1", "1.2", "2.3", "2.5", "2.7", "2.9"), _EARLY),
        **dict.fromkeys(("1.3", "2.11", "2.13", "2.15", "2.17", "2.19"), _LATE),
    },
}
"""Engine and version to the last day of standard support (Amazon OpenSearch Service Developer Guide, *Standard support
and extended support*). What comes after it mends only the worst weaknesses and is paid for."""

_FIRST_WITHOUT_END: Final = 3
"""Of OpenSearch 3 and later no end is announced."""


def end_of_support(engine_version: Maybe[str]) -> Maybe[str | None]:
    """Return the last day of standard support (a date) of `OpenSearch_2.19`; None where no end is announced."""
    if isinstance(engine_version, Unknown):
        return engine_version
    engine, _, version = engine_version.partition("_")
    major = version.partition(".")[0]
    if engine == "OpenSearch" and major.isdigit() and int(major) >= _FIRST_WITHOUT_END:
        return None
    date = END_OF_STANDARD_SUPPORT.get(engine, {}).get(version)
    return date or Unknown(f"no published end of standard support is known for {engine_version}")
