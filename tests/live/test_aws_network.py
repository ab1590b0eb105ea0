"""Networks, machines and what launches them: a good and a bad one of each in a simulated account, over HTTP, judged."""

from typing import Any

import pytest

from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.port import Options
from phiward.collectors.registry import catalog
from phiward.engine import library
from phiward.engine.compiled import compile_rules
from phiward.engine.evaluate import evaluate
from phiward.engine.rules import needs, select
from phiward.inventory import wire
from phiward.inventory.aspects import Exposure
from phiward.inventory.model import CollectionGap, Resource, Unknown

pytestmark = pytest.mark.live

NOW = "2026-11-23T00:00:00Z"
ZONE = "us-east-1a"
WORLD = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
INSIDE = {"IpRanges": [{"CidrIp": "10.0.0.0/8"}]}


def client(service: str) -> Any:
    """Return a client to make the account with."""
    import boto3

    return boto3.client(service, region_name="us-east-1")


def named(kind: str, name: str, *more: str) -> list[dict[str, Any]]:
    """Return the tags that give a thing its name, and those that tell the simulation what it is (`simulated_aws`)."""
    tags = [{"Key": "Name", "Value": name}, *({"Key": each, "Value": "true"} for each in more)]
    return [{"ResourceType": kind, "Tags": tags}]


def network(variant: str) -> dict[str, str]:
    """Make a VPC that leads to the internet and admits everyone (`bad`), or does neither (`good`)."""
    good, ec2 = variant == "good", client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16", TagSpecifications=named("vpc", variant))["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.1.0/24", TagSpecifications=named("subnet", variant))
    subnet_id = subnet["Subnet"]["SubnetId"]
    ec2.modify_subnet_attribute(SubnetId=subnet_id, MapPublicIpOnLaunch={"Value": not good})
    table = ec2.create_route_table(VpcId=vpc, TagSpecifications=named("route-table", variant))["RouteTable"]
    ec2.associate_route_table(RouteTableId=table["RouteTableId"], SubnetId=subnet_id)
    gateway = ec2.create_internet_gateway(TagSpecifications=named("internet-gateway", variant))["InternetGateway"]
    acl = ec2.create_network_acl(VpcId=vpc, TagSpecifications=named("network-acl", variant))["NetworkAcl"]
    rules = [(90, "deny", "-1"), (100, "allow", "-1")] if good else [(100, "allow", "-1")]
    for number, action, protocol in rules:
        ec2.create_network_acl_entry(
            NetworkAclId=acl["NetworkAclId"],
            RuleNumber=number,
            RuleAction=action,
            Protocol=protocol,
            Egress=False,
            CidrBlock="0.0.0.0/0",
        )
    if good:
        ec2.create_vpc_endpoint(
            VpcId=vpc, ServiceName="com.amazonaws.us-east-1.ec2", VpcEndpointType="Interface", SubnetIds=[subnet_id]
        )
    else:
        ec2.attach_internet_gateway(InternetGatewayId=gateway["InternetGatewayId"], VpcId=vpc)
        ec2.create_route(
            RouteTableId=table["RouteTableId"],
            DestinationCidrBlock="0.0.0.0/0",
            GatewayId=gateway["InternetGatewayId"],
        )
    group = ec2.create_security_group(GroupName=variant, Description="the machines", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[
            {"IpProtocol": "tcp", "FromPort": first, "ToPort": last, **(INSIDE if good else WORLD)}
            for first, last in ((21, 22), (8080, 8080))
        ],
    )
    ids = {"subnet": subnet_id, "group": group, "table": table["RouteTableId"], "gateway": gateway["InternetGatewayId"]}
    return {"vpc": vpc, **ids}


def machine(variant: str, ids: dict[str, str]) -> None:
    """Make an instance with its root volume."""
    good, ec2 = variant == "good", client("ec2")
    iam = client("iam")
    if good:
        iam.create_instance_profile(InstanceProfileName="web")
    ec2.run_instances(
        ImageId="ami-0123456789abcdef0",
        InstanceType="t3.medium" if good else "t2.micro",
        MinCount=1,
        MaxCount=1,
        SubnetId=ids["subnet"],
        SecurityGroupIds=[ids["group"]],
        MetadataOptions={"HttpTokens": "required" if good else "optional", "HttpEndpoint": "enabled"},
        Monitoring={"Enabled": good},
        TagSpecifications=[
            *named("instance", variant, "enclaves", *(["managed"] if good else [])),
            *named("volume", f"{variant}-root"),
        ],
        BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8, "Encrypted": good}}],
        **({"IamInstanceProfile": {"Name": "web"}} if good else {}),
    )


def launching(variant: str, ids: dict[str, str]) -> None:
    """Make a launch template, a launch configuration and a load-balanced group."""
    good, ec2, scaling = variant == "good", client("ec2"), client("autoscaling")
    device = {"DeviceName": "/dev/xvda", "Ebs": {"VolumeSize": 8, "Encrypted": good}}
    ec2.create_launch_template(
        LaunchTemplateName=variant,
        LaunchTemplateData={
            "ImageId": "ami-0123456789abcdef0",
            "InstanceType": "t3.medium",
            "NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": not good}],
            "MetadataOptions": {"HttpTokens": "required" if good else "optional"},
            "Monitoring": {"Enabled": good},
            "BlockDeviceMappings": [device],
        },
    )
    scaling.create_launch_configuration(
        LaunchConfigurationName=variant,
        ImageId="ami-0123456789abcdef0",
        InstanceType="t3.medium",
        AssociatePublicIpAddress=not good,
        InstanceMonitoring={"Enabled": good},
        BlockDeviceMappings=[device],
        MetadataOptions={"HttpTokens": "required" if good else "optional"},
    )
    targets = client("elbv2").create_target_group(Name=variant, Protocol="HTTP", Port=80, VpcId=ids["vpc"])
    scaling.create_auto_scaling_group(
        AutoScalingGroupName=variant,
        LaunchConfigurationName=variant,
        MinSize=0,
        MaxSize=1,
        VPCZoneIdentifier=ids["subnet"],
        HealthCheckType="ELB" if good else "EC2",
        TargetGroupARNs=[targets["TargetGroups"][0]["TargetGroupArn"]],
    )


def judged(*controls: str) -> tuple[dict[tuple[str, str, str], str], dict[tuple[str, str | None], Resource]]:
    """Collect what these controls read and judge it: verdicts by control, type and name; resources by type and name."""
    types = catalog()
    rules = select(library.load(library.shipped(), types), types, include=controls)
    options = Options(now=NOW, regions=("us-east-1",), need=needs(rules))
    found = list(AwsCollector().collect("aws", options, lambda _: None))
    assert [each for each in found if isinstance(each, CollectionGap)] == []
    resources = [each for each in found if isinstance(each, Resource)]
    lines = [wire.encode(each) for each in sorted(resources, key=lambda each: (each.type, each.id))]
    names = {(each.type, each.id): str(each.name) for each in resources}
    findings = evaluate(lambda: iter(lines), compile_rules(rules), NOW, passes=True)
    verdicts = {
        (each.control, each.resource.type, names[each.resource.type, each.resource.id]): str(each.verdict)
        for each in findings
        if each.resource
    }
    return verdicts, {(each.type, each.name): each for each in resources}


CONTROLS = {
    "subnet-gives-no-public-address": ("aws.ec2.subnet",),
    "internet-route-only-where-meant": ("aws.ec2.route_table",),
    "internet-gateway-only-where-authorized": ("aws.ec2.internet_gateway",),
    "network-acl-does-not-admit-everything": ("aws.ec2.network_acl",),
    "provider-reached-without-the-internet": ("aws.ec2.vpc",),
    "common-ports-not-open-to-world": ("aws.ec2.security_group",),
    "only-authorized-ports-open-to-world": ("aws.ec2.security_group",),
    "remote-administration-not-open-to-world": ("aws.ec2.security_group",),
    "machine-has-no-public-address": ("aws.ec2.instance",),
    "machine-not-reachable-from-internet": ("aws.ec2.instance",),
    "machine-acts-as-a-role": ("aws.ec2.instance",),
    "machine-reaches-its-disks-unhindered": ("aws.ec2.instance",),
    "instance-metadata-needs-token": (
        "aws.ec2.instance",
        "aws.ec2.launch_template",
        "aws.autoscaling.launch_configuration",
    ),
    "systems-watched": ("aws.ec2.instance", "aws.ec2.launch_template", "aws.autoscaling.launch_configuration"),
    "launched-machines-get-no-public-address": ("aws.ec2.launch_template", "aws.autoscaling.launch_configuration"),
    "launched-volumes-encrypted": ("aws.ec2.launch_template", "aws.autoscaling.launch_configuration"),
    "ill-machines-replaced": ("aws.autoscaling.group",),
    "machine-managed-for-patching": ("aws.ec2.instance",),
    "enclave-host-off-the-internet": ("aws.ec2.instance",),
    "enclave-host-opens-few-ports": ("aws.ec2.instance",),
    "enclave-proxy-not-open-to-world": ("aws.ec2.instance",),
    "vpn-has-a-second-way": ("aws.ec2.vpn_connection",),
}
"""What passes the good one of each type, and fails the bad one."""

OTHERS = (
    "data-store-encrypted-at-rest",
    "machine-runs-in-a-private-cloud",
    "machine-renewed-regularly",
    "stopped-machine-removed",
)


def test_a_good_and_a_bad_one_of_each_get_their_verdicts(aws_environment: str) -> None:
    """Read by the real collector, judged by the real controls."""
    ids = {variant: network(variant) for variant in ("good", "bad")}
    for variant, made in ids.items():
        machine(variant, made)
        launching(variant, made)
    ec2 = client("ec2")
    off = ec2.run_instances(
        ImageId="ami-0123456789abcdef0", MinCount=1, MaxCount=1, TagSpecifications=named("instance", "off")
    )
    ec2.stop_instances(InstanceIds=[off["Instances"][0]["InstanceId"]])
    gateway = ec2.create_customer_gateway(BgpAsn=65000, PublicIp="198.51.100.1", Type="ipsec.1")["CustomerGateway"]
    for variant, state in (("good", ()), ("bad", ("down",))):
        ec2.create_vpn_connection(
            CustomerGatewayId=gateway["CustomerGatewayId"],
            Type="ipsec.1",
            VpnGatewayId=ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"],
            TagSpecifications=named("vpn-connection", variant, *state),
        )

    verdicts, found = judged(*CONTROLS, *OTHERS)

    expected = {
        (control, kind, variant): verdict
        for control, kinds in CONTROLS.items()
        for kind in kinds
        for variant, verdict in (("good", "pass"), ("bad", "fail"))
    }
    expected |= {
        ("data-store-encrypted-at-rest", "aws.ec2.volume", "good-root"): "pass",
        ("data-store-encrypted-at-rest", "aws.ec2.volume", "bad-root"): "fail",
        ("machine-runs-in-a-private-cloud", "aws.ec2.instance", "good"): "pass",
        ("machine-renewed-regularly", "aws.ec2.instance", "good"): "pass",
        ("stopped-machine-removed", "aws.ec2.instance", "off"): "pass",
    }
    assert {key: verdicts.get(key) for key in expected} == expected
    for control, kind, variant in (
        ("machine-renewed-regularly", "aws.ec2.instance", "off"),
        ("stopped-machine-removed", "aws.ec2.instance", "good"),
        ("enclave-host-off-the-internet", "aws.ec2.instance", "off"),
    ):
        assert verdicts.get((control, kind, variant)) in {None, "not_applicable"}

    bad = found["aws.ec2.instance", "bad"].exposure
    way = (
        f"internet > {ids['bad']['gateway']} > {ids['bad']['table']} > {ids['bad']['subnet']} > "
        f"{ids['bad']['group']} (tcp 21-22, tcp 8080)"
    )
    assert bad == Exposure(public=True, ways=(way,))


def test_each_regional_listing_is_asked_once_for_all_that_need_it(
    aws_environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Instances, subnets, route tables, groups and VPCs share theirs."""
    from botocore.client import BaseClient

    for variant in ("good", "bad"):
        machine(variant, network(variant))
    made: list[str] = []
    make = BaseClient._make_api_call

    def noted(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        made.append(operation)
        return make(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", noted)

    judged(*CONTROLS)

    shared = ("DescribeRouteTables", "DescribeSecurityGroups", "DescribeSubnets", "DescribeInstances", "DescribeVpcs")
    assert {name: made.count(name) for name in shared} == dict.fromkeys(shared, 1)


def test_a_denied_listing_of_routes_is_no_pass(aws_environment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reaches the machine is unknown, and says which right is missing."""
    from botocore.client import BaseClient
    from botocore.exceptions import ClientError

    machine("bad", network("bad"))
    make = BaseClient._make_api_call

    def refused(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if operation == "DescribeRouteTables":
            raise ClientError({"Error": {"Code": "UnauthorizedOperation", "Message": "no"}}, operation)
        return make(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", refused)

    verdicts, found = judged("machine-not-reachable-from-internet", "machine-has-no-public-address")

    assert verdicts["machine-not-reachable-from-internet", "aws.ec2.instance", "bad"] == "unknown"
    assert verdicts["machine-has-no-public-address", "aws.ec2.instance", "bad"] == "fail"
    exposure = found["aws.ec2.instance", "bad"].exposure
    assert isinstance(exposure, Exposure)
    assert exposure.public == Unknown("access denied: ec2:DescribeRouteTables")
