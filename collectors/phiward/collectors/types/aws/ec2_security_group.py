"""Security groups. Calls `ec2:DescribeSecurityGroups`, `DescribeNetworkInterfaces`, `GetManagedPrefixListEntries`.

A group that nothing uses is judged like any other: it opens the moment something is attached. `network.in_use` tells.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import reach, security_group_rules, terraform_rules
from phiward.collectors.types.aws.answers import arn, listed, live, tags_of
from phiward.inventory.aspects import Network
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class SecurityGroupConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a security group has."""

    is_default: Maybe[bool]
    """It is its VPC's default group: what is attached when no group is named."""
    open_to_world: Maybe[tuple[Maybe[str], ...]]
    """What it opens to the internet, IPv4 or IPv6: `tcp 443`, `tcp 8000-8090`, `udp` (every port of it), `all`."""


TYPE = ResourceType(
    name="aws.ec2.security_group",
    title="Security group",
    aspects=(Network,),
    config=SecurityGroupConfig,
    relations={"vpc": Relation("the VPC it belongs to", ("aws.ec2.vpc",))},
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every security group of the region, with whether a network interface uses it."""
    interfaces = listed(aws, "ec2", "describe_network_interfaces", "NetworkInterfaces", fills=("network.in_use",))
    used: set[str] = set()
    if not isinstance(interfaces, Unknown):
        used = {group["GroupId"] for interface in interfaces for group in interface.get("Groups", ())}
    for group in aws.pages("ec2", "describe_security_groups", "SecurityGroups"):
        in_use = interfaces if isinstance(interfaces, Unknown) else group["GroupId"] in used
        yield {"group": group, "in_use": in_use}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one group, with the networks of the prefix lists that its rules name."""
    group = item["group"]
    permissions = [*group.get("IpPermissions", ()), *group.get("IpPermissionsEgress", ())]
    names = {entry["PrefixListId"] for permission in permissions for entry in permission.get("PrefixListIds", ())}
    fills = ("network.ingress", "network.egress", "config.open_to_world")
    lists = {name: reach.prefix_list(aws, name, fills=fills) for name in sorted(names)}
    return normalize(aws, group, item["in_use"], lists)


def normalize(
    aws: Aws, group: dict[str, Any], in_use: Maybe[bool], prefix_lists: dict[str, tuple[Maybe[str], ...]]
) -> Resource:
    """Turn one entry of `DescribeSecurityGroups` into a resource."""
    owner = group.get("OwnerId", aws.account)
    vpc = group.get("VpcId")
    ingress = security_group_rules.admitted(group.get("IpPermissions", ()), owner, prefix_lists.__getitem__)
    return live(
        aws,
        TYPE,
        arn(aws, "ec2", f"security-group/{group['GroupId']}"),
        name=group["GroupName"],
        tags=tags_of(group.get("Tags", ())),
        network=Network(
            default_deny=True,
            ingress=ingress,
            egress=security_group_rules.admitted(group.get("IpPermissionsEgress", ()), owner, prefix_lists.__getitem__),
            in_use=in_use,
        ),
        config=SecurityGroupConfig(
            is_default=group["GroupName"] == "default", open_to_world=security_group_rules.open_to_world(ingress)
        ),
        relations={"vpc": (arn(aws, "ec2", f"vpc/{vpc}"),) if vpc else ()},
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the group of an `aws_security_group` block. Terraform takes AWS's own egress rule away from a new group."""
    return _built(block, parts, source, default=False)


def from_terraform_default(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the group of an `aws_default_security_group` block, which takes every rule away that it does not state."""
    return _built(block, parts, source, default=True)


def _built(block: Block, parts: Parts, source: Source, *, default: bool) -> Resource:
    vpc: Maybe[tuple[str, ...]] = Unknown("the account's default VPC")
    if block.get("vpc_id") is not None:
        owners = source.owners("aws_vpc", block, "vpc_id")
        vpc = owners if isinstance(owners, Unknown) else tuple(source.id(owner) for owner in owners)
    ingress = terraform_rules.admitted(block, parts, source, "ingress")
    return source.resource(
        block,
        TYPE,
        parts=parts,
        network=Network(
            default_deny=True,
            ingress=ingress,
            egress=terraform_rules.admitted(block, parts, source, "egress"),
            in_use=Unknown("the code of a group does not tell what is attached to it"),
        ),
        config=SecurityGroupConfig(is_default=default, open_to_world=security_group_rules.open_to_world(ingress)),
        relations={"vpc": vpc},
        lines={
            "network.ingress": _lines(block, parts, "ingress"),
            "config.open_to_world": _lines(block, parts, "ingress"),
            "network.egress": _lines(block, parts, "egress"),
        },
    )


def _lines(block: Block, parts: Parts, direction: terraform_rules.Direction) -> Any:
    """Return where the rules are written: inline, or, where the only rules are parts, in the first part."""
    if not block.blocks(direction) and block.get(direction) is None:
        for name in (f"aws_vpc_security_group_{direction}_rule", "aws_security_group_rule"):
            for part in parts.get(name, ()):
                if not isinstance(part, Unknown) and part.get("type", direction) == direction:
                    return part.where
    return block.lines(direction)


TERRAFORM = (
    Form(main="aws_security_group", build=from_terraform, parts=terraform_rules.PARTS),
    Form(main="aws_default_security_group", build=from_terraform_default, parts=terraform_rules.PARTS),
)
