resource "aws_kms_key" "Key" {}
resource "aws_instance" "Web" {
  ami = "ami-1"
  root_block_device {
    encrypted  = true
    kms_key_id = aws_kms_key.Key.arn
  }
  ebs_block_device {
    device_name = "/dev/sdf"
    encrypted   = false
  }
}
resource "aws_ebs_volume" "Data" {
  availability_zone = "us-east-1a"
  encrypted         = true
  kms_key_id        = aws_kms_key.Key.arn
}
resource "aws_volume_attachment" "a" {
  instance_id = aws_instance.Web.id
  volume_id   = aws_ebs_volume.Data.id
  device_name = "/dev/sdg"
}
