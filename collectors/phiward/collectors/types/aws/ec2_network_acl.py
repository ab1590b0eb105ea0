"""Network ACLs. Calls `ec2:DescribeNetworkAcls`.

An ACL is judged whether or not a subnet uses it: it opens the moment one is given to it. `network.in_use` tells.
"""

from collections.abc import Iterator
from typing import Any, Literal

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.acl_entries import LAST, Entry, effective, entry
from phiward.collectors.types.aws.answers import arn, live, tags_of
from phiward.collectors.types.aws.arguments import as_number, as_text, flag
from phiward.collectors.types.aws.terraform_routes import VPCS, found_one
from phiward.inventory.aspects import Network
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class NetworkAclConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a network ACL has."""

    is_default: Maybe[bool]
    """It is its VPC's default one: every subnet without an ACL of its own has it."""


TYPE = ResourceType(
    name="aws.ec2.network_acl",
    title="Network ACL",
    aspects=(Network,),
    config=NetworkAclConfig,
    relations={"vpc": Relation("the VPC it belongs to", ("aws.ec2.vpc",))},
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every network ACL of the region that the account owns."""
    for acl in aws.pages("ec2", "describe_network_acls", "NetworkAcls"):
        if acl.get("OwnerId", aws.account) == aws.account:
            yield acl


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one network ACL."""
    return normalize(aws, item)


def normalize(aws: Aws, acl: dict[str, Any]) -> Resource:
    """Turn one entry of `DescribeNetworkAcls` into a resource."""
    tags = tags_of(acl.get("Tags", ()))
    vpc = acl.get("VpcId")
    entries = acl.get("Entries", ())
    return live(
        aws,
        TYPE,
        arn(aws, "ec2", f"network-acl/{acl['NetworkAclId']}"),
        name=tags.get("Name") or acl["NetworkAclId"],
        tags=tags,
        network=Network(
            default_deny=True,
            ingress=effective(_live(each) for each in entries if not each.get("Egress") and each["RuleNumber"] < LAST),
            egress=effective(_live(each) for each in entries if each.get("Egress") and each["RuleNumber"] < LAST),
            in_use=bool(acl.get("Associations")),
        ),
        config=NetworkAclConfig(is_default=bool(acl.get("IsDefault"))),
        relations={"vpc": (arn(aws, "ec2", f"vpc/{vpc}"),) if vpc else ()},
    )


def _live(given: dict[str, Any]) -> Entry:
    ports = given.get("PortRange", {})
    return entry(
        given["RuleNumber"],
        allow=given["RuleAction"] == "allow",
        protocol=given["Protocol"],
        ports=(ports.get("From"), ports.get("To")),
        network=given.get("CidrBlock") or given.get("Ipv6CidrBlock") or Unknown("EC2 names no network of the rule"),
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the ACL of an `aws_network_acl` block, with its `aws_network_acl_rule` blocks."""
    return _built(block, parts, source, default=False)


def from_terraform_default(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the ACL of an `aws_default_network_acl` block, which takes every rule away that it does not state."""
    return _built(block, parts, source, default=True)


def _built(block: Block, parts: Parts, source: Source, *, default: bool) -> Resource:
    vpc = found_one(VPCS, block, "default_network_acl_id" if default else "vpc_id", source)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        network=Network(
            default_deny=True,
            ingress=effective(_code(block, parts, "ingress")),
            egress=effective(_code(block, parts, "egress")),
            in_use=_in_use(block, parts),
        ),
        config=NetworkAclConfig(is_default=default),
        relations={
            "vpc": Unknown("its VPC is not in the code")
            if vpc is None
            else vpc
            if isinstance(vpc, Unknown)
            else (source.id(vpc.address),)
        },
        lines={"network.ingress": _lines(block, parts, "ingress"), "network.egress": _lines(block, parts, "egress")},
    )


def _in_use(block: Block, parts: Parts) -> Maybe[bool]:
    associated = parts.get(_ASSOCIATION, ())
    if block.get("subnet_ids") or any(not isinstance(part, Unknown) for part in associated):
        return True
    unseen = next((part for part in associated if isinstance(part, Unknown)), None)
    return unseen or (Unknown("it is used by every subnet without another one") if _default(block) else False)


def _default(block: Block) -> bool:
    return block.type == "aws_default_network_acl"


def _code(block: Block, parts: Parts, direction: Literal["ingress", "egress"]) -> Iterator[Maybe[Entry]]:
    for nested in block.blocks(direction):
        yield nested if isinstance(nested, Unknown) else _written(nested.get, "rule_no", "action")
    written = block.get(direction)
    if isinstance(written, Unknown):
        yield written
    for each in written if isinstance(written, list | tuple | set) else ():
        yield _written(each.get, "rule_no", "action") if isinstance(each, dict) else Unknown("a rule is not an object")
    for part in parts.get(_RULE, ()):
        out = part if isinstance(part, Unknown) else flag(part, "egress", default=False)
        if isinstance(out, Unknown):
            yield out
        elif not isinstance(part, Unknown) and out is (direction == "egress"):
            yield _written(part.get, "rule_number", "rule_action")


def _written(read: Any, number: str, action: str) -> Entry:
    decided = as_text(action, read(action))
    network = next(
        (as_text(name, value) for name in ("cidr_block", "ipv6_cidr_block") if (value := read(name)) not in (None, "")),
        Unknown("it names no network"),
    )
    ports = [None if (value := read(name)) is None else as_number(name, value) for name in ("from_port", "to_port")]
    return entry(
        as_number(number, read(number)),
        allow=decided if isinstance(decided, Unknown) else decided.lower() == "allow",
        protocol=as_text("protocol", read("protocol")),
        ports=(ports[0], ports[1]),
        network=network,
    )


def _lines(block: Block, parts: Parts, direction: str) -> Any:
    if not block.blocks(direction) and block.get(direction) is None:
        for part in parts.get(_RULE, ()):
            if not isinstance(part, Unknown) and flag(part, "egress", default=False) is (direction == "egress"):
                return part.where
    return block.lines(direction)


_RULE = "aws_network_acl_rule"
_ASSOCIATION = "aws_network_acl_association"
_PARTS = {_RULE: "network_acl_id", _ASSOCIATION: "network_acl_id"}

TERRAFORM = (
    Form(main="aws_network_acl", build=from_terraform, parts=_PARTS, identified_by=("id", "arn")),
    Form(
        main="aws_default_network_acl",
        build=from_terraform_default,
        parts=_PARTS,
        identified_by=("id", "arn", "default_network_acl_id"),
    ),
)
