variable "name" {}
variable "sizes" {
  type    = list(number)
  default = []
}
module "leaf" {
  source   = "../leaf"
  for_each = toset(["x", var.name])
  label    = each.value
}
resource "terraform_data" "this" {
  count = length(var.sizes) + 1
  input = "${var.name}-${count.index}"
}
output "made" { value = concat([for l in module.leaf : l.label], terraform_data.this[*].input) }
output "place" { value = [path.module, path.root, module.leaf["x"].place] }
