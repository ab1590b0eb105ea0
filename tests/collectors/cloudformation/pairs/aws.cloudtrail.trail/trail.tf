resource "aws_s3_bucket" "Logs" {
  bucket = "logs"
}
resource "aws_cloudwatch_log_group" "Group" {
  name = "trail"
}
resource "aws_kms_key" "Key" {}
resource "aws_cloudtrail" "Trail" {
  name                          = "trail"
  s3_bucket_name                = aws_s3_bucket.Logs.id
  kms_key_id                    = aws_kms_key.Key.arn
  is_multi_region_trail         = true
  enable_log_file_validation    = true
  include_global_service_events = true
  cloud_watch_logs_group_arn    = aws_cloudwatch_log_group.Group.arn
  event_selector {
    read_write_type = "All"
    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3"]
    }
  }
}
resource "aws_cloudwatch_log_metric_filter" "Filter" {
  name           = "root"
  log_group_name = aws_cloudwatch_log_group.Group.name
  pattern        = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"
  metric_transformation {
    name      = "Root"
    namespace = "Trail"
    value     = "1"
  }
}
resource "aws_cloudwatch_metric_alarm" "Alarm" {
  alarm_name          = "root"
  metric_name         = "Root"
  namespace           = "Trail"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1
  threshold           = 1
  statistic           = "Sum"
  period              = 300
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:security"]
}
