resource "aws_iam_role" "Role" {
  assume_role_policy = jsonencode({ Statement = [] })
}
resource "aws_kms_key" "Key" {}
resource "aws_lambda_function" "Read" {
  function_name                  = "read"
  role                           = aws_iam_role.Role.arn
  runtime                        = "python3.12"
  handler                        = "a.b"
  kms_key_arn                    = aws_kms_key.Key.arn
  reserved_concurrent_executions = 5
  environment {
    variables = { DB_PASSWORD = "x", STAGE = "y" }
  }
  vpc_config {
    subnet_ids         = ["subnet-1"]
    security_group_ids = ["sg-1"]
  }
  tracing_config {
    mode = "Active"
  }
  dead_letter_config {
    target_arn = "arn:aws:sqs:us-east-1:123456789012:dead"
  }
}
resource "aws_lambda_permission" "Anybody" {
  function_name = aws_lambda_function.Read.arn
  action        = "lambda:InvokeFunction"
  principal     = "*"
}
resource "aws_lambda_function_url" "Url" {
  function_name      = aws_lambda_function.Read.arn
  authorization_type = "NONE"
}
resource "aws_lambda_function" "Image" {
  function_name = "image"
  role          = aws_iam_role.Role.arn
  package_type  = "Image"
}
