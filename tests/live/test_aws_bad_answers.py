"""The collector against a simulated account whose answers a gateway spoils, over HTTP."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from live.gateway import Answer, Gateway, Question, gateway, hang
from msgspec import structs

from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.aws.limits import Limits
from phiward.collectors.port import Options
from phiward.inventory.model import CollectionGap, Need, Resource, Unknown

pytestmark = pytest.mark.live

GROUPS: Need = {"aws.logs.log_group": frozenset({"logging", "config"})}
KEYS: Need = {"aws.kms.key": frozenset({"config"})}
SECURITY_GROUPS: Need = {"aws.ec2.security_group": frozenset({"network", "config"})}
LIMITS = Limits(connect_seconds=5, read_seconds=20, attempts=3, silent_attempts=1, threads=4, pages=5)
NOW = "2026-01-02T03:04:05Z"


@pytest.fixture
def front(aws_environment: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    """Put a gateway before the simulated account."""
    with gateway(aws_environment) as server:
        monkeypatch.setenv("AWS_ENDPOINT_URL", server.endpoint)
        yield server


def client(service: str) -> Any:
    """Return a client to make the account with."""
    import boto3

    return boto3.client(service, region_name="us-east-1")


def scan(
    need: Need, regions: tuple[str, ...] = ("us-east-1",), limits: Limits = LIMITS
) -> tuple[list[Resource], list[CollectionGap]]:
    """Collect, and sort apart what comes."""
    found = list(AwsCollector(limits).collect("aws", Options(need=need, now=NOW, regions=regions), lambda _: None))
    resources = [each for each in found if isinstance(each, Resource)]
    return resources, [each for each in found if isinstance(each, CollectionGap)]


def test_a_server_error_is_tried_again_and_loses_nothing(front: Gateway) -> None:
    """Two of them, then the answer."""
    client("logs").create_log_group(logGroupName="app")
    front.rule = lambda question, times: (
        Answer(503, b"{}") if question.action == "DescribeLogGroups" and times < 2 else None
    )

    resources, gaps = scan(GROUPS)

    assert [each.name for each in resources] == ["app"]
    assert gaps == []


def test_a_service_that_only_fails_is_a_gap(front: Gateway) -> None:
    """With the code and the attempts."""
    front.rule = lambda question, _: Answer(500, b"{}") if question.action == "DescribeLogGroups" else None

    resources, gaps = scan(GROUPS)

    assert resources == []
    assert [each.reason for each in gaps] == [
        "logs:DescribeLogGroups in us-east-1 failed after 3 attempts: 500 (HTTP 500)"
    ]


@pytest.mark.parametrize(
    "body", [b"", b"<DescribeSecurityGroupsResponse><securityGroupInfo><item>", b"\xff\x00<", b"{}"]
)
def test_an_answer_that_cannot_be_parsed_is_a_gap(front: Gateway, body: bytes) -> None:
    """An XML document cut off, or none at all, is never an empty list."""
    front.rule = lambda question, _: Answer(200, body) if question.action == "DescribeSecurityGroups" else None

    resources, gaps = scan(SECURITY_GROUPS)

    assert resources == []
    assert [each.call for each in gaps] == ["ec2:DescribeSecurityGroups"]


@pytest.mark.parametrize(
    ("markers", "says"), [(("a", "b"), "goes on after 5 pages"), (("a", "a"), "names the same next page twice")]
)
def test_a_listing_that_never_ends_is_stopped_and_told(front: Gateway, markers: tuple[str, str], says: str) -> None:
    """Whether its tokens change or not; what it named until then is read."""
    key = client("kms").create_key()["KeyMetadata"]
    listed = {"KeyId": key["KeyId"], "KeyArn": key["Arn"]}

    def rule(question: Question, _: int) -> Answer | None:
        if question.action != "ListKeys":
            return None
        marker = markers['"Marker": "a"' in question.text]
        return Answer(200, json.dumps({"Keys": [listed], "NextMarker": marker, "Truncated": True}).encode())

    front.rule = rule
    resources, gaps = scan(KEYS)

    assert [each.id for each in resources] == [key["Arn"]]
    assert [each.call for each in gaps] == ["kms:ListKeys"]
    assert says in gaps[0].reason


def test_a_region_that_never_answers_costs_a_few_calls_and_is_told_for_each_type(front: Gateway) -> None:
    """Its gaps say so; the other region is read."""
    client("logs").create_log_group(logGroupName="app")
    front.rule = lambda question, _: hang(15) if question.region == "eu-south-1" else None
    need: Need = {
        **GROUPS,
        **KEYS,
        **SECURITY_GROUPS,
        "aws.rds.instance": frozenset({"config"}),
        "aws.lambda.function": frozenset({"config"}),
        "aws.ec2.volume": frozenset({"config"}),
        "aws.cloudtrail.trail": frozenset({"config"}),
    }

    scan(need)  # a simulated service may be slow to answer its very first request
    resources, gaps = scan(need, ("eu-south-1", "us-east-1"), structs.replace(LIMITS, read_seconds=4, threads=2))

    assert "app" in [each.name for each in resources]
    assert {each.where for each in gaps} == {"123456789012/eu-south-1"}
    assert {name for each in gaps for name in each.types} == set(need)
    assert sum(times for each, times in front.asked.items() if each.region == "eu-south-1") <= 4


def test_a_thing_deleted_between_the_list_and_the_call_is_unknown(front: Gateway) -> None:
    """Never a pass, never the run's end; the others are read."""
    gone, stays = (client("kms").create_key()["KeyMetadata"]["Arn"] for _ in range(2))

    def rule(question: Question, _: int) -> Answer | None:
        deleted = (
            question.service == "kms" and question.action != "ListKeys" and gone.rpartition("/")[2] in question.text
        )
        return Answer(400, json.dumps({"__type": "NotFoundException"}).encode()) if deleted else None

    front.rule = rule
    resources, gaps = scan(KEYS)

    assert gaps == []
    keys = {each.id: each for each in resources}
    assert set(keys) == {gone, stays}
    assert isinstance(getattr(keys[gone].config, "rotation_enabled", keys[gone].config), Unknown)


ODD = "a.b-c_d/e#f"
TAGS = {"env/Stage+1=@:.-_ x": "ü 漢字 -_.:/=+@"}


def test_names_with_every_legal_character_are_read(front: Gateway) -> None:
    """In paths, queries, headers and tags."""
    client("logs").create_log_group(logGroupName=ODD, tags=TAGS)
    client("iam").create_user(UserName="a+b=c,d.e@f-g_h", Path="/x!y~z/")
    client("s3").create_bucket(Bucket="dots.and-dashes.0")
    client("sqs")

    resources, gaps = scan(
        {
            "aws.logs.log_group": frozenset({"logging", "config", "tags"}),
            "aws.iam.user": frozenset({"authentication", "config"}),
            "aws.s3.bucket": frozenset({"encryption_at_rest", "exposure", "logging", "tags"}),
        }
    )

    assert gaps == []
    named = {each.type: each for each in resources}
    assert named["aws.logs.log_group"].name == ODD
    assert named["aws.logs.log_group"].tags == TAGS
    assert named["aws.iam.user"].name == "a+b=c,d.e@f-g_h"
    assert named["aws.s3.bucket"].name == "dots.and-dashes.0"


def test_an_account_with_none_of_a_service_has_no_gap(front: Gateway) -> None:
    """Nothing there is an answer."""
    assert scan({"aws.rds.instance": frozenset({"config"}), "aws.lambda.function": frozenset({"config"})}) == ([], [])


def test_a_service_that_the_account_is_not_subscribed_to_is_told(front: Gateway) -> None:
    """Nobody knows what there would be."""
    front.rule = lambda question, _: (
        Answer(400, json.dumps({"__type": "OptInRequired"}).encode())
        if question.action == "DescribeLogGroups"
        else None
    )

    assert [each.reason for each in scan(GROUPS)[1]] == ["logs:DescribeLogGroups: OptInRequired"]
