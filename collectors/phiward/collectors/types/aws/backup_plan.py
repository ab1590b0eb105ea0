"""AWS Backup plans. Calls `backup:ListBackupPlans`, `backup:GetBackupPlan`, `backup:ListTags`."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import live
from phiward.collectors.types.aws.backup_rules import BackupRule, code_rules, live_rules
from phiward.collectors.types.aws.backup_tags import tags_of_arn
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource


class PlanConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a backup plan has."""

    rules: Maybe[tuple[Maybe[BackupRule], ...]]
    """When copies are made, and how long each is kept."""


TYPE = ResourceType(
    name="aws.backup.plan",
    title="AWS Backup plan",
    aspects=(),
    config=PlanConfig,
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every plan of the region that is not deleted."""
    yield from aws.pages("backup", "list_backup_plans", "BackupPlansList")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one plan, with its rules."""
    rules = live_rules(aws, item["BackupPlanId"], fills=("config.rules",))
    tags = tags_of_arn(aws, item["BackupPlanArn"])
    return live(
        aws,
        TYPE,
        item["BackupPlanArn"],
        name=item.get("BackupPlanName") or item["BackupPlanId"],
        tags=tags,
        config=PlanConfig(rules=rules),
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the plan that an `aws_backup_plan` block makes."""
    return source.resource(
        block,
        TYPE,
        parts=parts,
        config=PlanConfig(rules=code_rules(block)),
        lines={"config.rules": block.lines("rule")},
    )


# What a plan covers is told of the things themselves (`backup.planned`).
TERRAFORM = (Form(main="aws_backup_plan", build=from_terraform, parts={"aws_backup_selection": "plan_id"}),)
