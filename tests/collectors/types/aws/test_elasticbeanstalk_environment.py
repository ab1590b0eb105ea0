"""Elastic Beanstalk environments, live and in Terraform."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import elasticbeanstalk_environment
from phiward.inventory.aspects import Logging, Monitoring, Patching
from phiward.inventory.model import Resource, Unknown

ARN = "arn:aws:elasticbeanstalk:us-east-1:123456789012:environment/portal/portal-prod"
STACK = "64bit Amazon Linux 2023 v4.3.0 running Python 3.11"
ITEM = {
    "EnvironmentName": "portal-prod",
    "EnvironmentArn": ARN,
    "ApplicationName": "portal",
    "SolutionStackName": STACK,
    "Status": "Ready",
}
GOOD = [
    ("aws:elasticbeanstalk:healthreporting:system", "SystemType", "enhanced"),
    ("aws:elasticbeanstalk:managedactions", "ManagedActionsEnabled", "true"),
    ("aws:elasticbeanstalk:managedactions:platformupdate", "UpdateLevel", "minor"),
    ("aws:elasticbeanstalk:cloudwatch:logs", "StreamLogs", "true"),
    ("aws:elasticbeanstalk:cloudwatch:logs", "RetentionInDays", "365"),
    ("aws:elasticbeanstalk:application:environment", "DB_PASSWORD", "canary-beanstalk"),
]


def answers(settings: list[tuple[str, str, str]]) -> dict[str, Any]:
    """Return the recorded answers of one environment."""
    options = [{"Namespace": space, "OptionName": name, "Value": value} for space, name, value in settings]
    return {
        "elasticbeanstalk:DescribeEnvironments": {
            "Environments": [{**ITEM, "Status": "Terminated", "EnvironmentName": "old"}, ITEM]
        },
        "elasticbeanstalk:DescribeConfigurationSettings": {"ConfigurationSettings": [{"OptionSettings": options}]},
        "elasticbeanstalk:ListTagsForResource": {"ResourceTags": [{"Key": "team", "Value": "portal"}]},
    }


def read(aws: FakeAws) -> Resource:
    """Read the one environment that is not ended."""
    (item,) = elasticbeanstalk_environment.items(aws)
    return elasticbeanstalk_environment.resource(aws, item)


def code(settings: list[Any], **arguments: Any) -> Resource:
    """Build an environment from code."""
    blocks = [
        each if isinstance(each, Unknown) else {"namespace": each[0], "name": each[1], "value": each[2]}
        for each in settings
    ]
    block = FakeBlock(
        "aws_elastic_beanstalk_environment.portal",
        {"setting": blocks},
        name="portal-prod",
        application="portal",
        solution_stack_name=STACK,
        **arguments,
    )
    return elasticbeanstalk_environment.from_terraform(block, {}, FakeSource([block]))


def test_a_good_environment() -> None:
    """Health, updates and logs, each from its own option; environment variables stay behind."""
    environment = read(FakeAws(answers(GOOD)))

    assert environment.monitoring == Monitoring(enabled=True)
    assert isinstance(environment.patching, Patching)
    assert (environment.patching.automatic, environment.patching.version) == (True, STACK)
    assert isinstance(environment.patching.end_of_support, Unknown)
    assert environment.logging == Logging(enabled=True, destinations=("cloudwatch",), off_host=True, retention_days=365)
    assert environment.tags == {"team": "portal"}
    assert "canary" not in repr(environment)


def test_what_is_not_set_has_its_default() -> None:
    """Basic health, no updates, no logs."""
    environment = read(FakeAws(answers([])))

    assert environment.monitoring == Monitoring(enabled=False)
    assert isinstance(environment.patching, Patching)
    assert environment.patching.automatic is False
    assert environment.logging == Logging(enabled=False, off_host=False)


def test_denied_settings_make_only_themselves_unknown() -> None:
    """The platform and tags are still told."""
    call = "elasticbeanstalk:DescribeConfigurationSettings"
    environment = read(FakeAws(answers(GOOD), denied={call}))

    why = Unknown(f"access denied: {call}")
    assert environment.monitoring == Monitoring(enabled=why)
    assert environment.logging == Logging(enabled=why, destinations=why, off_host=why, retention_days=why)
    assert isinstance(environment.patching, Patching)
    assert (environment.patching.automatic, environment.patching.version) == (why, STACK)
    assert environment.tags == {"team": "portal"}


def test_denied_tags_make_only_themselves_unknown() -> None:
    """Tags are another call."""
    environment = read(FakeAws(answers(GOOD), denied={"elasticbeanstalk:ListTagsForResource"}))

    assert environment.tags == Unknown("access denied: elasticbeanstalk:ListTagsForResource")
    assert environment.monitoring == Monitoring(enabled=True)


def test_a_denied_listing_is_a_gap() -> None:
    """No environment is not the same as none seen."""
    with pytest.raises(Denied):
        list(elasticbeanstalk_environment.items(FakeAws(denied={"elasticbeanstalk:DescribeEnvironments"})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """The listing tells the platform."""
    aws = FakeAws(answers(GOOD), need={"patching.end_of_support"})

    read(aws)

    assert [call for call, _ in aws.calls] == ["elasticbeanstalk:DescribeEnvironments"]


@pytest.mark.parametrize("settings", [GOOD, []])
def test_both_forms_agree(settings: list[tuple[str, str, str]]) -> None:
    """Field by field."""
    live, coded = read(FakeAws(answers(settings))), code(settings)

    for aspect in ("logging", "monitoring", "patching", "config"):
        assert getattr(coded, aspect) == getattr(live, aspect), aspect


def test_a_setting_that_cannot_be_seen_may_be_any() -> None:
    """What is surely set is still told."""
    later = Unknown("var.settings has no value")

    environment = code([later, GOOD[0]])

    assert environment.monitoring == Monitoring(enabled=True)
    assert isinstance(environment.patching, Patching)
    assert environment.patching.automatic == later


def test_a_template_hides_what_the_code_does_not_set() -> None:
    """Its settings are not read."""
    environment = code([GOOD[0]], template_name="standard")

    assert environment.monitoring == Monitoring(enabled=True)
    assert isinstance(environment.patching, Patching)
    assert isinstance(environment.patching.automatic, Unknown)


def test_an_old_platform_has_an_end_of_support() -> None:
    """That of its Amazon Linux."""
    found = answers([])
    stack = "64bit Amazon Linux 2 v3.1.0 running Corretto 11"
    found["elasticbeanstalk:DescribeEnvironments"] = {"Environments": [{**ITEM, "SolutionStackName": stack}]}

    patching = read(FakeAws(found)).patching

    assert isinstance(patching, Patching)
    assert patching.end_of_support == "2026-06-30"
