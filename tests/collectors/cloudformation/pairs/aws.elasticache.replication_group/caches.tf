resource "aws_elasticache_replication_group" "Cache" {
  replication_group_id       = "cache"
  engine                     = "redis"
  engine_version             = "7.1"
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
  multi_az_enabled           = true
  snapshot_retention_limit   = 7
}
