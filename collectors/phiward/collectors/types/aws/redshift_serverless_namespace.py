"""Namespaces of Redshift Serverless: the data.

Calls `redshift-serverless:ListNamespaces`, `ListTagsForResource`, once per region `ListSnapshotCopyConfigurations`, and
`kms:DescribeKey` where one names a key.
Every namespace is encrypted, and every half hour a recovery point is made of it that is kept for a day (*Snapshots and
recovery points*, Redshift Management Guide). Workgroups, which compute, are a type of their own.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws.answers import listed, live, told
from phiward.collectors.types.aws.kms_keys import encrypts_with, owner_of
from phiward.inventory.aspects import Backup, EncryptionAtRest, Logging
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown


class NamespaceConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a namespace has."""

    admin_password_managed: Maybe[bool]
    """The administrator's password is kept, and renewed, by Secrets Manager."""


TYPE = ResourceType(
    name="aws.redshift_serverless.namespace",
    title="Redshift Serverless namespace",
    aspects=(Backup, EncryptionAtRest, Logging),
    config=NamespaceConfig,
    relations={"encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",))},
    stores_data=True,
)

_AWS_OWNED = "AWS_OWNED_KMS_KEY"
_LOGS = Unknown("the log groups in CloudWatch Logs are not named, and decide how long the log is kept")


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every namespace of the region."""
    yield from aws.pages("redshift-serverless", "list_namespaces", "namespaces")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one namespace, with whose key encrypts it and where its snapshots are copied to."""
    name, arn = item["namespaceName"], item["namespaceArn"]
    tags = aws.ask("redshift-serverless", "list_tags_for_resource", fills=("tags",), resourceArn=arn)
    encryption = _encryption(aws, item.get("kmsKeyId"))
    return live(
        aws,
        TYPE,
        arn,
        name=name,
        tags=told(tags, lambda found: {tag["key"]: tag["value"] for tag in found.get("tags", ())}),
        encryption_at_rest=encryption,
        logging=_logging(item.get("logExports", ())),
        backup=Backup(
            enabled=True,
            retention_days=Unknown("recovery points are kept for a day; how long snapshots are is not asked"),
            last_success=Unknown("its recovery points are not listed"),
            other_site=_copied(aws, name),
            encrypted=True,
        ),
        config=NamespaceConfig(admin_password_managed=bool(item.get("adminPasswordSecretArn"))),
        relations={"encrypts_with": encrypts_with(encryption)},
    )


def _encryption(aws: Aws, key: str | None) -> EncryptionAtRest:
    if not key or key == _AWS_OWNED:
        return EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner="provider")
    return EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner=owner_of(aws, key), key=key)


def _logging(kinds: list[str]) -> Logging:
    if not kinds:
        return Logging(enabled=False, off_host=False, retention_days=0)
    return Logging(enabled=True, destinations=_LOGS, off_host=True, retention_days=_LOGS, kinds=tuple(sorted(kinds)))


def _copied(aws: Aws, name: str) -> Maybe[bool]:
    """Say whether its snapshots are copied to another region."""
    copies = listed(
        aws,
        "redshift-serverless",
        "list_snapshot_copy_configurations",
        "snapshotCopyConfigurations",
        fills=("backup.other_site",),
    )
    return copies if isinstance(copies, Unknown) else any(copy.get("namespaceName") == name for copy in copies)
