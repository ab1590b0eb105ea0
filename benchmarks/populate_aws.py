"""A simulated AWS account of a given size, the same for the same size: half of everything is set badly."""

import io
import json
import zipfile
from typing import Any

import boto3

REGION = "us-east-1"
SIZES = {
    "buckets": 100, "users": 30, "roles": 30, "policies": 20, "keys": 15, "groups": 30, "instances": 25, "volumes": 25,
    "databases": 10, "log_groups": 25, "functions": 20, "trails": 2,
}  # fmt: skip
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}],
}


def _allow(action: str, resource: str) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def populate(endpoint: str, scale: float = 1.0) -> int:
    """Make the account and return how many resources were made."""
    session = boto3.Session("bench", "bench", region_name=REGION)
    sizes = {name: max(1, int(count * scale)) for name, count in SIZES.items()}

    def client(service: str) -> Any:
        return session.client(service, endpoint_url=endpoint)

    _storage(client, sizes)
    _identities(client("iam"), sizes)
    _machines(client("ec2"), sizes)
    _services(client, sizes)
    return sum(sizes.values())


def _storage(client: Any, sizes: dict[str, int]) -> None:
    s3, rds = client("s3"), client("rds")
    for n in range(sizes["buckets"]):
        name = f"bench-{n:05d}"
        s3.create_bucket(Bucket=name)
        if n % 2:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
            s3.put_public_access_block(
                Bucket=name,
                PublicAccessBlockConfiguration=dict.fromkeys(
                    ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
                ),
            )
    for n in range(sizes["databases"]):
        rds.create_db_instance(
            DBInstanceIdentifier=f"bench-{n}",
            Engine="postgres",
            EngineVersion="16.8",
            DBInstanceClass="db.t3.medium",
            AllocatedStorage=20,
            MasterUsername="bench",
            MasterUserPassword="bench-bench",
            StorageEncrypted=bool(n % 2),
            BackupRetentionPeriod=7 * (n % 2),
        )


def _identities(iam: Any, sizes: dict[str, int]) -> None:
    for n in range(sizes["policies"]):
        action = "s3:GetObject" if n % 2 else "*"
        iam.create_policy(PolicyName=f"bench-{n}", PolicyDocument=_allow(action, "*"))
    for n in range(sizes["users"]):
        iam.create_user(UserName=f"bench-{n}")
        if n % 2:
            iam.create_access_key(UserName=f"bench-{n}")
        else:
            iam.put_user_policy(UserName=f"bench-{n}", PolicyName="inline", PolicyDocument=_allow("s3:ListBucket", "*"))
    for n in range(sizes["roles"]):
        iam.create_role(RoleName=f"bench-{n}", AssumeRolePolicyDocument=json.dumps(TRUST))


def _machines(ec2: Any, sizes: dict[str, int]) -> None:
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    groups = []
    for n in range(sizes["groups"]):
        made = ec2.create_security_group(GroupName=f"bench-{n}", Description="bench", VpcId=vpc)["GroupId"]
        groups.append(made)
        source = "0.0.0.0/0" if n % 2 else "10.0.0.0/8"
        permission = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": source}]}
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[permission])
    image = ec2.describe_images(Owners=["self", "amazon"])["Images"][0]["ImageId"]
    ec2.run_instances(
        ImageId=image, MinCount=sizes["instances"], MaxCount=sizes["instances"], SubnetId=subnet,
        SecurityGroupIds=groups[:1],
    )  # fmt: skip
    for n in range(sizes["volumes"]):
        ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=10, Encrypted=bool(n % 2))


def _services(client: Any, sizes: dict[str, int]) -> None:
    kms, logs, functions, trails = client("kms"), client("logs"), client("lambda"), client("cloudtrail")
    for n in range(sizes["keys"]):
        key = kms.create_key(Description="bench")["KeyMetadata"]["KeyId"]
        if n % 2:
            kms.enable_key_rotation(KeyId=key)
    for n in range(sizes["log_groups"]):
        logs.create_log_group(logGroupName=f"/bench/{n}")
        if n % 2:
            logs.put_retention_policy(logGroupName=f"/bench/{n}", retentionInDays=731)
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("bench.py", "def handler(event, context): pass\n")
    role = client("iam").get_role(RoleName="bench-0")["Role"]["Arn"]
    for n in range(sizes["functions"]):
        functions.create_function(
            FunctionName=f"bench-{n}", Runtime="python3.13" if n % 2 else "python3.8", Role=role,
            Handler="bench.handler", Code={"ZipFile": code.getvalue()},
        )  # fmt: skip
    for n in range(sizes["trails"]):
        trails.create_trail(Name=f"bench-{n}", S3BucketName=f"bench-{n:05d}", IsMultiRegionTrail=bool(n % 2))
        trails.start_logging(Name=f"bench-{n}")
