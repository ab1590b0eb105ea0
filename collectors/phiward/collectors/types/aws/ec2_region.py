"""What EC2 does by default in one region.

Calls `ec2:GetEbsEncryptionByDefault`, `ec2:GetEbsDefaultKmsKeyId`, `ec2:GetSnapshotBlockPublicAccessState`,
`kms:DescribeKey`.

Both defaults are off until somebody switches them on, for each region by itself. In Terraform the region is the one of
the provider that the `aws_ebs_encryption_by_default` block belongs to.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import live
from phiward.collectors.types.aws.arguments import text
from phiward.collectors.types.aws.ebs_encryption import default_key, switched_on
from phiward.collectors.types.aws.kms_keys import owner_of, under_kms
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class RegionConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a region's EC2 defaults have."""

    snapshot_sharing: Maybe[str]
    """What keeps snapshots from becoming public: `block-all-sharing`, `block-new-sharing`, `unblocked`."""


TYPE = ResourceType(
    name="aws.ec2.region",
    title="EC2 defaults of a region",
    aspects=(EncryptionAtRest,),
    config=RegionConfig,
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield the region itself."""
    yield {"region": aws.region}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return the region, with its defaults."""
    enabled = aws.ask("ec2", "get_ebs_encryption_by_default", fills=("encryption_at_rest",))
    on = not isinstance(enabled, Unknown) and bool((enabled or {}).get("EbsEncryptionByDefault"))
    key: Maybe[dict[str, Any] | None] = None
    if on:
        key = aws.ask(
            "ec2", "get_ebs_default_kms_key_id", fills=("encryption_at_rest.key", "encryption_at_rest.key_owner")
        )
    name = key if isinstance(key, Unknown) else (key or {}).get("KmsKeyId")
    owner = owner_of(aws, name) if isinstance(name, str) else name
    sharing = aws.ask("ec2", "get_snapshot_block_public_access_state", fills=("config.snapshot_sharing",))
    encryption = under_kms(enabled if isinstance(enabled, Unknown) else on, owner, name)
    return normalize(aws, item["region"], encryption, sharing)


def normalize(aws: Aws, region: str, encryption: EncryptionAtRest, sharing: Maybe[dict[str, Any] | None]) -> Resource:
    """Turn the region's settings into a resource."""
    state = sharing if isinstance(sharing, Unknown) else (sharing or {}).get("State")
    return live(
        aws,
        TYPE,
        f"aws.ec2.region:{aws.account}:{region}",
        name=region,
        encryption_at_rest=encryption,
        config=RegionConfig(snapshot_sharing=state or Unknown("EC2 states no snapshot block public access")),
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the region that an `aws_ebs_encryption_by_default` block sets up, with its key and snapshot guard."""
    enabled = switched_on(block, source)
    sharing: Maybe[str] = "unblocked"
    for guard in source.blocks("aws_ebs_snapshot_block_public_access"):
        sure = source.certain(guard)
        sharing = sure if isinstance(sure, Unknown) else text(guard, "state", "unblocked")
    return source.resource(
        block,
        TYPE,
        parts=parts,
        encryption_at_rest=under_kms(enabled, *default_key(source)),
        config=RegionConfig(snapshot_sharing=sharing),
        lines={"encryption_at_rest": block.lines("enabled")},
    )


TERRAFORM = (Form(main="aws_ebs_encryption_by_default", build=from_terraform),)
