"""AWS Config in one region: whether changes of resources are recorded there, and the record arrives.

Calls `config:DescribeConfigurationRecorders`, `DescribeConfigurationRecorderStatus` and
`DescribeDeliveryChannelStatus`. A region without a recorder is a resource too, so that it fails by name. Recorders that
an AWS service keeps for itself (they name a `servicePrincipal`) record for that service only and are left out.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import live, told
from phiward.collectors.types.aws.arguments import flag
from phiward.collectors.types.aws.guardduty_region import NOT_SIGNED_UP
from phiward.inventory.catalog import ResourceType
from phiward.inventory.kleene import some
from phiward.inventory.model import Maybe, Resource, Unknown

_DELIVERIES = ("configHistoryDeliveryInfo", "configSnapshotDeliveryInfo", "configStreamDeliveryInfo")


class RecorderConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only AWS Config of a region has."""

    exists: Maybe[bool]
    """There is a recorder."""
    recording: Maybe[bool]
    """It records now."""
    records_everything: Maybe[bool | None] = None
    """It records every type of resource. None: there is no recorder."""
    delivers: Maybe[bool]
    """What it records has somewhere to go."""
    failed: Maybe[bool]
    """The last recording or the last delivery failed."""


TYPE = ResourceType(name="aws.config.region", title="AWS Config of a region", aspects=(), config=RecorderConfig)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield the region itself."""
    yield {"region": aws.region}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return the region, with its recorder if it has one."""
    answer = aws.ask("config", "describe_configuration_recorders", fills=("config",), absent=NOT_SIGNED_UP)
    return live(
        aws,
        TYPE,
        f"aws.config.region:{aws.account}:{aws.region}",
        name=item["region"],
        config=_unseen(answer) if isinstance(answer, Unknown) else _recorder(aws, answer or {}),
    )


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the region that an `aws_config_configuration_recorder` block sets up, with its status and channel.

    Terraform makes a recorder without starting it: `aws_config_configuration_recorder_status` does that.
    """
    recording: Maybe[bool] = False
    for status in parts.get("aws_config_configuration_recorder_status", []):
        recording = status if isinstance(status, Unknown) else flag(status, "is_enabled", default=False)
    sure = source.certain(block)
    everything: Maybe[bool | None] = True
    for group in block.blocks("recording_group"):
        everything = group if isinstance(group, Unknown) else flag(group, "all_supported", default=True)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        config=RecorderConfig(
            exists=sure if isinstance(sure, Unknown) else True,
            recording=recording,
            records_everything=everything,
            delivers=some(
                each if isinstance(each, Unknown) else True
                for each in map(source.certain, source.blocks("aws_config_delivery_channel"))
            ),
            failed=Unknown("known once it runs"),
        ),
        lines={"config.records_everything": block.lines("recording_group")},
    )


def _recorder(aws: Aws, answer: dict[str, Any]) -> RecorderConfig:
    own = [each for each in answer.get("ConfigurationRecorders", ()) if not each.get("servicePrincipal")]
    if not own:
        return RecorderConfig(exists=False, recording=False, delivers=False, failed=False)
    status = aws.ask("config", "describe_configuration_recorder_status", fills=("config.recording", "config.failed"))
    channels = aws.ask("config", "describe_delivery_channel_status", fills=("config.delivers", "config.failed"))
    group = own[0].get("recordingGroup") or {}
    strategy = (group.get("recordingStrategy") or {}).get("useOnly")
    everything = group.get("allSupported") or strategy == "ALL_SUPPORTED_RESOURCE_TYPES"
    running = told(status, lambda given: [each for each in _own(given) if each.get("recording")])
    return RecorderConfig(
        exists=True,
        recording=running if isinstance(running, Unknown) else bool(running),
        records_everything=bool(everything),
        delivers=told(channels, lambda given: bool(given.get("DeliveryChannelsStatus"))),
        failed=_either(told(status, _recording_failed), told(channels, _delivery_failed)),
    )


def _own(status: dict[str, Any]) -> list[dict[str, Any]]:
    return [each for each in status.get("ConfigurationRecordersStatus", ()) if not each.get("servicePrincipal")]


def _recording_failed(status: dict[str, Any]) -> bool:
    return any(_is_failure(each.get("lastStatus")) for each in _own(status))


def _delivery_failed(status: dict[str, Any]) -> bool:
    channels = status.get("DeliveryChannelsStatus", ())
    return any(_is_failure((each.get(kind) or {}).get("lastStatus")) for each in channels for kind in _DELIVERIES)


def _is_failure(status: str | None) -> bool:
    return str(status).lower() == "failure"


def _either(one: Maybe[bool], other: Maybe[bool]) -> Maybe[bool]:
    if one is True or other is True:
        return True
    return one if isinstance(one, Unknown) else other


def _unseen(why: Unknown) -> RecorderConfig:
    return RecorderConfig(exists=why, recording=why, records_everything=why, delivers=why, failed=why)


TERRAFORM = (
    Form(
        main="aws_config_configuration_recorder",
        build=from_terraform,
        parts={"aws_config_configuration_recorder_status": "name"},
        identified_by=("name", "id"),
    ),
)
