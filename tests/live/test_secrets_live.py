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
    """User data, a function's environment, a database's password, access keys."""
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
    monkeypatch.setattr(sys, "argv", ["phiward", "scan", "aws"])

    out = scanned(tmp_path, capsys, "aws", "--regions", "us-east-1")

    canaries = ("canary-user-data", "canary-password", "canary-environment", "canary-variable-name")
    assert leaks(out, *canaries, key["SecretAccessKey"], key["AccessKeyId"]) == []
    assert b"arn:aws:lambda:us-east-1" in out["inventory"]
    assert b'"aws.ec2.instance"' in out["inventory"]
    assert b'"aws.rds.instance"' in out["inventory"]
