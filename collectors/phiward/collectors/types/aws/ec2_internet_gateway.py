"""Internet gateways. Calls `ec2:DescribeInternetGateways`."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import arn, live, tags_of
from phiward.collectors.types.aws.terraform_routes import VPCS, found_one
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class InternetGatewayConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only an internet gateway has."""

    vpcs: Maybe[tuple[Maybe[str], ...]]
    """The VPCs it is attached to: their ids, live (`vpc-0a1b`); their addresses, in code (`aws_vpc.main`)."""


TYPE = ResourceType(
    name="aws.ec2.internet_gateway",
    title="Internet gateway",
    aspects=(),
    config=InternetGatewayConfig,
    relations={"vpcs": Relation("the VPCs it is attached to", ("aws.ec2.vpc",))},
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every internet gateway of the region that the account owns."""
    for gateway in aws.pages("ec2", "describe_internet_gateways", "InternetGateways"):
        if gateway.get("OwnerId", aws.account) == aws.account:
            yield gateway


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one internet gateway."""
    return normalize(aws, item)


def normalize(aws: Aws, gateway: dict[str, Any]) -> Resource:
    """Turn one entry of `DescribeInternetGateways` into a resource."""
    tags = tags_of(gateway.get("Tags", ()))
    attached = sorted(
        each["VpcId"]
        for each in gateway.get("Attachments", ())
        if each.get("VpcId") and each.get("State") not in {"detached", "detaching"}
    )
    return live(
        aws,
        TYPE,
        arn(aws, "ec2", f"internet-gateway/{gateway['InternetGatewayId']}"),
        name=tags.get("Name") or gateway["InternetGatewayId"],
        tags=tags,
        config=InternetGatewayConfig(vpcs=tuple(attached)),
        relations={"vpcs": tuple(arn(aws, "ec2", f"vpc/{vpc}") for vpc in attached)},
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the gateway of an `aws_internet_gateway` block, with what attaches it to a VPC."""
    attached: list[Maybe[str]] = []
    for part in (block, *parts.get(_ATTACHMENT, ())):
        if isinstance(part, Unknown):
            attached.append(part)
        elif part.get("vpc_id") is not None:
            vpc = found_one(VPCS, part, "vpc_id", source)
            attached.append(
                vpc
                if isinstance(vpc, Unknown)
                else source.id(vpc.address)
                if vpc is not None
                else _written(part.get("vpc_id"))
            )
    unseen = next((each for each in attached if isinstance(each, Unknown)), None)
    attaching = next((part.where for part in parts.get(_ATTACHMENT, ()) if not isinstance(part, Unknown)), block.where)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        config=InternetGatewayConfig(vpcs=tuple(attached)),
        relations={"vpcs": unseen or tuple(each for each in attached if isinstance(each, str))},
        lines={"config.vpcs": block.lines("vpc_id") if block.get("vpc_id") is not None else attaching},
    )


def _written(value: Any) -> Maybe[str]:
    return value if isinstance(value, str | Unknown) else Unknown("vpc_id is not a string")


_ATTACHMENT = "aws_internet_gateway_attachment"

TERRAFORM = (
    Form(
        main="aws_internet_gateway",
        build=from_terraform,
        parts={_ATTACHMENT: "internet_gateway_id"},
        identified_by=("id", "arn"),
    ),
)
