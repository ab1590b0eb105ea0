"""Auto Scaling groups, and what machines are launched from: live and Terraform mean the same."""

from pathlib import Path
from typing import Any

import pytest
from fakes import FakeAws
from terraform_code import collected

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import autoscaling_group, autoscaling_launch_configuration, ec2_launch_template
from phiward.collectors.types.aws.autoscaling_group import AutoScalingGroupConfig
from phiward.collectors.types.aws.launch_facts import NO_TOKENS_SET, LaunchConfig
from phiward.inventory.aspects import EncryptionAtRest, Monitoring
from phiward.inventory.model import Resource, Unknown

GROUP_ARN = "arn:aws:autoscaling:us-east-1:123456789012:autoScalingGroup:1:autoScalingGroupName/web"
LAUNCH_ARN = "arn:aws:autoscaling:us-east-1:123456789012:launchConfiguration:1:launchConfigurationName/web"


def only(module: Any, aws: FakeAws) -> Resource:
    """Read the one resource there is."""
    (item,) = module.items(aws)
    made: Resource = module.resource(aws, item)
    return made


def group(**changes: Any) -> Resource:
    """Read one Auto Scaling group."""
    given = {"AutoScalingGroupName": "web", "AutoScalingGroupARN": GROUP_ARN, "HealthCheckType": "EC2"}
    named = {"LaunchConfigurationName": "web", "LaunchConfigurationARN": LAUNCH_ARN}
    return only(
        autoscaling_group,
        FakeAws(
            {
                "autoscaling:DescribeAutoScalingGroups": {"AutoScalingGroups": [{**given, **changes}]},
                "autoscaling:DescribeLaunchConfigurations": {"LaunchConfigurations": [named]},
            }
        ),
    )


def health(made: Resource) -> tuple[Any, Any]:
    """Return whether a group is load-balanced, and who says that its machines are ill."""
    assert isinstance(made.config, AutoScalingGroupConfig)
    return made.config.load_balanced, made.config.health_checks


@pytest.mark.parametrize(
    ("live", "code", "expected"),
    [
        ({}, "", (False, ("EC2",))),
        ({"HealthCheckType": "EBS,ELB"}, 'health_check_type = "EBS,ELB"', (False, ("EBS", "ELB"))),
        ({"TargetGroupARNs": ["arn:tg"]}, 'target_group_arns = ["arn:tg"]', (True, ("EC2",))),
        ({"LoadBalancerNames": ["front"]}, 'load_balancers = ["front"]', (True, ("EC2",))),
        (
            {"TrafficSources": [{"Identifier": "arn:tg", "Type": "elbv2"}]},
            'traffic_source {\n identifier = "arn:tg"\n type = "elbv2"\n }',
            (True, ("EC2",)),
        ),
        (
            {"TrafficSources": [{"Identifier": "arn:tg", "Type": "vpc-lattice"}]},
            'traffic_source {\n identifier = "arn:tg"\n type = "vpc-lattice"\n }',
            (False, ("EC2",)),
        ),
    ],
)
def test_a_group_agrees(tmp_path: Path, live: Any, code: str, expected: Any) -> None:
    """Whether load balancers send it traffic, and whether their checks count."""
    made = collected(tmp_path, f'resource "aws_autoscaling_group" "web" {{\n{code}\n}}')["aws_autoscaling_group.web"]

    assert health(group(**live)) == health(made) == expected


@pytest.mark.parametrize(
    ("code", "balanced"),
    [
        (
            (
                'resource "aws_autoscaling_attachment" "a" {\n autoscaling_group_name = aws_autoscaling_group.web.name\n'
                ' lb_target_group_arn = "arn:tg"\n}'
            ),
            True,
        ),
        (
            (
                'resource "aws_autoscaling_traffic_source_attachment" "a" {\n'
                " autoscaling_group_name = aws_autoscaling_group.web.id\n"
                ' traffic_source {\n identifier = "arn:tg"\n type = "elbv2"\n }\n}'
            ),
            True,
        ),
        (
            (
                'variable "name" { type = string }\nresource "aws_autoscaling_attachment" "a" {\n'
                ' autoscaling_group_name = var.name\n lb_target_group_arn = "arn:tg"\n}'
            ),
            None,
        ),
    ],
)
def test_what_attaches_a_group_is_folded_into_it(tmp_path: Path, code: str, balanced: bool | None) -> None:
    """By a block of its own; one whose group is not known may be of this one."""
    found = collected(tmp_path, f'resource "aws_autoscaling_group" "web" {{}}\n{code}')

    attached = health(found["aws_autoscaling_group.web"])[0]
    assert isinstance(attached, Unknown) if balanced is None else attached is balanced


def test_what_a_group_launches_from_is_a_relation(tmp_path: Path) -> None:
    """Its template, also in a policy of mixed instances, or its configuration."""
    code = """
resource "aws_launch_template" "t" {}
resource "aws_launch_configuration" "c" {}
resource "aws_autoscaling_group" "one" {
  launch_template { id = aws_launch_template.t.id }
}
resource "aws_autoscaling_group" "mixed" {
  mixed_instances_policy {
    launch_template {
      launch_template_specification { launch_template_id = aws_launch_template.t.id }
    }
  }
}
resource "aws_autoscaling_group" "old" { launch_configuration = aws_launch_configuration.c.name }
"""
    found = collected(tmp_path, code)
    live = group(LaunchConfigurationName="web", LaunchTemplate={"LaunchTemplateId": "lt-1"})

    for name in ("one", "mixed"):
        assert found[f"aws_autoscaling_group.{name}"].relations["launch_template"] == ("aws_launch_template.t",)
    assert found["aws_autoscaling_group.old"].relations["launch_configuration"] == ("aws_launch_configuration.c",)
    assert live.relations["launch_template"] == ("arn:aws:ec2:us-east-1:123456789012:launch-template/lt-1",)
    assert live.relations["launch_configuration"] == (LAUNCH_ARN,)


GOOD: dict[str, Any] = {
    "NetworkInterfaces": [{"AssociatePublicIpAddress": False, "Groups": ["sg-1"]}],
    "MetadataOptions": {"HttpTokens": "required", "HttpPutResponseHopLimit": 1},
    "Monitoring": {"Enabled": True},
    "IamInstanceProfile": {"Name": "web"},
    "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": True}}],
}
OPEN = {**GOOD, "NetworkInterfaces": [{"AssociatePublicIpAddress": True}], "UserData": "c2VjcmV0"}


def template(*versions: dict[str, Any], denied: tuple[str, ...] = (), default: bool = False) -> Resource:
    """Read one launch template with these versions."""
    return only(
        ec2_launch_template,
        FakeAws(
            {
                "ec2:DescribeLaunchTemplates": {
                    "LaunchTemplates": [{"LaunchTemplateId": "lt-1", "LaunchTemplateName": "web"}]
                },
                "ec2:DescribeLaunchTemplateVersions": {
                    "LaunchTemplateVersions": [
                        {"LaunchTemplateId": "lt-1", "LaunchTemplateData": version} for version in versions
                    ]
                },
                "ec2:GetEbsEncryptionByDefault": {"EbsEncryptionByDefault": default},
            },
            denied=denied,
        ),
    )


def encrypted(made: Resource) -> Any:
    """Say whether what is launched has encrypted volumes."""
    assert isinstance(made.encryption_at_rest, EncryptionAtRest)
    return made.encryption_at_rest.enabled


def watched(made: Resource) -> Any:
    """Say whether what is launched is watched in detail."""
    assert isinstance(made.monitoring, Monitoring)
    return made.monitoring.enabled


def config(made: Resource) -> LaunchConfig:
    """Return what is decided for each machine."""
    assert isinstance(made.config, LaunchConfig)
    return made.config


def test_a_launch_template_agrees(tmp_path: Path) -> None:
    """What it decides for its machines: live and in code."""
    code = """
resource "aws_launch_template" "web" {
  network_interfaces { associate_public_ip_address = "false" }
  metadata_options { http_tokens = "required" }
  monitoring { enabled = true }
  iam_instance_profile { name = "web" }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs { encrypted = "true" }
  }
}
resource "aws_launch_template" "bare" {}
"""
    found = collected(tmp_path, code)
    live, made, bare = template(GOOD), found["aws_launch_template.web"], found["aws_launch_template.bare"]

    expected = LaunchConfig(
        assigns_public_ip=False,
        metadata_token_required=True,
        metadata_hop_limit=1,
        instance_profile="web",
        has_user_data=False,
    )
    assert config(live) == config(made) == expected
    assert (encrypted(live), watched(live)) == (encrypted(made), watched(made)) == (True, True)
    assert config(bare) == config(template({}))
    assert (config(bare).assigns_public_ip, config(bare).metadata_token_required) == (None, NO_TOKENS_SET)
    assert (encrypted(bare), watched(bare), watched(template({}))) == (False, False, False)


def test_of_two_versions_the_weaker_counts() -> None:
    """Either may be launched by name; user data is a fact and never kept."""
    made = template(GOOD, OPEN)

    assert (config(made).assigns_public_ip, config(made).has_user_data) == (True, True)
    optional = {"MetadataOptions": {"HttpTokens": "optional"}}
    assert config(template(GOOD, {**GOOD, **optional})).metadata_token_required is False
    assert config(template(GOOD, {**GOOD, "MetadataOptions": {}})).metadata_token_required == NO_TOKENS_SET
    assert watched(template(GOOD, {**GOOD, "Monitoring": {}})) is False
    assert "c2VjcmV0" not in repr(made)


@pytest.mark.parametrize(
    ("device", "default", "expected"),
    [
        ({"Ebs": {"Encrypted": False}}, False, False),
        ({"Ebs": {}}, True, True),
        ({"Ebs": {"SnapshotId": "snap-1"}}, False, None),
        ({"VirtualName": "ephemeral0"}, False, None),
        ({"VirtualName": "ephemeral0"}, True, True),
    ],
)
def test_what_a_template_leaves_out_the_region_or_the_image_decides(
    device: Any, default: bool, expected: bool | None
) -> None:
    """The region's default encrypts everything; a snapshot or an image cannot be judged from here."""
    found = encrypted(template({**GOOD, "BlockDeviceMappings": [device]}, default=default))

    assert isinstance(found, Unknown) if expected is None else found is expected


def test_denied_versions_are_unknown_and_a_denied_listing_is_raised() -> None:
    """The template itself is told; nothing that its versions would have said is."""
    made = template(GOOD, denied=("ec2:DescribeLaunchTemplateVersions",))

    reason = Unknown("access denied: ec2:DescribeLaunchTemplateVersions")
    assert config(made).assigns_public_ip == encrypted(made) == watched(made) == reason
    for module, listing in (
        (ec2_launch_template, "ec2:DescribeLaunchTemplates"),
        (autoscaling_group, "autoscaling:DescribeAutoScalingGroups"),
        (autoscaling_launch_configuration, "autoscaling:DescribeLaunchConfigurations"),
    ):
        with pytest.raises(Denied):
            list(module.items(FakeAws(denied={listing}, need=())))


CONFIGURATION: dict[str, Any] = {
    "LaunchConfigurationName": "web",
    "LaunchConfigurationARN": LAUNCH_ARN,
    "AssociatePublicIpAddress": True,
    "IamInstanceProfile": "web",
    "InstanceMonitoring": {"Enabled": False},
    "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": {"Encrypted": False}}],
    "SecurityGroups": ["sg-1"],
    "UserData": "c2VjcmV0",
    "MetadataOptions": {"HttpTokens": "optional"},
}


def test_a_launch_configuration_agrees(tmp_path: Path) -> None:
    """A weak one: a public address, no token, nothing encrypted, nothing watched."""
    code = """
resource "aws_launch_configuration" "web" {
  associate_public_ip_address = true
  iam_instance_profile        = "web"
  enable_monitoring           = false
  user_data                   = "secret"
  metadata_options { http_tokens = "optional" }
  root_block_device { encrypted = false }
}
resource "aws_launch_configuration" "bare" {}
"""
    answers = {
        "autoscaling:DescribeLaunchConfigurations": {"LaunchConfigurations": [CONFIGURATION]},
        "ec2:GetEbsEncryptionByDefault": {"EbsEncryptionByDefault": False},
    }

    live = only(autoscaling_launch_configuration, FakeAws(answers))
    found = collected(tmp_path, code)
    made, bare = found["aws_launch_configuration.web"], found["aws_launch_configuration.bare"]

    expected = LaunchConfig(
        assigns_public_ip=True,
        metadata_token_required=False,
        metadata_hop_limit=1,
        instance_profile="web",
        has_user_data=True,
    )
    assert config(live) == config(made) == expected
    assert (encrypted(live), watched(live)) == (encrypted(made), watched(made)) == (False, False)
    # Unlike a template, a configuration watches in detail unless it is told not to.
    assert (config(bare).assigns_public_ip, watched(bare)) == (None, True)
    assert config(bare).metadata_token_required == NO_TOKENS_SET
    assert "c2VjcmV0" not in repr(live)
