"""Stages of REST APIs. Calls `apigateway:GetRestApis`, and `apigateway:GetStages` for each API.

A stage without a cache holds nothing that could be encrypted. Methods may have settings of their own beside those of
all (`*/*`): one that is not recorded, or is cached in plain text, counts.
"""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws, Denied
from phiward.collectors.types.aws import apigateway_code
from phiward.collectors.types.aws.answers import live
from phiward.collectors.types.aws.apigateway_facts import (
    TYPE,
    MethodSettings,
    StageFacts,
    api_tls,
    aspects,
    configuration,
    web_acl_relation,
)
from phiward.inventory.model import Resource

TERRAFORM = apigateway_code.FORMS


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every stage of every REST API of the region, with its API."""
    for api in aws.pages("apigateway", "get_rest_apis", "items"):
        for stage in stages(aws, "apigateway", "item", restApiId=api["id"]):
            yield {"api": api, "stage": stage}


def stages(aws: Aws, service: str, key: str, **api: str) -> Iterator[dict[str, Any]]:
    """Yield the stages of one API; none where it was deleted since it was listed."""
    try:
        yield from aws.pages(service, "get_stages", key, **api)
    except Denied as denied:
        if not denied.reason.endswith("NotFoundException"):
            raise


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one stage. The listings tell all of it."""
    api, stage = item["api"], item["stage"]
    name = stage["stageName"]
    kinds = api.get("endpointConfiguration", {}).get("types", ())
    settings = stage.get("methodSettings") or {}
    execution_log = f"arn:{aws.partition}:logs:{aws.region}:{aws.account}:log-group:API-Gateway-Execution-Logs"
    facts = StageFacts(
        private="PRIVATE" in kinds,
        minimum_tls=api_tls(
            api.get("securityPolicy"),
            private="PRIVATE" in kinds,
            default_off=bool(api.get("disableExecuteApiEndpoint", False)),
        ),
        access_log=stage.get("accessLogSettings", {}).get("destinationArn") or None,
        execution_log=f"{execution_log}_{api['id']}/{name}",
        tracing=bool(stage.get("tracingEnabled", False)),
        client_certificate=stage.get("clientCertificateId") or None,
        cache_on=bool(stage.get("cacheClusterEnabled", False)),
        settings={path: _settings(given) for path, given in settings.items()},
        web_acl=stage.get("webAclArn") or None,
    )
    return live(
        aws,
        TYPE,
        f"arn:{aws.partition}:apigateway:{aws.region}::/restapis/{api['id']}/stages/{name}",
        name=f"{api.get('name') or api['id']}/{name}",
        tags=dict(stage.get("tags") or {}),
        **aspects(facts),
        config=configuration(facts),
        relations=web_acl_relation(facts),
    )


def _settings(given: dict[str, Any]) -> MethodSettings:
    return MethodSettings(
        log_level=given.get("loggingLevel") or "OFF",
        cached=bool(given.get("cachingEnabled", False)),
        cache_encrypted=bool(given.get("cacheDataEncrypted", False)),
    )
