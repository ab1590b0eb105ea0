resource "aws_elastic_beanstalk_environment" "Good" {
  name                = "good"
  application         = "scans"
  solution_stack_name = "64bit Amazon Linux 2023 v4.1.0 running Python 3.11"
  setting {
    namespace = "aws:elasticbeanstalk:healthreporting:system"
    name      = "SystemType"
    value     = "enhanced"
  }
  setting {
    namespace = "aws:elasticbeanstalk:managedactions"
    name      = "ManagedActionsEnabled"
    value     = "true"
  }
  setting {
    namespace = "aws:elasticbeanstalk:cloudwatch:logs"
    name      = "StreamLogs"
    value     = "true"
  }
  setting {
    namespace = "aws:elasticbeanstalk:cloudwatch:logs"
    name      = "RetentionInDays"
    value     = "2192"
  }
}
resource "aws_elastic_beanstalk_environment" "Bad" {
  name        = "bad"
  application = "scans"
}
