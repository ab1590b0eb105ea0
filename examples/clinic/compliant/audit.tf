# Who did what, kept for six years where nobody can change it.
module "log_bucket" {
  source = "./modules/private-bucket"

  name             = "clinic-audit-${var.account_id}"
  kms_key_arn      = aws_kms_key.ephi.arn
  holds_ephi       = false
  write_once_days  = var.log_retention_days
  policy_documents = [data.aws_iam_policy_document.log_delivery.json]
}

data "aws_iam_policy_document" "log_delivery" {
  statement {
    sid       = "ServicesDeliverLogs"
    actions   = ["s3:PutObject", "s3:GetBucketAcl"]
    resources = ["arn:aws:s3:::clinic-audit-${var.account_id}", "arn:aws:s3:::clinic-audit-${var.account_id}/*"]

    principals {
      type        = "Service"
      identifiers = ["cloudtrail.amazonaws.com", "logging.s3.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [var.account_id]
    }
  }
}

resource "aws_cloudtrail" "clinic" {
  name                          = "clinic"
  s3_bucket_name                = module.log_bucket.id
  kms_key_id                    = aws_kms_key.ephi.arn
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.logs["cloudtrail"].arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.trail_to_logs.arn

  event_selector {
    read_write_type           = "All"
    include_management_events = true

    data_resource {
      type   = "AWS::S3::Object"
      values = ["${module.bucket["imaging"].arn}/", "${module.bucket["documents"].arn}/"]
    }
  }
}

locals {
  log_groups = {
    cloudtrail = "/clinic/cloudtrail"
    vpc-flow   = "/clinic/vpc-flow"
    reminders  = "/aws/lambda/appointment-reminders"
  }
}

resource "aws_cloudwatch_log_group" "logs" {
  for_each = local.log_groups

  name              = each.value
  retention_in_days = var.log_retention_days
  kms_key_id        = aws_kms_key.ephi.arn
}
