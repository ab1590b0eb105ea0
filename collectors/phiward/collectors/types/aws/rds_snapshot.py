"""RDS snapshots that somebody made, of instances and of clusters. Calls `rds:DescribeDBSnapshots`,
`rds:DescribeDBSnapshotAttributes`, `rds:DescribeDBClusterSnapshots`, `rds:DescribeDBClusterSnapshotAttributes`,
`kms:DescribeKey`.

The automatic ones belong to their database and cannot be shared. An encrypted one cannot be public (*Sharing encrypted
snapshots for Amazon RDS*): where only that is needed, it is not asked.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import rds_cluster
from phiward.collectors.types.aws.answers import NOT_NEEDED, live, moment, tags_of
from phiward.collectors.types.aws.arguments import flag, text, texts
from phiward.collectors.types.aws.kms_keys import named_key, owner_of, under_kms
from phiward.inventory.aspects import EncryptionAtRest, Exposure
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

_EVERYBODY = "all"


class SnapshotConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a database snapshot has."""

    created: Maybe[str | None]
    """When it was made (a time)."""
    engine: Maybe[str | None]
    """The engine of the database it was made of."""


TYPE = ResourceType(
    name="aws.rds.snapshot",
    title="RDS snapshot",
    aspects=(EncryptionAtRest, Exposure),
    config=SnapshotConfig,
    relations={
        "source": Relation("the instance or cluster it was made of", ("aws.rds.cluster", "aws.rds.instance")),
        "encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",)),
    },
    stores_data=True,
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every snapshot of the region that was not made by the service itself."""
    yield from aws.pages("rds", "describe_db_snapshots", "DBSnapshots", SnapshotType="manual")
    yield from aws.pages("rds", "describe_db_cluster_snapshots", "DBClusterSnapshots", SnapshotType="manual")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one snapshot, with whom it is shared with."""
    of = "DBCluster" if "DBClusterSnapshotIdentifier" in item else "DB"
    if _encrypted(item) and not aws.needs("exposure.shared_with"):
        return normalize(aws, item, of, Exposure(public=False, shared_with=Unknown(NOT_NEEDED)))
    return normalize(aws, item, of, _exposure(_shared(aws, item, of)))


def _encrypted(snapshot: dict[str, Any]) -> bool:
    """The two listings call it otherwise."""
    return bool(snapshot.get("Encrypted", snapshot.get("StorageEncrypted", False)))


def _shared(aws: Aws, item: dict[str, Any], of: str) -> Maybe[tuple[str, ...]]:
    """Return whom it is shared with."""
    answer = aws.ask(
        "rds",
        "describe_db_cluster_snapshot_attributes" if of == "DBCluster" else "describe_db_snapshot_attributes",
        fills=("exposure",),
        **{f"{of}SnapshotIdentifier": item[f"{of}SnapshotIdentifier"]},
    )
    if isinstance(answer, Unknown):
        return answer
    result = (answer or {}).get(f"{of}SnapshotAttributesResult", {})
    return tuple(
        account
        for attribute in result.get(f"{of}SnapshotAttributes", ())
        if attribute.get("AttributeName") == "restore"
        for account in attribute.get("AttributeValues", ())
    )


def normalize(aws: Aws, snapshot: dict[str, Any], of: str, exposure: Exposure) -> Resource:
    """Turn one entry of the listings into a resource. `of` is `DB` or `DBCluster`."""
    key = snapshot.get("KmsKeyId")
    kind, name = ("cluster", "DBClusterIdentifier") if of == "DBCluster" else ("db", "DBInstanceIdentifier")
    source = f"arn:{aws.partition}:rds:{aws.region}:{aws.account}:{kind}:{snapshot.get(name, '')}"
    return live(
        aws,
        TYPE,
        snapshot[f"{of}SnapshotArn"],
        name=snapshot[f"{of}SnapshotIdentifier"],
        tags=tags_of(snapshot.get("TagList", ())),
        encryption_at_rest=under_kms(_encrypted(snapshot), owner_of(aws, key) if key else None, key),
        exposure=exposure,
        config=SnapshotConfig(created=moment(snapshot.get("SnapshotCreateTime")), engine=snapshot.get("Engine")),
        relations={"source": (source,), "encrypts_with": (key,) if key else ()},
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the snapshot of an instance that an `aws_db_snapshot` block makes."""
    return _built(block, parts, source, main="aws_db_instance", argument="db_instance_identifier")


def cluster_from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the snapshot of a cluster that an `aws_db_cluster_snapshot` block makes."""
    return _built(block, parts, source, main="aws_rds_cluster", argument="db_cluster_identifier")


def _built(block: Block, parts: Parts, source: Source, *, main: str, argument: str) -> Resource:
    """A snapshot is encrypted as what it was made of, with the same key."""
    named = source.owners(main, block, argument)
    of = source.find(named[0]) if not isinstance(named, Unknown) and named else None
    if of is None:
        why = named if isinstance(named, Unknown) else Unknown("the database it is made of is not in the code")
        encryption, key = under_kms(why, why, why), None
        engine: Maybe[str] = why
    else:
        encryption = _encryption(of, source)
        key = encryption.key
        engine = text(of, "engine", Unknown("the engine is that of what it is made from"))
    name = block.get("db_snapshot_identifier") or block.get("db_cluster_snapshot_identifier")
    return source.resource(
        block,
        TYPE,
        parts=parts,
        **({"name": name} if isinstance(name, str) else {}),
        encryption_at_rest=encryption,
        exposure=_exposure(rds_cluster.known_all(texts(block, "shared_accounts"))),
        config=SnapshotConfig(created=Unknown("known after apply"), engine=engine),
        relations={
            "source": named if isinstance(named, Unknown) else tuple(source.id(each) for each in named),
            "encrypts_with": key if isinstance(key, Unknown) else (key,) if key else (),
        },
        lines={
            "exposure": block.lines("shared_accounts"),
            "encryption_at_rest": (of or block).lines("storage_encrypted" if of else argument),
        },
    )


def _encryption(of: Block, source: Source) -> EncryptionAtRest:
    """The encryption of the database that is in the code too."""
    copied = any(of.get(name) for name in ("replicate_source_db", "snapshot_identifier"))
    default = Unknown("the database is encrypted as what it is made from") if copied else False
    owner, key = named_key(of, "kms_key_id", source)
    return under_kms(flag(of, "storage_encrypted", default=default), owner, key)


def _exposure(shared: Maybe[tuple[str, ...]]) -> Exposure:
    if isinstance(shared, Unknown):
        return Exposure(public=shared, ways=shared, shared_with=shared)
    public = _EVERYBODY in shared
    return Exposure(
        public=public,
        ways=("shared-snapshot",) if public else (),
        shared_with=tuple(sorted(set(shared) - {_EVERYBODY})),
    )


TERRAFORM = (
    Form(main="aws_db_snapshot", build=from_terraform, identified_by=("db_snapshot_identifier", "id")),
    Form(
        main="aws_db_cluster_snapshot",
        build=cluster_from_terraform,
        identified_by=("db_cluster_snapshot_identifier", "id"),
    ),
)
