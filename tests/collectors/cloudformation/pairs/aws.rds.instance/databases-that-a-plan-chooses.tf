resource "aws_backup_plan" "Plan" {
  name = "daily"
  rule {
    rule_name         = "daily"
    target_vault_name = "vault"
    schedule          = "cron(0 5 * * ? *)"
    lifecycle {
      delete_after = 35
    }
  }
}
resource "aws_backup_selection" "Selection" {
  plan_id      = aws_backup_plan.Plan.id
  name         = "tagged"
  iam_role_arn = "arn:aws:iam::123456789012:role/backup"
  selection_tag {
    type  = "STRINGEQUALS"
    key   = "Backup"
    value = "yes"
  }
}
resource "aws_db_instance" "Chosen" {
  identifier              = "chosen"
  engine                  = "mysql"
  backup_retention_period = 1
  publicly_accessible     = false
  tags                    = { Backup = "yes" }
}
resource "aws_db_instance" "Left" {
  identifier              = "left"
  engine                  = "mysql"
  backup_retention_period = 1
  publicly_accessible     = false
}
