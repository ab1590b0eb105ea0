"""What an application, network or gateway load balancer is, in whichever form it was read."""

from typing import Any, Literal

from msgspec import Struct

from phiward.collectors.types.aws.load_balancer_listeners import LoadBalancerListener, network, transit
from phiward.inventory import kleene
from phiward.inventory.aspects import EncryptionInTransit, Logging, Network, Resilience
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Unknown

KEPT_THERE = Unknown("the destination of the log decides: see logging_destination")


class BalancerConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only such a load balancer has."""

    kind: Maybe[Literal["application", "network", "gateway"]]
    """`application` speaks HTTP, `network` passes on connections, `gateway` hands packets to appliances."""
    listeners: Maybe[tuple[LoadBalancerListener, ...]]
    """The ports it takes connections on. None of them in a gateway load balancer."""
    drops_invalid_headers: Maybe[bool | None]
    """HTTP headers that no standard allows are removed. None where it reads no HTTP."""
    cross_zone: Maybe[bool]
    """Each zone's nodes spread traffic over the targets of all zones. Application ones always do."""
    web_acl: Maybe[str | None]
    """The web ACL that filters its traffic. None: nothing does, or it reads no HTTP."""


TYPE = ResourceType(
    name="aws.elbv2.load_balancer",
    title="Load balancer",
    aspects=(EncryptionInTransit, Logging, Resilience, Network),
    config=BalancerConfig,
    relations={
        "certificates": Relation(
            "the certificates that its listeners show", ("aws.acm.certificate", "aws.iam.server_certificate")
        ),
        "web_acl": Relation(
            "the web ACL that filters its traffic", ("aws.waf.web_acl", "aws.wafregional.web_acl", "aws.wafv2.web_acl")
        ),
        "subnets": Relation("the subnets it stands in", ("aws.ec2.subnet",)),
        "security_groups": Relation("the security groups that filter its traffic", ("aws.ec2.security_group",)),
        "logging_destination": "the buckets and log deliveries its access log goes to",
    },
)


class BalancerFacts(Struct, frozen=True, kw_only=True):
    """One load balancer."""

    kind: Maybe[str]
    internal: Maybe[bool]
    listeners: Maybe[tuple[LoadBalancerListener, ...]]
    certificate_expires: Maybe[str | None]
    logged: Maybe[bool | None]
    destinations: Maybe[tuple[str, ...]]
    zones: Maybe[int]
    deletion_protected: Maybe[bool]
    drops_invalid_headers: Maybe[bool | None]
    cross_zone: Maybe[bool]
    web_acl: Maybe[str | None]


def aspects(facts: BalancerFacts) -> dict[str, Any]:
    """Return the aspects of either form."""
    return {
        "encryption_in_transit": EncryptionInTransit(enforced=None)
        if facts.kind == "gateway"
        else transit(facts.listeners, facts.certificate_expires),
        "logging": Logging(
            enabled=facts.logged,
            destinations=facts.destinations,
            off_host=facts.logged,
            retention_days=KEPT_THERE,
            kinds=("access",) if facts.logged is True else facts.logged if isinstance(facts.logged, Unknown) else (),
        ),
        "resilience": Resilience(
            redundant=facts.zones if isinstance(facts.zones, Unknown) else facts.zones > 1,
            deletion_protected=facts.deletion_protected,
        ),
        "network": network(internal=facts.internal, listeners=facts.listeners),
    }


def configuration(facts: BalancerFacts) -> BalancerConfig:
    """Return what only this type has."""
    kind: Any = facts.kind
    return BalancerConfig(
        kind=kind,
        listeners=facts.listeners,
        drops_invalid_headers=facts.drops_invalid_headers,
        cross_zone=facts.cross_zone,
        web_acl=facts.web_acl,
    )


def logs_connections(kind: Maybe[str], listeners: Maybe[tuple[LoadBalancerListener, ...]]) -> Maybe[bool]:
    """Say whether there is anything that it could record: requests, or TLS connections of a network load balancer."""
    if isinstance(kind, Unknown):
        return kind
    if kind != "network":
        return kind == "application"
    if isinstance(listeners, Unknown):
        return listeners
    protocols = (each.protocol for each in listeners)
    return kleene.some(each if isinstance(each, Unknown) else each == "TLS" for each in protocols)


def turns_away(action: Maybe[str], protocol: Maybe[str | None], status: Maybe[str | None]) -> Maybe[bool]:
    """Say whether an action answers with a redirect to HTTPS or with an error, and passes nothing on.

    A redirect that names no protocol keeps that of the request.
    """
    if isinstance(action, Unknown):
        return action
    if action == "redirect":
        return protocol if isinstance(protocol, Unknown) else protocol == "HTTPS"
    if action == "fixed-response":
        return status if isinstance(status, Unknown) else str(status)[:1] in {"4", "5"}
    return False
