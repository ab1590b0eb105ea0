"""The tables of support dates: as AWS's pages give them, and whole."""

from datetime import date

import botocore.loaders
import pytest

from phiward.collectors.types.aws import lambda_runtimes, rds_support
from phiward.inventory.model import Unknown

WITHOUT = {"custom", "nodejs26.x", "python3.15"}
"""A customer's own runtime, and previews that AWS lists without a date."""


def test_every_runtime_that_the_api_knows_has_a_date() -> None:
    """A runtime that is added to the API and not here would be unknown without anybody noticing."""
    model = botocore.loaders.Loader().load_service_model("lambda", "service-2")

    missing = set(model["shapes"]["Runtime"]["enum"]) - set(lambda_runtimes.ENDS) - WITHOUT

    assert missing == set()


@pytest.mark.parametrize(
    ("runtime", "end"),
    [
        ("python3.9", "2025-12-15"),
        ("nodejs20.x", "2026-04-30"),
        ("java17", "2027-06-30"),
        ("java17.al2023", "2029-06-30"),
        ("provided.al2", "2026-07-31"),
        ("nodejs", "2016-08-30"),
    ],
)
def test_runtimes(runtime: str, end: str) -> None:
    """The day of deprecation, not the later ones on which functions can no longer be made or changed."""
    assert lambda_runtimes.end_of_support(runtime) == end


@pytest.mark.parametrize(
    ("engine", "version", "end"),
    [
        ("postgres", "18.1", "2031-02-28"),
        ("postgres", "9.6.24", "2022-04-30"),
        ("aurora-postgresql", "18.3", "2031-02-28"),
        ("aurora-mysql", "8.0.mysql_aurora.3.10.0", "2028-04-30"),
        ("aurora-mysql", "8.4.mysql_aurora.8.4.7", "2032-04-30"),
        ("mariadb", "10.6.23", "2026-12-31"),
        ("mariadb", "11.8.3", "2028-06-30"),
        ("mysql", "8.0.43", "2026-07-31"),
    ],
)
def test_engines(engine: str, version: str, end: str) -> None:
    """The last day of standard support, whatever the form of the version."""
    assert rds_support.end_of_support(engine, version) == end


def test_what_is_not_listed_is_unknown() -> None:
    """A version to come is neither supported nor not."""
    assert isinstance(rds_support.end_of_support("postgres", "19.0"), Unknown)
    assert isinstance(lambda_runtimes.end_of_support("python9.9"), Unknown)


def test_every_date_is_one() -> None:
    """As the controls compare them."""
    dates = [*lambda_runtimes.ENDS.values()]
    dates += [end for table in rds_support.END_OF_STANDARD_SUPPORT.values() for end in table.values()]

    assert [each for each in dates if date.fromisoformat(each).isoformat() != each] == []
