resource "aws_cloudwatch_metric_alarm" "Simple" {
  alarm_name          = "simple"
  namespace           = "Trail"
  metric_name         = "RootUse"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1
  alarm_actions       = ["arn:aws:sns:us-east-1:123456789012:alarm"]
}
resource "aws_cloudwatch_metric_alarm" "Computed" {
  alarm_name          = "computed"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1
  actions_enabled     = false
  metric_query {
    id = "m"
    metric {
      namespace   = "Trail"
      metric_name = "Denied"
      period      = 300
      stat        = "Sum"
    }
  }
}
