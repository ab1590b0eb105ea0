"""RDS instances: the live and the Terraform form of one database agree, and what is refused is unknown."""

from typing import Any

import pytest
from fakes import FakeAws, asked
from fakes_terraform import FakeBlock, FakeSource, Ref
from rds_answers import (
    CUSTOMER,
    FORCED,
    KEY,
    RECORDS,
    SAME_IN_BOTH,
    UNPLANNED,
    at,
    code,
    group,
    live,
)

from phiward.collectors.types.aws import rds_instance
from phiward.inventory.model import Resource, Unknown


@pytest.mark.parametrize("path", SAME_IN_BOTH)
def test_both_forms_agree(path: str) -> None:
    """The same database, live and in code, has the same facts."""
    assert at(code(), path) == at(live(), path)


def test_both_forms_see_a_bad_database_alike() -> None:
    """Every default that a careless database is made with is the same in both."""
    bare = {"DBInstanceArn": "arn:a", "DBInstanceIdentifier": "a", "Engine": "mysql", "EngineVersion": "5.7.44"}
    real = {**bare, "PubliclyAccessible": False, "AutoMinorVersionUpgrade": False}
    block = FakeBlock(
        "aws_db_instance.a",
        engine="mysql",
        engine_version="5.7.44",
        auto_minor_version_upgrade=False,
    )

    written = rds_instance.from_terraform(block, {}, FakeSource([block]))
    found = live(real)

    assert [at(written, path) for path in SAME_IN_BOTH] == [at(found, path) for path in SAME_IN_BOTH]
    assert at(found, "encryption_at_rest.enabled") is False
    assert at(found, "config.logs_not_exported") == ("audit", "error", "general", "slowquery")
    assert at(found, "patching.end_of_support") == "2024-02-29"


@pytest.mark.parametrize(
    ("denied", "path"),
    [
        ("rds:DescribeDBParameters", "encryption_in_transit.enforced"),
        ("kms:DescribeKey", "encryption_at_rest.key_owner"),
    ],
)
def test_a_denied_call_makes_its_own_fact_unknown(denied: str, path: str) -> None:
    """What the call would have filled is unknown, with the call's name; the rest is as it was."""
    whole, without = live(), live(denied={denied})

    assert isinstance(at(without, path), Unknown)
    assert denied in at(without, path).reason
    changed = [each for each in SAME_IN_BOTH if at(without, each) != at(whole, each)]
    assert {each.partition(".")[0] for each in changed} == {path.partition(".")[0]}


def test_nothing_is_asked_that_no_control_reads() -> None:
    """A run that only asks of backups and of a database without a public address needs the listing alone."""
    aws = FakeAws({"rds:DescribeDBInstances": {"DBInstances": [RECORDS]}}, need={"backup.enabled", "exposure"})

    (item,) = rds_instance.items(aws)
    rds_instance.resource(aws, item)

    assert [call for call, _ in aws.calls] == ["rds:DescribeDBInstances"]


def test_a_parameter_on_a_later_page_is_found() -> None:
    """The group's parameters are read to the end."""
    group_of = {"DBParameterGroupName": "records-tls", "Source": "user"}
    answers = {
        asked("rds:DescribeDBParameters", **group_of): {"Parameters": [], "Marker": "2"},
        asked("rds:DescribeDBParameters", **group_of, Marker="2"): FORCED,
    }

    resource = rds_instance.resource(
        FakeAws({"kms:DescribeKey": CUSTOMER, **UNPLANNED, **answers}), {"db": RECORDS, "protected": {}}
    )

    assert at(resource, "encryption_in_transit.enforced") is True


@pytest.mark.parametrize(
    ("engine", "version", "enforced"),
    [("postgres", "14.12", False), ("postgres", "15.4", True), ("mysql", "8.0.36", False), ("mariadb", "11.8.3", True)],
)
def test_the_engine_decides_where_no_parameter_does(engine: str, version: str, enforced: bool) -> None:
    """AWS's own parameter groups are not asked: what they say is published."""
    item = {
        **RECORDS,
        "Engine": engine,
        "EngineVersion": version,
        "DBParameterGroups": [{"DBParameterGroupName": "default.x"}],
    }
    aws = FakeAws({"kms:DescribeKey": CUSTOMER, **UNPLANNED})

    resource = rds_instance.resource(aws, {"db": item, "protected": {}})

    assert at(resource, "encryption_in_transit.enforced") is enforced
    assert [call for call, _ in aws.calls] == ["kms:DescribeKey", "backup:ListBackupPlans"]


@pytest.mark.parametrize(("value", "minimum"), [("TLSv1", "1.0"), ("TLSv1.3", "1.3"), (None, "1.2")])
def test_the_lowest_version_is_the_parameters_or_the_engines(value: str | None, minimum: str) -> None:
    """PostgreSQL accepts nothing older than TLS 1.2 unless its group says so."""
    tls = group(ssl_min_protocol_version=value) if value else group(rds__force_ssl="1")

    assert at(code(tls), "encryption_in_transit.minimum_tls") == minimum


def test_an_engine_without_such_a_parameter_is_unknown() -> None:
    """Oracle demands TLS by other means, which are not read."""
    assert isinstance(at(live({**RECORDS, "Engine": "oracle-ee"}), "encryption_in_transit.enforced"), Unknown)


def test_a_group_outside_the_code_is_unknown() -> None:
    """A parameter group that is only named may say anything."""
    resource = code(parameter_group_name="made-by-hand")

    assert isinstance(at(resource, "encryption_in_transit.enforced"), Unknown)


def test_an_unknown_parameter_is_unknown() -> None:
    """A value that a variable decides is not the default."""
    unknown = Unknown("var.force has no value", ("var.force",))
    tls = FakeBlock(
        "aws_db_parameter_group.tls",
        name="records-tls",
        blocks={"parameter": [{"name": "rds.force_ssl", "value": unknown}]},
    )

    assert at(code(tls), "encryption_in_transit.enforced") == unknown


def test_an_unknown_protection_stays_unknown() -> None:
    """`deletion_protection = var.protect` without a value is neither on nor off."""
    unknown = Unknown("var.protect has no value", ("var.protect",))

    assert at(code(deletion_protection=unknown), "resilience.deletion_protected") == unknown


def test_a_restored_database_is_encrypted_as_its_snapshot() -> None:
    """Whether it is cannot be told from the code."""
    assert isinstance(at(code(storage_encrypted=None, snapshot_identifier="s"), "encryption_at_rest.enabled"), Unknown)


def test_lines_point_at_the_argument_that_decided() -> None:
    """Each path leads to its own line."""
    lines = code().lines

    assert (lines["encryption_at_rest"].line, lines["backup"].line, lines["resilience.deletion_protected"].line) == (
        5,
        9,
        11,
    )


CLUSTER = {
    "DBClusterArn": "arn:aws:rds:us-east-1:123456789012:cluster:chart",
    "DBClusterIdentifier": "chart",
    "Engine": "aurora-postgresql",
    "EngineVersion": "15.4",
    "StorageEncrypted": True,
    "KmsKeyId": KEY,
    "BackupRetentionPeriod": 7,
    "MultiAZ": True,
    "DeletionProtection": True,
    "DBClusterParameterGroup": "default.aurora-postgresql15",
}
MEMBER = {
    "DBInstanceArn": "arn:aws:rds:us-east-1:123456789012:db:chart-0",
    "DBInstanceIdentifier": "chart-0",
    "DBClusterIdentifier": "chart",
    "Engine": "aurora-postgresql",
    "EngineVersion": "15.4",
    "StorageEncrypted": True,
    "KmsKeyId": KEY,
    "AutoMinorVersionUpgrade": True,
    "BackupRetentionPeriod": 7,
}
OF_ITS_CLUSTER = {"rds:DescribeDBClusters": {"DBClusters": [CLUSTER]}}


def member_code() -> Resource:
    """Return an instance of an Aurora cluster in Terraform."""
    cluster = FakeBlock(
        "aws_rds_cluster.chart",
        engine="aurora-postgresql",
        engine_version="15.4",
        storage_encrypted=True,
        kms_key_id=Ref("aws_kms_key.ephi.arn"),
        backup_retention_period=7,
        deletion_protection=True,
    )
    members = [
        FakeBlock(
            f"aws_rds_cluster_instance.chart[{number}]",
            identifier=f"chart-{number}",
            engine="aurora-postgresql",
            cluster_identifier=Ref("aws_rds_cluster.chart.id"),
        )
        for number in range(2)
    ]
    source = FakeSource(
        [cluster, FakeBlock("aws_kms_key.ephi"), *members],
        parts={"aws_rds_cluster.chart": {"aws_rds_cluster_instance": list(members)}},
    )
    return rds_instance.member_from_terraform(members[0], {}, source)


def test_an_instance_of_a_cluster_has_what_its_cluster_decides() -> None:
    """Backup, log export and protection are the cluster's, in both forms."""
    found = live({**MEMBER, "CACertificateIdentifier": None}, answers=OF_ITS_CLUSTER)
    written = member_code()

    assert [at(written, path) for path in SAME_IN_BOTH] == [at(found, path) for path in SAME_IN_BOTH]
    assert at(found, "backup.retention_days") == 7
    assert at(found, "resilience.redundant") is True
    assert written.relations["cluster"] == ("aws_rds_cluster.chart",)


def test_an_instance_of_a_cluster_that_may_not_be_described() -> None:
    """What its cluster decides is unknown; its own encryption is not."""
    resource = live(MEMBER, denied={"rds:DescribeDBClusters"})

    assert isinstance(at(resource, "resilience.deletion_protected"), Unknown)
    assert at(resource, "encryption_at_rest.enabled") is True


def test_an_instance_whose_cluster_is_elsewhere() -> None:
    """Nothing is guessed of a cluster that is not in the code."""
    block = FakeBlock("aws_rds_cluster_instance.a", cluster_identifier="theirs", engine="aurora-mysql")

    resource = rds_instance.member_from_terraform(block, {}, FakeSource([block]))

    assert isinstance(at(resource, "encryption_at_rest.enabled"), Unknown)


@pytest.mark.parametrize(
    ("said", "waits"),
    [
        ({"DBParameterGroups": [{"DBParameterGroupName": "g", "ParameterApplyStatus": "pending-reboot"}]}, True),
        ({"PendingModifiedValues": {"EngineVersion": "14.13"}}, True),
        ({"PendingModifiedValues": {"AllocatedStorage": 200}}, None),
        ({}, None),
    ],
)
def test_only_what_mends_something_waits_for_a_restart(said: dict[str, Any], waits: bool | None) -> None:
    """A parameter or a version that waits is told; a size that waits is no update, and RDS counts no updates."""
    found = live({**RECORDS, **said})

    assert at(found, "patching.reboot_required") is waits
    assert at(found, "patching.pending_security_updates") is None


def test_a_database_that_aws_backup_covers() -> None:
    """By its own ARN and tags; an instance of a cluster by its cluster's."""
    plan = {
        "backup:ListBackupPlans": {"BackupPlansList": [{"BackupPlanId": "p"}]},
        "backup:ListBackupSelections": {"BackupSelectionsList": [{"SelectionId": "s"}]},
        "backup:GetBackupPlan": {"BackupPlan": {"Rules": []}},
    }

    def chosen(*resources: str) -> dict[str, Any]:
        return {**plan, "backup:GetBackupSelection": {"BackupSelection": {"Resources": list(resources)}}}

    last = {RECORDS["DBInstanceArn"]: "2026-01-01T05:00:00Z", CLUSTER["DBClusterArn"]: "2026-01-01T06:00:00Z"}
    databases, clusters = chosen("arn:aws:rds:*:*:db:*"), chosen("arn:aws:rds:*:*:cluster:*")
    opted = {"backup:DescribeRegionSettings": {"ResourceTypeOptInPreference": {"Aurora": True}}}

    own = live(answers=databases, protected=last)
    member = live(MEMBER, answers={**OF_ITS_CLUSTER, **clusters, **opted}, protected=last)
    other = live(MEMBER, answers={**OF_ITS_CLUSTER, **databases})

    assert (at(own, "backup.planned"), at(own, "backup.last_recovery_point")) == (True, "2026-01-01T05:00:00Z")
    assert (at(member, "backup.planned"), at(member, "backup.last_recovery_point")) == (True, "2026-01-01T06:00:00Z")
    assert (at(other, "backup.planned"), at(other, "backup.last_recovery_point")) == (False, None)
    assert at(own, "backup.retention_days") == 30


@pytest.mark.parametrize(
    ("engine", "exported", "missing"),
    [
        ("postgres", ["postgresql", "upgrade"], ()),
        ("postgres", ["postgresql"], ("upgrade",)),
        ("aurora-postgresql", ["postgresql"], ()),
        ("aurora-mysql", ["error"], ("audit", "general", "slowquery")),
        ("oracle-se2-cdb", ["alert", "audit", "trace"], ("listener",)),
        ("sqlserver-se", ["error"], ("agent",)),
        ("sqlserver-ex", ["error"], ()),
    ],
)
def test_the_logs_that_stay_in_the_database(engine: str, exported: list[str], missing: tuple[str, ...]) -> None:
    """Each engine has its own."""
    item = {**RECORDS, "Engine": engine, "EnabledCloudwatchLogsExports": exported}

    assert at(live(item), "config.logs_not_exported") == missing
    assert at(code(engine=engine, enabled_cloudwatch_logs_exports=exported), "config.logs_not_exported") == missing


def test_the_logs_of_an_engine_that_is_not_known() -> None:
    """Nothing is guessed of a custom engine."""
    assert isinstance(at(live({**RECORDS, "Engine": "custom-oracle-ee"}), "config.logs_not_exported"), Unknown)
