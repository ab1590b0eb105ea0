"""ECS task definitions, live and in Terraform."""

import json
from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.terraform.evaluate.values import PartlyKnownJson
from phiward.collectors.types.aws import ecs_task_definition
from phiward.collectors.types.aws.ecs_container import Container
from phiward.inventory.aspects import Logging
from phiward.inventory.model import Resource, Unknown

ARN = "arn:aws:ecs:us-east-1:123456789012:task-definition/portal:7"
CONTAINERS = [
    {
        "name": "portal",
        "image": "portal:1",
        "user": "1000:1000",
        "readonlyRootFilesystem": True,
        "environment": [{"name": "DB_PASSWORD", "value": "canary-ecs"}, {"name": "STAGE", "value": "prod"}],
        "secrets": [{"name": "API_KEY", "valueFrom": "arn:aws:secretsmanager:us-east-1:123456789012:secret:a"}],
        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/portal"}},
    }
]
SEEN = Container(name="portal", privileged=False, root=False, read_only=True, log_driver="awslogs", secret_variables=1)


def answers(containers: list[dict[str, Any]] | None = None, **task: Any) -> dict[str, Any]:
    """Return the recorded answers of one family."""
    return {
        "ecs:ListTaskDefinitionFamilies": {"families": ["portal"]},
        "ecs:DescribeTaskDefinition": {
            "taskDefinition": {
                "taskDefinitionArn": ARN,
                "family": "portal",
                "revision": 7,
                "networkMode": "awsvpc",
                "taskRoleArn": "arn:aws:iam::123456789012:role/portal",
                "containerDefinitions": CONTAINERS if containers is None else containers,
                **task,
            },
            "tags": [{"key": "team", "value": "portal"}],
        },
    }


def read(aws: FakeAws) -> Resource:
    """Read the one family."""
    return ecs_task_definition.resource(aws, next(ecs_task_definition.items(aws)))


def config(resource: Resource) -> ecs_task_definition.TaskConfig:
    """Return what only task definitions have."""
    assert isinstance(resource.config, ecs_task_definition.TaskConfig)
    return resource.config


def coded(containers: Any, **arguments: Any) -> Resource:
    """Build the same from code."""
    block = FakeBlock(
        "aws_ecs_task_definition.portal",
        {"runtime_platform": [{"operating_system_family": "LINUX"}]},
        family="portal",
        network_mode="awsvpc",
        container_definitions=containers,
        task_role_arn=Ref("aws_iam_role.portal.arn"),
        **arguments,
    )
    return ecs_task_definition.from_terraform(block, {}, FakeSource([block]))


def test_the_latest_active_revision_of_a_family() -> None:
    """Asked by the family's name, which gives that revision; inactive families are not listed."""
    aws = FakeAws(answers())

    task = read(aws)

    assert (task.id, task.name, config(task).revision) == (ARN, "portal", 7)
    assert config(task).containers == (SEEN,)
    assert task.logging == Logging(enabled=True, destinations=("/ecs/portal",), off_host=True)
    assert task.tags == {"team": "portal"}
    assert aws.calls == [
        ("ecs:ListTaskDefinitionFamilies", {"status": "ACTIVE"}),
        ("ecs:DescribeTaskDefinition", {"taskDefinition": "portal", "include": ["TAGS"]}),
    ]


@pytest.mark.parametrize(
    ("user", "root"),
    [
        ({}, True),
        ({"user": "root"}, True),
        ({"user": "0:1000"}, True),
        ({"user": ":1000"}, True),
        ({"user": "1000"}, False),
        ({"user": "app:0"}, False),
    ],
)
def test_a_user_is_root(user: dict[str, Any], root: bool) -> None:
    """By name, by number, with a group or without; no user leaves it to the image."""
    (container,) = config(read(FakeAws(answers([{"name": "a", **user}])))).containers  # type: ignore[misc]

    assert isinstance(container, Container)
    assert container.root is root


def test_one_container_without_a_log_is_told() -> None:
    """The others' logs do not make up for it."""
    task = read(FakeAws(answers([*CONTAINERS, {"name": "b", "logConfiguration": {"logDriver": "none"}}])))

    assert isinstance(task.logging, Logging)
    assert task.logging.enabled is False


def test_environment_values_never_leave() -> None:
    """Neither values nor names."""
    told = repr(read(FakeAws(answers())))

    assert "canary" not in told
    assert "DB_PASSWORD" not in told


def test_a_denied_description_leaves_everything_unknown() -> None:
    """The family is still named."""
    task = read(FakeAws(answers(), denied={"ecs:DescribeTaskDefinition"}))

    why = Unknown("access denied: ecs:DescribeTaskDefinition")
    assert task.id == "arn:aws:ecs:us-east-1:123456789012:task-definition/portal"
    assert config(task).containers == config(task).network_mode == task.tags == why
    assert isinstance(task.logging, Logging)
    assert task.logging.enabled == why


def test_a_denied_listing_is_a_gap() -> None:
    """No family is not the same as none seen."""
    with pytest.raises(Denied):
        list(ecs_task_definition.items(FakeAws(denied={"ecs:ListTaskDefinitionFamilies"})))


def test_both_forms_agree() -> None:
    """The same task definition, written as JSON in code."""
    live = read(FakeAws(answers(runtimePlatform={"operatingSystemFamily": "LINUX"})))

    code = coded(json.dumps(CONTAINERS))

    assert code.logging == live.logging
    assert config(code).containers == config(live).containers
    assert config(code).network_mode == config(live).network_mode
    assert config(code).operating_system == config(live).operating_system
    assert code.relations["role"] == ("aws_iam_role.portal",)


def test_unknown_leaves_of_code() -> None:
    """What is known of text that is partly unknown is told."""
    later = Unknown("aws_kms_key.a.arn is known after apply")
    entry = {**CONTAINERS[0], "image": later, "user": later, "environment": [{"name": later, "value": "x"}]}

    (container,) = config(coded(PartlyKnownJson("x", value=[entry]))).containers  # type: ignore[misc]

    assert isinstance(container, Container)
    assert (container.root, container.secret_variables, container.read_only) == (later, later, True)


@pytest.mark.parametrize("text", ["[" * 100_000, "{}", "nonsense", "3"])
def test_what_is_no_list_of_containers_is_unknown(text: str) -> None:
    """A task definition that cannot be registered says nothing of what will run."""
    task = coded(text)

    assert isinstance(config(task).containers, Unknown)
    assert isinstance(task.logging, Logging)
    assert isinstance(task.logging.enabled, Unknown)
