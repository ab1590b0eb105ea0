"""Load balancers, distributions, certificates, web ACLs and API stages of a simulated account, over HTTP, judged."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest

from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.aws.limits import Limits
from phiward.collectors.port import Options
from phiward.collectors.registry import catalog
from phiward.engine import library
from phiward.engine.compiled import compile_rules
from phiward.engine.evaluate import evaluate
from phiward.engine.findings import Verdict
from phiward.engine.rules import needs, select
from phiward.inventory import wire
from phiward.inventory.model import CollectionGap, Resource

pytestmark = pytest.mark.live

NOW = "2026-11-23T00:00:00Z"
TYPES = {
    "aws.elb.load_balancer",
    "aws.elbv2.load_balancer",
    "aws.cloudfront.distribution",
    "aws.acm.certificate",
    "aws.wafv2.web_acl",
    "aws.apigateway.stage",
    "aws.apigatewayv2.stage",
}
"""What the simulation has. It has no WAF Classic."""


class Network(NamedTuple):
    """Where load balancers stand."""

    subnets: list[str]
    group: str


def client(service: str) -> Any:
    """Return a client to make the account with."""
    import boto3

    return boto3.client(service, region_name="us-east-1")


def certificate(name: str, days: int) -> str:
    """Import a certificate that ends so many days after the run, and return its ARN."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(65537, 2048)
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    end = datetime.fromisoformat(NOW).astimezone(UTC) + timedelta(days=days)
    made = (
        x509.CertificateBuilder()
        .subject_name(called)
        .issuer_name(called)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(end - timedelta(days=365))
        .not_valid_after(end)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    answer = client("acm").import_certificate(
        Certificate=made.public_bytes(serialization.Encoding.PEM),
        PrivateKey=key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain),
    )
    return str(answer["CertificateArn"])


def make_network() -> Network:
    """Make two subnets in two zones, and a security group."""
    ec2 = client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"us-east-1{zone}")["Subnet"]
        for number, zone in enumerate("ab")
    ]
    group = ec2.create_security_group(GroupName="edge", Description="The edge", VpcId=vpc)["GroupId"]
    return Network([subnet["SubnetId"] for subnet in subnets], group)


def make_load_balancers(shown: str, old: str, where: Network) -> None:
    """Make a good and a bad one of each generation, and one that passes on TCP."""
    client("s3").create_bucket(Bucket="edge-log")
    v2 = client("elbv2")

    def balancer(name: str, kind: str, **options: Any) -> str:
        groups = {"SecurityGroups": [where.group]} if kind == "application" else {}
        made = v2.create_load_balancer(Name=name, Type=kind, Subnets=where.subnets, **groups, **options)
        return str(made["LoadBalancers"][0]["LoadBalancerArn"])

    def listener(of: str, protocol: str, port: int, action: dict[str, Any], **options: Any) -> str:
        made = v2.create_listener(LoadBalancerArn=of, Protocol=protocol, Port=port, DefaultActions=[action], **options)
        return str(made["Listeners"][0]["ListenerArn"])

    vpc = client("ec2").describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.9.0.0/16"]}])["Vpcs"][0]["VpcId"]
    target = v2.create_target_group(Name="chart", Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]
    forward = {"Type": "forward", "TargetGroupArn": target["TargetGroupArn"]}
    redirect = {"Type": "redirect", "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}}
    tls = "ELBSecurityPolicy-TLS13-1-2-2021-06"

    good = balancer("good", "application", Scheme="internal")
    listener(good, "HTTPS", 443, forward, SslPolicy=tls, Certificates=[{"CertificateArn": shown}])
    listener(good, "HTTP", 80, redirect)
    v2.modify_load_balancer_attributes(
        LoadBalancerArn=good,
        Attributes=[
            {"Key": "access_logs.s3.enabled", "Value": "true"},
            {"Key": "access_logs.s3.bucket", "Value": "edge-log"},
            {"Key": "deletion_protection.enabled", "Value": "true"},
            {"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"},
        ],
    )
    bad = balancer("bad", "application", Scheme="internet-facing")
    old_policy = {"SslPolicy": "ELBSecurityPolicy-2016-08", "Certificates": [{"CertificateArn": old}]}
    listener(bad, "HTTPS", 443, forward, **old_policy)
    loose = listener(bad, "HTTP", 80, redirect)
    v2.create_rule(
        ListenerArn=loose, Priority=1, Conditions=[{"Field": "path-pattern", "Values": ["/chart"]}], Actions=[forward]
    )
    passes = balancer("passes-on", "network", Scheme="internal")
    listener(passes, "TCP", 2575, forward)

    classic = client("elb")
    https = {"Protocol": "HTTPS", "LoadBalancerPort": 443, "InstanceProtocol": "HTTPS", "InstancePort": 443}
    classic.create_load_balancer(
        LoadBalancerName="good-classic",
        Listeners=[{**https, "SSLCertificateId": shown}],
        AvailabilityZones=["us-east-1a", "us-east-1b"],
        Scheme="internal",
    )
    classic.create_load_balancer_policy(
        LoadBalancerName="good-classic",
        PolicyName="current",
        PolicyTypeName="SSLNegotiationPolicyType",
        PolicyAttributes=[
            {"AttributeName": "Reference-Security-Policy", "AttributeValue": "ELBSecurityPolicy-TLS-1-2-2017-01"}
        ],
    )
    classic.set_load_balancer_policies_of_listener(
        LoadBalancerName="good-classic", LoadBalancerPort=443, PolicyNames=["current"]
    )
    classic.modify_load_balancer_attributes(
        LoadBalancerName="good-classic",
        LoadBalancerAttributes={
            "CrossZoneLoadBalancing": {"Enabled": True},
            "AccessLog": {"Enabled": True, "S3BucketName": "edge-log"},
        },
    )
    http = {"Protocol": "HTTP", "LoadBalancerPort": 80, "InstanceProtocol": "HTTP", "InstancePort": 80}
    own = "arn:aws:iam::123456789012:server-certificate/old"
    classic.create_load_balancer(
        LoadBalancerName="bad-classic",
        Listeners=[http, {**https, "SSLCertificateId": own}],
        AvailabilityZones=["us-east-1a"],
    )


def make_distributions(shown: str) -> None:
    """Make a distribution that is right in every way, and one that is wrong in every way."""
    origin = {"Id": "o", "DomainName": "chart.example.org"}
    custom = {"HTTPPort": 80, "HTTPSPort": 443, "OriginProtocolPolicy": "https-only"}

    def distribution(name: str, default: str, other: str, **options: Any) -> None:
        behavior = {"TargetOriginId": "o", "MinTTL": 0}
        others = [{**behavior, "PathPattern": "/scans/*", "ViewerProtocolPolicy": other}]
        client("cloudfront").create_distribution(
            DistributionConfig={
                "CallerReference": name,
                "Comment": name,
                "Enabled": True,
                "Aliases": {"Quantity": 1, "Items": [f"{name}.example.org"]},
                "Origins": {"Quantity": 1, "Items": [{**origin, "CustomOriginConfig": custom}]},
                "DefaultCacheBehavior": {**behavior, "ViewerProtocolPolicy": default},
                "CacheBehaviors": {"Quantity": 1, "Items": others},
                **options,
            }
        )

    distribution(
        "good",
        "redirect-to-https",
        "https-only",
        Logging={"Enabled": True, "IncludeCookies": False, "Bucket": "edge-log.s3.amazonaws.com", "Prefix": "cdn/"},
        ViewerCertificate={
            "ACMCertificateArn": shown,
            "MinimumProtocolVersion": "TLSv1.2_2021",
            "SSLSupportMethod": "sni-only",
        },
        WebACLId="arn:aws:wafv2:us-east-1:123456789012:global/webacl/good/1",
    )
    distribution("bad", "redirect-to-https", "allow-all", ViewerCertificate={"CloudFrontDefaultCertificate": True})


def make_web_acls() -> None:
    """Make web ACLs of both scopes, of which one records."""
    waf = client("wafv2")
    for name, scope in (("good", "REGIONAL"), ("bad", "REGIONAL"), ("bad-global", "CLOUDFRONT")):
        made = waf.create_web_acl(
            Name=name,
            Scope=scope,
            DefaultAction={"Allow": {}},
            VisibilityConfig={
                "SampledRequestsEnabled": False,
                "CloudWatchMetricsEnabled": False,
                "MetricName": name,
            },
            Rules=[],
        )
        if name == "good":
            waf.put_logging_configuration(
                LoggingConfiguration={
                    "ResourceArn": made["Summary"]["ARN"],
                    "LogDestinationConfigs": ["arn:aws:logs:us-east-1:123456789012:log-group:aws-waf-logs-edge"],
                }
            )


def make_rest_stages() -> None:
    """Make a stage that is right in every way, and one with a cache in plain text."""
    rest = client("apigateway")
    api = rest.create_rest_api(name="chart", endpointConfiguration={"types": ["PRIVATE"]})["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    rest.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="AWS_IAM")
    rest.put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
    deployment = rest.create_deployment(restApiId=api)["id"]
    for name in ("good", "bad"):
        rest.create_stage(
            restApiId=api,
            stageName=name,
            deploymentId=deployment,
            cacheClusterEnabled=name == "bad",
            cacheClusterSize="0.5",
            tracingEnabled=name == "good",
        )
    group = "arn:aws:logs:us-east-1:123456789012:log-group:api"
    settings = {
        "good": {"/*/*/logging/loglevel": "INFO", "/accessLogSettings/destinationArn": group},
        "bad": {"/*/*/caching/enabled": "true", "/*/*/caching/dataEncrypted": "false"},
    }
    for name, changes in settings.items():
        rest.update_stage(
            restApiId=api,
            stageName=name,
            patchOperations=[{"op": "replace", "path": path, "value": value} for path, value in changes.items()],
        )


def make_http_stages() -> None:
    """Make a stage of an HTTP API that records who calls, and one of a WebSocket API that records nothing."""
    apis = client("apigatewayv2")
    http = apis.create_api(Name="chart", ProtocolType="HTTP")["ApiId"]
    apis.create_stage(
        ApiId=http,
        StageName="good",
        AccessLogSettings={
            "DestinationArn": "arn:aws:logs:us-east-1:123456789012:log-group:http",
            "Format": "$context",
        },
    )
    socket = apis.create_api(Name="ward", ProtocolType="WEBSOCKET")["ApiId"]
    apis.create_stage(ApiId=socket, StageName="bad")


def scan() -> tuple[dict[tuple[str, str], Verdict], list[CollectionGap]]:
    """Collect what the controls need of these types, and judge it: the verdict by name and control."""
    types = catalog()
    rules = select(library.load(library.shipped(), types), types, "hipaa-security-rule")
    need = {name: paths for name, paths in needs(rules).items() if name in TYPES}
    assert need.keys() == TYPES
    options = Options(now=NOW, regions=("us-east-1",), need=need)
    found = list(AwsCollector(Limits(attempts=2)).collect("aws", options, lambda _: None))
    resources = sorted((each for each in found if isinstance(each, Resource)), key=lambda each: (each.type, each.id))
    names = {each.id: f"{each.type.split('.')[1]} {each.name}" for each in resources}
    lines = [wire.encode(each) for each in resources]
    findings = evaluate(lambda: iter(lines), compile_rules(rules), NOW, passes=True)
    judged = {(names[each.resource.id], each.control): each.verdict for each in findings if each.resource}
    return judged, [each for each in found if isinstance(each, CollectionGap)]


@pytest.fixture
def judged(aws_environment: str) -> dict[tuple[str, str], Verdict]:
    """Make the account and judge it."""
    shown, old = certificate("chart.example.org", 200), certificate("old.example.org", 5)
    make_load_balancers(shown, old, make_network())
    make_distributions(shown)
    make_web_acls()
    make_rest_stages()
    make_http_stages()
    verdicts, gaps = scan()
    assert gaps == []
    return verdicts


GOOD_AND_BAD = [
    ("elbv2 good", "elbv2 bad", "connections-encrypted"),
    ("elbv2 good", "elbv2 bad", "tls-version-current"),
    ("elbv2 good", "elbv2 bad", "certificate-not-expiring"),
    ("elbv2 good", "elbv2 bad", "activity-logged"),
    ("elbv2 good", "elbv2 bad", "load-balancer-protected-from-deletion"),
    ("elbv2 good", "elbv2 bad", "load-balancer-drops-invalid-headers"),
    ("elb good-classic", "elb bad-classic", "connections-encrypted"),
    ("elb good-classic", "elb bad-classic", "tls-version-current"),
    ("elb good-classic", "elb bad-classic", "classic-load-balancer-tls-policy-approved"),
    ("elb good-classic", "elb bad-classic", "load-balancer-certificate-from-acm"),
    ("elb good-classic", "elb bad-classic", "load-balancer-in-several-zones"),
    ("elb good-classic", "elb bad-classic", "classic-load-balancer-uses-all-zones"),
    ("elb good-classic", "elb bad-classic", "activity-logged"),
    ("cloudfront good.example.org", "cloudfront bad.example.org", "connections-encrypted"),
    ("cloudfront good.example.org", "cloudfront bad.example.org", "tls-version-current"),
    ("cloudfront good.example.org", "cloudfront bad.example.org", "activity-logged"),
    ("cloudfront good.example.org", "cloudfront bad.example.org", "web-traffic-filtered"),
    ("acm chart.example.org", "acm old.example.org", "certificate-not-expiring"),
    ("wafv2 good", "wafv2 bad", "activity-logged"),
    ("wafv2 good", "wafv2 bad-global", "activity-logged"),
    ("apigateway chart/good", "apigateway chart/bad", "activity-logged"),
    ("apigateway chart/good", "apigateway chart/bad", "api-calls-recorded"),
    ("apigateway chart/good", "apigateway chart/bad", "systems-watched"),
    ("apigatewayv2 chart/good", "apigatewayv2 ward/bad", "activity-logged"),
]
"""The good one, the bad one, and the control that tells them apart."""

OTHERS = {
    ("apigateway chart/bad", "api-cache-encrypted"): Verdict.FAIL,
    ("apigatewayv2 ward/bad", "api-calls-recorded"): Verdict.FAIL,
    ("elb bad-classic", "certificate-not-expiring"): Verdict.UNKNOWN,  # IAM of this account has no such certificate
    ("elbv2 passes-on", "connections-encrypted"): Verdict.UNKNOWN,
    ("elbv2 passes-on", "load-balancer-certificate-from-acm"): Verdict.PASS,
    (
        "elbv2 bad",
        "load-balancer-traffic-filtered",
    ): Verdict.UNKNOWN,  # the simulation does not tell what an ACL filters
}
NOT_ASKED = [
    ("apigateway chart/good", "api-cache-encrypted"),  # it has no cache
    ("apigatewayv2 chart/good", "api-calls-recorded"),  # an HTTP API has no such record
    ("acm chart.example.org", "connections-encrypted"),  # a certificate takes no connections
    ("elb bad-classic", "machine-has-no-public-address"),  # load balancers are there for the internet
    ("elbv2 bad", "machine-has-no-public-address"),
    ("elbv2 good", "load-balancer-traffic-filtered"),  # it stands inside
    ("elbv2 passes-on", "activity-logged"),  # without TLS it has nothing to record
    ("elbv2 passes-on", "load-balancer-drops-invalid-headers"),  # it reads no HTTP
]


def test_the_edge_of_an_account_is_judged(judged: dict[tuple[str, str], Verdict]) -> None:
    """The good pass, the bad fail, what cannot be told is unknown, and what does not apply is not asked."""
    expected = {
        **{(good, control): Verdict.PASS for good, _, control in GOOD_AND_BAD},
        **{(bad, control): Verdict.FAIL for _, bad, control in GOOD_AND_BAD},
        **OTHERS,
    }
    told = {key: judged.get(key) for key in expected}

    assert told == expected
    assert [key for key in NOT_ASKED if judged.get(key, Verdict.NOT_APPLICABLE) is not Verdict.NOT_APPLICABLE] == []
