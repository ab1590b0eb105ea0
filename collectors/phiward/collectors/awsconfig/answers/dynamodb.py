"""DynamoDB tables. Resource policies and what follows the load are not recorded."""

from __future__ import annotations

from phiward.collectors.aws.port import Denied
from phiward.collectors.awsconfig.answer import Answer, Asked, Found, Kind, unseen
from phiward.collectors.awsconfig.members import wrapped

TABLE = "AWS::DynamoDB::Table"
_RECOVERY = "continuousbackupsdescription.PointInTimeRecoveryDescription"

KINDS = (
    Kind(
        TABLE,
        covers="aws.dynamodb.table",
        optional=(
            "SSEDescription",
            "SSEDescription.SSEType",
            "SSEDescription.Status",
            "SSEDescription.KMSMasterKeyArn",
            "Replicas",
            "BillingModeSummary",
            "BillingModeSummary.BillingMode",
        ),
        lacking={
            "DeletionProtectionEnabled": ("resilience.deletion_protected",),
            _RECOVERY: ("backup", "config.point_in_time_recovery"),
            f"{_RECOVERY}.PointInTimeRecoveryStatus": ("backup", "config.point_in_time_recovery"),
            f"{_RECOVERY}.RecoveryPeriodInDays": ("backup.retention_days",),
            f"{_RECOVERY}.LatestRestorableDateTime": ("backup.last_success",),
        },
    ),
)


def _names(asked: Asked) -> Found:
    items = asked.all(TABLE)
    return Found({"TableNames": [item.configuration["TableName"] for item in items]})


def _table(asked: Asked) -> Found:
    item = asked.one(TABLE, asked.arguments["TableName"])
    return Found({"Table": item.configuration}, (item,))


def _backups(asked: Asked) -> Found:
    item = asked.one(TABLE, asked.arguments["TableName"])
    given = item.supplement.get("ContinuousBackupsDescription")
    if not isinstance(given, dict):
        raise Denied(asked.call, unseen(TABLE, "ContinuousBackupsDescription").reason)
    return Found({"ContinuousBackupsDescription": wrapped(given, TABLE)}, (item,))


ANSWERS = {
    "dynamodb.list_tables": Answer(_names, (TABLE,)),
    "dynamodb.describe_table": Answer(_table, (TABLE,)),
    "dynamodb.describe_continuous_backups": Answer(_backups, (TABLE,)),
}
