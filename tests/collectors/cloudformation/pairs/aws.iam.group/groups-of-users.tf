resource "aws_iam_user" "Nurse" {
  name = "nurse"
}
resource "aws_iam_group" "Care" {
  name = "care"
}
resource "aws_iam_group_policy" "Inline" {
  group  = aws_iam_group.Care.name
  name   = "inline"
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
resource "aws_iam_group_policy_attachment" "Attached" {
  group      = aws_iam_group.Care.name
  policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
}
resource "aws_iam_group_membership" "Members" {
  name  = "members"
  group = aws_iam_group.Care.name
  users = [aws_iam_user.Nurse.name]
}
