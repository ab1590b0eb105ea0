"""RDS and Aurora clusters. Calls `rds:DescribeDBClusters`, `rds:DescribeDBClusterParameters`, `kms:DescribeKey`, and
once per region what `backup_coverage` asks.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import backup_coverage
from phiward.collectors.types.aws.answers import live, moment, tags_of
from phiward.collectors.types.aws.arguments import flag, number, text, texts
from phiward.collectors.types.aws.backup_coverage import Protected
from phiward.collectors.types.aws.backup_selections import Kind
from phiward.collectors.types.aws.kms_keys import named_key, owner_of
from phiward.collectors.types.aws.rds_facts import DatabaseFacts, data_aspects, transit
from phiward.collectors.types.aws.rds_parameters import code_tls, live_tls
from phiward.collectors.types.aws.rds_support import logs_not_exported
from phiward.inventory.aspects import (
    Authentication,
    Backup,
    EncryptionAtRest,
    EncryptionInTransit,
    Logging,
    Resilience,
)
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

MEMBERS = "aws_rds_cluster_instance"
_GROUP = "aws_rds_cluster_parameter_group"
GLOBAL_CLUSTER = Unknown("it belongs to a global cluster, whose other regions are not read")
_KINDS: dict[str, Kind] = {"docdb": "DocumentDB", "neptune": "Neptune"}
NO_CERTIFICATE = None  # its instances have the certificates


class ClusterConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a database cluster has."""

    engine: Maybe[str]
    """`aurora-postgresql`, `aurora-mysql`, `mysql`, `postgres`."""
    engine_version: Maybe[str]
    copy_tags_to_snapshot: Maybe[bool]
    """Its snapshots carry its tags, so that what they hold can be told."""
    logs_not_exported: Maybe[tuple[str, ...]]
    """The logs that its engine writes and that do not go to CloudWatch Logs."""


TYPE = ResourceType(
    name="aws.rds.cluster",
    title="RDS cluster",
    aspects=(EncryptionAtRest, EncryptionInTransit, Authentication, Logging, Backup, Resilience),
    config=ClusterConfig,
    relations={"encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",))},
    stores_data=True,
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every cluster of the region."""
    for cluster, points in backup_coverage.beside(aws, aws.pages("rds", "describe_db_clusters", "DBClusters")):
        yield {"cluster": cluster, "protected": points}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one cluster, with whose key encrypts it, whether it demands TLS, and what AWS Backup does for it."""
    return normalize(aws, item["cluster"], live_facts(aws, item["cluster"], item["protected"]))


def backup_kind(engine: Maybe[str]) -> Kind:
    """Return what AWS Backup calls a cluster of an engine: all of them are listed as clusters of RDS."""
    known = engine if isinstance(engine, str) else "aurora"
    return "Aurora" if known.startswith("aurora") else _KINDS.get(known, "RDS")


def live_facts(aws: Aws, cluster: dict[str, Any], points: Protected) -> DatabaseFacts:
    """Return what the service says of a cluster, and AWS Backup; `points` is what has a recovery point."""
    engine, version, key = cluster["Engine"], cluster.get("EngineVersion", ""), cluster.get("KmsKeyId")
    return DatabaseFacts(
        engine=engine,
        version=version,
        encrypted=bool(cluster.get("StorageEncrypted", False)),
        key_owner=owner_of(aws, key) if key else None,
        key=key,
        tls=live_tls(aws, _GROUP, engine, version, cluster.get("DBClusterParameterGroup")),
        iam_sign_in=bool(cluster.get("IAMDatabaseAuthenticationEnabled", False)),
        log_exports=tuple(sorted(cluster.get("EnabledCloudwatchLogsExports", ()))),
        retention_days=cluster.get("BackupRetentionPeriod", 1),
        last_backup=moment(cluster.get("LatestRestorableTime")),
        other_site=GLOBAL_CLUSTER if cluster.get("GlobalClusterIdentifier") else False,
        redundant=bool(cluster.get("MultiAZ", False)),
        deletion_protected=bool(cluster.get("DeletionProtection", False)),
        coverage=backup_coverage.live_coverage(
            aws,
            points,
            cluster["DBClusterArn"],
            tags_of(cluster.get("TagList", ())),
            backup_kind(engine),
            decides=("backup.planned",),
        ),
    )


def normalize(aws: Aws, cluster: dict[str, Any], facts: DatabaseFacts) -> Resource:
    """Turn one entry of `DescribeDBClusters` into a resource."""
    return live(
        aws,
        TYPE,
        cluster["DBClusterArn"],
        name=cluster["DBClusterIdentifier"],
        tags=tags_of(cluster.get("TagList", ())),
        config=ClusterConfig(
            engine=facts.engine,
            engine_version=facts.version,
            copy_tags_to_snapshot=bool(cluster.get("CopyTagsToSnapshot", False)),
            logs_not_exported=logs_not_exported(facts.engine, facts.log_exports),
        ),
        relations={"encrypts_with": (facts.key,) if isinstance(facts.key, str) else ()},
        encryption_in_transit=transit(facts.tls, NO_CERTIFICATE),
        **data_aspects(facts),
    )


def code_facts(block: Block, parts: Parts, source: Source) -> DatabaseFacts:
    """Return what the code says of a cluster."""
    engine = text(block, "engine", "aurora-mysql")
    version = text(block, "engine_version", Unknown("AWS chooses the version: engine_version is not set"))
    # A copy or a restored cluster is encrypted as its source was.
    copied = any(block.get(name) for name in ("replication_source_identifier", "snapshot_identifier"))
    encrypted = flag(
        block, "storage_encrypted", default=Unknown("it is encrypted as what it is made from") if copied else False
    )
    owner, key = named_key(block, "kms_key_id", source)
    exports = texts(block, "enabled_cloudwatch_logs_exports")
    return DatabaseFacts(
        engine=engine,
        version=version,
        encrypted=encrypted,
        key_owner=owner,
        key=key,
        tls=code_tls(block, _GROUP, "db_cluster_parameter_group_name", source, engine=engine, version=version),
        iam_sign_in=flag(block, "iam_database_authentication_enabled", default=False),
        log_exports=known_all(exports),
        retention_days=number(block, "backup_retention_period", 1),
        last_backup=Unknown("known once it runs"),
        other_site=GLOBAL_CLUSTER if block.get("global_cluster_identifier") is not None else False,
        redundant=_redundant(parts, engine),
        deletion_protected=flag(block, "deletion_protection", default=False),
        coverage=backup_coverage.code_coverage(
            block,
            source,
            source.resource(block, TYPE).tags,
            backup_kind(engine),
            name=text(block, "cluster_identifier", None),
            arn="rds:{region}:{account}:cluster:{name}",
        ),
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the cluster that an `aws_rds_cluster` block makes."""
    facts = code_facts(block, parts, source)
    name = block.get("cluster_identifier")
    return source.resource(
        block,
        TYPE,
        parts=parts,
        **({"name": name} if isinstance(name, str) else {}),
        config=ClusterConfig(
            engine=facts.engine,
            engine_version=facts.version,
            copy_tags_to_snapshot=flag(block, "copy_tags_to_snapshot", default=False),
            logs_not_exported=logs_not_exported(facts.engine, facts.log_exports),
        ),
        relations={"encrypts_with": key_relation(facts)},
        encryption_in_transit=transit(facts.tls, NO_CERTIFICATE),
        lines=lines_of(block, "db_cluster_parameter_group_name"),
        **data_aspects(facts),
    )


def lines_of(block: Block, group_argument: str) -> dict[str, Any]:
    """Return, for each path that a cluster and an instance share, the lines of the argument that decided it."""
    deciding = {
        "encryption_at_rest": "storage_encrypted",
        "encryption_at_rest.key": "kms_key_id",
        "encryption_at_rest.key_owner": "kms_key_id",
        "encryption_in_transit": group_argument,
        "authentication": "iam_database_authentication_enabled",
        "logging": "enabled_cloudwatch_logs_exports",
        "backup": "backup_retention_period",
        "backup.encrypted": "storage_encrypted",
        "resilience.deletion_protected": "deletion_protection",
        "config.engine_version": "engine_version",
    }
    return {path: block.lines(argument) for path, argument in deciding.items()}


def key_relation(facts: DatabaseFacts) -> Maybe[tuple[str, ...]]:
    """Return the key that encrypts a database, as a relation."""
    if facts.encrypted is False or facts.key is None:
        return ()
    return facts.key if isinstance(facts.key, Unknown) else (facts.key,)


def known_all(values: Maybe[tuple[Maybe[str], ...]]) -> Maybe[tuple[str, ...]]:
    """Return a list of texts, sorted, if all of it is known."""
    if isinstance(values, Unknown):
        return values
    unseen = next((each for each in values if isinstance(each, Unknown)), None)
    return unseen or tuple(sorted(each for each in values if isinstance(each, str)))


def _redundant(parts: Parts, engine: Maybe[str]) -> Maybe[bool]:
    """A second instance takes over; a Multi-AZ cluster of MySQL or PostgreSQL makes its own."""
    if isinstance(engine, str) and not engine.startswith("aurora"):
        return True
    members = parts.get(MEMBERS, [])
    if len([member for member in members if not isinstance(member, Unknown)]) > 1:
        return True
    unseen = next((member for member in members if isinstance(member, Unknown)), None)
    return unseen or False


TERRAFORM = (
    Form(
        main="aws_rds_cluster",
        build=from_terraform,
        parts={MEMBERS: "cluster_identifier"},
        identified_by=("cluster_identifier", "id", "arn"),
    ),
)
