# The patient database.
resource "aws_db_subnet_group" "records" {
  name       = "patient-records"
  subnet_ids = [for subnet in aws_subnet.private : subnet.id]
}

resource "aws_db_parameter_group" "records" {
  name   = "patient-records"
  family = "postgres16"

  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }

  parameter {
    name  = "log_connections"
    value = "1"
  }
}

resource "aws_db_instance" "records" {
  identifier     = "patient-records"
  engine         = "postgres"
  engine_version = "16.8"
  instance_class = "db.m6g.large"

  allocated_storage = 200
  storage_encrypted = true
  kms_key_id        = aws_kms_key.ephi.arn

  username                            = "clinic"
  manage_master_user_password         = true
  iam_database_authentication_enabled = true

  multi_az                   = true
  publicly_accessible        = false
  db_subnet_group_name       = aws_db_subnet_group.records.name
  vpc_security_group_ids     = [aws_security_group.database.id]
  parameter_group_name       = aws_db_parameter_group.records.name
  ca_cert_identifier         = "rds-ca-rsa2048-g1"
  auto_minor_version_upgrade = true

  backup_retention_period   = 35
  copy_tags_to_snapshot     = true
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "patient-records-final"

  enabled_cloudwatch_logs_exports = ["postgresql", "upgrade"]
  monitoring_interval             = 60
  monitoring_role_arn             = aws_iam_role.rds_monitoring.arn
  performance_insights_enabled    = true
  performance_insights_kms_key_id = aws_kms_key.ephi.arn

  tags = { ephi = "true" }
}

# X-ray and ultrasound images, and the documents that patients upload.
module "bucket" {
  source   = "./modules/private-bucket"
  for_each = toset(["imaging", "documents"])

  name        = "clinic-${each.key}-${var.account_id}"
  kms_key_arn = aws_kms_key.ephi.arn
  log_bucket  = module.log_bucket.id
}
