"""EFS file systems: both forms agree, plans of AWS Backup count, and only an IPv6 mount target can be reached."""

import json
from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import efs_file_system
from phiward.inventory.model import Resource, Unknown

KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0f"
ARN = "arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/fs-1"
POLICY = json.dumps(
    {
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::210987654321:root"},
                "Action": "elasticfilesystem:ClientMount",
            },
            {
                "Effect": "Deny",
                "Principal": {"AWS": "*"},
                "Action": "*",
                "Condition": {"Bool": {"aws:SecureTransport": "false"}},
            },
        ]
    }
)
IMAGES: dict[str, Any] = {
    "FileSystemId": "fs-1",
    "FileSystemArn": ARN,
    "Name": "images",
    "Encrypted": True,
    "KmsKeyId": KEY,
    "NumberOfMountTargets": 1,
    "Tags": [{"Key": "Name", "Value": "images"}],
}
NO_PLANS: dict[str, Any] = {
    "backup:ListBackupPlans": {"BackupPlansList": []},
    "backup:ListProtectedResources": {"Results": []},
}
ANSWERS: dict[str, Any] = {
    **NO_PLANS,
    "kms:DescribeKey": {"KeyMetadata": {"KeyManager": "CUSTOMER"}},
    "elasticfilesystem:DescribeFileSystemPolicy": {"FileSystemId": "fs-1", "Policy": POLICY},
    "elasticfilesystem:DescribeBackupPolicy": {"BackupPolicy": {"Status": "ENABLED"}},
    "elasticfilesystem:DescribeMountTargets": {
        "MountTargets": [{"MountTargetId": "fsmt-01234567", "FileSystemId": "fs-1", "SubnetId": "subnet-1"}]
    },
}
SAME_IN_BOTH = (
    "encryption_at_rest.enabled",
    "encryption_at_rest.key_owner",
    "encryption_in_transit",
    "exposure",
    "backup.enabled",
    "backup.encrypted",
    "resilience",
    "config",
)


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def live(changes: dict[str, Any] | None = None, **given: Any) -> Resource:
    """Return the resource of a live file system."""
    listed = {"elasticfilesystem:DescribeFileSystems": {"FileSystems": [{**IMAGES, **(changes or {})}]}}
    aws = FakeAws({**listed, **ANSWERS, **given.pop("answers", {})}, **given)
    (item,) = efs_file_system.items(aws)
    return efs_file_system.resource(aws, item)


def code(parts: dict[str, Any] | None = None, *others: FakeBlock, **changes: Any) -> Resource:
    """Return the resource of the same file system in Terraform."""
    arguments = {"encrypted": True, "kms_key_id": Ref("aws_kms_key.ephi.arn"), **changes}
    block = FakeBlock("aws_efs_file_system.images", **arguments)
    given: dict[str, Any] = {
        "aws_efs_file_system_policy": [FakeBlock("aws_efs_file_system_policy.a", policy=POLICY)],
        "aws_efs_backup_policy": [
            FakeBlock("aws_efs_backup_policy.a", blocks={"backup_policy": [{"status": "ENABLED"}]})
        ],
        "aws_efs_mount_target": [FakeBlock("aws_efs_mount_target.a")],
    }
    source = FakeSource([block, FakeBlock("aws_kms_key.ephi"), *others], account="123456789012")
    return efs_file_system.from_terraform(block, given if parts is None else parts, source)


@pytest.mark.parametrize("path", SAME_IN_BOTH)
def test_both_forms_agree(path: str) -> None:
    """The same file system, live and in code, has the same facts."""
    assert at(code(), path) == at(live(), path)


def test_both_forms_see_a_bad_file_system_alike() -> None:
    """Plain, in one zone, without policies; code leaves open what a plan elsewhere does."""
    found = live(
        {"Encrypted": False, "KmsKeyId": None, "AvailabilityZoneName": "us-east-1a"},
        answers={
            "elasticfilesystem:DescribeFileSystemPolicy": None,
            "elasticfilesystem:DescribeBackupPolicy": None,
        },
    )
    written = code({}, encrypted=None, kms_key_id=None, availability_zone_name="us-east-1a")

    for path in SAME_IN_BOTH:
        if path != "backup.enabled":
            assert at(written, path) == at(found, path)
    assert at(found, "backup.enabled") is False
    assert isinstance(at(written, "backup.enabled"), Unknown)
    assert at(found, "encryption_in_transit.enforced") is False
    assert at(found, "resilience.redundant") is False


PLAN: dict[str, Any] = {
    "backup:ListBackupPlans": {"BackupPlansList": [{"BackupPlanId": "p-1"}]},
    "backup:ListBackupSelections": {"BackupSelectionsList": [{"SelectionId": "s-1", "BackupPlanId": "p-1"}]},
    "backup:GetBackupSelection": {
        "BackupSelection": {
            "SelectionName": "all",
            "IamRoleArn": "arn:aws:iam::123456789012:role/b",
            "Resources": [ARN],
        }
    },
    "backup:GetBackupPlan": {
        "BackupPlan": {
            "BackupPlanName": "daily",
            "Rules": [{"RuleName": "r", "TargetBackupVaultName": "v", "Lifecycle": {"DeleteAfterDays": 90}}],
        }
    },
}


def test_a_plan_that_covers_it_is_its_backup() -> None:
    """A file system whose own policy is off, and that a plan copies, is backed up for as long as the plan says."""
    found = live(answers={"elasticfilesystem:DescribeBackupPolicy": None, **PLAN})

    assert (at(found, "backup.enabled"), at(found, "backup.planned"), at(found, "backup.retention_days")) == (
        True,
        True,
        90,
    )
    assert at(found, "config.automatic_backup") is False


def test_its_own_policy_keeps_copies_for_five_weeks() -> None:
    """The default plan of EFS keeps them 35 days."""
    assert at(live(), "backup.retention_days") == 35


@pytest.mark.parametrize("status", ["ENABLED", "ENABLING", "DISABLED", "DISABLING"])
def test_the_policy_says_whether_copies_are_made(status: str) -> None:
    """On, or being switched on."""
    found = live(answers={"elasticfilesystem:DescribeBackupPolicy": {"BackupPolicy": {"Status": status}}})

    assert at(found, "backup.enabled") is status.startswith("ENABL")


def test_an_anonymous_policy_opens_it_to_the_vpc_alone() -> None:
    """Mount targets have private addresses: `*` in the policy is not the internet."""
    everybody = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*"}]})
    found = live(answers={"elasticfilesystem:DescribeFileSystemPolicy": {"Policy": everybody}})

    assert at(found, "exposure.public") is False


IPV6: dict[str, Any] = {
    "elasticfilesystem:DescribeMountTargets": {
        "MountTargets": [
            {
                "MountTargetId": "fsmt-01234567",
                "FileSystemId": "fs-1",
                "SubnetId": "subnet-1",
                "Ipv6Address": "2600:1f18::1",
            }
        ]
    },
    "elasticfilesystem:DescribeMountTargetSecurityGroups": {"SecurityGroups": ["sg-1"]},
    "elasticfilesystem:DescribeFileSystemPolicy": None,
    "ec2:DescribeRouteTables": {
        "RouteTables": [
            {
                "RouteTableId": "rtb-1",
                "VpcId": "vpc-1",
                "Associations": [{"SubnetId": "subnet-1"}],
                "Routes": [{"GatewayId": "igw-1", "DestinationIpv6CidrBlock": "::/0", "State": "active"}],
            }
        ]
    },
    "ec2:DescribeSecurityGroups": {
        "SecurityGroups": [
            {
                "GroupId": "sg-1",
                "IpPermissions": [
                    {"IpProtocol": "tcp", "FromPort": 2049, "ToPort": 2049, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
                ],
            }
        ]
    },
}


def test_an_ipv6_mount_target_can_be_reached() -> None:
    """With a route, an open group and no policy, the internet mounts it."""
    found = live(answers=IPV6)

    assert at(found, "exposure.ways") == ("internet > igw-1 > rtb-1 > subnet-1 > sg-1 (tcp 2049)",)


@pytest.mark.parametrize(
    "denied",
    [
        "elasticfilesystem:DescribeMountTargets",
        "elasticfilesystem:DescribeMountTargetSecurityGroups",
        "ec2:DescribeRouteTables",
    ],
)
def test_a_mount_target_that_may_not_be_seen_is_unknown(denied: str) -> None:
    """Whether the internet reaches it is not guessed."""
    assert isinstance(at(live(answers=IPV6, denied={denied}), "exposure.public"), Unknown)


@pytest.mark.parametrize(
    ("denied", "paths"),
    [
        (
            "elasticfilesystem:DescribeFileSystemPolicy",
            {"encryption_in_transit.enforced", "exposure.shared_with", "config.policy"},
        ),
        ("elasticfilesystem:DescribeBackupPolicy", {"backup.enabled", "config.automatic_backup"}),
        ("backup:ListBackupPlans", {"backup.planned"}),
        ("kms:DescribeKey", {"encryption_at_rest.key_owner"}),
    ],
)
def test_a_denied_call_makes_its_own_facts_unknown(denied: str, paths: set[str]) -> None:
    """And nothing else; what is backed up by its own policy is so whatever the plans are."""
    whole, without = live(), live(denied={denied})
    facts = {
        "encryption_at_rest.enabled",
        "encryption_at_rest.key_owner",
        "encryption_in_transit.enforced",
        "exposure.public",
        "exposure.shared_with",
        "backup.enabled",
        "backup.planned",
        "resilience.redundant",
        "config.policy",
        "config.automatic_backup",
    }

    assert {path for path in facts if at(without, path) != at(whole, path)} == paths
    assert all(denied in at(without, path).reason for path in paths)


def test_a_denied_listing_is_a_gap() -> None:
    """An account that refuses the listing is not an empty one."""
    with pytest.raises(Denied, match="elasticfilesystem:DescribeFileSystems"):
        list(efs_file_system.items(FakeAws(denied={"elasticfilesystem:DescribeFileSystems"})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """The listing alone tells of encryption."""
    aws = FakeAws(
        {"elasticfilesystem:DescribeFileSystems": {"FileSystems": [IMAGES]}}, need={"encryption_at_rest.enabled"}
    )
    (item,) = efs_file_system.items(aws)
    efs_file_system.resource(aws, item)

    assert [call for call, _ in aws.calls] == ["elasticfilesystem:DescribeFileSystems"]


def test_parts_that_may_belong_elsewhere_are_unknown() -> None:
    """A policy whose file system cannot be told decides nothing."""
    unsure = [Unknown("it may belong here")]
    found = code(
        {
            "aws_efs_file_system_policy": unsure,
            "aws_efs_backup_policy": unsure,
            "aws_efs_mount_target": unsure,
        }
    )

    for path in ("encryption_in_transit.enforced", "exposure.public", "config.automatic_backup"):
        assert isinstance(at(found, path), Unknown)


def test_a_mount_target_with_ipv6_in_code_is_unknown() -> None:
    """Routes and groups decide, and they are the account's."""
    target = FakeBlock("aws_efs_mount_target.a", ip_address_type="DUAL_STACK")

    assert isinstance(at(code({"aws_efs_mount_target": [target]}), "exposure.public"), Unknown)
