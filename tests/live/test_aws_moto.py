"""The collector against a simulated account, over HTTP."""

from collections import Counter
from typing import Any

import pytest

from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.port import Options, Progress
from phiward.errors import CollectError
from phiward.inventory.aspects import Logging
from phiward.inventory.model import CollectionGap, Resource

pytestmark = pytest.mark.live

NOW = "2026-01-02T03:04:05Z"


def client(service: str, region: str = "us-east-1") -> Any:
    """Return a client to make the account with."""
    import boto3

    return boto3.client(service, region_name=region)


def scan(**options: Any) -> tuple[list[Resource], list[CollectionGap], list[Progress]]:
    """Collect, and sort apart what comes."""
    steps: list[Progress] = []
    found = list(AwsCollector().collect("aws", Options(now=NOW, **options), steps.append))
    gaps = [each for each in found if isinstance(each, CollectionGap)]
    return [each for each in found if isinstance(each, Resource)], gaps, steps


def test_every_region_is_read(aws_environment: str) -> None:
    """Without named regions, all that the account has enabled are read, and each thing comes once."""
    for region in ("us-east-1", "eu-west-1"):
        client("logs", region).create_log_group(logGroupName=f"app-{region}")

    resources, gaps, steps = scan(need={"aws.logs.log_group": frozenset()})

    assert sorted((each.region, each.name) for each in resources) == [
        ("eu-west-1", "app-eu-west-1"),
        ("us-east-1", "app-us-east-1"),
    ]
    assert gaps == []
    assert steps[-1].done == steps[-1].total
    assert steps[-1].done > 10


def small_account() -> None:
    """Make one or two of each type in one region."""
    region = "us-east-1"
    kms, logs, trails = client("kms", region), client("logs", region), client("cloudtrail", region)
    for _ in range(3):
        kms.create_key()
    logs.create_log_group(logGroupName="app")
    client("s3", region).create_bucket(Bucket="trail-logs")
    trails.create_trail(Name="audit", S3BucketName="trail-logs", IsMultiRegionTrail=True)
    trails.start_logging(Name="audit")


TYPES = ("aws.kms.key", "aws.logs.log_group", "aws.cloudtrail.trail", "aws.lambda.function")


def test_each_type_is_told_by_the_service(aws_environment: str) -> None:
    """Through real HTTP and the real parsers."""
    small_account()

    resources, gaps, _ = scan(
        need={name: frozenset({"config", "exposure", "logging"}) for name in TYPES}, regions=("us-east-1",)
    )

    assert gaps == []
    assert Counter(each.type for each in resources) == {
        "aws.cloudtrail.trail": 1,
        "aws.kms.key": 3,
        "aws.logs.log_group": 1,
    }
    trail = next(each for each in resources if each.type == "aws.cloudtrail.trail")
    assert isinstance(trail.logging, Logging)
    assert trail.logging.enabled is True
    assert {seen.call for seen in trail.observations} == {
        "cloudtrail:DescribeTrails",
        "cloudtrail:GetTrailStatus",
        "cloudtrail:GetEventSelectors",
    }
    assert all(seen.at == NOW and seen.principal and seen.digest for seen in trail.observations)


def test_no_call_is_made_twice_with_the_same_arguments(aws_environment: str, sent: list[str]) -> None:
    """A trail that is listed in every region is asked about once; aliases are listed once for all keys."""
    small_account()
    sent.clear()

    resources, _, _ = scan(
        need={name: frozenset({"config", "logging"}) for name in TYPES}, regions=("us-east-1", "eu-west-1")
    )

    assert [each.type for each in resources].count("aws.cloudtrail.trail") == 1
    assert [call for call, times in Counter(sent).items() if times > 1] == []
    assert sum("ListAliases" in call for call in sent) == 1


def test_a_type_that_no_control_reads_costs_no_call(aws_environment: str, sent: list[str]) -> None:
    """Only who the caller is, and the listing that is needed."""
    small_account()
    sent.clear()

    scan(need={"aws.logs.log_group": frozenset({"logging"})}, regions=("us-east-1",))

    assert [call.split()[1] for call in sent] == ["GetCallerIdentity", "DescribeLogGroups"]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Hold every request that botocore makes: region, operation and arguments."""
    from botocore.client import BaseClient

    made: list[str] = []
    make = BaseClient._make_api_call

    def noted(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        made.append(f"{self.meta.region_name} {operation} {sorted(arguments.items())}")
        return make(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", noted)
    return made


def test_wrong_credentials_are_an_error_that_says_what_to_do(
    aws_environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without credentials nothing at all can be read."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(CollectError, match="no AWS credentials found: sign in"):
        scan()


def test_an_assumed_role_is_the_principal(aws_environment: str) -> None:
    """The role's own credentials make the calls."""
    client("logs").create_log_group(logGroupName="app")

    resources, _, _ = scan(
        need={"aws.logs.log_group": frozenset()}, regions=("us-east-1",), role="arn:aws:iam::123456789012:role/auditor"
    )

    assert resources[0].observations[0].principal == "arn:aws:sts::123456789012:assumed-role/auditor/phiward"
