resource "aws_kms_key" "Key" {}
resource "aws_rds_cluster_parameter_group" "Parameters" {
  family = "aurora-mysql8.0"
  parameter {
    name  = "require_secure_transport"
    value = "ON"
  }
}
resource "aws_rds_cluster" "Cluster" {
  cluster_identifier              = "scans"
  engine                          = "aurora-mysql"
  engine_version                  = "8.0.mysql_aurora.3.05.2"
  storage_encrypted               = true
  kms_key_id                      = aws_kms_key.Key.arn
  db_cluster_parameter_group_name = aws_rds_cluster_parameter_group.Parameters.name
  backup_retention_period         = 14
  deletion_protection             = true
  enabled_cloudwatch_logs_exports = ["audit"]
}
