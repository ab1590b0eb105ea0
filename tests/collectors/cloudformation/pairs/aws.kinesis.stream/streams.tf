resource "aws_kinesis_stream" "Stream" {
  name             = "scans"
  encryption_type  = "KMS"
  kms_key_id       = "alias/aws/kinesis"
  retention_period = 48
}
