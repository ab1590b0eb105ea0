resource "aws_elb" "Classic" {
  name                      = "classic"
  internal                  = true
  cross_zone_load_balancing = true
  access_logs {
    bucket  = "logs"
    enabled = true
  }
  listener {
    lb_port           = 443
    lb_protocol       = "https"
    instance_port     = 80
    instance_protocol = "http"
  }
}
