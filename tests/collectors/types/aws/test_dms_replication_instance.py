"""DMS replication instances: always encrypted, public by address and route and group, and the forms agree."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import dms_replication_instance
from phiward.inventory.model import Resource, Unknown

KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0f"
MOVER: dict[str, Any] = {
    "ReplicationInstanceIdentifier": "mover",
    "ReplicationInstanceArn": "arn:aws:dms:us-east-1:123456789012:rep:MOVER",
    "EngineVersion": "3.5.4",
    "KmsKeyId": KEY,
    "PubliclyAccessible": False,
    "MultiAZ": True,
    "AutoMinorVersionUpgrade": True,
    "VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-1", "Status": "active"}],
    "ReplicationSubnetGroup": {"Subnets": [{"SubnetIdentifier": "subnet-1"}]},
}
ANSWERS: dict[str, Any] = {
    "kms:DescribeKey": {"KeyMetadata": {"KeyManager": "CUSTOMER"}},
    "dms:ListTagsForResource": {"TagList": [{"Key": "Owner", "Value": "records"}]},
}
WORLD: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535}
NETWORK: dict[str, Any] = {
    "ec2:DescribeRouteTables": {
        "RouteTables": [
            {
                "RouteTableId": "rtb-1",
                "VpcId": "vpc-1",
                "Associations": [{"SubnetId": "subnet-1"}],
                "Routes": [
                    {"GatewayId": "igw-1", "DestinationCidrBlock": "0.0.0.0/0", "State": "active"},
                    {"GatewayId": "igw-1", "DestinationIpv6CidrBlock": "::/0", "State": "active"},
                ],
            }
        ]
    },
    "ec2:DescribeSecurityGroups": {
        "SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": [{**WORLD, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}]}]
    },
}
SAME_IN_BOTH = (
    "encryption_at_rest.enabled",
    "encryption_at_rest.algorithm",
    "encryption_at_rest.key_owner",
    "exposure",
    "patching",
    "resilience",
    "network",
    "config",
)


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def live(changes: dict[str, Any] | None = None, **given: Any) -> Resource:
    """Return the resource of a live instance."""
    aws = FakeAws({**ANSWERS, **given.pop("answers", {})}, **given)
    return dms_replication_instance.resource(aws, {**MOVER, **(changes or {})})


def code(**changes: Any) -> Resource:
    """Return the resource of the same instance in Terraform."""
    arguments = {
        "replication_instance_id": "mover",
        "engine_version": "3.5.4",
        "kms_key_arn": Ref("aws_kms_key.ephi.arn"),
        "multi_az": True,
        "auto_minor_version_upgrade": True,
        **changes,
    }
    block = FakeBlock("aws_dms_replication_instance.mover", **arguments)
    source = FakeSource([block, FakeBlock("aws_kms_key.ephi")])
    return dms_replication_instance.from_terraform(block, {}, source)


@pytest.mark.parametrize("path", SAME_IN_BOTH)
def test_both_forms_agree(path: str) -> None:
    """The same instance, live and in code, has the same facts."""
    assert at(code(), path) == at(live(), path)


def test_both_forms_see_a_bad_instance_alike() -> None:
    """Public, alone and never upgraded; whether the internet gets in shows in the account alone."""
    bad = {"PubliclyAccessible": True, "MultiAZ": False, "AutoMinorVersionUpgrade": False}
    found = live(bad, answers={**NETWORK, "kms:DescribeKey": {"KeyMetadata": {"KeyManager": "AWS"}}})
    written = code(kms_key_arn=None, multi_az=None, auto_minor_version_upgrade=None, publicly_accessible=True)

    for path in SAME_IN_BOTH:
        if path != "exposure":
            assert at(written, path) == at(found, path)
    assert at(found, "encryption_at_rest.key_owner") == "managed"
    assert at(found, "network.private") is False
    assert isinstance(at(written, "exposure.public"), Unknown)


def test_an_open_group_of_the_other_family_lets_nobody_in() -> None:
    """The group admits IPv6 alone, so only an IPv6 address can be reached."""
    public = {"PubliclyAccessible": True}

    assert at(live(public, answers=NETWORK), "exposure.public") is False
    with_ipv6 = live({**public, "ReplicationInstanceIpv6Addresses": ["2600:1f18::1"]}, answers=NETWORK)
    assert at(with_ipv6, "exposure.ways") == ("internet > igw-1 > rtb-1 > subnet-1 > sg-1 (tcp)",)


@pytest.mark.parametrize(
    ("denied", "path"),
    [
        ("kms:DescribeKey", "encryption_at_rest.key_owner"),
        ("dms:ListTagsForResource", "tags"),
    ],
)
def test_a_denied_call_makes_its_own_fact_unknown(denied: str, path: str) -> None:
    """And nothing else."""
    whole, without = live(), live(denied={denied})

    assert denied in at(without, path).reason
    facts = {*SAME_IN_BOTH, "tags"}
    assert {each for each in facts if at(without, each) != at(whole, each)} == {path}


def test_routes_that_may_not_be_seen_are_unknown() -> None:
    """A public machine is not told to be out of reach on a guess; that its address is public is known."""
    answers = {
        **NETWORK,
        "ec2:DescribeSecurityGroups": {
            "SecurityGroups": [{"GroupId": "sg-1", "IpPermissions": [{**WORLD, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]}]
        },
    }
    found = live({"PubliclyAccessible": True}, answers=answers, denied={"ec2:DescribeRouteTables"})

    assert "ec2:DescribeRouteTables" in at(found, "exposure.public").reason
    assert at(found, "network.private") is False


def test_a_denied_listing_is_a_gap() -> None:
    """An account that refuses the listing is not an empty one."""
    with pytest.raises(Denied, match="dms:DescribeReplicationInstances"):
        list(dms_replication_instance.items(FakeAws(denied={"dms:DescribeReplicationInstances"})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """The listing alone tells of patching."""
    aws = FakeAws({}, need={"patching"})
    dms_replication_instance.resource(aws, MOVER)

    assert aws.calls == []


def test_what_code_cannot_tell_is_unknown() -> None:
    """A flag that a variable decides is neither on nor off."""
    unknown = Unknown("var.public has no value", ("var.public",))
    found = code(publicly_accessible=unknown)

    assert at(found, "network.private") == unknown
    assert at(found, "exposure.public") == unknown
