resource "aws_kms_key" "Key" {}
resource "aws_sagemaker_endpoint_configuration" "Good" {
  name        = "good"
  kms_key_arn = aws_kms_key.Key.arn
  production_variants {
    variant_name = "one"
    model_name   = "model"
  }
  data_capture_config {
    enable_capture              = true
    destination_s3_uri          = "s3://captured"
    initial_sampling_percentage = 100
    kms_key_id                  = aws_kms_key.Key.arn
    capture_options {
      capture_mode = "Input"
    }
  }
}
resource "aws_sagemaker_endpoint_configuration" "Bad" {
  name = "bad"
  production_variants {
    variant_name = "one"
    model_name   = "model"
  }
}
