resource "aws_iam_server_certificate" "Old" {
  name             = "old"
  certificate_body = "given"
  private_key      = "given-later"
}
