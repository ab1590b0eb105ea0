"""Whether the internet will reach something that lies in subnets behind security groups, as Terraform writes them.

The same question as `reach.reached`, and the same answer: an address, a route of its subnet to an internet gateway, and
a group that admits the world. The ways name the blocks.

    subnets = terraform_reach.blocks_of(SUBNETS, block, "subnets", source)
    groups = terraform_reach.blocks_of(GROUPS, block, "security_groups", source)
    found = terraform_reach.reached(source, subnets=subnets, groups=groups, ipv4=flag(block, "public", False))
"""

from collections.abc import Collection

from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws import terraform_rules
from phiward.collectors.types.aws.reach import NOWHERE, Reach, doors, either, together
from phiward.collectors.types.aws.routes import Family
from phiward.collectors.types.aws.terraform_routes import SUBNETS, subnet_way
from phiward.inventory.model import Maybe, Unknown

__all__ = ["GROUPS", "SUBNETS", "blocks_of", "reached"]

GROUPS = ("aws_security_group", "aws_default_security_group")


def blocks_of(kinds: tuple[str, ...], block: Block, argument: str, source: Source) -> tuple[Maybe[Block], ...]:
    """Return the blocks that an argument names, an `Unknown` for those that are not in the code; none if not set."""
    value = block.get(argument)
    if value is None:
        return ()
    found: list[Maybe[Block]] = []
    unseen: Unknown | None = None
    for kind in kinds:
        owners = source.owners(kind, block, argument)
        if isinstance(owners, Unknown):
            unseen = unseen or owners
        else:
            found += [each for address in owners if (each := source.find(address)) is not None]
    named = len(value) if isinstance(value, list | tuple | set) else 1
    if isinstance(value, Unknown) and found:
        return tuple(found)
    if len(found) < named:
        found.append(unseen or Unknown(f"what {argument} names is not in the code"))
    return tuple(found)


def reached(  # noqa: PLR0913 - the three things that must meet
    source: Source,
    *,
    subnets: Collection[Maybe[Block]],
    groups: Collection[Maybe[Block]] | None,
    ipv4: Maybe[bool] = True,
    ipv6: Maybe[bool] = False,
    ports: Collection[int] = (),
) -> Reach:
    """Return whether the internet reaches something in any of `subnets` through any of `groups` (None: no filter)."""
    found: list[Reach] = []
    families: tuple[tuple[Family, Maybe[bool]], ...] = ((4, ipv4), (6, ipv6))
    for family, addressed in families:
        if addressed is not False:
            found.append(
                together(addressed, _routed(subnets, family, source), _admitting(groups, family, ports, source))
            )
    return either(found)


def _routed(subnets: Collection[Maybe[Block]], family: Family, source: Source) -> Reach:
    if not subnets:
        unseen = Unknown("it names no subnet: the default one decides")
        return Reach(public=unseen, ways=unseen)
    return either(_into(subnet, family, source) for subnet in subnets)


def _into(subnet: Maybe[Block], family: Family, source: Source) -> Reach:
    way = subnet if isinstance(subnet, Unknown) else subnet_way(subnet, family, source)
    if isinstance(way, Unknown):
        return Reach(public=way, ways=way)
    return Reach(public=True, ways=(way,)) if way else NOWHERE


def _admitting(
    groups: Collection[Maybe[Block]] | None, family: Family, ports: Collection[int], source: Source
) -> Reach:
    if groups is None:
        return Reach(public=True, ways=())
    found: list[Reach] = []
    for group in groups:
        if isinstance(group, Unknown):
            found.append(Reach(public=group, ways=group))
            continue
        rules = terraform_rules.admitted(group, source.parts(group.address), source, "ingress")
        found.append(doors(source.id(group.address), rules, family, ports))
    return either(found)
