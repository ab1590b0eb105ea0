resource "aws_db_instance" "Db" {
  engine                  = "mysql"
  engine_version          = "8.0"
  publicly_accessible     = true
  backup_retention_period = 0
}
