"""The edge of an account in HCL: split resources reach their owner, and nobody else."""

from pathlib import Path
from typing import Any

import pytest

from phiward.collectors.port import Options
from phiward.collectors.terraform.collector import TerraformCollector
from phiward.inventory.model import Resource

REDIRECT = """
  default_action {
    type = "redirect"
    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }
"""
CODE = f"""
resource "aws_subnet" "a" {{
  count      = 2
  vpc_id     = "vpc-1"
  cidr_block = "10.0.${{count.index}}.0/24"
}}
resource "aws_acm_certificate" "chart" {{ domain_name = "chart.example.org" }}
resource "aws_acm_certificate_validation" "chart" {{ certificate_arn = aws_acm_certificate.chart.arn }}
resource "aws_lb" "good" {{ subnets = aws_subnet.a[*].id }}
resource "aws_lb_listener" "https" {{
  load_balancer_arn = aws_lb.good.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate_validation.chart.certificate_arn
  default_action {{ type = "forward" }}
}}
resource "aws_lb_listener" "http" {{
  load_balancer_arn = aws_lb.good.arn
  port              = 80
  {REDIRECT}
}}
resource "aws_alb" "loose" {{ subnets = [aws_subnet.a[0].id] }}
resource "aws_alb_listener" "http" {{
  load_balancer_arn = aws_alb.loose.arn
  port              = 80
  {REDIRECT}
}}
resource "aws_alb_listener_rule" "chart" {{
  listener_arn = aws_alb_listener.http.arn
  action {{ type = "forward" }}
}}
resource "aws_wafv2_web_acl" "edge" {{ scope = "REGIONAL" }}
resource "aws_wafv2_web_acl_association" "lb" {{
  resource_arn = aws_lb.good.arn
  web_acl_arn  = aws_wafv2_web_acl.edge.arn
}}
resource "aws_api_gateway_rest_api" "chart" {{ name = "chart" }}
resource "aws_api_gateway_stage" "filtered" {{
  rest_api_id = aws_api_gateway_rest_api.chart.id
  stage_name  = "prod"
}}
resource "aws_api_gateway_stage" "bare" {{
  rest_api_id = aws_api_gateway_rest_api.chart.id
  stage_name  = "test"
}}
resource "aws_wafv2_web_acl_association" "api" {{
  resource_arn = aws_api_gateway_stage.filtered.arn
  web_acl_arn  = aws_wafv2_web_acl.edge.arn
}}
resource "aws_api_gateway_method_settings" "all" {{
  rest_api_id = aws_api_gateway_rest_api.chart.id
  stage_name  = aws_api_gateway_stage.filtered.stage_name
  method_path = "*/*"
  settings {{ logging_level = "INFO" }}
}}
resource "aws_cloudfront_distribution" "site" {{
  enabled = true
  default_cache_behavior {{ viewer_protocol_policy = "https-only" }}
  viewer_certificate {{ cloudfront_default_certificate = true }}
}}
resource "aws_cloudwatch_log_delivery_source" "site" {{
  name         = "site"
  log_type     = "ACCESS_LOGS"
  resource_arn = aws_cloudfront_distribution.site.arn
}}
resource "aws_cloudwatch_log_delivery" "site" {{
  delivery_source_name     = aws_cloudwatch_log_delivery_source.site.name
  delivery_destination_arn = "arn:aws:logs:us-east-1:123456789012:delivery-destination:d"
}}
resource "aws_elb" "classic" {{
  name               = "classic"
  availability_zones = ["us-east-1a", "us-east-1b"]
  listener {{
    instance_port      = 443
    instance_protocol  = "https"
    lb_port            = 443
    lb_protocol        = "https"
    ssl_certificate_id = aws_acm_certificate.chart.arn
  }}
}}
resource "aws_load_balancer_policy" "tls" {{
  load_balancer_name = aws_elb.classic.name
  policy_name        = "tls"
  policy_type_name   = "SSLNegotiationPolicyType"
  policy_attribute {{
    name  = "Reference-Security-Policy"
    value = "ELBSecurityPolicy-TLS-1-2-2017-01"
  }}
}}
resource "aws_load_balancer_listener_policy" "tls" {{
  load_balancer_name = aws_elb.classic.name
  load_balancer_port = 443
  policy_names       = [aws_load_balancer_policy.tls.policy_name]
}}
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Resource]:
    """Read the code, and return its resources by address."""
    folder = tmp_path_factory.mktemp("edge")
    Path(folder, "main.tf").write_text(CODE)
    yielded = TerraformCollector().collect(str(folder), Options(now="2026-11-23T00:00:00Z"), lambda _: None)
    return {each.id: each for each in yielded if isinstance(each, Resource)}


@pytest.mark.parametrize(
    ("address", "path", "expected"),
    [
        ("aws_lb.good", "encryption_in_transit.enforced", True),
        ("aws_lb.good", "encryption_in_transit.minimum_tls", "1.2"),
        ("aws_lb.good", "resilience.redundant", True),
        ("aws_lb.good", "config.web_acl", "aws_wafv2_web_acl.edge"),
        ("aws_alb.loose", "encryption_in_transit.enforced", False),
        ("aws_alb.loose", "resilience.redundant", False),
        ("aws_alb.loose", "config.web_acl", None),
        ("aws_api_gateway_stage.filtered", "config.web_acl", "aws_wafv2_web_acl.edge"),
        ("aws_api_gateway_stage.filtered", "config.execution_log_level", "INFO"),
        ("aws_api_gateway_stage.bare", "config.web_acl", None),
        ("aws_api_gateway_stage.bare", "config.execution_log_level", "OFF"),
        ("aws_cloudfront_distribution.site", "logging.enabled", True),
        ("aws_cloudfront_distribution.site", "logging.destinations", ("aws_cloudwatch_log_delivery.site",)),
        ("aws_wafv2_web_acl.edge", "logging.enabled", False),
        ("aws_elb.classic", "encryption_in_transit.minimum_tls", "1.2"),
    ],
)
def test_each_part_reaches_its_owner_alone(found: dict[str, Resource], address: str, path: str, expected: Any) -> None:
    """A listener's rules go through the listener, and what is tied to an API leaves no doubt about a load balancer."""
    value: Any = found[address]
    for name in path.split("."):
        value = getattr(value, name)

    assert value == expected


def test_a_validated_certificate_is_the_certificate(found: dict[str, Resource]) -> None:
    """A listener that waits for the validation shows what was validated."""
    assert found["aws_lb.good"].relations["certificates"] == ("aws_acm_certificate.chart",)
    assert found["aws_elb.classic"].relations["certificates"] == ("aws_acm_certificate.chart",)
