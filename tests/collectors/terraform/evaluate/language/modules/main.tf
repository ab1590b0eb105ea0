module "one" {
  source = "./inner"
  name   = "one"
}
module "counted" {
  source = "./inner"
  count  = 2
  name   = "c${count.index}"
}
module "each" {
  source   = "./inner"
  for_each = { b = 2, a = 1 }
  name     = "${each.key}${each.value}"
  sizes    = [each.value]
}
module "none" {
  source = "./inner"
  count  = 0
  name   = "none"
}
output "one" { value = module.one.made }
output "counted" { value = module.counted[*].made }
output "each" { value = { for k, m in module.each : k => m.made } }
output "none" { value = module.none }
output "whole" { value = module.one }
output "places" { value = [path.module, path.root, module.one.place] }
output "workspace" { value = terraform.workspace }
output "loop" { value = { for name, value in module.one : name => length(value) } }
output "keys" { value = keys(module.each) }
