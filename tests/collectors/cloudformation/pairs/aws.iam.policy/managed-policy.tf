resource "aws_iam_user" "Person" {
  name = "person"
}
resource "aws_iam_policy" "Everything" {
  name   = "everything"
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }] })
}
resource "aws_iam_policy_attachment" "a" {
  name       = "a"
  users      = [aws_iam_user.Person.name]
  policy_arn = aws_iam_policy.Everything.arn
}
