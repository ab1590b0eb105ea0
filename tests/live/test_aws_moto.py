"""The collector against a simulated account, over HTTP."""

from typing import Any

import pytest

from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.port import Options, Progress
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
