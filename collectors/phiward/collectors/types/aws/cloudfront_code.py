"""A CloudFront distribution as Terraform writes it, with its log deliveries."""

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import log_deliveries, tls_policies
from phiward.collectors.types.aws.arguments import flag, is_set, text, texts
from phiward.collectors.types.aws.certificates import ends_in_code, named_certificate
from phiward.collectors.types.aws.cloudfront_facts import (
    TYPE,
    DistributionFacts,
    aspects,
    configuration,
    real_time,
    relations,
)
from phiward.collectors.types.aws.references import made_by
from phiward.collectors.types.aws.web_acl_association import named_acl
from phiward.inventory.model import Maybe, Resource, Unknown

_NO_BEHAVIOR = Unknown("default_cache_behavior is missing")
_BEHAVIORS = ("default_cache_behavior", "ordered_cache_behavior")


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the distribution of an `aws_cloudfront_distribution` block."""
    behaviors = [each for name in _BEHAVIORS for each in block.blocks(name)] or [_NO_BEHAVIOR]
    minimum_tls, certificate = _viewer(block, source)
    shown: Maybe[tuple[str, ...]] = certificate if isinstance(certificate, Unknown) else ()
    if isinstance(certificate, str):
        shown = (certificate,)
    deliveries = log_deliveries.delivered_in_code(parts)
    facts = DistributionFacts(
        viewer_protocols=tuple(
            each
            if isinstance(each, Unknown)
            else text(each, "viewer_protocol_policy", Unknown("the behavior has no viewer_protocol_policy"))
            for each in behaviors
        ),
        minimum_tls=minimum_tls,
        certificate=certificate,
        certificate_expires=ends_in_code(shown),
        bucket=_bucket(block, source),
        deliveries=deliveries if isinstance(deliveries, Unknown) else tuple(source.id(each) for each in deliveries),
        real_time=real_time([_real_time(each, source) for each in behaviors]),
        web_acl=_web_acl(block, source),
        enabled=flag(block, "enabled", Unknown("enabled is not set")),
    )
    aliases = texts(block, "aliases")
    alias = None if isinstance(aliases, Unknown) else next((each for each in aliases if isinstance(each, str)), None)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        **({"name": alias} if alias else {}),
        region=None,
        **aspects(facts),
        config=configuration(facts),
        relations=relations(facts),
        lines={
            "encryption_in_transit": block.lines("default_cache_behavior"),
            "encryption_in_transit.minimum_tls": block.lines("viewer_certificate"),
            "logging": block.lines("logging_config"),
            "config.web_acl": block.lines("web_acl_id"),
        },
    )


def _viewer(block: Block, source: Source) -> tuple[Maybe[str], Maybe[str | None]]:
    """Return the lowest TLS version, and the certificate; with CloudFront's own, the version is TLS 1.0 for ever."""
    written = next(iter(block.blocks("viewer_certificate")), None)
    if isinstance(written, Unknown):
        return written, written
    if written is None:
        return tls_policies.of_distribution("TLSv1"), None
    for argument in ("acm_certificate_arn", "iam_certificate_id"):
        given = is_set(written, argument)
        if isinstance(given, Unknown):
            return given, given
        if given:
            policy = text(written, "minimum_protocol_version", "TLSv1")
            value = text(written, argument, None)
            named = named_certificate(written, argument, source)[1] if argument == "acm_certificate_arn" else value
            return tls_policies.of_distribution(policy), named
    default = flag(written, "cloudfront_default_certificate", default=True)
    return (default, default) if isinstance(default, Unknown) else (tls_policies.of_distribution("TLSv1"), None)


def _bucket(block: Block, source: Source) -> Maybe[str | None]:
    written = next(iter(block.blocks("logging_config")), None)
    if written is None or isinstance(written, Unknown):
        return written
    made = made_by(written, "bucket", source, "aws_s3_bucket")
    if made is not None:
        return made
    name = text(written, "bucket", None)
    return f"arn:aws:s3:::{name.partition('.s3.')[0]}" if isinstance(name, str) else name


def _real_time(behavior: Block | Unknown, source: Source) -> Maybe[str | None]:
    if isinstance(behavior, Unknown):
        return behavior
    return made_by(behavior, "realtime_log_config_arn", source) or text(behavior, "realtime_log_config_arn", None)


def _web_acl(block: Block, source: Source) -> Maybe[str | None]:
    """Return the web ACL: of the current generation by its ARN, of the classic one by its id."""
    current = named_acl(block, "web_acl_id", "aws_wafv2_web_acl", source)
    if isinstance(current, str):
        return current
    classic = named_acl(block, "web_acl_id", "aws_waf_web_acl", source)
    return classic if isinstance(classic, str) else current


FORMS = (
    Form(
        main="aws_cloudfront_distribution",
        build=from_terraform,
        parts=log_deliveries.PARTS,
        identified_by=("id", "arn"),
    ),
)
