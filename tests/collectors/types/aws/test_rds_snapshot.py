"""RDS snapshots: whom they are shared with, and whether they are encrypted."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.types.aws import rds_snapshot
from phiward.inventory.aspects import EncryptionAtRest, Exposure
from phiward.inventory.model import Resource, Unknown

SNAPSHOT: dict[str, Any] = {
    "DBSnapshotArn": "arn:aws:rds:us-east-1:123456789012:snapshot:before",
    "DBSnapshotIdentifier": "before",
    "DBInstanceIdentifier": "records",
    "Engine": "postgres",
    "Encrypted": False,
    "SnapshotCreateTime": "2026-01-02T00:00:00+00:00",
}


def shared_with(*accounts: str) -> dict[str, Any]:
    """Return the answer that names who may restore the snapshot."""
    restore = {"AttributeName": "restore", "AttributeValues": list(accounts)}
    return {
        "rds:DescribeDBSnapshotAttributes": {"DBSnapshotAttributesResult": {"DBSnapshotAttributes": [restore]}},
    }


def code(**arguments: Any) -> Resource:
    """Return a snapshot of a database in Terraform."""
    database = FakeBlock("aws_db_instance.records", engine="postgres")
    block = FakeBlock(
        "aws_db_snapshot.before", db_instance_identifier=Ref("aws_db_instance.records.identifier"), **arguments
    )
    return rds_snapshot.from_terraform(block, {}, FakeSource([database, block]))


def test_both_forms_of_a_public_snapshot_agree() -> None:
    """Shared with everybody, and not encrypted, as its database."""
    found = rds_snapshot.resource(FakeAws(shared_with("all", "210987654321")), SNAPSHOT)
    written = code(shared_accounts=["all", "210987654321"])

    assert found.exposure == written.exposure
    assert found.exposure == Exposure(public=True, ways=("shared-snapshot",), shared_with=("210987654321",))
    assert found.encryption_at_rest == written.encryption_at_rest == EncryptionAtRest(enabled=False)


def test_a_denied_call_makes_the_exposure_unknown() -> None:
    """Who else may restore it was not told."""
    aws = FakeAws({}, denied={"rds:DescribeDBSnapshotAttributes"})

    exposure = rds_snapshot.resource(aws, SNAPSHOT).exposure

    assert isinstance(exposure, Exposure)
    assert isinstance(exposure.public, Unknown)


@pytest.mark.parametrize(("need", "asked"), [("exposure.public", 0), ("exposure.shared_with", 1)])
def test_an_encrypted_snapshot_is_not_asked_whether_it_is_public(need: str, asked: int) -> None:
    """RDS does not let it be; which accounts may restore it is asked."""
    aws = FakeAws(shared_with("210987654321"), need={need})

    exposure = rds_snapshot.resource(aws, {**SNAPSHOT, "Encrypted": True}).exposure

    assert isinstance(exposure, Exposure)
    assert exposure.public is False
    assert isinstance(exposure.shared_with, Unknown) is not bool(asked)
    assert len(aws.calls) == asked


def test_snapshots_of_clusters_are_listed_too() -> None:
    """Both listings ask only for what somebody made."""
    aws = FakeAws(
        {
            "rds:DescribeDBSnapshots": {"DBSnapshots": [SNAPSHOT]},
            "rds:DescribeDBClusterSnapshots": {"DBClusterSnapshots": [{"DBClusterSnapshotIdentifier": "c"}]},
        }
    )

    assert len(list(rds_snapshot.items(aws))) == 2
    assert all(arguments == {"SnapshotType": "manual"} for _, arguments in aws.calls)


def test_a_snapshot_of_a_database_elsewhere_is_unknown() -> None:
    """It is encrypted as a database that is not in the code."""
    block = FakeBlock("aws_db_snapshot.a", db_instance_identifier="theirs")

    encryption = rds_snapshot.from_terraform(block, {}, FakeSource([block])).encryption_at_rest

    assert isinstance(encryption, EncryptionAtRest)
    assert isinstance(encryption.enabled, Unknown)
