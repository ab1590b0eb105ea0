"""The copies of an RDS instance that replicates another."""

from typing import Any

import pytest
from fakes import Code, asked
from fakes_terraform import FakeBlock, Ref
from rds_answers import (
    RECORDS,
    at,
    code,
    group,
    live,
)

from phiward.inventory.model import Unknown

REPLICA = {**RECORDS, "BackupRetentionPeriod": 0, "LatestRestorableTime": None}


@pytest.mark.parametrize(
    ("member", "named", "action", "question"),
    [
        (
            "ReadReplicaSourceDBInstanceIdentifier",
            "main",
            "rds:DescribeDBInstances",
            {"DBInstanceIdentifier": "main"},
        ),
        (
            "ReadReplicaSourceDBInstanceIdentifier",
            "arn:aws:rds:us-west-2:123456789012:db:main",
            "rds:DescribeDBInstances",
            {"DBInstanceIdentifier": "main"},
        ),
        ("ReadReplicaSourceDBClusterIdentifier", "main", "rds:DescribeDBClusters", {"DBClusterIdentifier": "main"}),
    ],
)
def test_a_read_replica_is_backed_up_as_its_source(member: str, named: str, action: str, question: Any) -> None:
    """It holds the same; copies of its own count where it has them."""
    key = action.partition("Describe")[2]
    source = {"BackupRetentionPeriod": 14, "LatestRestorableTime": "2026-01-02T01:00:00+00:00"}
    answers = {asked(action, **question): {key: [source]}}

    found = live({**REPLICA, member: named}, answers=answers)
    own = live({**REPLICA, member: named, "BackupRetentionPeriod": 3})

    assert (at(found, "backup.enabled"), at(found, "backup.retention_days")) == (True, 14)
    assert at(found, "backup.last_success") == "2026-01-02T01:00:00Z"
    assert at(own, "backup.retention_days") == 3


def test_a_read_replica_whose_source_is_not_seen() -> None:
    """Denied: unknown. Gone: it has the copies it has."""
    replica = {**REPLICA, "ReadReplicaSourceDBInstanceIdentifier": "main"}

    denied = live(replica, denied={"rds:DescribeDBInstances"})
    gone = live(replica, answers={"rds:DescribeDBInstances": Code("DBInstanceNotFound")})

    assert at(denied, "backup.enabled") == Unknown("access denied: rds:DescribeDBInstances")
    assert at(gone, "backup.enabled") is False


def test_a_read_replica_in_code() -> None:
    """Its source is in the code, or it is not known."""
    main = FakeBlock("aws_db_instance.main", identifier="main", backup_retention_period=14)
    replica = {"backup_retention_period": None}

    found = code(main, group(), replicate_source_db=Ref("aws_db_instance.main.identifier"), **replica)
    elsewhere = code(replicate_source_db="theirs", **replica)

    assert (at(found, "backup.enabled"), at(found, "backup.retention_days")) == (True, 14)
    assert isinstance(at(elsewhere, "backup.enabled"), Unknown)
