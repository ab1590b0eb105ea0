resource "aws_kms_key" "Key" {}
resource "aws_dynamodb_table" "Table" {
  name                        = "scans"
  billing_mode                = "PAY_PER_REQUEST"
  deletion_protection_enabled = true
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.Key.arn
  }
  point_in_time_recovery {
    enabled = true
  }
}
resource "aws_dynamodb_table" "Plain" {
  name = "plain"
}
