variable "v" { default = "first" }
locals { b = "first" }
resource "terraform_data" "one" { input = "first" }
