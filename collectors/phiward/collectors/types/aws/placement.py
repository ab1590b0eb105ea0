"""How the machines that a service runs lie in a network: privately, or with a public address of their own."""

from collections.abc import Collection

from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws import terraform_reach
from phiward.inventory.aspects import Exposure, Network
from phiward.inventory.model import Maybe, Unknown

_DEFAULT_GROUP = Unknown("no security group is named: the default one of its VPC decides")
_LISTENERS = Unknown("which ports its machines listen on is the service's own affair")
_GROUPS = Unknown("what is admitted is in its security groups")


def placed(public_address: Maybe[bool]) -> Network:
    """Return the network of machines behind security groups. What these admit is judged where they are."""
    return Network(
        default_deny=True,
        ingress=_GROUPS,
        egress=_GROUPS,
        listeners=_LISTENERS,
        private=public_address if isinstance(public_address, Unknown) else not public_address,
        in_use=True,
    )


def exposed_by_code(  # noqa: PLR0913 - what must meet for the internet to get in
    block: Block,
    source: Source,
    *,
    public_address: Maybe[bool],
    subnet_group: str,
    named_by: str,
    ipv6: Maybe[bool] = False,
    ports: Collection[int] = (),
) -> Exposure:
    """Return whether the internet will reach the machines that a block makes.

    `named_by` is the argument that names the group of its subnets, of the Terraform type `subnet_group`.
    """
    subnets: list[Maybe[Block]] = []
    for group in terraform_reach.blocks_of((subnet_group,), block, named_by, source):
        if isinstance(group, Unknown):
            subnets.append(group)
        else:
            subnets += terraform_reach.blocks_of(terraform_reach.SUBNETS, group, "subnet_ids", source)
    groups = terraform_reach.blocks_of(terraform_reach.GROUPS, block, "vpc_security_group_ids", source)
    return terraform_reach.reached(
        source, subnets=subnets, groups=groups or (_DEFAULT_GROUP,), ipv4=public_address, ipv6=ipv6, ports=ports
    ).exposure
