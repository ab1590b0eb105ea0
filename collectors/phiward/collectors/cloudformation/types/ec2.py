"""EC2: security groups, instances, launch templates and volumes."""

from collections.abc import Iterator
from typing import Any

from phiward.collectors.cloudformation.shapes import Extra, Made, Rule, Shape, Spec, block, lifted, of, shaped
from phiward.collectors.documents import Mapping, Sequence, Span
from phiward.inventory.unknown import Unknown

_ROOTS = ("/dev/xvda", "/dev/sda1", "/dev/sda")
_LISTS = {
    "CidrIp": "cidr_blocks",
    "CidrIpv6": "ipv6_cidr_blocks",
    "SourceSecurityGroupId": "security_groups",
    "SourceSecurityGroupName": "security_groups",
    "DestinationSecurityGroupId": "security_groups",
    "SourcePrefixListId": "prefix_list_ids",
    "DestinationPrefixListId": "prefix_list_ids",
}
_NETWORKS: Spec = {"GroupId": "security_group_id", "CidrIp": "cidr_ipv4", "CidrIpv6": "cidr_ipv6"}
_IN: Spec = {
    **_NETWORKS,
    "GroupName": "security_group_id",
    "SourceSecurityGroupId": "referenced_security_group_id",
    "SourceSecurityGroupName": "referenced_security_group_id",
    "SourcePrefixListId": "prefix_list_id",
}
_OUT: Spec = {
    **_NETWORKS,
    "DestinationSecurityGroupId": "referenced_security_group_id",
    "DestinationPrefixListId": "prefix_list_id",
}


def _rules(name: str) -> Rule:
    """Return the rule of a group's rules: each names one network, prefix list or group, where Terraform takes lists."""

    def make(value: Any, span: Span) -> Iterator[tuple[str, Any]]:
        given = value if isinstance(value, list) else [value]
        yield name, Sequence(span, [_rule(each) if isinstance(each, Mapping) else each for each in given])

    return Rule((name,), make)


def _rule(written: Mapping) -> Mapping:
    made = Mapping(written.span)
    made.unseen = written.unseen
    for key, value in written.items():
        at = written.spans.get(key, written.span)
        if key in _LISTS and value is not None:
            made.put(_LISTS[key], [*made.get(_LISTS[key], ()), value], at)
    for key, value in shaped(written, {**dict.fromkeys(_LISTS), "IpProtocol": "protocol"}).items():
        made.put(key, value, written.span)
    return made


def _group(made: Made, args: Mapping) -> None:
    """Without rules for what goes out, AWS lets everything out; Terraform takes that rule away."""
    if not args.get("egress") and made.properties.unseen is None:
        args["egress"] = of(made.span, protocol="-1", from_port=0, to_port=0, cidr_blocks=["0.0.0.0/0"])


def _instance(made: Made, args: Mapping) -> None:
    """Devices are one list here, and the first network interface may hold the network settings."""
    devices = args.pop("block_device_mappings", None)
    span = args.spans.get("block_device_mappings", made.span)
    if devices is not None:
        sorted_out: dict[str, list[Any]] = {"root_block_device": [], "ebs_block_device": []}
        for each in devices if isinstance(devices, list) else [devices]:
            ebs = each.get("ebs") if isinstance(each, Mapping) else each
            if isinstance(ebs, Mapping) and isinstance(each, Mapping):
                name = each.get("device_name")
                if name is not None:
                    ebs.put("device_name", name, each.span)
                sorted_out["root_block_device" if name in _ROOTS else "ebs_block_device"].append(ebs)
            elif isinstance(ebs, Unknown):
                sorted_out["ebs_block_device"].append(ebs)
        for name, found in sorted_out.items():
            if found:
                args.put(name, Sequence(span, found), span)
    interfaces = made.properties.get("NetworkInterfaces")
    for each in interfaces if isinstance(interfaces, list) else [] if interfaces is None else [interfaces]:
        at = made.properties.spans["NetworkInterfaces"]
        for key, argument in (
            ("AssociatePublicIpAddress", "associate_public_ip_address"),
            ("GroupSet", "vpc_security_group_ids"),
            ("SubnetId", "subnet_id"),
            ("Ipv6AddressCount", "ipv6_address_count"),
        ):
            value = each.get(key) if isinstance(each, Mapping) else each
            if value is not None and argument not in args:
                args.put(argument, value, at)
        break


def _volumes(made: Made) -> Iterator[Extra]:
    attached = made.properties.get("Volumes")
    for count, each in enumerate(attached if isinstance(attached, list) else ()):
        if isinstance(each, Mapping):
            args = shaped(each, {"Device": "device_name"})
            args.put("instance_id", made.me("id"), each.span)
            yield Extra("aws_volume_attachment", args, f"-volume-{count}")


_DATA: Spec = {
    "NetworkInterfaces": block("network_interfaces", {"Groups": "security_groups"}),
    "SecurityGroupIds": "vpc_security_group_ids",
    "TagSpecifications": None,
}

SHAPES = (
    Shape(
        "AWS::EC2::SecurityGroup",
        "aws_security_group",
        {
            "GroupName": "name",
            "SecurityGroupIngress": _rules("ingress"),
            "SecurityGroupEgress": _rules("egress"),
        },
        args=_group,
    ),
    Shape("AWS::EC2::SecurityGroupIngress", "aws_vpc_security_group_ingress_rule", _IN),
    Shape("AWS::EC2::SecurityGroupEgress", "aws_vpc_security_group_egress_rule", _OUT),
    Shape(
        "AWS::EC2::Instance",
        "aws_instance",
        {
            "ImageId": "ami",
            "SecurityGroupIds": "vpc_security_group_ids",
            "LaunchTemplate": block(
                "launch_template", {"LaunchTemplateId": "id", "LaunchTemplateName": "name", "Version": "version"}
            ),
            "NetworkInterfaces": None,
            "Volumes": None,
        },
        args=_instance,
        also=_volumes,
    ),
    Shape(
        "AWS::EC2::LaunchTemplate",
        "aws_launch_template",
        {
            "LaunchTemplateName": "name",
            "LaunchTemplateData": lifted(
                _DATA,
                *(
                    "block_device_mappings",
                    "ebs_optimized",
                    "enclave_options",
                    "iam_instance_profile",
                    "image_id",
                    "instance_type",
                    "metadata_options",
                    "monitoring",
                    "network_interfaces",
                    "user_data",
                    "vpc_security_group_ids",
                ),
            ),
        },
    ),
    Shape("AWS::EC2::Volume", "aws_ebs_volume"),
    Shape("AWS::EC2::VolumeAttachment", "aws_volume_attachment", {"Device": "device_name"}),
    Shape("AWS::EC2::EIP", "aws_eip", {"InstanceId": "instance"}),
    Shape("AWS::EC2::EIPAssociation", "aws_eip_association"),
)
