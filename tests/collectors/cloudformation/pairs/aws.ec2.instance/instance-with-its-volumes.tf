resource "aws_security_group" "Group" {
  ingress {
    protocol    = "tcp"
    from_port   = 22
    to_port     = 22
    cidr_blocks = ["0.0.0.0/0"]
  }
}
resource "aws_iam_role" "Role" {
  assume_role_policy = jsonencode({ Statement = [] })
}
resource "aws_iam_instance_profile" "Profile" {
  role = aws_iam_role.Role.name
}
resource "aws_instance" "Web" {
  ami                         = "ami-1"
  instance_type               = "m5.large"
  ebs_optimized               = true
  monitoring                  = true
  iam_instance_profile        = aws_iam_instance_profile.Profile.name
  associate_public_ip_address = true
  vpc_security_group_ids      = [aws_security_group.Group.id]
  user_data                   = "boot"
  root_block_device {
    encrypted = true
  }
  ebs_block_device {
    device_name = "/dev/sdf"
    encrypted   = false
  }
}
