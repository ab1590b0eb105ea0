resource "aws_kms_key" "Key" {}
resource "aws_backup_vault" "Good" {
  name        = "good"
  kms_key_arn = aws_kms_key.Key.arn
  tags        = { Owner = "records" }
}
resource "aws_backup_vault_lock_configuration" "Lock" {
  backup_vault_name   = aws_backup_vault.Good.name
  changeable_for_days = 3
  min_retention_days  = 30
  max_retention_days  = 3650
}
resource "aws_backup_vault_policy" "Policy" {
  backup_vault_name = aws_backup_vault.Good.name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = ["backup:DeleteRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"]
      Resource  = "*"
    }]
  })
}
resource "aws_backup_vault" "Bad" {
  name = "bad"
}
resource "aws_backup_logically_air_gapped_vault" "Apart" {
  name               = "apart"
  min_retention_days = 7
  max_retention_days = 35
}
