"""A stage of a REST API as Terraform writes it, with the settings of its methods and its web ACL."""

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.terraform.plan_block import KNOWN_AFTER_APPLY
from phiward.collectors.types.aws.apigateway_facts import (
    TYPE,
    MethodSettings,
    StageFacts,
    api_tls,
    aspects,
    configuration,
    web_acl_relation,
)
from phiward.collectors.types.aws.arguments import flag, text
from phiward.collectors.types.aws.references import made_by
from phiward.collectors.types.aws.web_acl_association import PARTS as ASSOCIATIONS
from phiward.collectors.types.aws.web_acl_association import associated_in_code
from phiward.inventory.model import Maybe, Resource, Unknown

_SETTINGS = "aws_api_gateway_method_settings"
_LATER = Unknown("API Gateway names the log group once the stage is there")


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the stage of an `aws_api_gateway_stage` block."""
    private, minimum_tls = _of_api(block, source)
    facts = StageFacts(
        private=private,
        minimum_tls=minimum_tls,
        access_log=access_log(block, source),
        execution_log=_LATER,
        tracing=flag(block, "xray_tracing_enabled", default=False),
        client_certificate=_client_certificate(block, source),
        cache_on=flag(block, "cache_cluster_enabled", default=False),
        settings=_settings(parts),
        web_acl=associated_in_code(parts, source, classic=True),
    )
    name = block.get("stage_name")
    settings = [part for part in parts.get(_SETTINGS, ()) if not isinstance(part, Unknown)]
    return source.resource(
        block,
        TYPE,
        parts=parts,
        **({"name": name} if isinstance(name, str) else {}),
        **aspects(facts),
        config=configuration(facts),
        relations=web_acl_relation(facts),
        lines={
            "logging": block.lines("access_log_settings"),
            "monitoring": block.lines("xray_tracing_enabled"),
            "config.client_certificate": block.lines("client_certificate_id"),
            "config.caches": block.lines("cache_cluster_enabled"),
            **(
                dict.fromkeys(("config.execution_log_level", "config.cache_encrypted"), settings[0].where)
                if settings
                else {}
            ),
        },
    )


def access_log(block: Block, source: Source) -> Maybe[str | None]:
    """Return where a stage's access log goes: the log group or stream in the code, else what is written."""
    written = next(iter(block.blocks("access_log_settings")), None)
    if written is None or isinstance(written, Unknown):
        return written
    made = made_by(written, "destination_arn", source)
    if made is not None:
        return made
    destination = text(written, "destination_arn", None)
    return destination.removesuffix(":*") if isinstance(destination, str) else destination


def _client_certificate(block: Block, source: Source) -> Maybe[str | None]:
    return made_by(block, "client_certificate_id", source) or text(block, "client_certificate_id", None) or None


def _of_api(block: Block, source: Source) -> tuple[Maybe[bool], Maybe[str | None]]:
    """Return whether the API is private, and the lowest TLS version of its own address."""
    named = source.owners("aws_api_gateway_rest_api", block, "rest_api_id")
    api = None if isinstance(named, Unknown) or not named else source.find(named[0])
    if api is None:
        why = named if isinstance(named, Unknown) else Unknown("its API is not in the code")
        return why, why
    private: Maybe[bool] = False
    for endpoint in api.blocks("endpoint_configuration"):
        if isinstance(endpoint, Unknown):
            # Without a reference that decides it, a plan means that the code leaves it to the provider: no private one.
            private = False if endpoint.reason == KNOWN_AFTER_APPLY and not endpoint.refs else endpoint
            continue
        kinds = endpoint.get("types", [])
        private = kinds if isinstance(kinds, Unknown) else "PRIVATE" in kinds
    policy = text(api, "security_policy", None)
    off = flag(api, "disable_execute_api_endpoint", default=False)
    return private, api_tls(policy, private=private, default_off=off)


def _settings(parts: Parts) -> Maybe[dict[str, MethodSettings]]:
    """Return the settings by the path of the method; unknown where some may or may not belong here."""
    found: dict[str, MethodSettings] = {}
    for part in parts.get(_SETTINGS, ()):
        if isinstance(part, Unknown):
            return part
        path = text(part, "method_path", Unknown("the settings name no method"))
        written = next(iter(part.blocks("settings")), None)
        for unseen in (path, written):
            if isinstance(unseen, Unknown):
                return unseen
        if isinstance(path, str) and written is not None and not isinstance(written, Unknown):
            found[path] = MethodSettings(
                log_level=text(written, "logging_level", "OFF"),
                cached=flag(written, "caching_enabled", default=False),
                cache_encrypted=flag(written, "cache_data_encrypted", default=False),
            )
    return found


FORMS = (
    Form(
        main="aws_api_gateway_stage",
        build=from_terraform,
        parts={_SETTINGS: "stage_name", **ASSOCIATIONS},
        identified_by=("stage_name", "id", "arn"),
    ),
)
