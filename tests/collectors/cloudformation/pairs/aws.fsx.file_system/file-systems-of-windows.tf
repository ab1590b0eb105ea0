resource "aws_kms_key" "Key" {}
resource "aws_fsx_windows_file_system" "Share" {
  kms_key_id                      = aws_kms_key.Key.arn
  deployment_type                 = "MULTI_AZ_1"
  automatic_backup_retention_days = 30
}
