"""Launch templates. Calls `ec2:DescribeLaunchTemplates`, `ec2:DescribeLaunchTemplateVersions`,
`ec2:GetEbsEncryptionByDefault`, `kms:DescribeKey`.

Of each template its default and its latest version are read, since those are what is launched from by name: where they
differ, the weaker one counts. Both of all templates come with one listing. User data is never kept.
"""  # noqa: D205 - the calls are the summary

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import ebs_encryption
from phiward.collectors.types.aws.answers import arn, listed, live, tags_of
from phiward.collectors.types.aws.arguments import flag, number, text
from phiward.collectors.types.aws.launch_facts import LaunchConfig, default_tokens, token_required, worst_address
from phiward.inventory.aspects import EncryptionAtRest, Monitoring
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.kleene import every
from phiward.inventory.model import Maybe, Resource, Unknown

TYPE = ResourceType(
    name="aws.ec2.launch_template",
    title="Launch template",
    aspects=(EncryptionAtRest, Monitoring),
    config=LaunchConfig,
    relations={
        "security_groups": Relation(
            "the security groups that filter the traffic of its machines", ("aws.ec2.security_group",)
        )
    },
)

_ALARMS = Unknown("CloudWatch alarms are not read with a launch template")


class _Facts(Struct, frozen=True, kw_only=True):
    """What is said of one template."""

    encryption: EncryptionAtRest
    monitoring: Maybe[bool]
    config: LaunchConfig
    groups: Maybe[tuple[str, ...]]


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every launch template of the region, with its default and latest version."""
    versions = listed(
        aws,
        "ec2",
        "describe_launch_template_versions",
        "LaunchTemplateVersions",
        fills=("encryption_at_rest", "monitoring", "config", "relations.security_groups"),
        Versions=["$Default", "$Latest"],
    )
    by_template: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for version in [] if isinstance(versions, Unknown) else versions:
        by_template[version["LaunchTemplateId"]].append(version.get("LaunchTemplateData", {}))
    for template in aws.pages("ec2", "describe_launch_templates", "LaunchTemplates"):
        known = versions if isinstance(versions, Unknown) else by_template[template["LaunchTemplateId"]]
        yield {"template": template, "versions": known}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one launch template."""
    versions = item["versions"]
    if not isinstance(versions, Unknown) and not versions:
        versions = Unknown("EC2 lists no version of it")
    facts = _unseen(versions) if isinstance(versions, Unknown) else _facts(aws, versions)
    return normalize(aws, item["template"], facts)


def normalize(aws: Aws, template: dict[str, Any], facts: _Facts) -> Resource:
    """Turn one entry of `DescribeLaunchTemplates` and its versions into a resource."""
    tags = tags_of(template.get("Tags", ()))
    return live(
        aws,
        TYPE,
        arn(aws, "ec2", f"launch-template/{template['LaunchTemplateId']}"),
        name=template.get("LaunchTemplateName") or template["LaunchTemplateId"],
        tags=tags,
        encryption_at_rest=facts.encryption,
        monitoring=Monitoring(enabled=facts.monitoring, alerts=_ALARMS),
        config=facts.config,
        relations={"security_groups": facts.groups},
    )


def _unseen(why: Unknown) -> _Facts:
    config = LaunchConfig(
        assigns_public_ip=why,
        metadata_token_required=why,
        metadata_hop_limit=why,
        instance_profile=why,
        has_user_data=why,
    )
    encryption = EncryptionAtRest(enabled=why, algorithm=why, key_owner=why, key=why)
    return _Facts(encryption=encryption, monitoring=why, config=config, groups=why)


def _facts(aws: Aws, versions: Sequence[dict[str, Any]]) -> _Facts:
    metadata = [version.get("MetadataOptions", {}) for version in versions]
    interfaces = [each for version in versions for each in version.get("NetworkInterfaces", ())]
    groups = {group for version in versions for group in version.get("SecurityGroupIds", ())}
    groups |= {group for interface in interfaces for group in interface.get("Groups", ())}
    profiles = [version.get("IamInstanceProfile", {}) for version in versions]
    named = [profile.get("Arn") or profile.get("Name") for profile in profiles]
    return _Facts(
        encryption=_encryption(aws, versions),
        monitoring=all(version.get("Monitoring", {}).get("Enabled") for version in versions),
        config=LaunchConfig(
            assigns_public_ip=worst_address(each.get("AssociatePublicIpAddress") for each in interfaces),
            metadata_token_required=every(
                token_required(each.get("HttpTokens"), each.get("HttpEndpoint")) for each in metadata
            ),
            metadata_hop_limit=max(each.get("HttpPutResponseHopLimit", 1) for each in metadata),
            instance_profile=named[0] if all(named) else None,
            has_user_data=any(version.get("UserData") for version in versions),
        ),
        groups=tuple(sorted(arn(aws, "ec2", f"security-group/{group}") for group in groups)),
    )


def _encryption(aws: Aws, versions: Sequence[dict[str, Any]]) -> EncryptionAtRest:
    found: list[EncryptionAtRest] = []
    for version in versions:
        devices = [each["Ebs"] for each in version.get("BlockDeviceMappings", ()) if each.get("Ebs")]
        found += [ebs_encryption.live_device(aws, device) for device in devices]
        if not devices:
            found.append(ebs_encryption.live_device(aws, None))
    return ebs_encryption.together(found, [])


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the template of an `aws_launch_template` block: what it will be the latest version of."""
    metadata = next(iter(block.blocks("metadata_options")), None)
    tokens: Maybe[str | None] = metadata if isinstance(metadata, Unknown) else None
    endpoint, hops = tokens, metadata if isinstance(metadata, Unknown) else 1
    if metadata is not None and not isinstance(metadata, Unknown):
        tokens, endpoint = text(metadata, "http_tokens", None), text(metadata, "http_endpoint", None)
        hops = number(metadata, "http_put_response_hop_limit", 1)
    monitoring = next(iter(block.blocks("monitoring")), None)
    interfaces = block.blocks("network_interfaces")
    given = (
        each if isinstance(each, Unknown) else flag(each, "associate_public_ip_address", None) for each in interfaces
    )
    user_data = block.get("user_data")
    return source.resource(
        block,
        TYPE,
        parts=parts,
        encryption_at_rest=_code_encryption(block, source),
        monitoring=Monitoring(
            enabled=monitoring
            if isinstance(monitoring, Unknown)
            else monitoring is not None and flag(monitoring, "enabled", default=False),
            alerts=_ALARMS,
        ),
        config=LaunchConfig(
            assigns_public_ip=worst_address(given),
            metadata_token_required=token_required(tokens, endpoint, default_tokens(source)),
            metadata_hop_limit=hops,
            instance_profile=_profile(block),
            has_user_data=user_data if isinstance(user_data, Unknown) else bool(user_data),
        ),
        relations={"security_groups": _groups(block, interfaces, source)},
        lines={
            "encryption_at_rest": block.lines("block_device_mappings"),
            "monitoring": block.lines("monitoring"),
            "config.assigns_public_ip": block.lines("network_interfaces"),
            "config.metadata_token_required": block.lines("metadata_options"),
            "config.metadata_hop_limit": block.lines("metadata_options"),
            "config.instance_profile": block.lines("iam_instance_profile"),
            "config.has_user_data": block.lines("user_data"),
        },
    )


def _code_encryption(block: Block, source: Source) -> EncryptionAtRest:
    found: list[EncryptionAtRest] = []
    unseen: list[Unknown] = []
    for device in template_devices(block):
        if isinstance(device, Unknown):
            unseen.append(device)
        else:
            found.append(ebs_encryption.terraform_encryption(device, source))
    if not found and not unseen:
        found.append(ebs_encryption.unstated(source))
    return ebs_encryption.together(found, unseen)


def template_devices(block: Block) -> list[Block | Unknown]:
    """Return the EBS volumes that a launch template's block declares: the `ebs` block of each mapping."""
    devices: list[Block | Unknown] = []
    for mapping in block.blocks("block_device_mappings"):
        devices += [mapping] if isinstance(mapping, Unknown) else mapping.blocks("ebs")
    return devices


def _profile(block: Block) -> Maybe[str | None]:
    for profile in block.blocks("iam_instance_profile"):
        if isinstance(profile, Unknown):
            return profile
        for argument in ("arn", "name"):
            if profile.get(argument) is not None:
                return text(profile, argument, None)
    return None


def _groups(block: Block, interfaces: Sequence[Block | Unknown], source: Source) -> Maybe[tuple[str, ...]]:
    found: set[str] = set()
    for each, argument in ((block, "vpc_security_group_ids"), *((each, "security_groups") for each in interfaces)):
        owners = each if isinstance(each, Unknown) else source.owners("aws_security_group", each, argument)
        if isinstance(owners, Unknown):
            return owners
        found.update(source.id(owner) for owner in owners)
    return tuple(sorted(found))


TERRAFORM = (Form(main="aws_launch_template", build=from_terraform, identified_by=("id", "arn", "name")),)
