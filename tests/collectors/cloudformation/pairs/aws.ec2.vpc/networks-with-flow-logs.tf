resource "aws_cloudwatch_log_group" "Group" {
  name = "flows"
}
resource "aws_vpc" "Vpc" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_flow_log" "a" {
  vpc_id          = aws_vpc.Vpc.id
  traffic_type    = "REJECT"
  log_destination = aws_cloudwatch_log_group.Group.arn
}
resource "aws_vpc_endpoint" "a" {
  vpc_id            = aws_vpc.Vpc.id
  vpc_endpoint_type = "Interface"
  service_name      = "com.amazonaws.us-east-1.ec2"
}
