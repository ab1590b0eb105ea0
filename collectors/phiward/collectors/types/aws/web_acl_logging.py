"""Where the log of a web ACL goes, of whichever generation of AWS WAF."""

from collections.abc import Sequence

from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.arguments import as_text, texts
from phiward.inventory.aspects import Logging
from phiward.inventory.model import Maybe, Unknown

_KEPT_THERE = Unknown("the destination of the log decides: see logging_destination")
_TYPES = ("aws_cloudwatch_log_group", "aws_s3_bucket", "aws_kinesis_firehose_delivery_stream")


def logging_of(destinations: Maybe[tuple[str, ...]], *, on: Maybe[bool] | None = None) -> Logging:
    """Return the logging of a web ACL, which records where it has a destination.

    `on` says whether it records, where that is known apart from where to.
    """
    if on is None:
        on = destinations if isinstance(destinations, Unknown) else bool(destinations)
    return Logging(
        enabled=on,
        destinations=destinations,
        off_host=on,
        retention_days=_KEPT_THERE,
        kinds=on if isinstance(on, Unknown) else ("request",) if on else (),
    )


def configured(blocks: Sequence[Block | Unknown]) -> Maybe[bool]:
    """Say whether a block that sets up a log is there."""
    sure = any(not isinstance(block, Unknown) for block in blocks)
    return sure or next((block for block in blocks if isinstance(block, Unknown)), False)


def named_destinations(blocks: Sequence[Block | Unknown], argument: str, source: Source) -> Maybe[tuple[str, ...]]:
    """Return the destinations that blocks name by an argument: their addresses in the code, else what is written."""
    found: set[str] = set()
    unknown: Unknown | None = None
    for block in blocks:
        if isinstance(block, Unknown):
            unknown = unknown or block
            continue
        named = [address for address in block.references(argument) if source.find(address) is not None]
        found.update(source.id(address) for address in named)
        value = block.get(argument)
        listed = texts(block, argument) if isinstance(value, list | tuple) else (as_text(argument, value),)
        for each in (listed,) if isinstance(listed, Unknown) else listed:
            if isinstance(each, str):
                found.add(each.removesuffix(":*"))
            elif not named:
                unknown = unknown or each
    return unknown or tuple(sorted(found))
