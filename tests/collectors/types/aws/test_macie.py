"""Amazon Macie: its score is data, its being off is data, and a denial of it hides exactly what it would have told."""

from typing import Any

import pytest
from fakes import Code, FakeAws, asked

from phiward.collectors.aws import failures
from phiward.collectors.types.aws import macie, s3_bucket
from phiward.inventory.model import Unknown


def bucket(name: str, score: int | None, **more: Any) -> dict[str, Any]:
    """Return a bucket as Macie describes it."""
    found = {"bucketName": name, "region": "eu-west-1", "automatedDiscoveryMonitoringStatus": "MONITORED", **more}
    return found if score is None else found | {"sensitivityScore": score}


def said(entry: dict[str, Any]) -> Any:
    """Return what is read of Macie's answer."""
    aws = FakeAws({"macie2:DescribeBuckets": {"buckets": [bucket("other", 100), entry]}})
    return macie.sensitive_data(aws, "eu-west-1", "scans")


@pytest.mark.parametrize(
    ("score", "sensitive"), [(100, True), (51, True), (50, None), (49, False), (1, False), (None, None)]
)
def test_what_a_score_means(score: int | None, sensitive: bool | None) -> None:
    """As the user guide labels it."""
    assert said(bucket("scans", score)) is sensitive


@pytest.mark.parametrize("score", [1, 50])
def test_what_is_not_watched_was_not_looked_at(score: int) -> None:
    """An empty bucket scores 1 where Macie never analysed anything: that says nothing of what is put there later."""
    assert said(bucket("scans", score, automatedDiscoveryMonitoringStatus="NOT_MONITORED")) is None


def test_what_a_person_called_sensitive_is() -> None:
    """The score of 100 can be given by hand, also to a bucket that is not analysed."""
    assert said(bucket("scans", 100, automatedDiscoveryMonitoringStatus="NOT_MONITORED")) is True


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (bucket("scans", -1), "Macie met errors while it analysed the bucket"),
        (bucket("scans", 20, errorCode="ACCESS_DENIED"), "Macie could not look at the bucket (ACCESS_DENIED)"),
    ],
)
def test_what_macie_could_not_see_is_unknown(entry: dict[str, Any], reason: str) -> None:
    """It is neither sensitive nor not."""
    assert said(entry) == Unknown(reason)


def test_a_bucket_on_a_later_page() -> None:
    """The listing goes on; each page is sent for once."""
    aws = FakeAws(
        {
            asked("macie2:DescribeBuckets"): {"buckets": [bucket("a", 1)], "nextToken": "t"},
            asked("macie2:DescribeBuckets", nextToken="t"): {"buckets": [bucket("b", 60)]},
        }
    )

    assert [macie.sensitive_data(aws, "eu-west-1", name) for name in ("a", "b", "c", "b")] == [False, True, None, True]
    assert len(aws.calls) == 2


def test_where_macie_is_off_nothing_was_looked_at() -> None:
    """That is data, not an error."""
    assert macie.sensitive_data(FakeAws({"macie2:DescribeBuckets": Code("NotEnabled")}), "eu-west-1", "a") is None


def test_a_denied_call_is_unknown() -> None:
    """Whoever may not ask cannot know."""
    aws = FakeAws(denied={"macie2:DescribeBuckets"})

    assert macie.sensitive_data(aws, "eu-west-1", "a") == Unknown("access denied: macie2:DescribeBuckets")


def test_a_region_that_could_not_be_seen_is_not_guessed() -> None:
    """Another region's Macie would say that it does not know the bucket."""
    assert isinstance(macie.sensitive_data(FakeAws(), None, "a"), Unknown)


def test_nothing_is_asked_that_nothing_reads() -> None:
    """A scope without Macie costs no call."""
    aws = FakeAws(need={"tags"})

    assert isinstance(macie.sensitive_data(aws, "eu-west-1", "a"), Unknown)
    assert isinstance(macie.sensitive_data(aws, None, "a"), Unknown)
    assert aws.calls == []


def test_it_is_a_fact_of_the_bucket() -> None:
    """Asked in the bucket's own region, where the scope reads it."""
    answers = {"macie2:DescribeBuckets": {"buckets": [bucket("scans", 70)]}}
    aws = FakeAws(answers, need={"sensitive_data"})

    found = s3_bucket.resource(aws, {"Name": "scans", "BucketRegion": "eu-west-1"})

    assert found.sensitive_data is True
    assert [action for action, _ in aws.calls] == ["macie2:DescribeBuckets"]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("Macie is not enabled.", failures.NOT_ENABLED),
        ("User: a is not authorized to perform: macie2:DescribeBuckets", "AccessDeniedException"),
    ],
)
def test_off_is_told_from_denied(message: str, code: str) -> None:
    """Macie gives both the same code; only the message differs."""
    answer = {"Error": {"Code": "AccessDeniedException", "Message": message}}

    assert failures.of_answer(answer, "macie2", "describe_buckets", "us-east-1").code == code
    assert failures.of_answer(answer, "s3", "list_buckets", "us-east-1").code == "AccessDeniedException"
