resource "aws_codebuild_source_credential" "Login" {
  auth_type   = "PERSONAL_ACCESS_TOKEN"
  server_type = "GITHUB"
  token       = "given-later"
}
resource "aws_codebuild_project" "Good" {
  name         = "good"
  service_role = "arn:aws:iam::123456789012:role/build"
  environment {
    compute_type = "BUILD_GENERAL1_SMALL"
    image        = "aws/codebuild/standard:7.0"
    type         = "LINUX_CONTAINER"
    environment_variable {
      name  = "PASSWORD"
      type  = "SECRETS_MANAGER"
      value = "scans"
    }
  }
  source {
    type     = "GITHUB"
    location = "https://github.com/example/scans"
  }
  artifacts {
    type = "NO_ARTIFACTS"
  }
  logs_config {
    cloudwatch_logs {
      status     = "ENABLED"
      group_name = "builds"
    }
    s3_logs {
      status   = "ENABLED"
      location = "logs/builds"
    }
  }
}
resource "aws_codebuild_project" "Bad" {
  name               = "bad"
  project_visibility = "PUBLIC_READ"
  environment {
    privileged_mode = true
    environment_variable {
      name  = "AWS_SECRET_ACCESS_KEY"
      value = "x"
    }
  }
  source {
    type     = "BITBUCKET"
    location = "https://someone:secret@bitbucket.org/example/scans"
  }
  secondary_sources {
    type              = "S3"
    location          = "bucket/path"
    source_identifier = "more"
  }
  logs_config {
    cloudwatch_logs {
      status = "DISABLED"
    }
  }
}
