resource "aws_kms_key" "Key" {}
resource "aws_security_group" "Group" {
  ingress {
    protocol    = "tcp"
    from_port   = 5432
    to_port     = 5432
    cidr_blocks = ["10.0.0.0/8"]
  }
}
resource "aws_db_parameter_group" "Parameters" {
  family = "postgres16"
  parameter {
    name  = "rds.force_ssl"
    value = "1"
  }
}
resource "aws_db_instance" "Db" {
  identifier                          = "scans"
  engine                              = "postgres"
  engine_version                      = "16.3"
  storage_encrypted                   = true
  kms_key_id                          = aws_kms_key.Key.arn
  parameter_group_name                = aws_db_parameter_group.Parameters.name
  iam_database_authentication_enabled = true
  enabled_cloudwatch_logs_exports     = ["postgresql", "upgrade"]
  backup_retention_period             = 35
  multi_az                            = true
  deletion_protection                 = true
  publicly_accessible                 = false
  vpc_security_group_ids              = [aws_security_group.Group.id]
  ca_cert_identifier                  = "rds-ca-rsa4096-g1"
  copy_tags_to_snapshot               = true
  monitoring_interval                 = 60
  performance_insights_enabled        = true
  auto_minor_version_upgrade          = false
}
