resource "aws_kms_key" "Key" {}
resource "aws_security_group" "Group" {}
resource "aws_launch_template" "Good" {
  name                   = "good"
  image_id               = "ami-1"
  instance_type          = "m7i.large"
  vpc_security_group_ids = [aws_security_group.Group.id]
  metadata_options {
    http_tokens                 = "required"
    http_endpoint               = "enabled"
    http_put_response_hop_limit = 1
  }
  monitoring {
    enabled = true
  }
  iam_instance_profile {
    arn = "arn:aws:iam::123456789012:instance-profile/web"
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      encrypted   = true
      kms_key_id  = aws_kms_key.Key.arn
      volume_size = 20
    }
  }
}
resource "aws_launch_template" "Bad" {
  name = "bad"
  network_interfaces {
    associate_public_ip_address = true
    security_groups             = [aws_security_group.Group.id]
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs {
      encrypted = false
    }
  }
}
