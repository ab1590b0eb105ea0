"""Whose key encrypts a thing. Calls `kms:DescribeKey`.

AWS keeps two kinds of KMS key in an account: its own (`alias/aws/...`, *managed*, for whoever may use the service)
and the customer's, whose policy the organisation writes. A key's id does not tell which: `DescribeKey` does.
"""

from typing import Literal, TypeAlias

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block
from phiward.collectors.terraform.form import Source
from phiward.collectors.types.aws.arguments import text
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.model import Maybe, Unknown

KeyOwner: TypeAlias = Literal["provider", "managed", "customer"]

KEY_TYPES = ("aws_kms_key", "aws_kms_replica_key", "aws_kms_external_key", "aws_kms_replica_external_key")
"""The Terraform types that make a key of the customer's own."""

_MANAGED = "alias/aws/"


def owner_of(aws: Aws, key: str, *, fills: str = "encryption_at_rest.key_owner") -> Maybe[KeyOwner]:
    """Return whose key it is; `Unknown` where the key may not be described (another account's, or denied)."""
    if _MANAGED in key:
        return "managed"
    answer = aws.ask("kms", "describe_key", fills=(fills,), absent=("NotFoundException",), KeyId=key)
    if isinstance(answer, Unknown):
        return answer
    if answer is None:
        return Unknown(f"kms:DescribeKey finds no key {key}")
    return "managed" if answer["KeyMetadata"].get("KeyManager") == "AWS" else "customer"


def named_key(
    block: Block, argument: str, source: Source, *, default: Maybe[str | None] = None
) -> tuple[Maybe[KeyOwner | None], Maybe[str | None]]:
    """Return whose key a Terraform argument names, and its id; (`managed`, `default`) where it names none.

    An id written out does not tell whose key it is; an alias does, since `alias/aws/` is reserved.
    """
    for address in block.references(argument):
        named = source.find(address)
        if named is None:
            continue
        if named.type in KEY_TYPES:
            return "customer", source.id(address)
        if named.type in {"aws_kms_alias", "aws_kms_key"} or address.startswith("data."):
            alias = named.get("name") or named.get("key_id")
            owner: KeyOwner = "managed" if str(alias).startswith(_MANAGED) else "customer"
            return (owner, alias) if isinstance(alias, str) and alias.startswith("alias/") else _unseen(argument)
    value = text(block, argument, None)
    if value is None:
        return "managed", default
    if isinstance(value, Unknown):
        return value, value
    if "alias/" in value:
        return ("managed" if _MANAGED in value else "customer"), value
    return Unknown(f"{argument} names a key by its id, which does not tell whose key it is"), value


def under_kms(
    enabled: Maybe[bool], owner: Maybe[KeyOwner | None], key: Maybe[str | None], *, algorithm: str = "aws:kms"
) -> EncryptionAtRest:
    """Return the encryption of a thing that is either under a KMS key or not encrypted at all."""
    if isinstance(enabled, Unknown):
        return EncryptionAtRest(enabled=enabled, algorithm=enabled, key_owner=enabled, key=enabled)
    if not enabled:
        return EncryptionAtRest(enabled=False)
    return EncryptionAtRest(enabled=True, algorithm=algorithm, key_owner=owner, key=key)


def encrypts_with(encryption: EncryptionAtRest) -> Maybe[tuple[str, ...]]:
    """Return the key of an encryption as a relation: none where nothing is encrypted, or under no key that is named."""
    if encryption.enabled is False or encryption.key is None:
        return ()
    return encryption.key if isinstance(encryption.key, Unknown) else (encryption.key,)


def _unseen(argument: str) -> tuple[Unknown, Unknown]:
    reason = Unknown(f"the key that {argument} names is not in the code")
    return reason, reason
