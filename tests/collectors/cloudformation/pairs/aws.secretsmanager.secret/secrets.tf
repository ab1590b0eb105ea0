resource "aws_kms_key" "Key" {}
resource "aws_secretsmanager_secret" "Secret" {
  name       = "db"
  kms_key_id = aws_kms_key.Key.arn
}
resource "aws_secretsmanager_secret_rotation" "a" {
  secret_id = aws_secretsmanager_secret.Secret.id
  rotation_rules {
    automatically_after_days = 30
  }
}
