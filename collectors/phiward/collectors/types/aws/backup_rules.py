"""The rules of an AWS Backup plan: how often copies are made, how long they are kept, where to. Calls
`backup:GetBackupPlan`.
"""  # noqa: D205 - the call is the summary

from collections.abc import Collection, Iterable
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block
from phiward.collectors.types.aws.arguments import flag, number, text
from phiward.collectors.types.aws.backup_schedules import EVERY_DAY, hours_between
from phiward.inventory.kleene import some
from phiward.inventory.model import Maybe, Unknown


class BackupRule(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One rule of a backup plan."""

    name: Maybe[str]
    hours_between: Maybe[int]
    """The longest time between two runs, in hours."""
    retention_days: Maybe[int | None]
    """Days that a copy is kept. None: for ever."""
    continuous: Maybe[bool]
    """Every second of the last days can be restored, where the thing's type allows it."""
    vault: Maybe[str]
    """The name of the vault that the copies go to."""
    copies_to: Maybe[tuple[Maybe[str], ...]] = ()
    """The ARNs of other vaults that they are copied to."""


def live_rules(aws: Aws, plan: str, *, fills: Collection[str]) -> tuple[Maybe[BackupRule], ...]:
    """Return the rules of a plan, by its id; one `Unknown` where it may not be read."""
    answer = aws.ask("backup", "get_backup_plan", fills=fills, BackupPlanId=plan)
    if isinstance(answer, Unknown):
        return (answer,)
    return tuple(_parsed(rule) for rule in (answer or {}).get("BackupPlan", {}).get("Rules", ()))


def _parsed(rule: dict[str, Any]) -> BackupRule:
    return BackupRule(
        name=rule["RuleName"],
        hours_between=hours_between(rule.get("ScheduleExpression") or EVERY_DAY),
        retention_days=kept(rule.get("Lifecycle")),
        continuous=bool(rule.get("EnableContinuousBackup", False)),
        vault=rule["TargetBackupVaultName"],
        copies_to=tuple(copy["DestinationBackupVaultArn"] for copy in rule.get("CopyActions") or ()),
    )


def kept(lifecycle: dict[str, Any] | None) -> int | None:
    """Return the days after which a copy is deleted, None for never: without a lifecycle, and written as -1."""
    days = (lifecycle or {}).get("DeleteAfterDays")
    return days if days is not None and days > 0 else None


def code_rules(plan: Block) -> tuple[Maybe[BackupRule], ...]:
    """Return the rules of an `aws_backup_plan` block."""
    return tuple(rule if isinstance(rule, Unknown) else _written(rule) for rule in plan.blocks("rule"))


def _written(rule: Block) -> BackupRule:
    schedule = text(rule, "schedule", EVERY_DAY)
    retention: Maybe[int | None] = None
    for lifecycle in rule.blocks("lifecycle"):
        days = lifecycle if isinstance(lifecycle, Unknown) else number(lifecycle, "delete_after", None)
        retention = days if isinstance(days, Unknown) or (days is not None and days > 0) else None
    unknown_vault = Unknown("the code does not name the vault")
    return BackupRule(
        name=text(rule, "rule_name", ""),
        hours_between=schedule if isinstance(schedule, Unknown) else hours_between(schedule),
        retention_days=retention,
        continuous=flag(rule, "enable_continuous_backup", default=False),
        vault=text(rule, "target_vault_name", unknown_vault),
        copies_to=tuple(
            copy if isinstance(copy, Unknown) else text(copy, "destination_vault_arn", unknown_vault)
            for copy in rule.blocks("copy_action")
        ),
    )


def longest_kept(rules: Iterable[Maybe[BackupRule]]) -> Maybe[int | None]:
    """Return the days that the longest kept copies are kept; None: for ever."""
    days: list[int] = []
    unseen: Unknown | None = None
    for rule in rules:
        kept_for = rule if isinstance(rule, Unknown) else rule.retention_days
        if kept_for is None:
            return None
        if isinstance(kept_for, Unknown):
            unseen = kept_for
        else:
            days.append(kept_for)
    return unseen or max(days, default=0)


def copied_elsewhere(rules: Iterable[Maybe[BackupRule]], here: Maybe[str]) -> Maybe[bool]:
    """Say whether a rule copies out of `here`: `REGION:ACCOUNT` of an ARN."""
    answers: list[Maybe[bool]] = []
    for rule in rules:
        copies = rule if isinstance(rule, Unknown) else rule.copies_to
        if isinstance(copies, Unknown):
            answers.append(copies)
            continue
        for vault in copies:
            unseen = next((each for each in (vault, here) if isinstance(each, Unknown)), None)
            answers.append(unseen or f":{here}:" not in str(vault))
    return some(answers)
