"""What an EC2 instance is connected with, as Terraform code tells it."""

from collections.abc import Iterable

from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws import instance_code
from phiward.collectors.types.aws.arguments import text
from phiward.collectors.types.aws.instance_addresses import code_groups, subnet_of
from phiward.collectors.types.aws.terraform_routes import VPCS, found_one
from phiward.inventory.model import Maybe, Unknown


def named_profile(block: Block, argument: str, source: Source) -> Maybe[str | None]:
    """Return the instance profile that is named: its block's id where it is in the code, else as it is written."""
    for address in block.references(argument):
        if source.find(address) is not None:
            return source.id(address)
    return text(block, argument, None)


def relations_of_code(
    block: Block,
    parts: Parts,
    source: Source,
    template: Block | Unknown | None,
    profile: tuple[Block, str] | Unknown | None,
) -> dict[str, Maybe[tuple[str, ...]]]:
    """Return the relations of an `aws_instance` block; `Unknown` where it names what is not in the code."""
    own = tuple(f"{source.id(block.address)}/{device.label}" for device in instance_code.devices(block, source))
    attached = instance_code.attached(parts, source)
    subnet = subnet_of(block, template, source)
    vpc = subnet if isinstance(subnet, Unknown) else found_one(VPCS, subnet, "vpc_id", source)
    groups = code_groups(block, template, subnet, source)
    return {
        "volumes": _first_unseen(attached)
        or tuple(sorted([*own, *(source.id(each.address) for each in attached if not isinstance(each, Unknown))])),
        "security_groups": _first_unseen(groups)
        or tuple(sorted(source.id(each.address) for each in groups if not isinstance(each, Unknown))),
        "subnets": subnet if isinstance(subnet, Unknown) else (source.id(subnet.address),),
        "vpc": Unknown("its subnet decides")
        if vpc is None
        else vpc
        if isinstance(vpc, Unknown)
        else (source.id(vpc.address),),
        **_profile(profile, source),
    }


def _profile(profile: tuple[Block, str] | Unknown | None, source: Source) -> dict[str, Maybe[tuple[str, ...]]]:
    if profile is None:
        return {"instance_profile": (), "role": ()}
    if isinstance(profile, Unknown):
        return {"instance_profile": profile, "role": profile}
    found = found_one(("aws_iam_instance_profile",), *profile, source)
    if found is None or isinstance(found, Unknown):
        unseen = found or Unknown("its instance profile is not in the code")
        return {"instance_profile": unseen, "role": unseen}
    role = found_one(("aws_iam_role",), found, "role", source)
    return {
        "instance_profile": (source.id(found.address),),
        "role": Unknown("its role is not in the code")
        if role is None
        else role
        if isinstance(role, Unknown)
        else (source.id(role.address),),
    }


def _first_unseen(values: Iterable[Block | Unknown]) -> Unknown | None:
    return next((each for each in values if isinstance(each, Unknown)), None)
