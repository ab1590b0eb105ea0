"""Kinesis data streams: encrypted under a key or not, in both forms alike."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import kinesis_stream
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.model import Resource, Unknown

ARN = "arn:aws:kinesis:us-east-1:123456789012:stream/vitals"
KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0f"
SAME_IN_BOTH = ("encryption_at_rest.enabled", "encryption_at_rest.algorithm", "encryption_at_rest.key_owner", "config")


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def answers(**said: Any) -> dict[str, Any]:
    """Return a region with one stream."""
    stream = {"StreamName": "vitals", "StreamARN": ARN, "RetentionPeriodHours": 24, **said}
    return {
        "kinesis:ListStreams": {"StreamSummaries": [{"StreamName": "vitals", "StreamARN": ARN}]},
        "kinesis:DescribeStreamSummary": {"StreamDescriptionSummary": stream},
        "kinesis:ListTagsForStream": {"Tags": [{"Key": "Owner", "Value": "icu"}], "HasMoreTags": False},
        "kms:DescribeKey": {"KeyMetadata": {"KeyManager": "CUSTOMER"}},
    }


def live(said: dict[str, Any] | None = None, **given: Any) -> Resource:
    """Return the live stream."""
    aws = FakeAws(answers(**(said if said is not None else {"EncryptionType": "KMS", "KeyId": KEY})), **given)
    (item,) = kinesis_stream.items(aws)
    return kinesis_stream.resource(aws, item)


def code(**arguments: Any) -> Resource:
    """Return the stream of a block."""
    block = FakeBlock("aws_kinesis_stream.vitals", name="vitals", **arguments)
    return kinesis_stream.from_terraform(block, {}, FakeSource([block, FakeBlock("aws_kms_key.ephi")]))


@pytest.mark.parametrize("path", SAME_IN_BOTH)
def test_both_forms_agree(path: str) -> None:
    """The same stream, live and in code, has the same facts."""
    written = code(encryption_type="KMS", kms_key_id=Ref("aws_kms_key.ephi.arn"))

    assert at(written, path) == at(live(), path)


def test_a_plain_stream_is_plain_in_both() -> None:
    """Kinesis encrypts nothing unless it is told to."""
    assert live({"EncryptionType": "NONE"}).encryption_at_rest == EncryptionAtRest(enabled=False)
    assert code().encryption_at_rest == EncryptionAtRest(enabled=False)


def test_the_services_key_is_a_managed_one() -> None:
    """It is named by its alias, and needs no question."""
    found = live({"EncryptionType": "KMS", "KeyId": "alias/aws/kinesis"}, denied={"kms:DescribeKey"})

    assert at(found, "encryption_at_rest.key_owner") == "managed"
    assert at(code(encryption_type="KMS", kms_key_id="alias/aws/kinesis"), "encryption_at_rest.key_owner") == "managed"


@pytest.mark.parametrize(
    ("denied", "paths"),
    [
        ("kinesis:DescribeStreamSummary", {*SAME_IN_BOTH}),
        ("kms:DescribeKey", {"encryption_at_rest.key_owner"}),
        ("kinesis:ListTagsForStream", {"tags"}),
    ],
)
def test_a_denied_call_makes_its_own_facts_unknown(denied: str, paths: set[str]) -> None:
    """And nothing else."""
    whole, without = live(), live(denied={denied})

    assert {path for path in {*SAME_IN_BOTH, "tags"} if at(without, path) != at(whole, path)} == paths
    unknown = "encryption_at_rest.key_owner" if "tags" not in paths else "tags"
    assert denied in at(without, unknown).reason


def test_a_denied_listing_is_a_gap() -> None:
    """An account that refuses the listing is not an empty one."""
    with pytest.raises(Denied, match="kinesis:ListStreams"):
        list(kinesis_stream.items(FakeAws(denied={"kinesis:ListStreams"})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """Where only tags are read, nothing is described."""
    aws = FakeAws(answers(), need={"tags"})
    (item,) = kinesis_stream.items(aws)
    kinesis_stream.resource(aws, item)

    assert [call for call, _ in aws.calls] == ["kinesis:ListStreams", "kinesis:ListTagsForStream"]


def test_a_variable_decides_nothing() -> None:
    """`encryption_type = var.kind` without a value."""
    unknown = Unknown("var.kind has no value", ("var.kind",))

    assert at(code(encryption_type=unknown), "encryption_at_rest.enabled") == unknown
