"""Classic load balancers. Calls `elasticloadbalancing:DescribeLoadBalancers`, and for each
`DescribeLoadBalancerAttributes`, `DescribeLoadBalancerPolicies` where a TLS listener has a policy of the
organisation's own, and `DescribeTags` where a control reads tags.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws import elb_code, tls_policies
from phiward.collectors.types.aws.answers import arn, live, tags_of
from phiward.collectors.types.aws.certificates import first_end, keeper_of
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
    LoadBalancerListener,
    ordered,
    refuses,
    shown,
)
from phiward.inventory.model import Maybe, Resource, Unknown

TERRAFORM = elb_code.FORMS

_LOGGING = ("logging", "relations.logging_destination")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every classic load balancer of the region."""
    yield from aws.pages("elb", "describe_load_balancers", "LoadBalancerDescriptions")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one load balancer, with what its attributes and policies say."""
    name = item["LoadBalancerName"]
    attributes = aws.ask(
        "elb",
        "describe_load_balancer_attributes",
        fills=(*_LOGGING, "config.cross_zone"),
        LoadBalancerName=name,
    )
    given = attributes if isinstance(attributes, Unknown) else (attributes or {}).get("LoadBalancerAttributes", {})
    logged, destinations = _recorded(aws, given)
    listeners = _listeners(aws, name, item.get("ListenerDescriptions", ()))
    facts = ClassicFacts(
        internal=item.get("Scheme") == "internal",
        listeners=listeners,
        certificate_expires=first_end(aws, shown(listeners)),
        logged=logged,
        destinations=destinations,
        zones=len(item.get("AvailabilityZones", ())),
        cross_zone=given
        if isinstance(given, Unknown)
        else bool(given.get("CrossZoneLoadBalancing", {}).get("Enabled", False)),
    )
    groups, subnets = item.get("SecurityGroups", ()), item.get("Subnets", ())
    return live(
        aws,
        TYPE,
        arn(aws, "elasticloadbalancing", f"loadbalancer/{name}"),
        name=name,
        tags=_tags(aws, name),
        **aspects(facts),
        config=configuration(facts),
        relations={
            "certificates": shown(listeners),
            "subnets": tuple(sorted(arn(aws, "ec2", f"subnet/{each}") for each in subnets)),
            "security_groups": tuple(sorted(arn(aws, "ec2", f"security-group/{each}") for each in groups)),
            "logging_destination": destinations,
        },
    )


def _recorded(aws: Aws, given: Maybe[dict[str, Any]]) -> tuple[Maybe[bool], Maybe[tuple[str, ...]]]:
    if isinstance(given, Unknown):
        return given, given
    log = given.get("AccessLog", {})
    if not log.get("Enabled"):
        return False, ()
    return True, (f"arn:{aws.partition}:s3:::{log['S3BucketName']}",) if log.get("S3BucketName") else ()


def _listeners(aws: Aws, name: str, described: list[dict[str, Any]]) -> tuple[LoadBalancerListener, ...]:
    return ordered(_listener(aws, name, each["Listener"], each.get("PolicyNames", ())) for each in described)


def _listener(aws: Aws, name: str, listener: dict[str, Any], policies: list[str]) -> LoadBalancerListener:
    protocol, certificate = listener["Protocol"].upper(), listener.get("SSLCertificateId")
    speaks = protocol in ENCRYPTED
    policy = _negotiation(aws, name, policies) if speaks else None
    return LoadBalancerListener(
        protocol=protocol,
        port=listener["LoadBalancerPort"],
        refuses_plain_text=refuses(protocol),
        security_policy=policy.name if policy else None,
        minimum_tls=policy.minimum_tls if policy else None,
        certificate=certificate if speaks else None,
        certificate_kept_by=keeper_of(certificate) if speaks else None,
    )


def _negotiation(aws: Aws, name: str, policies: list[str]) -> NegotiationPolicy:
    """Return the policy among a listener's that says which TLS it speaks; the others are about cookies."""
    own = [each for each in policies if each.startswith("ELBSecurityPolicy-")]
    if own or not policies:
        chosen = own[0] if own else tls_policies.LOAD_BALANCER_DEFAULT
        return NegotiationPolicy(chosen, tls_policies.of_load_balancer(chosen))
    answer = aws.ask(
        "elb",
        "describe_load_balancer_policies",
        fills=("encryption_in_transit.minimum_tls", "config.listeners"),
        LoadBalancerName=name,
    )
    if isinstance(answer, Unknown):
        return NegotiationPolicy(answer, answer)
    for policy in (answer or {}).get("PolicyDescriptions", ()):
        if policy["PolicyTypeName"] == SECURITY_POLICY and policy["PolicyName"] in policies:
            described = policy.get("PolicyAttributeDescriptions", ())
            return negotiation(
                policy["PolicyName"], {each["AttributeName"]: each.get("AttributeValue", "") for each in described}
            )
    chosen = tls_policies.LOAD_BALANCER_DEFAULT
    return NegotiationPolicy(chosen, tls_policies.of_load_balancer(chosen))


def _tags(aws: Aws, name: str) -> Maybe[dict[str, str]]:
    answer = aws.ask("elb", "describe_tags", fills=("tags",), LoadBalancerNames=[name])
    if isinstance(answer, Unknown):
        return answer
    return {
        key: value
        for described in (answer or {}).get("TagDescriptions", ())
        for key, value in tags_of(described.get("Tags", ())).items()
    }
