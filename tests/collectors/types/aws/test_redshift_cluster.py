"""Redshift clusters: both forms agree, exposure needs all three of address, route and group, and refusals are told."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import redshift_cluster
from phiward.inventory.model import Resource, Unknown

KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0f"
WAREHOUSE: dict[str, Any] = {
    "ClusterIdentifier": "warehouse",
    "Encrypted": True,
    "KmsKeyId": KEY,
    "PubliclyAccessible": False,
    "AllowVersionUpgrade": True,
    "ClusterVersion": "1.0",
    "AutomatedSnapshotRetentionPeriod": 35,
    "ClusterSnapshotCopyStatus": {"DestinationRegion": "us-west-2"},
    "MultiAZ": "Enabled",
    "EnhancedVpcRouting": True,
    "ClusterParameterGroups": [{"ParameterGroupName": "tls", "ParameterApplyStatus": "in-sync"}],
    "ClusterSubnetGroupName": "private",
    "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
    "Endpoint": {"Port": 5439},
    "Tags": [{"Key": "Owner", "Value": "records"}],
}
LOGGED = {"LoggingEnabled": True, "BucketName": "audit", "LogDestinationType": "s3"}
PARAMETERS = {
    "Parameters": [
        {"ParameterName": "require_ssl", "ParameterValue": "true"},
        {"ParameterName": "enable_user_activity_logging", "ParameterValue": "true"},
    ]
}
ANSWERS: dict[str, Any] = {
    "kms:DescribeKey": {"KeyMetadata": {"KeyManager": "CUSTOMER"}},
    "redshift:DescribeLoggingStatus": LOGGED,
    "redshift:DescribeClusterParameters": PARAMETERS,
}
WORLD = {"FromPort": 5439, "ToPort": 5439, "IpProtocol": "tcp", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
ROUTED = {
    "RouteTableId": "rtb-1",
    "VpcId": "vpc-1",
    "Associations": [{"SubnetId": "subnet-1"}],
    "Routes": [{"GatewayId": "igw-1", "DestinationCidrBlock": "0.0.0.0/0", "State": "active"}],
}
NETWORK: dict[str, Any] = {
    "redshift:DescribeClusterSubnetGroups": {
        "ClusterSubnetGroups": [
            {"ClusterSubnetGroupName": "private", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
            {"ClusterSubnetGroupName": "other", "Subnets": [{"SubnetIdentifier": "subnet-2"}]},
        ]
    },
    "ec2:DescribeRouteTables": {"RouteTables": [ROUTED]},
    "ec2:DescribeSecurityGroups": {"SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": [WORLD]}]},
}
SAME_IN_BOTH = (
    "encryption_at_rest.enabled",
    "encryption_at_rest.algorithm",
    "encryption_at_rest.key_owner",
    "encryption_in_transit",
    "exposure",
    "logging",
    "patching",
    "backup.enabled",
    "backup.retention_days",
    "backup.other_site",
    "backup.encrypted",
    "resilience",
    "network",
    "config.publicly_accessible",
    "config.enhanced_vpc_routing",
    "config.user_activity_logging",
)


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def live(changes: dict[str, Any] | None = None, **given: Any) -> Resource:
    """Return the resource of a live cluster."""
    aws = FakeAws({**ANSWERS, **given.pop("answers", {})}, **given)
    return redshift_cluster.resource(aws, {**WAREHOUSE, **(changes or {})})


def group(**values: str) -> FakeBlock:
    """Return a parameter group."""
    parameters = [{"name": name, "value": value} for name, value in values.items() if name != "family"]
    return FakeBlock(
        "aws_redshift_parameter_group.tls",
        name="tls",
        family=values.get("family", "redshift-1.0"),
        blocks={"parameter": parameters},
    )


def code(*others: FakeBlock, parts: dict[str, Any] | None = None, **changes: Any) -> Resource:
    """Return the resource of the same cluster in Terraform."""
    log = FakeBlock("aws_redshift_logging.a", bucket_name="audit", log_destination_type="s3")
    arguments = {
        "cluster_identifier": "warehouse",
        "encrypted": True,
        "kms_key_id": Ref("aws_kms_key.ephi.arn"),
        "publicly_accessible": False,
        "cluster_version": "1.0",
        "automated_snapshot_retention_period": 35,
        "multi_az": True,
        "enhanced_vpc_routing": True,
        "cluster_parameter_group_name": Ref("aws_redshift_parameter_group.tls.name"),
        **changes,
    }
    block = FakeBlock("aws_redshift_cluster.warehouse", **arguments)
    parameters = others or (group(require_ssl="true", enable_user_activity_logging="true"),)
    source = FakeSource([block, FakeBlock("aws_kms_key.ephi"), *parameters])
    (form,) = redshift_cluster.TERRAFORM
    given: dict[str, Any] = {
        "aws_redshift_logging": [log],
        "aws_redshift_snapshot_copy": [FakeBlock("aws_redshift_snapshot_copy.a")],
    }
    return form.build(block, given if parts is None else parts, source)


@pytest.mark.parametrize("path", SAME_IN_BOTH)
def test_both_forms_agree(path: str) -> None:
    """The same cluster, live and in code, has the same facts."""
    assert at(code(), path) == at(live(), path)


def test_both_forms_see_a_bad_cluster_alike() -> None:
    """Plain, unlogged, never upgraded, never copied: the same in both."""
    bad = live(
        {
            "Encrypted": False,
            "KmsKeyId": None,
            "AllowVersionUpgrade": False,
            "AutomatedSnapshotRetentionPeriod": 0,
            "ClusterSnapshotCopyStatus": None,
            "MultiAZ": "Disabled",
            "EnhancedVpcRouting": False,
            "ClusterParameterGroups": [{"ParameterGroupName": "default.redshift-1.0"}],
        },
        answers={
            "redshift:DescribeLoggingStatus": {"LoggingEnabled": False},
            "redshift:DescribeClusterParameters": {
                "Parameters": [
                    {"ParameterName": "require_ssl", "ParameterValue": "false"},
                    {"ParameterName": "enable_user_activity_logging", "ParameterValue": "false"},
                ]
            },
        },
    )
    written = code(
        encrypted=False,
        kms_key_id=None,
        allow_version_upgrade=False,
        automated_snapshot_retention_period=0,
        multi_az=None,
        enhanced_vpc_routing=None,
        cluster_parameter_group_name="default.redshift-1.0",
        parts={},
    )

    assert [at(written, path) for path in SAME_IN_BOTH] == [at(bad, path) for path in SAME_IN_BOTH]
    for path in ("encryption_at_rest.enabled", "encryption_in_transit.enforced", "logging.enabled", "backup.enabled"):
        assert at(bad, path) is False


@pytest.mark.parametrize(
    ("denied", "path"),
    [
        ("redshift:DescribeLoggingStatus", "logging.enabled"),
        ("redshift:DescribeClusterParameters", "encryption_in_transit.enforced"),
        ("kms:DescribeKey", "encryption_at_rest.key_owner"),
    ],
)
def test_a_denied_call_makes_its_own_fact_unknown(denied: str, path: str) -> None:
    """What the call would have filled is unknown, with the call's name; the rest is as it was."""
    whole, without = live(), live(denied={denied})

    assert isinstance(at(without, path), Unknown)
    assert denied in at(without, path).reason
    changed = {each for each in SAME_IN_BOTH if at(without, each) != at(whole, each)}
    beside = {"config.user_activity_logging"} if "Parameters" in denied else set()
    assert {each.partition(".")[0] for each in changed - beside} == {path.partition(".")[0]}


def test_a_denied_listing_is_a_gap() -> None:
    """An account that refuses the listing is not an empty one."""
    with pytest.raises(Denied, match="redshift:DescribeClusters"):
        list(redshift_cluster.items(FakeAws(denied={"redshift:DescribeClusters"})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """A run that only asks of backups needs the listing alone; a private cluster needs nothing of EC2."""
    aws = FakeAws({}, need={"backup"})
    redshift_cluster.resource(aws, WAREHOUSE)
    private = FakeAws({}, need={"exposure"})
    redshift_cluster.resource(private, WAREHOUSE)

    assert (aws.calls, private.calls) == ([], [])


def test_a_public_address_alone_opens_nothing() -> None:
    """The flag is told by itself; exposed is what the internet has a route and a door to."""
    public = {"PubliclyAccessible": True}
    closed = {"ec2:DescribeRouteTables": {"RouteTables": [{**ROUTED, "Routes": []}]}}

    reached = live(public, answers=NETWORK)
    unrouted = live(public, answers={**NETWORK, **closed})

    assert at(reached, "exposure.ways") == ("internet > igw-1 > rtb-1 > subnet-1 > sg-1 (tcp 5439)",)
    assert at(unrouted, "exposure.public") is False
    assert (at(reached, "network.private"), at(unrouted, "network.private")) == (False, False)


@pytest.mark.parametrize(
    "denied", ["redshift:DescribeClusterSubnetGroups", "ec2:DescribeRouteTables", "ec2:DescribeSecurityGroups"]
)
def test_a_network_that_may_not_be_seen_is_unknown(denied: str) -> None:
    """Nobody is told that a public cluster is out of reach on a guess."""
    found = live({"PubliclyAccessible": True}, answers=NETWORK, denied={denied})

    assert isinstance(at(found, "exposure.public"), Unknown)
    assert at(found, "network.private") is False


def test_a_subnet_group_that_is_not_listed_is_unknown() -> None:
    """Where it lies is not guessed."""
    found = live({"PubliclyAccessible": True, "ClusterSubnetGroupName": "gone"}, answers=NETWORK)

    assert isinstance(at(found, "exposure.public"), Unknown)


def test_a_hardware_module_holds_the_organisations_own_key() -> None:
    """Such a cluster has no KMS key, and is no worse for it."""
    found = live({"KmsKeyId": None, "HsmStatus": {"Status": "active"}})

    assert at(found, "encryption_at_rest.enabled") is True
    assert at(found, "encryption_at_rest.key_owner") == "customer"


def test_logs_in_log_groups_are_told_by_kind() -> None:
    """CloudWatch gets only the kinds that are chosen."""
    found = live(
        answers={
            "redshift:DescribeLoggingStatus": {
                "LoggingEnabled": True,
                "LogDestinationType": "cloudwatch",
                "LogExports": ["userlog", "connectionlog"],
            }
        }
    )

    assert at(found, "logging.kinds") == ("connectionlog", "userlog")
    assert at(found, "logging.destinations")[0] == "/aws/redshift/cluster/warehouse/connectionlog"


def test_a_parameter_that_waits_for_a_restart_is_told() -> None:
    """TLS that is demanded only after the next restart is not demanded yet."""
    waits = {"ClusterParameterGroups": [{"ParameterGroupName": "tls", "ParameterApplyStatus": "pending-reboot"}]}

    assert at(live(waits), "patching.reboot_required") is True


@pytest.mark.parametrize(("family", "enforced"), [("redshift-1.0", False), ("redshift-2.0", True)])
def test_the_family_decides_where_no_parameter_does(family: str, enforced: bool) -> None:
    """Groups of the younger family demand TLS unless they say otherwise."""
    assert at(code(group(family=family)), "encryption_in_transit.enforced") is enforced


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"publicly_accessible": None}, "network.private"),
        ({"publicly_accessible": True}, "exposure.public"),
        ({"encrypted": None}, "encryption_at_rest.enabled"),
        ({"cluster_parameter_group_name": None}, "encryption_in_transit.enforced"),
        ({"cluster_parameter_group_name": "made-by-hand"}, "encryption_in_transit.enforced"),
        ({"automated_snapshot_retention_period": Unknown("var.days has no value", ("var.days",))}, "backup.enabled"),
    ],
)
def test_what_code_cannot_tell_is_unknown(changes: dict[str, Any], path: str) -> None:
    """Defaults that depend on the provider's version, groups made by hand, variables without a value."""
    assert isinstance(at(code(**changes), path), Unknown)


def test_the_older_block_says_whether_it_logs() -> None:
    """Before version 6 of the provider the log was a block of the cluster."""
    on = code(blocks={"logging": [{"enable": True, "bucket_name": "audit"}]}, parts={})
    off = code(blocks={"logging": [{"enable": False}]}, parts={})

    assert at(on, "logging") == at(live(), "logging")
    assert at(off, "logging.enabled") is False


def test_a_log_that_may_belong_elsewhere_is_unknown() -> None:
    """A part whose cluster cannot be told decides nothing."""
    found = code(parts={"aws_redshift_logging": [Unknown("it may belong here")]})

    assert isinstance(at(found, "logging.enabled"), Unknown)


def test_lines_point_at_what_decided() -> None:
    """The log's own block, and the arguments."""
    lines = code().lines

    assert lines["backup"].line == 7
    assert lines["encryption_at_rest"].line == 3
