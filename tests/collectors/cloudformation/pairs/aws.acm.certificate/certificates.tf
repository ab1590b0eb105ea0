resource "aws_acm_certificate" "Wide" {
  domain_name       = "*.example.org"
  validation_method = "DNS"
}
resource "aws_acm_certificate" "Private" {
  domain_name               = "scans.example.org"
  certificate_authority_arn = "arn:aws:acm-pca:us-east-1:123456789012:certificate-authority/a"
}
