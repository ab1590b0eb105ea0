"""RDS instances. Calls `rds:DescribeDBInstances`, `rds:DescribeDBClusters` for those in a cluster,
`rds:DescribeDBParameters`, `kms:DescribeKey`, for those with a public address what `reach` asks, and once per region
what `backup_coverage` asks.

An instance of a cluster takes backup, log export and sign-in from its cluster. A public address alone lets
nobody in: `exposure` is public where the routes of its subnets and its security groups let the internet through too.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws import backup_coverage, rds_cluster
from phiward.collectors.types.aws.answers import arn, live, moment, tags_of
from phiward.collectors.types.aws.arguments import flag, number, text, texts
from phiward.collectors.types.aws.backup_coverage import Coverage, Protected
from phiward.collectors.types.aws.kms_keys import named_key, owner_of
from phiward.collectors.types.aws.rds_facts import DatabaseFacts, data_aspects, patched, transit, watched
from phiward.collectors.types.aws.rds_parameters import Transit, code_tls, live_tls
from phiward.collectors.types.aws.rds_reach import code_reach, live_reach
from phiward.collectors.types.aws.rds_replicas import code_copies, live_copies
from phiward.collectors.types.aws.rds_support import logs_not_exported
from phiward.collectors.types.aws.reach import Reach
from phiward.inventory.aspects import (
    Authentication,
    Backup,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Logging,
    Monitoring,
    Patching,
    Resilience,
)
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

_GROUP = "aws_db_parameter_group"
_REPLICATION = "aws_db_instance_automated_backups_replication"
_UNASKED = Coverage(planned=Unknown("its cluster decides"), last_recovery_point=Unknown("its cluster decides"))
_ISSUED_LATER = None  # the service issues a certificate, and renews it, once the instance is there
_OF_CLUSTER = ("encryption_in_transit", "authentication", "logging", "backup", "resilience")


class InstanceConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only a database instance has."""

    engine: Maybe[str]
    """`postgres`, `mysql`, `mariadb`, `oracle-ee`, `sqlserver-se`, `aurora-postgresql`, ..."""
    engine_version: Maybe[str]
    ca_certificate: Maybe[str | None]
    """The authority of its certificate: `rds-ca-rsa2048-g1`. None: the service's default."""
    copy_tags_to_snapshot: Maybe[bool]
    """Its snapshots carry its tags, so that what they hold can be told."""
    monitoring_interval: Maybe[int]
    """Seconds between the measures of enhanced monitoring. 0: off."""
    performance_insights: Maybe[bool]
    """What its load comes from is kept."""
    publicly_accessible: Maybe[bool]
    """It has a public address. Whether anybody gets through to it, `exposure` says."""
    logs_not_exported: Maybe[tuple[str, ...]]
    """The logs that its engine writes and that do not go to CloudWatch Logs."""


TYPE = ResourceType(
    name="aws.rds.instance",
    title="RDS instance",
    aspects=(
        EncryptionAtRest,
        EncryptionInTransit,
        Exposure,
        Authentication,
        Logging,
        Patching,
        Backup,
        Resilience,
        Monitoring,
    ),
    config=InstanceConfig,
    relations={
        "cluster": Relation("the cluster it belongs to", ("aws.rds.cluster",)),
        "security_groups": Relation("the security groups that filter its traffic", ("aws.ec2.security_group",)),
        "encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",)),
    },
    stores_data=True,
)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every instance of the region."""
    for db, points in backup_coverage.beside(aws, aws.pages("rds", "describe_db_instances", "DBInstances")):
        yield {"db": db, "protected": points}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one instance, with what its key, parameter group, cluster, network and backup plans say."""
    db = item["db"]
    return normalize(aws, db, _live_facts(aws, db, item["protected"]), live_reach(aws, db))


def normalize(aws: Aws, db: dict[str, Any], facts: DatabaseFacts, reached: Reach) -> Resource:
    """Turn one entry of `DescribeDBInstances` into a resource."""
    interval, insights = db.get("MonitoringInterval", 0), bool(db.get("PerformanceInsightsEnabled", False))
    cluster = db.get("DBClusterIdentifier")
    groups = sorted(group["VpcSecurityGroupId"] for group in db.get("VpcSecurityGroups", ()))
    return live(
        aws,
        TYPE,
        db["DBInstanceArn"],
        name=db["DBInstanceIdentifier"],
        tags=tags_of(db.get("TagList", ())),
        encryption_in_transit=transit(facts.tls, moment(db.get("CertificateDetails", {}).get("ValidTill"))),
        exposure=reached.exposure,
        patching=patched(
            bool(db.get("AutoMinorVersionUpgrade", False)),
            facts.engine,
            facts.version,
            reboot_required=_waits_for_restart(db) or None,
        ),
        monitoring=watched(interval, insights),
        config=InstanceConfig(
            engine=facts.engine,
            engine_version=facts.version,
            ca_certificate=db.get("CACertificateIdentifier"),
            copy_tags_to_snapshot=bool(db.get("CopyTagsToSnapshot", False)),
            monitoring_interval=interval,
            performance_insights=insights,
            publicly_accessible=bool(db.get("PubliclyAccessible", False)),
            logs_not_exported=logs_not_exported(facts.engine, facts.log_exports),
        ),
        relations={
            "cluster": (arn(aws, "rds", f"cluster:{cluster}"),) if cluster else (),
            "security_groups": tuple(arn(aws, "ec2", f"security-group/{group}") for group in groups),
            "encrypts_with": rds_cluster.key_relation(facts),
        },
        **data_aspects(facts),
    )


def _waits_for_restart(db: dict[str, Any]) -> bool:
    """Say whether parameters, a version or a certificate wait for a restart.

    Other pending changes (a size, a password) mend no weakness.
    """
    groups = db.get("DBParameterGroups", ())
    pending = db.get("PendingModifiedValues") or {}
    return any(group.get("ParameterApplyStatus") == "pending-reboot" for group in groups) or any(
        pending.get(name) for name in ("EngineVersion", "CACertificateIdentifier")
    )


def _live_facts(aws: Aws, db: dict[str, Any], points: Protected) -> DatabaseFacts:
    engine, version, key = db["Engine"], db.get("EngineVersion", ""), db.get("KmsKeyId")
    group = next((each["DBParameterGroupName"] for each in db.get("DBParameterGroups", ())), None)
    cluster = db.get("DBClusterIdentifier")
    days, last = live_copies(aws, db)
    own = DatabaseFacts(
        engine=engine,
        version=version,
        encrypted=bool(db.get("StorageEncrypted", False)),
        key_owner=owner_of(aws, key) if key else None,
        key=key,
        tls=live_tls(aws, _GROUP, engine, version, None if cluster else group),
        iam_sign_in=bool(db.get("IAMDatabaseAuthenticationEnabled", False)),
        log_exports=tuple(sorted(db.get("EnabledCloudwatchLogsExports", ()))),
        retention_days=days,
        last_backup=last,
        other_site=bool(db.get("DBInstanceAutomatedBackupsReplications", ())),
        redundant=bool(db.get("MultiAZ", False)),
        deletion_protected=bool(db.get("DeletionProtection", False)),
        coverage=_UNASKED
        if cluster
        else backup_coverage.live_coverage(
            aws, points, db["DBInstanceArn"], tags_of(db.get("TagList", ())), "RDS", decides=("backup.planned",)
        ),
    )
    if not cluster:
        return own
    answer = aws.ask("rds", "describe_db_clusters", fills=_OF_CLUSTER, DBClusterIdentifier=cluster)
    if isinstance(answer, Unknown):
        return _of_unseen_cluster(own, answer)
    found = (answer or {}).get("DBClusters", ())
    return _of_cluster(own, rds_cluster.live_facts(aws, found[0], points)) if found else own


def _of_cluster(own: DatabaseFacts, cluster: DatabaseFacts) -> DatabaseFacts:
    """An instance of a cluster tells its own engine, version and encryption; the rest is the cluster's."""
    return msgspec.structs.replace(
        cluster,
        engine=own.engine,
        version=own.version,
        encrypted=own.encrypted,
        key=own.key,
        key_owner=own.key_owner,
    )


def _of_unseen_cluster(own: DatabaseFacts, why: Unknown) -> DatabaseFacts:
    """What a cluster decides is as unknown as the cluster."""
    return msgspec.structs.replace(
        own,
        tls=Transit(why, why),
        iam_sign_in=why,
        log_exports=why,
        retention_days=why,
        last_backup=why,
        other_site=why,
        redundant=why,
        deletion_protected=why,
        coverage=Coverage(planned=why, last_recovery_point=why),
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the instance that an `aws_db_instance` block makes."""
    engine = text(block, "engine", Unknown("the engine is that of what it is made from"))
    version = text(block, "engine_version", Unknown("AWS chooses the version: engine_version is not set"))
    copied = any(block.get(name) for name in ("replicate_source_db", "snapshot_identifier"))
    copied = copied or bool(block.blocks("restore_to_point_in_time"))
    as_source = Unknown("it is encrypted as what it is made from")
    owner, key = named_key(block, "kms_key_id", source)
    replicated = parts.get(_REPLICATION, [])
    unseen = next((each for each in replicated if isinstance(each, Unknown)), None)
    facts = DatabaseFacts(
        engine=engine,
        version=version,
        encrypted=flag(block, "storage_encrypted", default=as_source if copied else False),
        key_owner=owner,
        key=key,
        tls=code_tls(block, _GROUP, "parameter_group_name", source, engine=engine, version=version),
        iam_sign_in=flag(block, "iam_database_authentication_enabled", default=False),
        log_exports=rds_cluster.known_all(texts(block, "enabled_cloudwatch_logs_exports")),
        retention_days=code_copies(block, source),
        last_backup=Unknown("known once it runs"),
        other_site=True if any(not isinstance(each, Unknown) for each in replicated) else unseen or False,
        redundant=flag(block, "multi_az", default=False),
        deletion_protected=flag(block, "deletion_protection", default=False),
        coverage=backup_coverage.code_coverage(
            block, source, source.resource(block, TYPE).tags, "RDS", name=text(block, "identifier", None)
        ),
    )
    return _built(block, parts, source, facts, cluster=())


def member_from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the instance of a cluster that an `aws_rds_cluster_instance` block makes."""
    named = source.owners("aws_rds_cluster", block, "cluster_identifier")
    cluster = source.find(named[0]) if not isinstance(named, Unknown) and named else None
    own_version = text(block, "engine_version", None)
    engine = text(block, "engine", "aurora-mysql")
    if cluster is None or isinstance(named, Unknown):
        why = named if isinstance(named, Unknown) else Unknown("its cluster is not in the code")
        blank = DatabaseFacts(
            engine=engine,
            version=own_version if own_version is not None else why,
            encrypted=why,
            key_owner=why,
            key=why,
            tls=Transit(why, why),
            iam_sign_in=why,
            log_exports=why,
            retention_days=why,
            last_backup=why,
            other_site=why,
            redundant=why,
            deletion_protected=why,
            coverage=Coverage(planned=why, last_recovery_point=why),
        )
        relation = why if isinstance(named, Unknown) else ()
        return _built(block, parts, source, blank, cluster=relation)
    facts = rds_cluster.code_facts(cluster, source.parts(cluster.address), source)
    version = own_version if own_version is not None else facts.version
    own = msgspec.structs.replace(facts, engine=engine, version=version)
    return _built(block, parts, source, own, cluster=(source.id(cluster.address),), decides=cluster)


def _built(  # noqa: PLR0913 - one block, what it is made of, and where that was read
    block: Block,
    parts: Parts,
    source: Source,
    facts: DatabaseFacts,
    *,
    cluster: Maybe[tuple[str, ...]],
    decides: Block | None = None,
) -> Resource:
    interval = number(block, "monitoring_interval", 0)
    insights = flag(block, "performance_insights_enabled", default=False)
    public = flag(block, "publicly_accessible", default=False)
    groups = source.owners("aws_security_group", block, "vpc_security_group_ids")
    name = block.get("identifier")
    group_argument = "parameter_group_name" if decides is None else "db_cluster_parameter_group_name"
    return source.resource(
        block,
        TYPE,
        parts=parts,
        **({"name": name} if isinstance(name, str) else {}),
        encryption_in_transit=transit(facts.tls, _ISSUED_LATER),
        exposure=code_reach(block, decides, source, public, facts.engine).exposure,
        patching=patched(flag(block, "auto_minor_version_upgrade", default=True), facts.engine, facts.version),
        monitoring=watched(interval, insights),
        config=InstanceConfig(
            engine=facts.engine,
            engine_version=facts.version,
            ca_certificate=text(block, "ca_cert_identifier", None),
            copy_tags_to_snapshot=flag(block, "copy_tags_to_snapshot", default=False),
            monitoring_interval=interval,
            performance_insights=insights,
            publicly_accessible=public,
            logs_not_exported=logs_not_exported(facts.engine, facts.log_exports),
        ),
        relations={
            "cluster": cluster,
            "security_groups": groups
            if isinstance(groups, Unknown)
            else tuple(sorted(source.id(group) for group in groups)),
            "encrypts_with": rds_cluster.key_relation(facts),
        },
        lines={
            **rds_cluster.lines_of(decides or block, group_argument),
            "exposure": block.lines("publicly_accessible"),
            "config.publicly_accessible": block.lines("publicly_accessible"),
            "config.logs_not_exported": (decides or block).lines("enabled_cloudwatch_logs_exports"),
            "patching": block.lines("engine_version"),
            "patching.automatic": block.lines("auto_minor_version_upgrade"),
            "resilience.redundant": block.lines("multi_az"),
            "monitoring": block.lines("monitoring_interval"),
        },
        **data_aspects(facts),
    )


TERRAFORM = (
    Form(
        main="aws_db_instance",
        build=from_terraform,
        parts={_REPLICATION: "source_db_instance_arn"},
        identified_by=("identifier", "id", "arn"),
    ),
    Form(main="aws_rds_cluster_instance", build=member_from_terraform, identified_by=("identifier", "id", "arn")),
)
