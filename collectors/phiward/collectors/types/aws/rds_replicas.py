"""Backups of read replicas: the copies that its source keeps. Calls `rds:DescribeDBInstances`, `DescribeDBClusters`.

A replica holds what its source holds, and mostly keeps no copies of its own: where the source is backed up, so is it.
"""

from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.answers import moment
from phiward.collectors.types.aws.arguments import number
from phiward.inventory.model import Maybe, Unknown

_FILLS = ("backup.enabled", "backup.retention_days", "backup.last_success")
_SOURCES = {
    "ReadReplicaSourceDBInstanceIdentifier": ("describe_db_instances", "DBInstanceIdentifier", "DBInstances"),
    "ReadReplicaSourceDBClusterIdentifier": ("describe_db_clusters", "DBClusterIdentifier", "DBClusters"),
}
_REGION_IN_ARN, _NAME_IN_ARN = 3, 6


def live_copies(aws: Aws, db: dict[str, Any]) -> tuple[Maybe[int], Maybe[str | None]]:
    """Return how many days copies of an instance are kept, and when the last was made."""
    own = db.get("BackupRetentionPeriod", 0), moment(db.get("LatestRestorableTime"))
    for member, (operation, argument, key) in _SOURCES.items():
        named = db.get(member)
        if own[0] or not named:
            continue
        # A source of another region is named by its ARN.
        parts = named.split(":")
        region = parts[_REGION_IN_ARN] if len(parts) > _NAME_IN_ARN else None
        answer = aws.ask(
            "rds",
            operation,
            fills=_FILLS,
            absent=("DBInstanceNotFound", "DBClusterNotFoundFault"),
            region=region,
            **{argument: parts[-1]},
        )
        if isinstance(answer, Unknown):
            return answer, answer
        for source in (answer or {}).get(key, ()):
            return source.get("BackupRetentionPeriod", 0), moment(source.get("LatestRestorableTime"))
    return own


def code_copies(block: Block, source: Source) -> Maybe[int]:
    """Return how many days copies of the instance of an `aws_db_instance` block are kept."""
    own = number(block, "backup_retention_period", 0)
    if own != 0 or block.get("replicate_source_db") is None:
        return own
    named = source.owners("aws_db_instance", block, "replicate_source_db")
    if isinstance(named, Unknown):
        return named
    found = source.find(named[0]) if named else None
    if found is None:
        return Unknown("the database that it is a replica of is not in the code")
    return number(found, "backup_retention_period", 0)
