"""DynamoDB tables: the live and the Terraform form of one table agree, and what is refused is unknown."""

import json
from typing import Any

import pytest
from fakes import Code, FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import dynamodb_table
from phiward.inventory.aspects import EncryptionAtRest, Exposure
from phiward.inventory.model import Resource, Unknown

KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0f"
TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/records"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::999988887777:root"},
            "Action": "dynamodb:GetItem",
            "Resource": TABLE,
        }
    ],
}
DESCRIBED: dict[str, Any] = {
    "TableName": "records",
    "TableArn": TABLE,
    "TableStatus": "ACTIVE",
    "SSEDescription": {"Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": KEY},
    "DeletionProtectionEnabled": True,
    "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
}
ANSWERS: dict[str, Any] = {
    "dynamodb:ListTables": {"TableNames": ["records"]},
    "dynamodb:DescribeTable": {"Table": DESCRIBED},
    "dynamodb:DescribeContinuousBackups": {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {
                "PointInTimeRecoveryStatus": "ENABLED",
                "RecoveryPeriodInDays": 35,
                "LatestRestorableDateTime": "2026-01-02T02:55:00+00:00",
            },
        }
    },
    "dynamodb:GetResourcePolicy": {"Policy": json.dumps(POLICY)},
    "tag:GetResources": {
        "ResourceTagMappingList": [{"ResourceARN": TABLE, "Tags": [{"Key": "backup", "Value": "daily"}]}]
    },
    "application-autoscaling:DescribeScalableTargets": {
        "ScalableTargets": [
            {"ResourceId": "table/records", "ScalableDimension": f"dynamodb:table:{what}CapacityUnits"}
            for what in ("Read", "Write")
        ]
    },
    "kms:DescribeKey": {"KeyMetadata": {"KeyManager": "CUSTOMER"}},
    "backup:ListBackupPlans": {"BackupPlansList": [{"BackupPlanId": "p"}]},
    "backup:ListBackupSelections": {"BackupSelectionsList": [{"SelectionId": "s"}]},
    "backup:GetBackupSelection": {
        "BackupSelection": {
            "Resources": ["arn:aws:dynamodb:*:*:table/*"],
            "Conditions": {"StringEquals": [{"ConditionKey": "aws:ResourceTag/backup", "ConditionValue": "daily"}]},
        }
    },
    "backup:GetBackupPlan": {
        "BackupPlan": {"Rules": [{"RuleName": "d", "TargetBackupVaultName": "v", "Lifecycle": {"DeleteAfterDays": 90}}]}
    },
    "backup:ListProtectedResources": {
        "Results": [{"ResourceArn": TABLE, "LastBackupTime": "2026-01-01T05:00:00+00:00"}]
    },
}
BARE: dict[str, Any] = {
    **ANSWERS,
    "dynamodb:DescribeTable": {"Table": {"TableName": "records", "TableArn": TABLE}},
    "dynamodb:DescribeContinuousBackups": {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "DISABLED"},
        }
    },
    "dynamodb:GetResourcePolicy": Code("PolicyNotFoundException"),
    "tag:GetResources": {"ResourceTagMappingList": []},
    "application-autoscaling:DescribeScalableTargets": {"ScalableTargets": []},
    "backup:ListProtectedResources": {"Results": []},
}
SAME_IN_BOTH = (
    "encryption_at_rest.enabled",
    "encryption_at_rest.algorithm",
    "encryption_at_rest.key_owner",
    "exposure",
    "backup.enabled",
    "backup.encrypted",
    "backup.planned",
    "resilience",
    "config",
)


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def live(answers: dict[str, Any] | None = None, **given: Any) -> Resource:
    """Return the one table of an account."""
    aws = FakeAws(answers or ANSWERS, **given)
    (item,) = dynamodb_table.items(aws)
    return dynamodb_table.resource(aws, item)


def target(what: str, **given: Any) -> FakeBlock:
    """Return a scaling target in Terraform."""
    arguments = {
        "service_namespace": "dynamodb",
        "resource_id": "table/records",
        "scalable_dimension": f"dynamodb:table:{what}CapacityUnits",
        **given,
    }
    return FakeBlock(f"aws_appautoscaling_target.{what.lower()}", **arguments)


def selection() -> FakeBlock:
    """Return the selection that takes tagged tables."""
    test = {"string_equals": [{"key": "aws:ResourceTag/backup", "value": "daily"}]}
    return FakeBlock(
        "aws_backup_selection.tagged",
        resources=["arn:aws:dynamodb:*:*:table/*"],
        blocks={"condition": [FakeBlock("aws_backup_selection.tagged", blocks=test)]},
    )


def code(*others: FakeBlock, parts: Any = None, blocks: Any = None, **arguments: Any) -> Resource:
    """Return a table in Terraform."""
    block = FakeBlock("aws_dynamodb_table.records", blocks=blocks, **{"name": "records", **arguments})
    source = FakeSource([block, FakeBlock("aws_kms_key.ephi"), selection(), *others], account="123456789012")
    return dynamodb_table.from_terraform(block, parts or {}, source)


def good_code() -> Resource:
    """Return the good table in Terraform."""
    policy = FakeBlock("aws_dynamodb_resource_policy.p", policy=json.dumps(POLICY))
    return code(
        target("Read"),
        target("Write"),
        parts={"aws_dynamodb_resource_policy": [policy]},
        blocks={
            "server_side_encryption": [{"enabled": True, "kms_key_arn": Ref("aws_kms_key.ephi.arn")}],
            "point_in_time_recovery": [{"enabled": True}],
        },
        deletion_protection_enabled=True,
        tags={"backup": "daily"},
    )


@pytest.mark.parametrize("path", SAME_IN_BOTH)
def test_both_forms_agree(path: str) -> None:
    """The same table, live and in code, has the same facts."""
    assert at(good_code(), path) == at(live(), path)


@pytest.mark.parametrize("path", SAME_IN_BOTH)
def test_both_forms_see_a_careless_table_alike(path: str) -> None:
    """Every default is the same in both."""
    assert at(code(), path) == at(live(BARE), path)


def test_a_careless_table() -> None:
    """Under DynamoDB's own key, without recovery, and not scaled: that is what the defaults give."""
    found = live(BARE)

    assert found.encryption_at_rest == EncryptionAtRest(enabled=True, algorithm="AES256", key_owner="provider")
    assert found.exposure == Exposure(public=False)
    assert (at(found, "backup.enabled"), at(found, "backup.planned")) == (False, False)
    assert (at(found, "config.billing_mode"), at(found, "config.read_autoscaled")) == ("PROVISIONED", False)
    assert at(found, "config.point_in_time_recovery") is False


def test_a_good_table() -> None:
    """Recovery and a plan beside it: the longest kept copy counts."""
    found = live()

    assert at(found, "backup.retention_days") == 90
    assert at(found, "backup.last_success") == "2026-01-02T02:55:00Z"
    assert at(found, "backup.last_recovery_point") == "2026-01-01T05:00:00Z"
    assert at(found, "exposure.shared_with") == ("999988887777",)
    assert found.relations == {"encrypts_with": (KEY,)}
    assert found.tags == {"backup": "daily"}


def test_a_plan_alone_makes_backups_too() -> None:
    """A table without point-in-time recovery that a plan copies every day is backed up."""
    answers = {**ANSWERS, "dynamodb:DescribeContinuousBackups": BARE["dynamodb:DescribeContinuousBackups"]}

    found = live(answers)

    assert (at(found, "backup.enabled"), at(found, "config.point_in_time_recovery")) == (True, False)
    assert at(found, "backup.last_success") == "2026-01-01T05:00:00Z"


@pytest.mark.parametrize(
    ("denied", "paths"),
    [
        (
            "dynamodb:DescribeTable",
            {
                "encryption_at_rest.algorithm",
                "encryption_at_rest.key_owner",
                "resilience",
                "config",
            },
        ),
        ("dynamodb:DescribeContinuousBackups", {"config"}),
        ("dynamodb:GetResourcePolicy", {"exposure", "config"}),
        ("tag:GetResources", {"backup.planned"}),
        ("application-autoscaling:DescribeScalableTargets", {"config"}),
        ("kms:DescribeKey", {"encryption_at_rest.key_owner"}),
        ("backup:ListBackupPlans", {"backup.planned"}),
    ],
)
def test_a_denied_call_makes_its_own_facts_unknown(denied: str, paths: set[str]) -> None:
    """What the call would have filled is unknown, with the action to grant; the rest is as it was."""
    whole, without = live(), live(denied={denied})

    assert {path for path in SAME_IN_BOTH if at(without, path) != at(whole, path)} == paths
    assert f"access denied: {denied}" in str(without)


def test_denied_recovery_leaves_what_the_plan_decides() -> None:
    """The plan covers the table: copies are made, whatever the other setting is."""
    found = live(denied={"dynamodb:DescribeContinuousBackups"})

    assert at(found, "backup.enabled") is True
    assert isinstance(at(found, "config.point_in_time_recovery"), Unknown)


def test_a_denied_listing_is_raised() -> None:
    """No table is not the same as no right to see tables."""
    aws = FakeAws(ANSWERS, denied={"dynamodb:ListTables"})

    with pytest.raises(Denied, match="dynamodb:ListTables"):
        list(dynamodb_table.items(aws))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """A run about deletion protection needs the listing and one description."""
    aws = FakeAws(ANSWERS, need={"resilience.deletion_protected"})
    (item,) = dynamodb_table.items(aws)

    dynamodb_table.resource(aws, item)

    assert [call for call, _ in aws.calls] == ["dynamodb:ListTables", "dynamodb:DescribeTable"]


@pytest.mark.parametrize(
    ("encryption", "owner"),
    [
        ([{"enabled": True}], "managed"),
        ([{"enabled": False}], "provider"),
        ([{"enabled": True, "kms_key_arn": "arn:aws:kms:us-east-1:123456789012:alias/aws/dynamodb"}], "managed"),
    ],
)
def test_whose_key_encrypts_it_in_code(encryption: Any, owner: str) -> None:
    """Switched on without a key it is AWS's managed one, off the one that DynamoDB owns."""
    assert at(code(blocks={"server_side_encryption": encryption}), "encryption_at_rest.key_owner") == owner


def test_scaling_targets_of_other_things_do_not_count() -> None:
    """A service of ECS, another table, an index: none of them scales this table."""
    found = code(
        target("Read", service_namespace="ecs", resource_id=Ref("aws_ecs_service.web.id")),
        target("Write", resource_id="table/visits"),
        FakeBlock(
            "aws_appautoscaling_target.index",
            service_namespace="dynamodb",
            resource_id="table/records",
            scalable_dimension="dynamodb:index:ReadCapacityUnits",
        ),
    )

    assert (at(found, "config.read_autoscaled"), at(found, "config.write_autoscaled")) == (False, False)


def test_a_scaling_target_that_may_be_of_it_is_unknown() -> None:
    """A name that a variable decides."""
    unseen = Unknown("var.table has no value", ("var.table",))

    assert at(code(target("Read", resource_id=unseen)), "config.read_autoscaled") == unseen
    assert at(code(target("Read"), name=unseen), "config.read_autoscaled") == unseen


def test_a_table_with_replicas_has_copies_elsewhere() -> None:
    """A global table lives in several regions, in both forms."""
    answers = {**BARE, "dynamodb:DescribeTable": {"Table": {**DESCRIBED, "Replicas": [{"RegionName": "us-west-2"}]}}}

    assert at(live(answers), "backup.other_site") is True
    assert at(code(blocks={"replica": [{"region_name": "us-west-2"}]}), "backup.other_site") is True


def test_lines_point_at_what_decided() -> None:
    """Each path leads to its own line."""
    assert good_code().lines["config.point_in_time_recovery"].line != good_code().lines["encryption_at_rest"].line
