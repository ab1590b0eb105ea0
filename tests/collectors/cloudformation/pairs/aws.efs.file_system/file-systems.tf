resource "aws_kms_key" "Key" {}
resource "aws_efs_file_system" "Files" {
  encrypted  = true
  kms_key_id = aws_kms_key.Key.arn
}
resource "aws_efs_backup_policy" "a" {
  file_system_id = aws_efs_file_system.Files.id
  backup_policy {
    status = "ENABLED"
  }
}
resource "aws_efs_file_system_policy" "a" {
  file_system_id = aws_efs_file_system.Files.id
  policy = jsonencode({
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "*"
      Resource  = "*"
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}
resource "aws_efs_file_system" "Plain" {}
