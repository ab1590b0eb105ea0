"""Redshift clusters. Calls `redshift:DescribeClusters` and, for what is needed of each, `DescribeLoggingStatus`,
`DescribeClusterParameters` (once for each parameter group), `DescribeClusterSubnetGroups` where one has a public
address, and `kms:DescribeKey`.

Serverless workgroups are another API and another type.
"""  # noqa: D205 - the calls are the summary

from collections.abc import Iterator
from typing import Any

from phiward.collectors.aws.port import Aws
from phiward.collectors.types.aws import reach, redshift_code
from phiward.collectors.types.aws.answers import arn, listed, live, tags_of
from phiward.collectors.types.aws.kms_keys import encrypts_with, owner_of
from phiward.collectors.types.aws.redshift_facts import ClusterConfig, ClusterFacts, Parameters, aspects
from phiward.inventory.aspects import (
    Backup,
    EncryptionAtRest,
    EncryptionInTransit,
    Exposure,
    Logging,
    Network,
    Patching,
    Resilience,
)
from phiward.inventory.catalog import Relation, ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

TYPE = ResourceType(
    name="aws.redshift.cluster",
    title="Redshift cluster",
    aspects=(
        EncryptionAtRest,
        EncryptionInTransit,
        Exposure,
        Logging,
        Patching,
        Backup,
        Resilience,
        Network,
    ),
    config=ClusterConfig,
    relations={
        "security_groups": Relation("the security groups that filter its traffic", ("aws.ec2.security_group",)),
        "encrypts_with": Relation("the KMS key it is encrypted with", ("aws.kms.key",)),
    },
    stores_data=True,
)

TERRAFORM = redshift_code.forms(TYPE)

_EVERY_KIND = ("connectionlog", "useractivitylog", "userlog")
_PARAMETERS = ("encryption_in_transit.enforced", "config.user_activity_logging")
_MOST_PAGES = 20


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield every cluster of the region."""
    yield from aws.pages("redshift", "describe_clusters", "Clusters")


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return one cluster, with what its log, parameter group, subnets and key say."""
    said = aspects(_facts(aws, item))
    groups = sorted(group["VpcSecurityGroupId"] for group in item.get("VpcSecurityGroups", ()))
    return live(
        aws,
        TYPE,
        arn(aws, "redshift", f"cluster:{item['ClusterIdentifier']}"),
        name=item["ClusterIdentifier"],
        tags=tags_of(item.get("Tags", ())),
        exposure=_exposure(aws, item, groups),
        relations={
            "security_groups": tuple(arn(aws, "ec2", f"security-group/{group}") for group in groups),
            "encrypts_with": encrypts_with(said["encryption_at_rest"]),
        },
        **said,
    )


def _facts(aws: Aws, cluster: dict[str, Any]) -> ClusterFacts:
    key = cluster.get("KmsKeyId")
    hsm = cluster.get("HsmStatus", {}).get("Status") == "active"
    groups = cluster.get("ClusterParameterGroups", ())
    group = next((each["ParameterGroupName"] for each in groups), None)
    return ClusterFacts(
        encrypted=bool(cluster.get("Encrypted", False)),
        key_owner=owner_of(aws, key) if key and not hsm else None,
        key=key,
        hsm=hsm,
        parameters=_parameters(aws, group),
        parameter_group=group,
        public=bool(cluster.get("PubliclyAccessible", False)),
        logging=_logging(aws, cluster["ClusterIdentifier"]),
        upgrades=bool(cluster.get("AllowVersionUpgrade", False)),
        version=cluster.get("ClusterVersion"),
        restart_waits=any(each.get("ParameterApplyStatus") == "pending-reboot" for each in groups) or None,
        retention_days=cluster.get("AutomatedSnapshotRetentionPeriod", 0),
        other_site=bool(cluster.get("ClusterSnapshotCopyStatus")),
        redundant=str(cluster.get("MultiAZ", "")).lower() in {"enabled", "true"},
        enhanced_routing=bool(cluster.get("EnhancedVpcRouting", False)),
    )


def _exposure(aws: Aws, cluster: dict[str, Any], groups: list[str]) -> Exposure:
    """Return whether the internet reaches it: by its address, the routes of its subnets and its groups together."""
    if not cluster.get("PubliclyAccessible", False):
        return Exposure(public=False)
    subnets = _subnets(aws, cluster.get("ClusterSubnetGroupName"))
    if isinstance(subnets, Unknown):
        return Exposure(public=subnets, ways=subnets)
    port = cluster.get("Endpoint", {}).get("Port")
    return reach.reached(
        aws,
        subnets=subnets,
        groups=groups,
        ipv6=cluster.get("IpAddressType") == "dualstack",
        ports=(port,) if port else (),
        fills=("exposure",),
    ).exposure


def _subnets(aws: Aws, group: str | None) -> Maybe[list[str]]:
    every = listed(aws, "redshift", "describe_cluster_subnet_groups", "ClusterSubnetGroups", fills=("exposure",))
    if isinstance(every, Unknown):
        return every
    found = next((each for each in every if each["ClusterSubnetGroupName"] == group), None)
    if found is None:
        return Unknown(f"Redshift lists no subnet group {group}")
    return [subnet["SubnetIdentifier"] for subnet in found.get("Subnets", ())]


def _logging(aws: Aws, cluster: str) -> Logging:
    status = aws.ask("redshift", "describe_logging_status", fills=("logging",), ClusterIdentifier=cluster)
    if isinstance(status, Unknown):
        return Logging(enabled=status, destinations=status, off_host=status, retention_days=status, kinds=status)
    status = status or {}
    on = bool(status.get("LoggingEnabled", False))
    if not on:
        return Logging(enabled=False, off_host=False, retention_days=0)
    kinds = tuple(sorted(status.get("LogExports", ()))) or _EVERY_KIND
    bucket = status.get("BucketName")
    return Logging(
        enabled=True,
        destinations=(bucket,) if bucket else tuple(f"/aws/redshift/cluster/{cluster}/{kind}" for kind in kinds),
        off_host=True,
        retention_days=Unknown("the bucket or log groups it goes to decide how long it is kept"),
        kinds=kinds,
    )


def _parameters(aws: Aws, group: str | None) -> Parameters:
    """Return what a group says: of AWS's own ones the younger (`default.redshift-2.0`) demands TLS, the older not."""
    if group is None:
        unseen = Unknown("Redshift names no parameter group")
        return Parameters(unseen, unseen)
    values: dict[str, str] = {}
    asked: dict[str, Any] = {"ParameterGroupName": group}
    for _ in range(_MOST_PAGES):
        answer = aws.ask("redshift", "describe_cluster_parameters", fills=_PARAMETERS, **asked)
        if isinstance(answer, Unknown):
            return Parameters(answer, answer)
        for entry in (answer or {}).get("Parameters", ()):
            values[entry["ParameterName"]] = str(entry.get("ParameterValue", ""))
        if not answer or not answer.get("Marker"):
            break
        asked["Marker"] = answer["Marker"]
    unsaid = Unknown(f"the parameter group {group} does not say")
    return Parameters(*(values[name] == "true" if name in values else unsaid for name in redshift_code.PARAMETERS))
