"""Credentials, environment values and user data of a live account appear in no output."""

import io
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from canaries import leaks, scanned


@pytest.mark.live
def test_a_live_account(
    aws_environment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """User data, environments of functions, builds and containers, passwords, secrets, documents, access keys."""
    import boto3

    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))

    def client(service: str) -> Any:
        return boto3.client(service, region_name="us-east-1")

    iam = client("iam")
    iam.create_user(UserName="a")
    key = iam.create_access_key(UserName="a")["AccessKey"]
    trust = '{"Version":"2012-10-17","Statement":[]}'
    role = iam.create_role(RoleName="a", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    client("ec2").run_instances(ImageId="ami-1", MinCount=1, MaxCount=1, UserData="export TOKEN=canary-user-data")
    client("rds").create_db_instance(
        DBInstanceIdentifier="a",
        Engine="postgres",
        DBInstanceClass="db.t3.micro",
        AllocatedStorage=20,
        MasterUsername="a",
        MasterUserPassword="canary-password",
    )
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("a.py", "")
    client("lambda").create_function(
        FunctionName="a",
        Runtime="python3.13",
        Role=role,
        Handler="a.a",
        Code={"ZipFile": code.getvalue()},
        Environment={"Variables": {"DB_PASSWORD": "canary-environment", "canary-variable-name": "x"}},
    )
    client("codebuild").create_project(
        name="build",
        source={"type": "BITBUCKET", "location": "https://canary-user:canary-source@bitbucket.org/a/a.git"},
        artifacts={"type": "NO_ARTIFACTS"},
        environment={
            "type": "LINUX_CONTAINER",
            "image": "aws/codebuild/standard:7.0",
            "computeType": "BUILD_GENERAL1_SMALL",
            "environmentVariables": [{"name": "AWS_SECRET_ACCESS_KEY", "value": "canary-build"}],
        },
        serviceRole=role,
    )
    client("ecs").register_task_definition(
        family="a",
        networkMode="host",
        containerDefinitions=[
            {
                "name": "a",
                "image": "a:1",
                "memory": 64,
                "command": ["canary-command"],
                "environment": [{"name": "canary-container-name-TOKEN", "value": "canary-container"}],
            }
        ],
    )
    client("secretsmanager").create_secret(Name="a", SecretString="canary-secret-string")
    client("ssm").create_document(
        Name="restart",
        DocumentType="Command",
        Content='{"schemaVersion": "2.2", "description": "canary-document", "mainSteps": []}',
    )
    monkeypatch.setattr(sys, "argv", ["phiward", "scan", "aws"])

    out = scanned(tmp_path, capsys, "aws", "--regions", "us-east-1")

    canaries = (
        "canary-user-data",
        "canary-password",
        "canary-environment",
        "canary-variable-name",
        "canary-user",
        "canary-source",
        "canary-build",
        "canary-command",
        "canary-container",
        "canary-secret-string",
        "canary-document",
    )
    assert leaks(out, *canaries, key["SecretAccessKey"], key["AccessKeyId"]) == []
    assert b"arn:aws:lambda:us-east-1" in out["inventory"]
    for kind in (
        "aws.ec2.instance",
        "aws.rds.instance",
        "aws.codebuild.project",
        "aws.ecs.task_definition",
        "aws.secretsmanager.secret",
        "aws.ssm.document",
    ):
        assert f'"{kind}"'.encode() in out["inventory"]
    assert b"AWS_SECRET_ACCESS_KEY" in out["inventory"]
