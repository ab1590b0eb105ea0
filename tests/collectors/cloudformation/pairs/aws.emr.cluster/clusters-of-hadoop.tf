resource "aws_emr_security_configuration" "Sealed" {
  name          = "sealed"
  configuration = jsonencode({
    EncryptionConfiguration = {
      EnableAtRestEncryption    = true
      EnableInTransitEncryption = true
      AtRestEncryptionConfiguration = {
        S3EncryptionConfiguration = { EncryptionMode = "SSE-KMS", AwsKmsKey = "arn:aws:kms:us-east-1:123456789012:key/k" }
        LocalDiskEncryptionConfiguration = {
          EncryptionKeyProviderType = "AwsKms"
          AwsKmsKey                 = "arn:aws:kms:us-east-1:123456789012:key/k"
        }
      }
      InTransitEncryptionConfiguration = {
        TLSCertificateConfiguration = { CertificateProviderType = "PEM", S3Object = "s3://certificates/my.zip" }
      }
    }
  })
}
resource "aws_emr_cluster" "Good" {
  name                              = "good"
  release_label                     = "emr-7.1.0"
  service_role                      = "emr"
  security_configuration            = aws_emr_security_configuration.Sealed.name
  log_uri                           = "s3://logs/emr"
  termination_protection            = true
  keep_job_flow_alive_when_no_steps = true
  ec2_attributes {
    subnet_id        = "subnet-1"
    instance_profile = "emr"
  }
}
resource "aws_emr_cluster" "Bad" {
  name                              = "bad"
  release_label                     = "emr-7.1.0"
  service_role                      = "emr"
  keep_job_flow_alive_when_no_steps = true
}
resource "aws_emr_cluster" "Brief" {
  name                              = "brief"
  service_role                      = "emr"
  keep_job_flow_alive_when_no_steps = false
}
