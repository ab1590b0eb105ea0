"""Where traffic comes in: load balancers and distributions."""

from config_items import ACCOUNT, API_TAGS, REGION, Pair, item

from config_pairs.answers import CERTIFICATE

_BALANCER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:loadbalancer/app/web/1"

_LISTENER = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:listener/app/web/1/2"

_DISTRIBUTION = f"arn:aws:cloudfront::{ACCOUNT}:distribution/E1"


PAIRS = (
    Pair(
        "aws.elbv2.load_balancer",
        {
            "elasticloadbalancing:DescribeLoadBalancers": {
                "LoadBalancers": [
                    {
                        "LoadBalancerArn": _BALANCER,
                        "LoadBalancerName": "web",
                        "Type": "application",
                        "Scheme": "internet-facing",
                        "SecurityGroups": ["sg-1"],
                        "AvailabilityZones": [{"ZoneName": "us-east-1a", "SubnetId": "subnet-1"}],
                    }
                ]
            },
            "elasticloadbalancing:DescribeListeners": {
                "Listeners": [
                    {
                        "ListenerArn": _LISTENER,
                        "LoadBalancerArn": _BALANCER,
                        "Port": 443,
                        "Protocol": "HTTPS",
                        "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
                        "Certificates": [{"CertificateArn": CERTIFICATE}],
                        "DefaultActions": [{"Type": "forward"}],
                    }
                ]
            },
            "elasticloadbalancing:DescribeTags": {"TagDescriptions": [{"ResourceArn": _BALANCER, "Tags": API_TAGS}]},
            "acm:ListCertificates": {
                "CertificateSummaryList": [
                    {
                        "CertificateArn": CERTIFICATE,
                        "DomainName": "a.example",
                        "Status": "ISSUED",
                        "Type": "AMAZON_ISSUED",
                        "NotAfter": "2026-06-01T00:00:00Z",
                        "InUse": True,
                    }
                ]
            },
        },
        (
            item(
                "AWS::ElasticLoadBalancingV2::LoadBalancer",
                _BALANCER,
                {
                    "loadBalancerArn": _BALANCER,
                    "loadBalancerName": "web",
                    "type": "application",
                    "scheme": "internet-facing",
                    "securityGroups": [{"value": "sg-1"}],
                    "availabilityZones": [{"zoneName": "us-east-1a", "subnetId": "subnet-1"}],
                    "state": {"code": "active"},
                },
                arn=_BALANCER,
                name="web",
            ),
            item(
                "AWS::ElasticLoadBalancingV2::Listener",
                _LISTENER,
                {
                    "ListenerArn": _LISTENER,
                    "LoadBalancerArn": _BALANCER,
                    "Port": 443,
                    "Protocol": "HTTPS",
                    "SslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
                    "Certificates": [{"CertificateArn": CERTIFICATE}],
                    "DefaultActions": [{"Type": "forward"}],
                },
                arn=_LISTENER,
            ),
            item(
                "AWS::ACM::Certificate",
                CERTIFICATE,
                {
                    "certificateArn": CERTIFICATE,
                    "domainName": "a.example",
                    "status": "ISSUED",
                    "type": "AMAZON_ISSUED",
                    "notAfter": "2026-06-01T00:00:00.000Z",
                    "inUseBy": [_BALANCER],
                },
                arn=CERTIFICATE,
            ),
        ),
    ),
    Pair(
        "aws.elb.load_balancer",
        {
            "elasticloadbalancing:DescribeLoadBalancers": {
                "LoadBalancerDescriptions": [
                    {
                        "LoadBalancerName": "old",
                        "Scheme": "internal",
                        "AvailabilityZones": ["us-east-1a", "us-east-1b"],
                        "Subnets": ["subnet-1"],
                        "SecurityGroups": ["sg-1"],
                        "ListenerDescriptions": [
                            {
                                "Listener": {
                                    "Protocol": "HTTPS",
                                    "LoadBalancerPort": 443,
                                    "InstanceProtocol": "HTTP",
                                    "InstancePort": 80,
                                    "SSLCertificateId": f"arn:aws:iam::{ACCOUNT}:server-certificate/a",
                                },
                                "PolicyNames": ["mine"],
                            }
                        ],
                    }
                ]
            },
            "elasticloadbalancing:DescribeLoadBalancerPolicies": {
                "PolicyDescriptions": [
                    {
                        "PolicyName": "mine",
                        "PolicyTypeName": "SSLNegotiationPolicyType",
                        "PolicyAttributeDescriptions": [
                            {"AttributeName": "Protocol-TLSv1.2", "AttributeValue": "true"},
                            {"AttributeName": "Protocol-TLSv1", "AttributeValue": "false"},
                        ],
                    }
                ]
            },
            "elasticloadbalancing:DescribeTags": {"TagDescriptions": [{"LoadBalancerName": "old", "Tags": API_TAGS}]},
        },
        (
            item(
                "AWS::ElasticLoadBalancing::LoadBalancer",
                "old",
                {
                    "loadBalancerName": "old",
                    "scheme": "internal",
                    "availabilityZones": [{"value": "us-east-1a"}, {"value": "us-east-1b"}],
                    "subnets": [{"value": "subnet-1"}],
                    "securityGroups": [{"value": "sg-1"}],
                    "listenerDescriptions": [
                        {
                            "listener": {
                                "protocol": "HTTPS",
                                "loadBalancerPort": 443,
                                "instanceProtocol": "HTTP",
                                "instancePort": 80,
                                "sslcertificateId": f"arn:aws:iam::{ACCOUNT}:server-certificate/a",
                            },
                            "policyNames": ["mine"],
                        }
                    ],
                },
                name="old",
                supplement={
                    "LoadBalancerPolicies": [
                        {
                            "policyName": "mine",
                            "policyTypeName": "SSLNegotiationPolicyType",
                            "policyAttributeDescriptions": [
                                {"attributeName": "Protocol-TLSv1.2", "attributeValue": "true"},
                                {"attributeName": "Protocol-TLSv1", "attributeValue": "false"},
                            ],
                        }
                    ]
                },
            ),
        ),
    ),
    Pair(
        "aws.cloudfront.distribution",
        {
            "cloudfront:ListDistributions": {
                "DistributionList": {
                    "Items": [
                        {
                            "Id": "E1",
                            "ARN": _DISTRIBUTION,
                            "DomainName": "d1.cloudfront.net",
                            "Enabled": True,
                            "Aliases": {"Quantity": 1, "Items": ["a.example"]},
                            "DefaultCacheBehavior": {
                                "TargetOriginId": "o",
                                "ViewerProtocolPolicy": "https-only",
                                "RealtimeLogConfigArn": "arn:aws:kinesis:us-east-1:123456789012:x",
                            },
                            "CacheBehaviors": {"Quantity": 0, "Items": []},
                            "ViewerCertificate": {
                                "ACMCertificateArn": CERTIFICATE,
                                "MinimumProtocolVersion": "TLSv1.2_2021",
                            },
                            "WebACLId": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1",
                        }
                    ],
                }
            },
            "cloudfront:GetDistributionConfig": {
                "DistributionConfig": {
                    "Logging": {
                        "Enabled": True,
                        "IncludeCookies": False,
                        "Bucket": "logs.s3.amazonaws.com",
                        "Prefix": "",
                    }
                }
            },
            "cloudfront:ListTagsForResource": {"Tags": {"Items": API_TAGS}},
        },
        (
            item(
                "AWS::CloudFront::Distribution",
                "E1",
                {
                    "id": "E1",
                    "arn": _DISTRIBUTION,
                    "domainName": "d1.cloudfront.net",
                    "status": "Deployed",
                    "distributionConfig": {
                        "enabled": True,
                        "aliases": {"quantity": 1, "items": ["a.example"]},
                        "defaultCacheBehavior": {"targetOriginId": "o", "viewerProtocolPolicy": "https-only"},
                        "cacheBehaviors": {"quantity": 0, "items": []},
                        "viewerCertificate": {
                            "acmCertificateArn": CERTIFICATE,
                            "minimumProtocolVersion": "TLSv1.2_2021",
                            "iamCertificateId": None,
                        },
                        "webACLId": "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1",
                        "logging": {
                            "enabled": True,
                            "includeCookies": False,
                            "bucket": "logs.s3.amazonaws.com",
                            "prefix": "",
                        },
                    },
                },
                arn=_DISTRIBUTION,
            ),
        ),
        frozenset({"logging.kinds"}),
    ),
)
