"""Databases, tables, caches and their backups in a simulated account: good and bad, through collector and engine."""

import json
from typing import Any

import pytest

from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.port import Options
from phiward.collectors.registry import catalog
from phiward.engine import library
from phiward.engine.compiled import compile_rules
from phiward.engine.evaluate import evaluate
from phiward.engine.rules import select
from phiward.inventory import wire
from phiward.inventory.model import CollectionGap, Resource

pytestmark = pytest.mark.live

REGION = "us-east-1"
NOW = "2026-11-23T00:00:00Z"
TYPES = (
    "aws.rds.instance",
    "aws.rds.cluster",
    "aws.rds.snapshot",
    "aws.dynamodb.table",
    "aws.dynamodb.region",
    "aws.dax.cluster",
    "aws.backup.plan",
    "aws.backup.vault",
    "aws.backup.recovery_point",
    "aws.ec2.volume",
)
SEALED = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Deny", "Principal": "*", "Action": "backup:*", "Resource": "*"}],
}
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "dynamodb:GetItem", "Resource": "*"}],
}


def client(service: str) -> Any:
    """Return a client to make the account with."""
    import boto3

    return boto3.client(service, region_name=REGION)


def make_tables() -> None:
    """Make a table with everything switched on, and one with the defaults, open to everybody."""
    tables, scaling = client("dynamodb"), client("application-autoscaling")
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    common: dict[str, Any] = {
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
    }
    tables.create_table(
        TableName="records",
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": key},
        DeletionProtectionEnabled=True,
        **common,
    )
    tables.update_continuous_backups(
        TableName="records", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    for what in ("Read", "Write"):
        scaling.register_scalable_target(
            ServiceNamespace="dynamodb",
            ResourceId="table/records",
            ScalableDimension=f"dynamodb:table:{what}CapacityUnits",
            MinCapacity=5,
            MaxCapacity=50,
        )
    made = tables.create_table(TableName="careless", **common)["TableDescription"]
    tables.put_resource_policy(ResourceArn=made["TableArn"], Policy=json.dumps(POLICY))


def make_network() -> tuple[str, str]:
    """Make a subnet group with a route to the internet, and a security group that admits the world to a database."""
    ec2, rds = client("ec2"), client("rds")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    subnets = []
    for zone, block in (("a", "10.0.1.0/24"), ("b", "10.0.2.0/24")):
        subnet = ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=f"{REGION}{zone}")["Subnet"]["SubnetId"]
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        subnets.append(subnet)
    rds.create_db_subnet_group(DBSubnetGroupName="open", DBSubnetGroupDescription="open", SubnetIds=subnets)
    group = ec2.create_security_group(GroupName="open", Description="open", VpcId=vpc)["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group,
        IpPermissions=[{"IpProtocol": "tcp", "FromPort": 3306, "ToPort": 3306, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    )
    return "open", group


def make_databases() -> None:
    """Make a careful database, a careless one on the internet, one that only has an address, and two clusters."""
    rds = client("rds")
    subnets, group = make_network()
    common: dict[str, Any] = {
        "DBInstanceClass": "db.m5.large",
        "AllocatedStorage": 20,
        "MasterUsername": "clinic",
        "MasterUserPassword": "not-a-real-password-1",
    }
    rds.create_db_instance(
        DBInstanceIdentifier="records",
        Engine="postgres",
        EngineVersion="15.4",
        StorageEncrypted=True,
        MultiAZ=True,
        DeletionProtection=True,
        BackupRetentionPeriod=35,
        MonitoringInterval=60,
        MonitoringRoleArn="arn:aws:iam::123456789012:role/monitoring",
        EnableIAMDatabaseAuthentication=True,
        EnableCloudwatchLogsExports=["postgresql", "upgrade"],
        AutoMinorVersionUpgrade=True,
        PubliclyAccessible=False,
        **common,
    )
    careless: dict[str, Any] = {
        "Engine": "mysql",
        "EngineVersion": "8.0.36",
        "BackupRetentionPeriod": 0,
        "PubliclyAccessible": True,
        "AutoMinorVersionUpgrade": False,
        "EnableCloudwatchLogsExports": ["error"],
        "DBSubnetGroupName": subnets,
        **common,
    }
    rds.create_db_instance(DBInstanceIdentifier="careless", VpcSecurityGroupIds=[group], **careless)
    closed = client("ec2").create_security_group(GroupName="closed", Description="closed")["GroupId"]
    rds.create_db_instance(DBInstanceIdentifier="addressed", VpcSecurityGroupIds=[closed], **careless)
    rds.create_db_snapshot(DBSnapshotIdentifier="before", DBInstanceIdentifier="careless")
    rds.modify_db_snapshot_attribute(DBSnapshotIdentifier="before", AttributeName="restore", ValuesToAdd=["all"])
    for name, protected in (("chart", True), ("loose", False)):
        rds.create_db_cluster(
            DBClusterIdentifier=name,
            Engine="aurora-mysql",
            MasterUsername="clinic",
            MasterUserPassword="not-a-real-password-1",
            StorageEncrypted=protected,
            DeletionProtection=protected,
            EnableCloudwatchLogsExports=["audit", "error", "general", "slowquery"] if protected else [],
        )


def make_caches_and_backups() -> None:
    """Make an encrypted cache and a plain one, a plan that keeps copies and one that does not, two vaults."""
    dax, backup = client("dax"), client("backup")
    role = "arn:aws:iam::123456789012:role/cache"
    common = {"NodeType": "dax.t3.small", "ReplicationFactor": 1, "IamRoleArn": role}
    dax.create_cluster(
        ClusterName="sealed", SSESpecification={"Enabled": True}, ClusterEndpointEncryptionType="TLS", **common
    )
    dax.create_cluster(ClusterName="plain", **common)
    for name, schedule, days in (("daily", "cron(0 5 ? * * *)", 35), ("weekly", "cron(0 5 ? * SUN *)", 7)):
        rule = {
            "RuleName": name,
            "TargetBackupVaultName": "ephi",
            "ScheduleExpression": schedule,
            "Lifecycle": {"DeleteAfterDays": days},
        }
        backup.create_backup_plan(BackupPlan={"BackupPlanName": name, "Rules": [rule]})
    backup.create_backup_vault(BackupVaultName="ephi")
    backup.create_backup_vault(BackupVaultName="locked")
    backup.put_backup_vault_lock_configuration(BackupVaultName="locked", MinRetentionDays=35)
    backup.create_backup_vault(BackupVaultName="loose")
    backup.create_backup_vault(BackupVaultName="sealed")
    backup.put_backup_vault_access_policy(BackupVaultName="sealed", Policy=json.dumps(SEALED))


def make_selections() -> None:
    """Copy the careful table and database by their ARNs, tagged things by their tag; leave the careless ones out."""
    backup, ec2 = client("backup"), client("ec2")
    plans = {each["BackupPlanName"]: each["BackupPlanId"] for each in backup.list_backup_plans()["BackupPlansList"]}
    arn = f"arn:aws:%s:{REGION}:123456789012:%s"
    named = [arn % ("dynamodb", "table/records"), arn % ("rds", "db:records"), arn % ("rds", "cluster:chart")]
    role = "arn:aws:iam::123456789012:role/backup"
    backup.create_backup_selection(
        BackupPlanId=plans["daily"],
        BackupSelection={"SelectionName": "named", "IamRoleArn": role, "Resources": named},
    )
    tag = {"ConditionKey": "aws:ResourceTag/backup", "ConditionValue": "daily"}
    backup.create_backup_selection(
        BackupPlanId=plans["weekly"],
        BackupSelection={
            "SelectionName": "tagged",
            "IamRoleArn": role,
            "Resources": ["*"],
            "Conditions": {"StringEquals": [tag]},
        },
    )
    for name, value in (("copied", "daily"), ("left", "never")):
        tags = [{"Key": "Name", "Value": name}, {"Key": "backup", "Value": value}]
        ec2.create_volume(
            AvailabilityZone=f"{REGION}a",
            Size=1,
            TagSpecifications=[{"ResourceType": "volume", "Tags": tags}],
        )


def judged() -> tuple[dict[tuple[str, str | None, str], str], dict[tuple[str, str | None], Resource], list[str]]:
    """Collect and judge: the verdict by type, name and control; the resources; and the reasons of the gaps."""
    types = catalog()
    rules = select(library.load(library.shipped(), types), types, "hipaa-security-rule")
    need: dict[str, frozenset[str]] = {}
    for name in TYPES:
        need[name] = frozenset({"encryption_at_rest", "encryption_in_transit", "exposure", "backup", "resilience"})
        need[name] |= {"authentication", "logging", "patching", "monitoring", "integrity", "config"}
    options = Options(now=NOW, regions=(REGION,), need=need)
    found = list(AwsCollector().collect("aws", options, lambda _: None))
    resources = {(each.type, each.name): each for each in found if isinstance(each, Resource)}
    ordered = sorted(resources.values(), key=lambda each: (each.type, each.id))
    lines = [wire.encode(each) for each in ordered]
    names = {each.id: (each.type, each.name) for each in ordered}
    verdicts = {
        (*names[each.resource.id], each.control): str(each.verdict)
        for each in evaluate(lambda: iter(lines), compile_rules(rules), NOW, passes=True)
        if each.resource
    }
    return verdicts, resources, [each.reason for each in found if isinstance(each, CollectionGap)]


GOOD_AND_BAD = [
    ("aws.dynamodb.table", "records", "careless", "table-recovers-to-any-second"),
    ("aws.dynamodb.table", "records", "careless", "table-capacity-follows-load"),
    ("aws.dynamodb.table", "records", "careless", "data-store-key-in-account"),
    ("aws.dynamodb.table", "records", "careless", "data-store-key-customer-managed"),
    ("aws.dynamodb.table", "records", "careless", "data-store-protected-from-deletion"),
    ("aws.dynamodb.table", "records", "careless", "data-store-not-public"),
    ("aws.rds.instance", "records", "careless", "data-store-encrypted-at-rest"),
    ("aws.rds.instance", "records", "careless", "data-store-not-public"),
    ("aws.rds.instance", "records", "careless", "database-has-no-public-address"),
    ("aws.rds.instance", "records", "careless", "database-sends-all-logs"),
    ("aws.rds.instance", "records", "careless", "database-accepts-central-sign-in"),
    ("aws.rds.instance", "records", "careless", "data-store-survives-site-failure"),
    ("aws.rds.instance", "records", "careless", "data-store-protected-from-deletion"),
    ("aws.rds.instance", "records", "careless", "backups-made"),
    ("aws.rds.instance", "records", "careless", "database-enhanced-monitoring"),
    ("aws.rds.instance", "records", "careless", "security-updates-automatic"),
    ("aws.rds.instance", "addressed", "careless", "data-store-not-public"),
    ("aws.rds.instance", "records", "addressed", "database-has-no-public-address"),
    ("aws.rds.cluster", "chart", "loose", "data-store-encrypted-at-rest"),
    ("aws.rds.cluster", "chart", "loose", "data-store-protected-from-deletion"),
    ("aws.rds.cluster", "chart", "loose", "database-sends-all-logs"),
    ("aws.dax.cluster", "sealed", "plain", "data-store-encrypted-at-rest"),
    ("aws.dax.cluster", "sealed", "plain", "connections-encrypted"),
    ("aws.dynamodb.table", "records", "careless", "data-store-in-backup-plan"),
    ("aws.dynamodb.table", "records", "careless", "recovery-point-recent"),
    ("aws.rds.instance", "records", "careless", "data-store-in-backup-plan"),
    ("aws.rds.instance", "records", "careless", "recovery-point-recent"),
    ("aws.rds.cluster", "chart", "loose", "data-store-in-backup-plan"),
    ("aws.rds.cluster", "chart", "loose", "recovery-point-recent"),
    ("aws.ec2.volume", "copied", "left", "data-store-in-backup-plan"),
    ("aws.backup.vault", "locked", "loose", "backup-copies-not-deleted-by-hand"),
    ("aws.backup.vault", "sealed", "loose", "backup-copies-not-deleted-by-hand"),
    ("aws.backup.plan", "daily", "weekly", "backup-plan-makes-daily-copies"),
    ("aws.backup.plan", "daily", "weekly", "backup-rules-keep-copies"),
]
"""Type, a good one's name, a bad one's, and the control that tells them apart."""


def test_good_ones_pass_and_bad_ones_fail(aws_environment: str) -> None:
    """Through real HTTP, the real parsers, and the compiled controls."""
    make_tables()
    make_databases()
    make_caches_and_backups()
    make_selections()

    verdicts, found, gaps = judged()

    assert gaps == []
    wrong = {
        (kind, name, control): verdicts.get((kind, name, control))
        for kind, good, bad, control in GOOD_AND_BAD
        for name, expected in ((good, "pass"), (bad, "fail"))
        if verdicts.get((kind, name, control)) != expected
    }
    assert wrong == {}
    assert verdicts["aws.rds.snapshot", "before", "data-store-not-public"] == "fail"
    points = [each for each in verdicts if each[0] == "aws.backup.recovery_point"]
    assert {control for _, _, control in points} >= {"data-store-encrypted-at-rest", "recovery-point-kept-long-enough"}
    assert {verdicts[each] for each in points if each[2] == "recovery-point-kept-long-enough"} == {"pass"}
    assert verdicts["aws.dynamodb.region", REGION, "throughput-below-quota"] == "pass"
    ways = wire.plain(found["aws.rds.instance", "careless"])["exposure"]["ways"]
    assert all(way.startswith("internet > igw-") and way.endswith("(tcp 3306)") for way in ways)
    assert len(ways) == 2


def test_an_account_without_plans_covers_nothing(aws_environment: str) -> None:
    """That the account has no backup plan is an answer."""
    make_tables()

    verdicts, _, _ = judged()

    assert verdicts["aws.dynamodb.table", "records", "data-store-in-backup-plan"] == "fail"
    assert verdicts["aws.dynamodb.table", "records", "backups-made"] == "pass"
    assert verdicts["aws.dynamodb.table", "careless", "backups-made"] == "fail"
