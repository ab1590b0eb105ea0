"""Application, network and gateway load balancers. Calls `elasticloadbalancing:DescribeLoadBalancers`, and for each
`DescribeListeners` and `DescribeLoadBalancerAttributes`, `DescribeRules` for listeners that only redirect,
`wafv2:ListWebACLs` and `wafv2:ListResourcesForWebACL` once for all of a region, and `DescribeTags` where a control
reads tags.

A gateway load balancer hands packets to appliances inside the network: it speaks no TLS and keeps no log. A network
load balancer logs TLS connections alone, so that one without a TLS listener has nothing to log.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws import elbv2_code, log_deliveries, tls_policies
from phiward.collectors.types.aws.answers import arn, listed, live, tags_of
from phiward.collectors.types.aws.certificates import first_end, keeper_of
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
    LoadBalancerListener,
    ordered,
    refuses,
    shown,
)
from phiward.inventory import kleene
from phiward.inventory.model import Maybe, Resource, Unknown

TERRAFORM = elbv2_code.FORMS

_WEB_ACL = ("config.web_acl", "relations.web_acl")
_LISTENERS = ("encryption_in_transit", "config.listeners", "relations.certificates", "network.in_use")
_LOGGING = ("logging", "relations.logging_destination")


class _Attributes(Struct, frozen=True):
    """The load balancer's attributes, by name, or why they are not known."""

    given: Maybe[dict[str, str]]

    def flag(self, name: str) -> Maybe[bool]:
        """Return an attribute that is on or off."""
        return self.given if isinstance(self.given, Unknown) else self.given.get(name) == "true"

    def text(self, name: str) -> Maybe[str | None]:
        """Return an attribute's text, None where it is empty."""
        return self.given if isinstance(self.given, Unknown) else self.given.get(name) or None


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every load balancer of the region, application ones with the web ACL that filters their traffic."""
    associated: Maybe[dict[str, str]] | None = None
    for balancer in aws.pages("elbv2", "describe_load_balancers", "LoadBalancers"):
        if balancer["Type"] != "application":
            yield {"balancer": balancer, "web_acl": None}
            continue
        if associated is None:
            associated = _associated(aws)
        own = associated if isinstance(associated, Unknown) else associated.get(balancer["LoadBalancerArn"])
        yield {"balancer": balancer, "web_acl": own}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one load balancer, with what its listeners and attributes say."""
    balancer, web_acl = item["balancer"], item["web_acl"]
    identity, kind = balancer["LoadBalancerArn"], balancer["Type"]
    gateway = kind == "gateway"
    listeners = () if gateway else _listeners(aws, identity, kind)
    attributes = _attributes(aws, identity)
    recorded, destinations = _recorded(aws, identity, kind, listeners, attributes)
    groups, zones = balancer.get("SecurityGroups", ()), balancer.get("AvailabilityZones", ())
    facts = BalancerFacts(
        kind=kind,
        internal=gateway or balancer.get("Scheme") == "internal",
        listeners=listeners,
        certificate_expires=first_end(aws, shown(listeners)),
        logged=recorded,
        destinations=destinations,
        zones=len(zones),
        deletion_protected=attributes.flag("deletion_protection.enabled"),
        drops_invalid_headers=attributes.flag("routing.http.drop_invalid_header_fields.enabled")
        if kind == "application"
        else None,
        cross_zone=kind == "application" or attributes.flag("load_balancing.cross_zone.enabled"),
        web_acl=web_acl,
    )
    return live(
        aws,
        TYPE,
        identity,
        name=balancer["LoadBalancerName"],
        tags=_tags(aws, identity),
        **aspects(facts),
        config=configuration(facts),
        relations={
            "certificates": shown(listeners),
            "web_acl": web_acl if isinstance(web_acl, Unknown) else (web_acl,) if web_acl else (),
            "subnets": tuple(sorted(arn(aws, "ec2", f"subnet/{zone['SubnetId']}") for zone in zones)),
            "security_groups": tuple(sorted(arn(aws, "ec2", f"security-group/{group}") for group in groups)),
            "logging_destination": destinations,
        },
    )


def _associated(aws: Aws) -> Maybe[dict[str, str]]:
    """Return the web ACL of each application load balancer that has one, by the load balancer's ARN."""
    acls = listed(aws, "wafv2", "list_web_acls", "WebACLs", fills=_WEB_ACL, Scope="REGIONAL")
    if isinstance(acls, Unknown):
        return acls
    found: dict[str, str] = {}
    for acl in acls:
        answer = aws.ask(
            "wafv2",
            "list_resources_for_web_acl",
            fills=_WEB_ACL,
            absent=("WAFNonexistentItemException",),
            WebACLArn=acl["ARN"],
            ResourceType="APPLICATION_LOAD_BALANCER",
        )
        if isinstance(answer, Unknown):
            return answer
        found |= dict.fromkeys((answer or {}).get("ResourceArns", ()), acl["ARN"])
    return found


def _listeners(aws: Aws, identity: str, kind: str) -> Maybe[tuple[LoadBalancerListener, ...]]:
    fills = (*_LISTENERS, *_LOGGING) if kind == "network" else _LISTENERS
    found = listed(aws, "elbv2", "describe_listeners", "Listeners", fills=fills, LoadBalancerArn=identity)
    return found if isinstance(found, Unknown) else ordered(_listener(aws, each) for each in found)


def _listener(aws: Aws, listener: dict[str, Any]) -> LoadBalancerListener:
    protocol = listener["Protocol"]
    policy = listener.get("SslPolicy") if protocol in ENCRYPTED else None
    certificate = next((each["CertificateArn"] for each in listener.get("Certificates", ())), None)
    return LoadBalancerListener(
        protocol=protocol,
        port=listener["Port"],
        refuses_plain_text=refuses(protocol, turns_away=_turns_away(aws, listener)),
        security_policy=policy,
        minimum_tls=tls_policies.of_load_balancer(policy),
        certificate=certificate,
        certificate_kept_by=keeper_of(certificate),
    )


def _turns_away(aws: Aws, listener: dict[str, Any]) -> Maybe[bool]:
    """Say whether a listener for HTTP only redirects or refuses, whatever rule a request meets."""
    if listener["Protocol"] != "HTTP" or not _actions_turn_away(listener.get("DefaultActions", ())):
        return False
    rules = listed(
        aws,
        "elbv2",
        "describe_rules",
        "Rules",
        fills=("encryption_in_transit.enforced", "config.listeners"),
        ListenerArn=listener["ListenerArn"],
    )
    return rules if isinstance(rules, Unknown) else all(_actions_turn_away(rule.get("Actions", ())) for rule in rules)


def _actions_turn_away(actions: list[dict[str, Any]]) -> bool:
    return (
        kleene.every(
            turns_away(
                action["Type"],
                action.get("RedirectConfig", {}).get("Protocol"),
                action.get("FixedResponseConfig", {}).get("StatusCode"),
            )
            for action in actions
        )
        is True
    )


def _attributes(aws: Aws, identity: str) -> _Attributes:
    answer = aws.ask(
        "elbv2",
        "describe_load_balancer_attributes",
        fills=(*_LOGGING, "resilience.deletion_protected", "config.drops_invalid_headers", "config.cross_zone"),
        LoadBalancerArn=identity,
    )
    if isinstance(answer, Unknown):
        return _Attributes(answer)
    return _Attributes({each["Key"]: each.get("Value", "") for each in (answer or {}).get("Attributes", ())})


def _recorded(
    aws: Aws, identity: str, kind: str, listeners: Maybe[tuple[LoadBalancerListener, ...]], attributes: _Attributes
) -> tuple[Maybe[bool | None], Maybe[tuple[str, ...]]]:
    """Return whether connections are recorded, and where; None and nothing where there is nothing to record."""
    logs = logs_connections(kind, listeners)
    if isinstance(logs, Unknown) or not logs:
        return (logs, logs) if isinstance(logs, Unknown) else (None, ())
    to_bucket = attributes.flag("access_logs.s3.enabled")
    bucket = attributes.text("access_logs.s3.bucket")
    deliveries = log_deliveries.delivered(aws, identity, fills=_LOGGING)
    enabled = kleene.some((to_bucket, deliveries if isinstance(deliveries, Unknown) else bool(deliveries)))
    for unseen in (to_bucket, bucket, deliveries):
        if isinstance(unseen, Unknown):
            return enabled, unseen
    buckets = (f"arn:{aws.partition}:s3:::{bucket}",) if to_bucket and bucket else ()
    return enabled, (*buckets, *(() if isinstance(deliveries, Unknown) else deliveries))


def _tags(aws: Aws, identity: str) -> Maybe[dict[str, str]]:
    answer = aws.ask("elbv2", "describe_tags", fills=("tags",), ResourceArns=[identity])
    if isinstance(answer, Unknown):
        return answer
    return {
        key: value
        for described in (answer or {}).get("TagDescriptions", ())
        for key, value in tags_of(described.get("Tags", ())).items()
    }
