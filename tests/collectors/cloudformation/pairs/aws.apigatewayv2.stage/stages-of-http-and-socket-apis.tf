resource "aws_apigatewayv2_api" "Http" {
  name          = "http"
  protocol_type = "HTTP"
}
resource "aws_apigatewayv2_api" "Socket" {
  name          = "socket"
  protocol_type = "WEBSOCKET"
}
resource "aws_apigatewayv2_stage" "Good" {
  api_id = aws_apigatewayv2_api.Http.id
  name   = "prod"
  access_log_settings {
    destination_arn = "arn:aws:logs:us-east-1:123456789012:log-group:access"
    format          = "$context.requestId"
  }
  default_route_settings {
    detailed_metrics_enabled = true
  }
}
resource "aws_apigatewayv2_stage" "Speaking" {
  api_id = aws_apigatewayv2_api.Socket.id
  name   = "prod"
  default_route_settings {
    logging_level      = "INFO"
    data_trace_enabled = false
  }
}
resource "aws_apigatewayv2_stage" "Bad" {
  api_id = aws_apigatewayv2_api.Socket.id
  name   = "test"
}
