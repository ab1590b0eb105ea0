resource "aws_s3_bucket" "trail" {
  bucket        = "clinic-trail-as-found"
  force_destroy = true
}

# One region, no validation, the provider's key: switched on for a questionnaire.
resource "aws_cloudtrail" "clinic" {
  name                          = "clinic"
  s3_bucket_name                = aws_s3_bucket.trail.id
  include_global_service_events = false
}

resource "aws_cloudwatch_log_group" "telehealth" {
  name              = "/clinic/telehealth"
  retention_in_days = 14
}

resource "aws_kms_key" "backups" {
  description             = "Backups"
  deletion_window_in_days = 7
}
