"""Stages of HTTP and WebSocket APIs. Calls `apigateway:GetApis`, and `apigateway:GetStages` for each API.

An HTTP API has no record of execution to turn on, only one of access; and AWS WAF cannot be put before either kind, so
that neither is asked for it.
"""

from collections.abc import Iterator
from typing import Any, Final, Literal

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import live
from phiward.collectors.types.aws.apigateway_code import access_log
from phiward.collectors.types.aws.apigateway_facts import off_among, recorded
from phiward.collectors.types.aws.apigateway_stage import stages
from phiward.collectors.types.aws.arguments import flag, text
from phiward.inventory.aspects import EncryptionInTransit, Logging
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class StageConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a stage of an HTTP or WebSocket API has."""

    protocol: Maybe[Literal["HTTP", "WEBSOCKET"]]
    execution_log_level: Maybe[str | None]
    """What is recorded of each message of a WebSocket API: `ERROR`, `INFO`, or `OFF`. None of an HTTP API, which has no
    such record."""
    unlogged: Maybe[tuple[str, ...]]
    """Routes whose own settings turn that record off."""
    detailed_metrics: Maybe[bool]
    """Measures are kept for each route."""


TYPE = ResourceType(
    name="aws.apigatewayv2.stage",
    title="HTTP or WebSocket API stage",
    aspects=(EncryptionInTransit, Logging),
    config=StageConfig,
)

MINIMUM_TLS: Final = "1.2"
"""Both kinds of API accept nothing older (*Security policy for HTTP APIs*, *... WebSocket APIs*)."""

_LATER = Unknown("API Gateway names the log group once the stage is there")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every stage of every HTTP and WebSocket API of the region, with its API."""
    for api in aws.pages("apigatewayv2", "get_apis", "Items"):
        for stage in stages(aws, "apigatewayv2", "Items", ApiId=api["ApiId"]):
            yield {"api": api, "stage": stage}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one stage. The listings tell all of it."""
    api, stage = item["api"], item["stage"]
    protocol, name = api["ProtocolType"], stage["StageName"]
    routes = stage.get("DefaultRouteSettings", {})
    level = routes.get("LoggingLevel") or "OFF" if protocol == "WEBSOCKET" else None
    group = f"log-group:/aws/apigateway/{api['ApiId']}/{name}"
    return live(
        aws,
        TYPE,
        f"arn:{aws.partition}:apigateway:{aws.region}::/apis/{api['ApiId']}/stages/{name}",
        name=f"{api.get('Name') or api['ApiId']}/{name}",
        tags=dict(stage.get("Tags") or {}),
        encryption_in_transit=EncryptionInTransit(enforced=True, minimum_tls=MINIMUM_TLS),
        logging=recorded(
            stage.get("AccessLogSettings", {}).get("DestinationArn") or None,
            level,
            f"arn:{aws.partition}:logs:{aws.region}:{aws.account}:{group}",
        ),
        config=StageConfig(
            protocol=protocol,
            execution_log_level=level,
            unlogged=_unlogged(level, stage.get("RouteSettings") or {}),
            detailed_metrics=bool(routes.get("DetailedMetricsEnabled", False)),
        ),
    )


def _unlogged(level: str | None, routes: dict[str, dict[str, Any]]) -> Maybe[tuple[str, ...]]:
    return off_among({} if level is None else {route: own.get("LoggingLevel", "") for route, own in routes.items()})


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the stage of an `aws_apigatewayv2_stage` block."""
    protocol = _protocol(block, source)
    routes = next(iter(block.blocks("default_route_settings")), None)
    level: Maybe[str | None] = protocol if isinstance(protocol, Unknown) else None
    metrics: Maybe[bool] = False
    if isinstance(routes, Unknown):
        metrics = routes
    elif routes is not None:
        metrics = flag(routes, "detailed_metrics_enabled", default=False)
    if protocol == "WEBSOCKET":
        level = routes if isinstance(routes, Unknown) else text(routes, "logging_level", "OFF") if routes else "OFF"
    kind: Any = protocol
    return source.resource(
        block,
        TYPE,
        parts=parts,
        encryption_in_transit=EncryptionInTransit(enforced=True, minimum_tls=MINIMUM_TLS),
        logging=recorded(access_log(block, source), level, _LATER),
        config=StageConfig(
            protocol=kind,
            execution_log_level=level,
            unlogged=protocol if isinstance(protocol, Unknown) else _unlogged_in_code(block, protocol),
            detailed_metrics=metrics,
        ),
        lines={
            "logging": block.lines("access_log_settings"),
            "config.execution_log_level": block.lines("default_route_settings"),
        },
    )


def _unlogged_in_code(block: Block, protocol: str) -> Maybe[tuple[str, ...]]:
    levels: dict[str, Maybe[str]] = {}
    for routes in block.blocks("route_settings") if protocol == "WEBSOCKET" else ():
        if isinstance(routes, Unknown):
            return routes
        route = text(routes, "route_key", "")
        if isinstance(route, Unknown):
            return route
        levels[route] = text(routes, "logging_level", "")
    return off_among(levels)


def _protocol(block: Block, source: Source) -> Maybe[str]:
    named = source.owners("aws_apigatewayv2_api", block, "api_id")
    if isinstance(named, Unknown):
        return named
    api = source.find(named[0]) if named else None
    if api is None:
        return Unknown("its API is not in the code")
    return text(api, "protocol_type", Unknown("the API has no protocol"))


TERRAFORM = (Form(main="aws_apigatewayv2_stage", build=from_terraform, identified_by=("id", "arn")),)
