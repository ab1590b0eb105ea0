resource "aws_rds_cluster" "Cluster" {
  engine            = "aurora-postgresql"
  engine_version    = "15.4"
  storage_encrypted = true
}
resource "aws_rds_cluster_instance" "Member" {
  cluster_identifier  = aws_rds_cluster.Cluster.id
  engine              = "aurora-postgresql"
  publicly_accessible = false
}
