"""How much of a region's DynamoDB quota is bought."""

from typing import Any

import pytest
from fakes import Code, FakeAws, asked

from phiward.collectors.types.aws import dynamodb_region
from phiward.collectors.types.aws.dynamodb_region import RegionConfig
from phiward.inventory.model import Unknown


def table(reads: int, writes: int, *indexes: tuple[int, int]) -> dict[str, Any]:
    """Return the description of a table with indexes."""

    def units(of: tuple[int, int]) -> dict[str, Any]:
        return {"ProvisionedThroughput": {"ReadCapacityUnits": of[0], "WriteCapacityUnits": of[1]}}

    return {"Table": {**units((reads, writes)), "GlobalSecondaryIndexes": [units(index) for index in indexes]}}


ANSWERS: dict[str, Any] = {
    "dynamodb:ListTables": {"TableNames": ["records", "visits"]},
    asked("dynamodb:DescribeTable", TableName="records"): table(50000, 10000, (10000, 5001)),
    asked("dynamodb:DescribeTable", TableName="visits"): table(4000, 1000),
    "dynamodb:DescribeLimits": {"AccountMaxReadCapacityUnits": 80000, "AccountMaxWriteCapacityUnits": 80000},
}


def config(answers: dict[str, Any] | None = None, **given: Any) -> RegionConfig:
    """Return what is told of the one region."""
    aws = FakeAws({**ANSWERS, **(answers or {})}, **given)
    (item,) = dynamodb_region.items(aws)
    found = dynamodb_region.resource(aws, item).config
    assert isinstance(found, RegionConfig)
    return found


def test_tables_and_indexes_count() -> None:
    """64,000 of 80,000 reads and 16,001 of 80,000 writes, rounded up."""
    assert config() == RegionConfig(read_percent=80, write_percent=21)


def test_a_region_without_tables() -> None:
    """Nothing is bought."""
    assert config({"dynamodb:ListTables": {"TableNames": []}}) == RegionConfig(read_percent=0, write_percent=0)


def test_a_table_that_went_meanwhile_counts_nothing() -> None:
    """It was listed and then deleted."""
    gone = {asked("dynamodb:DescribeTable", TableName="visits"): Code("ResourceNotFoundException")}

    assert config(gone) == RegionConfig(read_percent=75, write_percent=19)


@pytest.mark.parametrize("denied", ["dynamodb:DescribeLimits", "dynamodb:ListTables", "dynamodb:DescribeTable"])
def test_a_denied_call_leaves_it_open(denied: str) -> None:
    """One table unseen may be the one that fills the quota."""
    unseen = Unknown(f"access denied: {denied}")

    assert config(denied={denied}) == RegionConfig(read_percent=unseen, write_percent=unseen)


def test_nothing_is_asked_that_no_control_reads() -> None:
    """Quotas are not asked for by other controls."""
    aws = FakeAws({}, need={"config.other"})

    dynamodb_region.resource(aws, {"region": "us-east-1"})

    assert aws.calls == []
