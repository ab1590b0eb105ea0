resource "aws_elasticache_cluster" "One" {
  cluster_id                 = "one"
  engine                     = "redis"
  engine_version             = "7.1"
  num_cache_nodes            = 1
  snapshot_retention_limit   = 7
  transit_encryption_enabled = false
}
