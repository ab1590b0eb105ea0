# People sign in through the clinic's identity provider and take a role; there are no long-lived IAM users.
resource "aws_iam_account_password_policy" "clinic" {
  minimum_password_length        = 14
  require_lowercase_characters   = true
  require_uppercase_characters   = true
  require_numbers                = true
  require_symbols                = true
  password_reuse_prevention      = 24
  max_password_age               = 90
  allow_users_to_change_password = true
}

data "aws_iam_policy_document" "sign_in" {
  statement {
    actions = ["sts:AssumeRoleWithSAML", "sts:TagSession"]

    principals {
      type        = "Federated"
      identifiers = ["arn:aws:iam::${var.account_id}:saml-provider/clinic"]
    }

    condition {
      test     = "StringEquals"
      variable = "SAML:aud"
      values   = ["https://signin.aws.amazon.com/saml"]
    }
  }
}

resource "aws_iam_role" "radiology" {
  name                 = "radiology"
  assume_role_policy   = data.aws_iam_policy_document.sign_in.json
  max_session_duration = 3600
}

resource "aws_iam_policy" "read_images" {
  name   = "read-images"
  policy = data.aws_iam_policy_document.read_images.json
}

data "aws_iam_policy_document" "read_images" {
  statement {
    actions   = ["s3:GetObject", "s3:ListBucket"]
    resources = [module.bucket["imaging"].arn, "${module.bucket["imaging"].arn}/*"]
  }
}

resource "aws_iam_role_policy_attachment" "radiology" {
  role       = aws_iam_role.radiology.name
  policy_arn = aws_iam_policy.read_images.arn
}

# Roles of services.
data "aws_iam_policy_document" "service" {
  for_each = {
    ec2        = "ec2.amazonaws.com"
    lambda     = "lambda.amazonaws.com"
    rds        = "monitoring.rds.amazonaws.com"
    flow-logs  = "vpc-flow-logs.amazonaws.com"
    cloudtrail = "cloudtrail.amazonaws.com"
    backup     = "backup.amazonaws.com"
  }

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = [each.value]
    }
  }
}

resource "aws_iam_role" "telehealth" {
  name               = "telehealth"
  assume_role_policy = data.aws_iam_policy_document.service["ec2"].json
}

resource "aws_iam_instance_profile" "telehealth" {
  name = "telehealth"
  role = aws_iam_role.telehealth.name
}

resource "aws_iam_role" "reminders" {
  name               = "reminders"
  assume_role_policy = data.aws_iam_policy_document.service["lambda"].json
}

resource "aws_iam_role" "rds_monitoring" {
  name               = "rds-monitoring"
  assume_role_policy = data.aws_iam_policy_document.service["rds"].json
}

resource "aws_iam_role" "flow_logs" {
  name               = "flow-logs"
  assume_role_policy = data.aws_iam_policy_document.service["flow-logs"].json
}

resource "aws_iam_role" "trail_to_logs" {
  name               = "trail-to-logs"
  assume_role_policy = data.aws_iam_policy_document.service["cloudtrail"].json
}

resource "aws_iam_policy" "write_logs" {
  name = "write-logs"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
      Resource = [for group in aws_cloudwatch_log_group.logs : "${group.arn}:*"]
    }]
  })
}

resource "aws_iam_role_policy_attachment" "write_logs" {
  for_each = {
    flow-logs     = aws_iam_role.flow_logs.name
    trail-to-logs = aws_iam_role.trail_to_logs.name
    reminders     = aws_iam_role.reminders.name
  }

  role       = each.value
  policy_arn = aws_iam_policy.write_logs.arn
}
