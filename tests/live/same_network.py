"""The network, machines and launch templates that `same/*/network.tf` describe, made with API calls."""

from typing import Any

IMAGE = "ami-0123456789abcdef0"
EVERYWHERE = "0.0.0.0/0"


def client(service: str) -> Any:
    """Return a client to make the account with."""
    import boto3

    return boto3.client(service, region_name="us-east-1")


def make(vpc: str, group: str, key: str, account: str, *, good: bool) -> dict[str, str]:
    """Make it all in a VPC, and return the address in the code by the id of each thing."""
    ec2, here = client("ec2"), f"arn:aws:ec2:us-east-1:{account}"
    subnet: str = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    table: str = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    gateway: str = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    if not good:
        ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
        ec2.create_route(RouteTableId=table, DestinationCidrBlock=EVERYWHERE, GatewayId=gateway)
    acl = _acl(vpc, good=good)
    instance, volume = _machine(subnet, group, key, good=good)
    template, machines = _launching(subnet, group, key, good=good)
    named = {
        f"{here}:subnet/{subnet}": "aws_subnet.practice",
        f"{here}:route-table/{table}": "aws_route_table.practice",
        f"{here}:internet-gateway/{gateway}": "aws_internet_gateway.practice",
        f"{here}:network-acl/{acl}": "aws_network_acl.practice",
        f"{here}:instance/{instance}": "aws_instance.imaging",
        f"{here}:volume/{volume}": "aws_instance.imaging/root",
        f"{here}:launch-template/{template}": "aws_launch_template.portal",
        machines: "aws_autoscaling_group.portal",
    }
    # What names another thing by its bare id.
    return {**named, gateway: "aws_internet_gateway.practice", vpc: "aws_vpc.practice", **_bare(subnet, table, group)}


def _bare(subnet: str, table: str, group: str) -> dict[str, str]:
    return {subnet: "aws_subnet.practice", table: "aws_route_table.practice", group: "aws_security_group.records"}


def _acl(vpc: str, *, good: bool) -> str:
    ec2 = client("ec2")
    acl: str = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    for entry in ec2.describe_network_acls(NetworkAclIds=[acl])["NetworkAcls"][0]["Entries"]:
        if entry["RuleNumber"] < 32767:
            ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=entry["RuleNumber"], Egress=entry["Egress"])
    if good:
        rules: list[tuple[int, str, dict[str, Any]]] = [
            (90, "deny", {"Protocol": "6", "PortRange": {"From": 22, "To": 22}, "CidrBlock": EVERYWHERE}),
            (100, "allow", {"Protocol": "-1", "CidrBlock": "10.9.0.0/16"}),
        ]
    else:
        rules = [(100, "allow", {"Protocol": "-1", "CidrBlock": EVERYWHERE})]
    for number, action, matches in rules:
        ec2.create_network_acl_entry(NetworkAclId=acl, RuleNumber=number, RuleAction=action, Egress=False, **matches)
    return acl


def _machine(subnet: str, group: str, key: str, *, good: bool) -> tuple[str, str]:
    ec2 = client("ec2")
    disk: dict[str, Any] = {"VolumeSize": 8, **({"Encrypted": True, "KmsKeyId": key} if good else {})}
    made = ec2.run_instances(
        ImageId=IMAGE,
        InstanceType="t3.medium" if good else "t2.micro",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet,
        SecurityGroupIds=[group],
        Monitoring={"Enabled": good},
        MetadataOptions={"HttpTokens": "required" if good else "optional", "HttpEndpoint": "enabled"},
        BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": disk}],
    )["Instances"][0]["InstanceId"]
    listed = ec2.describe_instances(InstanceIds=[made])["Reservations"][0]["Instances"][0]
    return made, listed["BlockDeviceMappings"][0]["Ebs"]["VolumeId"]


def _launching(subnet: str, group: str, key: str, *, good: bool) -> tuple[str, str]:
    interface: dict[str, Any] = {"DeviceIndex": 0, "AssociatePublicIpAddress": not good}
    if good:
        interface["Groups"] = [group]
    disk: dict[str, Any] = {"Encrypted": good, **({"KmsKeyId": key} if good else {})}
    data: dict[str, Any] = {
        "ImageId": IMAGE,
        "InstanceType": "t3.medium",
        "NetworkInterfaces": [interface],
        "BlockDeviceMappings": [{"DeviceName": "/dev/xvda", "Ebs": disk}],
    }
    if good:
        data |= {"MetadataOptions": {"HttpTokens": "required"}, "Monitoring": {"Enabled": True}}
    template = client("ec2").create_launch_template(LaunchTemplateName="same-portal", LaunchTemplateData=data)
    template_id: str = template["LaunchTemplate"]["LaunchTemplateId"]
    scaling = client("autoscaling")
    scaling.create_auto_scaling_group(
        AutoScalingGroupName="same-portal",
        LaunchTemplate={"LaunchTemplateId": template_id},
        MinSize=0,
        MaxSize=1,
        VPCZoneIdentifier=subnet,
        HealthCheckType="ELB" if good else "EC2",
    )
    made: str = scaling.describe_auto_scaling_groups()["AutoScalingGroups"][0]["AutoScalingGroupARN"]
    return template_id, made
