# A clinic as auditors find it: built quickly, never looked at again. Nothing here is exotic.

terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.80"
    }
  }
}

provider "aws" {
  region = var.region
}

variable "region" {
  type    = string
  default = "us-east-1"
}

variable "office_cidr" {
  description = "Where the front desk connects from"
  type        = string
  default     = "0.0.0.0/0" # "until we know the new office's address"
}

# Set in somebody's shell, not in the repository: what it decides cannot be known from here.
variable "protect_database" {
  description = "Refuse to delete the patient database"
  type        = bool
}

resource "aws_vpc" "clinic" {
  cidr_block = "10.0.0.0/16"
  tags       = { Name = "clinic" }
}

resource "aws_subnet" "public" {
  vpc_id                  = aws_vpc.clinic.id
  cidr_block              = cidrsubnet(aws_vpc.clinic.cidr_block, 8, 1)
  map_public_ip_on_launch = true
}

locals {
  remote_ports = {
    ssh      = 22
    rdp      = 3389
    postgres = 5432
  }
}

resource "aws_security_group" "office" {
  name        = "office"
  description = "Remote work"
  vpc_id      = aws_vpc.clinic.id

  dynamic "ingress" {
    for_each = local.remote_ports

    content {
      from_port        = ingress.value
      to_port          = ingress.value
      protocol         = "tcp"
      cidr_blocks      = [var.office_cidr]
      ipv6_cidr_blocks = ["::/0"]
    }
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
