resource "aws_cloudwatch_log_group" "Log" {
  name = "aws-waf-logs-scans"
}
resource "aws_wafv2_web_acl" "Good" {
  name  = "good"
  scope = "REGIONAL"
  default_action {
    allow {}
  }
  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = "good"
    sampled_requests_enabled   = true
  }
}
resource "aws_wafv2_web_acl_logging_configuration" "Logging" {
  resource_arn            = aws_wafv2_web_acl.Good.arn
  log_destination_configs = [aws_cloudwatch_log_group.Log.arn]
}
resource "aws_wafv2_web_acl" "Bad" {
  name  = "bad"
  scope = "CLOUDFRONT"
}
