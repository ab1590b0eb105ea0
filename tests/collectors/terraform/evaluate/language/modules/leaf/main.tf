variable "label" { type = string }
resource "terraform_data" "leaf" { input = upper(var.label) }
output "label" { value = terraform_data.leaf.input }
output "place" { value = path.module }
