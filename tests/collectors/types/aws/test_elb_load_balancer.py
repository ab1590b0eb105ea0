"""Classic load balancers: both forms agree, and what is refused is unknown."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import elb_load_balancer
from phiward.inventory.model import Resource, Unknown

HERE = "us-east-1:123456789012"
CERTIFICATE = f"arn:aws:acm:{HERE}:certificate/1"
HTTPS = {
    "Protocol": "HTTPS",
    "LoadBalancerPort": 443,
    "InstanceProtocol": "HTTPS",
    "InstancePort": 443,
    "SSLCertificateId": CERTIFICATE,
}
HTTP = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstanceProtocol": "HTTP", "InstancePort": 80}
CHART: dict[str, Any] = {
    "LoadBalancerName": "chart",
    "Scheme": "internal",
    "ListenerDescriptions": [{"Listener": HTTPS, "PolicyNames": ["cookies", "current"]}],
    "AvailabilityZones": ["us-east-1a", "us-east-1b"],
    "Subnets": ["subnet-2", "subnet-1"],
    "SecurityGroups": ["sg-1"],
}
REFERS = [{"AttributeName": "Reference-Security-Policy", "AttributeValue": "ELBSecurityPolicy-TLS-1-2-2017-01"}]


def policies(attributes: list[dict[str, str]]) -> dict[str, Any]:
    """Return the answer to `DescribeLoadBalancerPolicies`: the listener's, one about cookies, and one nobody uses."""
    tls = {"PolicyName": "current", "PolicyTypeName": "SSLNegotiationPolicyType"}
    old = [{"AttributeName": "Reference-Security-Policy", "AttributeValue": "ELBSecurityPolicy-2014-01"}]
    return {
        "PolicyDescriptions": [
            {"PolicyName": "cookies", "PolicyTypeName": "LBCookieStickinessPolicyType"},
            {**tls, "PolicyName": "unused", "PolicyAttributeDescriptions": old},
            {**tls, "PolicyAttributeDescriptions": attributes},
        ]
    }


ANSWERS: dict[str, Any] = {
    "elasticloadbalancing:DescribeLoadBalancerAttributes": {
        "LoadBalancerAttributes": {
            "CrossZoneLoadBalancing": {"Enabled": True},
            "AccessLog": {"Enabled": True, "S3BucketName": "edge-log"},
        }
    },
    "elasticloadbalancing:DescribeLoadBalancerPolicies": policies(REFERS),
    "elasticloadbalancing:DescribeTags": {"TagDescriptions": [{"Tags": [{"Key": "Owner", "Value": "chart"}]}]},
    "acm:ListCertificates": {
        "CertificateSummaryList": [{"CertificateArn": CERTIFICATE, "NotAfter": "2027-06-01T00:00:00+00:00"}]
    },
}
SAME_IN_BOTH = (
    "encryption_in_transit.enforced",
    "encryption_in_transit.minimum_tls",
    "logging.enabled",
    "resilience",
    "network",
    "config.cross_zone",
)
FACTS = (*SAME_IN_BOTH, "encryption_in_transit.certificate_expires", "config.listeners", "tags")


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def live(item: dict[str, Any] = CHART, *, denied: tuple[str, ...] = (), **answers: Any) -> Resource:
    """Return the resource of a live load balancer; `LoadBalancerPolicies` and the like replace an answer."""
    changed = {f"elasticloadbalancing:Describe{name}": answer for name, answer in answers.items()}
    return elb_load_balancer.resource(FakeAws({**ANSWERS, **changed}, denied=denied), item)


TLS_POLICY = FakeBlock(
    "aws_load_balancer_policy.tls",
    blocks={"policy_attribute": [{"name": "Reference-Security-Policy", "value": "ELBSecurityPolicy-TLS-1-2-2017-01"}]},
    policy_name="current",
    policy_type_name="SSLNegotiationPolicyType",
)
GIVEN = FakeBlock(
    "aws_load_balancer_listener_policy.tls",
    load_balancer_port="443",
    policy_names=[Ref("aws_load_balancer_policy.tls.policy_name")],
)


def listener(**changes: Any) -> dict[str, Any]:
    """Return a listener block for HTTPS."""
    given = {
        "lb_port": 443,
        "lb_protocol": "https",
        "instance_port": 443,
        "instance_protocol": "https",
        "ssl_certificate_id": Ref("aws_acm_certificate.chart.arn"),
    }
    return {**given, **changes}


def code(
    listeners: list[Any] | None = None, parts: dict[str, list[Any]] | None = None, log: Any = None, **changes: Any
) -> Resource:
    """Return the resource of the same load balancer in Terraform."""
    arguments = {
        "name": "chart",
        "internal": True,
        "subnets": [Ref("aws_subnet.a.id"), Ref("aws_subnet.b.id")],
        "security_groups": [Ref("aws_security_group.edge.id")],
        **changes,
    }
    written = log or {"bucket": Ref("aws_s3_bucket.log.id")}
    blocks = {"listener": listeners or [listener()], "access_logs": [written]}
    block = FakeBlock("aws_elb.chart", blocks=blocks, **arguments)
    source = FakeSource(
        [block, FakeBlock("aws_s3_bucket.log"), FakeBlock("aws_acm_certificate.chart"), FakeBlock("aws_subnet.a")]
    )
    own: dict[str, list[Any]] = {"aws_load_balancer_policy": [TLS_POLICY], "aws_load_balancer_listener_policy": [GIVEN]}
    (form,) = elb_load_balancer.TERRAFORM
    return form.build(block, {**own, **(parts or {})}, source)


@pytest.mark.parametrize("path", SAME_IN_BOTH)
def test_both_forms_agree(path: str) -> None:
    """The same load balancer, live and in code, has the same facts."""
    assert at(code(), path) == at(live(), path)


def test_a_load_balancer_as_it_should_be() -> None:
    """It speaks current TLS alone, records, and uses every zone."""
    found = live()

    assert found.id == f"arn:aws:elasticloadbalancing:{HERE}:loadbalancer/chart"
    assert at(found, "encryption_in_transit.enforced") is True
    assert at(found, "encryption_in_transit.minimum_tls") == "1.2"
    assert at(found, "encryption_in_transit.certificate_expires") == "2027-06-01T00:00:00Z"
    assert at(found, "logging.destinations") == ("arn:aws:s3:::edge-log",)
    assert at(found, "resilience.redundant") is True
    assert at(found, "network.private") is True
    assert at(found, "config.cross_zone") is True
    (port,) = at(found, "config.listeners")
    assert (port.security_policy, port.certificate_kept_by) == ("ELBSecurityPolicy-TLS-1-2-2017-01", "acm")
    assert found.relations["subnets"] == (
        f"arn:aws:ec2:{HERE}:subnet/subnet-1",
        f"arn:aws:ec2:{HERE}:subnet/subnet-2",
    )
    assert found.tags == {"Owner": "chart"}


def test_both_forms_see_a_bad_one_alike() -> None:
    """Plain HTTP beside an old policy and a certificate of IAM, in one zone, without a log."""
    own = "arn:aws:iam::123456789012:server-certificate/old"
    item = {
        **CHART,
        "Scheme": "internet-facing",
        "ListenerDescriptions": [{"Listener": {**HTTPS, "SSLCertificateId": own}}, {"Listener": HTTP}],
        "AvailabilityZones": ["us-east-1a"],
    }
    off = {"LoadBalancerAttributes": {"CrossZoneLoadBalancing": {"Enabled": False}, "AccessLog": {"Enabled": False}}}
    aws = FakeAws(
        {
            **ANSWERS,
            "elasticloadbalancing:DescribeLoadBalancerAttributes": off,
            "iam:ListServerCertificates": {"ServerCertificateMetadataList": []},
        }
    )
    found = elb_load_balancer.resource(aws, item)
    written = code(
        listeners=[listener(ssl_certificate_id=own), {"lb_port": 80, "lb_protocol": "http"}],
        parts={"aws_load_balancer_listener_policy": []},
        log={"bucket": "edge-log", "enabled": False},
        internal=False,
        cross_zone_load_balancing=False,
        subnets=[Ref("aws_subnet.a.id")],
    )

    paths = (*SAME_IN_BOTH, "config.listeners")
    assert [at(written, path) for path in paths] == [at(found, path) for path in paths]
    assert at(found, "encryption_in_transit.enforced") is False
    assert at(found, "encryption_in_transit.minimum_tls") == "1.0"
    assert at(found, "logging.enabled") is False
    assert [each.certificate_kept_by for each in at(found, "config.listeners")] == [None, "iam"]


def test_a_tcp_listener_passes_on_what_it_gets() -> None:
    """Whether that is encrypted, its clients and targets decide: neither a pass nor a fail."""
    item = {**CHART, "ListenerDescriptions": [{"Listener": {**HTTP, "Protocol": "TCP"}}]}

    found, written = live(item), code(listeners=[{"lb_port": 80, "lb_protocol": "tcp"}])

    assert isinstance(at(found, "encryption_in_transit.enforced"), Unknown)
    assert at(found, "encryption_in_transit.minimum_tls") is None
    assert at(written, "encryption_in_transit") == at(found, "encryption_in_transit")


def named(**on: str) -> list[dict[str, str]]:
    """Return the attributes of a policy that somebody wrote."""
    return [
        {"AttributeName": f"Protocol-{name.replace('_', '.')}", "AttributeValue": value} for name, value in on.items()
    ]


@pytest.mark.parametrize(
    ("attributes", "lowest"),
    [
        (named(TLSv1="false", TLSv1_1="true", TLSv1_2="true"), "1.1"),
        (named(TLSv1="false", TLSv1_1="false", TLSv1_2="true"), "1.2"),
        (named(SSLv3="true", TLSv1_2="true"), "0"),
    ],
)
def test_a_policy_of_the_organisation_s_own(attributes: list[dict[str, str]], lowest: str) -> None:
    """Its protocols are read one by one, and its name is nobody's but its own; in both forms."""
    found = live(LoadBalancerPolicies=policies(attributes))
    block = FakeBlock(
        "aws_load_balancer_policy.tls",
        blocks={
            "policy_attribute": [
                {"name": each["AttributeName"], "value": each["AttributeValue"]} for each in attributes
            ]
        },
        policy_name="current",
        policy_type_name="SSLNegotiationPolicyType",
    )
    written = code(parts={"aws_load_balancer_policy": [block]})

    for resource in (found, written):
        assert at(resource, "encryption_in_transit.minimum_tls") == lowest
        assert [each.security_policy for each in at(resource, "config.listeners")] == ["current"]


def test_a_policy_of_aws_s_own_needs_no_call() -> None:
    """Its name tells what it accepts; so does AWS's default, where a listener has none."""
    for names, lowest in ((["ELBSecurityPolicy-TLS-1-1-2017-01"], "1.1"), ([], "1.0")):
        item = {**CHART, "ListenerDescriptions": [{"Listener": HTTPS, "PolicyNames": names}]}
        aws = FakeAws(ANSWERS)

        found = elb_load_balancer.resource(aws, item)

        assert at(found, "encryption_in_transit.minimum_tls") == lowest
        assert "elasticloadbalancing:DescribeLoadBalancerPolicies" not in {call for call, _ in aws.calls}


def test_a_policy_in_one_block() -> None:
    """`aws_lb_ssl_negotiation_policy` is policy and use of it in one."""
    policy = FakeBlock(
        "aws_lb_ssl_negotiation_policy.p",
        blocks={
            "attribute": [{"name": "Protocol-TLSv1.2", "value": "true"}, {"name": "Protocol-TLSv1", "value": False}]
        },
        name="current",
        lb_port=443,
    )

    written = code(parts={"aws_lb_ssl_negotiation_policy": [policy], "aws_load_balancer_listener_policy": []})

    assert at(written, "encryption_in_transit.minimum_tls") == "1.2"


@pytest.mark.parametrize(
    ("denied", "unknown"),
    [
        ("elasticloadbalancing:DescribeLoadBalancerAttributes", {"logging.enabled", "config.cross_zone"}),
        (
            "elasticloadbalancing:DescribeLoadBalancerPolicies",
            {"encryption_in_transit.minimum_tls", "config.listeners"},
        ),
        ("acm:ListCertificates", {"encryption_in_transit.certificate_expires"}),
        ("elasticloadbalancing:DescribeTags", {"tags"}),
    ],
)
def test_a_denied_call_makes_its_own_facts_unknown(denied: str, unknown: set[str]) -> None:
    """What the call would have filled is unknown, with the call's name; the rest is as it was."""
    whole, without = live(), live(denied=(denied,))

    assert {path for path in FACTS if at(without, path) != at(whole, path)} == unknown
    for path in unknown - {"config.listeners"}:
        assert denied in at(without, path).reason


def test_a_denied_listing_is_a_gap() -> None:
    """An account that refuses the listing is not an empty one."""
    with pytest.raises(Denied, match="elasticloadbalancing:DescribeLoadBalancers"):
        list(elb_load_balancer.items(FakeAws(denied={"elasticloadbalancing:DescribeLoadBalancers"})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """A run that only asks where it stands needs the listing alone."""
    aws = FakeAws({}, need={"network.private", "resilience.redundant"})

    elb_load_balancer.resource(aws, CHART)

    assert aws.calls == []


WHY = Unknown("var.x has no value", ("var.x",))


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"internal": WHY}, "network.private"),
        ({"cross_zone_load_balancing": WHY}, "config.cross_zone"),
        ({"subnets": WHY}, "resilience.redundant"),
        ({"listeners": [WHY]}, "encryption_in_transit.enforced"),
        ({"listeners": [listener(lb_protocol=WHY)]}, "encryption_in_transit.enforced"),
        ({"parts": {"aws_load_balancer_listener_policy": [WHY]}}, "encryption_in_transit.minimum_tls"),
        ({"parts": {"aws_load_balancer_policy": [WHY]}}, "encryption_in_transit.minimum_tls"),
        ({"log": {"bucket": "b", "enabled": WHY}}, "logging.enabled"),
    ],
)
def test_what_the_code_leaves_open_is_unknown(changes: dict[str, Any], path: str) -> None:
    """A variable without a value, or a part that may belong here, decides nothing."""
    assert isinstance(at(code(**changes), path), Unknown)


def test_code_that_says_little() -> None:
    """Cross-zone balancing is on by default in Terraform; zones may be named in place of subnets."""
    found = code(subnets=None, availability_zones=["a", "b"])

    assert at(found, "config.cross_zone") is True
    assert at(found, "resilience.redundant") is True
    assert isinstance(at(code(subnets=None), "resilience.redundant"), Unknown)
