resource "aws_elasticsearch_domain" "Good" {
  domain_name           = "good"
  elasticsearch_version = "7.10"
  encrypt_at_rest {
    enabled = true
  }
  node_to_node_encryption {
    enabled = true
  }
  domain_endpoint_options {
    enforce_https       = true
    tls_security_policy = "Policy-Min-TLS-1-2-2019-07"
  }
  cluster_config {
    instance_count         = 3
    zone_awareness_enabled = true
    zone_awareness_config {
      availability_zone_count = 3
    }
  }
  vpc_options {
    subnet_ids = ["subnet-1"]
  }
}
resource "aws_elasticsearch_domain" "Bad" {
  domain_name = "bad"
}
