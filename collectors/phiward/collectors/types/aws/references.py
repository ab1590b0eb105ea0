"""What an argument of Terraform code leads to."""

from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.form import Source
from phiward.inventory.model import Maybe, Unknown


def leads_to(block: Block, source: Source, of: str, argument: str) -> Maybe[tuple[str, ...]]:
    """Return the ids that an argument leads to: of blocks of the tree, else the id that is written out."""
    owners = source.owners(of, block, argument)
    if isinstance(owners, Unknown):
        return owners
    given = block.get(argument)
    outside = (given,) if isinstance(given, str) and not owners else ()
    return tuple(source.id(address) for address in owners) or outside
