# One plan for everything that holds patient data: daily copies for five weeks, in a vault that nobody can empty.
resource "aws_backup_vault" "ephi" {
  name        = "ephi"
  kms_key_arn = aws_kms_key.ephi.arn
}

resource "aws_backup_vault_lock_configuration" "ephi" {
  backup_vault_name  = aws_backup_vault.ephi.name
  min_retention_days = 35
}

resource "aws_backup_plan" "ephi" {
  name = "ephi"

  rule {
    rule_name         = "daily"
    target_vault_name = aws_backup_vault.ephi.name
    schedule          = "cron(0 5 ? * * *)"

    lifecycle {
      delete_after = 35
    }
  }
}

# A copy of a machine holds its volumes. What is added later is covered too, without anybody thinking of it.
resource "aws_backup_selection" "ephi" {
  name         = "ephi"
  plan_id      = aws_backup_plan.ephi.id
  iam_role_arn = aws_iam_role.backup.arn

  resources = [
    "arn:aws:rds:*:*:db:*",
    "arn:aws:ec2:*:*:instance/*",
    "arn:aws:ec2:*:*:volume/*",
  ]
}

resource "aws_iam_role" "backup" {
  name               = "backup"
  assume_role_policy = data.aws_iam_policy_document.service["backup"].json
}

resource "aws_iam_role_policy_attachment" "backup" {
  role       = aws_iam_role.backup.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup"
}
