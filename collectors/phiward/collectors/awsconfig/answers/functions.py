"""Lambda functions.

Environment variables, URLs, versions, aliases and the choice of runtime updates are not recorded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from phiward.collectors.aws.port import Denied
from phiward.collectors.awsconfig.answer import Answer, Asked, Found, Kind, described, listing, not_recorded, unseen

if TYPE_CHECKING:
    from phiward.collectors.awsconfig.item import Item
    from phiward.collectors.awsconfig.members import Members

FUNCTION = "AWS::Lambda::Function"

KINDS = (
    Kind(
        FUNCTION,
        covers="aws.lambda.function",
        optional=(
            "Runtime",
            "KMSKeyArn",
            "VpcConfig",
            "VpcConfig.VpcId",
            "DeadLetterConfig",
            "DeadLetterConfig.TargetArn",
            "TracingConfig.Mode",
        ),
        lacking={
            "Environment": ("config.secret_variables",),
            "Environment.Variables": ("config.secret_variables",),
            "LoggingConfig": ("relations.log_group",),
            "LoggingConfig.LogGroup": ("relations.log_group",),
            "TracingConfig": ("monitoring",),
        },
    ),
)


def _function(item: Item) -> Members:
    """Return a function. The item names its subnets, and its VPC only as a relation."""
    function = described(item, None)
    network = function.get("VpcConfig")
    if not network or network.get("VpcId") or not network.get("SubnetIds"):
        return function
    related = item.related("AWS::EC2::VPC")
    return function.with_(VpcConfig=network.with_(VpcId=related[0] if related else "named by its subnets"))


_LATEST = listing(FUNCTION, "Functions", tags=None, entry=_function)


def _functions(asked: Asked) -> Found:
    """Return the functions; items are of the unpublished versions alone."""
    if "FunctionVersion" in asked.arguments:
        raise Denied(asked.call, not_recorded("lambda:ListFunctions (FunctionVersion=ALL)").reason)
    return _LATEST.handler(asked)


def _policy(asked: Asked) -> Found:
    """Return who may call it: a text with JSON, once more within JSON in some items."""
    if "Qualifier" in asked.arguments:
        raise Denied(asked.call, not_recorded(f"{asked.call} (Qualifier)").reason)
    item = asked.one(FUNCTION, asked.arguments["FunctionName"])
    if not item.supplement.holds("Policy"):
        raise Denied(asked.call, unseen(FUNCTION, "Policy").reason)
    given = item.supplement.get("Policy")
    return Found({"Policy": dict(given) if isinstance(given, dict) else given} if given else None, (item,))


def _concurrency(asked: Asked) -> Found:
    item = asked.one(FUNCTION, asked.arguments["FunctionName"])
    if not item.supplement.holds("Concurrency"):
        raise Denied(asked.call, unseen(FUNCTION, "Concurrency").reason)
    given = item.supplement.get("Concurrency")
    if given is not None and not given.holds("reservedConcurrentExecutions"):
        raise Denied(asked.call, unseen(FUNCTION, "Concurrency.ReservedConcurrentExecutions").reason)
    reserved = None if given is None else given.get("reservedConcurrentExecutions")
    return Found({} if reserved is None else {"ReservedConcurrentExecutions": int(reserved)}, (item,))


def _tags(asked: Asked) -> Found:
    item = asked.one(FUNCTION, asked.arguments["Resource"])
    return Found(unseen(FUNCTION, "tags") if item.tags is None else {"Tags": item.tags}, (item,))


ANSWERS = {
    "lambda.list_functions": Answer(_functions, (FUNCTION,)),
    "lambda.get_policy": Answer(_policy, (FUNCTION,)),
    "lambda.get_function_concurrency": Answer(_concurrency, (FUNCTION,)),
    "lambda.list_tags": Answer(_tags, (FUNCTION,)),
}
