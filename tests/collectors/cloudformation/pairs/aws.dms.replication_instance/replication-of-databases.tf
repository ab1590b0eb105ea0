resource "aws_security_group" "Group" {}
resource "aws_kms_key" "Key" {}
resource "aws_vpc" "Vpc" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_subnet" "Inner" {
  vpc_id     = aws_vpc.Vpc.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_dms_replication_subnet_group" "Subnets" {
  replication_subnet_group_id          = "inner"
  replication_subnet_group_description = "inner"
  subnet_ids                           = [aws_subnet.Inner.id]
}
resource "aws_dms_replication_instance" "Good" {
  replication_instance_id     = "move"
  replication_instance_class  = "dms.t3.medium"
  replication_subnet_group_id = aws_dms_replication_subnet_group.Subnets.id
  engine_version              = "3.5.4"
  auto_minor_version_upgrade  = true
  multi_az                    = true
  publicly_accessible         = false
  kms_key_arn                 = aws_kms_key.Key.arn
  vpc_security_group_ids      = [aws_security_group.Group.id]
}
resource "aws_dms_replication_instance" "Bad" {
  replication_instance_id    = "open"
  replication_instance_class = "dms.t3.medium"
  publicly_accessible        = true
}
