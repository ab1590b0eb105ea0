# The patient database, reachable from home because the vendor asked for it.
resource "aws_db_instance" "records" {
  identifier        = "patient-records"
  engine            = "postgres"
  engine_version    = "12.19"
  instance_class    = "db.t3.medium"
  allocated_storage = 100

  username = "clinic"
  password = "clinic-2019" # in the repository since 2019

  publicly_accessible        = true
  vpc_security_group_ids     = [aws_security_group.office.id]
  backup_retention_period    = 1
  auto_minor_version_upgrade = false
  skip_final_snapshot        = true
  deletion_protection        = var.protect_database
}

resource "aws_db_snapshot" "before_migration" {
  db_instance_identifier = aws_db_instance.records.identifier
  db_snapshot_identifier = "patient-records-before-migration"
  shared_accounts        = ["all"]
}

# X-ray images, made public so that a referring practice could fetch one study.
resource "aws_s3_bucket" "imaging" {
  bucket = "clinic-imaging-as-found"
}

resource "aws_s3_bucket_public_access_block" "imaging" {
  bucket = aws_s3_bucket.imaging.id

  block_public_acls       = true
  block_public_policy     = false
  ignore_public_acls      = true
  restrict_public_buckets = false
}

resource "aws_s3_bucket_policy" "imaging" {
  bucket = aws_s3_bucket.imaging.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "ReferringPractice"
      Effect    = "Allow"
      Principal = "*"
      Action    = ["s3:GetObject", "s3:ListBucket"]
      Resource  = [aws_s3_bucket.imaging.arn, "${aws_s3_bucket.imaging.arn}/*"]
    }]
  })
}

resource "aws_s3_bucket" "backups" {
  bucket = "clinic-backups-as-found"
}
