resource "aws_security_group" "Group" {}
resource "aws_elasticache_cluster" "Good" {
  cluster_id                 = "good"
  engine                     = "memcached"
  engine_version             = "1.6.22"
  node_type                  = "cache.t3.small"
  num_cache_nodes            = 2
  az_mode                    = "cross-az"
  transit_encryption_enabled = true
  auto_minor_version_upgrade = true
  security_group_ids         = [aws_security_group.Group.id]
}
resource "aws_elasticache_cluster" "Bad" {
  cluster_id      = "bad"
  engine          = "memcached"
  num_cache_nodes = 1
}
