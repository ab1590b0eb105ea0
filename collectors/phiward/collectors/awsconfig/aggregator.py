"""AWS Config asked by query: an aggregator over many accounts, or the caller's own account region by region.

Calls `config:SelectAggregateResourceConfig`, `config:DescribeConfigurationAggregatorSourcesStatus` and
`config:GetAggregateDiscoveredResourceCounts`; without an aggregator `config:SelectResourceConfig`,
`config:DescribeConfigurationRecorders` and `config:DescribeConfigurationRecorderStatus`. A page holds a hundred items,
so that N resources of A accounts cost about N ÷ 100 + A calls.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

import msgspec

from phiward.collectors.aws import calls, plan
from phiward.collectors.aws.organization import Member, Members
from phiward.collectors.aws.port import Denied
from phiward.collectors.awsconfig.account import SOURCE, Fetched
from phiward.collectors.awsconfig.item import Item, MalformedError
from phiward.collectors.awsconfig.members import Members as Structure
from phiward.collectors.awsconfig.recorder import ITEM_TYPE, Recorder, recorder_of
from phiward.collectors.awsconfig.records import Records
from phiward.errors import CollectError
from phiward.inventory.model import CollectionGap

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from phiward.collectors.aws.asking import Asking
    from phiward.collectors.aws.login import Login

PAGE = 100
"""Items of a page: the most that AWS Config gives."""

LONGEST = 4096
"""Characters of a query (*SelectAggregateResourceConfig*, `Expression`)."""

_COUNTED = 1000
_WHOLE = (
    "accountId, awsRegion, resourceType, resourceId, resourceName, arn, configurationItemCaptureTime, "
    "configurationItemStatus, tags, relationships, configuration, supplementaryConfiguration"
)
_ACCOUNT = re.compile(r"\d{12}")
_NAME = re.compile(r"[\w-]{1,256}")


def named(given: str, login: Login) -> tuple[str, str]:
    """Return the name and the region of an aggregator, given as `NAME` or `REGION/NAME`. Raises `CollectError`."""
    region, _, name = given.rpartition("/")
    if not _NAME.fullmatch(name):
        raise CollectError(f"--aggregator {given}: not the name of an aggregator: give NAME, or REGION/NAME")
    if region:
        plan.check((region,))
        plan.check_partition((region,), login)
    where = region or login.region
    if where is None:
        raise CollectError(f"--aggregator {given}: in which region is it? Give it like us-east-1/{name}")
    return name, where


def queries(types: Iterable[str], account: str | None = None) -> Iterator[str]:
    """Yield as few queries for the types as their length allows; within one account where one is named."""
    beginning = f"SELECT {_WHOLE} WHERE "
    beginning += f"accountId = '{account}' AND resourceType IN (" if account else "resourceType IN ("
    room, taken = LONGEST - len(beginning) - 1, list[str]()
    for each in types:
        if taken and sum(len(word) + 4 for word in (*taken, each)) > room:
            yield f"{beginning}{', '.join(taken)})"
            taken = []
        taken.append(f"'{each}'")
    if taken:
        yield f"{beginning}{', '.join(taken)})"


class _Asked:
    """What both ways of asking have in common."""

    def __init__(self, asking: Asking, login: Login, types: tuple[str, ...]) -> None:
        self._asking = asking
        self._types = tuple(dict.fromkeys((*types, ITEM_TYPE)))
        self.partition: str = login.partition
        self.principal: str | None = login.principal
        self.home: str = login.home

    def _pages(self, operation: str, region: str, **arguments: Any) -> Iterator[dict[str, Any]]:
        """Yield the pages of a listing. Raises `Denied`."""
        for page in self._asking.listing("config", operation, region, arguments):
            if page.failure is not None:
                raise Denied(calls.call("config", operation), page.failure.reason)
            yield page.body or {}
        self._asking.forget(region)

    def _items(self, operation: str, region: str, query: str, gaps: list[CollectionGap], **more: Any) -> Iterator[Item]:
        """Yield the items that a query finds; one that is none is a gap."""
        call = calls.call("config", operation)
        for page in self._pages(operation, region, Expression=query, Limit=PAGE, **more):
            for row in page.get("Results", ()):
                try:
                    raw = msgspec.json.decode(row, type=dict[str, Any])
                    yield Item(raw, call)
                except (msgspec.DecodeError, MalformedError, RecursionError) as error:
                    reason = f"AWS Config gave what is no configuration item: {error}"[:300]
                    gaps.append(CollectionGap(source=SOURCE, where=region, reason=reason, call=call))


class Aggregator(_Asked):
    """An aggregator: one question for each account, a page for each hundred of its items."""

    def __init__(self, asking: Asking, login: Login, types: tuple[str, ...], name: str, region: str) -> None:
        super().__init__(asking, login, types)
        self._name = name
        self._region = region
        self._behind: dict[str, dict[str, str | None]] = {}
        """For each account its regions, with why AWS Config does not keep up with one; None: it does."""
        self.notes: list[str] = [f"what AWS Config recorded was asked of the aggregator {name} in {region}"]

    def members(self, words: tuple[str, ...]) -> Members:
        """Return the accounts that the aggregator has. Raises `CollectError` where it does not answer."""
        found: set[str] = set()
        try:
            for page in self._pages(
                "describe_configuration_aggregator_sources_status",
                self._region,
                ConfigurationAggregatorName=self._name,
                Limit=PAGE,
            ):
                for each in page.get("AggregatedSourceStatusList", ()):
                    self._note(each)
            for page in self._pages(
                "get_aggregate_discovered_resource_counts",
                self._region,
                ConfigurationAggregatorName=self._name,
                GroupByKey="ACCOUNT_ID",
                Limit=_COUNTED,
            ):
                found |= {str(each.get("GroupName")) for each in page.get("GroupedResourceCounts", ())}
        except Denied as denied:
            raise CollectError(
                f"the aggregator {self._name} in {self._region} does not tell what it has ({denied.reason}): "
                "see `phiward aws permissions --target aggregator`"
            ) from denied
        every = sorted(each for each in found | self._behind.keys() if _ACCOUNT.fullmatch(each))
        for word in words:
            if not any(fnmatchcase(each, word) for each in every):
                raise CollectError(f"--accounts {word}: the aggregator {self._name} has no account of that number")
        read = tuple(Member(each) for each in every if not words or any(fnmatchcase(each, word) for word in words))
        if not read:
            raise CollectError(f"the aggregator {self._name} in {self._region} has no account")
        others = len(every) - len(read)
        left_out = (f"{others} of {len(every)} accounts of the aggregator (--accounts)",) if others else ()
        return Members(read, left_out, tuple(self.notes))

    def fetch(self, account: str) -> Fetched:
        """Return the records of one account."""
        records, gaps = Records(account), list[CollectionGap]()
        for query in queries(self._types, account):
            records.add(
                self._items(
                    "select_aggregate_resource_config",
                    self._region,
                    query,
                    gaps,
                    ConfigurationAggregatorName=self._name,
                )
            )
        for region, behind in self._behind.get(account, {}).items():
            records.regions.add(region)
            if behind is not None:
                records.closed[region] = behind
        records.settle()
        return Fetched(records, tuple(gaps))

    def _note(self, status: dict[str, Any]) -> None:
        """Take in how the aggregator does with one source: an account in a region, or the organisation itself."""
        source, region = str(status.get("SourceId")), status.get("AwsRegion")
        state = status.get("LastUpdateStatus")
        told = f"{status.get('LastErrorCode') or state}: {status.get('LastErrorMessage') or 'no reason is given'}"
        behind = None if state == "SUCCEEDED" else f"the aggregator does not keep up with it ({told})"[:300]
        if status.get("SourceType") == "ACCOUNT" and region:
            self._behind.setdefault(source, {})[str(region)] = behind
        elif behind is not None:
            self.notes.append(f"aggregator {self._name}: {source}: {behind}")


class OwnAccount(_Asked):
    """The caller's own account, asked region by region."""

    def __init__(self, asking: Asking, login: Login, types: tuple[str, ...], regions: tuple[str, ...]) -> None:
        super().__init__(asking, login, types)
        self._login = login
        self._regions = regions

    def fetch(self, account: str) -> Fetched:
        """Return the records of the account. A region that does not answer is a gap."""
        gaps: list[CollectionGap] = []
        regions, unlisted = plan.regions(self._asking, self._login, self._regions)
        if unlisted is not None:
            gaps.append(msgspec.structs.replace(unlisted, source=SOURCE))
        records = Records(account)
        for region in regions:
            records.regions.add(region)
            try:
                recorder = self._recorder(region)
            except Denied as denied:
                records.closed[region] = f"its configuration recorder cannot be seen ({denied.reason})"
                continue
            if recorder is None:
                records.closed[region] = "it has no configuration recorder"
                continue
            records.recorders[region] = recorder
            if not recorder.on:
                continue
            try:
                for query in queries(self._types):
                    records.add(list(self._items("select_resource_config", region, query, gaps)))
            except Denied as denied:
                records.closed[region] = denied.reason
        records.settle()
        return Fetched(records, tuple(gaps))

    def _recorder(self, region: str) -> Recorder | None:
        """Return the region's own recorder. One that a service made for itself records for that service alone."""
        listed = self._one("describe_configuration_recorders", region).get("ConfigurationRecorders", ())
        own = [each for each in listed if not each.get("servicePrincipal")]
        if not own:
            return None
        states = self._one("describe_configuration_recorder_status", region).get("ConfigurationRecordersStatus", ())
        state: dict[str, Any] = next((each for each in states if each.get("name") == own[0].get("name")), {})
        failing = state.get("lastErrorMessage") or state.get("lastErrorCode") or "no reason is given"
        return recorder_of(
            Structure(own[0], "config:DescribeConfigurationRecorders"),
            on=bool(state.get("recording")),
            failing=str(failing)[:200] if str(state.get("lastStatus")).upper() == "FAILURE" else None,
        )

    def _one(self, operation: str, region: str) -> dict[str, Any]:
        answer = self._asking.one("config", operation, region, {})
        if answer.failure is not None:
            raise Denied(calls.call("config", operation), answer.failure.reason)
        return answer.body or {}
