resource "aws_kms_key" "Key" {}
resource "aws_eks_cluster" "Cluster" {
  name                      = "apps"
  version                   = "1.31"
  enabled_cluster_log_types = ["api", "audit"]
  vpc_config {
    endpoint_public_access  = true
    endpoint_private_access = true
    public_access_cidrs     = ["192.0.2.0/24"]
  }
  encryption_config {
    resources = ["secrets"]
    provider {
      key_arn = aws_kms_key.Key.arn
    }
  }
}
