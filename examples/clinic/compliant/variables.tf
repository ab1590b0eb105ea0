variable "region" {
  type    = string
  default = "us-east-1"
}

variable "environment" {
  type = string
}

variable "account_id" {
  description = "The AWS account the clinic lives in"
  type        = string
}

variable "vpc_cidr" {
  type    = string
  default = "10.20.0.0/16"
}

variable "zones" {
  description = "Availability zone to the number of its subnets"
  type        = map(number)
  default = {
    "us-east-1a" = 0
    "us-east-1b" = 1
  }
}

variable "log_retention_days" {
  description = "Days that logs are kept: six years, as §164.316(b)(2)(i) asks of documentation"
  type        = number
  default     = 2192
}
