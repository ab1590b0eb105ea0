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
      values = ["arn:aws:s3"]
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

# What somebody is told of within minutes, wherever it happens.
locals {
  watched = {
    failed-sign-ins = "{ ($.eventName = ConsoleLogin) && ($.errorMessage = \"Failed authentication\") }"
    root-usage      = "{ $.userIdentity.type = \"Root\" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != \"AwsServiceEvent\" }"
    network-changes = "{ ${join(" || ", [for call in local.network_changes : "($.eventName = ${call})"])} }"
  }

  network_changes = [
    "CreateNetworkAcl", "CreateNetworkAclEntry", "DeleteNetworkAcl", "DeleteNetworkAclEntry",
    "ReplaceNetworkAclEntry", "ReplaceNetworkAclAssociation",
    "CreateCustomerGateway", "DeleteCustomerGateway", "AttachInternetGateway", "CreateInternetGateway",
    "DeleteInternetGateway", "DetachInternetGateway",
    "CreateRoute", "CreateRouteTable", "ReplaceRoute", "ReplaceRouteTableAssociation", "DeleteRouteTable",
    "DeleteRoute", "DisassociateRouteTable",
    "CreateVpc", "DeleteVpc", "ModifyVpcAttribute", "CreateVpcPeeringConnection", "AcceptVpcPeeringConnection",
    "DeleteVpcPeeringConnection",
  ]
}

resource "aws_cloudwatch_log_metric_filter" "watched" {
  for_each = local.watched

  name           = each.key
  log_group_name = aws_cloudwatch_log_group.logs["cloudtrail"].name
  pattern        = each.value

  metric_transformation {
    name      = each.key
    namespace = "Clinic/Audit"
    value     = "1"
  }
}

resource "aws_cloudwatch_metric_alarm" "watched" {
  for_each = local.watched

  alarm_name                = "audit-${each.key}"
  namespace                 = "Clinic/Audit"
  metric_name               = each.key
  statistic                 = "Sum"
  period                    = 300
  evaluation_periods        = 1
  threshold                 = 1
  comparison_operator       = "GreaterThanOrEqualToThreshold"
  treat_missing_data        = "notBreaching"
  alarm_actions             = [aws_sns_topic.security.arn]
  insufficient_data_actions = [aws_sns_topic.security.arn]
}

resource "aws_sns_topic" "security" {
  name              = "clinic-security"
  kms_master_key_id = aws_kms_key.ephi.arn
}
