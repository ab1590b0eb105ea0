"""What a classic load balancer is, in whichever form it was read."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec import Struct

from phiward.collectors.types.aws import tls_policies
from phiward.collectors.types.aws.load_balancer_listeners import LoadBalancerListener, network, transit
from phiward.inventory.aspects import EncryptionInTransit, Logging, Network, Resilience
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Unknown

SECURITY_POLICY = "SSLNegotiationPolicyType"
"""The type of a policy that says which TLS versions and ciphers a listener accepts."""

_KEPT_THERE = Unknown("the bucket of the log decides: see logging_destination")


class ClassicConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a classic load balancer has."""

    listeners: Maybe[tuple[LoadBalancerListener, ...]]
    """The ports it takes connections on."""
    cross_zone: Maybe[bool]
    """Each zone's nodes spread traffic over the targets of all zones."""


TYPE = ResourceType(
    name="aws.elb.load_balancer",
    title="Classic load balancer",
    aspects=(EncryptionInTransit, Logging, Resilience, Network),
    config=ClassicConfig,
    relations={
        "certificates": Relation(
            "the certificates that its listeners show", ("aws.acm.certificate", "aws.iam.server_certificate")
        ),
        "subnets": Relation("the subnets it stands in", ("aws.ec2.subnet",)),
        "security_groups": Relation("the security groups that filter its traffic", ("aws.ec2.security_group",)),
        "logging_destination": Relation("the bucket its access log goes to", ("aws.s3.bucket",)),
    },
)


class NegotiationPolicy(NamedTuple):
    """What a listener accepts: the policy's name, and the lowest TLS version."""

    name: Maybe[str]
    minimum_tls: Maybe[str | None]


class ClassicFacts(Struct, frozen=True, kw_only=True):
    """One classic load balancer."""

    internal: Maybe[bool]
    listeners: Maybe[tuple[LoadBalancerListener, ...]]
    certificate_expires: Maybe[str | None]
    logged: Maybe[bool]
    destinations: Maybe[tuple[str, ...]]
    zones: Maybe[int]
    cross_zone: Maybe[bool]


def aspects(facts: ClassicFacts) -> dict[str, Any]:
    """Return the aspects of either form. Classic load balancers have no protection from deletion."""
    return {
        "encryption_in_transit": transit(facts.listeners, facts.certificate_expires),
        "logging": Logging(
            enabled=facts.logged,
            destinations=facts.destinations,
            off_host=facts.logged,
            retention_days=_KEPT_THERE,
            kinds=facts.logged if isinstance(facts.logged, Unknown) else ("access",) if facts.logged else (),
        ),
        "resilience": Resilience(redundant=facts.zones if isinstance(facts.zones, Unknown) else facts.zones > 1),
        "network": network(internal=facts.internal, listeners=facts.listeners),
    }


def configuration(facts: ClassicFacts) -> ClassicConfig:
    """Return what only this type has."""
    return ClassicConfig(listeners=facts.listeners, cross_zone=facts.cross_zone)


def negotiation(name: Maybe[str], attributes: Mapping[str, Maybe[str]]) -> NegotiationPolicy:
    """Return what a policy accepts: it refers to one of AWS's own, or lists the protocols itself."""
    refers = attributes.get("Reference-Security-Policy")
    if refers:
        return NegotiationPolicy(refers, tls_policies.of_load_balancer(refers))
    protocols = {key: value for key, value in attributes.items() if key.startswith("Protocol-")}
    unknown = next((value for value in protocols.values() if isinstance(value, Unknown)), None)
    accepted = [key for key, value in protocols.items() if not isinstance(value, Unknown) and value.lower() == "true"]
    return NegotiationPolicy(name, unknown or tls_policies.of_protocols(accepted))
