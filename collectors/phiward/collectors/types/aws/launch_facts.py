"""What launch templates and launch configurations say of the machines that are made from them."""

from collections.abc import Iterable

from msgspec import Struct

from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.arguments import text
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


NO_TOKENS_SET = Unknown("http_tokens is not set: the account's default for the region, or else the image, decides")
"""EC2 takes it from the launch, else from the account, else from the image (*Order of precedence*, EC2 User Guide)."""


def token_required(
    tokens: Maybe[str | None], endpoint: Maybe[str | None], default: Maybe[str] = NO_TOKENS_SET
) -> Maybe[bool]:
    """Say whether the metadata options ask for a token, or give nothing at all. `default`: where they do not say."""
    stated = default if tokens is None else tokens
    if endpoint == "disabled" or stated == "required":
        return True
    return next((value for value in (stated, endpoint) if isinstance(value, Unknown)), False)


def default_tokens(source: Source) -> Maybe[str]:
    """Return what the code makes the account's default for the region (`aws_ec2_instance_metadata_defaults`)."""
    for block in source.blocks("aws_ec2_instance_metadata_defaults"):
        sure = source.certain(block)
        tokens = sure if isinstance(sure, Unknown) else text(block, "http_tokens", None)
        if tokens is not None and tokens != "no-preference":
            return tokens
    return NO_TOKENS_SET
