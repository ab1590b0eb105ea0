variable "given_by_tfvars" { type = string }
variable "given_by_json" { type = number }
variable "given_by_auto" { type = list(string) }
variable "given_twice" {}
variable "defaulted" { default = ["a", "b"] }
variable "converted" {
  type    = list(string)
  default = [1, true, "x"]
}
variable "as_set" {
  type    = set(string)
  default = ["b", "a", "b"]
}
variable "as_map" {
  type    = map(number)
  default = { a = "1", b = 2 }
}
variable "as_any_list" {
  type    = list(any)
  default = [1, "a"]
}
variable "object" {
  type = object({
    name    = string
    size    = optional(number, 5)
    tags    = optional(map(string), {})
    nothing = optional(string)
    inner = optional(object({
      on    = optional(bool, true)
      ports = optional(list(number), [80, 443])
    }), {})
    many = optional(list(object({ a = string, b = optional(string, "b") })), [])
  })
  default = {
    name  = 1
    more  = "dropped"
    inner = { on = "false" }
    many  = [{ a = 1 }, { a = "x", b = null }]
  }
}
variable "nullable" {
  type    = string
  default = null
}
variable "not_nullable" {
  type     = string
  default  = "kept"
  nullable = false
}
variable "tuple" {
  type    = tuple([string, number])
  default = [1, "2"]
}
variable "checked" {
  default = 5
  validation {
    condition     = var.checked > 3
    error_message = "Too small."
  }
}

output "all" {
  value = [
    var.given_by_tfvars, var.given_by_json, var.given_by_auto, var.given_twice, var.defaulted, var.converted,
    var.as_set, var.as_map, var.as_any_list, var.object, var.nullable, var.not_nullable, var.tuple,
    var.checked,
  ]
}
output "compared" {
  value = [
    var.converted == [], var.defaulted == ["a", "b"], var.as_map == {}, length(var.as_set) == 2,
    var.nullable == null, var.converted == tolist(["1", "true", "x"]),
  ]
}
