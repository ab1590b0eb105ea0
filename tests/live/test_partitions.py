"""The other partitions of AWS, GovCloud and China: names, regions and hosts are their own."""

from collections.abc import Iterator
from typing import Any

import pytest
from live.gateway import Gateway, gateway
from live.organisation import ROLE

from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.port import Options
from phiward.errors import CollectError
from phiward.inventory.model import CollectionGap, Need, Resource

pytestmark = pytest.mark.live

PARTITIONS = [("aws-us-gov", "us-gov-west-1", "us-gov-east-1"), ("aws-cn", "cn-north-1", "cn-northwest-1")]
NEED: Need = {
    "aws.logs.log_group": frozenset({"logging"}),
    "aws.iam.user": frozenset({"config"}),
    "aws.ec2.vpc": frozenset({"network"}),
    "aws.s3.bucket": frozenset({"encryption_at_rest"}),
}
MEMBER = "444455556666"


@pytest.fixture
def front(aws_environment: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """Put a gateway before the simulated account."""
    with gateway(aws_environment) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
        yield server


@pytest.mark.parametrize(("partition", "home", "other"), PARTITIONS)
def test_every_name_and_region_is_the_partitions_own(
    front: Gateway, monkeypatch: pytest.MonkeyPatch, partition: str, home: str, other: str
) -> None:
    """Configured by a region alone, as their users do: nothing is asked of another partition."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", other)
    import boto3

    boto3.client("logs", region_name=other).create_log_group(logGroupName="app")
    boto3.client("iam", region_name=home).create_user(UserName="ada")
    boto3.client("s3", region_name=home).create_bucket(
        Bucket="data", CreateBucketConfiguration={"LocationConstraint": home}
    )
    front.asked.clear()

    found = list(AwsCollector().collect("aws", Options(need=NEED), lambda _: None))

    gaps = [each for each in found if isinstance(each, CollectionGap)]
    resources = [each for each in found if isinstance(each, Resource)]
    assert gaps == []
    assert {"app", "ada", "data"} <= {each.name for each in resources}
    assert {each.id.split(":")[1] for each in resources} == {partition}
    assert {each.region for each in front.asked} == {home, other}
    assert {each.region for each in front.asked if each.service == "iam"} == {home}


@pytest.mark.parametrize(("partition", "home", "other"), PARTITIONS)
def test_a_role_of_another_account_is_named_in_its_partition(
    front: Gateway, monkeypatch: pytest.MonkeyPatch, partition: str, home: str, other: str
) -> None:
    """And so is who asked."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", other)

    found = list(AwsCollector().collect("aws", Options(need=NEED, accounts=(MEMBER,)), lambda _: None))

    assert found
    assumed = [each.text for each in front.asked if each.action == "AssumeRole"]
    assert len(assumed) == 1
    assert f"arn%3A{partition}%3Aiam%3A%3A{MEMBER}%3Arole%2F{ROLE}" in assumed[0]
    principals = {seen.principal for each in found if isinstance(each, Resource) for seen in each.observations}
    assert principals == {f"arn:{partition}:sts::{MEMBER}:assumed-role/{ROLE}/phiward"}


def test_a_region_of_another_partition_is_an_error(front: Gateway) -> None:
    """Not a gap for each type: its services cannot know the account."""
    with pytest.raises(CollectError, match="us-gov-west-1 is not a region of aws, where account 123456789012 is"):
        list(AwsCollector().collect("aws", Options(need=NEED, regions=("us-gov-west-1",)), lambda _: None))


@pytest.mark.parametrize(
    ("region", "service", "host"),
    [
        ("us-gov-west-1", "organizations", "organizations.us-gov-west-1.amazonaws.com"),
        ("us-gov-west-1", "iam", "iam.us-gov.amazonaws.com"),
        ("us-gov-east-1", "s3", "s3.us-gov-east-1.amazonaws.com"),
        ("us-gov-east-1", "sts", "sts.us-gov-east-1.amazonaws.com"),
        ("cn-north-1", "organizations", "organizations.cn-northwest-1.amazonaws.com.cn"),
        ("cn-north-1", "iam", "iam.cn-north-1.amazonaws.com.cn"),
        ("cn-northwest-1", "s3", "s3.cn-northwest-1.amazonaws.com.cn"),
        ("cn-northwest-1", "sts", "sts.cn-northwest-1.amazonaws.com.cn"),
    ],
)
def test_each_service_is_looked_for_in_its_partition(
    monkeypatch: pytest.MonkeyPatch, region: str, service: str, host: str
) -> None:
    """Where no endpoint is configured, at the hosts that AWS documents."""
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    from botocore.session import Session

    from phiward.collectors.aws import clients
    from phiward.collectors.aws.limits import Limits

    session = Session()
    session.set_credentials("key", "secret")
    client = clients.make(session, service, region, Limits())
    asked: list[str] = []

    class Sent(Exception):  # noqa: N818 - it ends the request before it is made
        pass

    def note(request: Any, **_: object) -> None:
        asked.append(request.url.split("/")[2])
        raise Sent

    client.meta.events.register_first("before-sign", note)
    operation = {"organizations": "list_accounts", "iam": "list_users", "s3": "list_buckets"}
    with pytest.raises(Sent):
        getattr(client, operation.get(service, "get_caller_identity"))()
    assert asked == [host]
