variable "name" {
  description = "The bucket's name"
  type        = string
}

variable "kms_key_arn" {
  description = "The clinic's own key"
  type        = string
}

variable "log_bucket" {
  description = "Where access to this bucket is logged; null for the log bucket itself"
  type        = string
  default     = null
}

variable "holds_ephi" {
  description = "Whether patient data is kept here"
  type        = bool
  default     = true
}

variable "write_once_days" {
  description = "Days for which nothing can be changed or deleted; 0 for none"
  type        = number
  default     = 0
}

variable "policy_documents" {
  description = "Further statements of the bucket policy, as JSON"
  type        = list(string)
  default     = []
}

variable "tags" {
  type    = map(string)
  default = {}
}
