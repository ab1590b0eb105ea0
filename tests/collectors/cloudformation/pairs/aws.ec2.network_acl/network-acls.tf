resource "aws_vpc" "Vpc" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_network_acl" "Acl" {
  vpc_id = aws_vpc.Vpc.id
}
resource "aws_network_acl_rule" "a" {
  network_acl_id = aws_network_acl.Acl.id
  rule_number    = 100
  egress         = false
  protocol       = "6"
  rule_action    = "allow"
  cidr_block     = "0.0.0.0/0"
  from_port      = 22
  to_port        = 22
}
