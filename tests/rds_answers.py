"""One RDS instance, as its calls answer and as Terraform writes it, with how either is read."""

from typing import Any

from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.types.aws import rds_instance
from phiward.inventory.model import Resource

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
