"""Lambda: functions, who may call them, what becomes of what they fail to handle; and SAM's functions."""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.cloudformation.intrinsics import json_of
from phiward.collectors.cloudformation.sam_policies import policy_of
from phiward.collectors.cloudformation.shapes import Extra, Made, Part, Shape, block, mapping, of, tags, within
from phiward.collectors.documents import Mapping, Sequence
from phiward.inventory.unknown import Unknown

_ENVIRONMENT = block("environment", {"Variables": mapping("variables")})
_MANAGED = "arn:aws:iam::aws:policy/service-role/"
_TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": ["sts:AssumeRole"], "Principal": {"Service": ["lambda.amazonaws.com"]}}
    ],
}


def _package(made: Made, args: Mapping) -> None:
    """Code from an image makes the function one, also where that is not said."""
    code = made.properties.get("Code")
    if "package_type" not in args and isinstance(code, Mapping) and "ImageUri" in code:
        args.put("package_type", "Image", made.properties.spans["Code"])


def _updates(made: Made) -> Iterator[Extra]:
    value = made.properties.get("RuntimeManagementConfig")
    if value is not None:
        span = made.properties.spans["RuntimeManagementConfig"]
        args = of(span, function_name=made.me("function_name"))
        args.put("update_runtime_on", value.get("UpdateRuntimeOn") if isinstance(value, Mapping) else value, span)
        yield Extra("aws_lambda_runtime_management_config", args)


def _serverless(made: Made) -> Iterator[Extra]:
    yield from _updates(made)
    url = made.properties.get("FunctionUrlConfig")
    if url is not None:
        span = made.properties.spans["FunctionUrlConfig"]
        kind = url.get("AuthType") if isinstance(url, Mapping) else url
        args = of(span, function_name=made.me("function_name"), authorization_type=kind)
        yield Extra("aws_lambda_function_url", args, uncertain=url if isinstance(url, Unknown) else None)
    role = made.properties.get("Role")
    if role is None and made.properties.unseen is None:
        yield Extra("aws_iam_role", _role(made), "Role", where=made.span)


def _role(made: Made) -> Mapping:
    """Return the role that SAM makes for a function that names none (*Generated resources*)."""
    arns: list[Any] = [f"{_MANAGED}AWSLambdaBasicExecutionRole"]
    if made.properties.get("VpcConfig") is not None:
        arns.append(f"{_MANAGED}AWSLambdaVPCAccessExecutionRole")
    inline: list[Any] = []
    policies = made.properties.get("Policies")
    span = made.properties.spans.get("Policies", made.span)
    for each in policies if isinstance(policies, list) else [] if policies is None else [policies]:
        if isinstance(each, Mapping) and "Statement" in each:
            inline.append(of(each.span, name=f"{made.logical_id}RolePolicy{len(inline)}", policy=json_of(each)))
        elif isinstance(each, Mapping):
            template, parameters = next(iter(each.items()), ("?", None))
            inline.append(of(each.span, name=str(template), policy=policy_of(template, parameters)))
        elif isinstance(each, str) and ":" not in each:
            arns.append(f"arn:aws:iam::aws:policy/{each}")
        else:
            arns.append(each)
    args = of(span, assume_role_policy=json_of(_TRUST), managed_policy_arns=Sequence(span, arns))
    if inline:
        args.put("inline_policy", Sequence(span, inline), span)
    if (boundary := made.properties.get("PermissionsBoundary")) is not None:
        args.put("permissions_boundary", boundary, made.properties.spans["PermissionsBoundary"])
    return args


SHAPES = (
    Shape(
        "AWS::Lambda::Function",
        "aws_lambda_function",
        {"Environment": _ENVIRONMENT, "Code": None, "RuntimeManagementConfig": None},
        args=_package,
        also=_updates,
    ),
    Shape(
        "AWS::Serverless::Function",
        "aws_lambda_function",
        {
            "Environment": _ENVIRONMENT,
            "DeadLetterQueue": "dead_letter_config",
            "Tracing": within("tracing_config", "mode"),
            "Tags": tags(),
            "Policies": None,
            "Events": None,
            "RuntimeManagementConfig": None,
            "FunctionUrlConfig": None,
            "PermissionsBoundary": None,
        },
        parts=(
            Part(property="EventInvokeConfig", type="aws_lambda_function_event_invoke_config", owner="function_name"),
        ),
        also=_serverless,
    ),
    Shape("AWS::Lambda::Permission", "aws_lambda_permission", {"PrincipalOrgID": "principal_org_id"}),
    Shape("AWS::Lambda::EventInvokeConfig", "aws_lambda_function_event_invoke_config"),
    Shape(
        "AWS::Lambda::Url",
        "aws_lambda_function_url",
        {"TargetFunctionArn": "function_name", "AuthType": "authorization_type"},
    ),
)
