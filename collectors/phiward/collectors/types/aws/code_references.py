"""Whether a value that is known only after apply is, by what it refers to, the one of a given block."""

from phiward.collectors.terraform.addresses import parse
from phiward.collectors.terraform.block import Block
from phiward.inventory.model import Maybe, Unknown


def refers_to(value: Unknown, block: Block) -> Maybe[bool]:
    """Say whether a value is a reference to a block: as unknown as it is where variables decide."""
    own = parse(block.address)
    found = [parse(ref) for ref in value.refs]
    if own is None or not found or any(place is None or place.data for place in found):
        return value
    places = [place for place in found if place is not None]
    mine = [place for place in places if place.bare == own.bare and place.key in {"", own.key}]
    if not mine:
        return False
    return True if len(mine) == len(places) else value
