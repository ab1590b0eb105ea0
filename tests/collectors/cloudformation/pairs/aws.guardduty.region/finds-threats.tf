resource "aws_guardduty_detector" "Detector" {
  enable                       = true
  finding_publishing_frequency = "FIFTEEN_MINUTES"
}
