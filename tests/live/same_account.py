"""The account that `same/good` and `same/bad` describe in Terraform, made with API calls."""

import json
from typing import Any

from live import same_network

TYPES = (
    "aws.autoscaling.group",
    "aws.cloudtrail.trail",
    "aws.ec2.instance",
    "aws.ec2.internet_gateway",
    "aws.ec2.launch_template",
    "aws.ec2.network_acl",
    "aws.ec2.route_table",
    "aws.ec2.security_group",
    "aws.ec2.subnet",
    "aws.ec2.volume",
    "aws.ec2.vpc",
    "aws.iam.group",
    "aws.iam.policy",
    "aws.iam.user",
    "aws.kms.key",
    "aws.logs.log_group",
    "aws.rds.instance",
    "aws.s3.bucket",
)
"""What the account holds."""


TLS_ONLY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:*",
            "Resource": ["arn:aws:s3:::same-scans", "arn:aws:s3:::same-scans/*"],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
    ],
}
PUBLIC = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::same-scans/*"}
    ],
}


def client(service: str) -> Any:
    """Return a client to make the account with."""
    import boto3

    return boto3.client(service, region_name="us-east-1")


def allow(action: str, resource: str) -> str:
    """Return a policy of one permission."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def make(variant: str) -> dict[str, str]:
    """Make the whole account, `good` or `bad`, and return the address in the code by the id of each thing."""
    good = variant == "good"
    account = client("sts").get_caller_identity()["Account"]
    key = client("kms").create_key(Description="Records")["KeyMetadata"]["Arn"]
    if good:
        client("kms").enable_key_rotation(KeyId=key)
    _bucket(key, good=good)
    vpc, group = _group(good=good)
    _database(key, group, good=good)
    _person(good=good)
    volume = _rest(key, good=good)
    here, iam = f"us-east-1:{account}", f"arn:aws:iam::{account}"
    return same_network.make(vpc, group, key, account, good=good) | {
        key: "aws_kms_key.records",
        "arn:aws:s3:::same-log": "aws_s3_bucket.log",
        "arn:aws:s3:::same-scans": "aws_s3_bucket.scans",
        f"arn:aws:ec2:{here}:vpc/{vpc}": "aws_vpc.practice",
        f"arn:aws:ec2:{here}:security-group/{group}": "aws_security_group.records",
        f"arn:aws:ec2:{here}:volume/{volume}": "aws_ebs_volume.images",
        f"arn:aws:rds:{here}:db:same-records": "aws_db_instance.records",
        f"{iam}:group/same-staff": "aws_iam_group.staff",
        f"{iam}:policy/same-read": "aws_iam_policy.read",
        f"{iam}:user/same-ana": "aws_iam_user.ana",
        f"arn:aws:logs:{here}:log-group:/same/app": "aws_cloudwatch_log_group.app",
        f"arn:aws:cloudtrail:{here}:trail/same-audit": "aws_cloudtrail.audit",
    }


def _bucket(key: str, *, good: bool) -> None:
    s3 = client("s3")
    for name in ("same-log", "same-scans"):
        s3.create_bucket(Bucket=name)
    guard = {"BlockPublicAcls": True, "IgnorePublicAcls": True}
    guard |= {"BlockPublicPolicy": good, "RestrictPublicBuckets": good}
    s3.put_public_access_block(Bucket="same-scans", PublicAccessBlockConfiguration=guard)
    s3.put_bucket_policy(Bucket="same-scans", Policy=json.dumps(TLS_ONLY if good else PUBLIC))
    status = "Enabled" if good else "Suspended"
    s3.put_bucket_versioning(Bucket="same-scans", VersioningConfiguration={"Status": status})
    for name in ("same-log",) if good else ("same-log", "same-scans"):
        # Since January 2023 S3 does this by itself; the simulation does not.
        rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}}
        s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": [rule]})
    for name in ("same-log", "same-scans"):
        # Since April 2023 S3 does these by itself, where nothing else is asked; the simulation does not.
        rules = [{"ObjectOwnership": "BucketOwnerPreferred" if good and name == "same-log" else "BucketOwnerEnforced"}]
        s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls={"Rules": rules})
    guard = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    s3.put_public_access_block(Bucket="same-log", PublicAccessBlockConfiguration=guard)
    if good:
        default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        under_key = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": True}
        s3.put_bucket_encryption(Bucket="same-scans", ServerSideEncryptionConfiguration={"Rules": [under_key]})
        grantee = {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}
        owner = s3.get_bucket_acl(Bucket="same-log")
        grants = [*owner["Grants"], *({"Grantee": grantee, "Permission": right} for right in ("WRITE", "READ_ACP"))]
        s3.put_bucket_acl(Bucket="same-log", AccessControlPolicy={"Owner": owner["Owner"], "Grants": grants})
        target = {"TargetBucket": "same-log", "TargetPrefix": "scans/"}
        s3.put_bucket_logging(Bucket="same-scans", BucketLoggingStatus={"LoggingEnabled": target})


def _group(*, good: bool) -> tuple[str, str]:
    ec2 = client("ec2")
    vpc: str = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    made = ec2.create_security_group(GroupName="same-records", Description="The records database", VpcId=vpc)
    group: str = made["GroupId"]
    # Terraform takes away the rule that lets everything out, which EC2 puts into every new group.
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
    tcp = {"IpProtocol": "tcp"}
    if good:
        inside = {"IpRanges": [{"CidrIp": "10.9.0.0/16"}], "Ipv6Ranges": [{"CidrIpv6": "fd00:9::/48"}]}
        ec2.authorize_security_group_ingress(
            GroupId=group, IpPermissions=[{**tcp, "FromPort": 5432, "ToPort": 5432, **inside}]
        )
        out = {**tcp, "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.9.0.0/16"}]}
        ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[out])
    else:
        world = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
        rules = [
            {**tcp, "FromPort": 22, "ToPort": 22, **world},
            {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.9.0.0/16"}]},
        ]
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rules)
    return vpc, group


def _database(key: str, group: str, *, good: bool) -> None:
    database = {
        "DBInstanceIdentifier": "same-records",
        "Engine": "postgres",
        "EngineVersion": "16.8" if good else "12.19",
        "DBInstanceClass": "db.t3.medium",
        "AllocatedStorage": 20,
        "MasterUsername": "records",
        "PubliclyAccessible": not good,
        "BackupRetentionPeriod": 35 if good else 0,
        "AutoMinorVersionUpgrade": good,
        "VpcSecurityGroupIds": [group],
    }
    if good:
        database |= {
            "ManageMasterUserPassword": True,
            "StorageEncrypted": True,
            "KmsKeyId": key,
            "MultiAZ": True,
            "DeletionProtection": True,
            "CopyTagsToSnapshot": True,
            "EnableIAMDatabaseAuthentication": True,
            "EnableCloudwatchLogsExports": ["postgresql", "upgrade"],
        }
    else:
        database["MasterUserPassword"] = "not-a-real-password"
    # The service gives its default authority since January 2024; the simulation gives a made-up name.
    client("rds").create_db_instance(**database, CACertificateIdentifier="rds-ca-rsa2048-g1")


def _person(*, good: bool) -> None:
    iam = client("iam")
    iam.create_group(GroupName="same-staff")
    iam.create_user(UserName="same-ana")
    iam.add_user_to_group(GroupName="same-staff", UserName="same-ana")
    document = allow("s3:GetObject", "arn:aws:s3:::same-scans/*") if good else allow("*", "*")
    policy = iam.create_policy(PolicyName="same-read", PolicyDocument=document)["Policy"]["Arn"]
    if good:
        iam.attach_group_policy(GroupName="same-staff", PolicyArn=policy)
    else:
        iam.attach_user_policy(UserName="same-ana", PolicyArn=policy)
        iam.put_user_policy(UserName="same-ana", PolicyName="everything-of-s3", PolicyDocument=allow("s3:*", "*"))
        iam.create_access_key(UserName="same-ana")


def _rest(key: str, *, good: bool) -> str:
    under = {"Encrypted": True, "KmsKeyId": key} if good else {}
    volume: str = client("ec2").create_volume(AvailabilityZone="us-east-1a", Size=10, **under)["VolumeId"]
    client("logs").create_log_group(logGroupName="/same/app")
    client("logs").put_retention_policy(logGroupName="/same/app", retentionInDays=2192 if good else 14)
    audited = {"EnableLogFileValidation": True, "KmsKeyId": key} if good else {}
    trails = client("cloudtrail")
    trails.create_trail(
        Name="same-audit",
        S3BucketName="same-log",
        IsMultiRegionTrail=good,
        IncludeGlobalServiceEvents=good,
        **audited,
    )
    trails.start_logging(Name="same-audit")
    return volume
