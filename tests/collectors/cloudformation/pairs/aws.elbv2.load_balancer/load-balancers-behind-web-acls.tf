resource "aws_wafv2_web_acl" "Acl" {
  name  = "acl"
  scope = "REGIONAL"
}
resource "aws_wafregional_web_acl" "Old" {
  name        = "old"
  metric_name = "old"
}
resource "aws_lb" "Guarded" {
  name               = "guarded"
  load_balancer_type = "application"
}
resource "aws_wafv2_web_acl_association" "Association" {
  resource_arn = aws_lb.Guarded.arn
  web_acl_arn  = aws_wafv2_web_acl.Acl.arn
}
resource "aws_lb" "Older" {
  name               = "older"
  load_balancer_type = "application"
}
resource "aws_wafregional_web_acl_association" "OldAssociation" {
  resource_arn = aws_lb.Older.arn
  web_acl_id   = aws_wafregional_web_acl.Old.id
}
resource "aws_lb" "Bare" {
  name               = "bare"
  load_balancer_type = "application"
}
resource "aws_lb" "Network" {
  name               = "network"
  load_balancer_type = "network"
}
resource "aws_cloudwatch_log_delivery_source" "Source" {
  name         = "connections"
  log_type     = "NLB_ACCESS_LOGS"
  resource_arn = aws_lb.Network.arn
}
resource "aws_cloudwatch_log_delivery" "Delivery" {
  delivery_source_name     = aws_cloudwatch_log_delivery_source.Source.name
  delivery_destination_arn = "arn:aws:logs:us-east-1:123456789012:delivery-destination:d"
}
