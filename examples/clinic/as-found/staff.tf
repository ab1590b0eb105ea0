resource "aws_iam_account_password_policy" "clinic" {
  minimum_password_length        = 8
  allow_users_to_change_password = true
}

# The front desk shares one account; the vendor's integration has another.
resource "aws_iam_user" "staff" {
  for_each = toset(["frontdesk", "vendor-integration"])

  name = each.key
}

resource "aws_iam_user_policy_attachment" "staff" {
  for_each = aws_iam_user.staff

  user       = each.value.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}

resource "aws_iam_access_key" "vendor" {
  user = aws_iam_user.staff["vendor-integration"].name
}

resource "aws_iam_role" "reminders" {
  name = "reminders"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

resource "aws_iam_policy" "reminders" {
  name = "reminders"
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = "*"
      Resource = "*"
    }]
  })
}

resource "aws_iam_role_policy_attachment" "reminders" {
  role       = aws_iam_role.reminders.name
  policy_arn = aws_iam_policy.reminders.arn
}
