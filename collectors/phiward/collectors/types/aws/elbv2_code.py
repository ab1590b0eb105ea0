"""A load balancer as Terraform writes it, with its listeners and their rules, its web ACL and its log deliveries."""

from typing import Any

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import log_deliveries, tls_policies
from phiward.collectors.types.aws.arguments import flag, number, text
from phiward.collectors.types.aws.certificates import ends_in_code, named_certificate
from phiward.collectors.types.aws.elbv2_facts import (
    TYPE,
    BalancerFacts,
    aspects,
    configuration,
    logs_connections,
    turns_away,
)
from phiward.collectors.types.aws.load_balancer_listeners import (
    ENCRYPTED,
    NONE_IN_CODE,
    LoadBalancerListener,
    ordered,
    refuses,
    shown,
)
from phiward.collectors.types.aws.web_acl_association import PARTS as ASSOCIATIONS
from phiward.collectors.types.aws.web_acl_association import associated_in_code
from phiward.inventory import kleene
from phiward.inventory.model import Maybe, Resource, Unknown

_LISTENERS = ("aws_lb_listener", "aws_alb_listener")
_RULES = ("aws_lb_listener_rule", "aws_alb_listener_rule")


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the load balancer of an `aws_lb` or `aws_alb` block."""
    kind = text(block, "load_balancer_type", "application")
    listeners = () if kind == "gateway" else _listeners(parts, source)
    logged, destinations = _recorded(block, parts, source, kind, listeners)
    application = kind if isinstance(kind, Unknown) else kind == "application"
    web_acl = _where(application, associated_in_code(parts, source, classic=False))
    facts = BalancerFacts(
        kind=kind,
        internal=kind == "gateway" or flag(block, "internal", default=False),
        listeners=listeners,
        certificate_expires=ends_in_code(shown(listeners)),
        logged=logged,
        destinations=destinations,
        zones=_zones(block),
        deletion_protected=flag(block, "enable_deletion_protection", default=False),
        drops_invalid_headers=_where(application, flag(block, "drop_invalid_header_fields", default=False)),
        cross_zone=kleene.some((application, flag(block, "enable_cross_zone_load_balancing", default=False))),
        web_acl=web_acl,
    )
    return source.resource(
        block,
        TYPE,
        parts=parts,
        **aspects(facts),
        config=configuration(facts),
        relations={
            "certificates": shown(listeners),
            "web_acl": web_acl if isinstance(web_acl, Unknown) else (web_acl,) if web_acl else (),
            "subnets": _named(block, "subnets", "aws_subnet", source),
            "security_groups": _named(block, "security_groups", "aws_security_group", source),
            "logging_destination": destinations,
        },
        lines={
            **_lines_of_listeners(parts),
            "logging": block.lines("access_logs"),
            "resilience.redundant": block.lines("subnets"),
            "resilience.deletion_protected": block.lines("enable_deletion_protection"),
            "network.private": block.lines("internal"),
            "config.drops_invalid_headers": block.lines("drop_invalid_header_fields"),
        },
    )


def _where(applies: Maybe[bool], value: Any) -> Any:
    """Return a value of application load balancers; None for the others."""
    return applies if isinstance(applies, Unknown) else value if applies else None


def _listeners(parts: Parts, source: Source) -> Maybe[tuple[LoadBalancerListener, ...]]:
    """Return the listeners; unknown where one may or may not belong here."""
    blocks = [part for name in _LISTENERS for part in parts.get(name, ())]
    unknown = next((part for part in blocks if isinstance(part, Unknown)), None)
    if unknown is not None:
        return unknown
    if not blocks:
        return NONE_IN_CODE
    rules = [part for name in _RULES for part in parts.get(name, ())]
    return ordered(_listener(part, rules, source) for part in blocks if not isinstance(part, Unknown))


def _listener(block: Block, rules: list[Block | Unknown], source: Source) -> LoadBalancerListener:
    protocol = text(block, "protocol", "HTTP")
    keeper, certificate = named_certificate(block, "certificate_arn", source)
    policy: Maybe[str | None] = protocol if isinstance(protocol, Unknown) else None
    if protocol in ENCRYPTED:
        policy = text(block, "ssl_policy", tls_policies.LOAD_BALANCER_DEFAULT)
    return LoadBalancerListener(
        protocol=protocol,
        port=number(block, "port", Unknown("the listener has no port")),
        refuses_plain_text=refuses(protocol, turns_away=_turns_away(block, rules)),
        security_policy=policy,
        minimum_tls=tls_policies.of_load_balancer(policy),
        certificate=certificate,
        certificate_kept_by=keeper,
    )


def _turns_away(listener: Block, rules: list[Block | Unknown]) -> Maybe[bool]:
    """Say whether the default action, and each rule that is the listener's, passes nothing on."""
    own: list[Maybe[bool]] = [_actions_turn_away(listener.blocks("default_action"))]
    for rule in rules:
        if isinstance(rule, Unknown):
            own.append(rule)
        elif listener.address in rule.references("listener_arn"):
            own.append(_actions_turn_away(rule.blocks("action")))
    return kleene.every(own)


def _actions_turn_away(actions: list[Block | Unknown]) -> Maybe[bool]:
    return kleene.every(action if isinstance(action, Unknown) else _turns(action) for action in actions)


def _turns(action: Block) -> Maybe[bool]:
    redirect = _first(action.blocks("redirect"))
    fixed = _first(action.blocks("fixed_response"))
    return turns_away(
        text(action, "type", Unknown("the action has no type")),
        redirect if redirect is None or isinstance(redirect, Unknown) else text(redirect, "protocol", None),
        fixed if fixed is None or isinstance(fixed, Unknown) else text(fixed, "status_code", "200"),
    )


def _first(blocks: list[Block | Unknown]) -> Block | Unknown | None:
    return next(iter(blocks), None)


def _recorded(
    block: Block, parts: Parts, source: Source, kind: Maybe[str], listeners: Maybe[tuple[LoadBalancerListener, ...]]
) -> tuple[Maybe[bool | None], Maybe[tuple[str, ...]]]:
    logs = logs_connections(kind, listeners)
    if isinstance(logs, Unknown) or not logs:
        return (logs, logs) if isinstance(logs, Unknown) else (None, ())
    written = _first(block.blocks("access_logs"))
    to_bucket: Maybe[bool] = False
    buckets: Maybe[tuple[str, ...]] = ()
    if isinstance(written, Unknown):
        to_bucket, buckets = written, written
    elif written is not None:
        to_bucket = flag(written, "enabled", default=False)
        buckets = to_bucket if isinstance(to_bucket, Unknown) else _bucket(written, source) if to_bucket else ()
    deliveries = log_deliveries.delivered_in_code(parts)
    enabled = kleene.some((to_bucket, deliveries if isinstance(deliveries, Unknown) else bool(deliveries)))
    if isinstance(buckets, Unknown) or isinstance(deliveries, Unknown):
        return enabled, buckets if isinstance(buckets, Unknown) else deliveries
    return enabled, (*buckets, *(source.id(each) for each in deliveries))


def _bucket(block: Block, source: Source) -> Maybe[tuple[str, ...]]:
    owners = source.owners("aws_s3_bucket", block, "bucket")
    if isinstance(owners, Unknown):
        return owners
    if owners:
        return (source.id(owners[0]),)
    name = text(block, "bucket", Unknown("the access log names no bucket"))
    return name if isinstance(name, Unknown) else (f"arn:aws:s3:::{name}",)


def _zones(block: Block) -> Maybe[int]:
    """Return in how many zones it stands: it takes one subnet of each."""
    subnets = block.get("subnets")
    if isinstance(subnets, list | tuple):
        return len(subnets)
    if isinstance(subnets, Unknown):
        return subnets
    mapped = block.blocks("subnet_mapping")  # a plan shows them for subnets too, as what the provider will fill in
    unknown = next((each for each in mapped if isinstance(each, Unknown)), None)
    return unknown or len(mapped) or Unknown("the code does not name its subnets")


def _named(block: Block, argument: str, of: str, source: Source) -> Maybe[tuple[str, ...]]:
    owners = source.owners(of, block, argument)
    return owners if isinstance(owners, Unknown) else tuple(sorted(source.id(each) for each in owners))


def _lines_of_listeners(parts: Parts) -> dict[str, Any]:
    for name in _LISTENERS:
        for part in parts.get(name, ()):
            if not isinstance(part, Unknown):
                return dict.fromkeys(("encryption_in_transit", "config.listeners"), part.where)
    return {}


_PARTS = {
    **dict.fromkeys(_LISTENERS, "load_balancer_arn"),
    **dict.fromkeys(_RULES, "listener_arn"),
    **ASSOCIATIONS,
    **log_deliveries.PARTS,
}

FORMS = (
    Form(main="aws_lb", build=from_terraform, parts=_PARTS),
    Form(main="aws_alb", build=from_terraform, parts=_PARTS),
)
