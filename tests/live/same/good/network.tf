# The network of the practice as it should be: nothing in it is on the internet. same_network.py makes the same.
resource "aws_internet_gateway" "practice" {
  vpc_id = aws_vpc.practice.id
}

resource "aws_subnet" "practice" {
  vpc_id     = aws_vpc.practice.id
  cidr_block = "10.9.1.0/24"
}

resource "aws_route_table" "practice" {
  vpc_id = aws_vpc.practice.id
}

resource "aws_route_table_association" "practice" {
  subnet_id      = aws_subnet.practice.id
  route_table_id = aws_route_table.practice.id
}

resource "aws_network_acl" "practice" {
  vpc_id = aws_vpc.practice.id

  ingress {
    rule_no    = 90
    action     = "deny"
    protocol   = "tcp"
    from_port  = 22
    to_port    = 22
    cidr_block = "0.0.0.0/0"
  }
}

resource "aws_network_acl_rule" "inside" {
  network_acl_id = aws_network_acl.practice.id
  rule_number    = 100
  rule_action    = "allow"
  protocol       = "-1"
  cidr_block     = "10.9.0.0/16"
}

resource "aws_instance" "imaging" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.medium"
  subnet_id              = aws_subnet.practice.id
  vpc_security_group_ids = [aws_security_group.records.id]
  monitoring             = true

  metadata_options {
    http_tokens   = "required"
    http_endpoint = "enabled"
  }

  root_block_device {
    encrypted  = true
    kms_key_id = aws_kms_key.records.arn
  }
}

resource "aws_launch_template" "portal" {
  name          = "same-portal"
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.medium"

  network_interfaces {
    associate_public_ip_address = "false"
    security_groups             = [aws_security_group.records.id]
  }

  metadata_options {
    http_tokens = "required"
  }

  monitoring {
    enabled = true
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      encrypted  = "true"
      kms_key_id = aws_kms_key.records.arn
    }
  }
}

resource "aws_autoscaling_group" "portal" {
  name                = "same-portal"
  min_size            = 0
  max_size            = 1
  vpc_zone_identifier = [aws_subnet.practice.id]
  health_check_type   = "ELB"

  launch_template {
    id = aws_launch_template.portal.id
  }
}
