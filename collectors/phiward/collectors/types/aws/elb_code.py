"""A classic load balancer as Terraform writes it, with the policies of its listeners."""

from typing import Any

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import tls_policies
from phiward.collectors.types.aws.arguments import as_text, flag, number, text, texts
from phiward.collectors.types.aws.certificates import ends_in_code, named_certificate
from phiward.collectors.types.aws.elb_facts import (
    SECURITY_POLICY,
    TYPE,
    ClassicFacts,
    NegotiationPolicy,
    aspects,
    configuration,
    negotiation,
)
from phiward.collectors.types.aws.load_balancer_listeners import (
    ENCRYPTED,
    NONE_IN_CODE,
    LoadBalancerListener,
    ordered,
    refuses,
    shown,
)
from phiward.inventory.model import Maybe, Resource, Unknown

_NEGOTIATION = "aws_lb_ssl_negotiation_policy"
_POLICY = "aws_load_balancer_policy"
_OF_LISTENER = "aws_load_balancer_listener_policy"


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the load balancer of an `aws_elb` block."""
    listeners = _listeners(block, parts, source)
    logged, destinations = _recorded(block, source)
    facts = ClassicFacts(
        internal=flag(block, "internal", default=False),
        listeners=listeners,
        certificate_expires=ends_in_code(shown(listeners)),
        logged=logged,
        destinations=destinations,
        zones=_zones(block),
        cross_zone=flag(block, "cross_zone_load_balancing", default=True),
    )
    return source.resource(
        block,
        TYPE,
        parts=parts,
        **aspects(facts),
        config=configuration(facts),
        relations={
            "certificates": shown(listeners),
            "subnets": _named(block, "subnets", "aws_subnet", source),
            "security_groups": _named(block, "security_groups", "aws_security_group", source),
            "logging_destination": destinations,
        },
        lines={
            "encryption_in_transit": block.lines("listener"),
            "config.listeners": block.lines("listener"),
            "config.cross_zone": block.lines("cross_zone_load_balancing"),
            "logging": block.lines("access_logs"),
            "resilience.redundant": block.lines("subnets"),
            "network.private": block.lines("internal"),
        },
    )


def _listeners(block: Block, parts: Parts, source: Source) -> Maybe[tuple[LoadBalancerListener, ...]]:
    found: list[LoadBalancerListener] = []
    for written in block.blocks("listener"):
        if isinstance(written, Unknown):
            return written
        found.append(_listener(written, parts, source))
    return ordered(found) if found else NONE_IN_CODE


def _listener(block: Block, parts: Parts, source: Source) -> LoadBalancerListener:
    protocol = text(block, "lb_protocol", Unknown("the listener has no protocol"))
    port = number(block, "lb_port", Unknown("the listener has no port"))
    if isinstance(protocol, Unknown):
        return LoadBalancerListener(
            protocol=protocol,
            port=port,
            refuses_plain_text=protocol,
            security_policy=protocol,
            minimum_tls=protocol,
            certificate=protocol,
            certificate_kept_by=protocol,
        )
    protocol = protocol.upper()
    speaks = protocol in ENCRYPTED
    keeper, certificate = named_certificate(block, "ssl_certificate_id", source) if speaks else (None, None)
    policy = _policy(port, parts) if speaks else None
    return LoadBalancerListener(
        protocol=protocol,
        port=port,
        refuses_plain_text=refuses(protocol),
        security_policy=policy.name if policy else None,
        minimum_tls=policy.minimum_tls if policy else None,
        certificate=certificate,
        certificate_kept_by=keeper,
    )


def _policy(port: Maybe[int], parts: Parts) -> NegotiationPolicy:
    """Return the policy that the code gives to the listener of a port, else AWS's default."""
    unknown: Unknown | None = None
    for part, argument in ((_NEGOTIATION, "lb_port"), (_OF_LISTENER, "load_balancer_port")):
        for block in parts.get(part, ()):
            its_port = block if isinstance(block, Unknown) else number(block, argument, Unknown("it names no port"))
            if isinstance(its_port, Unknown) or isinstance(port, Unknown):
                unknown = unknown or (its_port if isinstance(its_port, Unknown) else None) or Unknown("its port")
            elif its_port == port and not isinstance(block, Unknown):
                found = _written(block) if part == _NEGOTIATION else _listed(block, parts)
                if found is not None:
                    return found
    if unknown is not None:
        return NegotiationPolicy(unknown, unknown)
    chosen = tls_policies.LOAD_BALANCER_DEFAULT
    return NegotiationPolicy(chosen, tls_policies.of_load_balancer(chosen))


def _written(block: Block) -> NegotiationPolicy:
    return _attributes(text(block, "name", block.name), block.blocks("attribute"))


def _listed(block: Block, parts: Parts) -> NegotiationPolicy | None:
    """Return the policy among those a listener is given that says which TLS it speaks, None where none does."""
    names = texts(block, "policy_names")
    if isinstance(names, Unknown):
        return NegotiationPolicy(names, names)
    named = set(block.references("policy_names"))
    for policy in parts.get(_POLICY, ()):
        if isinstance(policy, Unknown):
            return NegotiationPolicy(policy, policy)
        given = policy.address in named or policy.get("policy_name") in names
        if given and text(policy, "policy_type_name", "") == SECURITY_POLICY:
            return _attributes(text(policy, "policy_name", policy.name), policy.blocks("policy_attribute"))
    for name in names:
        if not isinstance(name, Unknown) and name.startswith("ELBSecurityPolicy-"):
            return NegotiationPolicy(name, tls_policies.of_load_balancer(name))
    return None


def _attributes(name: Maybe[str], blocks: list[Block | Unknown]) -> NegotiationPolicy:
    attributes: dict[str, Maybe[str]] = {}
    for block in blocks:
        if isinstance(block, Unknown):
            return NegotiationPolicy(block, block)
        key = text(block, "name", "")
        if isinstance(key, Unknown):
            return NegotiationPolicy(key, key)
        attributes[key] = as_text("value", block.get("value", ""))
    return negotiation(name, attributes)


def _recorded(block: Block, source: Source) -> tuple[Maybe[bool], Maybe[tuple[str, ...]]]:
    written = next(iter(block.blocks("access_logs")), None)
    if written is None:
        return False, ()
    if isinstance(written, Unknown):
        return written, written
    enabled = flag(written, "enabled", default=True)
    if isinstance(enabled, Unknown) or not enabled:
        return enabled, enabled if isinstance(enabled, Unknown) else ()
    owners = source.owners("aws_s3_bucket", written, "bucket")
    if isinstance(owners, Unknown):
        return enabled, owners
    name = text(written, "bucket", Unknown("the access log names no bucket"))
    if owners:
        return enabled, (source.id(owners[0]),)
    return enabled, name if isinstance(name, Unknown) else (f"arn:aws:s3:::{name}",)


def _zones(block: Block) -> Maybe[int]:
    for argument in ("subnets", "availability_zones"):
        value: Any = block.get(argument)
        if isinstance(value, list | tuple):
            return len(value)
        if isinstance(value, Unknown):
            return value
    return Unknown("the code names neither its subnets nor its zones")


def _named(block: Block, argument: str, of: str, source: Source) -> Maybe[tuple[str, ...]]:
    owners = source.owners(of, block, argument)
    return owners if isinstance(owners, Unknown) else tuple(sorted(source.id(each) for each in owners))


_PARTS = {_NEGOTIATION: "load_balancer", _POLICY: "load_balancer_name", _OF_LISTENER: "load_balancer_name"}

FORMS = (Form(main="aws_elb", build=from_terraform, parts=_PARTS, identified_by=("id", "arn", "name")),)
