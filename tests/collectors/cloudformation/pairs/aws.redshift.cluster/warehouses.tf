resource "aws_redshift_parameter_group" "Group" {
  name   = "tls"
  family = "redshift-1.0"
  parameter {
    name  = "require_ssl"
    value = "true"
  }
}
resource "aws_redshift_cluster" "Cluster" {
  cluster_identifier                  = "scans"
  encrypted                           = true
  publicly_accessible                 = false
  enhanced_vpc_routing                = true
  automated_snapshot_retention_period = 14
  cluster_parameter_group_name        = aws_redshift_parameter_group.Group.name
}
resource "aws_redshift_logging" "a" {
  cluster_identifier = aws_redshift_cluster.Cluster.id
  bucket_name        = "logs"
}
