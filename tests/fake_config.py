"""AWS Config over given items: answers its queries as the service does, a hundred rows to a page, and counts them."""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from config_items import ACCOUNT, REGION, row

from phiward.collectors.aws.asking import Answer
from phiward.collectors.aws.failures import Failure
from phiward.collectors.aws.login import Login

PAGE = 100


def login(account: str = ACCOUNT, region: str | None = REGION) -> Login:
    """Return who asks."""

    class Session:
        def get_partition_for_region(self, name: str) -> str:
            return "aws-cn" if name.startswith("cn-") else "aws"

    return Login(
        session=Session(),
        account=account,
        partition="aws",
        principal=f"arn:aws:iam::{account}:user/auditor",
        region=region,
    )


def chosen(items: Sequence[Mapping[str, Any]], query: str) -> list[Mapping[str, Any]]:
    """Return the items that a query of ours means. Fails where it has a word that is not understood."""
    said = re.fullmatch(
        r"SELECT [\w, ]+ WHERE (?:accountId = '(\d{12})' AND )?resourceType IN \(('[\w:]+'(?:, '[\w:]+')*)\)", query
    )
    assert said is not None, query
    assert len(query) <= 4096
    types = set(re.findall(r"'([\w:]+)'", said[2]))
    return [each for each in items if each["resourceType"] in types and said[1] in {None, each["awsAccountId"]}]


class FakeConfig:
    """The questions of a run (`Asking`), answered from items. `made` counts the requests by operation."""

    def __init__(
        self,
        items: Sequence[Mapping[str, Any]],
        *,
        sources: Sequence[Mapping[str, Any]] = (),
        recorders: Mapping[str, tuple[dict[str, Any], dict[str, Any]]] | None = None,
        denied: Collection[str] = (),
        spoiled: Collection[str] = (),
    ) -> None:
        self.items = items
        self.sources = sources
        self.recorders = recorders or {}
        self.denied = denied
        self.spoiled = spoiled
        """Rows that the service gives besides, whatever is asked."""
        self.made: Counter[str] = Counter()
        self.queries: list[str] = []

    def listing(self, service: str, operation: str, region: str, arguments: dict[str, Any]) -> Iterator[Answer]:
        """Yield the pages of an answer."""
        assert service == "config"
        if operation in self.denied:
            self.made[operation] += 1
            yield Answer(None, Failure(code="AccessDenied", reason=f"access denied: {operation}"), None)
            return
        key, entries = self._entries(operation, region, arguments)
        size = arguments["Limit"]
        for first in range(0, max(len(entries), 1), size):
            self.made[operation] += 1
            yield Answer({key: entries[first : first + size]}, None, None)

    def one(self, service: str, operation: str, region: str, arguments: dict[str, Any]) -> Answer:
        """Return the answer of a call."""
        self.made[operation] += 1
        if operation in self.denied:
            return Answer(None, Failure(code="AccessDenied", reason=f"access denied: {operation}"), None)
        recorder, status = self.recorders.get(region, (None, None))
        bodies: dict[str, dict[str, Any]] = {
            "describe_configuration_recorders": {"ConfigurationRecorders": [recorder] if recorder else []},
            "describe_configuration_recorder_status": {"ConfigurationRecordersStatus": [status] if status else []},
            "describe_regions": {"Regions": [{"RegionName": name} for name in sorted(self.recorders)]},
        }
        return Answer(bodies[operation], None, None)

    def forget(self, region: str) -> None:
        """Keep nothing."""

    def _entries(self, operation: str, region: str, arguments: dict[str, Any]) -> tuple[str, list[Any]]:
        if operation == "describe_configuration_aggregator_sources_status":
            return "AggregatedSourceStatusList", list(self.sources)
        if operation == "get_aggregate_discovered_resource_counts":
            counts = Counter(each["awsAccountId"] for each in self.items)
            return "GroupedResourceCounts", [
                {"GroupName": name, "ResourceCount": counts[name]} for name in sorted(counts)
            ]
        self.queries.append(arguments["Expression"])
        found = chosen(self.items, arguments["Expression"])
        if operation == "select_resource_config":
            found = [each for each in found if each["awsRegion"] in {region, "global"}]
        return "Results", [*(row(each) for each in found), *self.spoiled]


def source(account: str, region: str = REGION, state: str = "SUCCEEDED", **more: str) -> dict[str, Any]:
    """Return how an aggregator does with one account in one region."""
    return {"SourceId": account, "SourceType": "ACCOUNT", "AwsRegion": region, "LastUpdateStatus": state, **more}
