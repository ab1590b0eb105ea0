resource "aws_kms_key" "Key" {
  enable_key_rotation     = true
  rotation_period_in_days = 180
  multi_region            = true
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Principal = "*", Action = "kms:*", Resource = "*" }]
  })
}
resource "aws_kms_alias" "Alias" {
  name          = "alias/ephi"
  target_key_id = aws_kms_key.Key.id
}
resource "aws_kms_key" "Plain" {}
