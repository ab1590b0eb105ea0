"""ECS task definitions. Calls `ecs:ListTaskDefinitionFamilies` and `ecs:DescribeTaskDefinition`.

A family keeps every revision that was ever registered, and the older ones cannot be changed any more. Judged is the
latest active revision of each family that has one: it is what the next deployment runs. `DescribeTaskDefinition` of a
family's name gives exactly that, so the revisions need not be listed.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import arn, live
from phiward.collectors.types.aws.arguments import text
from phiward.collectors.types.aws.ecs_container import Container, containers, definitions, logging
from phiward.collectors.types.aws.references import leads_to
from phiward.inventory.aspects import Logging
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class TaskConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only task definitions have."""

    revision: Maybe[int | None] = None
    """Which revision of its family this is. None in code."""
    network_mode: Maybe[str | None]
    """`awsvpc`, `bridge`, `none`, or `host`: the containers share the network of the machine. None: ECS chooses."""
    operating_system: Maybe[str | None] = None
    """`LINUX`, `WINDOWS_SERVER_2022_CORE`, ... None: not stated, which is Linux."""
    containers: Maybe[tuple[Maybe[Container], ...]]


TYPE = ResourceType(
    name="aws.ecs.task_definition",
    title="ECS task definition",
    aspects=(Logging,),
    config=TaskConfig,
    relations={
        "role": Relation("the role that its containers act as", ("aws.iam.role",)),
        "execution_role": Relation("the role that ECS starts it with", ("aws.iam.role",)),
    },
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """List the families that have an active revision."""
    for family in aws.pages("ecs", "list_task_definition_families", "families", status="ACTIVE"):
        yield {"family": family}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Read the latest active revision of a family."""
    family = item["family"]
    answer = aws.ask("ecs", "describe_task_definition", fills=(), taskDefinition=family, include=["TAGS"])
    if not isinstance(answer, dict):
        why = answer or Unknown(f"ecs:DescribeTaskDefinition finds no active revision of {family}")
        return live(
            aws,
            TYPE,
            arn(aws, "ecs", f"task-definition/{family}"),
            name=family,
            tags=why,
            logging=logging(why, why),
            config=TaskConfig(revision=why, network_mode=why, operating_system=why, containers=why),
            relations={"role": why, "execution_role": why},
        )
    task = answer["taskDefinition"]
    entries = task.get("containerDefinitions", [])
    found = containers(entries)
    return live(
        aws,
        TYPE,
        task["taskDefinitionArn"],
        name=family,
        tags={tag["key"]: tag.get("value", "") for tag in answer.get("tags", ())},
        logging=logging(found, entries),
        config=TaskConfig(
            revision=task.get("revision"),
            network_mode=task.get("networkMode"),
            operating_system=(task.get("runtimePlatform") or {}).get("operatingSystemFamily"),
            containers=found,
        ),
        relations={
            "role": _one(task.get("taskRoleArn")),
            "execution_role": _one(task.get("executionRoleArn")),
        },
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the revision that an `aws_ecs_task_definition` block registers."""
    entries = definitions(block.get("container_definitions"))
    found = containers(entries)
    system: Maybe[str | None] = None
    for platform in block.blocks("runtime_platform"):
        system = platform if isinstance(platform, Unknown) else text(platform, "operating_system_family", None)
    lines = block.lines("container_definitions")
    return source.resource(
        block,
        TYPE,
        parts=parts,
        name=text(block, "family", block.name),
        logging=logging(found, entries),
        config=TaskConfig(
            network_mode=text(block, "network_mode", None),
            operating_system=system,
            containers=found,
        ),
        relations={
            "role": leads_to(block, source, "aws_iam_role", "task_role_arn"),
            "execution_role": leads_to(block, source, "aws_iam_role", "execution_role_arn"),
        },
        lines={
            "logging": lines,
            "config.containers": lines,
            "config.network_mode": block.lines("network_mode"),
        },
    )


def _one(identity: str | None) -> tuple[str, ...]:
    return (identity,) if identity else ()


TERRAFORM = (Form(main="aws_ecs_task_definition", build=from_terraform, identified_by=("arn", "family", "id")),)
