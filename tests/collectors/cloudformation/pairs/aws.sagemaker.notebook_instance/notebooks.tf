resource "aws_kms_key" "Key" {}
resource "aws_security_group" "Group" {}
resource "aws_sagemaker_notebook_instance" "Good" {
  name                   = "good"
  instance_type          = "ml.t3.medium"
  role_arn               = "arn:aws:iam::123456789012:role/notes"
  kms_key_id             = aws_kms_key.Key.arn
  subnet_id              = "subnet-1"
  security_groups        = [aws_security_group.Group.id]
  direct_internet_access = "Disabled"
  root_access            = "Disabled"
  instance_metadata_service_configuration {
    minimum_instance_metadata_service_version = "2"
  }
}
resource "aws_sagemaker_notebook_instance" "Bad" {
  name          = "bad"
  instance_type = "ml.t3.medium"
  role_arn      = "arn:aws:iam::123456789012:role/notes"
}
