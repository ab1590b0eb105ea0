"""Application, network and gateway load balancers: both forms agree, and what is refused is unknown."""

from typing import Any

import pytest
from fakes import Code, FakeAws, asked
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import elbv2_load_balancer
from phiward.inventory.model import Resource, Unknown

HERE = "us-east-1:123456789012"
LB = f"arn:aws:elasticloadbalancing:{HERE}:loadbalancer/app/chart/1"
CERTIFICATE = f"arn:aws:acm:{HERE}:certificate/1"
ACL = f"arn:aws:wafv2:{HERE}:regional/webacl/edge/1"
TLS = "ELBSecurityPolicy-TLS13-1-2-2021-06"
BALANCER: dict[str, Any] = {
    "LoadBalancerArn": LB,
    "LoadBalancerName": "chart",
    "Type": "application",
    "Scheme": "internet-facing",
    "AvailabilityZones": [
        {"ZoneName": "us-east-1a", "SubnetId": "subnet-1"},
        {"ZoneName": "us-east-1b", "SubnetId": "subnet-2"},
    ],
    "SecurityGroups": ["sg-1"],
}
FORWARD = {"Type": "forward", "TargetGroupArn": f"arn:aws:elasticloadbalancing:{HERE}:targetgroup/t/1"}
REDIRECT = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
REFUSE = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "403"}}
HTTPS = {
    "ListenerArn": "arn:l-1",
    "Port": 443,
    "Protocol": "HTTPS",
    "SslPolicy": TLS,
    "Certificates": [{"CertificateArn": CERTIFICATE}],
    "DefaultActions": [FORWARD],
}
HTTP = {"ListenerArn": "arn:l-2", "Port": 80, "Protocol": "HTTP", "DefaultActions": [REDIRECT]}
ATTRIBUTES = {
    "access_logs.s3.enabled": "true",
    "access_logs.s3.bucket": "edge-log",
    "deletion_protection.enabled": "true",
    "routing.http.drop_invalid_header_fields.enabled": "true",
    "load_balancing.cross_zone.enabled": "true",
}


def attributes(**given: str) -> dict[str, Any]:
    """Return the answer to `DescribeLoadBalancerAttributes`."""
    return {"Attributes": [{"Key": key, "Value": value} for key, value in given.items()]}


ANSWERS: dict[str, Any] = {
    "elasticloadbalancing:DescribeLoadBalancers": {"LoadBalancers": [BALANCER]},
    "elasticloadbalancing:DescribeListeners": {"Listeners": [HTTPS, HTTP]},
    "elasticloadbalancing:DescribeRules": {"Rules": [{"IsDefault": True, "Actions": [REDIRECT]}]},
    "elasticloadbalancing:DescribeLoadBalancerAttributes": attributes(**ATTRIBUTES),
    "elasticloadbalancing:DescribeTags": {"TagDescriptions": [{"Tags": [{"Key": "Owner", "Value": "chart"}]}]},
    "wafv2:ListWebACLs": {"WebACLs": [{"Name": "edge", "Id": "1", "ARN": ACL}]},
    "wafv2:ListResourcesForWebACL": {"ResourceArns": [LB]},
    "acm:ListCertificates": {
        "CertificateSummaryList": [{"CertificateArn": CERTIFICATE, "NotAfter": "2027-06-01T00:00:00+00:00"}]
    },
    "logs:DescribeDeliverySources": {"deliverySources": []},
}
SAME_IN_BOTH = (
    "encryption_in_transit.enforced",
    "encryption_in_transit.minimum_tls",
    "logging.enabled",
    "logging.kinds",
    "resilience",
    "network",
    "config.kind",
    "config.drops_invalid_headers",
    "config.cross_zone",
)
FACTS = (*SAME_IN_BOTH, "encryption_in_transit.certificate_expires", "config.listeners", "config.web_acl", "tags")


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def live(balancer: dict[str, Any] = BALANCER, *, denied: tuple[str, ...] = (), **answers: Any) -> Resource:
    """Return the resource of a live load balancer; `listeners` and the like replace an answer."""
    changed = {
        "elasticloadbalancing:DescribeLoadBalancers": {"LoadBalancers": [balancer]},
        **{f"elasticloadbalancing:Describe{name}": answer for name, answer in answers.items() if ":" not in name},
        **{name: answer for name, answer in answers.items() if ":" in name},
    }
    aws = FakeAws({**ANSWERS, **changed}, denied=denied)
    (item,) = elbv2_load_balancer.items(aws)
    return elbv2_load_balancer.resource(aws, item)


def code(
    *others: FakeBlock, listeners: list[Any] | None = None, parts: dict[str, list[Any]] | None = None, **changes: Any
) -> Resource:
    """Return the resource of the same load balancer in Terraform."""
    arguments = {
        "name": "chart",
        "internal": False,
        "subnets": [Ref("aws_subnet.a.id"), Ref("aws_subnet.b.id")],
        "security_groups": [Ref("aws_security_group.edge.id")],
        "enable_deletion_protection": True,
        "drop_invalid_header_fields": True,
        **changes,
    }
    log = {"bucket": Ref("aws_s3_bucket.log.id"), "enabled": True}
    block = FakeBlock("aws_lb.chart", blocks={"access_logs": [log]}, **arguments)
    written = [https_block(), http_block()] if listeners is None else listeners
    tie = FakeBlock("aws_wafv2_web_acl_association.a", web_acl_arn=Ref("aws_wafv2_web_acl.edge.arn"))
    known = [FakeBlock(f"{each}.{name}") for each, name in NEIGHBOURS]
    source = FakeSource([block, *known, *others])
    own: dict[str, list[Any]] = {"aws_lb_listener": written, "aws_wafv2_web_acl_association": [tie], **(parts or {})}
    (form, _) = elbv2_load_balancer.TERRAFORM
    assert own.keys() <= form.parts.keys()
    return form.build(block, own, source)


NEIGHBOURS = (
    ("aws_s3_bucket", "log"),
    ("aws_acm_certificate", "chart"),
    ("aws_wafv2_web_acl", "edge"),
    ("aws_security_group", "edge"),
)


def https_block(**changes: Any) -> FakeBlock:
    """Return a listener for HTTPS."""
    given = {
        "port": 443,
        "protocol": "HTTPS",
        "ssl_policy": TLS,
        "certificate_arn": Ref("aws_acm_certificate.chart.arn"),
    }
    return FakeBlock(
        "aws_lb_listener.https",
        blocks={"default_action": [{"type": "forward", "target_group_arn": "t"}]},
        **{**given, **changes},
    )


def http_block(**redirect: Any) -> FakeBlock:
    """Return a listener for HTTP that redirects."""
    to = {"protocol": "HTTPS", "port": "443", "status_code": "HTTP_301", **redirect}
    action = {"type": "redirect", "blocks": {"redirect": [to]}}
    return FakeBlock("aws_lb_listener.http", blocks={"default_action": [action]}, port="80")


@pytest.mark.parametrize("path", SAME_IN_BOTH)
def test_both_forms_agree(path: str) -> None:
    """The same load balancer, live and in code, has the same facts."""
    assert at(code(), path) == at(live(), path)


def test_a_load_balancer_as_it_should_be() -> None:
    """It speaks current TLS, redirects the rest, records, and is filtered."""
    found = live()

    assert at(found, "encryption_in_transit.enforced") is True
    assert at(found, "encryption_in_transit.minimum_tls") == "1.2"
    assert at(found, "encryption_in_transit.certificate_expires") == "2027-06-01T00:00:00Z"
    assert at(found, "logging.enabled") is True
    assert at(found, "network.private") is False
    assert at(found, "config.web_acl") == ACL
    assert found.relations == {
        "certificates": (CERTIFICATE,),
        "web_acl": (ACL,),
        "subnets": (f"arn:aws:ec2:{HERE}:subnet/subnet-1", f"arn:aws:ec2:{HERE}:subnet/subnet-2"),
        "security_groups": (f"arn:aws:ec2:{HERE}:security-group/sg-1",),
        "logging_destination": ("arn:aws:s3:::edge-log",),
    }
    assert found.tags == {"Owner": "chart"}


def test_the_listeners_agree() -> None:
    """Port by port, but for the certificate's id."""
    for mine, theirs in zip(at(code(), "config.listeners"), at(live(), "config.listeners"), strict=True):
        assert mine.port == theirs.port
        assert mine.protocol == theirs.protocol
        assert mine.refuses_plain_text is theirs.refuses_plain_text is True
        assert mine.security_policy == theirs.security_policy
        assert mine.certificate_kept_by == theirs.certificate_kept_by
    assert code().relations["certificates"] == ("aws_acm_certificate.chart",)
    assert code().relations["web_acl"] == ("aws_wafv2_web_acl.edge",)


def test_both_forms_see_a_bad_one_alike() -> None:
    """Every default that a careless load balancer is made with is the same in both."""
    bare = {**BALANCER, "AvailabilityZones": BALANCER["AvailabilityZones"][:1], "SecurityGroups": []}
    free: dict[str, Any] = {"wafv2:ListResourcesForWebACL": {"ResourceArns": []}}
    found = live(
        bare,
        Listeners={"Listeners": [{**HTTP, "DefaultActions": [FORWARD]}]},
        LoadBalancerAttributes=attributes(**dict.fromkeys(ATTRIBUTES, "false")),
        **free,
    )
    block = FakeBlock("aws_lb.chart", subnets=[Ref("aws_subnet.a.id")])
    plain = FakeBlock("aws_lb_listener.http", blocks={"default_action": [{"type": "forward"}]}, port=80)
    written = elbv2_load_balancer.TERRAFORM[0].build(block, {"aws_lb_listener": [plain]}, FakeSource([block]))

    paths = (*SAME_IN_BOTH, "config.listeners", "config.web_acl")
    assert [at(written, path) for path in paths] == [at(found, path) for path in paths]
    assert at(found, "encryption_in_transit.enforced") is False
    assert at(found, "encryption_in_transit.minimum_tls") is None
    assert at(found, "logging.enabled") is False
    assert at(found, "resilience.redundant") is False
    assert at(found, "config.web_acl") is None


@pytest.mark.parametrize(
    ("action", "refuses"),
    [
        (REDIRECT, True),
        (REFUSE, True),
        ({"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}, False),
        ({"Type": "redirect", "RedirectConfig": {"Protocol": "#{protocol}", "StatusCode": "HTTP_301"}}, False),
        ({"Type": "redirect", "RedirectConfig": {"Host": "x", "StatusCode": "HTTP_301"}}, False),
        (FORWARD, False),
    ],
)
def test_what_a_listener_for_http_may_do(action: dict[str, Any], refuses: bool) -> None:
    """It may redirect to HTTPS or refuse; whatever passes on plain text, or keeps the protocol, may not."""
    found = live(
        Listeners={"Listeners": [{**HTTP, "DefaultActions": [action]}]}, Rules={"Rules": [{"Actions": [action]}]}
    )

    assert at(found, "encryption_in_transit.enforced") is refuses


def test_one_rule_that_forwards_opens_a_listener_that_redirects() -> None:
    """The default action is only what happens where no rule applies; in both forms."""
    rules = {"Rules": [{"Priority": "1", "Actions": [FORWARD]}, {"IsDefault": True, "Actions": [REDIRECT]}]}
    rule = FakeBlock(
        "aws_lb_listener_rule.r",
        blocks={"action": [{"type": "forward"}]},
        listener_arn=Ref("aws_lb_listener.http.arn"),
    )
    others = FakeBlock(
        "aws_lb_listener_rule.s",
        blocks={"action": [{"type": "forward"}]},
        listener_arn=Ref("aws_lb_listener.https.arn"),
    )

    assert at(live(Rules=rules), "encryption_in_transit.enforced") is False
    assert at(code(parts={"aws_lb_listener_rule": [rule]}), "encryption_in_transit.enforced") is False
    assert at(code(parts={"aws_lb_listener_rule": [others]}), "encryption_in_transit.enforced") is True


def test_rules_are_asked_only_of_listeners_that_only_redirect() -> None:
    """One that forwards by default has lost already, and one for HTTPS has nothing to lose."""
    listeners = {"Listeners": [HTTPS, {**HTTP, "DefaultActions": [FORWARD]}]}
    aws = FakeAws({**ANSWERS, "elasticloadbalancing:DescribeListeners": listeners})
    (item,) = elbv2_load_balancer.items(aws)

    elbv2_load_balancer.resource(aws, item)

    assert "elasticloadbalancing:DescribeRules" not in {call for call, _ in aws.calls}


NETWORK = {**BALANCER, "Type": "network", "LoadBalancerArn": LB.replace("/app/", "/net/")}
TCP = {"ListenerArn": "arn:l-3", "Port": 2575, "Protocol": "TCP", "DefaultActions": [FORWARD]}


def test_a_network_load_balancer_passes_on_what_it_gets() -> None:
    """Whether a TCP connection is encrypted cannot be told, it shows no certificate, and there is nothing to record."""
    found = live(NETWORK, Listeners={"Listeners": [TCP]})

    assert isinstance(at(found, "encryption_in_transit.enforced"), Unknown)
    assert at(found, "encryption_in_transit.minimum_tls") is None
    assert at(found, "encryption_in_transit.certificate_expires") is None
    assert at(found, "logging.enabled") is None
    assert at(found, "config.drops_invalid_headers") is None
    assert at(found, "config.web_acl") is None
    assert [each.certificate_kept_by for each in at(found, "config.listeners")] == [None]
    written = code(listeners=[FakeBlock("aws_lb_listener.t", port=2575, protocol="TCP")], load_balancer_type="network")
    assert isinstance(at(written, "encryption_in_transit.enforced"), Unknown)
    assert at(written, "logging.enabled") is None


def test_a_network_load_balancer_with_tls_records_in_either_way() -> None:
    """To a bucket, or by a delivery of CloudWatch Logs."""
    listeners = {"Listeners": [{**HTTPS, "Protocol": "TLS"}]}
    off = attributes(**{**ATTRIBUTES, "access_logs.s3.enabled": "false"})
    source = {"name": "lb", "resourceArns": [NETWORK["LoadBalancerArn"]], "logType": "NLB_ACCESS_LOGS"}
    delivery = {"deliverySourceName": "lb", "deliveryDestinationArn": "arn:aws:logs:d"}
    vended: dict[str, Any] = {
        "logs:DescribeDeliverySources": {"deliverySources": [source, {**source, "name": "o", "resourceArns": []}]},
        "logs:DescribeDeliveries": {"deliveries": [delivery, {**delivery, "deliverySourceName": "o"}]},
    }

    to_bucket = live(NETWORK, Listeners=listeners)
    nowhere = live(NETWORK, Listeners=listeners, LoadBalancerAttributes=off)
    by_delivery = live(NETWORK, Listeners=listeners, LoadBalancerAttributes=off, **vended)

    assert at(to_bucket, "logging.enabled") is True
    assert at(nowhere, "logging.enabled") is False
    assert at(by_delivery, "logging.enabled") is True
    assert by_delivery.relations["logging_destination"] == ("arn:aws:logs:d",)


def test_a_gateway_load_balancer_has_no_tls_and_no_log() -> None:
    """It hands packets to appliances inside the network: nothing of it is asked."""
    gateway = {**BALANCER, "Type": "gateway", "LoadBalancerArn": LB.replace("/app/", "/gwy/")}
    del gateway["Scheme"]
    aws = FakeAws({**ANSWERS, "elasticloadbalancing:DescribeLoadBalancers": {"LoadBalancers": [gateway]}})
    (item,) = elbv2_load_balancer.items(aws)

    found = elbv2_load_balancer.resource(aws, item)

    assert at(found, "encryption_in_transit.enforced") is None
    assert at(found, "logging.enabled") is None
    assert at(found, "network.private") is True
    assert at(found, "resilience.deletion_protected") is True
    assert "elasticloadbalancing:DescribeListeners" not in {call for call, _ in aws.calls}
    assert at(code(listeners=[], load_balancer_type="gateway"), "encryption_in_transit.enforced") is None


@pytest.mark.parametrize(
    ("denied", "unknown"),
    [
        (
            "elasticloadbalancing:DescribeListeners",
            {
                "encryption_in_transit.enforced",
                "encryption_in_transit.minimum_tls",
                "encryption_in_transit.certificate_expires",
                "config.listeners",
                "network",
            },
        ),
        ("elasticloadbalancing:DescribeRules", {"encryption_in_transit.enforced", "config.listeners"}),
        (
            "elasticloadbalancing:DescribeLoadBalancerAttributes",
            {"logging.enabled", "logging.kinds", "resilience", "config.drops_invalid_headers"},
        ),
        ("acm:ListCertificates", {"encryption_in_transit.certificate_expires"}),
        ("wafv2:ListWebACLs", {"config.web_acl"}),
        ("wafv2:ListResourcesForWebACL", {"config.web_acl"}),
        ("elasticloadbalancing:DescribeTags", {"tags"}),
        ("logs:DescribeDeliverySources", set()),
    ],
)
def test_a_denied_call_makes_its_own_facts_unknown(denied: str, unknown: set[str]) -> None:
    """What the call would have filled is unknown, with the call's name; the rest is as it was."""
    whole, without = live(), live(denied=(denied,))

    assert {path for path in FACTS if at(without, path) != at(whole, path)} == unknown
    assert at(without, "resilience.redundant") is True
    assert at(without, "network.private") is False
    for path in unknown - {"network", "resilience", "config.listeners"}:
        assert denied in at(without, path).reason


def test_a_denied_delivery_decides_where_no_bucket_does() -> None:
    """Without a log to a bucket, whether it records is open."""
    off = attributes(**{**ATTRIBUTES, "access_logs.s3.enabled": "false"})

    found = live(LoadBalancerAttributes=off, denied=("logs:DescribeDeliverySources",))

    assert isinstance(at(found, "logging.enabled"), Unknown)


def test_a_denied_listing_is_a_gap() -> None:
    """An account that refuses the listing is not an empty one."""
    with pytest.raises(Denied, match="elasticloadbalancing:DescribeLoadBalancers"):
        list(elbv2_load_balancer.items(FakeAws(denied={"elasticloadbalancing:DescribeLoadBalancers"})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """A run that only asks where it stands needs the listing alone."""
    aws = FakeAws(ANSWERS, need={"network.private", "resilience.redundant"})

    (item,) = elbv2_load_balancer.items(aws)
    elbv2_load_balancer.resource(aws, item)

    assert [call for call, _ in aws.calls] == ["elasticloadbalancing:DescribeLoadBalancers"]


def test_what_filters_is_asked_once_for_all() -> None:
    """One call for each web ACL, however many load balancers there are."""
    many = [{**BALANCER, "LoadBalancerArn": f"{LB}{number}"} for number in range(5)]
    aws = FakeAws({**ANSWERS, "elasticloadbalancing:DescribeLoadBalancers": {"LoadBalancers": many}})

    items = list(elbv2_load_balancer.items(aws))

    assert [item["web_acl"] for item in items] == [None] * 5
    assert len(aws.calls) == 3


def test_a_web_acl_deleted_meanwhile_filters_nothing() -> None:
    """Between the listing and the question it went away."""
    gone: dict[str, Any] = {"wafv2:ListResourcesForWebACL": Code("WAFNonexistentItemException")}

    assert at(live(**gone), "config.web_acl") is None


def test_a_certificate_kept_in_iam() -> None:
    """Its end is in IAM's listing, which is asked only then."""
    own = "arn:aws:iam::123456789012:server-certificate/old"
    listener = {**HTTPS, "Certificates": [{"CertificateArn": own}]}
    known: dict[str, Any] = {
        "iam:ListServerCertificates": {
            "ServerCertificateMetadataList": [
                {"Arn": own, "ServerCertificateId": "A", "Expiration": "2026-03-01T00:00:00+00:00"}
            ]
        }
    }

    found = live(Listeners={"Listeners": [listener, HTTPS]}, **known)

    assert at(found, "encryption_in_transit.certificate_expires") == "2026-03-01T00:00:00Z"
    assert [each.certificate_kept_by for each in at(found, "config.listeners")] == ["iam", "acm"]


def test_a_certificate_that_acm_does_not_list_is_unknown() -> None:
    """Its end is not guessed."""
    none: dict[str, Any] = {"acm:ListCertificates": {"CertificateSummaryList": []}}

    found = live(**none)

    assert isinstance(at(found, "encryption_in_transit.certificate_expires"), Unknown)


def test_every_kind_of_key_is_asked_for() -> None:
    """ACM lists certificates with elliptic-curve keys only to those who ask."""
    aws = FakeAws(ANSWERS)
    (item,) = elbv2_load_balancer.items(aws)

    elbv2_load_balancer.resource(aws, item)

    (arguments,) = (arguments for call, arguments in aws.calls if call == "acm:ListCertificates")
    assert "EC_prime256v1" in arguments["Includes"]["keyTypes"]


WHY = Unknown("var.x has no value", ("var.x",))


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"internal": WHY}, "network.private"),
        ({"enable_deletion_protection": WHY}, "resilience.deletion_protected"),
        ({"drop_invalid_header_fields": WHY}, "config.drops_invalid_headers"),
        ({"subnets": WHY}, "resilience.redundant"),
        ({"load_balancer_type": WHY}, "config.web_acl"),
        ({"load_balancer_type": WHY}, "logging.enabled"),
        ({"listeners": [WHY]}, "encryption_in_transit.enforced"),
        ({"listeners": [https_block(ssl_policy=WHY)]}, "encryption_in_transit.minimum_tls"),
        ({"listeners": [http_block(protocol=WHY)]}, "encryption_in_transit.enforced"),
        ({"parts": {"aws_lb_listener_rule": [WHY]}}, "encryption_in_transit.enforced"),
        ({"parts": {"aws_wafv2_web_acl_association": [WHY]}}, "config.web_acl"),
    ],
)
def test_what_the_code_leaves_open_is_unknown(changes: dict[str, Any], path: str) -> None:
    """A variable without a value, or a part that may belong here, decides nothing."""
    assert isinstance(at(code(**changes), path), Unknown)


def test_the_zones_that_code_names() -> None:
    """By subnets, or by mappings; where a plan shows both, the mappings are what the provider makes of the subnets."""
    mapped = FakeBlock("aws_lb.chart", blocks={"subnet_mapping": [{"subnet_id": "a"}, {"subnet_id": "b"}]})
    both = FakeBlock("aws_lb.chart", blocks={"subnet_mapping": [WHY]}, subnets=["a"])
    neither = FakeBlock("aws_lb.chart")

    zones = [
        at(elbv2_load_balancer.TERRAFORM[0].build(each, {}, FakeSource([each])), "resilience.redundant")
        for each in (mapped, both, neither)
    ]

    assert zones[:2] == [True, False]
    assert isinstance(zones[2], Unknown)


def test_a_web_acl_of_waf_classic_does_not_count() -> None:
    """Its support has ended, and a live account is not asked for it."""
    tie = FakeBlock("aws_wafregional_web_acl_association.c", web_acl_id="old")
    parts: dict[str, list[Any]] = {
        "aws_wafv2_web_acl_association": [],
        "aws_wafregional_web_acl_association": [tie],
    }

    assert at(code(parts=parts), "config.web_acl") is None


def test_a_listener_without_a_policy_has_the_old_default() -> None:
    """AWS gives it one that accepts TLS 1.0."""
    assert at(code(listeners=[https_block(ssl_policy=None)]), "encryption_in_transit.minimum_tls") == "1.0"


def test_a_delivery_in_code_records() -> None:
    """Without `access_logs`, a delivery of CloudWatch Logs counts."""
    block = FakeBlock("aws_lb.chart", subnets=[])
    parts: dict[str, list[Any]] = {"aws_cloudwatch_log_delivery": [FakeBlock("aws_cloudwatch_log_delivery.d")]}

    found = elbv2_load_balancer.TERRAFORM[1].build(block, parts, FakeSource([block]))

    assert at(found, "logging.enabled") is True
    assert found.relations["logging_destination"] == ("aws_cloudwatch_log_delivery.d",)


def test_a_listing_on_several_pages() -> None:
    """Every page's load balancers are yielded."""
    pages = [{"LoadBalancers": [NETWORK]}, {"LoadBalancers": [{**NETWORK, "LoadBalancerArn": "arn:b"}]}]

    aws = FakeAws({asked("elasticloadbalancing:DescribeLoadBalancers"): pages})

    assert [item["balancer"]["LoadBalancerArn"] for item in elbv2_load_balancer.items(aws)] == [
        NETWORK["LoadBalancerArn"],
        "arn:b",
    ]
