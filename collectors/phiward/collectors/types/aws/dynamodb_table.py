"""DynamoDB tables. Calls `dynamodb:ListTables` and, for what is needed of each table, `dynamodb:DescribeTable`,
`dynamodb:DescribeContinuousBackups`, `dynamodb:GetResourcePolicy`, `kms:DescribeKey`; once per region
`tag:GetResources`, `application-autoscaling:DescribeScalableTargets` and what `backup_coverage` asks.

Items of a table are never read.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import backup_coverage
from phiward.collectors.types.aws.answers import arn, listed, live, moment, tagged, tags_among
from phiward.collectors.types.aws.dynamodb_code import PARTS, facts_of_code, lines_of_code
from phiward.collectors.types.aws.dynamodb_facts import (
    ON_DEMAND,
    PROVISIONED,
    RECOVERY_DAYS,
    TableConfig,
    TableFacts,
    aspects,
)
from phiward.collectors.types.aws.kms_keys import owner_of
from phiward.inventory.aspects import Backup, EncryptionAtRest, Exposure, Resilience
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.model import Maybe, Resource, Unknown

TYPE = ResourceType(
    name="aws.dynamodb.table",
    title="DynamoDB table",
    aspects=(EncryptionAtRest, Exposure, Backup, Resilience),
    config=TableConfig,
    relations={"encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",))},
    stores_data=True,
)

DESCRIBED = (
    "encryption_at_rest.algorithm",
    "encryption_at_rest.key_owner",
    "encryption_at_rest.key",
    "backup.other_site",
    "resilience.deletion_protected",
    "config.billing_mode",
)
"""What `DescribeTable` fills."""

_SCALED = ("config.read_autoscaled", "config.write_autoscaled")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every table of the region, with what the region says of all of them."""
    scaled: Maybe[frozenset[tuple[str, str]]] | None = None
    tags: Maybe[dict[str, Maybe[dict[str, str]]]] = {}
    for name, points in backup_coverage.beside(aws, aws.pages("dynamodb", "list_tables", "TableNames")):
        if scaled is None:
            scaled = _scaled(aws)
            tags = tagged(aws, "dynamodb:table", fills=("tags", *backup_coverage.PLANNED))
        identity = arn(aws, "dynamodb", f"table/{name}")
        yield {
            "name": name,
            "arn": identity,
            "tags": tags_among(tags, identity),
            "protected": points,
            "scaled": scaled,
        }


def _scaled(aws: Aws) -> Maybe[frozenset[tuple[str, str]]]:
    """Return what Application Auto Scaling follows: `("table/records", "dynamodb:table:ReadCapacityUnits")`."""
    targets = listed(
        aws,
        "application-autoscaling",
        "describe_scalable_targets",
        "ScalableTargets",
        fills=_SCALED,
        ServiceNamespace="dynamodb",
    )
    if isinstance(targets, Unknown):
        return targets
    return frozenset((target["ResourceId"], target["ScalableDimension"]) for target in targets)


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one table."""
    name, identity, tags = item["name"], item["arn"], item["tags"]
    facts = _facts(aws, item, identity, tags)
    key = facts.key
    return live(
        aws,
        TYPE,
        identity,
        name=name,
        tags=tags,
        relations={"encrypts_with": key if isinstance(key, Unknown) else (key,) if key else ()},
        **aspects(facts),
    )


def _facts(aws: Aws, item: dict[str, Any], identity: str, tags: Maybe[dict[str, str]]) -> TableFacts:
    name, scaled = item["name"], item["scaled"]
    answer = aws.ask("dynamodb", "describe_table", fills=DESCRIBED, TableName=name)
    table: Maybe[dict[str, Any]] = answer if isinstance(answer, Unknown) else (answer or {}).get("Table", {})
    recovery = _recovery(aws, name)
    # A table that recovers to any second is backed up whatever the plans say: they need not be asked for that.
    decides = ("backup.planned",) if recovery["recovery"] is True else backup_coverage.PLANNED
    policy = aws.ask(
        "dynamodb",
        "get_resource_policy",
        fills=("exposure", "config.policy"),
        absent=("PolicyNotFoundException",),
        ResourceArn=identity,
    )
    return TableFacts(
        **_encryption(aws, table),
        **recovery,
        policy=policy if isinstance(policy, Unknown) else parse_policy(policy["Policy"]) if policy else None,
        account=aws.account,
        replicated=table if isinstance(table, Unknown) else bool(table.get("Replicas")),
        deletion_protected=table if isinstance(table, Unknown) else bool(table.get("DeletionProtectionEnabled", False)),
        billing_mode=table if isinstance(table, Unknown) else _billing_mode(table),
        read_autoscaled=_follows(scaled, name, "Read"),
        write_autoscaled=_follows(scaled, name, "Write"),
        coverage=backup_coverage.live_coverage(aws, item["protected"], identity, tags, "DynamoDB", decides=decides),
    )


def _encryption(aws: Aws, table: Maybe[dict[str, Any]]) -> dict[str, Any]:
    """A table says nothing of encryption where it is under the key that DynamoDB owns."""
    if isinstance(table, Unknown):
        return {"kms": table, "key_owner": table, "key": table}
    given = table.get("SSEDescription", {})
    kms = given.get("Status") in {"ENABLED", "UPDATING"} and given.get("SSEType") == "KMS"
    key = given.get("KMSMasterKeyArn") if kms else None
    owner = owner_of(aws, key) if key else Unknown("DynamoDB names no key") if kms else "provider"
    return {"kms": kms, "key_owner": owner, "key": key}


def _recovery(aws: Aws, name: str) -> dict[str, Any]:
    answer = aws.ask(
        "dynamodb",
        "describe_continuous_backups",
        fills=(
            "backup.enabled",
            "backup.retention_days",
            "backup.last_success",
            "config.point_in_time_recovery",
        ),
        TableName=name,
    )
    if isinstance(answer, Unknown):
        return {"recovery": answer, "recovery_days": answer, "last_restorable": answer}
    given = (answer or {}).get("ContinuousBackupsDescription", {}).get("PointInTimeRecoveryDescription", {})
    return {
        "recovery": given.get("PointInTimeRecoveryStatus") == "ENABLED",
        "recovery_days": given.get("RecoveryPeriodInDays", RECOVERY_DAYS),
        "last_restorable": moment(given.get("LatestRestorableDateTime")),
    }


def _billing_mode(table: dict[str, Any]) -> str:
    """Tables that were always provisioned have no summary."""
    mode = table.get("BillingModeSummary", {}).get("BillingMode")
    return ON_DEMAND if mode == ON_DEMAND else PROVISIONED


def _follows(scaled: Maybe[frozenset[tuple[str, str]]], name: str, what: str) -> Maybe[bool]:
    if isinstance(scaled, Unknown):
        return scaled
    return (f"table/{name}", f"dynamodb:table:{what}CapacityUnits") in scaled


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the table that an `aws_dynamodb_table` block makes, with its policy and what scales it."""
    bare = source.resource(block, TYPE, parts=parts)
    facts = facts_of_code(block, parts, source, bare.tags)
    key = facts.key
    return source.resource(
        block,
        TYPE,
        parts=parts,
        relations={"encrypts_with": key if isinstance(key, Unknown) else (key,) if key else ()},
        lines=lines_of_code(block, parts),
        **aspects(facts),
    )


TERRAFORM = (Form(main="aws_dynamodb_table", build=from_terraform, parts=PARTS, identified_by=("name", "id", "arn")),)
