"""What `questions.json` says is what the type modules really ask, and all of it only reads."""

import ast
import csv
from pathlib import Path
from typing import Any

import aws_survey
import aws_world
import botocore.session
import pytest
from botocore import xform_name

from phiward.collectors.aws import calls, permissions, plan, questions
from phiward.collectors.aws.need import needed

MODULES = {aws_world.module_of(module): module for module in plan.modules()}
TYPES = sorted({module.TYPE.name for module in plan.modules()})
ASKED = sorted({(each.service, each.operation) for every in questions.by_type().values() for each in every})
AUTHORIZATION = {
    row["action"]: row
    for row in csv.DictReader(Path(__file__).with_name("service_authorization.csv").read_text().splitlines())
}
"""Actions of the *Service Authorization Reference* that read or list: the level, and what else each needs."""


def test_every_live_type_is_there() -> None:
    """Renew the file with `make docs`."""
    assert sorted(questions.by_type()) == TYPES


@pytest.mark.parametrize("name", TYPES)
def test_the_file_says_what_the_modules_ask(name: str) -> None:
    """Found again by running them over the made-up accounts; renew it with `make docs`."""
    found = {call: tuple(paths) for call, paths in aws_survey.of_type(name).items()}

    assert found == {f"{each.service}.{each.operation}": each.paths for each in questions.by_type()[name]}


@pytest.mark.parametrize("name", MODULES)
def test_the_file_holds_for_other_accounts_too(name: str) -> None:
    """Whatever the answers are, nothing is asked that the file does not name."""
    listed = {(each.service, each.operation) for each in questions.by_type()[MODULES[name].TYPE.name]}

    asked = set().union(*(aws_survey.made(MODULES[name], seed, None).made for seed in range(1000, 1010)))

    assert sorted(asked - listed) == []


@pytest.mark.parametrize("name", MODULES)
def test_whoever_needs_a_path_alone_is_given_it(name: str) -> None:
    """A call is made for each path that it says it fills, also where no other path is needed."""
    type_name = MODULES[name].TYPE.name
    leaves = aws_survey.leaves(type_name)
    paths = {(each.service, each.operation): each.paths or leaves for each in questions.by_type()[type_name]}
    claims = {
        reason for seed in aws_survey.chosen(name) for reason in aws_survey.made(MODULES[name], seed, None).reasons
    }

    unfilled = {
        (call, path)
        for call, fills in claims
        for path in leaves
        if fills and needed(fills, {path}) and path not in paths[call]
    }

    assert unfilled == set()


def test_no_call_that_stands_in_a_module_is_missed() -> None:
    """The made-up accounts lead into every branch that asks something."""
    written = frozenset().union(*map(aws_world.operations, MODULES))

    assert sorted(written - {operation for _, operation in ASKED}) == []


def test_every_call_only_reads_configuration() -> None:
    """The guard that the collector has at run time accepts all of them, and none has a verb that changes anything."""
    for service, operation in ASKED:
        calls.refuse_writes(service, operation)
        levels = {AUTHORIZATION[action]["access_level"] for action in calls.grants(service, operation)}
        assert levels <= {"Read", "List"}, (service, operation)


def test_no_module_names_a_call_that_changes_something() -> None:
    """Of no service that is asked, in no source of a type: not even in a branch that no account leads into.

    Two are also arguments of Terraform: `enable_key_rotation` of `aws_kms_key`, `enable_logging` of `aws_cloudtrail`.
    """
    session = botocore.session.get_session()
    others: set[str] = set()
    for service in {service for service, _ in ASKED}:
        others |= {xform_name(name) for name in session.get_service_model(service).operation_names}
    others = {name for name in others if not name.startswith(calls.READ_VERBS)}

    found = [(file.name, word) for file in sorted(aws_world.FOLDER.glob("*.py")) for word in _arguments(file) & others]

    allowed = {word.partition(".")[2] for word in calls.READS} | {"enable_key_rotation", "enable_logging"}
    assert [each for each in found if each[1] not in allowed] == []


def _arguments(file: Path) -> set[str]:
    """Return the texts that a module hands to a call as an argument of its own, or keeps in a table of calls."""
    return {
        each.value
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call | ast.Tuple)
        for each in (node.args if isinstance(node, ast.Call) else node.elts)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


@pytest.mark.parametrize(
    ("service", "operation"),
    [
        ("s3", "put_bucket_policy"),
        ("iam", "create_access_key"),
        ("rds", "start_export_task"),
        ("kms", "decrypt"),
        ("s3", "get_object"),
        ("secretsmanager", "get_secret_value"),
        ("logs", "get_log_events"),
        ("ssm", "get_parameter"),
        ("sts", "assume_role"),
        ("dynamodb", "scan"),
    ],
)
def test_the_guard_refuses_the_rest(service: str, operation: str) -> None:
    """Writes, and reads of what is stored."""
    with pytest.raises(calls.RefusedCallError):
        calls.refuse_writes(service, operation)


def test_every_action_is_one_of_the_reference() -> None:
    """A mistyped action grants nothing, silently. Add a new one's row from the *Service Authorization Reference*."""
    granted = {action for call in ASKED for action in calls.grants(*call)}

    assert sorted(granted - set(AUTHORIZATION)) == []


def test_what_the_reference_says_that_an_action_needs_too_is_granted() -> None:
    """But what only an argument that is never given would need: other kinds of protected things, resolved parameters."""
    elsewhere = {
        "ssm:GetParameters",
        "amplify:ListResourcesForWebACL",
        "apprunner:ListAssociatedServicesForWebAcl",
        "appsync:ListResourcesForWebACL",
        "cognito-idp:ListResourcesForWebACL",
        "ec2:DescribeVerifiedAccessInstanceWebAclAssociations",
    }
    lacking: dict[str, set[str]] = {}
    for service, operation in ASKED:
        also = set(AUTHORIZATION[calls.grant(service, operation)]["dependent_actions"].split())
        if missing := also - set(calls.grants(service, operation)) - elsewhere:
            lacking[f"{service}.{operation}"] = missing

    assert lacking == {}


def test_api_gateway_is_read_on_the_paths_that_its_calls_have() -> None:
    """Its one action would read API keys too. The paths are those of the services' own models."""
    session = botocore.session.get_session()

    def path(service: str, operation: str) -> str:
        model: Any = session.get_service_model(service)
        named = next(name for name in model.operation_names if xform_name(name) == operation)
        steps = model.operation_model(named).http["requestUri"].removeprefix("/v2").split("/")
        return "/".join("*" if step.startswith("{") else step for step in steps)

    called = {f"{service}.{operation}": path(service, operation) for service, operation in ASKED if "apigat" in service}

    assert {call: permissions.REST_PATHS[call] for call in called} == {call: (each,) for call, each in called.items()}
