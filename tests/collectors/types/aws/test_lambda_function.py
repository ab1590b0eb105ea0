"""Lambda functions, live and in Terraform."""

import json
from typing import Any

import pytest
from fakes import Code, FakeAws, asked
from fakes_terraform import FakeBlock, FakeSource, Ref
from msgspec import Struct

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
        asked("lambda:ListFunctions", FunctionVersion="ALL"): {"Functions": [{**ITEM, "Version": "$LATEST"}]},
        "lambda:GetPolicy": Code("ResourceNotFoundException"),
        "lambda:ListAliases": {"Aliases": []},
        "lambda:ListFunctionUrlConfigs": {"FunctionUrlConfigs": []},
        "lambda:ListTags": {"Tags": {}},
        "lambda:GetRuntimeManagementConfig": {"UpdateRuntimeOn": "Auto"},
        "lambda:ListFunctionEventInvokeConfigs": {"FunctionEventInvokeConfigs": []},
        "lambda:GetFunctionConcurrency": {},
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
        ("lambda:ListAliases", {"public", "ways", "shared_with"}),
        ("lambda:ListFunctionUrlConfigs", {"public", "ways", "anonymous"}),
        ("lambda:GetRuntimeManagementConfig", {"automatic"}),
        ("lambda:ListFunctionEventInvokeConfigs", {"dead_letters"}),
        ("lambda:GetFunctionConcurrency", {"reserved_concurrency"}),
    ],
)
def test_a_denied_call_makes_exactly_its_own_paths_unknown(call: str, unseen: set[str]) -> None:
    """Everything else is still told."""
    function = read(FakeAws(answers(), denied={call}))

    found = {
        field
        for aspect in (
            function.exposure,
            function.authentication,
            function.patching,
            function.monitoring,
            function.config,
        )
        if isinstance(aspect, Struct)
        for field in type(aspect).__struct_fields__
        if getattr(aspect, field) == Unknown(f"access denied: {call}")
    }
    assert found - {"policy", "function_url"} == unseen


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


@pytest.mark.parametrize(
    ("item", "settings", "kept"),
    [
        ({}, [], False),
        ({"DeadLetterConfig": {"TargetArn": "arn:aws:sqs:us-east-1:123456789012:failed"}}, None, True),
        ({}, [{"FunctionArn": ARN, "DestinationConfig": {"OnSuccess": {"Destination": "arn:x"}}}], False),
        ({}, [{"FunctionArn": ARN, "DestinationConfig": {"OnFailure": {"Destination": "arn:x"}}}], True),
    ],
)
def test_failed_events_are_kept_in_a_queue_or_sent_on(item: dict[str, Any], settings: Any, kept: bool) -> None:
    """Either way counts; where there is a queue, destinations need not be asked about."""
    found = answers(item, **{"lambda:ListFunctionEventInvokeConfigs": {"FunctionEventInvokeConfigs": settings}})
    aws = FakeAws(found, denied={"lambda:ListFunctionEventInvokeConfigs"} if settings is None else ())

    assert config(read(aws)).dead_letters is kept


@pytest.mark.parametrize(("argument", "limit"), [({}, None), ({"reserved_concurrent_executions": -1}, None)])
def test_no_limit_in_code(argument: dict[str, Any], limit: int | None) -> None:
    """-1 is the provider's word for none."""
    block = FakeBlock("aws_lambda_function.intake", function_name="intake", runtime="python3.13", **argument)

    function = lambda_function.from_terraform(block, {}, FakeSource([block]))

    assert config(function).reserved_concurrency is limit


def test_limit_network_and_destination_in_both_forms() -> None:
    """What they hold is the same."""
    item = {"VpcConfig": {"VpcId": "vpc-1"}}
    destinations = {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:failed"}}
    settings = {"FunctionEventInvokeConfigs": [{"FunctionArn": ARN, "DestinationConfig": destinations}]}
    limit = {"lambda:GetFunctionConcurrency": {"ReservedConcurrentExecutions": 5}}
    live = config(read(FakeAws(answers(item, **{"lambda:ListFunctionEventInvokeConfigs": settings}, **limit))))
    block = FakeBlock(
        "aws_lambda_function.intake",
        {"vpc_config": [{"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]}]},
        function_name="intake",
        runtime="python3.8",
        reserved_concurrent_executions=5,
    )
    on_failure = {"blocks": {"on_failure": [{"destination": Ref("aws_sqs_queue.failed.arn")}]}}
    part = FakeBlock("aws_lambda_function_event_invoke_config.a", {"destination_config": [on_failure]})

    coded = config(
        lambda_function.from_terraform(block, {"aws_lambda_function_event_invoke_config": [part]}, FakeSource([block]))
    )

    assert (live.in_vpc, live.dead_letters, live.reserved_concurrency) == (True, True, 5)
    assert (coded.in_vpc, coded.dead_letters, coded.reserved_concurrency) == (True, True, 5)


def test_nothing_is_asked_that_no_control_reads() -> None:
    """Of a function whose network alone is asked about, the listing tells all."""
    aws = FakeAws(answers(), need={"config.in_vpc"})

    read(aws)

    assert [call for call, _ in aws.calls] == ["lambda:ListFunctions"]


def allowed(principal: str) -> dict[str, Any]:
    """Return the answer that a policy lets a principal call it."""
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "lambda:InvokeFunction", "Resource": "*"}
    return {"Policy": json.dumps({"Version": "2012-10-17", "Statement": [statement]})}


def test_a_policy_of_a_version_or_alias_opens_the_function() -> None:
    """The function's own policy says nothing of them; tools that ask for that alone see nothing."""
    versions = [{"FunctionName": "intake", "Version": version} for version in ("$LATEST", "1", "2")]
    found = answers(
        **{
            asked("lambda:ListFunctions", FunctionVersion="ALL"): {
                "Functions": [*versions, {"FunctionName": "other", "Version": "7"}]
            },
            asked("lambda:ListAliases", FunctionName="intake"): {"Aliases": [{"Name": "live"}]},
            asked("lambda:GetPolicy", FunctionName="intake", Qualifier="1"): allowed("*"),
            asked("lambda:GetPolicy", FunctionName="intake", Qualifier="live"): allowed("999999999999"),
        }
    )

    function = read(FakeAws(found))

    assert function.exposure == Exposure(public=True, ways=("policy:1",), shared_with=("999999999999",))
    assert config(function).policy is None


def test_a_function_without_versions_and_aliases_costs_one_listing_more() -> None:
    """Published versions are listed for all functions at once."""
    aws = FakeAws(answers(), need={"exposure"})

    read(aws)

    assert [call for call, _ in aws.calls].count("lambda:GetPolicy") == 1
    assert [call for call, _ in aws.calls].count("lambda:ListAliases") == 1


def test_a_denied_policy_of_an_alias_leaves_what_is_known_public() -> None:
    """What is open anyway stays open, with ways that are not all known."""
    policies: dict[str, Any] = {
        asked("lambda:GetPolicy", FunctionName="intake"): allowed("*"),
        "lambda:ListAliases": {"Aliases": [{"Name": "live"}]},
        asked("lambda:GetPolicy", FunctionName="intake", Qualifier="live"): Code("ServiceException"),
    }

    exposure = read(FakeAws(answers(**policies))).exposure

    assert isinstance(exposure, Exposure)
    assert exposure.public is True
    assert isinstance(exposure.shared_with, Unknown)
