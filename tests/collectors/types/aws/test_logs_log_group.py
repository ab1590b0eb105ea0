"""Log groups, live and in Terraform."""

from typing import Any

from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource

from phiward.collectors.types.aws import logs_log_group
from phiward.inventory.aspects import EncryptionAtRest, Logging
from phiward.inventory.model import Resource, Unknown

ARN = "arn:aws:logs:us-east-1:123456789012:log-group:app"
TAGS = {"logs:ListTagsForResource": {"tags": {"data": "ephi"}}}


def read(group: dict[str, Any] | None = None, **options: Any) -> Resource:
    """Read a group of the name `app`."""
    listed = {"logs:DescribeLogGroups": {"logGroups": [{"logGroupName": "app", "arn": f"{ARN}:*", **(group or {})}]}}
    aws = FakeAws({**TAGS, **listed}, **options)
    return logs_log_group.resource(aws, next(logs_log_group.items(aws)))


def test_a_group_without_retention_keeps_its_events_for_ever() -> None:
    """And it is encrypted with the service's own key."""
    group = read()

    assert (group.id, group.tags) == (ARN, {"data": "ephi"})
    assert group.logging == Logging(enabled=True, retention_days=None)
    assert group.encryption_at_rest == EncryptionAtRest(enabled=True, algorithm="AES256", key_owner="provider")


def test_retention_and_key_are_told() -> None:
    """A group with both set."""
    group = read({"retentionInDays": 14, "kmsKeyId": "arn:key", "dataProtectionStatus": "ACTIVATED"})

    assert group.logging == Logging(enabled=True, retention_days=14)
    assert isinstance(group.encryption_at_rest, EncryptionAtRest)
    assert group.encryption_at_rest.key_owner == "customer"
    assert group.relations == {"encrypts_with": ("arn:key",)}


def test_denied_tags_are_unknown_and_nothing_else_is() -> None:
    """Tags have a call of their own."""
    group = read(denied={"logs:ListTagsForResource"})

    assert group.tags == Unknown("access denied: logs:ListTagsForResource")
    assert group.logging == Logging(enabled=True, retention_days=None)


def test_both_forms_agree() -> None:
    """The same group in code and in an account has the same aspects."""
    block = FakeBlock("aws_cloudwatch_log_group.app", name="app", retention_in_days=14)

    coded = logs_log_group.from_terraform(block, {}, FakeSource([block]))

    live = read({"retentionInDays": 14})
    assert (coded.encryption_at_rest, coded.logging, coded.config) == (
        live.encryption_at_rest,
        live.logging,
        live.config,
    )


def test_zero_days_in_code_is_for_ever() -> None:
    """The provider's default and its 0 mean that events never expire."""
    block = FakeBlock("aws_cloudwatch_log_group.app", retention_in_days=0)

    assert logs_log_group.from_terraform(block, {}, FakeSource([block])).logging == Logging(enabled=True)
