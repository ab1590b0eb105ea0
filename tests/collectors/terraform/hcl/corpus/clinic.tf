# The resources of a small clinic, written in the styles people really use.
terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = { source = "hashicorp/aws", version = "~> 5.0" }
  }
}

variable "records_retention" {
  description = "Days; \"seven years\" is 2557"
  type        = number
  default     = 2557
  validation {
    condition     = var.records_retention >= 1 && floor(var.records_retention) == var.records_retention
    error_message = "At least ${1} day."
  }
}

locals {
  names  = ["imaging", "records", "audit"]
  tagged = { for name in local.names : name => merge(local.tags, { Name = "clinic-${name}" }) if name != "audit" }
  tags = {
    Owner : "it"
    "data class" = "ephi"
    (upper("env")) = terraform.workspace == "default" ? "dev" : terraform.workspace
  }
  long = (
    true
    || false
    && !false
  )
  grouped = { for k, v in local.tagged : v.Name => k... }
  legacy  = aws_instance.old.0.private_ip
  splat   = aws_instance.old.*.private_ip
  full    = aws_instance.old[*].network_interface[0].id
  nested  = [for row in [[1, 2], [3]] : [for cell in row : cell * -1]]
}

resource "aws_s3_bucket" "records" {
  for_each = local.tagged /* one for each kind */
  bucket   = "clinic-${each.key}-${data.aws_caller_identity.current.account_id}"
  tags     = each.value // all of them
  lifecycle { prevent_destroy = true }
}

resource "aws_iam_policy" "read" {
  policy = <<-POLICY
    {
      "Version": "2012-10-17",
      "Statement": [
        %{~ for name in local.names ~}
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::${name}/*"},
        %{~ endfor ~}
        {"Effect": "Deny", "Action": "*", "Resource": "$${literal}"}
      ]
    }
  POLICY
}

resource "aws_security_group" "web" {
  name = "web"

  dynamic "ingress" {
    for_each = { for p in [80, 443] : "p${p}" => p }
    iterator = port
    content {
      from_port   = port.value
      to_port     = port.value
      protocol    = "tcp"
      cidr_blocks = ["0.0.0.0/0",]
    }
  }

  egress {
    from_port = 0
    to_port   = 0
    protocol  = -1
  }
}

module "database" {
  source    = "./database"
  providers = { aws = aws.primary }
  password  = sensitive(random_password.db.result)
  settings  = {
    a = 1, b = 2
    c = [
      "x", # first
      "y",
    ]
  }
}

output "message" {
  value = <<EOT
Hello, ${var.name != "" ? var.name : "nobody"}!
  Indented \n is not an escape here.
EOT
}

empty {}
moved {
  from = aws_s3_bucket.a
  to   = aws_s3_bucket.b["x"]
}
