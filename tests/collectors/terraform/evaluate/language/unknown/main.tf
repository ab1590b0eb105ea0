resource "terraform_data" "a" {}
resource "terraform_data" "b" { input = terraform_data.a.id }
resource "terraform_data" "known_keys" {
  for_each = { x = terraform_data.a.id, y = "known" }
  input    = each.value
}
resource "terraform_data" "mixed" {
  input = { known = 1, list = ["a", terraform_data.a.id], nested = { deep = "x", id = terraform_data.a.id } }
}
output "partly" { value = ["known", terraform_data.a.id, { a = 1, b = terraform_data.a.id }] }
output "text" { value = "id-${terraform_data.a.id}" }
output "length" { value = length(["a", terraform_data.a.id]) }
output "keys" { value = keys({ a = terraform_data.a.id, b = 1 }) }
output "looked_up" { value = lookup({ a = terraform_data.a.id, b = 1 }, "b", 2) }
output "merged" { value = merge({ a = 1 }, { b = terraform_data.a.id })["a"] }
output "or" { value = terraform_data.a.id == "x" || true }
output "contains" { value = contains(["a", terraform_data.a.id], "a") }
output "looped" { value = [for x in ["a", terraform_data.a.id] : "v"] }
output "concat" { value = concat(["a"], [terraform_data.a.id])[0] }
output "flatten" { value = length(flatten([["a"], [terraform_data.a.id]])) }
output "coalesced" { value = coalesce("x", terraform_data.a.id) }
output "same" { value = terraform_data.a.id == terraform_data.a.id }
output "null" { value = terraform_data.a.id == null }
output "element" { value = element(["a", terraform_data.a.id], 0) }
output "each" { value = terraform_data.known_keys["y"].input }
