"""EBS volumes, snapshots, VPCs and regional defaults: live and Terraform mean the same."""

from datetime import UTC, datetime
from typing import Any

import pytest
from fakes import Code, FakeAws, asked
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import ec2_region, ec2_snapshot, ec2_volume, ec2_vpc
from phiward.inventory.aspects import EncryptionAtRest, Exposure
from phiward.inventory.model import Resource, Unknown

KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
CUSTOMER = {"kms:DescribeKey": {"KeyMetadata": {"KeyManager": "CUSTOMER"}}}
MADE = datetime(2026, 1, 1, tzinfo=UTC)
VOLUME = {"VolumeId": "vol-1", "Encrypted": True, "KmsKeyId": KEY, "CreateTime": MADE, "Attachments": []}
PLAIN = {"VolumeId": "vol-1", "Encrypted": False, "CreateTime": MADE}
NO_COPIES: dict[str, Any] = {
    "backup:ListBackupPlans": {"BackupPlansList": []},
    "backup:ListProtectedResources": {"Results": []},
    "dlm:GetLifecyclePolicies": {"Policies": []},
}
DEFAULT_ON = FakeBlock("aws_ebs_encryption_by_default.on", enabled=True)


def only(module: Any, aws: FakeAws) -> Resource:
    """Read the one resource there is."""
    aws.answers = {**NO_COPIES, **aws.answers}
    (item,) = module.items(aws)
    made: Resource = module.resource(aws, item)
    return made


def volume(block: FakeBlock, *others: FakeBlock, **parts: Any) -> Resource:
    """Build a volume from its block."""
    return ec2_volume.from_terraform(block, parts, FakeSource([block, *others]))


def encryption(made: Resource) -> EncryptionAtRest:
    """Return the aspect."""
    assert isinstance(made.encryption_at_rest, EncryptionAtRest)
    return made.encryption_at_rest


def test_a_volume_under_the_customers_key_agrees() -> None:
    """Encrypted, under whose key, by the same name of method: live and in code."""
    aws = FakeAws(
        {"ec2:DescribeVolumes": {"Volumes": [VOLUME]}, "ec2:DescribeSnapshots": {"Snapshots": []}, **CUSTOMER}
    )
    block = FakeBlock("aws_ebs_volume.a", encrypted=True, kms_key_id=Ref("aws_kms_key.ephi.arn"))

    live = encryption(only(ec2_volume, aws))
    code = encryption(volume(block, FakeBlock("aws_kms_key.ephi")))

    assert (live.enabled, live.algorithm, live.key_owner) == (True, "aws:kms", "customer")
    assert (code.enabled, code.algorithm, code.key_owner) == (True, "aws:kms", "customer")
    assert (live.key, code.key) == (KEY, "aws_kms_key.ephi")


def test_an_unencrypted_volume_agrees() -> None:
    """A volume that does not ask for encryption has none, and no key."""
    aws = FakeAws({"ec2:DescribeVolumes": {"Volumes": [PLAIN]}, "ec2:DescribeSnapshots": {"Snapshots": []}})

    assert encryption(only(ec2_volume, aws)) == encryption(volume(FakeBlock("aws_ebs_volume.a")))


@pytest.mark.parametrize(
    ("arguments", "others", "expected"),
    [
        ({}, [], False),
        ({}, [DEFAULT_ON], True),
        ({"encrypted": False}, [DEFAULT_ON], True),
        ({"encrypted": "true"}, [], True),
        ({}, [FakeBlock("aws_ebs_encryption_by_default.on")], True),
        ({}, [FakeBlock("aws_ebs_encryption_by_default.on", enabled=False)], False),
    ],
)
def test_a_volume_follows_the_regions_default(arguments: dict[str, Any], others: Any, expected: bool) -> None:
    """EC2 encrypts everything made while the default is on."""
    assert encryption(volume(FakeBlock("aws_ebs_volume.a", **arguments), *others)).enabled is expected


def test_an_unknown_encrypted_argument_stays_unknown() -> None:
    """`encrypted = var.encrypt` without a value is neither."""
    assert isinstance(
        encryption(volume(FakeBlock("aws_ebs_volume.a", encrypted=Unknown("var.encrypt")))).enabled, Unknown
    )


@pytest.mark.parametrize(
    ("key", "owner"),
    [("alias/aws/ebs", "managed"), ("alias/ephi", "customer"), (KEY, None), (Unknown("var.key"), None)],
)
def test_a_literal_key_tells_its_owner_only_by_alias(key: Any, owner: str | None) -> None:
    """The names `alias/aws/...` are AWS's own; an id could be anybody's."""
    found = encryption(volume(FakeBlock("aws_ebs_volume.a", encrypted=True, kms_key_id=key))).key_owner

    assert found == owner if owner else isinstance(found, Unknown)


def test_a_denied_key_is_an_unknown_owner_only() -> None:
    """Whose key it is gets lost; that it is encrypted does not."""
    aws = FakeAws(
        {"ec2:DescribeVolumes": {"Volumes": [VOLUME]}, "ec2:DescribeSnapshots": {"Snapshots": []}},
        denied={"kms:DescribeKey"},
    )

    found = encryption(only(ec2_volume, aws))

    assert isinstance(found.key_owner, Unknown)
    assert (found.enabled, found.key) == (True, KEY)


def test_denied_snapshots_are_an_unknown_last_snapshot_only() -> None:
    """The volume is there, with its encryption."""
    aws = FakeAws({"ec2:DescribeVolumes": {"Volumes": [PLAIN]}}, denied={"ec2:DescribeSnapshots"})

    made = only(ec2_volume, aws)

    assert isinstance(made.config, ec2_volume.VolumeConfig)
    assert isinstance(made.config.last_snapshot, Unknown)
    assert encryption(made).enabled is False


def test_the_newest_finished_snapshot_counts() -> None:
    """A snapshot that has not finished brings nothing back."""
    snapshots = [
        {"VolumeId": "vol-1", "State": "completed", "StartTime": datetime(2026, 1, day, tzinfo=UTC)} for day in (3, 2)
    ]
    snapshots.append({"VolumeId": "vol-1", "State": "pending", "StartTime": datetime(2026, 1, 9, tzinfo=UTC)})
    aws = FakeAws({"ec2:DescribeVolumes": {"Volumes": [PLAIN]}, "ec2:DescribeSnapshots": {"Snapshots": snapshots}})

    assert only(ec2_volume, aws).config == ec2_volume.VolumeConfig(
        attached=False, created="2026-01-01T00:00:00Z", last_snapshot="2026-01-03T00:00:00Z"
    )


@pytest.mark.parametrize("module", [ec2_volume, ec2_snapshot, ec2_vpc])
def test_a_denied_listing_is_raised(module: Any) -> None:
    """It becomes a gap of the type, never an empty account."""
    listing = {
        ec2_volume: "ec2:DescribeVolumes",
        ec2_snapshot: "ec2:DescribeSnapshots",
        ec2_vpc: "ec2:DescribeVpcs",
    }[module]
    aws = FakeAws(denied={listing}, need=())

    with pytest.raises(Denied):
        list(module.items(aws))


SNAPSHOT = {"SnapshotId": "snap-1", "VolumeId": "vol-1", "Encrypted": False, "StartTime": MADE, "State": "completed"}
SHARING = "ec2:DescribeSnapshotAttribute"


def snapshot(*permissions: dict[str, str]) -> FakeAws:
    """Return an account with one snapshot that these may restore."""
    return FakeAws(
        {
            "ec2:DescribeSnapshots": {"Snapshots": [SNAPSHOT]},
            SHARING: {"SnapshotId": "snap-1", "CreateVolumePermissions": list(permissions)},
        }
    )


def test_a_shared_snapshot_agrees() -> None:
    """Public to all, or shared with one account: live and in code."""
    block = FakeBlock("aws_ebs_snapshot.a", volume_id=Ref("aws_ebs_volume.a.id"))
    parts: Any = {
        "aws_snapshot_create_volume_permission": [
            FakeBlock("aws_snapshot_create_volume_permission.all", account_id="all"),
            FakeBlock("aws_snapshot_create_volume_permission.one", account_id="210987654321"),
        ]
    }
    source = FakeSource([block, FakeBlock("aws_ebs_volume.a")])

    live = only(ec2_snapshot, snapshot({"Group": "all"}, {"UserId": "210987654321"}))
    code = ec2_snapshot.from_terraform(block, parts, source)

    expected = Exposure(public=True, ways=("shared-snapshot",), shared_with=("210987654321",))
    assert live.exposure == code.exposure == expected
    assert live.encryption_at_rest == code.encryption_at_rest == EncryptionAtRest(enabled=False)


PUBLIC_ONES = asked("ec2:DescribeSnapshots", OwnerIds=["self"], RestorableByUserIds=["all"])


@pytest.mark.parametrize(
    ("changed", "public", "calls"),
    [
        ({}, (), ["ec2:DescribeSnapshots", "ec2:DescribeSnapshots"]),
        ({}, (SNAPSHOT,), ["ec2:DescribeSnapshots", "ec2:DescribeSnapshots", SHARING]),
        ({"Encrypted": True}, (), ["ec2:DescribeSnapshots"]),
    ],
)
def test_public_snapshots_are_listed_at_once(
    changed: dict[str, Any], public: tuple[Any, ...], calls: list[str]
) -> None:
    """Where nobody asks which accounts share it: that is not said then. An encrypted one cannot be public."""
    aws = FakeAws({**snapshot({"Group": "all"}).answers, PUBLIC_ONES: {"Snapshots": list(public)}})
    aws.answers["ec2:DescribeSnapshots"] = {"Snapshots": [{**SNAPSHOT, **changed}]}
    aws.need = frozenset({"exposure.public"})

    exposure = only(ec2_snapshot, aws).exposure

    assert isinstance(exposure, Exposure)
    assert exposure.public is bool(public)
    assert isinstance(exposure.shared_with, Unknown) is not bool(public)
    assert [call for call, _ in aws.calls] == calls


def test_a_denied_attribute_is_an_unknown_exposure_only() -> None:
    """Who may restore it is unknown; that it is not encrypted is known."""
    aws = FakeAws({"ec2:DescribeSnapshots": {"Snapshots": [SNAPSHOT]}}, denied={"ec2:DescribeSnapshotAttribute"})

    made = only(ec2_snapshot, aws)

    assert isinstance(made.exposure, Unknown)
    assert encryption(made).enabled is False


def test_a_copied_snapshot_is_as_its_original_unless_it_asks() -> None:
    """The code of a copy does not tell how its original was encrypted."""
    copy, encrypted = FakeBlock("aws_ebs_snapshot_copy.a"), FakeBlock("aws_ebs_snapshot_copy.b", encrypted=True)

    assert isinstance(encryption(ec2_snapshot.from_terraform_copy(copy, {}, FakeSource([copy]))).enabled, Unknown)
    assert encryption(ec2_snapshot.from_terraform_copy(encrypted, {}, FakeSource([encrypted]))).enabled is True


LOG = {
    "ResourceId": "vpc-1",
    "FlowLogStatus": "ACTIVE",
    "DeliverLogsStatus": "SUCCESS",
    "TrafficType": "ALL",
    "LogGroupName": "flows",
}
CLOSED = {"GroupId": "sg-1", "GroupName": "default", "VpcId": "vpc-1", "IpPermissions": [], "IpPermissionsEgress": []}


def vpc(logs: Any = (), groups: Any = (CLOSED,), endpoints: Any = (), denied: tuple[str, ...] = ()) -> Resource:
    """Read an account's one VPC."""
    return only(
        ec2_vpc,
        FakeAws(
            {
                "ec2:DescribeVpcs": {"Vpcs": [{"VpcId": "vpc-1", "IsDefault": False}]},
                "ec2:DescribeFlowLogs": {"FlowLogs": list(logs)},
                "ec2:DescribeSecurityGroups": {"SecurityGroups": list(groups)},
                "ec2:DescribeVpcEndpoints": {"VpcEndpoints": list(endpoints)},
            },
            denied=denied,
        ),
    )


def test_a_vpc_with_a_flow_log_agrees() -> None:
    """Recorded, all traffic, and its default group closed: live and in code."""
    group = FakeBlock("aws_default_security_group.a", vpc_id=Ref("aws_vpc.a.id"))
    log = FakeBlock("aws_flow_log.a", vpc_id=Ref("aws_vpc.a.id"), traffic_type="ALL", log_destination="arn:flows")
    parts: Any = {"aws_flow_log": [log], "aws_default_security_group": [group]}

    live = vpc([{**LOG, "LogDestination": "arn:flows"}])
    code = ec2_vpc.from_terraform(FakeBlock("aws_vpc.a"), parts, FakeSource())

    assert live.logging == code.logging
    assert (
        live.config
        == code.config
        == ec2_vpc.VpcConfig(is_default=False, default_group_closed=True, interface_endpoints=())
    )


def test_a_bare_vpc_agrees() -> None:
    """Nothing is recorded, and the default group that AWS makes admits its own members."""
    groups = [{**CLOSED, "IpPermissions": [{"IpProtocol": "-1"}]}]
    code = ec2_vpc.from_terraform(FakeBlock("aws_vpc.a"), {}, FakeSource())

    live = vpc(groups=groups)

    assert live.logging == code.logging
    assert (
        live.config
        == code.config
        == ec2_vpc.VpcConfig(is_default=False, default_group_closed=False, interface_endpoints=())
    )


@pytest.mark.parametrize(
    "log", [{**LOG, "DeliverLogsStatus": "FAILED"}, {**LOG, "ResourceId": "subnet-1"}, {**LOG, "FlowLogStatus": "X"}]
)
def test_a_flow_log_that_does_not_record_the_vpc_does_not_count(log: Any) -> None:
    """Failing to deliver, of a subnet only, or not active."""
    made = vpc([log])

    assert not isinstance(made.logging, Unknown)
    assert made.logging is not None
    assert made.logging.enabled is False


def test_denied_flow_logs_are_an_unknown_logging_only() -> None:
    """The default group is still judged."""
    made = vpc(denied=("ec2:DescribeFlowLogs",))

    assert isinstance(made.logging, Unknown)
    assert made.config == ec2_vpc.VpcConfig(is_default=False, default_group_closed=True, interface_endpoints=())


ENDPOINT = {
    "VpcId": "vpc-1",
    "VpcEndpointType": "Interface",
    "ServiceName": "com.amazonaws.us-east-1.ec2",
    "State": "available",
}


def endpoints(made: Resource) -> Any:
    """Return the services that a VPC reaches by an interface endpoint."""
    assert isinstance(made.config, ec2_vpc.VpcConfig)
    return made.config.interface_endpoints


def test_only_interface_endpoints_that_are_there_count() -> None:
    """A gateway, one that failed and one of another VPC do not; live and in code."""
    others = [
        {**ENDPOINT, "VpcEndpointType": "Gateway"},
        {**ENDPOINT, "State": "failed"},
        {**ENDPOINT, "VpcId": "vpc-2"},
    ]
    named: dict[str, Any] = {"vpc_id": Ref("aws_vpc.a.id"), "service_name": "com.amazonaws.us-east-1.ec2"}
    interface = FakeBlock("aws_vpc_endpoint.a", vpc_endpoint_type="Interface", **named)
    later = FakeBlock("aws_vpc_endpoint.a", vpc_endpoint_type="Interface", service_name=Ref("data.aws_x.y.name"))

    def code(*given: Any) -> Any:
        return endpoints(ec2_vpc.from_terraform(FakeBlock("aws_vpc.a"), {"aws_vpc_endpoint": [*given]}, FakeSource()))

    assert endpoints(vpc(endpoints=others)) == code(FakeBlock("aws_vpc_endpoint.a", **named)) == ()
    assert endpoints(vpc(endpoints=[ENDPOINT])) == code(interface) == ("ec2",)
    assert isinstance(code(later)[0], Unknown)
    assert isinstance(code(Unknown("var.vpc"))[0], Unknown)
    assert isinstance(endpoints(vpc(denied=("ec2:DescribeVpcEndpoints",))), Unknown)


def test_a_region_agrees() -> None:
    """Encryption by default under AWS's own key: live and in code."""
    aws = FakeAws(
        {
            "ec2:GetEbsEncryptionByDefault": {"EbsEncryptionByDefault": True},
            "ec2:GetEbsDefaultKmsKeyId": {"KmsKeyId": "alias/aws/ebs"},
            "ec2:GetSnapshotBlockPublicAccessState": {"State": "unblocked"},
        }
    )

    live, code = only(ec2_region, aws), ec2_region.from_terraform(DEFAULT_ON, {}, FakeSource([DEFAULT_ON]))

    assert (encryption(live).enabled, encryption(live).key_owner) == (True, "managed")
    assert (encryption(code).enabled, encryption(code).key_owner) == (True, "managed")
    assert live.config == code.config == ec2_region.RegionConfig(snapshot_sharing="unblocked")


def test_each_denied_default_of_a_region_is_unknown_by_itself() -> None:
    """A service that does not know the question loses that one fact."""
    aws = FakeAws(
        {
            "ec2:GetEbsEncryptionByDefault": {"EbsEncryptionByDefault": False},
            "ec2:GetSnapshotBlockPublicAccessState": Code("InvalidAction"),
        }
    )

    made = only(ec2_region, aws)

    assert encryption(made) == EncryptionAtRest(enabled=False)
    assert isinstance(made.config, ec2_region.RegionConfig)
    assert isinstance(made.config.snapshot_sharing, Unknown)
