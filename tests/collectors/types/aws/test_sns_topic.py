"""SNS topics, live and in Terraform."""

import json
from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import sns_topic
from phiward.inventory.aspects import EncryptionAtRest, Exposure
from phiward.inventory.model import Resource, Unknown

ARN = "arn:aws:sns:us-east-1:123456789012:results"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"


def policy(**condition: Any) -> dict[str, Any]:
    """Return a policy for everybody, as SNS writes it itself with a condition."""
    statement = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "SNS:Publish", "Resource": ARN}
    return {"Statement": [{**statement, **({"Condition": condition} if condition else {})}]}


OWN = policy(StringEquals={"AWS:SourceOwner": "123456789012"})


def answers(**attributes: str) -> dict[str, Any]:
    """Return the recorded answers of one topic."""
    return {
        "sns:ListTopics": {"Topics": [{"TopicArn": ARN}]},
        "sns:GetTopicAttributes": {"Attributes": {"TopicArn": ARN, "Policy": json.dumps(OWN), **attributes}},
        "sns:ListTagsForResource": {"Tags": [{"Key": "team", "Value": "lab"}]},
        "kms:DescribeKey": {"KeyMetadata": {"KeyId": "1", "KeyManager": "CUSTOMER"}},
    }


def read(aws: FakeAws) -> Resource:
    """Read the one topic."""
    return sns_topic.resource(aws, next(sns_topic.items(aws)))


def code(parts: dict[str, Any] | None = None, **arguments: Any) -> Resource:
    """Build a topic from code."""
    block = FakeBlock("aws_sns_topic.results", name="results", **arguments)
    source = FakeSource([block, FakeBlock("aws_kms_key.records")], account="123456789012")
    return sns_topic.from_terraform(block, parts or {}, source)


def test_a_topic_under_a_key() -> None:
    """Encrypted, and for the account alone, as SNS's own policy says."""
    topic = read(FakeAws(answers(KmsMasterKeyId=KEY)))

    assert topic.encryption_at_rest == EncryptionAtRest(
        enabled=True, algorithm="aws:kms", key_owner="customer", key=KEY
    )
    assert topic.exposure == Exposure(public=False)
    assert (topic.name, topic.tags) == ("results", {"team": "lab"})
    assert topic.relations == {"encrypts_with": (KEY,)}


def test_a_topic_without_a_key_for_everybody() -> None:
    """Neither is guarded."""
    topic = read(FakeAws(answers(Policy=json.dumps(policy()))))

    assert topic.encryption_at_rest == EncryptionAtRest(enabled=False)
    assert topic.exposure == Exposure(public=True, ways=("policy",))


def test_aws_own_key_costs_no_call() -> None:
    """An alias tells whose key it is."""
    aws = FakeAws(answers(KmsMasterKeyId="alias/aws/sns"))

    found = read(aws).encryption_at_rest

    assert isinstance(found, EncryptionAtRest)
    assert found.key_owner == "managed"
    assert "kms:DescribeKey" not in [call for call, _ in aws.calls]


@pytest.mark.parametrize("call", ["sns:GetTopicAttributes", "sns:ListTagsForResource", "kms:DescribeKey"])
def test_a_denied_call_makes_exactly_its_own_facts_unknown(call: str) -> None:
    """Nothing else is lost."""
    topic = read(FakeAws(answers(KmsMasterKeyId=KEY), denied={call}))

    why = Unknown(f"access denied: {call}")
    assert isinstance(topic.encryption_at_rest, EncryptionAtRest)
    assert isinstance(topic.exposure, Exposure)
    attributes = (topic.encryption_at_rest.enabled, topic.exposure.public, topic.relations["encrypts_with"])
    assert [each == why for each in attributes] == [call == "sns:GetTopicAttributes"] * 3
    assert (topic.tags == why) is (call == "sns:ListTagsForResource")
    assert (topic.encryption_at_rest.key_owner == why) is (call != "sns:ListTagsForResource")


def test_a_denied_listing_is_a_gap() -> None:
    """No topic is not the same as none seen."""
    with pytest.raises(Denied):
        list(sns_topic.items(FakeAws(denied={"sns:ListTopics"})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """Of its tags alone, only those."""
    aws = FakeAws(answers(), need={"tags"})

    read(aws)

    assert [call for call, _ in aws.calls] == ["sns:ListTopics", "sns:ListTagsForResource"]


def test_both_forms_agree() -> None:
    """With a key and no policy of its own; without a key and open to everybody by a policy apart."""
    good = code(kms_master_key_id=Ref("aws_kms_key.records.id"))
    part = FakeBlock("aws_sns_topic_policy.open", policy=json.dumps(policy()))
    bad = code({"aws_sns_topic_policy": [part]})

    live_good, live_bad = (
        read(FakeAws(answers(KmsMasterKeyId=KEY))),
        read(FakeAws(answers(Policy=json.dumps(policy())))),
    )

    for coded, live in ((good, live_good), (bad, live_bad)):
        assert coded.exposure == live.exposure
        assert isinstance(coded.encryption_at_rest, EncryptionAtRest)
        assert isinstance(live.encryption_at_rest, EncryptionAtRest)
        assert coded.encryption_at_rest.enabled == live.encryption_at_rest.enabled
        assert coded.encryption_at_rest.key_owner == live.encryption_at_rest.key_owner
    assert good.relations == {"encrypts_with": ("aws_kms_key.records",)}


def test_a_key_that_may_be_none_is_unknown() -> None:
    """A variable without a value may be null."""
    later = Unknown("var.key has no value")

    found = code(kms_master_key_id=later).encryption_at_rest

    assert isinstance(found, EncryptionAtRest)
    assert found.enabled == later
