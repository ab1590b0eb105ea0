resource "aws_kms_key" "Key" {}
resource "aws_sns_topic" "Topic" {
  name              = "alarms"
  kms_master_key_id = aws_kms_key.Key.id
}
resource "aws_sns_topic_policy" "a" {
  arn    = aws_sns_topic.Topic.arn
  policy = jsonencode({ Statement = [{ Effect = "Allow", Principal = "*", Action = "sns:Publish", Resource = "*" }] })
}
resource "aws_sns_topic" "Plain" {
  name = "plain"
}
