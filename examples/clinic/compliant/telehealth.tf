# Video visits.
resource "aws_instance" "telehealth" {
  count = 2

  ami                    = "ami-0abcdef1234567890"
  instance_type          = "m6i.large"
  subnet_id              = values(aws_subnet.private)[count.index].id
  vpc_security_group_ids = [aws_security_group.telehealth.id]
  iam_instance_profile   = aws_iam_instance_profile.telehealth.name
  monitoring             = true

  associate_public_ip_address = false

  metadata_options {
    http_endpoint = "enabled"
    http_tokens   = "required"
  }

  root_block_device {
    encrypted  = true
    kms_key_id = aws_kms_key.ephi.arn
  }

  tags = { Name = format("telehealth-%02d", count.index + 1) }
}

# Recordings that patients agreed to, until they are filed.
resource "aws_ebs_volume" "recordings" {
  availability_zone = keys(var.zones)[0]
  size              = 100
  encrypted         = true
  kms_key_id        = aws_kms_key.ephi.arn

  tags = { ephi = "true" }
}

# Appointment reminders.
resource "aws_lambda_function" "reminders" {
  function_name = "appointment-reminders"
  role          = aws_iam_role.reminders.arn
  runtime       = "python3.13"
  handler       = "reminders.handler"
  filename      = "reminders.zip"
  kms_key_arn   = aws_kms_key.ephi.arn

  # More than a clinic's day needs, and so few that a loop takes nothing from the other functions.
  reserved_concurrent_executions = 10

  environment {
    variables = {
      QUEUE = "appointments"
    }
  }

  tracing_config {
    mode = "Active"
  }

  dead_letter_config {
    target_arn = aws_sqs_queue.unsent_reminders.arn
  }

  vpc_config {
    subnet_ids         = [for subnet in aws_subnet.private : subnet.id]
    security_group_ids = [aws_security_group.telehealth.id]
  }
}

# Reminders that could not be sent, so that somebody can call instead.
resource "aws_sqs_queue" "unsent_reminders" {
  name              = "unsent-reminders"
  kms_master_key_id = aws_kms_key.ephi.id
}
