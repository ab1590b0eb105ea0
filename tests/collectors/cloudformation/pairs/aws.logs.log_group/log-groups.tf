resource "aws_kms_key" "Key" {}
resource "aws_cloudwatch_log_group" "Kept" {
  name              = "kept"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.Key.arn
}
resource "aws_cloudwatch_log_group" "Plain" {}
