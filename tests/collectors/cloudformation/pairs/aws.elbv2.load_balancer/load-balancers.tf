resource "aws_s3_bucket" "Logs" {
  bucket = "logs"
}
resource "aws_acm_certificate" "Certificate" {
  domain_name = "example.org"
}
resource "aws_lb" "Balancer" {
  name                       = "edge"
  internal                   = false
  subnets                    = ["subnet-1", "subnet-2"]
  enable_deletion_protection = true
  drop_invalid_header_fields = true
  access_logs {
    enabled = true
    bucket  = aws_s3_bucket.Logs.id
  }
}
resource "aws_lb_listener" "Plain" {
  load_balancer_arn = aws_lb.Balancer.arn
  port              = 80
  protocol          = "HTTP"
  default_action {
    type = "redirect"
    redirect {
      protocol    = "HTTPS"
      status_code = "HTTP_301"
    }
  }
}
resource "aws_lb_listener" "Secure" {
  load_balancer_arn = aws_lb.Balancer.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = aws_acm_certificate.Certificate.arn
  default_action {
    type             = "forward"
    target_group_arn = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/a/1"
  }
}
