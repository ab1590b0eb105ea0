"""GuardDuty, Security Hub and AWS Config: a region without them is there, and says so."""

from datetime import UTC, datetime
from typing import Any

import pytest
from fakes import Code, FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.types.aws import config_region, guardduty_region, securityhub_region
from phiward.collectors.types.aws.config_region import RecorderConfig
from phiward.collectors.types.aws.guardduty_region import GuardDutyConfig
from phiward.collectors.types.aws.securityhub_region import SecurityHubConfig
from phiward.inventory.model import Resource, Unknown

DETECTOR = {
    "guardduty:ListDetectors": {"DetectorIds": ["d1"]},
    "guardduty:GetDetector": {
        "Status": "ENABLED",
        "FindingPublishingFrequency": "FIFTEEN_MINUTES",
        "Features": [
            {"Name": "S3_DATA_EVENTS", "Status": "ENABLED"},
            {"Name": "RDS_LOGIN_EVENTS", "Status": "DISABLED"},
        ],
    },
    "guardduty:GetFindingsStatistics": {
        "FindingStatistics": {
            "GroupedBySeverity": [
                {"Severity": 8.0, "TotalFindings": 1, "LastGeneratedAt": datetime(2026, 1, 1, tzinfo=UTC)},
                {"Severity": 7.0, "TotalFindings": 2, "LastGeneratedAt": datetime(2025, 12, 1, tzinfo=UTC)},
                {"Severity": 5.5, "TotalFindings": 4, "LastGeneratedAt": datetime(2026, 1, 2, tzinfo=UTC)},
            ]
        }
    },
}
HUB = {
    "securityhub:DescribeHub": {"HubArn": "arn:aws:securityhub:us-east-1:123456789012:hub/default"},
    "securityhub:GetEnabledStandards": {
        "StandardsSubscriptions": [
            {
                "StandardsArn": "arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0",
                "StandardsStatus": "READY",
            },
            {"StandardsArn": "arn:aws:securityhub:us-east-1::standards/pci-dss/v/3.2.1", "StandardsStatus": "FAILED"},
        ]
    },
    "securityhub:ListEnabledProductsForImport": {
        "ProductSubscriptions": ["arn:aws:securityhub:us-east-1:123456789012:product-subscription/aws/guardduty"]
    },
}
RECORDER = {
    "config:DescribeConfigurationRecorders": {
        "ConfigurationRecorders": [
            {"name": "default", "recordingGroup": {"allSupported": True}},
            {"name": "AWSConfigurationRecorderForX", "servicePrincipal": "x.amazonaws.com"},
        ]
    },
    "config:DescribeConfigurationRecorderStatus": {
        "ConfigurationRecordersStatus": [
            {"name": "default", "recording": True, "lastStatus": "Success"},
            {
                "name": "AWSConfigurationRecorderForX",
                "recording": True,
                "lastStatus": "Failure",
                "servicePrincipal": "x.amazonaws.com",
            },
        ]
    },
    "config:DescribeDeliveryChannelStatus": {
        "DeliveryChannelsStatus": [{"name": "default", "configHistoryDeliveryInfo": {"lastStatus": "Success"}}]
    },
}
ON_HUB = SecurityHubConfig(
    enabled=True,
    standards=("standards/aws-foundational-security-best-practices/v/1.0.0",),
    integrations=("aws/guardduty",),
)
ON_RECORDER = RecorderConfig(exists=True, recording=True, records_everything=True, delivers=True, failed=False)


def read(module: Any, aws: FakeAws) -> Resource:
    """Read the one region."""
    (item,) = module.items(aws)
    resource: Resource = module.resource(aws, item)
    return resource


def denied(module: Any, answers: dict[str, Any], call: str) -> set[str]:
    """Return the fields that are unknown because a call is denied."""
    config = read(module, FakeAws(answers, denied={call})).config
    assert config is not None
    fields = type(config).__struct_fields__  # type: ignore[union-attr]
    return {field for field in fields if getattr(config, field) == Unknown(f"access denied: {call}")}


def test_a_region_that_is_watched() -> None:
    """The detector, what it looks at, and how many findings wait."""
    region = read(guardduty_region, FakeAws(DETECTOR))

    assert (region.id, region.name) == ("aws.guardduty.region:123456789012:us-east-1", "us-east-1")
    assert region.config == GuardDutyConfig(
        enabled=True,
        publishing="FIFTEEN_MINUTES",
        features=("S3_DATA_EVENTS",),
        open_findings=7,
        open_high_findings=3,
        last_finding="2026-01-02T00:00:00Z",
    )


def test_only_open_findings_are_counted() -> None:
    """And only counted: their contents are another call, which is never made."""
    aws = FakeAws(DETECTOR)

    read(guardduty_region, aws)

    (arguments,) = (given for call, given in aws.calls if call == "guardduty:GetFindingsStatistics")
    assert arguments["FindingCriteria"] == {"Criterion": {"service.archived": {"Equals": ["false"]}}}
    assert arguments["GroupBy"] == "SEVERITY"


@pytest.mark.parametrize("listed", [{"DetectorIds": []}, Code("SubscriptionRequiredException")])
def test_a_region_without_a_detector(listed: Any) -> None:
    """It is there, and not enabled; nothing more is asked."""
    aws = FakeAws({"guardduty:ListDetectors": listed})

    assert read(guardduty_region, aws).config == GuardDutyConfig(enabled=False)
    assert [call for call, _ in aws.calls] == ["guardduty:ListDetectors"]


def test_a_suspended_detector() -> None:
    """It is there and looks at nothing."""
    answers = {**DETECTOR, "guardduty:GetDetector": {"Status": "DISABLED"}}

    config = read(guardduty_region, FakeAws(answers)).config

    assert isinstance(config, GuardDutyConfig)
    assert config.enabled is False


def test_no_findings_at_all() -> None:
    """None wait, and there is no last one; an answer without counts tells nothing."""
    counted: dict[str, Any] = {"FindingStatistics": {"GroupedBySeverity": []}}
    none = read(guardduty_region, FakeAws({**DETECTOR, "guardduty:GetFindingsStatistics": counted})).config
    silent = read(guardduty_region, FakeAws({**DETECTOR, "guardduty:GetFindingsStatistics": {}})).config

    assert isinstance(none, GuardDutyConfig)
    assert (none.open_findings, none.open_high_findings, none.last_finding) == (0, 0, None)
    assert isinstance(silent, GuardDutyConfig)
    assert isinstance(silent.open_findings, Unknown)


def test_a_gathering_region() -> None:
    """Standards that failed do not count."""
    region = read(securityhub_region, FakeAws(HUB))

    assert region.id == "aws.securityhub.region:123456789012:us-east-1"
    assert region.config == ON_HUB


@pytest.mark.parametrize(
    "code", ["InvalidAccessException", "ResourceNotFoundException", "SubscriptionRequiredException"]
)
def test_a_region_without_security_hub(code: str) -> None:
    """Not subscribed is an answer, not a refusal."""
    aws = FakeAws({"securityhub:DescribeHub": Code(code)})

    assert read(securityhub_region, aws).config == SecurityHubConfig(enabled=False)
    assert len(aws.calls) == 1


def test_a_recorded_region() -> None:
    """A recorder that a service keeps for itself neither counts nor fails."""
    region = read(config_region, FakeAws(RECORDER))

    assert region.id == "aws.config.region:123456789012:us-east-1"
    assert region.config == ON_RECORDER


@pytest.mark.parametrize(
    "recorders", [[], [{"name": "AWSConfigurationRecorderForX", "servicePrincipal": "x.amazonaws.com"}]]
)
def test_a_region_without_a_recorder(recorders: list[Any]) -> None:
    """It is there, and records nothing."""
    aws = FakeAws({"config:DescribeConfigurationRecorders": {"ConfigurationRecorders": recorders}})

    assert read(config_region, aws).config == RecorderConfig(
        exists=False, recording=False, delivers=False, failed=False
    )


@pytest.mark.parametrize(
    ("status", "channel", "recording", "failed"),
    [
        ({"recording": False, "lastStatus": "Success"}, {}, False, False),
        ({"recording": True, "lastStatus": "Failure"}, {}, True, True),
        ({"recording": True, "lastStatus": "FAILURE"}, {}, True, True),
        ({"recording": True}, {"configStreamDeliveryInfo": {"lastStatus": "Failure"}}, True, True),
        ({"recording": True}, {"configHistoryDeliveryInfo": {"lastStatus": "Not_Applicable"}}, True, False),
    ],
)
def test_a_recorder_that_stopped_or_fails(
    status: dict[str, Any], channel: dict[str, Any], recording: bool, failed: bool
) -> None:
    """Each kind of delivery counts."""
    answers = {
        **RECORDER,
        "config:DescribeConfigurationRecorderStatus": {"ConfigurationRecordersStatus": [status]},
        "config:DescribeDeliveryChannelStatus": {"DeliveryChannelsStatus": [channel]},
    }

    config = read(config_region, FakeAws(answers)).config

    assert isinstance(config, RecorderConfig)
    assert (config.recording, config.failed, config.delivers) == (recording, failed, True)


@pytest.mark.parametrize(
    ("module", "answers", "call", "unseen"),
    [
        (guardduty_region, DETECTOR, "guardduty:ListDetectors", set(GuardDutyConfig.__struct_fields__)),
        (guardduty_region, DETECTOR, "guardduty:GetDetector", {"enabled", "publishing", "features"}),
        (
            guardduty_region,
            DETECTOR,
            "guardduty:GetFindingsStatistics",
            {"open_findings", "open_high_findings", "last_finding"},
        ),
        (securityhub_region, HUB, "securityhub:DescribeHub", set(SecurityHubConfig.__struct_fields__)),
        (securityhub_region, HUB, "securityhub:GetEnabledStandards", {"standards"}),
        (securityhub_region, HUB, "securityhub:ListEnabledProductsForImport", {"integrations"}),
        (config_region, RECORDER, "config:DescribeConfigurationRecorders", set(RecorderConfig.__struct_fields__)),
        (config_region, RECORDER, "config:DescribeConfigurationRecorderStatus", {"recording", "failed"}),
        (config_region, RECORDER, "config:DescribeDeliveryChannelStatus", {"delivers", "failed"}),
    ],
)
def test_a_denied_call_makes_exactly_its_own_facts_unknown(
    module: Any, answers: dict[str, Any], call: str, unseen: set[str]
) -> None:
    """A refusal is never taken for a region where the service is off."""
    assert denied(module, answers, call) == unseen


@pytest.mark.parametrize(
    ("module", "answers", "need", "asked"),
    [
        (guardduty_region, DETECTOR, "config.enabled", ["guardduty:ListDetectors", "guardduty:GetDetector"]),
        (securityhub_region, HUB, "config.standards", ["securityhub:DescribeHub", "securityhub:GetEnabledStandards"]),
        (
            config_region,
            RECORDER,
            "config.recording",
            ["config:DescribeConfigurationRecorders", "config:DescribeConfigurationRecorderStatus"],
        ),
    ],
)
def test_nothing_is_asked_that_no_control_reads(
    module: Any, answers: dict[str, Any], need: str, asked: list[str]
) -> None:
    """One field costs its own calls."""
    aws = FakeAws(answers, need={need})

    read(module, aws)

    assert [call for call, _ in aws.calls] == asked


def test_guardduty_in_code() -> None:
    """Enabled unless it says otherwise; findings come later."""
    on, off = FakeBlock("aws_guardduty_detector.on"), FakeBlock("aws_guardduty_detector.off", enable=False)

    configs = [guardduty_region.from_terraform(each, {}, FakeSource([each])).config for each in (on, off)]

    assert [each.enabled for each in configs if isinstance(each, GuardDutyConfig)] == [True, False]
    assert isinstance(configs[0], GuardDutyConfig)
    assert isinstance(configs[0].open_findings, Unknown)


def test_security_hub_in_code() -> None:
    """The default standards count unless they are declined; subscriptions of the tree count always."""
    bare = FakeBlock("aws_securityhub_account.this", enable_default_standards=False)
    by_default = FakeBlock("aws_securityhub_account.this")
    arn = "arn:aws:securityhub:us-east-1::standards/aws-foundational-security-best-practices/v/1.0.0"
    standard = FakeBlock("aws_securityhub_standards_subscription.a", standards_arn=arn)
    product = FakeBlock("aws_securityhub_product_subscription.a", product_arn=Ref("data.aws_x.y.arn"))

    def config(*blocks: FakeBlock) -> Any:
        return securityhub_region.from_terraform(blocks[0], {}, FakeSource(blocks)).config

    assert config(bare) == SecurityHubConfig(enabled=True)
    assert len(config(by_default).standards) == 2
    assert config(bare, standard).standards == ON_HUB.standards
    assert config(bare, product).integrations == ("aws_securityhub_product_subscription.a",)


def test_config_in_code() -> None:
    """A recorder is not started by being made."""
    block = FakeBlock("aws_config_configuration_recorder.this", {"recording_group": [{"all_supported": True}]})
    status = FakeBlock("aws_config_configuration_recorder_status.this", is_enabled=True)
    channel = FakeBlock("aws_config_delivery_channel.this")
    parts: dict[str, Any] = {"aws_config_configuration_recorder_status": [status]}

    on = config_region.from_terraform(block, parts, FakeSource([block, channel])).config
    off = config_region.from_terraform(block, {}, FakeSource([block])).config

    assert isinstance(on, RecorderConfig)
    assert isinstance(off, RecorderConfig)
    assert (on.exists, on.recording, on.records_everything, on.delivers) == (True, True, True, True)
    assert isinstance(on.failed, Unknown)
    assert (off.recording, off.delivers) == (False, False)
