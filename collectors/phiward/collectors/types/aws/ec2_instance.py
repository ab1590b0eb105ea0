"""EC2 instances. Calls `ec2:DescribeInstances`, `DescribeVolumes`, `DescribeRouteTables`, `DescribeInstanceAttribute`.

User data is never kept, only whether there is any: people put passwords there. In Terraform what a block does not set
is read from its launch template where it has one, else it is the provider's default.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import ebs_encryption
from phiward.collectors.types.aws.answers import arn, listed, live, moment, tags_of
from phiward.collectors.types.aws.arguments import flag, number, text
from phiward.collectors.types.aws.instance_addresses import exposed, live_public, terraform_public
from phiward.inventory.aspects import EncryptionAtRest, Exposure, Monitoring, Network
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class InstanceConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only an EC2 instance has."""

    metadata_token_required: Maybe[bool]
    """Its metadata, credentials among them, is given out for a session token only, or not at all (IMDSv2)."""
    metadata_endpoint: Maybe[bool]
    """The metadata service answers."""
    metadata_hop_limit: Maybe[int]
    """How many network hops a metadata answer may travel. More than 1 lets containers on it ask."""
    instance_profile: Maybe[str | None]
    """The instance profile whose role its programs act as. None: it has none."""
    state: Maybe[str]
    """`running`, `stopped`, `pending`, `stopping`, `shutting-down`."""
    launched: Maybe[str | None]
    """When it was last started (a time)."""
    stopped_since: Maybe[str | None]
    """When it was stopped (a time). None: it is not stopped."""
    image: Maybe[str | None]
    """The id of the machine image it was made from."""
    has_user_data: Maybe[bool]
    """It has a start-up script in its user data, which every program on it can read."""


TYPE = ResourceType(
    name="aws.ec2.instance",
    title="EC2 instance",
    aspects=(EncryptionAtRest, Exposure, Network, Monitoring),
    config=InstanceConfig,
    relations={
        "volumes": "the EBS volumes it uses",
        "security_groups": "the security groups that filter its traffic",
        "vpc": "the VPC it runs in",
    },
    stores_data=True,
)

_STOPPED = re.compile(r"\((\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?: GMT| UTC)?\)")
_ALERTS = Unknown("CloudWatch alarms are not read with an instance")
_GROUPS = Unknown("its security groups decide: see security_groups")
_APPLY = Unknown("known after apply")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every instance of the region that is not gone, with its volumes."""
    volumes = listed(aws, "ec2", "describe_volumes", "Volumes", fills=("encryption_at_rest",))
    by_id = {} if isinstance(volumes, Unknown) else {volume["VolumeId"]: volume for volume in volumes}
    for reservation in aws.pages("ec2", "describe_instances", "Reservations"):
        for instance in reservation.get("Instances", ()):
            if instance.get("State", {}).get("Name") == "terminated":
                continue
            known = [by_id[volume] for volume in _volumes(instance) if volume in by_id]
            yield {"instance": instance, "volumes": volumes if isinstance(volumes, Unknown) else known}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one instance, with the encryption of its volumes and whether it has user data."""
    instance, volumes = item["instance"], item["volumes"]
    user_data = aws.ask(
        "ec2",
        "describe_instance_attribute",
        fills=("config.has_user_data",),
        InstanceId=instance["InstanceId"],
        Attribute="userData",
    )
    encryption = (
        ebs_encryption.together([], [volumes])
        if isinstance(volumes, Unknown)
        else ebs_encryption.together(
            [ebs_encryption.live_encryption(aws, volume) for volume in volumes],
            [Unknown("a volume of it is not listed")] if len(volumes) < len(_volumes(instance)) else [],
        )
    )
    has_user_data: Maybe[bool] = (
        user_data if isinstance(user_data, Unknown) else bool((user_data or {}).get("UserData", {}).get("Value"))
    )
    return normalize(aws, instance, encryption, live_public(aws, instance), has_user_data)


def normalize(
    aws: Aws,
    instance: dict[str, Any],
    encryption: EncryptionAtRest,
    public: Maybe[bool],
    has_user_data: Maybe[bool],
) -> Resource:
    """Turn one instance of `DescribeInstances` into a resource."""
    tags = tags_of(instance.get("Tags", ()))
    metadata = instance.get("MetadataOptions", {})
    vpc = instance.get("VpcId")
    return live(
        aws,
        TYPE,
        arn(aws, "ec2", f"instance/{instance['InstanceId']}"),
        name=tags.get("Name") or instance["InstanceId"],
        tags=tags,
        encryption_at_rest=encryption,
        exposure=exposed(public),
        network=_network(public),
        monitoring=Monitoring(
            enabled=instance.get("Monitoring", {}).get("State") in {"enabled", "pending"}, alerts=_ALERTS
        ),
        config=InstanceConfig(
            metadata_token_required=_imdsv2(metadata.get("HttpTokens"), metadata.get("HttpEndpoint")),
            metadata_endpoint=_stated(metadata, "HttpEndpoint", {"enabled": True, "disabled": False}),
            metadata_hop_limit=metadata.get("HttpPutResponseHopLimit", Unknown("EC2 states no hop limit")),
            instance_profile=instance.get("IamInstanceProfile", {}).get("Arn"),
            state=instance["State"]["Name"],
            launched=moment(instance.get("LaunchTime")),
            stopped_since=_stopped_since(instance),
            image=instance.get("ImageId"),
            has_user_data=has_user_data,
        ),
        relations={
            "volumes": tuple(sorted(arn(aws, "ec2", f"volume/{volume}") for volume in _volumes(instance))),
            "security_groups": tuple(
                sorted(
                    arn(aws, "ec2", f"security-group/{group['GroupId']}")
                    for group in instance.get("SecurityGroups", ())
                )
            ),
            "vpc": (arn(aws, "ec2", f"vpc/{vpc}"),) if vpc else (),
        },
    )


def _network(public: Maybe[bool]) -> Network:
    """Return whether it is private. What is admitted is in its security groups, what listens only it can tell."""
    return Network(
        default_deny=True,
        ingress=_GROUPS,
        egress=_GROUPS,
        listeners=Unknown("which programs listen is seen on the machine itself"),
        private=public if isinstance(public, Unknown) else not public,
        in_use=True,
    )


def _volumes(instance: dict[str, Any]) -> list[str]:
    return [device["Ebs"]["VolumeId"] for device in instance.get("BlockDeviceMappings", ()) if device.get("Ebs")]


def _imdsv2(tokens: Maybe[str | None], endpoint: Maybe[str | None]) -> Maybe[bool]:
    if endpoint == "disabled" or tokens == "required":
        return True
    for value in (tokens, endpoint):
        if isinstance(value, Unknown):
            return value
    return False if tokens else Unknown("EC2 states no metadata options")


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
    template = _template(block, source)
    metadata = _first(block, "metadata_options") or _in_template(template, "metadata_options")
    tokens, endpoint, hops = _metadata(metadata)
    monitoring = flag(block, "monitoring", None)
    if monitoring is None:
        monitored = _in_template(template, "monitoring")
        monitoring = monitored if isinstance(monitored, Unknown) else bool(monitored and monitored.get("enabled"))
    volumes = _attached(parts, source)
    public = terraform_public(block, parts, source)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        encryption_at_rest=_encryption(block, template, volumes, source),
        exposure=exposed(public),
        network=_network(public),
        monitoring=Monitoring(enabled=monitoring, alerts=_ALERTS),
        config=InstanceConfig(
            metadata_token_required=_imdsv2(tokens, endpoint),
            metadata_endpoint=endpoint if isinstance(endpoint, Unknown) else endpoint == "enabled",
            metadata_hop_limit=hops,
            instance_profile=text(block, "iam_instance_profile", None),
            state="running",
            launched=_APPLY,
            stopped_since=None,
            image=text(block, "ami", None),
            has_user_data=_has_user_data(block, template),
        ),
        relations={
            "volumes": next((each for each in volumes if isinstance(each, Unknown)), None)
            or tuple(sorted(source.id(each.address) for each in volumes if not isinstance(each, Unknown))),
            "security_groups": _security_groups(block, source),
            "vpc": Unknown("its subnet decides"),
        },
        lines={
            "encryption_at_rest": block.lines("root_block_device"),
            "exposure": block.lines("associate_public_ip_address"),
            "network": block.lines("associate_public_ip_address"),
            "monitoring": block.lines("monitoring"),
            "config.metadata_token_required": block.lines("metadata_options"),
            "config.metadata_endpoint": block.lines("metadata_options"),
            "config.metadata_hop_limit": block.lines("metadata_options"),
            "config.has_user_data": block.lines("user_data"),
        },
    )


def _template(block: Block, source: Source) -> Block | Unknown | None:
    """Return the launch template, None where the block names none."""
    for nested in block.blocks("launch_template"):
        if isinstance(nested, Unknown):
            return nested
        for argument in ("id", "name"):
            for address in nested.references(argument):
                if (found := source.find(address)) is not None:
                    return found
        return Unknown("its launch template is not in the code")
    return None


def _first(block: Block, name: str) -> Block | Unknown | None:
    return next(iter(block.blocks(name)), None)


def _in_template(template: Block | Unknown | None, name: str) -> Block | Unknown | None:
    return template if template is None or isinstance(template, Unknown) else _first(template, name)


def _metadata(options: Block | Unknown | None) -> tuple[Maybe[str], Maybe[str], Maybe[int]]:
    """Return `http_tokens`, `http_endpoint` and the hop limit, with EC2's own defaults."""
    if isinstance(options, Unknown):
        return options, options, options
    if options is None:
        return "optional", "enabled", 1
    return (
        text(options, "http_tokens", "optional"),
        text(options, "http_endpoint", "enabled"),
        number(options, "http_put_response_hop_limit", 1),
    )


def _attached(parts: Parts, source: Source) -> list[Block | Unknown]:
    """Return the volumes that `aws_volume_attachment` blocks attach."""
    attached: list[Block | Unknown] = []
    for part in parts.get("aws_volume_attachment", ()):
        owners = part if isinstance(part, Unknown) else source.owners("aws_ebs_volume", part, "volume_id")
        if isinstance(owners, Unknown):
            attached.append(owners)
            continue
        found = [source.find(owner) for owner in owners] or [None]
        attached += [each or Unknown("a volume attached to it is not in the code") for each in found]
    return attached


def _encryption(
    block: Block, template: Block | Unknown | None, volumes: Sequence[Block | Unknown], source: Source
) -> EncryptionAtRest:
    """Return the encryption of all its volumes. Its root volume exists whether or not the code speaks of it."""
    devices: list[Block | Unknown] = [*block.blocks("root_block_device"), *block.blocks("ebs_block_device"), *volumes]
    described = bool(block.blocks("root_block_device"))
    if isinstance(template, Unknown):
        devices.append(template)
        described = True
    elif template is not None:
        for mapping in template.blocks("block_device_mappings"):
            devices += [mapping] if isinstance(mapping, Unknown) else mapping.blocks("ebs")
            described = True
    encrypted = [
        ebs_encryption.terraform_encryption(device, source) for device in devices if not isinstance(device, Unknown)
    ]
    if not described:
        encrypted.append(ebs_encryption.unstated(source))
    return ebs_encryption.together(encrypted, [device for device in devices if isinstance(device, Unknown)])


def _security_groups(block: Block, source: Source) -> Maybe[tuple[str, ...]]:
    if block.get("vpc_security_group_ids") is None:
        return Unknown("no group is named: the default one of its VPC, or its launch template's")
    owners = source.owners("aws_security_group", block, "vpc_security_group_ids")
    return owners if isinstance(owners, Unknown) else tuple(sorted(source.id(owner) for owner in owners))


def _has_user_data(block: Block, template: Block | Unknown | None) -> Maybe[bool]:
    """Say whether there is user data, in the block or its launch template."""
    values = [block.get("user_data"), block.get("user_data_base64")]
    values.append(template if template is None or isinstance(template, Unknown) else template.get("user_data"))
    if any(value and not isinstance(value, Unknown) for value in values):
        return True
    return next((value for value in values if isinstance(value, Unknown)), False)


TERRAFORM = (
    Form(
        main="aws_instance",
        build=from_terraform,
        parts={"aws_volume_attachment": "instance_id", "aws_eip": "instance", "aws_eip_association": "instance_id"},
        identified_by=("id", "arn", "primary_network_interface_id"),
    ),
)
