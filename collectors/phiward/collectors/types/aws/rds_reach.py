"""Whether the internet gets through to an RDS instance, live and in Terraform, and by which way.

A database that nobody gave a public address is reached by nobody. One with an address is reached where the routes of a
subnet that it may run in, and a security group that admits the world on its port, let the internet through.
"""

from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws import reach, terraform_reach
from phiward.collectors.types.aws.arguments import number, text
from phiward.collectors.types.aws.rds_support import default_port
from phiward.inventory.model import Maybe, Unknown

_DEFAULT_GROUP = Unknown("it names no security group: the default one of its VPC decides")


def live_reach(aws: Aws, db: dict[str, Any]) -> reach.Reach:
    """Return whether the internet gets through to it. It may run, or come back, in any subnet of its group."""
    public = bool(db.get("PubliclyAccessible", False))
    port = db.get("Endpoint", {}).get("Port") or default_port(db["Engine"])
    return reach.reached(
        aws,
        subnets=[subnet["SubnetIdentifier"] for subnet in db.get("DBSubnetGroup", {}).get("Subnets", ())],
        groups=[group["VpcSecurityGroupId"] for group in db.get("VpcSecurityGroups", ())],
        ipv4=public,
        ipv6=public and db.get("NetworkType") == "DUAL",
        ports=(port,) if port else (),
        fills=("exposure",),
    )


def code_reach(
    block: Block, cluster: Block | None, source: Source, public: Maybe[bool], engine: Maybe[str]
) -> reach.Reach:
    """Return whether the internet will get through to it. An instance of a cluster has the cluster's groups."""
    owner = cluster or block
    named = [each for each in (block, owner) if each.get("db_subnet_group_name") is not None]
    subnets: tuple[Maybe[Block], ...] = ()
    if named:
        for group in terraform_reach.blocks_of(("aws_db_subnet_group",), named[0], "db_subnet_group_name", source):
            if isinstance(group, Unknown):
                subnets += (group,)
            else:
                subnets += terraform_reach.blocks_of(terraform_reach.SUBNETS, group, "subnet_ids", source)
    groups = terraform_reach.blocks_of(terraform_reach.GROUPS, owner, "vpc_security_group_ids", source)
    port = number(owner, "port", default_port(engine))
    dual = text(owner, "network_type", "IPV4")
    found = terraform_reach.reached(
        source,
        subnets=subnets,
        groups=groups or (_DEFAULT_GROUP,),
        ipv4=public,
        ipv6=dual if isinstance(dual, Unknown) else public if dual == "DUAL" else False,
        ports=(port,) if isinstance(port, int) else (),
    )
    # Some port is open to the world: whether it is the database's is not known.
    return reach.Reach(public=port, ways=port) if isinstance(port, Unknown) and found.public is True else found
