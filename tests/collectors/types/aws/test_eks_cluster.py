"""EKS clusters, live and in Terraform."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import eks_cluster
from phiward.inventory.aspects import EncryptionAtRest, Exposure, Logging, Patching, Resilience
from phiward.inventory.model import Resource, Unknown

ARN = "arn:aws:eks:us-east-1:123456789012:cluster/records"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
GOOD = {
    "name": "records",
    "arn": ARN,
    "version": "1.34",
    "resourcesVpcConfig": {
        "endpointPublicAccess": True,
        "endpointPrivateAccess": True,
        "publicAccessCidrs": ["203.0.113.0/24"],
    },
    "logging": {
        "clusterLogging": [{"types": ["audit", "api"], "enabled": True}, {"types": ["scheduler"], "enabled": False}]
    },
    "encryptionConfig": [{"resources": ["secrets"], "provider": {"keyArn": KEY}}],
    "upgradePolicy": {"supportType": "STANDARD"},
    "deletionProtection": True,
    "tags": {"team": "records"},
}
BAD = {
    "name": "records",
    "arn": ARN,
    "version": "1.29",
    "resourcesVpcConfig": {"endpointPublicAccess": True, "publicAccessCidrs": ["0.0.0.0/0"]},
    "logging": {"clusterLogging": [{"types": ["api"], "enabled": True}]},
}


def answers(cluster: dict[str, Any]) -> dict[str, Any]:
    """Return the recorded answers of one cluster."""
    return {
        "eks:ListClusters": {"clusters": ["records"]},
        "eks:DescribeCluster": {"cluster": cluster},
        "kms:DescribeKey": {"KeyMetadata": {"KeyId": "1", "KeyManager": "CUSTOMER"}},
    }


def read(aws: FakeAws) -> Resource:
    """Read the one cluster."""
    return eks_cluster.resource(aws, next(eks_cluster.items(aws)))


def code(blocks: dict[str, list[Any]], **arguments: Any) -> Resource:
    """Build a cluster from code."""
    block = FakeBlock("aws_eks_cluster.records", blocks, name="records", **arguments)
    key = FakeBlock("aws_kms_key.records")
    return eks_cluster.from_terraform(block, {}, FakeSource([block, key]))


def test_a_good_cluster() -> None:
    """Under the organisation's key, for named networks, audited, supported, protected."""
    cluster = read(FakeAws(answers(GOOD)))

    assert cluster.encryption_at_rest == EncryptionAtRest(
        enabled=True, algorithm="aws:kms", key_owner="customer", key=KEY
    )
    assert cluster.exposure == Exposure(public=False)
    assert cluster.logging == Logging(enabled=True, off_host=True, kinds=("api", "audit"))
    assert cluster.patching == Patching(automatic=None, version="1.34", end_of_support="2026-12-02")
    assert cluster.resilience == Resilience(redundant=True, deletion_protected=True)
    assert cluster.relations == {"encrypts_with": (KEY,)}


def test_a_bad_cluster() -> None:
    """Under EKS's own key, open to the world, without an audit log, out of support."""
    cluster = read(FakeAws(answers(BAD)))

    assert cluster.encryption_at_rest == EncryptionAtRest(enabled=True, algorithm="aws:kms", key_owner="provider")
    assert cluster.exposure == Exposure(public=True, ways=("public-endpoint",))
    assert cluster.logging == Logging(enabled=False, off_host=False, kinds=("api",))
    assert cluster.patching == Patching(automatic=None, version="1.29", end_of_support="2025-03-23")
    assert cluster.resilience == Resilience(redundant=True, deletion_protected=False)
    assert cluster.relations == {"encrypts_with": ()}


@pytest.mark.parametrize(
    ("network", "public"),
    [
        ({"endpointPublicAccess": False, "publicAccessCidrs": ["0.0.0.0/0"]}, False),
        ({"endpointPublicAccess": True, "publicAccessCidrs": ["10.0.0.0/8", "::/0"]}, True),
        ({"endpointPublicAccess": True}, True),
    ],
)
def test_who_reaches_the_endpoint(network: dict[str, Any], public: bool) -> None:
    """IPv6 counts as IPv4 does, and nothing stated is everybody."""
    cluster = read(FakeAws(answers({**GOOD, "resourcesVpcConfig": network})))

    assert isinstance(cluster.exposure, Exposure)
    assert cluster.exposure.public is public


def test_a_version_that_is_not_known() -> None:
    """No date is made up."""
    cluster = read(FakeAws(answers({**GOOD, "version": "1.99"})))

    assert isinstance(cluster.patching, Patching)
    assert isinstance(cluster.patching.end_of_support, Unknown)


def test_a_denied_key_makes_only_its_owner_unknown() -> None:
    """That it is encrypted, and under which key, is still told."""
    found = read(FakeAws(answers(GOOD), denied={"kms:DescribeKey"})).encryption_at_rest

    assert found == EncryptionAtRest(
        enabled=True, algorithm="aws:kms", key_owner=Unknown("access denied: kms:DescribeKey"), key=KEY
    )


def test_a_denied_description_leaves_the_cluster_unknown() -> None:
    """The cluster is still named; nothing of it passes."""
    cluster = read(FakeAws(answers(GOOD), denied={"eks:DescribeCluster"}))

    why = Unknown("access denied: eks:DescribeCluster")
    assert cluster.id == ARN
    for aspect, field in (
        ("encryption_at_rest", "enabled"),
        ("exposure", "public"),
        ("logging", "enabled"),
        ("patching", "end_of_support"),
        ("resilience", "deletion_protected"),
        ("config", "support"),
    ):
        assert getattr(getattr(cluster, aspect), field) == why, aspect


def test_a_denied_listing_is_a_gap() -> None:
    """No cluster is not the same as none seen."""
    with pytest.raises(Denied):
        list(eks_cluster.items(FakeAws(denied={"eks:ListClusters"})))


def test_no_key_is_asked_about_that_no_control_reads() -> None:
    """What the cluster says is enough for its version."""
    aws = FakeAws(answers(GOOD), need={"patching.end_of_support"})

    read(aws)

    assert [call for call, _ in aws.calls] == ["eks:ListClusters", "eks:DescribeCluster"]


def test_both_forms_agree() -> None:
    """Field by field, the good and the bad."""
    good = code(
        {
            "vpc_config": [{"endpoint_private_access": True, "public_access_cidrs": ["203.0.113.0/24"]}],
            "encryption_config": [
                {"resources": ["secrets"], "blocks": {"provider": [{"key_arn": Ref("aws_kms_key.records.arn")}]}}
            ],
            "upgrade_policy": [{"support_type": "STANDARD"}],
        },
        version="1.34",
        enabled_cluster_log_types=["audit", "api"],
        deletion_protection=True,
    )
    bad = code({"vpc_config": [{"subnet_ids": ["subnet-1"]}]}, version="1.29", enabled_cluster_log_types=["api"])

    for coded, recorded in ((good, GOOD), (bad, BAD)):
        live = read(FakeAws(answers(recorded)))
        for aspect in ("exposure", "logging", "patching", "resilience", "config"):
            assert getattr(coded, aspect) == getattr(live, aspect), aspect
        ours, theirs = coded.encryption_at_rest, live.encryption_at_rest
        assert isinstance(ours, EncryptionAtRest)
        assert isinstance(theirs, EncryptionAtRest)
        assert (ours.enabled, ours.key_owner) == (theirs.enabled, theirs.key_owner)


def test_unknown_arguments_of_code() -> None:
    """Nothing is guessed."""
    later = Unknown("var.cidrs has no value")
    cluster = code({"vpc_config": [{"public_access_cidrs": ["10.0.0.0/8", later]}]}, enabled_cluster_log_types=later)

    assert cluster.exposure == Exposure(public=later, ways=later)
    assert isinstance(cluster.logging, Logging)
    assert cluster.logging.enabled == later
    assert isinstance(cluster.patching, Patching)
    assert isinstance(cluster.patching.end_of_support, Unknown)
