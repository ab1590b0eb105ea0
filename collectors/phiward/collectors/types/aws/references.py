"""What an argument of Terraform code leads to."""

from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.arguments import surely_set
from phiward.inventory.model import Maybe, Unknown


def made_by(block: Block, argument: str, source: Source, *kinds: str) -> str | None:
    """Return the id of the block, of some types, that an argument's value is of: the first that it refers to.

    None where it is left out, where no such block is in the code, and where a variable without a value decides.
    """
    value = block.get(argument)
    if value is None or (isinstance(value, Unknown) and not surely_set(value)):
        return None
    for address in block.references(argument):
        found = source.find(address)
        if found is not None and (not kinds or found.type in kinds):
            return source.id(address)
    return None


def leads_to(block: Block, source: Source, of: str, argument: str) -> Maybe[tuple[str, ...]]:
    """Return the ids that an argument leads to: of blocks of the tree, else the id that is written out."""
    owners = source.owners(of, block, argument)
    if isinstance(owners, Unknown):
        return owners
    given = block.get(argument)
    outside = (given,) if isinstance(given, str) and not owners else ()
    return tuple(source.id(address) for address in owners) or outside
