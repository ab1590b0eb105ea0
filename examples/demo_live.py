"""The as-found clinic as a live account: make it in a simulated AWS (moto), then scan that as if it were real.

Run by `make demo-live`. Nothing leaves this machine: every call goes to a server on 127.0.0.1.
"""

import io
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
REGION = "us-east-1"
PUBLIC = {"IpProtocol": "tcp", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@contextmanager
def moto_server() -> Iterator[str]:
    """Start a simulated AWS on a free loopback port, and stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    images = ROOT / "build" / "images.json"
    images.parent.mkdir(exist_ok=True)
    images.write_text(
        json.dumps(
            [
                {
                    "ami_id": "ami-0abcdef1234567890",
                    "name": "linux",
                    "description": "linux",
                    "owner_id": "801119661308",
                    "architecture": "x86_64",
                }
            ]
        )
    )
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env={**os.environ, "MOTO_AMIS_PATH": str(images), "MOTO_IAM_LOAD_MANAGED_POLICIES": "true"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    endpoint = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                urllib.request.urlopen(f"{endpoint}/moto-api/", timeout=1).close()
                break
            except OSError:
                time.sleep(0.2)
        else:
            sys.exit("demo: the simulated AWS did not start")
        yield endpoint
    finally:
        server.terminate()
        server.wait(10)


def build(endpoint: str) -> None:
    """Make the clinic of `examples/clinic/as-found` with the calls a person at the console would cause."""
    import boto3

    session = boto3.Session(aws_access_key_id="demo", aws_secret_access_key="demo", region_name=REGION)

    def client(service: str) -> Any:
        return session.client(service, endpoint_url=endpoint)

    ec2, s3, iam = client("ec2"), client("s3"), client("iam")

    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    office = ec2.create_security_group(GroupName="office", Description="Remote work", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=office,
        IpPermissions=[{**PUBLIC, "FromPort": port, "ToPort": port} for port in (22, 3389, 5432)],
    )

    rds = client("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="patient-records",
        Engine="postgres",
        EngineVersion="12.19",
        DBInstanceClass="db.t3.medium",
        AllocatedStorage=100,
        MasterUsername="clinic",
        MasterUserPassword="clinic-2019",
        PubliclyAccessible=True,
        BackupRetentionPeriod=1,
        AutoMinorVersionUpgrade=False,
        VpcSecurityGroupIds=[office],
    )
    rds.create_db_snapshot(
        DBInstanceIdentifier="patient-records", DBSnapshotIdentifier="patient-records-before-migration"
    )
    rds.modify_db_snapshot_attribute(
        DBSnapshotIdentifier="patient-records-before-migration", AttributeName="restore", ValuesToAdd=["all"]
    )

    for bucket in ("clinic-imaging-as-found", "clinic-backups-as-found", "clinic-trail-as-found"):
        s3.create_bucket(Bucket=bucket)
    imaging = "arn:aws:s3:::clinic-imaging-as-found"
    s3.put_public_access_block(
        Bucket="clinic-imaging-as-found",
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "IgnorePublicAcls": True,
            "BlockPublicPolicy": False,
            "RestrictPublicBuckets": False,
        },
    )
    readable = {
        "Sid": "ReferringPractice",
        "Effect": "Allow",
        "Principal": "*",
        "Action": ["s3:GetObject", "s3:ListBucket"],
        "Resource": [imaging, f"{imaging}/*"],
    }
    s3.put_bucket_policy(
        Bucket="clinic-imaging-as-found", Policy=json.dumps({"Version": "2012-10-17", "Statement": [readable]})
    )

    trail = client("cloudtrail")
    trail.create_trail(Name="clinic", S3BucketName="clinic-trail-as-found", IncludeGlobalServiceEvents=False)
    trail.start_logging(Name="clinic")
    logs = client("logs")
    logs.create_log_group(logGroupName="/clinic/telehealth")
    logs.put_retention_policy(logGroupName="/clinic/telehealth", retentionInDays=14)
    client("kms").create_key(Description="Backups")

    iam.update_account_password_policy(MinimumPasswordLength=8)
    for user in ("frontdesk", "vendor-integration"):
        iam.create_user(UserName=user)
        iam.attach_user_policy(UserName=user, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    iam.create_login_profile(UserName="frontdesk", Password="Clinic-2019!")
    iam.create_access_key(UserName="vendor-integration")
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    role = iam.create_role(
        RoleName="reminders", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    )["Role"]["Arn"]
    policy = iam.create_policy(PolicyName="reminders", PolicyDocument=json.dumps(EVERYTHING))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="reminders", PolicyArn=policy)

    ec2.run_instances(
        ImageId="ami-0abcdef1234567890",
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.medium",
        UserData="#!/bin/sh\nexport DB_PASSWORD=clinic-2019\n",
        NetworkInterfaces=[
            {"DeviceIndex": 0, "SubnetId": subnet, "Groups": [office], "AssociatePublicIpAddress": True}
        ],
    )
    ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=100)

    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("reminders.py", "def handler(event, context): pass\n")
    client("lambda").create_function(
        FunctionName="appointment-reminders",
        Runtime="python3.8",
        Role=role,
        Handler="reminders.handler",
        Code={"ZipFile": code.getvalue()},
        Environment={"Variables": {"DB_PASSWORD": "clinic-2019"}},
    )


def main() -> int:
    """Make the clinic, scan it, verify the evidence."""
    bundle = ROOT / "build" / "evidence-live.zip"
    with moto_server() as endpoint:
        print(f"a simulated AWS account at {endpoint}; building the as-found clinic in it ...", flush=True)
        build(endpoint)
        # No credentials or configuration of the person who runs this may be used by mistake.
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "demo",
            "AWS_SECRET_ACCESS_KEY": "demo",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_CONFIG_FILE": str(ROOT / "build" / "no-aws-config"),
            "AWS_SHARED_CREDENTIALS_FILE": str(ROOT / "build" / "no-aws-credentials"),
        }
        command = ["phiward", "scan", "aws", "--regions", REGION, "--bundle", str(bundle)]
        print("\n$ " + " ".join(["AWS_ENDPOINT_URL=" + endpoint, *command]), flush=True)
        code = subprocess.run(command, env=environment, check=False).returncode
    if code != 1:
        print(f"demo: phiward scan ended with {code}, expected 1", file=sys.stderr)
        return code or 2
    print("\n$ phiward verify build/evidence-live.zip --deep", flush=True)
    return subprocess.run(["phiward", "verify", str(bundle), "--deep"], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
