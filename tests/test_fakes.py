"""The fake of the AWS port keeps the port's promises."""

import pytest
from fakes import Code, FakeAws, asked

from phiward.collectors.aws.port import Aws, Denied
from phiward.inventory.model import Unknown


def test_the_fake_is_the_port() -> None:
    """A type checker and a reader may take it for the real one."""
    aws: Aws = FakeAws()

    assert aws.account == "123456789012"


def test_listed_entries_come_from_every_page() -> None:
    """A listing recorded as pages is one stream."""
    aws = FakeAws({"kms:ListKeys": [{"Keys": [{"KeyId": "a"}]}, {"Keys": [{"KeyId": "b"}]}]})

    assert [item["KeyId"] for item in aws.pages("kms", "list_keys", "Keys")] == ["a", "b"]


def test_a_denied_listing_raises_with_the_action_to_grant() -> None:
    """Either name of the action denies it."""
    aws = FakeAws(denied={"s3:ListAllMyBuckets"})

    with pytest.raises(Denied, match="access denied: s3:ListAllMyBuckets"):
        list(aws.pages("s3", "list_buckets", "Buckets"))


def test_the_answer_for_the_exact_arguments_comes_first() -> None:
    """One bucket may answer differently."""
    aws = FakeAws({"s3:GetBucketPolicy": {"Policy": "{}"}, asked("s3:GetBucketPolicy", Bucket="a"): None})

    answers = [aws.ask("s3", "get_bucket_policy", fills=("config.policy",), Bucket=name) for name in "ab"]

    assert answers == [None, {"Policy": "{}"}]


def test_an_error_code_that_means_not_configured_is_absence() -> None:
    """Only the codes the type names mean absence."""
    aws = FakeAws({"s3:GetBucketPolicy": Code("NoSuchBucketPolicy")})

    assert aws.ask("s3", "get_bucket_policy", fills=("a",), absent=("NoSuchBucketPolicy",), Bucket="a") is None
    assert aws.ask("s3", "get_bucket_policy", fills=("a",), Bucket="a") == Unknown(
        "s3:GetBucketPolicy: NoSuchBucketPolicy"
    )


def test_what_no_control_reads_is_not_asked() -> None:
    """A call whose paths nobody needs is not made."""
    aws = FakeAws(need={"logging"})

    assert aws.ask("s3", "get_bucket_policy", fills=("config.policy",)) == Unknown(
        "not asked: no selected control reads it"
    )
    assert aws.calls == []


def test_a_question_nobody_recorded_fails_the_test() -> None:
    """Silence is never an answer."""
    with pytest.raises(AssertionError, match="no answer is recorded"):
        FakeAws().ask("s3", "get_bucket_policy", fills=("config.policy",), Bucket="a")


@pytest.mark.parametrize(
    ("answer", "arguments"),
    [
        ({"Policy": "{}"}, {"bucket": "a"}),
        ({"Policy": "{}"}, {}),
        ({"policy": "{}"}, {"Bucket": "a"}),
        ({"Policy": 7}, {"Bucket": "a"}),
    ],
)
def test_what_aws_does_not_have_fails_the_test(answer: dict[str, object], arguments: dict[str, str]) -> None:
    """A question or a recorded answer is held to the service's own model."""
    with pytest.raises(AssertionError, match="get_bucket_policy"):
        FakeAws({"s3:GetBucketPolicy": answer}).ask("s3", "get_bucket_policy", fills=("config.policy",), **arguments)
