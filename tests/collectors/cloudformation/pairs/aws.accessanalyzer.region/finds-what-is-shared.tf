resource "aws_accessanalyzer_analyzer" "Analyzer" {
  analyzer_name = "outside"
  type          = "ACCOUNT"
}
