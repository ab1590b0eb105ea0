"""Trails, filters, alarms, buckets and keys in HCL, through the real evaluator."""

from typing import Any

import pytest

from phiward.collectors.port import Options
from phiward.collectors.terraform.collector import TerraformCollector
from phiward.inventory.model import Resource, Unknown

CODE = r"""
locals {
  routes = ["CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation", "DeleteRouteTable",
            "DeleteRoute", "DisassociateRouteTable"]
}
resource "aws_s3_bucket" "logs" { bucket_prefix = "logs-" }
resource "aws_s3_bucket" "scans" { bucket_prefix = "scans-" }
resource "aws_s3_bucket" "other" { bucket_prefix = "other-" }
resource "aws_cloudwatch_log_group" "trail" { name = "trail" }
resource "aws_sns_topic" "security" { name = "security" }
resource "aws_cloudtrail" "audit" {
  name                       = "audit"
  s3_bucket_name             = aws_s3_bucket.logs.id
  is_multi_region_trail      = true
  cloud_watch_logs_group_arn = "${aws_cloudwatch_log_group.trail.arn}:*"
  event_selector {
    read_write_type           = "All"
    include_management_events = true
    data_resource {
      type   = "AWS::S3::Object"
      values = ["${aws_s3_bucket.scans.arn}/"]
    }
  }
}
resource "aws_cloudwatch_log_metric_filter" "routes" {
  name           = "routes"
  log_group_name = aws_cloudwatch_log_group.trail.name
  pattern        = "{ ${join(" || ", [for name in local.routes : "($.eventName = ${name})"])} }"
  metric_transformation {
    name      = "RouteChanges"
    namespace = "Audit"
    value     = "1"
  }
}
resource "aws_cloudwatch_log_metric_filter" "root" {
  name           = "root"
  log_group_name = aws_cloudwatch_log_group.trail.name
  pattern        = "{ $.userIdentity.type = \"Root\" }"
  metric_transformation {
    name      = "Root"
    namespace = "Audit"
    value     = "1"
  }
}
resource "aws_cloudwatch_metric_alarm" "routes" {
  alarm_name          = "routes"
  metric_name         = aws_cloudwatch_log_metric_filter.routes.metric_transformation[0].name
  namespace           = aws_cloudwatch_log_metric_filter.routes.metric_transformation[0].namespace
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1
  alarm_actions       = [aws_sns_topic.security.arn]
}
resource "aws_s3_bucket_notification" "scans" {
  bucket      = aws_s3_bucket.scans.id
  eventbridge = true
}
resource "aws_s3_account_public_access_block" "this" {
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
resource "aws_kms_key" "enclave" {
  description = "records, for the enclave alone"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = aws_s3_bucket.scans.arn }
      Action    = ["kms:Decrypt"]
      Resource  = "*"
    }]
  })
}
resource "aws_kms_grant" "old" {
  key_id            = aws_kms_key.enclave.key_id
  grantee_principal = "arn:aws:iam::123456789012:role/old"
  operations        = ["Decrypt"]
}
"""


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Resource]:
    """Collect the code once: the resources by address."""
    folder = tmp_path_factory.mktemp("code")
    (folder / "main.tf").write_text(CODE)
    options = Options(now="2026-01-02T03:04:05Z")
    found = TerraformCollector().collect(str(folder), options, lambda _: None)
    return {each.id: each for each in found if isinstance(each, Resource)}


def config(resource: Resource) -> Any:
    """Return what only the type has."""
    return resource.config


def test_a_trail_finds_its_group_filters_and_alarms(code: dict[str, Resource]) -> None:
    """The log group's ARN is followed by `:*`, the pattern is joined, the metric is named by reference."""
    coverage = config(code["aws_cloudtrail.audit"]).coverage

    assert coverage.all_regions is True
    assert coverage.unwatched.route_changes == ()
    assert coverage.unwatched.root_usage == ("no alarm watches metric Audit/Root of metric filter root",)
    assert coverage.unwatched.vpc_changes[0].startswith("no metric filter of log group aws_cloudwatch_log_group.trail")


def test_a_trail_records_the_bucket_that_it_names(code: dict[str, Resource]) -> None:
    """And no other; the account may have other trails."""
    scans, other = code["aws_s3_bucket.scans"], code["aws_s3_bucket.other"]

    assert (config(scans).object_reads_recorded, config(scans).object_writes_recorded) == (True, True)
    assert scans.relations["recorded_by"] == ("aws_cloudtrail.audit",)
    assert isinstance(config(other).object_reads_recorded, Unknown)
    assert config(code["aws_cloudtrail.audit"]).coverage.object_reads is not True


def test_a_filter_is_joined_with_its_alarm(code: dict[str, Resource]) -> None:
    """And with its log group."""
    routes, root = (code[f"aws_cloudwatch_log_metric_filter.{name}"] for name in ("routes", "root"))

    assert routes.relations == {
        "log_group": ("aws_cloudwatch_log_group.trail",),
        "alarms": ("aws_cloudwatch_metric_alarm.routes",),
    }
    assert (config(routes).subjects, root.relations["alarms"]) == (("route_changes",), ())
    assert config(code["aws_cloudwatch_metric_alarm.routes"]).alarm_actions == ("aws_sns_topic.security",)


def test_parts_reach_their_bucket_and_key(code: dict[str, Resource]) -> None:
    """Notifications and grants; the account's block is a resource of its own."""
    assert config(code["aws_s3_bucket.scans"]).notifies == ("eventbridge",)
    assert config(code["aws_s3_bucket.other"]).notifies == ()
    assert config(code["aws_s3_account_public_access_block.this"]).restrict_public_buckets is True
    enclave = config(code["aws_kms_key.enclave"]).enclave
    assert (enclave.unattested, enclave.bypasses) == (("statement 1",), ("statement 1", "grant aws_kms_grant.old"))


def test_code_does_not_tell_deliveries(code: dict[str, Resource]) -> None:
    """They are seen in the account."""
    assert config(code["aws_cloudtrail.audit"]).last_log_group_delivery == Unknown("events are delivered once it runs")
