"""The edge: load balancers, CloudFront, API Gateway, web ACLs and certificates."""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.cloudformation.shapes import (
    Extra,
    Made,
    Rule,
    Shape,
    Spec,
    automatic,
    block,
    lifted,
    of,
    snake,
    tags,
)
from phiward.collectors.cloudformation.values import as_text
from phiward.collectors.documents import Mapping, Sequence, Span
from phiward.inventory.unknown import Unknown

_ATTRIBUTES = {
    "deletion_protection.enabled": "enable_deletion_protection",
    "load_balancing.cross_zone.enabled": "enable_cross_zone_load_balancing",
    "routing.http.drop_invalid_header_fields.enabled": "drop_invalid_header_fields",
}
_LOGS = {"access_logs.s3.enabled": "enabled", "access_logs.s3.bucket": "bucket", "access_logs.s3.prefix": "prefix"}
_ACTION: Spec = {
    "RedirectConfig": "redirect",
    "FixedResponseConfig": "fixed_response",
    "ForwardConfig": "forward",
}


def _attributes(value: Any, span: Span) -> Iterator[tuple[str, Any]]:
    """Return the attributes of a load balancer, which are a list of keys and values here."""
    logs = Mapping(span)
    unseen: Unknown | None = None
    for each in value if isinstance(value, list) else [value]:
        key = each.get("Key") if isinstance(each, Mapping) else each
        if isinstance(key, Unknown):
            unseen = key
        elif isinstance(each, Mapping) and key in _ATTRIBUTES:
            yield _ATTRIBUTES[key], each.get("Value")
        elif isinstance(each, Mapping) and key in _LOGS:
            logs.put(_LOGS[key], each.get("Value"), each.span)
    logs.unseen = unseen
    if logs or unseen is not None:
        yield "access_logs", logs
    if unseen is not None:
        for name in _ATTRIBUTES.values():
            yield name, unseen


def _balancer(made: Made, args: Mapping) -> None:
    """The scheme says whether it is internal."""
    scheme = made.properties.get("Scheme")
    if scheme is not None:
        internal = scheme if isinstance(scheme, Unknown) else scheme == "internal"
        args.put("internal", internal, made.properties.spans["Scheme"])


def _certificates(value: Any, _: Span) -> Iterator[tuple[str, Any]]:
    first = value[0] if isinstance(value, list) and value else None
    if first is not None:
        yield "certificate_arn", first.get("CertificateArn") if isinstance(first, Mapping) else first


def _classic_listeners(made: Made) -> Iterator[Extra]:
    """The policies of a classic load balancer lie within it; Terraform has them apart."""
    policies = made.properties.get("Policies")
    for count, each in enumerate(policies if isinstance(policies, list) else [] if policies is None else [policies]):
        if not isinstance(each, Mapping):
            continue
        args = automatic(each, {"PolicyType": "policy_type_name", "Attributes": None})
        attributes = each.get("Attributes")
        if isinstance(attributes, Sequence):
            found = [automatic(one, {"Name": "name", "Value": "value"}) for one in attributes]
            args.put("policy_attribute", found, attributes.span)
        args.put("load_balancer_name", made.me("name"), each.span)
        yield Extra("aws_load_balancer_policy", args, f"-policy-{count}")
    listeners = made.properties.get("Listeners")
    for count, each in enumerate(listeners if isinstance(listeners, list) else ()):
        names = each.get("PolicyNames") if isinstance(each, Mapping) else None
        if names is not None and isinstance(each, Mapping):
            args = of(each.span, load_balancer_name=made.me("name"), policy_names=names)
            args.put("load_balancer_port", each.get("LoadBalancerPort"), each.span)
            yield Extra("aws_load_balancer_listener_policy", args, f"-listener-{count}")


_VIEWER: Spec = {
    "CloudFrontDefaultCertificate": "cloudfront_default_certificate",
    "IamCertificateId": "iam_certificate_id",
}
_DISTRIBUTION: Spec = {
    "DefaultCacheBehavior": block("default_cache_behavior"),
    "CacheBehaviors": block("ordered_cache_behavior"),
    "ViewerCertificate": block("viewer_certificate", _VIEWER),
    "Logging": block("logging_config"),
    "WebACLId": "web_acl_id",
}


def _settings(made: Made) -> Iterator[Extra]:
    """The settings of methods lie within the stage here."""
    methods = made.properties.get("MethodSettings")
    for count, each in enumerate(methods if isinstance(methods, list) else [] if methods is None else [methods]):
        if not isinstance(each, Mapping):
            yield Extra(
                "aws_api_gateway_method_settings",
                of(made.span, stage_name=made.me("stage_name"), rest_api_id=made.properties.get("RestApiId")),
                f"-{count}",
                uncertain=each if isinstance(each, Unknown) else None,
            )
            continue
        settings = automatic(
            each,
            {
                "HttpMethod": None,
                "ResourcePath": None,
                "DataTraceEnabled": "data_trace_enabled",
                "CacheDataEncrypted": "cache_data_encrypted",
            },
        )
        path, method = as_text(each.get("ResourcePath", "/*")), as_text(each.get("HttpMethod", "*"))
        named: Any = path if isinstance(path, Unknown) else method
        if isinstance(path, str) and isinstance(method, str):
            cleaned = path.removeprefix("/").replace("~1", "/")
            named = f"{cleaned or '*'}/{method}"
        args = of(each.span, stage_name=made.properties.get("StageName", made.me("stage_name")), method_path=named)
        args.put("rest_api_id", made.properties.get("RestApiId"), each.span)
        args.put("settings", settings, each.span)
        yield Extra("aws_api_gateway_method_settings", args, f"-{count}")


def _serverless_api(made: Made) -> Iterator[Extra]:
    """SAM makes the API and its one stage together."""
    args = of(made.span, name=made.properties.get("Name", made.logical_id))
    endpoint = made.properties.get("EndpointConfiguration")
    if isinstance(endpoint, Mapping):
        kind = endpoint.get("Type")
        args.put("endpoint_configuration", of(endpoint.span, types=[kind] if kind is not None else None), endpoint.span)
    elif endpoint is not None:
        types = endpoint if isinstance(endpoint, Unknown) else [endpoint]
        args.put("endpoint_configuration", of(made.span, types=types), made.properties.spans["EndpointConfiguration"])
    for name in ("DisableExecuteApiEndpoint", "SecurityPolicy"):
        if (value := made.properties.get(name)) is not None:
            args.put(snake(name), value, made.properties.spans[name])
    yield Extra("aws_api_gateway_rest_api", args, where=made.span)
    for each in _settings(made):
        each.args["rest_api_id"] = _api_of(made, "aws_api_gateway_rest_api")
        yield each


def _serverless_http(made: Made) -> Iterator[Extra]:
    """SAM makes the API and its one stage together."""
    args = of(made.span, name=made.logical_id, protocol_type="HTTP")
    yield Extra("aws_apigatewayv2_api", args, where=made.span)


def _of_http_api(made: Made, args: Mapping) -> None:
    args["api_id"] = _api_of(made, "aws_apigatewayv2_api")


def _of_rest_api(made: Made, args: Mapping) -> None:
    args["rest_api_id"] = _api_of(made, "aws_api_gateway_rest_api")


def _api_of(made: Made, kind: str) -> Unknown:
    """Return the reference from a stage to the API that the same SAM resource makes."""
    stage = made.me("id")
    address = stage.refs[0].rpartition(".")[0]
    module, _, rest = address.rpartition("aws_")
    return Unknown(stage.reason, (f"{module}{kind}.{rest.partition('.')[2]}.id",))


_CLASSIC = {"logging_configuration": Unknown("CloudFormation cannot set up the log of a classic web ACL")}

SHAPES = (
    Shape(
        "AWS::ElasticLoadBalancingV2::LoadBalancer",
        "aws_lb",
        {
            "Type": "load_balancer_type",
            "Scheme": None,
            "SubnetMappings": "subnet_mapping",
            "LoadBalancerAttributes": Rule(("access_logs", *_ATTRIBUTES.values()), _attributes),
        },
        args=_balancer,
        ref="arn",
    ),
    Shape(
        "AWS::ElasticLoadBalancingV2::Listener",
        "aws_lb_listener",
        {"DefaultActions": block("default_action", _ACTION), "Certificates": Rule(("certificate_arn",), _certificates)},
        ref="arn",
    ),
    Shape(
        "AWS::ElasticLoadBalancingV2::ListenerRule",
        "aws_lb_listener_rule",
        {"Actions": block("action", _ACTION), "Conditions": "condition"},
        ref="arn",
    ),
    Shape("AWS::ElasticLoadBalancingV2::TargetGroup", "aws_lb_target_group", ref="arn"),
    Shape(
        "AWS::ElasticLoadBalancing::LoadBalancer",
        "aws_elb",
        {
            "LoadBalancerName": "name",
            "Scheme": None,
            "Policies": None,
            "CrossZone": "cross_zone_load_balancing",
            "AccessLoggingPolicy": block("access_logs", {"S3BucketName": "bucket", "S3BucketPrefix": "bucket_prefix"}),
            "Listeners": block(
                "listener",
                {
                    "LoadBalancerPort": "lb_port",
                    "Protocol": "lb_protocol",
                    "SSLCertificateId": "ssl_certificate_id",
                    "PolicyNames": None,
                },
            ),
        },
        args=_balancer,
        also=_classic_listeners,
        ref="name",
    ),
    Shape("AWS::CertificateManager::Certificate", "aws_acm_certificate", ref="arn"),
    Shape(
        "AWS::CloudFront::Distribution",
        "aws_cloudfront_distribution",
        {
            "DistributionConfig": lifted(
                _DISTRIBUTION,
                "default_cache_behavior",
                "ordered_cache_behavior",
                "viewer_certificate",
                "logging_config",
                "web_acl_id",
                "enabled",
                "aliases",
            )
        },
    ),
    Shape(
        "AWS::ApiGateway::Stage",
        "aws_api_gateway_stage",
        {
            "AccessLogSetting": "access_log_settings",
            "TracingEnabled": "xray_tracing_enabled",
            "MethodSettings": None,
        },
        also=_settings,
    ),
    Shape(
        "AWS::ApiGateway::RestApi",
        "aws_api_gateway_rest_api",
        {"Body": None, "EndpointConfiguration": block("endpoint_configuration")},
    ),
    Shape("AWS::ApiGatewayV2::Stage", "aws_apigatewayv2_stage"),
    Shape("AWS::ApiGatewayV2::Api", "aws_apigatewayv2_api", {"Body": None}),
    Shape("AWS::WAFv2::WebACL", "aws_wafv2_web_acl", {"Rules": "rule"}, ref="arn"),
    Shape(
        "AWS::WAFv2::WebACLAssociation",
        "aws_wafv2_web_acl_association",
        {"WebACLArn": "web_acl_arn", "ResourceArn": "resource_arn"},
    ),
    Shape(
        "AWS::WAFv2::LoggingConfiguration",
        "aws_wafv2_web_acl_logging_configuration",
        {"LogDestinationConfigs": "log_destination_configs"},
    ),
    Shape("AWS::WAF::WebACL", "aws_waf_web_acl", {"Rules": "rules"}, defaults=_CLASSIC),
    Shape("AWS::WAFRegional::WebACL", "aws_wafregional_web_acl", {"Rules": "rule"}, defaults=_CLASSIC),
    Shape(
        "AWS::WAFRegional::WebACLAssociation",
        "aws_wafregional_web_acl_association",
        {"WebACLId": "web_acl_id", "ResourceArn": "resource_arn"},
    ),
    Shape("AWS::Logs::DeliverySource", "aws_cloudwatch_log_delivery_source"),
    Shape("AWS::Logs::Delivery", "aws_cloudwatch_log_delivery"),
    Shape(
        "AWS::Serverless::Api",
        "aws_api_gateway_stage",
        {
            "AccessLogSetting": "access_log_settings",
            "TracingEnabled": "xray_tracing_enabled",
            "EndpointConfiguration": None,
            "DisableExecuteApiEndpoint": None,
            "SecurityPolicy": None,
            "MethodSettings": None,
            "Tags": tags(),
        },
        args=_of_rest_api,
        also=_serverless_api,
    ),
    Shape(
        "AWS::Serverless::HttpApi",
        "aws_apigatewayv2_stage",
        {"AccessLogSettings": "access_log_settings", "StageName": "name", "Tags": tags()},
        args=_of_http_api,
        also=_serverless_http,
    ),
)
