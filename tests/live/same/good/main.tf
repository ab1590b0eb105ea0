# A practice's records as they should be. tests/live/same_account.py makes the same with API calls.
resource "aws_kms_key" "records" {
  description         = "Records"
  enable_key_rotation = true
}

resource "aws_s3_bucket" "log" {
  bucket = "same-log"
}

resource "aws_s3_bucket_ownership_controls" "log" { # its list of grants lets the log delivery in
  bucket = aws_s3_bucket.log.id
  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket" "scans" {
  bucket = "same-scans"
}

resource "aws_s3_bucket_server_side_encryption_configuration" "scans" {
  bucket = aws_s3_bucket.scans.id
  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.records.arn
    }
    bucket_key_enabled = true
  }
}

resource "aws_s3_bucket_versioning" "scans" {
  bucket = aws_s3_bucket.scans.id
  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_public_access_block" "scans" {
  bucket                  = aws_s3_bucket.scans.id
  block_public_acls       = true
  ignore_public_acls      = true
  block_public_policy     = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_policy" "scans" {
  bucket = aws_s3_bucket.scans.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "TlsOnly"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = ["arn:aws:s3:::same-scans", "arn:aws:s3:::same-scans/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    }]
  })
}

resource "aws_s3_bucket_logging" "scans" {
  bucket        = aws_s3_bucket.scans.id
  target_bucket = aws_s3_bucket.log.id
  target_prefix = "scans/"
}

resource "aws_vpc" "practice" {
  cidr_block = "10.9.0.0/16"
}

resource "aws_security_group" "records" {
  name        = "same-records"
  description = "The records database"
  vpc_id      = aws_vpc.practice.id

  ingress {
    from_port        = 5432
    to_port          = 5432
    protocol         = "tcp"
    cidr_blocks      = ["10.9.0.0/16"]
    ipv6_cidr_blocks = ["fd00:9::/48"]
  }

  egress {
    from_port   = 443
    to_port     = 443
    protocol    = "tcp"
    cidr_blocks = ["10.9.0.0/16"]
  }
}

resource "aws_db_instance" "records" {
  identifier                          = "same-records"
  engine                              = "postgres"
  engine_version                      = "16.8"
  instance_class                      = "db.t3.medium"
  allocated_storage                   = 20
  username                            = "records"
  manage_master_user_password         = true
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.records.arn
  publicly_accessible                 = false
  multi_az                            = true
  deletion_protection                 = true
  backup_retention_period             = 35
  copy_tags_to_snapshot               = true
  auto_minor_version_upgrade          = true
  iam_database_authentication_enabled = true
  enabled_cloudwatch_logs_exports     = ["postgresql", "upgrade"]
  vpc_security_group_ids              = [aws_security_group.records.id]
  skip_final_snapshot                 = true
}

resource "aws_iam_group" "staff" {
  name = "same-staff"
}

resource "aws_iam_policy" "read" {
  name = "same-read"
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Allow", Action = "s3:GetObject", Resource = "arn:aws:s3:::same-scans/*" }]
  })
}

resource "aws_iam_group_policy_attachment" "staff" {
  group      = aws_iam_group.staff.name
  policy_arn = aws_iam_policy.read.arn
}

resource "aws_iam_user" "ana" {
  name = "same-ana"
}

resource "aws_iam_user_group_membership" "ana" {
  user   = aws_iam_user.ana.name
  groups = [aws_iam_group.staff.name]
}

resource "aws_ebs_volume" "images" {
  availability_zone = "us-east-1a"
  size              = 10
  encrypted         = true
  kms_key_id        = aws_kms_key.records.arn
}

resource "aws_cloudwatch_log_group" "app" {
  name              = "/same/app"
  retention_in_days = 2192
}

resource "aws_cloudtrail" "audit" {
  name                          = "same-audit"
  s3_bucket_name                = aws_s3_bucket.log.id
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_log_file_validation    = true
  kms_key_id                    = aws_kms_key.records.arn
}
