"""What launch templates and launch configurations say of the machines that are made from them."""

from collections.abc import Iterable

from msgspec import Struct

from phiward.inventory.model import Maybe, Unknown


class LaunchConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a launch template or launch configuration decides, for each machine made from it."""

    assigns_public_ip: Maybe[bool | None]
    """Its machines get a public IPv4 address. None: the subnet they are put in decides."""
    metadata_token_required: Maybe[bool]
    """Their metadata, credentials among them, is given out for a session token only, or not at all (IMDSv2)."""
    metadata_hop_limit: Maybe[int]
    """How many network hops a metadata answer may travel. More than 1 lets containers on a machine ask."""
    instance_profile: Maybe[str | None]
    """The instance profile whose role their programs act as. None: none."""
    has_user_data: Maybe[bool]
    """They have a start-up script in their user data, which every program on them can read."""


def worst_address(given: Iterable[Maybe[bool | None]]) -> Maybe[bool | None]:
    """Return whether any interface gets a public address; None where none says anything."""
    values = list(given)
    if True in values:
        return True
    unseen = next((value for value in values if isinstance(value, Unknown)), None)
    return unseen or (False if False in values else None)


def token_required(tokens: Maybe[str | None], endpoint: Maybe[str | None]) -> Maybe[bool]:
    """Say whether the metadata options ask for a token, or give nothing at all. Neither stated: they do not."""
    if endpoint == "disabled" or tokens == "required":
        return True
    return next((value for value in (tokens, endpoint) if isinstance(value, Unknown)), False)
