"""Credentials, environment values and user data appear in no output."""

import json
from pathlib import Path

import pytest
from canaries import leaks, scanned

CODE = """
provider "aws" {
  region     = "us-east-1"
  access_key = "AKIACANARYPROVIDER01"
  secret_key = "canary/provider/secret/key/0123456789ABCD"
}

variable "password" {
  type      = string
  sensitive = true
}

resource "aws_db_instance" "a" {
  identifier = "a"
  engine     = "postgres"
  password   = var.password
  username   = "canary-user-name"
}

resource "aws_instance" "a" {
  ami           = "ami-1"
  instance_type = "t3.micro"
  user_data     = "export TOKEN=canary-user-data"

  root_block_device {
    encrypted = true
  }
}

resource "aws_lambda_function" "a" {
  function_name = "a"
  role          = "arn:aws:iam::111122223333:role/a"
  runtime       = "python3.13"

  environment {
    variables = {
      DB_PASSWORD = "canary-environment"
      "canary-variable-name-SECRET" = "x"
    }
  }
}

resource "aws_codebuild_project" "a" {
  name         = "a"
  service_role = "arn:aws:iam::111122223333:role/a"

  source {
    type     = "BITBUCKET"
    location = "https://canary-source-user:canary-source-password@bitbucket.org/a/a.git"
  }

  environment {
    environment_variable {
      name  = "AWS_SECRET_ACCESS_KEY"
      value = "canary-build"
    }
  }
}

resource "aws_ecs_task_definition" "a" {
  family       = "a"
  network_mode = "host"
  container_definitions = jsonencode([{
    name        = "a"
    image       = "a:1"
    command     = ["serve", "--token", "canary-command"]
    environment = [{ name = "DB_PASSWORD", value = "canary-container" }]
  }])
}

resource "aws_elastic_beanstalk_environment" "a" {
  name        = "a"
  application = "a"

  setting {
    namespace = "aws:elasticbeanstalk:application:environment"
    name      = "DB_PASSWORD"
    value     = "canary-beanstalk"
  }
}

resource "aws_secretsmanager_secret" "a" {
  name = "a"
}

resource "aws_secretsmanager_secret_version" "a" {
  secret_id     = aws_secretsmanager_secret.a.id
  secret_string = "canary-secret-string"
}

resource "aws_ssm_document" "a" {
  name          = "a"
  document_type = "Command"
  content       = jsonencode({ schemaVersion = "2.2", mainSteps = [{ run = "login canary-document" }] })
}

resource "aws_iam_user_login_profile" "a" {
  user    = aws_iam_user.a.name
  pgp_key = "canary-pgp"
}

resource "aws_iam_user" "a" {
  name = "a"
}
"""
CANARIES = (
    "AKIACANARYPROVIDER01",
    "canary/provider/secret",
    "canary-tfvars",
    "canary-user-name",
    "canary-user-data",
    "canary-environment",
    "canary-variable-name",
    "canary-pgp",
    "canary-var-option",
    "canary-process",
    "canary-source",
    "canary-build",
    "canary-command",
    "canary-container",
    "canary-beanstalk",
    "canary-secret-string",
    "canary-document",
)


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder of Terraform with secrets wherever people put them."""
    code = tmp_path / "code"
    code.mkdir()
    (code / "main.tf").write_text(CODE)
    (code / "terraform.tfvars").write_text('password = "canary-tfvars"\n')
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "canary-process-0123456789/abcdefghijklmno")
    monkeypatch.setenv("TF_VAR_password", "canary-process")
    return tmp_path


def test_terraform_code(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Passwords, user data, variables, provider keys: facts about them are kept, never they themselves."""
    out = scanned(repository, capsys, str(repository / "code"))

    assert leaks(out, *CANARIES) == []
    for kind in (
        "aws_lambda_function",
        "aws_codebuild_project",
        "aws_ecs_task_definition",
        "aws_elastic_beanstalk_environment",
        "aws_secretsmanager_secret",
        "aws_ssm_document",
    ):
        assert f"{kind}.a".encode() in out["inventory"]
    assert b"AWS_SECRET_ACCESS_KEY" in out["inventory"]


def test_a_terraform_plan(repository: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A plan repeats every value, the sensitive ones too."""
    after = {"identifier": "a", "engine": "postgres", "password": "canary-tfvars", "username": "canary-user-name"}
    change = {"actions": ["create"], "before": None, "after": after, "after_unknown": {}, "after_sensitive": {}}
    resource = {"address": "aws_db_instance.a", "mode": "managed", "type": "aws_db_instance", "name": "a"}
    plan = {
        "format_version": "1.2",
        "terraform_version": "1.11.4",
        "variables": {"password": {"value": "canary-tfvars"}},
        "planned_values": {"root_module": {"resources": [{**resource, "values": after}]}},
        "resource_changes": [{**resource, "change": change}],
        "configuration": {"root_module": {"resources": []}},
    }
    path = repository / "plan.json"
    path.write_text(json.dumps(plan))

    assert leaks(scanned(repository, capsys, str(path)), *CANARIES) == []
