resource "aws_elb" "Good" {
  name     = "good"
  internal = true
  listener {
    lb_port            = 443
    lb_protocol        = "https"
    instance_port      = 80
    instance_protocol  = "http"
    ssl_certificate_id = "arn:aws:acm:us-east-1:123456789012:certificate/c"
  }
}
resource "aws_load_balancer_policy" "Tls" {
  load_balancer_name = aws_elb.Good.name
  policy_name        = "tls"
  policy_type_name   = "SSLNegotiationPolicyType"
  policy_attribute {
    name  = "Reference-Security-Policy"
    value = "ELBSecurityPolicy-TLS-1-2-2017-01"
  }
}
resource "aws_load_balancer_listener_policy" "Listener" {
  load_balancer_name = aws_elb.Good.name
  load_balancer_port = 443
  policy_names       = ["tls"]
}
resource "aws_elb" "Bad" {
  name = "bad"
  listener {
    lb_port           = 80
    lb_protocol       = "http"
    instance_port     = 80
    instance_protocol = "http"
  }
}
