"""EMR clusters: their security configuration, the addresses of primary nodes, the region's guard; the forms agree."""

import json
from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import emr_cluster, emr_security
from phiward.inventory.model import Resource, Unknown

KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0f"
ARN = "arn:aws:elasticmapreduce:us-east-1:123456789012:cluster/j-1"
SECURITY: dict[str, Any] = {
    "EncryptionConfiguration": {
        "EnableInTransitEncryption": True,
        "EnableAtRestEncryption": True,
        "AtRestEncryptionConfiguration": {
            "LocalDiskEncryptionConfiguration": {"EncryptionKeyProviderType": "AwsKms", "AwsKmsKey": KEY}
        },
    },
    "AuthenticationConfiguration": {"KerberosConfiguration": {"Provider": "ClusterDedicatedKdc"}},
}
COHORT: dict[str, Any] = {
    "Id": "j-1",
    "Name": "cohort",
    "ClusterArn": ARN,
    "Ec2InstanceAttributes": {
        "Ec2SubnetId": "subnet-1",
        "EmrManagedMasterSecurityGroup": "sg-1",
        "AdditionalMasterSecurityGroups": ["sg-2"],
    },
    "InstanceCollectionType": "INSTANCE_GROUP",
    "LogUri": "s3://logs/emr/",
    "ReleaseLabel": "emr-7.2.0",
    "AutoTerminate": False,
    "TerminationProtected": True,
    "SecurityConfiguration": "strict",
    "Tags": [{"Key": "Owner", "Value": "research"}],
}
GUARD: dict[str, Any] = {
    "BlockPublicSecurityGroupRules": True,
    "PermittedPublicSecurityGroupRuleRanges": [{"MinRange": 22, "MaxRange": 22}],
}
ANSWERS: dict[str, Any] = {
    "elasticmapreduce:ListClusters": {"Clusters": [{"Id": "j-1", "Name": "cohort", "ClusterArn": ARN}]},
    "elasticmapreduce:DescribeCluster": {"Cluster": COHORT},
    "elasticmapreduce:DescribeSecurityConfiguration": {
        "Name": "strict",
        "SecurityConfiguration": json.dumps(SECURITY),
    },
    "elasticmapreduce:GetBlockPublicAccessConfiguration": {"BlockPublicAccessConfiguration": GUARD},
    "elasticmapreduce:ListInstances": {"Instances": [{"Id": "i-1", "Status": {"State": "RUNNING"}}]},
    "kms:DescribeKey": {"KeyMetadata": {"KeyManager": "CUSTOMER"}},
}
FACTS = (
    "encryption_at_rest.enabled",
    "encryption_at_rest.key_owner",
    "encryption_in_transit.enforced",
    "exposure.public",
    "exposure.public_access_blocked",
    "logging.enabled",
    "resilience.deletion_protected",
    "network.private",
    "config.kerberos",
    "config.release",
)
SAME_IN_BOTH = tuple(path for path in FACTS if path not in {"exposure.public", "network.private"})


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def live(changes: dict[str, Any] | None = None, **given: Any) -> Resource:
    """Return the live cluster."""
    described = {"elasticmapreduce:DescribeCluster": {"Cluster": {**COHORT, **(changes or {})}}}
    aws = FakeAws({**ANSWERS, **described, **given.pop("answers", {})}, **given)
    (item,) = emr_cluster.items(aws)
    return emr_cluster.resource(aws, item)


def code(*others: FakeBlock, **changes: Any) -> Resource:
    """Return the same cluster in Terraform."""
    arguments = {
        "name": "cohort",
        "release_label": "emr-7.2.0",
        "log_uri": "s3://logs/emr/",
        "termination_protection": True,
        "security_configuration": Ref("aws_emr_security_configuration.strict.name"),
        **changes,
    }
    block = FakeBlock("aws_emr_cluster.cohort", **arguments)
    disk = SECURITY["EncryptionConfiguration"]["AtRestEncryptionConfiguration"]["LocalDiskEncryptionConfiguration"]
    named = {**disk, "AwsKmsKey": Unknown("known after apply", ("aws_kms_key.ephi.arn",))}
    encryption = {
        **SECURITY["EncryptionConfiguration"],
        "AtRestEncryptionConfiguration": {"LocalDiskEncryptionConfiguration": named},
    }
    strict = FakeBlock(
        "aws_emr_security_configuration.strict",
        name="strict",
        configuration={**SECURITY, "EncryptionConfiguration": encryption},
    )
    guard = FakeBlock(
        "aws_emr_block_public_access_configuration.a",
        block_public_security_group_rules=True,
        blocks={"permitted_public_security_group_rule_range": [{"min_range": 22, "max_range": 22}]},
    )
    (form,) = emr_cluster.TERRAFORM
    return form.build(block, {}, FakeSource([block, FakeBlock("aws_kms_key.ephi"), *(others or (strict, guard))]))


@pytest.mark.parametrize("path", SAME_IN_BOTH)
def test_both_forms_agree(path: str) -> None:
    """The same cluster, live and in code, has the same facts; addresses show in the account alone."""
    assert at(code(), path) == at(live(), path)


def test_both_forms_see_a_bad_cluster_alike() -> None:
    """Without a security configuration or a log, and without a guard."""
    bad = live(
        {"SecurityConfiguration": None, "LogUri": None, "TerminationProtected": False},
        answers={
            "elasticmapreduce:GetBlockPublicAccessConfiguration": {
                "BlockPublicAccessConfiguration": {"BlockPublicSecurityGroupRules": False}
            }
        },
    )
    guard = FakeBlock("aws_emr_block_public_access_configuration.a", block_public_security_group_rules=False)
    written = code(guard, security_configuration=None, log_uri=None, termination_protection=None)

    assert [at(written, path) for path in SAME_IN_BOTH] == [at(bad, path) for path in SAME_IN_BOTH]
    for path in set(SAME_IN_BOTH) - {"encryption_at_rest.key_owner", "config.release"}:
        assert at(bad, path) is False


NETWORK: dict[str, Any] = {
    "elasticmapreduce:ListInstances": {
        "Instances": [
            {"Id": "i-0", "PublicIpAddress": "", "Status": {"State": "RUNNING"}},
            {"Id": "i-1", "PublicIpAddress": "203.0.113.9", "Status": {"State": "RUNNING"}},
        ]
    },
    "ec2:DescribeRouteTables": {
        "RouteTables": [
            {
                "RouteTableId": "rtb-1",
                "VpcId": "vpc-1",
                "Associations": [{"SubnetId": "subnet-1"}],
                "Routes": [{"GatewayId": "igw-1", "DestinationCidrBlock": "0.0.0.0/0", "State": "active"}],
            }
        ]
    },
    "ec2:DescribeSecurityGroups": {
        "SecurityGroups": [
            {"GroupId": "sg-1", "IpPermissions": []},
            {
                "GroupId": "sg-2",
                "IpPermissions": [
                    {"IpProtocol": "tcp", "FromPort": 8443, "ToPort": 8443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
                ],
            },
        ]
    },
}


def test_a_primary_node_with_a_public_address_is_told() -> None:
    """And where its groups let the world in, how."""
    found = live(answers=NETWORK)

    assert at(found, "network.private") is False
    assert at(found, "config.primary_has_public_address") is True
    assert at(found, "exposure.ways") == ("internet > igw-1 > rtb-1 > subnet-1 > sg-2 (tcp 8443)",)


def test_a_node_that_has_ended_has_no_address() -> None:
    """EMR lists replaced machines too."""
    ended = {"Instances": [{"PublicIpAddress": "203.0.113.9", "Status": {"State": "TERMINATED"}}]}

    assert at(live(answers={"elasticmapreduce:ListInstances": ended}), "network.private") is True


@pytest.mark.parametrize(
    ("kind", "asked"),
    [("INSTANCE_GROUP", {"InstanceGroupTypes": ["MASTER"]}), ("INSTANCE_FLEET", {"InstanceFleetType": "MASTER"})],
)
def test_only_primary_nodes_are_listed(kind: str, asked: dict[str, Any]) -> None:
    """Groups and fleets are asked in their own words."""
    aws = FakeAws(
        {**ANSWERS, "elasticmapreduce:DescribeCluster": {"Cluster": {**COHORT, "InstanceCollectionType": kind}}}
    )
    (item,) = emr_cluster.items(aws)
    emr_cluster.resource(aws, item)

    assert ("elasticmapreduce:ListInstances", {"ClusterId": "j-1", **asked}) in aws.calls


def test_only_clusters_that_have_not_ended_are_listed() -> None:
    """Ended ones hold nothing."""
    aws = FakeAws(ANSWERS)
    list(emr_cluster.items(aws))

    assert aws.calls == [
        (
            "elasticmapreduce:ListClusters",
            {"ClusterStates": ["STARTING", "BOOTSTRAPPING", "RUNNING", "WAITING"]},
        )
    ]


@pytest.mark.parametrize(
    ("denied", "paths"),
    [
        (
            "elasticmapreduce:DescribeSecurityConfiguration",
            {
                "encryption_at_rest.enabled",
                "encryption_at_rest.key_owner",
                "encryption_in_transit.enforced",
                "config.kerberos",
            },
        ),
        ("elasticmapreduce:GetBlockPublicAccessConfiguration", {"exposure.public_access_blocked"}),
        ("elasticmapreduce:ListInstances", {"network.private", "exposure.public"}),
        ("elasticmapreduce:DescribeCluster", {*FACTS} - {"exposure.public_access_blocked"}),
        ("kms:DescribeKey", {"encryption_at_rest.key_owner"}),
    ],
)
def test_a_denied_call_makes_its_own_facts_unknown(denied: str, paths: set[str]) -> None:
    """And nothing else."""
    whole, without = live(), live(denied={denied})

    assert {path for path in FACTS if at(without, path) != at(whole, path)} == paths
    assert all(denied in at(without, path).reason for path in paths)


def test_a_denied_listing_is_a_gap() -> None:
    """An account that refuses the listing is not an empty one."""
    with pytest.raises(Denied, match="elasticmapreduce:ListClusters"):
        list(emr_cluster.items(FakeAws(denied={"elasticmapreduce:ListClusters"})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """For its log the description is enough."""
    aws = FakeAws(ANSWERS, need={"logging"})
    (item,) = emr_cluster.items(aws)
    emr_cluster.resource(aws, item)

    assert [call for call, _ in aws.calls] == ["elasticmapreduce:ListClusters", "elasticmapreduce:DescribeCluster"]


def test_a_cluster_that_ends_with_its_work_needs_no_protection() -> None:
    """It is meant to end, in both forms."""
    assert at(live({"AutoTerminate": True}), "resilience.deletion_protected") is None
    assert at(code(keep_job_flow_alive_when_no_steps=False), "resilience.deletion_protected") is None


def test_a_guard_with_more_holes_than_ssh_is_none() -> None:
    """What AWS leaves out by itself is port 22."""
    holes = {**GUARD, "PermittedPublicSecurityGroupRuleRanges": [{"MinRange": 0, "MaxRange": 65535}]}
    answers = {"elasticmapreduce:GetBlockPublicAccessConfiguration": {"BlockPublicAccessConfiguration": holes}}

    assert at(live(answers=answers), "exposure.public_access_blocked") is False


@pytest.mark.parametrize(
    ("text", "at_rest", "kerberos"),
    [
        ("{}", False, False),
        (json.dumps({"EncryptionConfiguration": {"EnableAtRestEncryption": True}}), False, False),
        (json.dumps(SECURITY), True, True),
    ],
)
def test_a_security_configuration_is_read(text: str, at_rest: bool, kerberos: bool) -> None:
    """Disks are encrypted only where the part about disks is there."""
    found = emr_security.read(text)

    assert (found.at_rest, found.kerberos) == (at_rest, kerberos)


def test_a_key_provider_of_ones_own_is_the_organisations_key() -> None:
    """Its key is in no KMS."""
    disk = {"EncryptionKeyProviderType": "Custom", "S3Object": "s3://keys/provider.jar"}
    encryption = {
        "EnableAtRestEncryption": True,
        "AtRestEncryptionConfiguration": {"LocalDiskEncryptionConfiguration": disk},
    }
    said = {"SecurityConfiguration": json.dumps({"EncryptionConfiguration": encryption})}

    found = live(answers={"elasticmapreduce:DescribeSecurityConfiguration": said}, denied={"kms:DescribeKey"})

    assert at(found, "encryption_at_rest.key_owner") == "customer"


@pytest.mark.parametrize("text", ["not json", "[" * 100_000])
def test_text_that_is_no_configuration_is_unknown(text: str) -> None:
    """Hostile or broken, it says nothing."""
    assert isinstance(emr_security.read(text).at_rest, Unknown)


@pytest.mark.parametrize(
    ("others", "changes", "path"),
    [
        ((), {"security_configuration": "made-by-hand"}, "config.kerberos"),
        ((FakeBlock("aws_kms_key.other"),), {"security_configuration": None}, "exposure.public_access_blocked"),
        ((), {}, "network.private"),
    ],
)
def test_what_code_cannot_tell_is_unknown(others: tuple[FakeBlock, ...], changes: dict[str, Any], path: str) -> None:
    """A configuration or a guard that is elsewhere, and addresses that the subnet gives."""
    assert isinstance(at(code(*others, **changes), path), Unknown)
