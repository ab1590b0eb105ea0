variable "v" {
  type    = string
  default = "base"
}
locals {
  a = "base"
  b = "base"
}
resource "terraform_data" "one" {
  input            = "base"
  triggers_replace = "base"
  lifecycle {
    create_before_destroy = true
  }
}
output "all" { value = [var.v, local.a, local.b, terraform_data.one.input] }
output "kept" { value = "base" }
