"""Launch configurations, the older kind of launch templates. Calls `autoscaling:DescribeLaunchConfigurations`,
`ec2:GetEbsEncryptionByDefault`.

User data is never kept, only whether there is any.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import ebs_encryption
from phiward.collectors.types.aws.answers import arn, live
from phiward.collectors.types.aws.arguments import flag, number, text
from phiward.collectors.types.aws.launch_facts import LaunchConfig, default_tokens, token_required
from phiward.inventory.aspects import EncryptionAtRest, Monitoring
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

TYPE = ResourceType(
    name="aws.autoscaling.launch_configuration",
    title="Launch configuration",
    aspects=(EncryptionAtRest, Monitoring),
    config=LaunchConfig,
    relations={
        "security_groups": Relation(
            "the security groups that filter the traffic of its machines", ("aws.ec2.security_group",)
        )
    },
)

_ALARMS = Unknown("CloudWatch alarms are not read with a launch configuration")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every launch configuration of the region."""
    yield from aws.pages("autoscaling", "describe_launch_configurations", "LaunchConfigurations")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one launch configuration."""
    devices = [each["Ebs"] for each in item.get("BlockDeviceMappings", ()) if each.get("Ebs")]
    found = [ebs_encryption.live_device(aws, device) for device in devices or [None]]
    return normalize(aws, item, ebs_encryption.together(found, []))


def normalize(aws: Aws, configuration: dict[str, Any], encryption: EncryptionAtRest) -> Resource:
    """Turn one entry of `DescribeLaunchConfigurations` into a resource."""
    metadata = configuration.get("MetadataOptions", {})
    return live(
        aws,
        TYPE,
        configuration["LaunchConfigurationARN"],
        name=configuration["LaunchConfigurationName"],
        encryption_at_rest=encryption,
        monitoring=Monitoring(
            enabled=bool(configuration.get("InstanceMonitoring", {}).get("Enabled", True)), alerts=_ALARMS
        ),
        config=LaunchConfig(
            assigns_public_ip=configuration.get("AssociatePublicIpAddress"),
            metadata_token_required=token_required(metadata.get("HttpTokens"), metadata.get("HttpEndpoint")),
            metadata_hop_limit=metadata.get("HttpPutResponseHopLimit", 1),
            instance_profile=configuration.get("IamInstanceProfile") or None,
            has_user_data=bool(configuration.get("UserData")),
        ),
        relations={
            "security_groups": tuple(
                sorted(arn(aws, "ec2", f"security-group/{group}") for group in configuration.get("SecurityGroups", ()))
            )
        },
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the configuration of an `aws_launch_configuration` block."""
    metadata = next(iter(block.blocks("metadata_options")), None)
    tokens: Maybe[str | None] = metadata if isinstance(metadata, Unknown) else None
    endpoint, hops = tokens, metadata if isinstance(metadata, Unknown) else 1
    if metadata is not None and not isinstance(metadata, Unknown):
        tokens, endpoint = text(metadata, "http_tokens", None), text(metadata, "http_endpoint", None)
        hops = number(metadata, "http_put_response_hop_limit", 1)
    owners = source.owners("aws_security_group", block, "security_groups")
    return source.resource(
        block,
        TYPE,
        parts=parts,
        encryption_at_rest=_encryption(block, source),
        monitoring=Monitoring(enabled=flag(block, "enable_monitoring", default=True), alerts=_ALARMS),
        config=LaunchConfig(
            assigns_public_ip=flag(block, "associate_public_ip_address", None),
            metadata_token_required=token_required(tokens, endpoint, default_tokens(source)),
            metadata_hop_limit=hops,
            instance_profile=text(block, "iam_instance_profile", None),
            has_user_data=_user_data(block),
        ),
        relations={
            "security_groups": owners
            if isinstance(owners, Unknown)
            else tuple(sorted(source.id(owner) for owner in owners))
        },
        lines={
            "encryption_at_rest": block.lines("root_block_device"),
            "monitoring": block.lines("enable_monitoring"),
            "config.assigns_public_ip": block.lines("associate_public_ip_address"),
            "config.metadata_token_required": block.lines("metadata_options"),
            "config.metadata_hop_limit": block.lines("metadata_options"),
            "config.instance_profile": block.lines("iam_instance_profile"),
            "config.has_user_data": block.lines("user_data"),
        },
    )


def _encryption(block: Block, source: Source) -> EncryptionAtRest:
    """Return the encryption of its machines' volumes: the root one is there whether or not the code names it."""
    devices = [*block.blocks("root_block_device"), *block.blocks("ebs_block_device")]
    found = [ebs_encryption.terraform_encryption(each, source) for each in devices if not isinstance(each, Unknown)]
    if not block.blocks("root_block_device"):
        found.append(ebs_encryption.unstated(source))
    return ebs_encryption.together(found, [each for each in devices if isinstance(each, Unknown)])


def _user_data(block: Block) -> Maybe[bool]:
    values = [block.get("user_data"), block.get("user_data_base64")]
    if any(value and not isinstance(value, Unknown) for value in values):
        return True
    return next((value for value in values if isinstance(value, Unknown)), False)


TERRAFORM = (Form(main="aws_launch_configuration", build=from_terraform, identified_by=("id", "arn", "name")),)
