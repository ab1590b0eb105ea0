"""Backup plans and their rules: the live and the Terraform form agree."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import backup_plan
from phiward.collectors.types.aws.backup_plan import PlanConfig
from phiward.collectors.types.aws.backup_rules import BackupRule
from phiward.inventory.model import Resource, Unknown

PLAN = {
    "BackupPlanId": "p",
    "BackupPlanArn": "arn:aws:backup:us-east-1:123456789012:backup-plan:p",
    "BackupPlanName": "ephi",
}
FAR = "arn:aws:backup:us-west-2:123456789012:backup-vault:far"
RULES: list[dict[str, Any]] = [
    {
        "RuleName": "daily",
        "TargetBackupVaultName": "ephi",
        "ScheduleExpression": "cron(0 5 ? * * *)",
        "Lifecycle": {"DeleteAfterDays": 35},
        "EnableContinuousBackup": True,
        "CopyActions": [{"DestinationBackupVaultArn": FAR}],
    },
    {"RuleName": "bare", "TargetBackupVaultName": "ephi"},
    {"RuleName": "kept", "TargetBackupVaultName": "ephi", "Lifecycle": {"DeleteAfterDays": -1}},
]
ANSWERS: dict[str, Any] = {
    "backup:ListBackupPlans": {"BackupPlansList": [PLAN]},
    "backup:GetBackupPlan": {"BackupPlan": {"BackupPlanName": "ephi", "Rules": RULES}},
    "backup:ListTags": {"Tags": {"Owner": "records"}},
}


def live(**given: Any) -> Resource:
    """Return the one plan of a region."""
    aws = FakeAws(ANSWERS, **given)
    (item,) = backup_plan.items(aws)
    return backup_plan.resource(aws, item)


def code(*rules: Any) -> Resource:
    """Return a plan in Terraform."""
    block = FakeBlock("aws_backup_plan.ephi", name="ephi", blocks={"rule": list(rules)})
    return backup_plan.from_terraform(block, {}, FakeSource([block]))


def test_both_forms_agree() -> None:
    """A rule that says everything, one that leaves all to the defaults, and one that keeps for ever."""
    vault = {"target_vault_name": "ephi"}
    daily = FakeBlock(
        "aws_backup_plan.ephi",
        blocks={"lifecycle": [{"delete_after": 35}], "copy_action": [{"destination_vault_arn": FAR}]},
        rule_name="daily",
        schedule="cron(0 5 ? * * *)",
        enable_continuous_backup=True,
        **vault,
    )
    kept = FakeBlock(
        "aws_backup_plan.ephi", blocks={"lifecycle": [{"cold_storage_after": 30}]}, rule_name="kept", **vault
    )

    written = code(daily, {"rule_name": "bare", **vault}, kept)

    assert written.config == live().config
    assert (written.name, live().name) == ("ephi", "ephi")
    assert written.config == PlanConfig(
        rules=(
            BackupRule(
                name="daily", hours_between=24, retention_days=35, continuous=True, vault="ephi", copies_to=(FAR,)
            ),
            BackupRule(name="bare", hours_between=24, retention_days=None, continuous=False, vault="ephi"),
            BackupRule(name="kept", hours_between=24, retention_days=None, continuous=False, vault="ephi"),
        )
    )


def test_what_code_does_not_tell_is_unknown() -> None:
    """A retention that a variable decides, a vault made by the same code, rules that nobody can count."""
    unseen = Unknown("var.days has no value", ("var.days",))
    rule = FakeBlock(
        "aws_backup_plan.ephi",
        blocks={"lifecycle": [{"delete_after": unseen}]},
        rule_name="daily",
        schedule=unseen,
        target_vault_name=Ref("aws_backup_vault.v.name"),
    )

    config = code(rule, unseen).config

    assert isinstance(config, PlanConfig)
    assert isinstance(config.rules, tuple)
    first, second = config.rules
    assert isinstance(first, BackupRule)
    assert (first.retention_days, first.hours_between, second) == (unseen, unseen, unseen)


def test_a_denied_plan_has_unknown_rules() -> None:
    """It is there, and may do anything."""
    found = live(denied={"backup:GetBackupPlan"})

    assert found.config == PlanConfig(rules=(Unknown("access denied: backup:GetBackupPlan"),))
    assert found.tags == {"Owner": "records"}


def test_denied_tags_are_unknown_tags() -> None:
    """And nothing else."""
    found = live(denied={"backup:ListTags"})

    assert (found.tags, found.config) == (Unknown("access denied: backup:ListTags"), live().config)


def test_a_denied_listing_is_raised() -> None:
    """No plan is not the same as no right to see plans."""
    with pytest.raises(Denied):
        live(denied={"backup:ListBackupPlans"})


def test_nothing_is_asked_that_no_control_reads() -> None:
    """Rules are read by whom they concern."""
    aws = FakeAws(ANSWERS, need={"tags.Owner"})
    (item,) = backup_plan.items(aws)

    backup_plan.resource(aws, item)

    assert [call for call, _ in aws.calls] == ["backup:ListBackupPlans", "backup:ListTags"]
