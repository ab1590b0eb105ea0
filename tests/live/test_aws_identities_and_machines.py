"""IAM and EC2 of a simulated account, over HTTP, through the collector."""

import json
from typing import Any

import pytest

from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.port import Options
from phiward.inventory import wire
from phiward.inventory.aspects import Authentication, Authorization, EncryptionAtRest, Exposure, Network, Rule
from phiward.inventory.model import CollectionGap, Resource

pytestmark = pytest.mark.live

TYPES = [
    "aws.iam.user",
    "aws.iam.group",
    "aws.iam.role",
    "aws.iam.policy",
    "aws.iam.account",
    "aws.ec2.instance",
    "aws.ec2.volume",
    "aws.ec2.snapshot",
    "aws.ec2.security_group",
    "aws.ec2.vpc",
    "aws.ec2.region",
]
NEED = {name: frozenset({"encryption_at_rest", "exposure", "network", "logging", "config"}) for name in TYPES}
NEED |= {name: frozenset({"authentication", "authorization", "exposure", "config"}) for name in TYPES[:5]}
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"AWS": "*"}}],
}


def client(service: str) -> Any:
    """Return a client to make the account with."""
    import boto3

    return boto3.client(service, region_name="us-east-1")


def make_identities() -> None:
    """Make a user with a password, rights through a group, and a role that anyone may act as."""
    iam = client("iam")
    iam.create_user(UserName="ana")
    iam.create_login_profile(UserName="ana", Password="not-a-real-password-1")
    iam.create_group(GroupName="staff")
    iam.add_user_to_group(GroupName="staff", UserName="ana")
    policy = iam.create_policy(PolicyName="everything", PolicyDocument=json.dumps(EVERYTHING))["Policy"]["Arn"]
    iam.attach_group_policy(GroupName="staff", PolicyArn=policy)
    iam.create_role(RoleName="open", AssumeRolePolicyDocument=json.dumps(TRUST))


def make_machines() -> None:
    """Make a volume under a key, a public snapshot of it, and a group open to the world."""
    ec2 = client("ec2")
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    volume = ec2.create_volume(AvailabilityZone="us-east-1a", Size=1, Encrypted=True, KmsKeyId=key)["VolumeId"]
    snapshot = ec2.create_snapshot(VolumeId=volume)["SnapshotId"]
    ec2.modify_snapshot_attribute(
        SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", GroupNames=["all"]
    )
    group = ec2.create_security_group(GroupName="web", Description="open")["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 22,
                "ToPort": 22,
                "IpRanges": [{"CidrIp": "0.0.0.0/0"}],
                "Ipv6Ranges": [{"CidrIpv6": "::/0"}],
            }
        ],
    )


def scan() -> tuple[dict[tuple[str, str | None], Resource], list[CollectionGap]]:
    """Collect the one region, resources by type and name."""
    options = Options(now="2026-01-02T03:04:05Z", regions=("us-east-1",), need=NEED)
    found = list(AwsCollector().collect("aws", options, lambda _: None))
    resources = {(each.type, each.name): each for each in found if isinstance(each, Resource)}
    return resources, [each for each in found if isinstance(each, CollectionGap)]


def test_identities_and_machines_of_an_account(aws_environment: str) -> None:
    """Who may do everything, who may act as whom, what is encrypted, shared and open."""
    make_identities()
    make_machines()

    found, gaps = scan()

    assert gaps == []
    assert {kind for kind, _ in found} >= set(TYPES) - {"aws.ec2.instance"}
    ana = found["aws.iam.user", "ana"]
    assert isinstance(ana.authentication, Authentication)
    assert isinstance(ana.authorization, Authorization)
    assert (ana.authentication.mfa, ana.authentication.password) == (False, True)
    assert (ana.authorization.administrator, ana.authorization.direct) == (True, False)
    assert found["aws.iam.role", "open"].exposure == Exposure(public=True, ways=("policy",))
    group = found["aws.ec2.security_group", "web"].network
    assert isinstance(group, Network)
    assert group.ingress == (Rule(protocol="tcp", from_port=22, to_port=22, sources=("0.0.0.0/0", "::/0")),)
    (volume,) = (each for (kind, _), each in found.items() if kind == "aws.ec2.volume")
    assert isinstance(volume.encryption_at_rest, EncryptionAtRest)
    assert (volume.encryption_at_rest.enabled, volume.encryption_at_rest.key_owner) == (True, "customer")
    public = [each.exposure for (kind, _), each in found.items() if kind == "aws.ec2.snapshot"]
    assert Exposure(public=True, ways=("shared-snapshot",)) in public
    assert all(wire.encode(each).startswith(b"{") for each in found.values())
