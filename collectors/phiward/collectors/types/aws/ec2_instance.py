"""EC2 instances.

Calls `ec2:DescribeInstances`, `DescribeSubnets`, `DescribeRouteTables`, `DescribeSecurityGroups`,
`DescribeInstanceAttribute`, `ssm:DescribeInstanceInformation`, `iam:ListInstanceProfiles`.

User data is never kept, only whether there is any: people put passwords there. In Terraform what a block does not set
is read from its launch template where it has one, else it is the provider's default. Its volumes are resources of
their own, live and in code (`ec2_volume`).
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import backup_coverage, instance_code
from phiward.collectors.types.aws.answers import arn, listed, live, moment, tags_of
from phiward.collectors.types.aws.instance_addresses import Addresses, code_addresses, live_addresses
from phiward.collectors.types.aws.instance_facts import InstanceConfig, network_of, optimized, token_required
from phiward.collectors.types.aws.instance_relations import named_profile, relations_of_code
from phiward.collectors.types.aws.launch_facts import default_tokens
from phiward.collectors.types.aws.volume_copies import code_backup, instance_backup
from phiward.inventory.aspects import Backup, Exposure, Monitoring, Network
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

TYPE = ResourceType(
    name="aws.ec2.instance",
    title="EC2 instance",
    aspects=(Exposure, Network, Monitoring, Backup),
    config=InstanceConfig,
    relations={
        "volumes": Relation("the EBS volumes it uses", ("aws.ec2.volume",)),
        "security_groups": Relation("the security groups that filter its traffic", ("aws.ec2.security_group",)),
        "subnets": Relation("the subnets it lies in", ("aws.ec2.subnet",)),
        "vpc": Relation("the VPC it runs in", ("aws.ec2.vpc",)),
        "instance_profile": "the instance profile that gives its programs a role",
        "role": Relation("the role its programs act as", ("aws.iam.role",)),
    },
    stores_data=True,
)

_STOPPED = re.compile(r"\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?: GMT| UTC)?\)")
_ALERTS = Unknown("CloudWatch alarms are not read with an instance")
_APPLY = Unknown("known after apply")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every instance of the region that is not gone, with whether Systems Manager knows it.

    Systems Manager and AWS Backup are asked once the first instance is there: most regions of an account have none.
    """
    managed: Maybe[set[str]] | None = None
    for instance, points in backup_coverage.beside(aws, _running(aws)):
        if managed is None:
            managed = _managed(aws)
        known = managed if isinstance(managed, Unknown) else instance["InstanceId"] in managed
        yield {"instance": instance, "managed": known, "protected": points}


def _running(aws: Aws) -> Iterator[dict[str, Any]]:
    for reservation in aws.pages("ec2", "describe_instances", "Reservations"):
        for instance in reservation.get("Instances", ()):
            if instance.get("State", {}).get("Name") != "terminated":
                yield instance


def _managed(aws: Aws) -> Maybe[set[str]]:
    """Return the instances that Systems Manager knows."""
    nodes = listed(aws, "ssm", "describe_instance_information", "InstanceInformationList", fills=("config.managed",))
    return nodes if isinstance(nodes, Unknown) else {node["InstanceId"] for node in nodes}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one instance, with who reaches it and whether it has user data."""
    instance = item["instance"]
    user_data = aws.ask(
        "ec2",
        "describe_instance_attribute",
        fills=("config.has_user_data",),
        InstanceId=instance["InstanceId"],
        Attribute="userData",
    )
    has_user_data: Maybe[bool] = (
        user_data if isinstance(user_data, Unknown) else bool((user_data or {}).get("UserData", {}).get("Value"))
    )
    return normalize(
        aws,
        instance,
        live_addresses(aws, instance),
        has_user_data=has_user_data,
        managed=item["managed"],
        backup=instance_backup(aws, instance, item["protected"]),
        role=_role(aws, instance.get("IamInstanceProfile", {}).get("Arn")),
    )


def _role(aws: Aws, profile: str | None) -> Maybe[tuple[str, ...]]:
    """Return the role of an instance profile; IAM lists them all at once."""
    if profile is None:
        return ()
    every = listed(aws, "iam", "list_instance_profiles", "InstanceProfiles", fills=("relations.role",))
    if isinstance(every, Unknown):
        return every
    found = next((each for each in every if each["Arn"] == profile), None)
    return tuple(role["Arn"] for role in found.get("Roles", ())) if found else Unknown(f"IAM lists no {profile}")


def normalize(  # noqa: PLR0913 - what is asked besides the listing
    aws: Aws,
    instance: dict[str, Any],
    addresses: Addresses,
    *,
    has_user_data: Maybe[bool],
    managed: Maybe[bool],
    backup: Backup,
    role: Maybe[tuple[str, ...]],
) -> Resource:
    """Turn one instance of `DescribeInstances` into a resource."""
    tags = tags_of(instance.get("Tags", ()))
    metadata = instance.get("MetadataOptions", {})
    vpc = instance.get("VpcId")
    kind = instance.get("InstanceType")
    profile = instance.get("IamInstanceProfile", {}).get("Arn")
    return live(
        aws,
        TYPE,
        arn(aws, "ec2", f"instance/{instance['InstanceId']}"),
        name=tags.get("Name") or instance["InstanceId"],
        tags=tags,
        exposure=addresses.reach.exposure,
        network=network_of(addresses.private),
        backup=backup,
        monitoring=Monitoring(
            enabled=instance.get("Monitoring", {}).get("State") in {"enabled", "pending"}, alerts=_ALERTS
        ),
        config=InstanceConfig(
            metadata_token_required=token_required(metadata.get("HttpTokens"), metadata.get("HttpEndpoint")),
            metadata_endpoint=_stated(metadata, "HttpEndpoint", {"enabled": True, "disabled": False}),
            metadata_hop_limit=metadata.get("HttpPutResponseHopLimit", Unknown("EC2 states no hop limit")),
            instance_profile=profile,
            state=instance["State"]["Name"],
            launched=moment(instance.get("LaunchTime")),
            stopped_since=_stopped_since(instance),
            image=instance.get("ImageId"),
            has_user_data=has_user_data,
            instance_type=kind,
            ebs_optimized=optimized(kind, asked=bool(instance.get("EbsOptimized"))),
            enclaves=bool(instance.get("EnclaveOptions", {}).get("Enabled")),
            in_vpc=bool(vpc),
            managed=managed,
            public_ipv4=addresses.ipv4,
            global_ipv6=addresses.ipv6,
            internet_route=addresses.internet_route,
        ),
        relations={
            "volumes": tuple(sorted(arn(aws, "ec2", f"volume/{volume}") for volume in _volumes(instance))),
            "security_groups": tuple(arn(aws, "ec2", f"security-group/{group}") for group in _groups_of(instance)),
            "subnets": tuple(arn(aws, "ec2", f"subnet/{subnet}") for subnet in _subnets_of(instance)),
            "vpc": (arn(aws, "ec2", f"vpc/{vpc}"),) if vpc else (),
            "instance_profile": (profile,) if profile else (),
            "role": role,
        },
    )


def _groups_of(instance: dict[str, Any]) -> list[str]:
    """Return the groups of all its interfaces: EC2 lists only those of the first one beside the instance."""
    listed_groups = [*instance.get("SecurityGroups", ())]
    for interface in instance.get("NetworkInterfaces", ()):
        listed_groups += interface.get("Groups", ())
    return sorted({group["GroupId"] for group in listed_groups})


def _subnets_of(instance: dict[str, Any]) -> list[str]:
    named = {each.get("SubnetId") for each in (instance, *instance.get("NetworkInterfaces", ()))}
    return sorted(name for name in named if name)


def _volumes(instance: dict[str, Any]) -> list[str]:
    return [device["Ebs"]["VolumeId"] for device in instance.get("BlockDeviceMappings", ()) if device.get("Ebs")]


def _stated(answer: dict[str, Any], key: str, meaning: dict[str, bool]) -> Maybe[bool]:
    return meaning.get(answer.get(key, ""), Unknown(f"EC2 states no {key}"))


def _stopped_since(instance: dict[str, Any]) -> Maybe[str | None]:
    """Return when it was stopped. EC2 says so in words only: `User initiated (2026-01-02 03:04:05 GMT)`."""
    if instance["State"]["Name"] != "stopped":
        return None
    found = _STOPPED.search(instance.get("StateTransitionReason", ""))
    if found is None:
        return Unknown("EC2 does not say since when it is stopped")
    return moment(datetime.strptime(found[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC))


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the instance of an `aws_instance` block."""
    template = instance_code.template_of(block, source)
    tokens, endpoint, hops = instance_code.metadata(
        instance_code.either(block, template, "metadata_options"), default_tokens(source)
    )
    monitoring = instance_code.flag_of(block, template, "monitoring") if block.get("monitoring") is not None else None
    if monitoring is None:
        monitoring = instance_code.enabled_in(instance_code.either(block, template, "monitoring"))
    addresses = code_addresses(block, parts, source)
    kind = instance_code.text_of(block, template, "instance_type")
    profile = instance_code.profile_of(block, template)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        exposure=addresses.reach.exposure,
        network=network_of(addresses.private),
        backup=code_backup(block, source, source.resource(block, TYPE).tags, "EC2"),
        monitoring=Monitoring(enabled=monitoring, alerts=_ALERTS),
        config=InstanceConfig(
            metadata_token_required=token_required(tokens, endpoint),
            metadata_endpoint=endpoint if isinstance(endpoint, Unknown) else endpoint == "enabled",
            metadata_hop_limit=hops,
            instance_profile=profile
            if profile is None or isinstance(profile, Unknown)
            else named_profile(*profile, source),
            state="running",
            launched=_APPLY,
            stopped_since=None,
            image=instance_code.image_of(block, template),
            has_user_data=instance_code.has_user_data(block, template),
            instance_type=kind,
            ebs_optimized=optimized(kind, asked=instance_code.flag_of(block, template, "ebs_optimized")),
            enclaves=instance_code.enabled_in(instance_code.either(block, template, "enclave_options")),
            in_vpc=True,  # what is made today always is
            managed=Unknown("its agent registers once it runs"),
            public_ipv4=addresses.ipv4,
            global_ipv6=addresses.ipv6,
            internet_route=addresses.internet_route,
        ),
        relations=relations_of_code(block, parts, source, template, profile),
        lines={
            "exposure": block.lines("associate_public_ip_address"),
            "network": block.lines("associate_public_ip_address"),
            "monitoring": block.lines("monitoring"),
            "config.metadata_token_required": block.lines("metadata_options"),
            "config.metadata_endpoint": block.lines("metadata_options"),
            "config.metadata_hop_limit": block.lines("metadata_options"),
            "config.has_user_data": block.lines("user_data"),
            "config.instance_profile": block.lines("iam_instance_profile"),
            "config.ebs_optimized": block.lines("ebs_optimized"),
            "config.internet_route": block.lines("subnet_id"),
        },
    )


TERRAFORM = (
    Form(
        main="aws_instance",
        build=from_terraform,
        parts={"aws_volume_attachment": "instance_id", "aws_eip": "instance", "aws_eip_association": "instance_id"},
        identified_by=("id", "arn", "primary_network_interface_id"),
    ),
)
