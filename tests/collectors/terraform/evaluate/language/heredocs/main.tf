locals {
  name  = "Ann"
  items = ["x", "y"]
}

output "plain" {
  value = <<EOT
hello ${local.name}
  indented
%{ for item in local.items ~}
- ${item}
%{ endfor ~}
end $${not} %%{this} $5 100%
EOT
}

output "indented" {
  value = <<-EOT
    one
      two

    ${local.name}
   three
  EOT
}

output "tabs" {
  value = <<-EOT
	one
	  two
  EOT
}

output "nested" {
  value = <<-EOT
    %{ if local.name == "Ann" }
    yes ${join(",", [for i in local.items : "<${i}>"])}
    %{ else }
    no
    %{ endif }
    tail
  EOT
}

output "trimmed" {
  value = <<-EOT
    a
    %{~ for item in local.items ~}
    ${~ item ~}
    %{~ endfor ~}
    b
  EOT
}

output "json" {
  value = jsondecode(<<-JSON
    {"a": "${local.name}", "b": ${jsonencode(local.items)}}
  JSON
  )
}

output "in_call" {
  value = upper(<<EOT
x
EOT
  )
}

output "in_list" {
  value = [<<-A
    one
    A
    , "two", <<-B
      three
    B
  ]
}

output "empty" {
  value = <<EOT
EOT
}

output "one_line" {
  value = "${<<EOT
v
EOT
}"
}

output "unicode" {
  value = <<-EOT
    é ${"ü"}
    日本
  EOT
}
