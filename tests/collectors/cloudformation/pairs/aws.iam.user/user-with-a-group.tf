resource "aws_iam_group" "Staff" {
  name = "staff"
}
resource "aws_iam_group_policy_attachment" "a" {
  group      = aws_iam_group.Staff.name
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
resource "aws_iam_user" "Person" {
  name = "person"
}
resource "aws_iam_user_group_membership" "a" {
  user   = aws_iam_user.Person.name
  groups = [aws_iam_group.Staff.name]
}
resource "aws_iam_user_login_profile" "a" {
  user = aws_iam_user.Person.name
}
resource "aws_iam_access_key" "a" {
  user   = aws_iam_user.Person.name
  status = "Inactive"
}
resource "aws_iam_user_policy" "a" {
  name   = "own"
  user   = aws_iam_user.Person.name
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
