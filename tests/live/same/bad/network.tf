# The network of the practice as it is too often: on the internet. same_network.py makes the same.
resource "aws_internet_gateway" "practice" {
  vpc_id = aws_vpc.practice.id
}

resource "aws_subnet" "practice" {
  vpc_id                  = aws_vpc.practice.id
  cidr_block              = "10.9.1.0/24"
  map_public_ip_on_launch = true
}

resource "aws_route_table" "practice" {
  vpc_id = aws_vpc.practice.id
}

resource "aws_route" "out" {
  route_table_id         = aws_route_table.practice.id
  destination_cidr_block = "0.0.0.0/0"
  gateway_id             = aws_internet_gateway.practice.id
}

resource "aws_route_table_association" "practice" {
  subnet_id      = aws_subnet.practice.id
  route_table_id = aws_route_table.practice.id
}

resource "aws_network_acl" "practice" {
  vpc_id = aws_vpc.practice.id

  ingress {
    rule_no    = 100
    action     = "allow"
    protocol   = "-1"
    from_port  = 0
    to_port    = 0
    cidr_block = "0.0.0.0/0"
  }
}

resource "aws_instance" "imaging" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t2.micro"
  subnet_id              = aws_subnet.practice.id
  vpc_security_group_ids = [aws_security_group.records.id]
}

resource "aws_launch_template" "portal" {
  name          = "same-portal"
  image_id      = "ami-0123456789abcdef0"
  instance_type = "t3.medium"

  network_interfaces {
    associate_public_ip_address = "true"
  }

  block_device_mappings {
    device_name = "/dev/xvda"

    ebs {
      encrypted = "false"
    }
  }
}

resource "aws_autoscaling_group" "portal" {
  name                = "same-portal"
  min_size            = 0
  max_size            = 1
  vpc_zone_identifier = [aws_subnet.practice.id]

  launch_template {
    id = aws_launch_template.portal.id
  }
}
