resource "aws_api_gateway_rest_api" "Api" {
  name = "api"
}
resource "aws_api_gateway_stage" "Stage" {
  rest_api_id          = aws_api_gateway_rest_api.Api.id
  stage_name           = "live"
  xray_tracing_enabled = true
  access_log_settings {
    destination_arn = "arn:aws:logs:us-east-1:123456789012:log-group:a"
    format          = "x"
  }
}
resource "aws_api_gateway_method_settings" "a" {
  rest_api_id = aws_api_gateway_rest_api.Api.id
  stage_name  = aws_api_gateway_stage.Stage.stage_name
  method_path = "*/*"
  settings {
    logging_level = "INFO"
  }
}
