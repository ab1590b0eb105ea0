"""AWS Config asked by query: how many calls it takes, and what is told of accounts that it does not keep up with."""

from collections.abc import Callable
from typing import Any

import pytest
from config_items import ACCOUNT, REGION, item, recorder
from fake_config import FakeConfig, login, source

from phiward.collectors.aws import plan
from phiward.collectors.aws.limits import Limits
from phiward.collectors.aws.organization import Member, Members
from phiward.collectors.awsconfig import knowledge
from phiward.collectors.awsconfig.aggregator import Aggregator, OwnAccount, named, queries
from phiward.collectors.awsconfig.collector import AwsconfigCollector, Way
from phiward.collectors.port import Options
from phiward.errors import CollectError
from phiward.inventory.model import CollectionGap, Need, Resource

NOW = "2026-01-02T03:04:05Z"
VOLUMES: Need = {"aws.ec2.volume": frozenset({"config.attached"})}
OTHER = "210987654321"


def volume(number: int, account: str = ACCOUNT, region: str = REGION, **more: Any) -> dict[str, Any]:
    """Return the item of a volume."""
    configuration = {"volumeId": f"vol-{number}", "encrypted": True, "createTime": "2025-01-01T00:00:00.000Z"}
    return item("AWS::EC2::Volume", f"vol-{number}", configuration, account=account, region=region, **more)


def run(
    config: FakeConfig, *, own: bool = False, need: Need | None = None, **options: Any
) -> tuple[list[Resource], list[CollectionGap], AwsconfigCollector]:
    """Return what a run over it finds."""
    wanted = VOLUMES if need is None else need
    modules = tuple(module for module in plan.modules() if module.TYPE.name in wanted)
    types = knowledge.wanted(list(wanted), wanted)
    given = Options(need=wanted, now=NOW, **options)
    collector, way = AwsconfigCollector(), Way(given, Limits(), lambda _: None)
    asking: Any = config
    if own:
        found = list(
            collector._read(
                OwnAccount(asking, login(), types, given.regions), Members((Member(ACCOUNT),)), modules, way
            )
        )
    else:
        aggregator = Aggregator(asking, login(), types, "org", REGION)
        found = list(collector._read(aggregator, aggregator.members(given.accounts), modules, way))
    resources = sorted((each for each in found if isinstance(each, Resource)), key=lambda each: each.id)
    return resources, [each for each in found if isinstance(each, CollectionGap)], collector


@pytest.mark.parametrize(("accounts", "each"), [(1, 950), (20, 150)])
def test_a_hundred_resources_cost_a_call(accounts: int, each: int) -> None:
    """N resources of A accounts take about N ÷ 100 + A calls, and two more for what the aggregator has."""
    numbers = [f"{100000000000 + number}" for number in range(accounts)]
    items = [recorder(account=account) for account in numbers]
    items += [volume(number, account) for account in numbers for number in range(each)]
    config = FakeConfig(items, sources=[source(account) for account in numbers])

    resources, gaps, _ = run(config)

    assert len(resources) == accounts * each
    assert gaps == []
    assert sum(config.made.values()) <= accounts * each / 100 + accounts + 2


def test_a_query_never_grows_too_long() -> None:
    """The types are spread over as few queries as the language's limit allows."""
    types = [f"AWS::Service{number}::SomeResourceType" for number in range(300)]

    found = list(queries(types, ACCOUNT))

    assert len(found) == 4
    assert all(len(each) <= 4096 for each in found)
    assert sum(each.count("::Some") for each in found) == len(types)
    assert list(queries((), ACCOUNT)) == []


def test_only_what_controls_read_is_fetched() -> None:
    """The query names the types that the questions of the selected controls are answered from, and the recorders."""
    config = FakeConfig([recorder(), volume(1)], sources=[source(ACCOUNT)])

    run(config)

    (query,) = config.queries
    assert "'AWS::EC2::Volume'" in query
    assert "'AWS::Config::ConfigurationRecorder'" in query
    assert "AWS::S3::Bucket" not in query


@pytest.mark.parametrize("state", ["FAILED", "OUTDATED"])
def test_what_the_aggregator_does_not_keep_up_with_is_a_gap(state: str) -> None:
    """What it still holds of that region may be old: it is not read, and the gap says why."""
    items = [recorder(), volume(1), recorder("eu-west-1"), volume(2, region="eu-west-1")]
    behind = source(ACCOUNT, "eu-west-1", state, LastErrorCode="AccessDenied", LastErrorMessage="no authorization")
    config = FakeConfig(items, sources=[source(ACCOUNT), behind])

    resources, (gap,), _ = run(config)

    assert [each.id for each in resources] == [f"arn:aws:ec2:{REGION}:{ACCOUNT}:volume/vol-1"]
    assert gap.where == f"{ACCOUNT}/eu-west-1"
    assert gap.types == ("aws.ec2.volume",)
    assert "AccessDenied: no authorization" in gap.reason


@pytest.mark.parametrize(
    ("stated", "told"),
    [
        (recorder(on=False), "switched off"),
        (
            recorder(
                RecordingStrategy={"UseOnly": "INCLUSION_BY_RESOURCE_TYPES"}, ResourceTypes=["AWS::EC2::Instance"]
            ),
            "does not record this",
        ),
        (
            recorder(
                RecordingStrategy={"UseOnly": "EXCLUSION_BY_RESOURCE_TYPES"},
                ExclusionByResourceTypes={"ResourceTypes": ["AWS::EC2::Volume"]},
            ),
            "does not record this",
        ),
        (None, "nothing tells that AWS Config records this"),
    ],
)
def test_no_volumes_recorded_are_not_no_volumes(stated: dict[str, Any] | None, told: str) -> None:
    """An account without items of a type has none of it only where a recorder keeps record of the type."""
    config = FakeConfig([stated] if stated else [], sources=[source(ACCOUNT)])

    resources, (gap,), _ = run(config)

    assert resources == []
    assert told in gap.reason
    assert gap.types == ("aws.ec2.volume",)


def test_a_recorder_that_records_it_makes_none_a_fact() -> None:
    """No gap is made up for an account that has no volume."""
    resources, gaps, _ = run(FakeConfig([recorder()], sources=[source(ACCOUNT)]))

    assert (resources, gaps) == ([], [])


def test_a_type_of_some_regions_needs_an_item_to_be_told_of() -> None:
    """A recorder may be told to record what AWS Config does not record in its region."""
    need: Need = {"aws.kinesis.stream": frozenset({"config.retention_hours"})}
    stream = item("AWS::Kinesis::Stream", "a", {"Name": "a", "Arn": "arn:a", "RetentionPeriodHours": 24})

    assert run(FakeConfig([recorder(), stream], sources=[source(ACCOUNT)]), need=need)[1] == []
    (gap,) = run(FakeConfig([recorder()], sources=[source(ACCOUNT)]), need=need)[1]
    assert "in some regions only" in gap.reason


def test_users_need_a_recorder_that_was_told_to_record_them() -> None:
    """All supported types are not those of IAM."""
    need: Need = {"aws.iam.group": frozenset({"config.members"})}
    without = recorder(AllSupported=True, IncludeGlobalResourceTypes=False)

    assert run(FakeConfig([recorder()], sources=[source(ACCOUNT)]), need=need)[1] == []
    (gap,) = run(FakeConfig([without], sources=[source(ACCOUNT)]), need=need)[1]
    assert gap.types == ("aws.iam.group",)


@pytest.mark.parametrize(
    "stated",
    [
        recorder(on=False),
        recorder(AllSupported=True, IncludeGlobalResourceTypes=False),
        recorder(ResourceTypes=["AWS::EC2::Volume"]),
    ],
)
def test_what_is_not_recorded_any_more_is_not_read(stated: dict[str, Any]) -> None:
    """Items of users that stay behind when the recording of users ends are of the past."""
    need: Need = {"aws.iam.policy": frozenset({"config.changed"})}
    arn = f"arn:aws:iam::{ACCOUNT}:policy/old"
    old = item("AWS::IAM::Policy", "ANPA1", {"arn": arn, "policyName": "old"}, arn=arn, region="global")

    resources, (gap,), _ = run(FakeConfig([stated, old], sources=[source(ACCOUNT)]), need=need)

    assert resources == []
    assert gap.types == ("aws.iam.policy",)


def test_buckets_are_recorded_where_each_is() -> None:
    """A region whose recorder leaves them out may hold some that nobody knows of."""
    need: Need = {"aws.s3.bucket": frozenset({"integrity.versioned"})}
    items = [recorder(), recorder("eu-west-1", AllSupported=False, ResourceTypes=["AWS::EC2::VPC"])]

    (gap,) = run(FakeConfig(items, sources=[source(ACCOUNT)]), need=need)[1]

    assert gap.where == f"{ACCOUNT}/eu-west-1"
    assert gap.types == ("aws.s3.bucket",)


def test_what_is_deleted_is_left_out() -> None:
    """An item that tells of a deletion tells of no resource."""
    gone = [volume(2, status="ResourceDeleted"), volume(3, status="ResourceDeletedNotRecorded")]

    resources, _, _ = run(FakeConfig([recorder(), volume(1), *gone], sources=[source(ACCOUNT)]))

    assert [each.name for each in resources] == ["vol-1"]


def test_accounts_may_be_chosen_and_the_others_are_told() -> None:
    """By number or pattern; one that the aggregator does not have is a mistake."""
    config = FakeConfig([recorder(), volume(1), volume(2, OTHER)], sources=[source(ACCOUNT), source(OTHER)])

    resources, _, collector = run(config, accounts=("1234*",))

    assert {each.account for each in resources} == {ACCOUNT}
    assert collector.reach.left_out == ("1 of 2 accounts of the aggregator (--accounts)",)
    assert collector.reach.reached["accounts"] == (ACCOUNT,)
    with pytest.raises(CollectError, match="no account of that number"):
        run(config, accounts=("999999999999",))


def test_tags_narrow_as_they_do_live() -> None:
    """What does not carry the tag is counted."""
    config = FakeConfig([recorder(), volume(1), volume(2, tags={"team": "other"})], sources=[source(ACCOUNT)])

    resources, _, collector = run(config, tags=(("team", "records"),))

    assert [each.name for each in resources] == ["vol-1"]
    assert "1 resources that do not carry team=records (--tag)" in collector.reach.left_out


@pytest.mark.parametrize(
    "operation",
    ["describe_configuration_aggregator_sources_status", "get_aggregate_discovered_resource_counts"],
)
def test_an_aggregator_that_does_not_tell_what_it_has_cannot_be_read(operation: str) -> None:
    """Without it nobody knows what is missing."""
    with pytest.raises(CollectError, match="phiward aws permissions --target aggregator"):
        run(FakeConfig([], sources=[source(ACCOUNT)], denied={operation}))


def test_a_refused_query_is_a_gap_of_the_account() -> None:
    """Never an empty account."""
    config = FakeConfig([volume(1)], sources=[source(ACCOUNT)], denied={"select_aggregate_resource_config"})

    resources, (gap,), _ = run(config)

    assert resources == []
    assert gap.where == ACCOUNT
    assert gap.call == "config:SelectAggregateResourceConfig"
    assert gap.types == ()


@pytest.mark.parametrize("row", ["not JSON", "[]", '{"resourceType": "AWS::EC2::Volume"}', "{" * 5000])
def test_a_row_that_is_no_item_is_a_gap(row: str) -> None:
    """The others are read."""
    config = FakeConfig([recorder(), volume(1)], sources=[source(ACCOUNT)], spoiled=[row])

    resources, (gap,), _ = run(config)

    assert [each.name for each in resources] == ["vol-1"]
    assert "no configuration item" in gap.reason


def test_an_organisation_that_is_not_kept_up_with_is_noted() -> None:
    """The aggregator tells of the organisation as a whole, beside its accounts."""
    trouble = {
        "SourceId": "Organization",
        "SourceType": "ORGANIZATION",
        "LastUpdateStatus": "FAILED",
        "LastErrorCode": "ORG_ACCESS",
    }

    _, _, collector = run(FakeConfig([recorder()], sources=[source(ACCOUNT), trouble]))

    assert any("ORG_ACCESS" in note for note in collector.reach.notes)


ON = ({"name": "default", "recordingGroup": {"allSupported": True}}, {"name": "default", "recording": True})
OFF = (ON[0], {"name": "default", "recording": False})
FAILING = (
    ON[0],
    {"name": "default", "recording": True, "lastStatus": "FAILURE", "lastErrorMessage": "no role"},
)
SERVICE = ({**ON[0], "servicePrincipal": "guardduty.amazonaws.com"}, ON[1])


def test_without_an_aggregator_the_own_account_is_asked_by_region() -> None:
    """One query for a hundred items of each region, and two calls for its recorder."""
    items = [volume(number) for number in range(150)] + [volume(200, region="eu-west-1")]
    config = FakeConfig(items, recorders={REGION: ON, "eu-west-1": ON})

    resources, gaps, _ = run(config, own=True)

    assert len(resources) == 151
    assert gaps == []
    assert config.made == {
        "describe_regions": 1,
        "describe_configuration_recorders": 2,
        "describe_configuration_recorder_status": 2,
        "select_resource_config": 3,
    }


@pytest.mark.parametrize(
    ("recorders", "told"),
    [
        ({REGION: OFF}, "switched off"),
        ({REGION: FAILING}, "failing: no role"),
        ({REGION: SERVICE}, "no configuration recorder"),
        ({}, "no configuration recorder"),
    ],
)
def test_a_region_without_a_working_recorder_is_a_gap(recorders: Any, told: str) -> None:
    """What AWS Config still holds of it may be old."""
    resources, (gap,), _ = run(FakeConfig([volume(1)], recorders=recorders), own=True, regions=(REGION,))

    assert resources == []
    assert told in gap.reason
    assert gap.types == ("aws.ec2.volume",)


@pytest.mark.parametrize(
    "operation",
    ["describe_configuration_recorders", "describe_configuration_recorder_status", "select_resource_config"],
)
def test_each_refused_call_is_a_gap_of_its_region(operation: str) -> None:
    """Never an empty region."""
    config = FakeConfig([volume(1)], recorders={REGION: ON}, denied={operation})

    resources, (gap,), _ = run(config, own=True, regions=(REGION,))

    assert resources == []
    assert f"access denied: {operation}" in gap.reason


@pytest.mark.parametrize(
    ("given", "found"), [("org", ("org", REGION)), ("eu-west-1/all-accounts", ("all-accounts", "eu-west-1"))]
)
def test_an_aggregator_is_named_with_or_without_its_region(given: str, found: tuple[str, str]) -> None:
    """The profile's region, unless another is given."""
    assert named(given, login()) == found


@pytest.mark.parametrize(
    ("given", "who", "told"),
    [
        ("a b", login, "not the name of an aggregator"),
        ("nowhere/org", login, "not an AWS region"),
        ("cn-north-1/org", login, "not a region of aws"),
        ("org", lambda: login(region=None), "in which region"),
    ],
)
def test_a_wrong_aggregator_is_told(given: str, who: Callable[[], Any], told: str) -> None:
    """Before anything is asked."""
    with pytest.raises(CollectError, match=told):
        named(given, who())
