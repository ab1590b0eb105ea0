"""The public access block of a whole account. Calls `s3control:GetPublicAccessBlock`.

It holds for every bucket and access point of the account, those to come included. An account that never set it has
none of the four settings on.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import live, told
from phiward.collectors.types.aws.arguments import flag
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class S3AccountConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only an account's public access block has."""

    block_public_acls: Maybe[bool]
    """Lists of grants that are public are refused."""
    block_public_policy: Maybe[bool]
    """Policies that are public are refused."""
    ignore_public_acls: Maybe[bool]
    """Public grants of lists that are there already have no effect."""
    restrict_public_buckets: Maybe[bool]
    """A bucket with a public policy lets in its own account and services alone."""


TYPE = ResourceType(
    name="aws.s3.account", title="S3 public access block of an account", aspects=(), config=S3AccountConfig
)
GLOBAL = True
_SETTINGS = {
    "block_public_acls": "BlockPublicAcls",
    "block_public_policy": "BlockPublicPolicy",
    "ignore_public_acls": "IgnorePublicAcls",
    "restrict_public_buckets": "RestrictPublicBuckets",
}


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield the account itself."""
    yield {"account": aws.account}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return the account, with its block if it has one."""
    answer = aws.ask(
        "s3control",
        "get_public_access_block",
        fills=("config",),
        absent=("NoSuchPublicAccessBlockConfiguration",),
        AccountId=item["account"],
    )
    block = told(answer, lambda given: given.get("PublicAccessBlockConfiguration", {}))
    return live(
        aws,
        TYPE,
        f"aws.s3.account:{item['account']}",
        region=None,
        name=item["account"],
        config=S3AccountConfig(
            **{name: block if isinstance(block, Unknown) else bool(block.get(key)) for name, key in _SETTINGS.items()}
        ),
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the account that an `aws_s3_account_public_access_block` block sets up."""
    return source.resource(
        block,
        TYPE,
        parts=parts,
        tags=None,
        config=S3AccountConfig(**{name: flag(block, name, default=False) for name in _SETTINGS}),
        lines={f"config.{name}": block.lines(name) for name in _SETTINGS},
    )


TERRAFORM = (Form(main="aws_s3_account_public_access_block", build=from_terraform),)
