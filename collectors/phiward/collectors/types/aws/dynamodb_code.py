"""A DynamoDB table as Terraform writes it: `aws_dynamodb_table`, its policy, and what scales it.

A table without `server_side_encryption`, or with `enabled = false` in it, is under the key that DynamoDB owns; one
with it and without a key, under the managed `alias/aws/dynamodb`.
"""

from typing import Any

from phiward.collectors.terraform.block import Block, Lines, Parts
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.arguments import flag, number, text
from phiward.collectors.types.aws.backup_coverage import code_coverage
from phiward.collectors.types.aws.backup_selections import Tags
from phiward.collectors.types.aws.code_references import refers_to
from phiward.collectors.types.aws.dynamodb_facts import PROVISIONED, RECOVERY_DAYS, TableFacts
from phiward.collectors.types.aws.kms_keys import named_key
from phiward.collectors.types.aws.policies import policy_argument
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.model import Maybe, Unknown

POLICY = "aws_dynamodb_resource_policy"
TARGET = "aws_appautoscaling_target"
# The targets are parts to be read at all; whose they are is told by `_targets`, for they scale other services too.
PARTS = {POLICY: "resource_arn", TARGET: "resource_id", "aws_dynamodb_table_replica": "global_table_arn"}


def facts_of_code(block: Block, parts: Parts, source: Source, tags: Tags) -> TableFacts:
    """Return what the code says of a table."""
    name = text(block, "name", None)
    targets = _targets(block, source, name)
    return TableFacts(
        **_encryption(block, source),
        **_recovery(block),
        policy=_policy(parts, source),
        account=source.account,
        replicated=_any([*block.blocks("replica"), *parts.get("aws_dynamodb_table_replica", ())]),
        deletion_protected=flag(block, "deletion_protection_enabled", default=False),
        billing_mode=text(block, "billing_mode", PROVISIONED),
        read_autoscaled=_follows(targets, "dynamodb:table:ReadCapacityUnits"),
        write_autoscaled=_follows(targets, "dynamodb:table:WriteCapacityUnits"),
        coverage=code_coverage(block, source, tags, "DynamoDB", name=name),
    )


def _any(found: list[Block | Unknown]) -> Maybe[bool]:
    """Say whether there is one: a block that may exist leaves it open."""
    if any(not isinstance(each, Unknown) for each in found):
        return True
    return next((each for each in found if isinstance(each, Unknown)), False)


def _encryption(block: Block, source: Source) -> dict[str, Any]:
    for nested in block.blocks("server_side_encryption"):
        if isinstance(nested, Unknown):
            return {"kms": nested, "key_owner": nested, "key": nested}
        enabled = flag(nested, "enabled", default=False)
        if enabled is False:
            break
        owner, key = named_key(nested, "kms_key_arn", source)
        return {"kms": enabled, "key_owner": owner, "key": key}
    return {"kms": False, "key_owner": "provider", "key": None}


def _recovery(block: Block) -> dict[str, Any]:
    """Return what `point_in_time_recovery` says; without it there is none."""
    enabled: Maybe[bool] = False
    days: Maybe[int] = RECOVERY_DAYS
    for nested in block.blocks("point_in_time_recovery"):
        enabled = nested if isinstance(nested, Unknown) else flag(nested, "enabled", default=False)
        days = nested if isinstance(nested, Unknown) else number(nested, "recovery_period_in_days", RECOVERY_DAYS)
    return {
        "recovery": enabled,
        "recovery_days": days,
        "last_restorable": Unknown("known once it runs"),
    }


def _policy(parts: Parts, source: Source) -> Maybe[PolicyDocument | None]:
    document: Maybe[PolicyDocument | None] = None
    for part in parts.get(POLICY, ()):
        document = part if isinstance(part, Unknown) else policy_argument(part, "policy", source)
    return document


def _targets(block: Block, source: Source, name: Maybe[str | None]) -> list[Block | Unknown]:
    """Return the scaling targets of a table: those that name it (`table/NAME`), and those that refer to it."""
    found: list[Block | Unknown] = []
    for target in source.blocks(TARGET):
        namespace = text(target, "service_namespace", "dynamodb")
        if isinstance(namespace, str) and namespace != "dynamodb":
            continue
        given = target.get("resource_id")
        mine: Maybe[bool] = refers_to(given, block) if isinstance(given, Unknown) else given == f"table/{name}"
        if isinstance(mine, Unknown):
            found.append(mine)
        elif mine:
            found.append(target)
        elif isinstance(name, Unknown) and isinstance(given, str) and given.startswith("table/"):
            found.append(name)
    return found


def _follows(targets: list[Block | Unknown], dimension: str) -> Maybe[bool]:
    unseen: Unknown | None = None
    for target in targets:
        given = target if isinstance(target, Unknown) else text(target, "scalable_dimension", "")
        if isinstance(given, Unknown):
            unseen = given
        elif given == dimension:
            return True
    return unseen or False


def lines_of_code(block: Block, parts: Parts) -> dict[str, Lines]:
    """Return, for each path, the lines of what decided it."""
    policies = [each for each in parts.get(POLICY, ()) if not isinstance(each, Unknown)]
    lines = {
        "encryption_at_rest": block.lines("server_side_encryption"),
        "backup": block.lines("point_in_time_recovery"),
        "config.point_in_time_recovery": block.lines("point_in_time_recovery"),
        "resilience.deletion_protected": block.lines("deletion_protection_enabled"),
        "config.billing_mode": block.lines("billing_mode"),
    }
    return lines | {path: policies[0].where for path in ("exposure", "config.policy") if policies}
