"""Lambda functions. Calls `lambda:ListFunctions`, `GetPolicy`, `ListFunctionUrlConfigs` and others as they are needed.

A version or alias has a policy of its own, which opens the function as surely as the one without a qualifier.

The values of environment variables come with the listing and go no further: kept is only how many names look like
those of secrets. Code is never fetched.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import listed, live, told
from phiward.collectors.types.aws.arguments import text
from phiward.collectors.types.aws.kms_keys import named_key, owner_of, under_kms
from phiward.collectors.types.aws.lambda_code import (
    concurrency_limit,
    failures_kept,
    log_group,
    of_parts,
    written_variables,
)
from phiward.collectors.types.aws.lambda_permissions import written_policy
from phiward.collectors.types.aws.lambda_qualifiers import published_versions, qualified_exposure
from phiward.collectors.types.aws.lambda_runtimes import end_of_support
from phiward.collectors.types.aws.nested import nested_set, nested_text
from phiward.collectors.types.aws.references import leads_to
from phiward.collectors.types.aws.resource_policies import policy_exposure
from phiward.collectors.types.aws.secret_names import counted
from phiward.inventory.aspects import Authentication, EncryptionAtRest, Exposure, Monitoring, Patching
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.iam import PolicyDocument
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.model import Maybe, Resource, Unknown


class FunctionConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only Lambda functions have."""

    runtime: Maybe[str | None]
    """`python3.13`; None for a container image."""
    in_vpc: Maybe[bool]
    """It runs inside a network of the account."""
    secret_variables: Maybe[int]
    """How many environment variables have names like those of secrets (`DB_PASSWORD`)."""
    dead_letters: Maybe[bool]
    """Events that it fails to handle are kept: in a dead-letter queue, or sent to a destination *on failure*."""
    reserved_concurrency: Maybe[int | None] = None
    """How many of it may run at once. None: as many as the account allows."""
    function_url: Maybe[str | None] = None
    """Who may call its own URL: `AWS_IAM`, or `NONE` for anybody. None where it has no URL."""
    policy: Maybe[PolicyDocument | None] = None
    """Who may call it, its versions and aliases aside. None where it has no policy."""


TYPE = ResourceType(
    name="aws.lambda.function",
    title="Lambda function",
    aspects=(Authentication, EncryptionAtRest, Exposure, Monitoring, Patching),
    config=FunctionConfig,
    relations={
        "log_group": Relation("the log group it writes to", ("aws.logs.log_group",)),
        "encrypts_with": Relation("the KMS key its environment is encrypted with", ("aws.kms.key",)),
        "role": Relation("the role it runs as", ("aws.iam.role",)),
    },
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every function of the region, with its published versions."""
    published = published_versions(aws)
    for function in aws.pages("lambda", "list_functions", "Functions"):
        versions = published if isinstance(published, Unknown) else published.get(function["FunctionName"], [])
        yield {"function": function, "versions": versions}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Ask who may call it, and normalize."""
    versions, item = item["versions"], item["function"]
    name, arn = item["FunctionName"], item["FunctionArn"]
    runtime = item.get("Runtime")
    policy = _policy(aws, name)
    key = item.get("KMSKeyArn")
    group = item.get("LoggingConfig", {}).get("LogGroup") or f"/aws/lambda/{name}"
    tags = aws.ask("lambda", "list_tags", fills=("tags",), Resource=arn)
    variables = (item.get("Environment") or {}).get("Variables") or {}
    url = _url(aws, name)
    return live(
        aws,
        TYPE,
        arn,
        name=name,
        tags=tags if isinstance(tags, Unknown) else (tags or {}).get("Tags", {}),
        **_aspects(
            encryption=under_kms(True, owner_of(aws, key), key) if key else _MANAGED,
            by_policies=qualified_exposure(aws, name, versions, policy_exposure(policy, aws.account)),
            url=url,
            tracing=(item.get("TracingConfig") or {}).get("Mode", "PassThrough"),
            runtime=runtime,
            updates=_updates(aws, name) if runtime else "Manual",
        ),
        config=FunctionConfig(
            runtime=runtime,
            in_vpc=bool((item.get("VpcConfig") or {}).get("VpcId")),
            secret_variables=counted(variables),
            dead_letters=bool((item.get("DeadLetterConfig") or {}).get("TargetArn")) or _on_failure(aws, name),
            reserved_concurrency=told(
                aws.ask(
                    "lambda", "get_function_concurrency", fills=("config.reserved_concurrency",), FunctionName=name
                ),
                lambda limit: limit.get("ReservedConcurrentExecutions"),
            ),
            function_url=url,
            policy=policy,
        ),
        relations={
            "log_group": (f"arn:{aws.partition}:logs:{aws.region}:{aws.account}:log-group:{group}",),
            "encrypts_with": (key,) if key else (),
            "role": (item["Role"],),
        },
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Normalize an `aws_lambda_function` with its permissions and URL."""
    package = text(block, "package_type", "Zip")
    runtime = package if isinstance(package, Unknown) else None if package == "Image" else text(block, "runtime", None)
    policy = written_policy(parts.get("aws_lambda_permission", []))
    url = of_parts(parts, "aws_lambda_function_url", "authorization_type", None)
    updates: Maybe[str | None] = package if isinstance(package, Unknown) else "Manual"
    if runtime and not isinstance(package, Unknown):
        updates = of_parts(parts, "aws_lambda_runtime_management_config", "update_runtime_on", "Auto")
    encryption, key = _MANAGED, None
    if block.get("kms_key_arn") is not None:
        owner, key = named_key(block, "kms_key_arn", source)
        encryption = under_kms(True, owner, key)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        name=text(block, "function_name", block.name),
        **_aspects(
            encryption=encryption,
            by_policies=policy_exposure(policy, source.account),
            url=url,
            tracing=nested_text(block, "tracing_config", "mode", default="PassThrough"),
            runtime=runtime,
            updates="Auto" if updates is None else updates,
        ),
        config=FunctionConfig(
            runtime=runtime,
            in_vpc=nested_set(block, "vpc_config", "subnet_ids"),
            secret_variables=counted(written_variables(block)),
            dead_letters=failures_kept(block, parts),
            reserved_concurrency=concurrency_limit(block),
            function_url=url,
            policy=policy,
        ),
        relations={
            "log_group": log_group(block, source),
            "encrypts_with": key if isinstance(key, Unknown) else (key,) if key else (),
            "role": leads_to(block, source, "aws_iam_role", "role"),
        },
        lines={
            "encryption_at_rest": block.lines("kms_key_arn"),
            "patching": block.lines("runtime"),
            "monitoring.enabled": block.lines("tracing_config"),
            "config.in_vpc": block.lines("vpc_config"),
            "config.secret_variables": block.lines("environment"),
            "config.dead_letters": block.lines("dead_letter_config"),
            "config.reserved_concurrency": block.lines("reserved_concurrent_executions"),
        },
    )


_MANAGED = EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner="managed")
"""Without a key of the customer's, AWS's own (`aws/lambda`) encrypts the environment."""


def _aspects(  # noqa: PLR0913 - what both forms know
    *,
    encryption: EncryptionAtRest,
    by_policies: Exposure,
    url: Maybe[str | None],
    tracing: Maybe[str],
    runtime: Maybe[str | None],
    updates: Maybe[str],
) -> dict[str, Any]:
    anonymous = url if isinstance(url, Unknown) else url == "NONE"
    return {
        "authentication": Authentication(mfa=None, anonymous=anonymous),
        "encryption_at_rest": encryption,
        "exposure": _exposure(by_policies, anonymous),
        "monitoring": Monitoring(enabled=tracing if isinstance(tracing, Unknown) else tracing == "Active"),
        "patching": Patching(
            automatic=updates if isinstance(updates, Unknown) else updates == "Auto",
            version=runtime,
            end_of_support=end_of_support(runtime),
        ),
    }


def _exposure(by_policy: Exposure, anonymous: Maybe[bool]) -> Exposure:
    """Return the exposure by the policy or the function's URL."""
    public, ways = by_policy.public, by_policy.ways
    if anonymous is True:
        known = () if isinstance(ways, Unknown) else ways
        return Exposure(public=True, ways=("function-url", *known), shared_with=by_policy.shared_with)
    if isinstance(anonymous, Unknown) and public is not True:
        return Exposure(public=anonymous, ways=anonymous, shared_with=by_policy.shared_with)
    return by_policy


def _policy(aws: Aws, name: str) -> Maybe[PolicyDocument | None]:
    answer = aws.ask(
        "lambda",
        "get_policy",
        fills=("exposure", "config.policy"),
        absent=("ResourceNotFoundException",),
        FunctionName=name,
    )
    return answer if answer is None or isinstance(answer, Unknown) else parse_policy(answer["Policy"])


def _url(aws: Aws, name: str) -> Maybe[str | None]:
    """Return who may call the URL; of several (one for each alias), the most open."""
    fills = ("authentication.anonymous", "config.function_url", "exposure.public", "exposure.ways")
    urls = listed(aws, "lambda", "list_function_url_configs", "FunctionUrlConfigs", fills=fills, FunctionName=name)
    return urls if isinstance(urls, Unknown) else max((url["AuthType"] for url in urls), default=None)


def _updates(aws: Aws, name: str) -> Maybe[str]:
    answer = aws.ask("lambda", "get_runtime_management_config", fills=("patching.automatic",), FunctionName=name)
    return answer["UpdateRuntimeOn"] if isinstance(answer, dict) else answer or "Auto"


def _on_failure(aws: Aws, name: str) -> Maybe[bool]:
    """Say whether a version or alias of it sends the events that it fails to handle somewhere."""
    settings = listed(
        aws,
        "lambda",
        "list_function_event_invoke_configs",
        "FunctionEventInvokeConfigs",
        fills=("config.dead_letters",),
        FunctionName=name,
    )
    if isinstance(settings, Unknown):
        return settings
    ends = (((each.get("DestinationConfig") or {}).get("OnFailure") or {}).get("Destination") for each in settings)
    return any(ends)


TERRAFORM = (
    Form(
        main="aws_lambda_function",
        build=from_terraform,
        parts={
            "aws_lambda_function_event_invoke_config": "function_name",
            "aws_lambda_function_url": "function_name",
            "aws_lambda_permission": "function_name",
            "aws_lambda_runtime_management_config": "function_name",
        },
        identified_by=("function_name", "id", "arn"),
    ),
)
