resource "aws_kms_external_key" "Imported" {
  description  = "imported"
  enabled      = true
  multi_region = true
}
resource "aws_kms_replica_key" "Copy" {
  description     = "copy"
  primary_key_arn = "arn:aws:kms:us-east-1:123456789012:key/mrk-1"
  policy          = jsonencode({ Version = "2012-10-17", Statement = [] })
  enabled         = true
}
resource "aws_kms_key" "Signing" {
  description              = "signing"
  customer_master_key_spec = "RSA_2048"
  key_usage                = "SIGN_VERIFY"
  is_enabled               = false
}
