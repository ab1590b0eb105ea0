# A practice's records as they are too often. tests/live/same_account.py makes the same with API calls.
resource "aws_kms_key" "records" {
  description         = "Records"
  enable_key_rotation = false
}

resource "aws_s3_bucket" "log" {
  bucket = "same-log"
}

resource "aws_s3_bucket" "scans" {
  bucket = "same-scans"
}

resource "aws_s3_bucket_public_access_block" "scans" {
  bucket                  = aws_s3_bucket.scans.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = false
  restrict_public_buckets = false
}

resource "aws_s3_bucket_versioning" "scans" {
  bucket = aws_s3_bucket.scans.id
  versioning_configuration {
    status = "Suspended"
  }
}

resource "aws_s3_bucket_policy" "scans" {
  bucket = aws_s3_bucket.scans.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "s3:GetObject"
      Resource  = "arn:aws:s3:::same-scans/*"
    }]
  })
}

resource "aws_vpc" "practice" {
  cidr_block = "10.9.0.0/16"
}

resource "aws_security_group" "records" {
  name        = "same-records"
  description = "The records database"
  vpc_id      = aws_vpc.practice.id
}

resource "aws_vpc_security_group_ingress_rule" "ssh" {
  security_group_id = aws_security_group.records.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv4         = "0.0.0.0/0"
}

resource "aws_vpc_security_group_ingress_rule" "ssh_v6" {
  security_group_id = aws_security_group.records.id
  ip_protocol       = "tcp"
  from_port         = 22
  to_port           = 22
  cidr_ipv6         = "::/0"
}

resource "aws_security_group_rule" "all" {
  security_group_id = aws_security_group.records.id
  type              = "ingress"
  protocol          = "-1"
  from_port         = 0
  to_port           = 0
  cidr_blocks       = ["10.9.0.0/16"]
}

resource "aws_db_instance" "records" {
  identifier                 = "same-records"
  engine                     = "postgres"
  engine_version             = "12.19"
  instance_class             = "db.t3.medium"
  allocated_storage          = 20
  username                   = "records"
  password                   = "not-a-real-password"
  publicly_accessible        = true
  backup_retention_period    = 0
  auto_minor_version_upgrade = false
  vpc_security_group_ids     = [aws_security_group.records.id]
  skip_final_snapshot        = true
}

resource "aws_iam_group" "staff" {
  name = "same-staff"
}

resource "aws_iam_policy" "read" {
  name = "same-read"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "*", Resource = "*" }]
  })
}

resource "aws_iam_user" "ana" {
  name = "same-ana"
}

resource "aws_iam_user_group_membership" "ana" {
  user   = aws_iam_user.ana.name
  groups = [aws_iam_group.staff.name]
}

resource "aws_iam_user_policy" "inline" {
  name = "everything-of-s3"
  user = aws_iam_user.ana.name
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:*", Resource = "*" }]
  })
}

resource "aws_iam_user_policy_attachment" "ana" {
  user       = aws_iam_user.ana.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_access_key" "ana" {
  user = aws_iam_user.ana.name
}

resource "aws_ebs_volume" "images" {
  availability_zone = "us-east-1a"
  size              = 10
}

resource "aws_cloudwatch_log_group" "app" {
  name              = "/same/app"
  retention_in_days = 14
}

resource "aws_cloudtrail" "audit" {
  name                          = "same-audit"
  s3_bucket_name                = aws_s3_bucket.log.id
  include_global_service_events = false
}
