"""Warehouses, search, files, caches, notebooks, clusters and streams of a simulated account, judged over HTTP."""

import json
from typing import Any

import pytest

from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.port import Options
from phiward.collectors.registry import catalog
from phiward.engine import library
from phiward.engine.compiled import compile_rules
from phiward.engine.evaluate import evaluate
from phiward.engine.rules import needs, select
from phiward.inventory import wire
from phiward.inventory.model import CollectionGap, Resource

pytestmark = pytest.mark.live

NOW = "2026-11-23T00:00:00Z"
REGION = "us-east-1"
TYPES = (
    "aws.redshift.cluster",
    "aws.opensearch.domain",
    "aws.efs.file_system",
    "aws.fsx.file_system",
    "aws.elasticache.replication_group",
    "aws.elasticache.cluster",
    "aws.elasticache.memcached",
    "aws.dms.replication_instance",
    "aws.sagemaker.notebook_instance",
    "aws.sagemaker.endpoint_config",
    "aws.emr.cluster",
    "aws.kinesis.stream",
)


def client(service: str) -> Any:
    """Return a client to make the account with."""
    import boto3

    return boto3.client(service, region_name=REGION)


class Place:
    """A VPC with a subnet and a group, private or open to the world, and a key."""

    def __init__(self, key: str, *, good: bool) -> None:
        ec2 = client("ec2")
        self.key = key
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        self.subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/24", AvailabilityZone=f"{REGION}a")["Subnet"][
            "SubnetId"
        ]
        self.group = ec2.create_security_group(GroupName="stores", Description="stores", VpcId=vpc)["GroupId"]
        if good:
            return
        gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
        table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
        ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
        ec2.associate_route_table(RouteTableId=table, SubnetId=self.subnet)
        ec2.authorize_security_group_ingress(
            GroupId=self.group,
            IpPermissions=[
                {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
            ],
        )


def make_redshift(name: str, place: Place, *, good: bool) -> None:
    """Make a warehouse with its subnet group."""
    redshift = client("redshift")
    redshift.create_cluster_subnet_group(ClusterSubnetGroupName=name, Description="stores", SubnetIds=[place.subnet])
    redshift.create_cluster(
        ClusterIdentifier=name,
        NodeType="ra3.xlplus",
        MasterUsername="owner",
        MasterUserPassword="Not-a-real-1",
        ClusterSubnetGroupName=name,
        VpcSecurityGroupIds=[place.group],
        PubliclyAccessible=not good,
        AllowVersionUpgrade=good,
        AutomatedSnapshotRetentionPeriod=35 if good else 0,
        EnhancedVpcRouting=good,
        **({"Encrypted": True, "KmsKeyId": place.key} if good else {"Encrypted": False}),
    )
    if good:
        client("s3").create_bucket(Bucket="warehouse-log")
        redshift.enable_logging(ClusterIdentifier=name, BucketName="warehouse-log")


def make_search(name: str, place: Place, *, good: bool) -> None:
    """Make a search domain: in the VPC with everything on, or on the internet for anybody."""
    if not good:
        everybody = {"Effect": "Allow", "Principal": "*", "Action": "es:*", "Resource": "*"}
        client("opensearch").create_domain(
            DomainName=name, AccessPolicies=json.dumps({"Version": "2012-10-17", "Statement": [everybody]})
        )
        return
    logs = f"arn:aws:logs:{REGION}:123456789012:log-group:search"
    client("opensearch").create_domain(
        DomainName=name,
        EngineVersion="OpenSearch_2.19",
        ClusterConfig={"InstanceCount": 2, "ZoneAwarenessEnabled": True},
        EncryptionAtRestOptions={"Enabled": True, "KmsKeyId": place.key},
        NodeToNodeEncryptionOptions={"Enabled": True},
        DomainEndpointOptions={"EnforceHTTPS": True, "TLSSecurityPolicy": "Policy-Min-TLS-1-2-PFS-2023-10"},
        VPCOptions={"SubnetIds": [place.subnet], "SecurityGroupIds": [place.group]},
        LogPublishingOptions={
            kind: {"CloudWatchLogsLogGroupArn": logs, "Enabled": True} for kind in ("AUDIT_LOGS", "ES_APPLICATION_LOGS")
        },
        SoftwareUpdateOptions={"AutoSoftwareUpdateEnabled": True},
    )


def make_files(name: str, place: Place, *, good: bool) -> None:
    """Make a file system of EFS, and one of FSx."""
    efs = client("efs")
    encryption = {"Encrypted": True, "KmsKeyId": place.key, "Backup": True} if good else {"Encrypted": False}
    made = efs.create_file_system(CreationToken=name, Tags=[{"Key": "Name", "Value": name}], **encryption)
    if good:
        without_tls = {
            "Effect": "Deny",
            "Principal": {"AWS": "*"},
            "Action": "*",
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [without_tls]})
        efs.put_file_system_policy(FileSystemId=made["FileSystemId"], Policy=policy)
    client("fsx").create_file_system(
        FileSystemType="WINDOWS",
        StorageCapacity=32,
        SubnetIds=[place.subnet],
        Tags=[{"Key": "Name", "Value": name}],
        WindowsConfiguration={
            "ThroughputCapacity": 8,
            "DeploymentType": "MULTI_AZ_1" if good else "SINGLE_AZ_1",
            "AutomaticBackupRetentionDays": 35 if good else 0,
        },
        **({"KmsKeyId": place.key} if good else {}),
    )


def make_caches(name: str, place: Place, *, good: bool) -> None:
    """Make a replication group, a node by itself, and a Memcached cluster."""
    cache = client("elasticache")
    protected = {"AuthToken": "not-a-real-token-1", "KmsKeyId": place.key} if good else {}
    cache.create_replication_group(
        ReplicationGroupId=name,
        ReplicationGroupDescription="sessions",
        Engine="redis",
        EngineVersion="7.1",
        CacheNodeType="cache.t4g.small",
        NumCacheClusters=2,
        SecurityGroupIds=[place.group],
        AtRestEncryptionEnabled=good,
        TransitEncryptionEnabled=good,
        SnapshotRetentionLimit=35 if good else 0,
        AutomaticFailoverEnabled=True,
        MultiAZEnabled=good,
        AutoMinorVersionUpgrade=good,
        **protected,
    )
    for engine, suffix in (("redis", "node"), ("memcached", "keys")):
        cache.create_cache_cluster(
            CacheClusterId=f"{name}-{suffix}",
            Engine=engine,
            EngineVersion="7.1" if engine == "redis" else "1.6.22",
            CacheNodeType="cache.t4g.small",
            NumCacheNodes=1,
            TransitEncryptionEnabled=good,
            AutoMinorVersionUpgrade=good,
            SnapshotRetentionLimit=35 if good else 0,
        )


def make_machines(name: str, place: Place, *, good: bool) -> None:
    """Make a migration machine, a notebook, an endpoint configuration and an analysis cluster."""
    dms, sagemaker, emr = client("dms"), client("sagemaker"), client("emr")
    dms.create_replication_subnet_group(
        ReplicationSubnetGroupIdentifier=name, ReplicationSubnetGroupDescription="stores", SubnetIds=[place.subnet]
    )
    dms.create_replication_instance(
        ReplicationInstanceIdentifier=name,
        ReplicationInstanceClass="dms.t3.medium",
        ReplicationSubnetGroupIdentifier=name,
        VpcSecurityGroupIds=[place.group],
        PubliclyAccessible=not good,
        MultiAZ=good,
        AutoMinorVersionUpgrade=good,
        **({"KmsKeyId": place.key} if good else {}),
    )
    role = "arn:aws:iam::123456789012:role/notebook"
    sagemaker.create_notebook_instance(
        NotebookInstanceName=name,
        InstanceType="ml.t3.medium",
        RoleArn=role,
        DirectInternetAccess="Disabled" if good else "Enabled",
        **({"SubnetId": place.subnet, "SecurityGroupIds": [place.group], "KmsKeyId": place.key} if good else {}),
    )
    image = {"Image": "123456789012.dkr.ecr.us-east-1.amazonaws.com/model:1"}
    sagemaker.create_model(ModelName=name, ExecutionRoleArn=role, PrimaryContainer=image)
    variant = {"VariantName": "all", "ModelName": name, "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    sagemaker.create_endpoint_config(
        EndpointConfigName=name, ProductionVariants=[variant], **({"KmsKeyId": place.key} if good else {})
    )
    security = {
        "EncryptionConfiguration": {
            "EnableInTransitEncryption": True,
            "EnableAtRestEncryption": True,
            "AtRestEncryptionConfiguration": {
                "LocalDiskEncryptionConfiguration": {"EncryptionKeyProviderType": "AwsKms", "AwsKmsKey": place.key}
            },
        },
        "AuthenticationConfiguration": {"KerberosConfiguration": {"Provider": "ClusterDedicatedKdc"}},
    }
    if good:
        emr.create_security_configuration(Name=name, SecurityConfiguration=json.dumps(security))
    emr.run_job_flow(
        Name=name,
        ReleaseLabel="emr-7.2.0",
        JobFlowRole="EMR_EC2_DefaultRole",
        ServiceRole="EMR_DefaultRole",
        Instances={
            "MasterInstanceType": "m5.xlarge",
            "SlaveInstanceType": "m5.xlarge",
            "InstanceCount": 2,
            "KeepJobFlowAliveWhenNoSteps": True,
            "TerminationProtected": good,
            "Ec2SubnetId": place.subnet,
        },
        **({"SecurityConfiguration": name, "LogUri": "s3://logs/emr/"} if good else {}),
    )
    kinesis = client("kinesis")
    kinesis.create_stream(StreamName=name, ShardCount=1)
    if good:
        kinesis.start_stream_encryption(StreamName=name, EncryptionType="KMS", KeyId=place.key)


def make(name: str, *, good: bool) -> None:
    """Make one of each."""
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    place = Place(key, good=good)
    for maker in (make_redshift, make_search, make_files, make_caches, make_machines):
        maker(name, place, good=good)


def judged() -> tuple[dict[tuple[str, str, str], str], list[str]]:
    """Collect what the controls read of these types, and judge: verdicts by type, name and control; and the gaps."""
    types = catalog()
    rules = select(library.load(library.shipped(), types), types, "hipaa-security-rule")
    need = {name: paths for name, paths in needs(rules).items() if name in TYPES}
    options = Options(now=NOW, regions=(REGION,), need=need)
    found = list(AwsCollector().collect("aws", options, lambda _: None))
    resources = {each.id: each for each in found if isinstance(each, Resource)}
    lines = [wire.encode(each) for each in sorted(resources.values(), key=lambda each: (each.type, each.id))]
    outcomes = evaluate(lambda: iter(lines), compile_rules(rules), NOW, passes=True)
    verdicts = {
        (each.resource.type, str(resources[each.resource.id].name), each.control): str(each.verdict)
        for each in outcomes
        if each.resource
    }
    return verdicts, [each.reason for each in found if isinstance(each, CollectionGap)]


TOLD_APART = {
    "aws.redshift.cluster": {
        "activity-logged",
        "backups-encrypted",
        "backups-kept-long-enough",
        "data-store-encrypted-at-rest",
        "data-store-not-public",
        "machine-has-no-public-address",
        "security-updates-automatic",
        "warehouse-loads-through-private-network",
    },
    "aws.opensearch.domain": {
        "activity-logged",
        "backups-encrypted",
        "connections-encrypted",
        "data-store-encrypted-at-rest",
        "data-store-not-public",
        "data-store-survives-site-failure",
        "machine-has-no-public-address",
        "nothing-used-anonymously",
        "search-domain-publishes-logs",
        "search-nodes-encrypt-their-traffic",
        "security-updates-automatic",
        "software-supported",
        "tls-version-current",
    },
    "aws.efs.file_system": {"backups-made", "connections-encrypted", "data-store-encrypted-at-rest"},
    "aws.fsx.file_system": {
        "backups-made",
        "data-store-key-customer-managed",
        "data-store-survives-site-failure",
    },
    "aws.elasticache.replication_group": {
        "backups-made",
        "connections-encrypted",
        "data-store-encrypted-at-rest",
        "data-store-survives-site-failure",
        "nothing-used-anonymously",
        "security-updates-automatic",
    },
    "aws.elasticache.cluster": {"backups-made", "connections-encrypted", "security-updates-automatic"},
    "aws.elasticache.memcached": {"connections-encrypted", "security-updates-automatic"},
    "aws.dms.replication_instance": {
        "data-store-key-customer-managed",
        "data-store-survives-site-failure",
        "machine-has-no-public-address",
        "security-updates-automatic",
    },
    "aws.sagemaker.notebook_instance": {
        "data-store-key-customer-managed",
        "notebook-has-no-direct-internet-access",
    },
    "aws.sagemaker.endpoint_config": {"data-store-key-customer-managed"},
    "aws.emr.cluster": {
        "activity-logged",
        "analysis-cluster-uses-kerberos",
        "connections-encrypted",
        "data-store-encrypted-at-rest",
        "data-store-protected-from-deletion",
    },
    "aws.kinesis.stream": {"data-store-encrypted-at-rest"},
}
"""Type to the controls that pass for the good one and fail for the bad one.

What the simulation cannot show is held by recorded answers: it has one parameter group of Redshift, whose `require_ssl`
stays false; subnets of its own for DMS, which EC2 does not list; and no addresses of EMR's machines.
"""


def test_good_and_bad_are_told_apart(aws_environment: str) -> None:
    """Each control that an account can show both ways passes the one and fails the other, and nothing is missed."""
    client("emr").put_block_public_access_configuration(
        BlockPublicAccessConfiguration={
            "BlockPublicSecurityGroupRules": True,
            "PermittedPublicSecurityGroupRuleRanges": [{"MinRange": 22, "MaxRange": 22}],
        }
    )
    make("good", good=True)
    make("bad", good=False)

    verdicts, gaps = judged()

    assert gaps == []
    assert {(kind, name[:3]) for kind, name, _ in verdicts} == {
        (kind, name) for kind in TYPES for name in ("goo", "bad")
    }
    apart: dict[str, set[str]] = {kind: set() for kind in TYPES}
    for (kind, name, control), verdict in verdicts.items():
        if name.startswith("good") and verdict == "pass" and verdicts.get((kind, f"bad{name[4:]}", control)) == "fail":
            apart[kind].add(control)
    assert apart == TOLD_APART
    assert verdicts["aws.emr.cluster", "good", "public-access-blocked"] == "pass"
    # Redis keeps its own data where nobody is asked for a name; Memcached has none of these questions.
    assert ("aws.elasticache.memcached", "bad-keys", "backups-made") not in verdicts


def test_refused_details_leave_nothing_unsaid(aws_environment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the detail calls the same things are there, and what they would have told is unknown, never a pass."""
    from botocore.client import BaseClient
    from botocore.exceptions import ClientError

    make("bad", good=False)
    send = BaseClient._make_api_call
    refused = {"DescribeDomains", "DescribeCluster", "DescribeNotebookInstance", "DescribeStreamSummary"}

    def refusing(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        if operation in refused:
            raise ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, operation)
        return send(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", refusing)

    verdicts, gaps = judged()

    assert gaps == []
    for kind, control in (
        ("aws.opensearch.domain", "search-nodes-encrypt-their-traffic"),
        ("aws.opensearch.domain", "data-store-not-public"),
        ("aws.emr.cluster", "analysis-cluster-uses-kerberos"),
        ("aws.sagemaker.notebook_instance", "notebook-has-no-direct-internet-access"),
        ("aws.kinesis.stream", "data-store-encrypted-at-rest"),
    ):
        assert verdicts[kind, "bad", control] == "unknown"
