"""Stages of REST, HTTP and WebSocket APIs: both forms agree, and one without a cache has nothing to encrypt."""

from typing import Any

import pytest
from fakes import Code, FakeAws, asked
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import apigateway_stage, apigatewayv2_stage
from phiward.inventory.model import Resource, Unknown

HERE = "us-east-1:123456789012"
ACL = f"arn:aws:wafv2:{HERE}:regional/webacl/edge/1"
GROUP = f"arn:aws:logs:{HERE}:log-group:api"
API: dict[str, Any] = {"id": "a1", "name": "chart", "endpointConfiguration": {"types": ["PRIVATE"]}}
STAGE: dict[str, Any] = {
    "stageName": "prod",
    "accessLogSettings": {"destinationArn": GROUP, "format": "$context.requestId"},
    "cacheClusterEnabled": True,
    "clientCertificateId": "c1",
    "tracingEnabled": True,
    "webAclArn": ACL,
    "tags": {"Owner": "chart"},
    "methodSettings": {"*/*": {"loggingLevel": "INFO", "cachingEnabled": True, "cacheDataEncrypted": True}},
}
SAME_IN_BOTH = (
    "encryption_in_transit",
    "logging.enabled",
    "logging.kinds",
    "monitoring",
    "config.private",
    "config.execution_log_level",
    "config.unlogged",
    "config.caches",
    "config.cache_encrypted",
)


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def live(stage: dict[str, Any] = STAGE, api: dict[str, Any] = API) -> Resource:
    """Return the resource of a live stage."""
    answers = {
        "apigateway:GetRestApis": {"items": [api]},
        asked("apigateway:GetStages", restApiId=api["id"]): {"item": [stage]},
    }
    aws = FakeAws(answers)
    (item,) = apigateway_stage.items(aws)
    return apigateway_stage.resource(aws, item)


def settings(method: Any = "*/*", **given: Any) -> FakeBlock:
    """Return an `aws_api_gateway_method_settings` block."""
    written = given or {"logging_level": "INFO", "caching_enabled": True, "cache_data_encrypted": True}
    return FakeBlock("aws_api_gateway_method_settings.all", blocks={"settings": [written]}, method_path=method)


def code(
    methods: list[Any] | None = None,
    api: dict[str, Any] | None = None,
    log: list[Any] | None = None,
    parts: dict[str, list[Any]] | None = None,
    **changes: Any,
) -> Resource:
    """Return the resource of the same stage in Terraform."""
    rest = FakeBlock(
        "aws_api_gateway_rest_api.chart", blocks={"endpoint_configuration": [{"types": ["PRIVATE"]}]}, **(api or {})
    )
    arguments = {
        "rest_api_id": Ref("aws_api_gateway_rest_api.chart.id"),
        "stage_name": "prod",
        "cache_cluster_enabled": True,
        "client_certificate_id": Ref("aws_api_gateway_client_certificate.c.id"),
        "xray_tracing_enabled": True,
        **changes,
    }
    written = [{"destination_arn": Ref("aws_cloudwatch_log_group.api.arn")}] if log is None else log
    block = FakeBlock("aws_api_gateway_stage.prod", blocks={"access_log_settings": written}, **arguments)
    tie = FakeBlock("aws_wafv2_web_acl_association.a", web_acl_arn=Ref("aws_wafv2_web_acl.edge.arn"))
    known = ("aws_api_gateway_client_certificate.c", "aws_cloudwatch_log_group.api", "aws_wafv2_web_acl.edge")
    own: dict[str, list[Any]] = {
        "aws_api_gateway_method_settings": [settings()] if methods is None else methods,
        "aws_wafv2_web_acl_association": [tie],
        **(parts or {}),
    }
    (form,) = apigateway_stage.TERRAFORM
    assert own.keys() <= form.parts.keys()
    return form.build(block, own, FakeSource([block, rest, *(FakeBlock(each) for each in known)]))


@pytest.mark.parametrize("path", SAME_IN_BOTH)
def test_both_forms_agree(path: str) -> None:
    """The same stage, live and in code, has the same facts."""
    assert at(code(), path) == at(live(), path)


def test_a_stage_as_it_should_be() -> None:
    """Everything is in the two listings."""
    found, written = live(), code()

    assert found.id == "arn:aws:apigateway:us-east-1::/restapis/a1/stages/prod"
    assert found.name == "chart/prod"
    assert at(found, "encryption_in_transit.enforced") is True
    assert at(found, "encryption_in_transit.minimum_tls") == "1.2"
    assert at(found, "logging.kinds") == ("access", "execution")
    assert at(found, "logging.destinations") == (
        GROUP,
        f"arn:aws:logs:{HERE}:log-group:API-Gateway-Execution-Logs_a1/prod",
    )
    assert at(found, "monitoring.enabled") is True
    assert at(found, "config.client_certificate") == "c1"
    assert (at(found, "config.caches"), at(found, "config.cache_encrypted")) == (True, True)
    assert (at(found, "config.web_acl"), found.relations["web_acl"]) == (ACL, (ACL,))
    assert found.tags == {"Owner": "chart"}
    assert at(written, "config.client_certificate") == "aws_api_gateway_client_certificate.c"
    assert at(written, "config.web_acl") == "aws_wafv2_web_acl.edge"


def test_both_forms_see_a_bad_one_alike() -> None:
    """A stage nobody cared for: nothing is recorded, traced, proved or filtered, and there is no cache to encrypt."""
    found = live({"stageName": "prod"}, {"id": "a1", "endpointConfiguration": {"types": ["EDGE"]}})
    rest = FakeBlock("aws_api_gateway_rest_api.chart", blocks={"endpoint_configuration": [{"types": ["EDGE"]}]})
    block = FakeBlock(
        "aws_api_gateway_stage.prod", rest_api_id=Ref("aws_api_gateway_rest_api.chart.id"), stage_name="prod"
    )
    written = apigateway_stage.TERRAFORM[0].build(block, {}, FakeSource([block, rest]))

    paths = (*SAME_IN_BOTH, "config.client_certificate", "config.web_acl")
    assert [at(written, path) for path in paths] == [at(found, path) for path in paths]
    assert at(found, "encryption_in_transit.minimum_tls") == "1.0"
    assert at(found, "logging.enabled") is False
    assert at(found, "monitoring.enabled") is False
    assert at(found, "config.execution_log_level") == "OFF"
    assert at(found, "config.client_certificate") is None
    assert at(found, "config.web_acl") is None
    assert (at(found, "config.caches"), at(found, "config.cache_encrypted")) == (False, None)


PLAIN = {"cachingEnabled": True, "cacheDataEncrypted": False}
SAFE = {"cachingEnabled": True, "cacheDataEncrypted": True}
NO_CACHE = {"cachingEnabled": False, "cacheDataEncrypted": False}


@pytest.mark.parametrize(
    ("on", "given", "caches", "encrypted"),
    [
        (True, {"*/*": SAFE}, True, True),
        (True, {"*/*": PLAIN}, True, False),
        (True, {"*/*": SAFE, "pets/GET": PLAIN}, True, False),
        (True, {"*/*": SAFE, "pets/GET": NO_CACHE}, True, True),
        (True, {"*/*": NO_CACHE}, False, None),
        (True, {}, True, False),
        (False, {"*/*": PLAIN}, False, None),
    ],
)
def test_what_is_kept_of_answers(on: bool, given: dict[str, Any], caches: bool, encrypted: bool | None) -> None:
    """Without a cache nothing is kept; with one, each method counts, and without settings AWS's default does."""
    found = live({**STAGE, "cacheClusterEnabled": on, "methodSettings": given})
    blocks = [
        settings(method, caching_enabled=own["cachingEnabled"], cache_data_encrypted=own["cacheDataEncrypted"])
        for method, own in given.items()
    ]
    written = code(blocks, cache_cluster_enabled=on)

    for resource in (found, written):
        assert (at(resource, "config.caches"), at(resource, "config.cache_encrypted")) == (caches, encrypted)


def test_a_method_whose_record_is_off() -> None:
    """Its own settings count beside those of all; in both forms."""
    quiet = {
        "*/*": {"loggingLevel": "INFO"},
        "pets/GET": {"loggingLevel": "OFF"},
        "pets/PUT": {"loggingLevel": "ERROR"},
    }
    found = live({**STAGE, "methodSettings": quiet})
    written = code([settings(method, logging_level=own["loggingLevel"]) for method, own in quiet.items()])

    for resource in (found, written):
        assert at(resource, "config.execution_log_level") == "INFO"
        assert at(resource, "config.unlogged") == ("pets/GET",)


@pytest.mark.parametrize(
    ("api", "lowest"),
    [
        ({"id": "a1", "endpointConfiguration": {"types": ["REGIONAL"]}}, "1.0"),
        ({"id": "a1", "endpointConfiguration": {"types": ["REGIONAL"]}, "securityPolicy": "TLS_1_2"}, "1.2"),
        ({"id": "a1", "securityPolicy": "SecurityPolicy_TLS13_1_3_2025_09"}, "1.3"),
    ],
)
def test_the_lowest_version_of_an_api_s_own_address(api: dict[str, Any], lowest: str) -> None:
    """Without a policy it is TLS 1.0, of a private one TLS 1.2."""
    assert at(live(api=api), "encryption_in_transit.minimum_tls") == lowest


def test_an_api_whose_own_address_is_off() -> None:
    """Its domain names decide, which are not read."""
    found = live(api={**API, "disableExecuteApiEndpoint": True})

    assert isinstance(at(found, "encryption_in_transit.minimum_tls"), Unknown)
    assert isinstance(
        at(code(api={"disable_execute_api_endpoint": True}), "encryption_in_transit.minimum_tls"), Unknown
    )


@pytest.mark.parametrize(
    ("module", "call"),
    [(apigateway_stage, "apigateway:GetRestApis"), (apigatewayv2_stage, "apigateway:GetApis")],
)
def test_a_denied_listing_is_a_gap(module: Any, call: str) -> None:
    """Neither APIs nor stages that are refused are taken for none. IAM grants both by one action."""
    some = {call: {"items": [API]} if module is apigateway_stage else {"Items": [HTTP]}}

    with pytest.raises(Denied, match="access denied: apigateway:GET"):
        list(module.items(FakeAws(denied={call})))
    with pytest.raises(Denied, match="access denied: apigateway:GET"):
        list(module.items(FakeAws(some, denied={"apigateway:GetStages"})))


def test_an_api_deleted_meanwhile_has_no_stages() -> None:
    """The others are read; any other failure is told."""
    apis = {"apigateway:GetRestApis": {"items": [{**API, "id": "gone"}, API]}}
    answers: dict[str, Any] = {**apis, asked("apigateway:GetStages", restApiId="a1"): {"item": [STAGE]}}
    gone = {**answers, asked("apigateway:GetStages", restApiId="gone"): Code("NotFoundException")}
    broken = {**answers, asked("apigateway:GetStages", restApiId="gone"): Code("ServiceUnavailableException")}

    assert [item["api"]["id"] for item in apigateway_stage.items(FakeAws(gone))] == ["a1"]
    with pytest.raises(Denied, match="ServiceUnavailableException"):
        list(apigateway_stage.items(FakeAws(broken)))


def test_nothing_is_asked_besides_the_listings() -> None:
    """They tell all of it."""
    answers = {"apigateway:GetRestApis": {"items": [API]}, "apigateway:GetStages": {"item": [STAGE, STAGE]}}
    aws = FakeAws(answers)

    for item in apigateway_stage.items(aws):
        apigateway_stage.resource(aws, item)

    assert [call for call, _ in aws.calls] == ["apigateway:GetRestApis", "apigateway:GetStages"]


WHY = Unknown("var.x has no value", ("var.x",))


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"xray_tracing_enabled": WHY}, "monitoring.enabled"),
        ({"cache_cluster_enabled": WHY}, "config.caches"),
        ({"client_certificate_id": WHY}, "config.client_certificate"),
        ({"methods": [WHY]}, "config.execution_log_level"),
        ({"methods": [WHY]}, "config.cache_encrypted"),
        ({"methods": [settings(logging_level=WHY)]}, "config.execution_log_level"),
        ({"methods": [settings(), settings("pets/GET", logging_level=WHY)]}, "config.unlogged"),
        ({"methods": [settings(caching_enabled=True, cache_data_encrypted=WHY)]}, "config.cache_encrypted"),
        ({"parts": {"aws_wafv2_web_acl_association": [WHY]}}, "config.web_acl"),
        ({"rest_api_id": "made-by-hand"}, "config.private"),
        ({"rest_api_id": "made-by-hand"}, "encryption_in_transit.minimum_tls"),
        ({"log": [WHY], "methods": []}, "logging.enabled"),
    ],
)
def test_what_the_code_leaves_open_is_unknown(changes: dict[str, Any], path: str) -> None:
    """A variable without a value, or a part that may belong here, decides nothing."""
    assert isinstance(at(code(**changes), path), Unknown)


@pytest.mark.parametrize(
    ("endpoint", "private"),
    [
        (Unknown("known after apply"), False),
        (Unknown("known after apply", ("var.kind",)), Unknown("known after apply", ("var.kind",))),
    ],
)
def test_an_endpoint_that_a_plan_leaves_to_the_provider(endpoint: Unknown, private: Any) -> None:
    """Nobody makes a private API without saying so; where a reference decides, nothing is known."""
    rest = FakeBlock("aws_api_gateway_rest_api.chart", blocks={"endpoint_configuration": [endpoint]})
    block = FakeBlock("aws_api_gateway_stage.prod", rest_api_id=Ref("aws_api_gateway_rest_api.chart.id"))

    found = apigateway_stage.TERRAFORM[0].build(block, {}, FakeSource([block, rest]))

    assert at(found, "config.private") == private


HTTP: dict[str, Any] = {"ApiId": "h1", "Name": "chart", "ProtocolType": "HTTP"}
SOCKET: dict[str, Any] = {"ApiId": "w1", "Name": "ward", "ProtocolType": "WEBSOCKET"}
RECORDED: dict[str, Any] = {
    "StageName": "prod",
    "AccessLogSettings": {"DestinationArn": GROUP, "Format": "$context.requestId"},
    "DefaultRouteSettings": {"DetailedMetricsEnabled": True, "LoggingLevel": "ERROR"},
    "RouteSettings": {"$connect": {"LoggingLevel": "OFF"}, "send": {"DetailedMetricsEnabled": True}},
    "Tags": {"Owner": "chart"},
}


def live_v2(api: dict[str, Any], stage: dict[str, Any]) -> Resource:
    """Return the resource of a live stage of an HTTP or WebSocket API."""
    aws = FakeAws({"apigateway:GetApis": {"Items": [api]}, "apigateway:GetStages": {"Items": [stage]}})
    (item,) = apigatewayv2_stage.items(aws)
    return apigatewayv2_stage.resource(aws, item)


def code_v2(protocol: Any, blocks: dict[str, list[Any]] | None = None) -> Resource:
    """Return the resource of the same stage in Terraform."""
    routes: dict[str, list[Any]] = {
        "access_log_settings": [{"destination_arn": GROUP}],
        "default_route_settings": [{"detailed_metrics_enabled": True, "logging_level": "ERROR"}],
        "route_settings": [{"route_key": "$connect", "logging_level": "OFF"}, {"route_key": "send"}],
    }
    block = FakeBlock(
        "aws_apigatewayv2_stage.prod",
        blocks=routes if blocks is None else blocks,
        api_id=Ref("aws_apigatewayv2_api.a.id"),
        name="prod",
    )
    api = FakeBlock("aws_apigatewayv2_api.a", protocol_type=protocol)
    return apigatewayv2_stage.TERRAFORM[0].build(block, {}, FakeSource([block, api]))


V2 = ("encryption_in_transit", "logging.enabled", "logging.kinds", "config")


@pytest.mark.parametrize("path", V2)
@pytest.mark.parametrize("api", [HTTP, SOCKET])
@pytest.mark.parametrize("recorded", [True, False])
def test_both_forms_of_a_v2_stage_agree(path: str, api: dict[str, Any], recorded: bool) -> None:
    """Recorded or not, of either protocol."""
    found = live_v2(api, RECORDED if recorded else {"StageName": "prod"})
    written = code_v2(api["ProtocolType"], None if recorded else {})

    assert at(written, path) == at(found, path)


def test_a_stage_of_an_http_api_has_no_record_of_execution() -> None:
    """Whatever its settings say: only who called can be recorded."""
    found = live_v2(HTTP, RECORDED)

    assert found.id == "arn:aws:apigateway:us-east-1::/apis/h1/stages/prod"
    assert at(found, "config.execution_log_level") is None
    assert at(found, "config.unlogged") == ()
    assert at(found, "logging.kinds") == ("access",)
    assert at(live_v2(HTTP, {"StageName": "prod"}), "logging.enabled") is False


def test_a_stage_of_a_websocket_api_records_each_message() -> None:
    """Its default route says how much, and a route of its own may say nothing is."""
    found = live_v2(SOCKET, RECORDED)
    bare = live_v2(SOCKET, {"StageName": "prod"})

    assert at(found, "config.execution_log_level") == "ERROR"
    assert at(found, "config.unlogged") == ("$connect",)
    assert at(found, "logging.kinds") == ("access", "execution")
    assert at(found, "encryption_in_transit.minimum_tls") == "1.2"
    assert at(bare, "config.execution_log_level") == "OFF"
    assert at(bare, "logging.enabled") is False


@pytest.mark.parametrize(
    ("protocol", "blocks", "path"),
    [
        (WHY, {}, "config.protocol"),
        (WHY, {}, "config.execution_log_level"),
        ("WEBSOCKET", {"default_route_settings": [WHY]}, "config.execution_log_level"),
        ("WEBSOCKET", {"route_settings": [WHY]}, "config.unlogged"),
        ("HTTP", {"access_log_settings": [WHY]}, "logging.enabled"),
    ],
)
def test_what_v2_code_leaves_open_is_unknown(protocol: Any, blocks: dict[str, list[Any]], path: str) -> None:
    """A variable without a value decides nothing."""
    assert isinstance(at(code_v2(protocol, blocks), path), Unknown)
