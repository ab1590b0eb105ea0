resource "aws_ssm_document" "Run" {
  name          = "run"
  document_type = "Command"
  content       = "{}"
}
