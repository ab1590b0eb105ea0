"""Lambda functions, live and in Terraform."""

import json
from typing import Any

import pytest
from fakes import Code, FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.types.aws import lambda_function
from phiward.inventory.aspects import Authentication, Exposure, Monitoring, Patching
from phiward.inventory.model import Resource, Unknown

ARN = "arn:aws:lambda:us-east-1:123456789012:function:intake"
ITEM = {
    "FunctionName": "intake",
    "FunctionArn": ARN,
    "Runtime": "python3.8",
    "Role": "arn:aws:iam::123456789012:role/intake",
    "Environment": {"Variables": {"DB_PASSWORD": "canary-7f3a", "DB_PASSWORD_ARN": "arn:x", "STAGE": "prod"}},
    "TracingConfig": {"Mode": "Active"},
}


def answers(item: dict[str, Any] | None = None, **others: Any) -> dict[str, Any]:
    """Return the recorded answers of one function that only its account may call."""
    return {
        "lambda:ListFunctions": {"Functions": [{**ITEM, **(item or {})}]},
        "lambda:GetPolicy": Code("ResourceNotFoundException"),
        "lambda:ListFunctionUrlConfigs": {"FunctionUrlConfigs": []},
        "lambda:ListTags": {"Tags": {}},
        "lambda:GetRuntimeManagementConfig": {"UpdateRuntimeOn": "Auto"},
        **others,
    }


def read(aws: FakeAws) -> Resource:
    """Read the one function."""
    return lambda_function.resource(aws, next(lambda_function.items(aws)))


def config(resource: Resource) -> lambda_function.FunctionConfig:
    """Return what only functions have."""
    assert isinstance(resource.config, lambda_function.FunctionConfig)
    return resource.config


def test_an_old_runtime_has_an_end_of_support() -> None:
    """The date is AWS's."""
    patching = read(FakeAws(answers())).patching

    assert patching == Patching(automatic=True, version="python3.8", end_of_support="2024-10-14")


def test_what_runs_in_an_image_is_unknown() -> None:
    """A container image brings its own runtime."""
    function = read(FakeAws(answers({"Runtime": None})))

    assert isinstance(function.patching, Patching)
    assert isinstance(function.patching.end_of_support, Unknown)
    assert function.patching.automatic is False


def test_secrets_are_counted_and_never_kept() -> None:
    """Neither values nor names of environment variables leave the type module."""
    function = read(FakeAws(answers()))

    assert config(function).secret_variables == 1
    assert "canary" not in repr(function)
    assert "DB_PASSWORD" not in repr(function)


def test_a_url_without_sign_in_is_public() -> None:
    """Whoever knows the address may call it."""
    function = read(
        FakeAws(answers(**{"lambda:ListFunctionUrlConfigs": {"FunctionUrlConfigs": [{"AuthType": "NONE"}]}}))
    )

    assert function.authentication == Authentication(mfa=None, anonymous=True)
    assert isinstance(function.exposure, Exposure)
    assert (function.exposure.public, function.exposure.ways) == (True, ("function-url",))


@pytest.mark.parametrize(
    ("call", "unseen"),
    [
        ("lambda:GetPolicy", {"public", "ways", "shared_with"}),
        ("lambda:ListFunctionUrlConfigs", {"public", "ways", "anonymous"}),
        ("lambda:GetRuntimeManagementConfig", {"automatic"}),
    ],
)
def test_a_denied_call_makes_exactly_its_own_paths_unknown(call: str, unseen: set[str]) -> None:
    """Everything else is still told."""
    function = read(FakeAws(answers(), denied={call}))

    found = {
        field
        for aspect in (function.exposure, function.authentication, function.patching, function.monitoring)
        if aspect is not None
        for field in type(aspect).__struct_fields__
        if getattr(aspect, field) == Unknown(f"access denied: {call}")
    }
    assert found == unseen


def test_both_forms_agree() -> None:
    """The same function in code and in an account has the same aspects."""
    statement = {"Effect": "Allow", "Principal": "*", "Action": "lambda:InvokeFunction", "Resource": ARN}
    live = read(FakeAws(answers(**{"lambda:GetPolicy": {"Policy": json.dumps({"Statement": [statement]})}})))
    block = FakeBlock(
        "aws_lambda_function.intake",
        {"environment": [{"variables": {"DB_PASSWORD": "x", "STAGE": "y"}}], "tracing_config": [{"mode": "Active"}]},
        function_name="intake",
        runtime="python3.8",
        role=Ref("aws_iam_role.intake.arn"),
    )
    permission = FakeBlock("aws_lambda_permission.all", principal="*", action="lambda:InvokeFunction")

    coded = lambda_function.from_terraform(block, {"aws_lambda_permission": [permission]}, FakeSource([block]))

    for aspect in ("authentication", "encryption_at_rest", "exposure", "monitoring", "patching"):
        assert getattr(coded, aspect) == getattr(live, aspect), aspect
    assert config(coded).secret_variables == config(live).secret_variables
    assert coded.relations["role"] == ("aws_iam_role.intake",)


def test_a_permission_for_a_service_of_one_account_is_not_public() -> None:
    """A bucket's notification may call it, and nobody else."""
    block = FakeBlock("aws_lambda_function.intake", function_name="intake", runtime="python3.13")
    permission = FakeBlock(
        "aws_lambda_permission.s3",
        principal="s3.amazonaws.com",
        action="lambda:InvokeFunction",
        source_account="123456789012",
    )

    function = lambda_function.from_terraform(block, {"aws_lambda_permission": [permission]}, FakeSource([block]))

    assert isinstance(function.exposure, Exposure)
    assert function.exposure.public is False
    assert function.monitoring == Monitoring(enabled=False)
