"""What reading through AWS Config must be allowed."""

import pytest

from phiward.collectors.aws import calls, permissions
from phiward.collectors.awsconfig import knowledge
from phiward.inventory.model import Need

BUCKETS: Need = {"aws.s3.bucket": frozenset({"backup.enabled"})}


@pytest.mark.parametrize(
    ("target", "actions"),
    [
        (
            "aggregator",
            (
                "config:DescribeConfigurationAggregatorSourcesStatus",
                "config:GetAggregateDiscoveredResourceCounts",
                "config:SelectAggregateResourceConfig",
            ),
        ),
        (
            "aws-config",
            (
                "config:DescribeConfigurationRecorderStatus",
                "config:DescribeConfigurationRecorders",
                "config:SelectResourceConfig",
                "ec2:DescribeRegions",
            ),
        ),
    ],
)
def test_the_actions_are_the_same_whatever_the_controls(target: str, actions: tuple[str, ...]) -> None:
    """None of a service that is recorded: AWS Config asked it."""
    assert permissions.actions(BUCKETS, target) == permissions.actions(None, target) == actions
    assert all(action in permissions.as_terraform(BUCKETS, target) for action in actions)
    assert all(action in permissions.as_cloudformation(BUCKETS, target) for action in actions)


def test_nothing_is_needed_where_nothing_is_recorded() -> None:
    """Controls of types that AWS Config does not record, or of hosts."""
    assert permissions.asked({"aws.logs.log_group": frozenset({"logging"})}, "aggregator") == ()
    assert permissions.asked({"host.linux": frozenset({"patching"})}, "aws-config") == ()


def test_queries_are_reads() -> None:
    """They are let through, and named as AWS names them."""
    for name in knowledge.QUERIES:
        service, _, operation = name.partition(".")
        calls.refuse_writes(service, operation)
        assert calls.grant(service, operation) in {
            "config:SelectAggregateResourceConfig",
            "config:SelectResourceConfig",
        }


def test_every_answer_is_to_a_call_that_some_type_makes() -> None:
    """No answer is kept for a question that nobody asks."""
    from phiward.collectors.aws import questions

    made = {f"{each.service}.{each.operation}" for asked in questions.by_type().values() for each in asked}

    assert set(knowledge.answers()) - made == set()
