"""What Terraform code says of a Lambda function in other blocks than its own arguments."""

from typing import Any

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.arguments import number, text
from phiward.collectors.types.aws.nested import nested_set, only
from phiward.collectors.types.aws.references import leads_to
from phiward.inventory.model import Maybe, Unknown


def failures_kept(block: Block, parts: Parts) -> Maybe[bool]:
    """Say whether code keeps the events that the function fails to handle."""
    found: list[Maybe[bool]] = [nested_set(block, "dead_letter_config", "target_arn")]
    for part in parts.get("aws_lambda_function_event_invoke_config", []):
        ends = [part] if isinstance(part, Unknown) else part.blocks("destination_config")
        found += [end if isinstance(end, Unknown) else nested_set(end, "on_failure", "destination") for end in ends]
    return True if True in found else next((each for each in found if isinstance(each, Unknown)), False)


def concurrency_limit(block: Block) -> Maybe[int | None]:
    """Return the reserved concurrency of code, where -1 stands for none."""
    limit = number(block, "reserved_concurrent_executions", None)
    return None if isinstance(limit, int) and limit < 0 else limit


def written_variables(block: Block) -> Any:
    """Return the environment variables of the function."""
    written = only(block, "environment")
    return {} if written is None else written if isinstance(written, Unknown) else written.get("variables", {})


def of_parts(parts: Parts, kind: str, argument: str, default: str | None) -> Maybe[str | None]:
    """Return an argument of a part; of several, the greatest (`NONE` is greater than `AWS_IAM`)."""
    values = [part if isinstance(part, Unknown) else text(part, argument, default) for part in parts.get(kind, [])]
    known = [value for value in values if isinstance(value, str)]
    if "NONE" in known:
        return "NONE"
    return next((value for value in values if isinstance(value, Unknown)), max(known, default=default))


def log_group(block: Block, source: Source) -> Maybe[tuple[str, ...]]:
    """Return the log group of the same tree: the one that is named, or that has the function's default name."""
    for logs in block.blocks("logging_config"):
        if isinstance(logs, Unknown):
            return logs
        if logs.get("log_group") is not None:
            return leads_to(logs, source, "aws_cloudwatch_log_group", "log_group")
    name = text(block, "function_name", None)
    if name is None or isinstance(name, Unknown):
        return name or ()
    default = f"/aws/lambda/{name}"
    groups = source.blocks("aws_cloudwatch_log_group")
    return tuple(source.id(group.address) for group in groups if group.get("name") == default)
