"""What AWS Backup does for one thing, live and in code."""

from typing import Any

import pytest
from fakes import Code, FakeAws, asked
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.types.aws.backup_coverage import (
    NOT_IN_CODE,
    Coverage,
    beside,
    code_coverage,
    live_coverage,
    protected,
)
from phiward.inventory.aspects import Backup
from phiward.inventory.model import Unknown

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/records"
OTHER = "arn:aws:dynamodb:us-east-1:123456789012:table/visits"
RULE: dict[str, Any] = {
    "RuleName": "daily",
    "TargetBackupVaultName": "ephi",
    "ScheduleExpression": "cron(0 5 ? * * *)",
    "Lifecycle": {"DeleteAfterDays": 35},
    "CopyActions": [{"DestinationBackupVaultArn": "arn:aws:backup:us-west-2:123456789012:backup-vault:ephi"}],
}
BY_TAG = {
    "Resources": ["*"],
    "Conditions": {"StringEquals": [{"ConditionKey": "aws:ResourceTag/backup", "ConditionValue": "daily"}]},
}
ANSWERS: dict[str, Any] = {
    "backup:ListBackupPlans": {"BackupPlansList": [{"BackupPlanId": "plan-1"}]},
    "backup:ListBackupSelections": {"BackupSelectionsList": [{"SelectionId": "sel-1", "BackupPlanId": "plan-1"}]},
    "backup:GetBackupSelection": {"BackupSelection": {"Resources": [TABLE]}},
    "backup:GetBackupPlan": {"BackupPlan": {"Rules": [RULE]}},
    "backup:DescribeRegionSettings": {"ResourceTypeOptInPreference": {"DynamoDB": True, "EBS": False}},
    "backup:ListProtectedResources": {
        "Results": [{"ResourceArn": TABLE, "ResourceType": "DynamoDB", "LastBackupTime": "2026-01-01T05:00:00+00:00"}]
    },
}


def live(arn: str = TABLE, tags: Any = None, **given: Any) -> Coverage:
    """Return what AWS Backup does for a table."""
    aws = given.pop("aws", None) or FakeAws({**ANSWERS, **given.pop("answers", {})}, **given)
    return live_coverage(aws, protected(aws), arn, tags, "DynamoDB")


def test_a_thing_that_a_plan_covers() -> None:
    """Its plan says how long copies are kept and where else they go; the list of protected things, when the last was."""
    assert live() == Coverage(
        planned=True, last_recovery_point="2026-01-01T05:00:00Z", retention_days=35, other_site=True
    )


def test_a_thing_that_no_plan_covers() -> None:
    """It is not planned, and has no recovery point."""
    assert live(OTHER) == Coverage(planned=False, last_recovery_point=None, retention_days=None, other_site=False)


def test_an_account_without_plans() -> None:
    """No plans are an answer."""
    empty: dict[str, Any] = {
        "backup:ListBackupPlans": {"BackupPlansList": []},
        "backup:ListProtectedResources": {"Results": []},
    }

    assert live(answers=empty) == Coverage(planned=False, last_recovery_point=None)


def test_one_covering_selection_is_enough() -> None:
    """Whatever the selections of other plans say, and whether or not they could be read."""
    answers = {
        "backup:ListBackupPlans": {"BackupPlansList": [{"BackupPlanId": "plan-0"}, {"BackupPlanId": "plan-1"}]},
        asked("backup:ListBackupSelections", BackupPlanId="plan-0"): Code("ServiceUnavailableException"),
    }

    assert live(answers=answers).planned is True
    assert isinstance(live(OTHER, answers=answers).planned, Unknown)


def test_the_longest_kept_copy_counts() -> None:
    """Two rules, one of them keeping copies for ever."""
    rules = {"backup:GetBackupPlan": {"BackupPlan": {"Rules": [RULE, {**RULE, "Lifecycle": {}}]}}}
    short = {"backup:GetBackupPlan": {"BackupPlan": {"Rules": [RULE, {**RULE, "Lifecycle": {"DeleteAfterDays": 7}}]}}}

    assert live(answers=rules).retention_days is None
    assert live(answers=short).retention_days == 35


def test_a_kind_that_is_switched_off_is_not_backed_up_by_its_tags() -> None:
    """The region's opt-in decides for selections by tags."""
    answers = {"backup:GetBackupSelection": {"BackupSelection": BY_TAG}}
    aws = FakeAws({**ANSWERS, **answers})

    assert live(tags={"backup": "daily"}, aws=aws).planned is True
    assert (
        live_coverage(aws, {}, "arn:aws:ec2:us-east-1:123456789012:volume/v", {"backup": "daily"}, "EBS").planned
        is False
    )
    assert isinstance(live_coverage(aws, {}, TABLE, {"backup": "daily"}, "Redshift").planned, Unknown)


@pytest.mark.parametrize(
    ("denied", "unknown"),
    [
        ("backup:ListBackupPlans", {"planned", "other_site"}),
        ("backup:ListBackupSelections", {"planned", "other_site"}),
        ("backup:GetBackupSelection", {"planned", "other_site"}),
        ("backup:GetBackupPlan", {"retention_days", "other_site"}),
        ("backup:ListProtectedResources", {"last_recovery_point"}),
    ],
)
def test_a_denied_call_makes_what_it_fills_unknown(denied: str, unknown: set[str]) -> None:
    """With the action to grant, and nothing else is touched."""
    whole, without = live(), live(denied={denied})
    changed = {name for name in whole.__struct_fields__ if getattr(whole, name) != getattr(without, name)}

    assert changed - {"retention_days"} == unknown - {"retention_days"}
    assert all(f"access denied: {denied}" == getattr(without, name).reason for name in unknown)


def test_the_opt_in_may_not_be_read() -> None:
    """What the opt-in decides is unknown."""
    answers = {"backup:GetBackupSelection": {"BackupSelection": BY_TAG}}

    planned = live(tags={"backup": "daily"}, answers=answers, denied={"backup:DescribeRegionSettings"}).planned

    assert planned == Unknown("access denied: backup:DescribeRegionSettings")


def test_nothing_is_asked_that_no_control_reads() -> None:
    """A run that does not look at plans makes no request."""
    aws = FakeAws({}, need={"encryption_at_rest"})

    coverage = live(aws=aws)

    assert aws.calls == []
    assert isinstance(coverage.planned, Unknown)
    assert isinstance(coverage.last_recovery_point, Unknown)


def test_a_region_is_asked_once() -> None:
    """However many things are in it."""
    aws = FakeAws(ANSWERS)
    points = protected(aws)

    for arn in (TABLE, OTHER, TABLE):
        live_coverage(aws, points, arn, None, "DynamoDB")

    assert sorted(call for call, _ in aws.calls) == [
        "backup:GetBackupPlan",
        "backup:GetBackupSelection",
        "backup:ListBackupPlans",
        "backup:ListBackupSelections",
        "backup:ListProtectedResources",
    ]


def test_a_region_without_things_is_not_asked() -> None:
    """What has a recovery point is asked once the first thing is there, and once for all of them."""
    nothing, some = FakeAws({}), FakeAws(ANSWERS)

    assert list(beside(nothing, [])) == []
    assert [points for _, points in beside(some, [1, 2])] == [{TABLE: "2026-01-01T05:00:00Z"}] * 2
    assert (nothing.calls, len(some.calls)) == ([], 1)


def test_added_to_the_backups_of_a_service() -> None:
    """What the service keeps by itself stays as it is."""
    own = Backup(enabled=True, retention_days=7, last_success="2026-01-02T00:00:00Z")

    assert live().onto(own) == Backup(
        enabled=True,
        retention_days=7,
        last_success="2026-01-02T00:00:00Z",
        planned=True,
        last_recovery_point="2026-01-01T05:00:00Z",
    )


def test_alone() -> None:
    """A thing whose service keeps no copies by itself has those of AWS Backup, or none."""
    unseen = Unknown("snapshots by schedule are not read")

    assert live().alone(encrypted=True) == Backup(
        enabled=True,
        retention_days=35,
        last_success="2026-01-01T05:00:00Z",
        other_site=True,
        encrypted=True,
        planned=True,
        last_recovery_point="2026-01-01T05:00:00Z",
    )
    assert live(OTHER).alone() == Backup(enabled=False, retention_days=0, other_site=False, planned=False)
    assert live(OTHER).alone(otherwise=unseen).enabled == unseen
    assert isinstance(live(OTHER).alone(otherwise=unseen).retention_days, Unknown)
    assert live().alone(otherwise=unseen).enabled is True


def code(*selections: FakeBlock, tags: Any = None, name: Any = "records", **around: Any) -> Coverage:
    """Return what selections in code do for a table."""
    block = FakeBlock("aws_dynamodb_table.records")
    source = FakeSource([block, FakeBlock("aws_dynamodb_table.visits"), *selections], **around)
    return code_coverage(block, source, tags, "DynamoDB", name=name)


def selection(**given: Any) -> FakeBlock:
    """Return a selection."""
    return FakeBlock("aws_backup_selection.all", plan_id=Ref("aws_backup_plan.p.id"), **given)


@pytest.mark.parametrize(
    ("resources", "planned"),
    [
        ([Ref("aws_dynamodb_table.records.arn")], True),
        ([Ref("aws_dynamodb_table.visits.arn")], False),
        ([Ref("aws_dynamodb_table.visits.arn"), Ref("aws_dynamodb_table.records.arn")], True),
        (["arn:aws:dynamodb:*:*:table/*"], True),
        (["arn:aws:dynamodb:*:*:table/rec*"], True),
        (["arn:aws:dynamodb:*:*:table/vis*"], False),
        (["arn:aws:ec2:*:*:volume/*"], False),
        (["*"], True),
    ],
)
def test_code_that_names_what_is_backed_up(resources: list[Any], planned: bool) -> None:
    """By reference or by a pattern, with the same meaning as live."""
    assert code(selection(resources=resources)).planned is planned


def test_code_that_selects_by_tags() -> None:
    """Both kinds of tag conditions, with values."""
    one = selection(blocks={"selection_tag": [{"type": "STRINGEQUALS", "key": "backup", "value": "daily"}]})
    condition = FakeBlock(
        "aws_backup_selection.all",
        resources=["*"],
        blocks={
            "condition": [
                FakeBlock(
                    "aws_backup_selection.all",
                    blocks={"string_equals": [{"key": "aws:ResourceTag/backup", "value": "daily"}]},
                )
            ]
        },
    )
    unseen = Unknown("var.tags has no value")

    for written in (one, condition):
        assert code(written, tags={"backup": "daily"}).planned is True
        assert code(written, tags={"backup": "never"}).planned is False
        assert code(written, tags=unseen).planned == unseen


def test_code_that_excludes() -> None:
    """What is taken out is not covered."""
    assert code(selection(resources=["*"], not_resources=[Ref("aws_dynamodb_table.records.arn")])).planned is False


def test_code_without_any_selection_says_nothing() -> None:
    """A plan of another stack may cover it by its tags."""
    assert code().planned == NOT_IN_CODE


@pytest.mark.parametrize(
    "resources",
    [
        [Unknown("var.arns has no value", ("var.arns",))],
        Unknown("var.arns has no value", ("var.arns",)),
        ["arn:aws:dynamodb:us-east-1:999988887777:table/records"],
    ],
)
def test_code_that_does_not_tell(resources: Any) -> None:
    """A variable, or an account that the code does not name, may be this table's."""
    assert isinstance(code(selection(resources=resources)).planned, Unknown)


def test_code_that_names_its_account() -> None:
    """Another account's table of the same name is another table."""
    written = selection(resources=["arn:aws:dynamodb:us-east-1:999988887777:table/records"])

    assert code(written, account="999988887777").planned is True
    assert code(written, account="123456789012").planned is False


def test_a_plan_tells_of_a_list_only_what_all_of_it_refers_to() -> None:
    """Two unknown elements and two things referred to are those two."""
    both = Unknown("known after apply", ("aws_dynamodb_table.records", "aws_dynamodb_table.visits"))
    written = selection(resources=[both, both])
    written.references = lambda name: both.refs if name else ()  # type: ignore[method-assign]  # as a plan answers
    one_of_two = selection(resources=[both])

    assert code(written).planned is True
    assert isinstance(code(one_of_two).planned, Unknown)


def test_code_that_switches_a_kind_off() -> None:
    """Then a selection by tags does not take it."""
    settings = FakeBlock("aws_backup_region_settings.r", resource_type_opt_in_preference={"DynamoDB": False})

    assert code(selection(resources=["*"]), settings).planned is False
    assert code(selection(resources=["arn:aws:dynamodb:*:*:table/*"]), settings).planned is True


def plan(*rules: Any) -> FakeBlock:
    """Return a plan in code."""
    blocks = [FakeBlock("aws_backup_plan.p", rule_name="r", target_vault_name="v", blocks=each) for each in rules]
    return FakeBlock("aws_backup_plan.p", blocks={"rule": blocks})


def test_code_tells_how_long_its_plan_keeps_copies() -> None:
    """Where the plan is in the code too, as live."""
    chosen = selection(resources=["*"])
    far = {"lifecycle": [{"delete_after": 35}], "copy_action": [{"destination_vault_arn": OTHER_VAULT}]}
    both = plan({"lifecycle": [{"delete_after": 7}]}, far)

    covered = code(chosen, both, account="123456789012")
    nowhere = code(chosen, both)
    elsewhere = code(chosen)
    near = code(chosen, plan({"lifecycle": [{"delete_after": 7}]}))

    assert (covered.planned, covered.retention_days, covered.other_site) == (True, 35, True)
    assert isinstance(nowhere.other_site, Unknown)
    assert isinstance(elsewhere.retention_days, Unknown)
    assert (near.retention_days, near.other_site) == (7, False)


OTHER_VAULT = "arn:aws:backup:us-west-2:123456789012:backup-vault:far"
