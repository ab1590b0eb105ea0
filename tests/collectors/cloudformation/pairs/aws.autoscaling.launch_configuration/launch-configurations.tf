resource "aws_security_group" "Group" {}
resource "aws_launch_configuration" "Good" {
  name                        = "good"
  image_id                    = "ami-1"
  instance_type               = "m5.large"
  security_groups             = [aws_security_group.Group.id]
  associate_public_ip_address = false
  enable_monitoring           = true
  iam_instance_profile        = "web"
  metadata_options {
    http_tokens                 = "required"
    http_endpoint               = "enabled"
    http_put_response_hop_limit = 1
  }
  root_block_device {
    encrypted = true
  }
  ebs_block_device {
    device_name = "/dev/sdb"
    encrypted   = true
  }
}
resource "aws_launch_configuration" "Bad" {
  name                        = "bad"
  associate_public_ip_address = true
  enable_monitoring           = false
  root_block_device {
    encrypted = false
  }
}
