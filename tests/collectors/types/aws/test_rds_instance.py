"""RDS instances: the live and the Terraform form of one database agree, and what is refused is unknown."""

from pathlib import Path
from typing import Any

import pytest
from fakes import Code, FakeAws, asked
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.port import Options
from phiward.collectors.terraform.collector import TerraformCollector
from phiward.collectors.types.aws import rds_instance
from phiward.inventory.aspects import Exposure
from phiward.inventory.model import Resource, Unknown

KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0f"
RECORDS: dict[str, Any] = {
    "DBInstanceArn": "arn:aws:rds:us-east-1:123456789012:db:records",
    "DBInstanceIdentifier": "records",
    "Engine": "postgres",
    "EngineVersion": "14.12",
    "StorageEncrypted": True,
    "KmsKeyId": KEY,
    "PubliclyAccessible": False,
    "IAMDatabaseAuthenticationEnabled": True,
    "EnabledCloudwatchLogsExports": ["upgrade", "postgresql"],
    "AutoMinorVersionUpgrade": True,
    "BackupRetentionPeriod": 30,
    "LatestRestorableTime": "2026-01-02T00:00:00+00:00",
    "MultiAZ": True,
    "DeletionProtection": True,
    "MonitoringInterval": 60,
    "PerformanceInsightsEnabled": False,
    "DBSubnetGroup": {"Subnets": [{"SubnetIdentifier": "subnet-1"}, {"SubnetIdentifier": "subnet-2"}]},
    "Endpoint": {"Port": 5432},
    "CACertificateIdentifier": "rds-ca-rsa2048-g1",
    "CertificateDetails": {"ValidTill": "2027-01-02T00:00:00+00:00"},
    "DBParameterGroups": [{"DBParameterGroupName": "records-tls"}],
    "TagList": [{"Key": "Owner", "Value": "records"}],
    "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1"}],
}
CUSTOMER = {"KeyMetadata": {"KeyManager": "CUSTOMER"}}
FORCED = {"Parameters": [{"ParameterName": "rds.force_ssl", "ParameterValue": "1"}]}
UNPLANNED: dict[str, Any] = {"backup:ListBackupPlans": {"BackupPlansList": []}}
ANSWERS = {"kms:DescribeKey": CUSTOMER, "rds:DescribeDBParameters": FORCED, **UNPLANNED}
SAME_IN_BOTH = (
    "encryption_at_rest.enabled",
    "encryption_at_rest.algorithm",
    "encryption_at_rest.key_owner",
    "encryption_in_transit.enforced",
    "encryption_in_transit.minimum_tls",
    "exposure",
    "authentication",
    "logging",
    "patching",
    "backup.enabled",
    "backup.retention_days",
    "backup.other_site",
    "backup.encrypted",
    "resilience",
    "monitoring",
    "config",
)


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def live(item: dict[str, Any] = RECORDS, **given: Any) -> Resource:
    """Return the resource of a live instance."""
    points = given.pop("protected", {})
    aws = FakeAws({**ANSWERS, **given.pop("answers", {})}, **given)
    return rds_instance.resource(aws, {"db": item, "protected": points})


def group(**values: str) -> FakeBlock:
    """Return a parameter group."""
    parameters = [{"name": name.replace("__", "."), "value": value} for name, value in values.items()]
    return FakeBlock("aws_db_parameter_group.tls", name="records-tls", blocks={"parameter": parameters})


def code(*others: FakeBlock, **changes: Any) -> Resource:
    """Return the resource of the same instance in Terraform."""
    arguments = {
        "identifier": "records",
        "engine": "postgres",
        "engine_version": "14.12",
        "storage_encrypted": True,
        "kms_key_id": Ref("aws_kms_key.ephi.arn"),
        "iam_database_authentication_enabled": True,
        "enabled_cloudwatch_logs_exports": ["postgresql", "upgrade"],
        "backup_retention_period": 30,
        "multi_az": True,
        "deletion_protection": True,
        "monitoring_interval": 60,
        "ca_cert_identifier": "rds-ca-rsa2048-g1",
        "parameter_group_name": Ref("aws_db_parameter_group.tls.name"),
        **changes,
    }
    block = FakeBlock("aws_db_instance.records", **arguments)
    source = FakeSource([block, FakeBlock("aws_kms_key.ephi"), *(others or (group(rds__force_ssl="1"),))])
    return rds_instance.from_terraform(block, {}, source)


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


WAY: dict[str, Any] = {
    "ec2:DescribeSecurityGroups": {
        "SecurityGroups": [
            {
                "GroupId": "sg-1",
                "IpPermissions": [
                    {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
                ],
            }
        ]
    },
    "ec2:DescribeRouteTables": {
        "RouteTables": [
            {
                "RouteTableId": "rtb-1",
                "Associations": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}],
                "Routes": [{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}],
            }
        ]
    },
}
PRIVATE = {
    "ec2:DescribeRouteTables": {
        "RouteTables": [{"RouteTableId": "rtb-1", "Associations": [{"SubnetId": "subnet-1"}, {"SubnetId": "subnet-2"}]}]
    }
}
CLOSED = {"ec2:DescribeSecurityGroups": {"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": []}]}}
OPEN = {**RECORDS, "PubliclyAccessible": True}


def test_a_public_database_shows_the_way() -> None:
    """Flag, routes and group let the internet through: each step is named, for both subnets."""
    found = live(OPEN, answers=WAY)

    assert at(found, "config.publicly_accessible") is True
    assert found.exposure == Exposure(
        public=True,
        ways=(
            "internet > igw-1 > rtb-1 > subnet-1 > sg-1 (tcp 5432)",
            "internet > igw-1 > rtb-1 > subnet-2 > sg-1 (tcp 5432)",
        ),
    )


@pytest.mark.parametrize(
    ("item", "answers"),
    [
        (RECORDS, WAY),
        (OPEN, {**WAY, **PRIVATE}),
        (OPEN, {**WAY, **CLOSED}),
        ({**OPEN, "Endpoint": {"Port": 15432}}, WAY),
    ],
)
def test_one_step_missing_and_nobody_gets_through(item: dict[str, Any], answers: dict[str, Any]) -> None:
    """No address, no route, no rule, or a rule for another port."""
    assert live(item, answers=answers).exposure == Exposure(public=False)


@pytest.mark.parametrize("denied", ["ec2:DescribeSecurityGroups", "ec2:DescribeRouteTables"])
def test_a_step_that_may_not_be_seen_is_unknown(denied: str) -> None:
    """A public address behind a group or a route that nobody showed."""
    found = live(OPEN, answers=WAY, denied={denied})

    assert at(found, "exposure.public") == Unknown(f"access denied: {denied}")
    assert at(found, "config.publicly_accessible") is True


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


NETWORK = """
resource "aws_vpc" "v" { cidr_block = "10.0.0.0/16" }
resource "aws_internet_gateway" "g" { vpc_id = aws_vpc.v.id }
resource "aws_subnet" "a" {
  vpc_id     = aws_vpc.v.id
  cidr_block = "10.0.1.0/24"
}
resource "aws_route_table" "t" {
  vpc_id = aws_vpc.v.id
  route {
    cidr_block = "0.0.0.0/0"
    gateway_id = aws_internet_gateway.g.id
  }
}
resource "aws_route_table_association" "a" {
  subnet_id      = aws_subnet.a.id
  route_table_id = aws_route_table.t.id
}
resource "aws_db_subnet_group" "s" {
  name       = "records"
  subnet_ids = [aws_subnet.a.id]
}
resource "aws_security_group" "d" {
  vpc_id = aws_vpc.v.id
  ingress {
    protocol    = "tcp"
    from_port   = 5432
    to_port     = 5432
    cidr_blocks = ["0.0.0.0/0"]
  }
}
variable "port" {}
variable "groups" {}
resource "aws_db_instance" "records" {
  engine                 = "postgres"
  publicly_accessible    = true
  db_subnet_group_name   = aws_db_subnet_group.s.name
  vpc_security_group_ids = [aws_security_group.d.id]
}
"""
THE_WAY = ("internet > aws_internet_gateway.g > aws_route_table.t > aws_subnet.a > aws_security_group.d (tcp 5432)",)


@pytest.mark.parametrize(
    ("change", "public", "ways"),
    [
        (("", ""), True, THE_WAY),
        (("publicly_accessible    = true", ""), False, ()),
        (("from_port   = 5432", "from_port   = 5433"), False, ()),
        (('"0.0.0.0/0"]', '"10.0.0.0/8"]'), False, ()),
        (("gateway_id = aws_internet_gateway.g.id", 'gateway_id = "vgw-1"'), False, ()),
        (('engine                 = "postgres"', 'engine                 = "mysql"'), False, ()),
        (("db_subnet_group_name   = aws_db_subnet_group.s.name", ""), None, None),
        (("vpc_security_group_ids = [aws_security_group.d.id]", ""), None, None),
        (("vpc_security_group_ids = [aws_security_group.d.id]", "vpc_security_group_ids = var.groups"), None, None),
        (("publicly_accessible    = true", "publicly_accessible    = true\n  port = var.port"), None, None),
    ],
)
def test_the_way_in_code(tmp_path: Path, change: tuple[str, str], public: bool | None, ways: Any) -> None:
    """The same steps, by the names of the blocks; one that the code does not show leaves it open."""
    (tmp_path / "main.tf").write_text(NETWORK.replace(*change))

    found = next(
        each
        for each in TerraformCollector().collect(str(tmp_path), Options(), lambda _: None)
        if isinstance(each, Resource) and each.type == "aws.rds.instance"
    )

    if public is None:
        assert isinstance(at(found, "exposure.public"), Unknown)
    else:
        assert found.exposure == Exposure(public=public, ways=ways)


def test_a_member_has_the_network_of_its_cluster(tmp_path: Path) -> None:
    """Groups and subnets are the cluster's, the public address is its own."""
    cluster = NETWORK.replace('resource "aws_db_instance" "records"', 'resource "aws_rds_cluster" "chart"').replace(
        "publicly_accessible    = true", ""
    )
    member = """
resource "aws_rds_cluster_instance" "chart" {
  cluster_identifier  = aws_rds_cluster.chart.id
  engine              = "aurora-postgresql"
  instance_class      = "db.r6g.large"
  publicly_accessible = true
}
"""
    (tmp_path / "main.tf").write_text(cluster + member)

    found = next(
        each
        for each in TerraformCollector().collect(str(tmp_path), Options(), lambda _: None)
        if isinstance(each, Resource) and each.type == "aws.rds.instance"
    )

    assert found.exposure == Exposure(public=True, ways=THE_WAY)


REPLICA = {**RECORDS, "BackupRetentionPeriod": 0, "LatestRestorableTime": None}


@pytest.mark.parametrize(
    ("member", "named", "action", "question"),
    [
        (
            "ReadReplicaSourceDBInstanceIdentifier",
            "main",
            "rds:DescribeDBInstances",
            {"DBInstanceIdentifier": "main"},
        ),
        (
            "ReadReplicaSourceDBInstanceIdentifier",
            "arn:aws:rds:us-west-2:123456789012:db:main",
            "rds:DescribeDBInstances",
            {"DBInstanceIdentifier": "main"},
        ),
        ("ReadReplicaSourceDBClusterIdentifier", "main", "rds:DescribeDBClusters", {"DBClusterIdentifier": "main"}),
    ],
)
def test_a_read_replica_is_backed_up_as_its_source(member: str, named: str, action: str, question: Any) -> None:
    """It holds the same; copies of its own count where it has them."""
    key = action.partition("Describe")[2]
    source = {"BackupRetentionPeriod": 14, "LatestRestorableTime": "2026-01-02T01:00:00+00:00"}
    answers = {asked(action, **question): {key: [source]}}

    found = live({**REPLICA, member: named}, answers=answers)
    own = live({**REPLICA, member: named, "BackupRetentionPeriod": 3})

    assert (at(found, "backup.enabled"), at(found, "backup.retention_days")) == (True, 14)
    assert at(found, "backup.last_success") == "2026-01-02T01:00:00Z"
    assert at(own, "backup.retention_days") == 3


def test_a_read_replica_whose_source_is_not_seen() -> None:
    """Denied: unknown. Gone: it has the copies it has."""
    replica = {**REPLICA, "ReadReplicaSourceDBInstanceIdentifier": "main"}

    denied = live(replica, denied={"rds:DescribeDBInstances"})
    gone = live(replica, answers={"rds:DescribeDBInstances": Code("DBInstanceNotFound")})

    assert at(denied, "backup.enabled") == Unknown("access denied: rds:DescribeDBInstances")
    assert at(gone, "backup.enabled") is False


def test_a_read_replica_in_code() -> None:
    """Its source is in the code, or it is not known."""
    main = FakeBlock("aws_db_instance.main", identifier="main", backup_retention_period=14)
    replica = {"backup_retention_period": None}

    found = code(main, group(), replicate_source_db=Ref("aws_db_instance.main.identifier"), **replica)
    elsewhere = code(replicate_source_db="theirs", **replica)

    assert (at(found, "backup.enabled"), at(found, "backup.retention_days")) == (True, 14)
    assert isinstance(at(elsewhere, "backup.enabled"), Unknown)
