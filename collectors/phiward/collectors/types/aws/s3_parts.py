"""The resources that configure a bucket in Terraform, and the bucket's own arguments that said the same before."""

from phiward.collectors.terraform.block import Block, Lines, Parts
from phiward.collectors.terraform.plan_block import KNOWN_AFTER_APPLY
from phiward.inventory.model import Maybe, Unknown

ENCRYPTION = "aws_s3_bucket_server_side_encryption_configuration"
GUARD = "aws_s3_bucket_public_access_block"
OWNERSHIP = "aws_s3_bucket_ownership_controls"
LOCK = "aws_s3_bucket_object_lock_configuration"
LIFECYCLE = "aws_s3_bucket_lifecycle_configuration"
REPLICATION = "aws_s3_bucket_replication_configuration"
NOTIFICATION = "aws_s3_bucket_notification"

PARTS = {
    ENCRYPTION: "bucket",
    GUARD: "bucket",
    OWNERSHIP: "bucket",
    LOCK: "bucket",
    LIFECYCLE: "bucket",
    REPLICATION: "bucket",
    NOTIFICATION: "bucket",
    "aws_s3_bucket_versioning": "bucket",
    "aws_s3_bucket_policy": "bucket",
    "aws_s3_bucket_acl": "bucket",
    "aws_s3_bucket_logging": "bucket",
}
"""The resources that configure a bucket, with the argument that names it."""

_INLINE = {
    ENCRYPTION: "server_side_encryption_configuration",
    LOCK: "object_lock_configuration",
    LIFECYCLE: "lifecycle_rule",
    REPLICATION: "replication_configuration",
    "aws_s3_bucket_versioning": "versioning",
    "aws_s3_bucket_policy": "policy",
    "aws_s3_bucket_acl": "acl",
    "aws_s3_bucket_logging": "logging",
}
"""What the bucket's own argument for the same was called before provider 4."""

_DECIDES = {
    "encryption_at_rest": ENCRYPTION,
    "config.bucket_key": ENCRYPTION,
    "encryption_in_transit": "aws_s3_bucket_policy",
    "exposure": "aws_s3_bucket_policy",
    "exposure.public_access_blocked": GUARD,
    "config.policy": "aws_s3_bucket_policy",
    "logging": "aws_s3_bucket_logging",
    "backup": "aws_s3_bucket_versioning",
    "backup.retention_days": LIFECYCLE,
    "backup.other_site": REPLICATION,
    "integrity": "aws_s3_bucket_versioning",
    "integrity.immutable": LOCK,
    "config.object_lock": LOCK,
    "config.default_retention_days": LOCK,
    "config.object_ownership": OWNERSHIP,
    "config.acl_grantees": "aws_s3_bucket_acl",
    "config.public_write": "aws_s3_bucket_policy",
    "config.lifecycle": LIFECYCLE,
    "config.notifies": NOTIFICATION,
}
_ARGUMENT = {
    ENCRYPTION: "rule",
    LIFECYCLE: "rule",
    REPLICATION: "rule",
    LOCK: "rule",
    OWNERSHIP: "rule",
    "aws_s3_bucket_versioning": "versioning_configuration",
    "aws_s3_bucket_policy": "policy",
    "aws_s3_bucket_logging": "target_bucket",
}


def lines_of_code(block: Block, parts: Parts) -> dict[str, Lines]:
    """Return, for each path, the lines of the argument that decided it."""
    lines: dict[str, Lines] = {}
    for path, part_type in _DECIDES.items():
        certain = [part for part in parts.get(part_type, ()) if not isinstance(part, Unknown)]
        if certain:
            argument = _ARGUMENT.get(part_type)
            lines[path] = certain[0].lines(argument) if argument else certain[0].where
        else:
            lines[path] = block.lines(_INLINE.get(part_type, "bucket"))
    return lines


def part_of(block: Block, parts: Parts, part_type: str) -> Block | Unknown | None:
    """Return what configures the bucket: the split resource, else the bucket's own nested block."""
    for wanted in (True, False):
        for part in parts.get(part_type, ()):
            if isinstance(part, Unknown) is not wanted:
                return part
    inline = _INLINE.get(part_type)
    if inline is None or inline in {"policy", "acl"}:
        return None
    return nested_in(block, inline)


def nested_in(block: Block, name: str) -> Block | Unknown | None:
    """Return the first nested block of a name.

    A plan calls a bucket's old arguments *known after apply* where the code does not set them: without a reference
    that would decide them they are not set.
    """
    for nested in block.blocks(name):
        if not (isinstance(nested, Unknown) and not nested.refs and nested.reason == KNOWN_AFTER_APPLY):
            return nested
    return None


def enabled_in(block: Block, argument: str) -> Maybe[bool]:
    """Say whether an argument that is `Enabled` or not is so."""
    value = block.get(argument)
    return value if isinstance(value, Unknown) else value == "Enabled"
