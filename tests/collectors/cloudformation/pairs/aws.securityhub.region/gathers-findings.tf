resource "aws_securityhub_account" "Hub" {
  enable_default_standards = false
}
resource "aws_securityhub_standards_subscription" "Cis" {
  standards_arn = "arn:aws:securityhub:us-east-1::standards/cis-aws-foundations-benchmark/v/1.4.0"
}
resource "aws_securityhub_product_subscription" "Threats" {
  product_arn = "arn:aws:securityhub:us-east-1::product/aws/guardduty"
}
