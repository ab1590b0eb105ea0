resource "aws_security_group" "Group" {}
resource "aws_dax_cluster" "Good" {
  cluster_name                     = "scans"
  cluster_endpoint_encryption_type = "TLS"
  replication_factor               = 3
  availability_zones               = ["us-east-1a", "us-east-1b"]
  security_group_ids               = [aws_security_group.Group.id]
  iam_role_arn                     = "arn:aws:iam::123456789012:role/dax"
  node_type                        = "dax.r5.large"
  server_side_encryption {
    enabled = true
  }
  tags = { Owner = "records" }
}
resource "aws_dax_cluster" "Bad" {
  cluster_name       = "careless"
  replication_factor = 1
}
