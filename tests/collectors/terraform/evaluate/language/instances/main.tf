locals {
  people = { ann = { age = 30, tags = ["x"] }, bob = { age = 40, tags = [] } }
  flat   = flatten([for name, p in local.people : [for t in concat(p.tags, ["all"]) : { name = name, tag = t }]])
}
resource "terraform_data" "counted" {
  count = length(local.people)
  input = keys(local.people)[count.index]
}
resource "terraform_data" "each" {
  for_each = { for f in local.flat : "${f.name}/${f.tag}" => f }
  input    = each.value.tag
}
resource "terraform_data" "set" {
  for_each = toset([for p in local.people : tostring(p.age)])
  input    = each.key == each.value
}
resource "terraform_data" "off" {
  count = false ? 1 : 0
}
resource "terraform_data" "quoted" {
  for_each = toset(["a \"b\"", "c\\d", "é"])
}
output "all" {
  value = {
    splat  = terraform_data.counted[*].input
    legacy = terraform_data.counted.*.input
    first  = terraform_data.counted[0].input
    each   = terraform_data.each["ann/all"].input
    keys   = keys(terraform_data.each)
    off    = terraform_data.off[*].input
    one    = one(terraform_data.off[*].input)
    tried  = try(terraform_data.off[0].input, "none")
    values = values(terraform_data.set)[*].input
    loop   = [for k, r in terraform_data.set : "${k}=${r.input}"]
  }
}
