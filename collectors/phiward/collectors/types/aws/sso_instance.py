"""Instances of IAM Identity Center. Calls `sso:ListInstances`, `DescribeInstance`, `ListTagsForResource`.

How people sign in to it (their second factor, how long the portal stays open) is told by no call.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws import sso_instances
from phiward.collectors.types.aws.answers import asked_tags, live, told
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class InstanceConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only an instance of Identity Center has."""

    identity_store: Maybe[str]
    """The directory of its people, by id: `d-1234567890`."""
    permission_sets: Maybe[bool]
    """It gives people rights in accounts; one without only signs them in to applications."""


TYPE = ResourceType(
    name="aws.sso.instance",
    title="IAM Identity Center instance",
    aspects=(EncryptionAtRest,),
    config=InstanceConfig,
    relations={"encrypts_with": Relation("the KMS key its directory is encrypted with", ("aws.kms.key",))},
)

_FILLS = ("encryption_at_rest", "config.permission_sets", "relations.encrypts_with")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every instance of the region that is the account's own."""
    yield from sso_instances.own(aws)


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one instance."""
    identity = item["InstanceArn"]
    details = aws.ask("sso-admin", "describe_instance", fills=_FILLS, InstanceArn=identity)
    return live(
        aws,
        TYPE,
        identity,
        name=item.get("Name") or identity.rpartition("/")[2],
        tags=asked_tags(aws, "sso-admin", "list_tags_for_resource", "Tags", InstanceArn=identity, ResourceArn=identity),
        encryption_at_rest=_encryption(details),
        config=InstanceConfig(
            identity_store=item.get("IdentityStoreId", Unknown("Identity Center names no identity store")),
            permission_sets=told(details, lambda found: found.get("PermissionSetsEnabled", True)),
        ),
        relations={"encrypts_with": told(details, _keys)},
    )


def _encryption(details: Maybe[dict[str, Any] | None]) -> EncryptionAtRest:
    """Return the encryption of its directory, which is under a key of AWS's own where none is chosen."""
    if isinstance(details, Unknown):
        return EncryptionAtRest(enabled=details, algorithm=details, key_owner=details, key=details)
    keys = _keys(details or {})
    if keys:
        return EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner="customer", key=keys[0])
    return EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner="provider")


def _keys(details: dict[str, Any]) -> tuple[str, ...]:
    chosen = details.get("EncryptionConfigurationDetails") or {}
    own_key = chosen.get("KeyType") == "CUSTOMER_MANAGED_KEY" and chosen.get("EncryptionStatus", "ENABLED") == "ENABLED"
    return (chosen["KmsKeyArn"],) if own_key and chosen.get("KmsKeyArn") else ()
