resource "aws_config_configuration_recorder" "Recorder" {
  name     = "default"
  role_arn = "arn:aws:iam::123456789012:role/config"
  recording_group {
    all_supported                 = true
    include_global_resource_types = true
  }
}
resource "aws_config_configuration_recorder_status" "Recorder" {
  name       = aws_config_configuration_recorder.Recorder.name
  is_enabled = true
}
resource "aws_config_delivery_channel" "Channel" {
  s3_bucket_name = "configured"
}
