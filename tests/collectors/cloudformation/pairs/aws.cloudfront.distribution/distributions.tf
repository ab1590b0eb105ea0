resource "aws_cloudfront_distribution" "Site" {
  enabled    = true
  aliases    = ["example.org"]
  web_acl_id = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/a/1"
  default_cache_behavior {
    viewer_protocol_policy = "redirect-to-https"
  }
  ordered_cache_behavior {
    viewer_protocol_policy = "allow-all"
  }
  viewer_certificate {
    acm_certificate_arn      = "arn:aws:acm:us-east-1:123456789012:certificate/a"
    minimum_protocol_version = "TLSv1.2_2021"
  }
  logging_config {
    bucket = "logs.s3.amazonaws.com"
  }
}
