"""Load balancers of both generations, and the listeners of the newer. Their attributes are not recorded."""

from __future__ import annotations

from phiward.collectors.aws.port import Denied
from phiward.collectors.awsconfig.answer import Answer, Asked, Found, Kind, listing, unseen

BALANCER, LISTENER = "AWS::ElasticLoadBalancingV2::LoadBalancer", "AWS::ElasticLoadBalancingV2::Listener"
CLASSIC = "AWS::ElasticLoadBalancing::LoadBalancer"

KINDS = (
    Kind(BALANCER, covers="aws.elbv2.load_balancer", optional=("SecurityGroups", "AvailabilityZones", "Scheme")),
    Kind(
        LISTENER,
        optional=(
            "SslPolicy",
            "Certificates",
            "DefaultActions",
            "DefaultActions.RedirectConfig",
            "DefaultActions.RedirectConfig.Protocol",
            "DefaultActions.FixedResponseConfig",
            "DefaultActions.FixedResponseConfig.StatusCode",
        ),
    ),
    Kind(
        CLASSIC,
        covers="aws.elb.load_balancer",
        optional=(
            "Scheme",
            "SecurityGroups",
            "Subnets",
            "AvailabilityZones",
            "ListenerDescriptions",
            "ListenerDescriptions.PolicyNames",
            "ListenerDescriptions.Listener.SSLCertificateId",
        ),
    ),
)


def _tags(resource_type: str, argument: str, member: str) -> Answer:
    """Return how the tags of one load balancer are told."""

    def handler(asked: Asked) -> Found:
        (name,) = asked.arguments[argument]
        item = asked.one(resource_type, name)
        tags = item.api_tags()
        if tags is None:
            raise Denied(asked.call, unseen(resource_type, "tags").reason)
        return Found({"TagDescriptions": [{member: name, "Tags": tags}]}, (item,))

    return Answer(handler, (resource_type,))


def _policies(asked: Asked) -> Found:
    item = asked.one(CLASSIC, asked.arguments["LoadBalancerName"])
    if not item.supplement.holds("LoadBalancerPolicies"):
        raise Denied(asked.call, unseen(CLASSIC, "LoadBalancerPolicies").reason)
    return Found({"PolicyDescriptions": item.supplement.get("LoadBalancerPolicies") or []}, (item,))


ANSWERS = {
    "elbv2.describe_load_balancers": listing(BALANCER, "LoadBalancers", tags=None),
    "elbv2.describe_listeners": listing(
        LISTENER, "Listeners", tags=None, chosen_by={"LoadBalancerArn": "LoadBalancerArn"}
    ),
    "elbv2.describe_tags": _tags(BALANCER, "ResourceArns", "ResourceArn"),
    "elb.describe_load_balancers": listing(CLASSIC, "LoadBalancerDescriptions", tags=None),
    "elb.describe_load_balancer_policies": Answer(_policies, (CLASSIC,)),
    "elb.describe_tags": _tags(CLASSIC, "LoadBalancerNames", "LoadBalancerName"),
}
