"""Web ACLs of a region. Calls `wafv2:ListWebACLs`, `wafv2:ListLoggingConfigurations`, and
`wafv2:ListTagsForResource` where a control reads tags. Those of CloudFront are listed by `wafv2_web_acl_global`.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import listed, live, tags_of
from phiward.collectors.types.aws.arguments import text
from phiward.collectors.types.aws.web_acl_logging import configured, logging_of, named_destinations
from phiward.inventory.aspects import Logging
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class WebAclConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a web ACL has."""

    scope: Maybe[Literal["regional", "cloudfront"]]
    """It filters load balancers and APIs of its region, or CloudFront distributions."""


TYPE = ResourceType(
    name="aws.wafv2.web_acl",
    title="Web ACL",
    aspects=(Logging,),
    config=WebAclConfig,
    relations={"logging_destination": "the log group, bucket or delivery stream its log goes to"},
)

_LOGGING = ("logging", "relations.logging_destination")
_ALSO = ("SECURITY_LAKE", "CLOUDWATCH_TELEMETRY_RULE_MANAGED")
"""Owners of a logging configuration besides the customer: other services that record on the organisation's behalf."""
_SCOPES: dict[str, Literal["regional", "cloudfront"]] = {"REGIONAL": "regional", "CLOUDFRONT": "cloudfront"}


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every web ACL of the region."""
    yield from of_scope(aws, "REGIONAL")


def of_scope(aws: Aws, scope: str) -> Iterator[dict[str, Any]]:
    """Yield the web ACLs of a scope, each with the configurations of its log, or why they are not known."""
    for acl in aws.pages("wafv2", "list_web_acls", "WebACLs", Scope=scope):
        yield {"acl": acl, "scope": scope}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one web ACL. Every answer but its tags is the same for all of them, and asked once."""
    acl, scope = item["acl"], item["scope"]
    destinations = _destinations(aws, acl["ARN"], scope)
    return live(
        aws,
        TYPE,
        acl["ARN"],
        name=acl["Name"],
        tags=_tags(aws, acl["ARN"]),
        logging=logging_of(destinations),
        config=WebAclConfig(scope=_SCOPES[scope]),
        relations={"logging_destination": destinations},
    )


def _destinations(aws: Aws, identity: str, scope: str) -> Maybe[tuple[str, ...]]:
    """Return where its log goes. Who else than the customer records is asked only where the customer does not."""
    for scopes in ({}, *({"LogScope": also} for also in _ALSO)):
        given = listed(
            aws,
            "wafv2",
            "list_logging_configurations",
            "LoggingConfigurations",
            fills=_LOGGING,
            Scope=scope,
            **scopes,
        )
        if isinstance(given, Unknown):
            return given
        own = [each for each in given if each["ResourceArn"] == identity]
        if own:
            return tuple(sorted(to.removesuffix(":*") for each in own for to in each.get("LogDestinationConfigs", ())))
    return ()


def _tags(aws: Aws, identity: str) -> Maybe[dict[str, str]]:
    answer = aws.ask("wafv2", "list_tags_for_resource", fills=("tags",), ResourceARN=identity)
    if isinstance(answer, Unknown):
        return answer
    return tags_of((answer or {}).get("TagInfoForResource", {}).get("TagList", ()))


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the web ACL of an `aws_wafv2_web_acl` block, with the configuration of its log."""
    scope = text(block, "scope", Unknown("the web ACL has no scope"))
    written = parts.get("aws_wafv2_web_acl_logging_configuration", ())
    destinations = named_destinations(written, "log_destination_configs", source)
    logs = [each for each in written if not isinstance(each, Unknown)]
    return source.resource(
        block,
        TYPE,
        parts=parts,
        logging=logging_of(destinations, on=configured(written)),
        config=WebAclConfig(
            scope=scope if isinstance(scope, Unknown) else _SCOPES.get(scope) or Unknown(f"{scope} is no scope")
        ),
        relations={"logging_destination": destinations},
        lines={"logging": logs[0].where} if logs else {},
    )


TERRAFORM = (
    Form(
        main="aws_wafv2_web_acl",
        build=from_terraform,
        parts={"aws_wafv2_web_acl_logging_configuration": "resource_arn"},
    ),
)
