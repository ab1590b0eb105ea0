resource "aws_ec2_managed_prefix_list" "Offices" {
  name           = "offices"
  address_family = "IPv4"
  max_entries    = 2
  entry {
    cidr        = "198.51.100.0/24"
    description = "north"
  }
  entry {
    cidr = "0.0.0.0/0"
  }
}
resource "aws_security_group" "Group" {
  name = "group"
  ingress {
    protocol        = "tcp"
    from_port       = 22
    to_port         = 22
    prefix_list_ids = [aws_ec2_managed_prefix_list.Offices.id]
  }
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}
