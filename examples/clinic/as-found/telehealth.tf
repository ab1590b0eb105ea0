# Video visits, on the machine that was free.
resource "aws_instance" "telehealth" {
  ami                         = "ami-0abcdef1234567890"
  instance_type               = "t3.medium"
  subnet_id                   = aws_subnet.public.id
  vpc_security_group_ids      = [aws_security_group.office.id]
  associate_public_ip_address = true

  root_block_device {
    volume_size = 50
  }

  user_data = <<-EOT
    #!/bin/sh
    export DB_PASSWORD=clinic-2019
    /opt/telehealth/start
  EOT

  tags = { Name = "telehealth" }
}

resource "aws_ebs_volume" "recordings" {
  availability_zone = "${var.region}a"
  size              = 100

  tags = { ephi = "true" }
}

resource "aws_volume_attachment" "recordings" {
  device_name = "/dev/sdf"
  volume_id   = aws_ebs_volume.recordings.id
  instance_id = aws_instance.telehealth.id
}

resource "aws_lambda_function" "reminders" {
  function_name = "appointment-reminders"
  role          = aws_iam_role.reminders.arn
  runtime       = "python3.8"
  handler       = "reminders.handler"
  filename      = "reminders.zip"

  environment {
    variables = {
      DB_HOST     = aws_db_instance.records.address
      DB_PASSWORD = "clinic-2019"
    }
  }
}
