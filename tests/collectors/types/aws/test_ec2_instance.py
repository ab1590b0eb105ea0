"""EC2 instances and the volumes they bring: live and Terraform mean the same."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeAws
from terraform_code import collected

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import ec2_instance
from phiward.collectors.types.aws.instance_facts import InstanceConfig
from phiward.inventory.aspects import EncryptionAtRest, Exposure, Network
from phiward.inventory.model import CollectionGap, Resource, Unknown

MADE = datetime(2026, 1, 1, tzinfo=UTC)
PROFILE = "arn:aws:iam::123456789012:instance-profile/web"
INSTANCE: dict[str, Any] = {
    "InstanceId": "i-1",
    "InstanceType": "t3.medium",
    "State": {"Name": "running"},
    "LaunchTime": MADE,
    "ImageId": "ami-1",
    "Monitoring": {"State": "disabled"},
    "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled", "HttpPutResponseHopLimit": 1},
    "BlockDeviceMappings": [{"Ebs": {"VolumeId": "vol-1"}}],
    "SecurityGroups": [{"GroupId": "sg-1"}],
    "SubnetId": "subnet-1",
    "VpcId": "vpc-1",
    "NetworkInterfaces": [],
}
IGW = {"GatewayId": "igw-1", "State": "active"}
WEB = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
WORLD = {**WEB, "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
V6 = [{"SubnetId": "subnet-1", "Groups": [{"GroupId": "sg-1"}], "Ipv6Addresses": [{"Ipv6Address": "2600:1f18::1"}]}]


def account(
    *denied: str,
    routes: Any = ({**IGW, "DestinationCidrBlock": "0.0.0.0/0"},),
    rules: Any = (WORLD,),
    need: Any = None,
    answers: dict[str, Any] | None = None,
    **changes: Any,
) -> FakeAws:
    """Return an account with one instance in a subnet with these routes, behind a group with these rules."""
    table = {"RouteTableId": "rtb-1", "Associations": [{"SubnetId": "subnet-1"}], "Routes": list(routes)}
    group = {"GroupId": "sg-1", "GroupName": "web", "IpPermissions": list(rules)}
    return FakeAws(
        {
            "ec2:DescribeInstances": {"Reservations": [{"Instances": [{**INSTANCE, **changes}]}]},
            "ec2:DescribeInstanceAttribute": {"UserData": {}},
            "ec2:DescribeRouteTables": {"RouteTables": [table]},
            "ec2:DescribeSecurityGroups": {"SecurityGroups": [group]},
            "backup:ListBackupPlans": {"BackupPlansList": []},
            "backup:ListProtectedResources": {"Results": []},
            "dlm:GetLifecyclePolicies": {"Policies": []},
            "ssm:DescribeInstanceInformation": {"InstanceInformationList": [{"InstanceId": "i-1"}]},
            "iam:ListInstanceProfiles": {
                "InstanceProfiles": [{"Arn": PROFILE, "Roles": [{"Arn": "arn:aws:iam::123456789012:role/web"}]}]
            },
            **(answers or {}),
        },
        denied=denied,
        need=need,
    )


def instance(*denied: str, **changes: Any) -> Resource:
    """Read an account's one instance."""
    aws = account(*denied, **changes)
    (item,) = ec2_instance.items(aws)
    return ec2_instance.resource(aws, item)


def config(made: Resource) -> InstanceConfig:
    """Return what only an instance has."""
    assert isinstance(made.config, InstanceConfig)
    return made.config


def exposure(made: Resource) -> Exposure:
    """Return the aspect."""
    assert isinstance(made.exposure, Exposure)
    return made.exposure


def private(made: Resource) -> Any:
    """Say whether it has no public address."""
    assert isinstance(made.network, Network)
    return made.network.private


NETWORK = """
variable "any" { type = string }
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_internet_gateway" "main" { vpc_id = aws_vpc.main.id }
resource "aws_subnet" "outer" {
  vpc_id                  = aws_vpc.main.id
  map_public_ip_on_launch = true
}
resource "aws_subnet" "inner" { vpc_id = aws_vpc.main.id }
resource "aws_route_table" "outer" {
  vpc_id = aws_vpc.main.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.main.id
  }
  route {
    ipv6_cidr_block = "::/0"
    gateway_id      = aws_internet_gateway.main.id
  }
}
resource "aws_route_table_association" "outer" {
  subnet_id      = aws_subnet.outer.id
  route_table_id = aws_route_table.outer.id
}
resource "aws_security_group" "web" {
  vpc_id = aws_vpc.main.id
  ingress {
    protocol         = "tcp"
    from_port        = 443
    to_port          = 443
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }
}
"""
OUTER = "subnet_id = aws_subnet.outer.id"
INNER = "subnet_id = aws_subnet.inner.id"
GROUP = "vpc_security_group_ids = [aws_security_group.web.id]"


def code(folder: Path, *lines: str, more: str = "", network: str = NETWORK) -> dict[str, Resource]:
    """Collect an instance `a` with these arguments, in the network above."""
    body = "\n  ".join(lines)
    return collected(folder, f'resource "aws_instance" "a" {{\n  {body}\n}}\n{network}{more}')


def built(folder: Path, *lines: str, more: str = "") -> Resource:
    """Return the instance itself."""
    return code(folder, *lines, more=more)["aws_instance.a"]


def test_a_private_instance_agrees(tmp_path: Path) -> None:
    """The same instance in code and live has the same aspects and settings."""
    made = built(
        tmp_path,
        'ami = "ami-1"',
        'instance_type = "t3.medium"',
        INNER,
        GROUP,
        'metadata_options {\n    http_tokens = "required"\n  }',
    )
    live = instance(routes=())

    for aspect in ("exposure", "network", "monitoring"):
        assert getattr(live, aspect) == getattr(made, aspect)
    told = {name: getattr(config(live), name) for name in InstanceConfig.__struct_fields__}
    later = {"launched", "managed"}
    assert {name: getattr(config(made), name) for name in told if name not in later} == {
        name: value for name, value in told.items() if name not in later
    }


def test_an_instance_on_the_internet_agrees(tmp_path: Path) -> None:
    """Its address, its subnet's route and its group together, and the way is told."""
    live = instance(PublicIpAddress="198.51.100.1")
    made = built(tmp_path, OUTER, GROUP)

    assert exposure(live) == Exposure(public=True, ways=("internet > igw-1 > rtb-1 > subnet-1 > sg-1 (tcp 443)",))
    assert exposure(made) == Exposure(
        public=True,
        ways=(
            (
                "internet > aws_internet_gateway.main > aws_route_table.outer > aws_subnet.outer > "
                "aws_security_group.web (tcp 443)"
            ),
        ),
    )
    assert (private(live), private(made)) == (False, False)
    assert (config(live).internet_route, config(made).internet_route) == (True, True)


@pytest.mark.parametrize(
    ("changes", "public", "hidden"),
    [
        ({}, False, True),
        ({"PublicIpAddress": "198.51.100.1"}, True, False),
        ({"NetworkInterfaces": [{**V6[0], "Ipv6Addresses": [], "Association": {"PublicIp": "198.51.100.1"}}]},
         True, False),
        ({"PublicIpAddress": "198.51.100.1", "routes": ()}, False, False),
        ({"PublicIpAddress": "198.51.100.1", "rules": ()}, False, False),
        ({"NetworkInterfaces": V6, "routes": ({**IGW, "DestinationIpv6CidrBlock": "::/0"},)}, True, False),
        ({"NetworkInterfaces": V6}, False, True),
    ],
)  # fmt: skip
def test_an_address_alone_is_no_exposure(changes: Any, public: bool, hidden: bool) -> None:
    """But it is an address: `network.private` is judged by itself. An IPv6 one is public where its subnet routes it."""
    made = instance(**changes)

    assert (exposure(made).public, private(made)) == (public, hidden)


@pytest.mark.parametrize(
    ("lines", "more", "public", "hidden"),
    [
        ((INNER, GROUP), "", False, True),
        ((OUTER, GROUP), "", True, False),
        ((OUTER,), "", False, False),
        ((INNER, GROUP, "associate_public_ip_address = true"), "", False, False),
        ((OUTER, GROUP, "associate_public_ip_address = false"), "", False, True),
        ((OUTER, GROUP, "associate_public_ip_address = false", "ipv6_address_count = 1"), "", True, False),
        ((INNER, GROUP, "ipv6_address_count = 1"), "", False, True),
        ((OUTER, GROUP, "associate_public_ip_address = var.any"), "", None, None),
        ((OUTER, "vpc_security_group_ids = [var.any]"), "", None, False),
        (('subnet_id = "subnet-1"', GROUP), "", None, None),
        ((GROUP,), "", None, None),
        ((INNER, GROUP), 'resource "aws_eip" "a" { instance = aws_instance.a.id }', False, False),
        ((INNER, GROUP), 'resource "aws_eip" "a" { instance = var.any }', False, None),
        ((OUTER,), ('resource "aws_default_security_group" "a" {\n vpc_id = aws_vpc.main.id\n ingress {\n '
         'protocol = "-1"\n from_port = 0\n to_port = 0\n cidr_blocks = ["0.0.0.0/0"]\n }\n}'), True, False),
    ],
)  # fmt: skip
def test_what_reaches_an_instance_in_code(
    tmp_path: Path, lines: Any, more: str, public: bool | None, hidden: bool | None
) -> None:
    """The block, its subnet, its routes and its groups decide; what the code does not show is unknown."""
    made = built(tmp_path, *lines, more=more)

    for found, expected in ((exposure(made).public, public), (private(made), hidden)):
        assert isinstance(found, Unknown) if expected is None else found is expected


@pytest.mark.parametrize(
    ("denied", "lost"),
    [
        ("ec2:DescribeRouteTables", {"exposure.public", "exposure.ways", "config.internet_route"}),
        ("ec2:DescribeSecurityGroups", {"exposure.public", "exposure.ways"}),
        ("ec2:DescribeInstanceAttribute", {"config.has_user_data"}),
        ("ssm:DescribeInstanceInformation", {"config.managed"}),
        ("iam:ListInstanceProfiles", {"relations.role"}),
    ],
)
def test_each_denied_call_loses_its_own_facts(denied: str, lost: set[str]) -> None:
    """And nothing else."""
    changes: dict[str, Any] = {"PublicIpAddress": "198.51.100.1", "IamInstanceProfile": {"Arn": PROFILE}}

    assert unknown(instance(denied, **changes)) - unknown(instance(**changes)) == lost


def unknown(made: Resource) -> set[str]:
    """Return the paths that are unknown."""
    places = {"exposure": made.exposure, "network": made.network, "config": made.config}
    found = {
        f"{place}.{name}"
        for place, value in places.items()
        if value is not None and not isinstance(value, Unknown | dict)
        for name in value.__struct_fields__
        if isinstance(getattr(value, name), Unknown)
    }
    return found | {f"relations.{name}" for name, value in made.relations.items() if isinstance(value, Unknown)}


def test_nothing_is_asked_that_no_control_reads() -> None:
    """Only the listing, where the state alone is judged; nothing of the network where it has no public address."""
    aws = account(need={"config.state"}, PublicIpAddress="198.51.100.1")
    (item,) = ec2_instance.items(aws)
    ec2_instance.resource(aws, item)
    hidden = account(need={"exposure", "network"})
    (item,) = ec2_instance.items(hidden)
    ec2_instance.resource(hidden, item)

    assert [call for call, _ in aws.calls] == ["ec2:DescribeInstances"]
    assert [call for call, _ in hidden.calls] == ["ec2:DescribeInstances"]


def test_what_an_instance_is_connected_with_agrees(tmp_path: Path) -> None:
    """Subnet, group, VPC, profile and role: each by its id."""
    iam = """
resource "aws_iam_role" "web" {}
resource "aws_iam_instance_profile" "web" { role = aws_iam_role.web.name }
"""
    made = built(tmp_path, OUTER, GROUP, "iam_instance_profile = aws_iam_instance_profile.web.name", more=iam)
    live = instance(IamInstanceProfile={"Arn": PROFILE})

    assert made.relations == {
        "volumes": ("aws_instance.a/root",),
        "security_groups": ("aws_security_group.web",),
        "subnets": ("aws_subnet.outer",),
        "vpc": ("aws_vpc.main",),
        "instance_profile": ("aws_iam_instance_profile.web",),
        "role": ("aws_iam_role.web",),
    }
    assert config(made).instance_profile == "aws_iam_instance_profile.web"
    assert live.relations == {
        "volumes": ("arn:aws:ec2:us-east-1:123456789012:volume/vol-1",),
        "security_groups": ("arn:aws:ec2:us-east-1:123456789012:security-group/sg-1",),
        "subnets": ("arn:aws:ec2:us-east-1:123456789012:subnet/subnet-1",),
        "vpc": ("arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1",),
        "instance_profile": (PROFILE,),
        "role": ("arn:aws:iam::123456789012:role/web",),
    }


@pytest.mark.parametrize(
    ("options", "required"),
    [
        ("", None),
        ("metadata_options {\n http_put_response_hop_limit = 1\n }", None),
        ('metadata_options {\n http_tokens = "required"\n }', True),
        ('metadata_options {\n http_endpoint = "disabled"\n }', True),
        ('metadata_options {\n http_tokens = "optional"\n }', False),
        ("metadata_options {\n http_tokens = var.any\n }", None),
    ],
)
def test_whether_metadata_needs_a_token(tmp_path: Path, options: str, required: bool | None) -> None:
    """No metadata at all is as good as a token; where nothing is set, the account or the image decides."""
    found = config(built(tmp_path, options)).metadata_token_required

    assert isinstance(found, Unknown) if required is None else found is required


@pytest.mark.parametrize(("tokens", "required"), [("required", True), ("optional", False), ("no-preference", None)])
def test_the_accounts_default_decides_where_it_is_in_the_code(
    tmp_path: Path, tokens: str, required: bool | None
) -> None:
    """For instances that say nothing; one that speaks is not overruled."""
    default = f'resource "aws_ec2_instance_metadata_defaults" "all" {{ http_tokens = "{tokens}" }}'
    found = config(built(tmp_path, "", more=default)).metadata_token_required
    spoken = config(built(tmp_path, 'metadata_options {\n http_tokens = "optional"\n }', more=default))

    assert isinstance(found, Unknown) if required is None else found is required
    assert spoken.metadata_token_required is False


@pytest.mark.parametrize(
    ("kind", "asked", "optimized"),
    [("t3.medium", False, True), ("t2.micro", False, False), ("m3.xlarge", True, True), ("m3.xlarge", False, False)],
)
def test_whether_an_instance_is_ebs_optimized(tmp_path: Path, kind: str, asked: bool, optimized: bool) -> None:
    """By request, or because its family always is: live and in code."""
    made = built(tmp_path, f'instance_type = "{kind}"', f"ebs_optimized = {str(asked).lower()}")

    assert config(made).ebs_optimized is optimized
    assert config(instance(InstanceType=kind, EbsOptimized=asked)).ebs_optimized is optimized


TEMPLATE = """
resource "aws_launch_template" "t" {
  image_id      = "ami-9"
  instance_type = "m7i.large"
  user_data     = "c2VjcmV0"
  metadata_options { http_tokens = "required" }
  monitoring { enabled = true }
  enclave_options { enabled = true }
  iam_instance_profile { name = "web" }
  network_interfaces {
    associate_public_ip_address = true
    subnet_id                   = aws_subnet.outer.id
    security_groups             = [aws_security_group.web.id]
  }
  block_device_mappings {
    device_name = "/dev/xvda"
    ebs { encrypted = "true" }
  }
  block_device_mappings {
    device_name = "/dev/sdf"
    ebs { volume_size = 1 }
  }
}
"""
FROM_TEMPLATE = "launch_template {\n    id = aws_launch_template.t.id\n  }"


def test_a_launch_template_fills_what_the_block_leaves_out(tmp_path: Path) -> None:
    """All of its settings are the instance's."""
    made = built(tmp_path, FROM_TEMPLATE, more=TEMPLATE)

    found = config(made)
    assert (found.metadata_token_required, found.enclaves, found.has_user_data) == (True, True, True)
    assert (found.image, found.instance_type, found.instance_profile) == ("ami-9", "m7i.large", "web")
    assert exposure(made).public is True
    assert made.relations["subnets"] == ("aws_subnet.outer",)
    assert made.relations["security_groups"] == ("aws_security_group.web",)
    assert "c2VjcmV0" not in repr(made)


def volumes(found: dict[str, Resource]) -> dict[str, Any]:
    """Return whether each volume is encrypted, by its id."""
    return {
        name: each.encryption_at_rest.enabled
        for name, each in found.items()
        if each.type == "aws.ec2.volume" and isinstance(each.encryption_at_rest, EncryptionAtRest)
    }


ROOT = 'root_block_device {\n    encrypted = true\n    tags = { ephi = "true" }\n  }'
DATA = 'ebs_block_device {\n    device_name = "/dev/sdf"\n  }'


@pytest.mark.parametrize(
    ("lines", "more", "encrypted"),
    [
        ((), "", {"root": False}),
        ((ROOT,), "", {"root": True}),
        ((DATA,), "", {"root": False, "sdf": False}),
        ((ROOT, DATA), "", {"root": True, "sdf": False}),
        ((), 'resource "aws_ebs_encryption_by_default" "on" {}', {"root": True}),
        ((FROM_TEMPLATE,), TEMPLATE, {"root": True, "sdf": False}),
        ((FROM_TEMPLATE, DATA.replace("}", "encrypted = true\n  }")), TEMPLATE, {"root": True, "sdf": True}),
        (("root_block_device {\n encrypted = false\n }", FROM_TEMPLATE), TEMPLATE, {"root": False, "sdf": False}),
        (("launch_template {\n    id = var.any\n  }",), "", {"root": None}),
        (('dynamic "ebs_block_device" {\n for_each = var.any\n content {\n }\n }',), "",
         {"root": False, "device": None}),
    ],
)  # fmt: skip
def test_the_volumes_of_an_instance_are_volumes(tmp_path: Path, lines: Any, more: str, encrypted: Any) -> None:
    """Each is a resource of its own, the root one whether or not the code speaks of it; what is not seen is unknown."""
    found = code(tmp_path, *lines, more=more)

    told = {name.removeprefix("aws_instance.a/"): value for name, value in volumes(found).items()}
    assert {name: None if isinstance(value, Unknown) else value for name, value in told.items()} == encrypted
    assert found["aws_instance.a"].relations["volumes"] == tuple(f"aws_instance.a/{name}" for name in sorted(told))


def test_a_volume_of_an_instance_points_at_its_own_lines(tmp_path: Path) -> None:
    """Those of the nested block; its tags are its own, else those that the instance gives its volumes."""
    found = code(tmp_path, 'volume_tags = { team = "x" }', ROOT, DATA)

    root, data = found["aws_instance.a/root"], found["aws_instance.a/sdf"]
    assert (root.origin.line, root.origin.end_line, root.lines["encryption_at_rest"].line) == (3, 6, 4)
    assert (data.origin.line, data.origin.end_line) == (7, 9)
    assert (root.tags, data.tags) == ({"ephi": "true"}, {"team": "x"})
    assert root.relations["instances"] == ("aws_instance.a",)


def test_only_the_volumes_are_built_where_only_they_are_judged(tmp_path: Path) -> None:
    """A control on volumes does not need the instances, and the other way round."""
    from phiward.collectors.port import Options
    from phiward.collectors.terraform.collector import TerraformCollector

    (tmp_path / "main.tf").write_text('resource "aws_instance" "a" {}')

    def types(*need: str) -> list[str]:
        options = Options(need={name: frozenset() for name in need})
        found = TerraformCollector().collect(str(tmp_path), options, lambda _: None)
        return [each.type for each in found if isinstance(each, Resource)]

    assert types("aws.ec2.volume") == ["aws.ec2.volume"]
    assert types("aws.ec2.instance") == ["aws.ec2.instance"]


def test_a_device_that_no_provider_accepts_is_a_gap_of_both(tmp_path: Path) -> None:
    """Of the instance and of its volumes, with the line; the rest of the folder is read."""
    from phiward.collectors.port import Options
    from phiward.collectors.terraform.collector import TerraformCollector

    code = 'resource "aws_vpc" "a" {}\nresource "aws_instance" "a" {\n  ebs_block_device {\n device_name = ["a"]\n }\n}'
    (tmp_path / "main.tf").write_text(code)

    found = list(TerraformCollector().collect(str(tmp_path), Options(), lambda _: None))

    gaps = [each for each in found if isinstance(each, CollectionGap)]
    assert sorted((each.types, each.line) for each in gaps) == [(("aws.ec2.instance",), 2), (("aws.ec2.volume",), 2)]
    assert [each.id for each in found if isinstance(each, Resource)] == ["aws_vpc.a"]


def test_user_data_is_a_fact_and_never_kept() -> None:
    """Only that there is some."""
    made = instance(answers={"ec2:DescribeInstanceAttribute": {"UserData": {"Value": "c2VjcmV0"}}})

    assert config(made).has_user_data is True
    assert "c2VjcmV0" not in repr(made)


def test_a_stopped_instance_says_since_when() -> None:
    """EC2 says so in words only."""
    made = instance(State={"Name": "stopped"}, StateTransitionReason="User initiated (2025-12-01 10:00:00 GMT)")

    assert config(made).stopped_since == "2025-12-01T10:00:00Z"


def test_an_instance_that_systems_manager_does_not_know_is_not_managed() -> None:
    """Its listing names those that it knows."""
    answers: dict[str, Any] = {"ssm:DescribeInstanceInformation": {"InstanceInformationList": []}}

    assert config(instance()).managed is True
    assert config(instance(answers=answers)).managed is False


def test_a_terminated_instance_is_gone_and_a_denied_listing_is_raised() -> None:
    """EC2 lists it for a while, but there is nothing left."""
    assert list(ec2_instance.items(account(State={"Name": "terminated"}))) == []
    with pytest.raises(Denied):
        list(ec2_instance.items(account("ec2:DescribeInstances")))
