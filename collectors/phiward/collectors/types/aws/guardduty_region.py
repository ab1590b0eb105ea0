"""GuardDuty in one region: whether it looks for threats there, and how many findings wait to be dealt with.

Calls `guardduty:ListDetectors`, `GetDetector` and `GetFindingsStatistics`. A region without a detector is a resource
too, so that it fails by name. Findings are only counted: what they say of machines and people is never read.
"""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from phiward.collectors.aws.port import Aws
from phiward.collectors.terraform.block import Block, Parts
from phiward.collectors.terraform.form import Form, Source
from phiward.collectors.types.aws.answers import live, moment
from phiward.collectors.types.aws.arguments import flag, text
from phiward.inventory.catalog import ResourceType
from phiward.inventory.model import Maybe, Resource, Unknown

HIGH = 7.0
"""From here on GuardDuty calls a finding's severity high (*Severity levels of GuardDuty findings*)."""
NOT_SIGNED_UP = ("SubscriptionRequiredException", "OptInRequired")
"""The account may not use the service at all, which is not a denied call."""
_OPEN = {"Criterion": {"service.archived": {"Equals": ["false"]}}}
_LATER = Unknown("findings come once it runs")


class GuardDutyConfig(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What only GuardDuty of a region has."""

    enabled: Maybe[bool]
    """A detector is there and looks; one that is suspended does not."""
    publishing: Maybe[str | None] = None
    """How often repeated findings are told: `FIFTEEN_MINUTES`, `ONE_HOUR`, `SIX_HOURS`. None: there is no detector."""
    features: Maybe[tuple[str, ...]] = ()
    """What it looks at: `CLOUD_TRAIL`, `S3_DATA_EVENTS`, `EKS_AUDIT_LOGS`, ..."""
    open_findings: Maybe[int | None] = None
    """Findings that nobody has archived. None: there is no detector."""
    open_high_findings: Maybe[int | None] = None
    """Those of them whose severity is high or critical (7 and up)."""
    last_finding: Maybe[str | None] = None
    """When the last of them was made (a time). None: there are none."""


TYPE = ResourceType(name="aws.guardduty.region", title="GuardDuty of a region", aspects=(), config=GuardDutyConfig)


def items(aws: Aws) -> Iterator[dict[str, Any]]:
    """Yield the region itself."""
    yield {"region": aws.region}


def resource(aws: Aws, item: dict[str, Any]) -> Resource:
    """Return the region, with its detector if it has one."""
    answer = aws.ask("guardduty", "list_detectors", fills=("config",), absent=NOT_SIGNED_UP)
    if isinstance(answer, Unknown):
        config = _unseen(answer)
    else:
        detectors = (answer or {}).get("DetectorIds", ())
        config = _detector(aws, detectors[0]) if detectors else GuardDutyConfig(enabled=False)
    return live(aws, TYPE, f"aws.guardduty.region:{aws.account}:{aws.region}", name=item["region"], config=config)


def from_terraform(block: Block, parts: Parts, source: Source) -> Resource:
    """Build the region that an `aws_guardduty_detector` block sets up."""
    enabled, sure = flag(block, "enable", default=True), source.certain(block)
    return source.resource(
        block,
        TYPE,
        parts=parts,
        config=GuardDutyConfig(
            enabled=sure if enabled is True and isinstance(sure, Unknown) else enabled,
            publishing=text(block, "finding_publishing_frequency", "SIX_HOURS"),
            features=Unknown("the code of a detector does not tell all that GuardDuty looks at"),
            open_findings=_LATER,
            open_high_findings=_LATER,
            last_finding=_LATER,
        ),
        lines={"config.enabled": block.lines("enable")},
    )


def _detector(aws: Aws, identity: str) -> GuardDutyConfig:
    fills = ("config.enabled", "config.publishing", "config.features")
    found = aws.ask("guardduty", "get_detector", fills=fills, DetectorId=identity)
    counts = aws.ask(
        "guardduty",
        "get_findings_statistics",
        fills=("config.open_findings", "config.open_high_findings", "config.last_finding"),
        DetectorId=identity,
        FindingCriteria=_OPEN,
        GroupBy="SEVERITY",
        MaxResults=100,
    )
    total, high, last = _counted(counts)
    if isinstance(found, Unknown):
        enabled: Maybe[bool] = found
        publishing: Maybe[str | None] = found
        features: Maybe[tuple[str, ...]] = found
    else:
        given = found or {}
        enabled, publishing = given.get("Status") == "ENABLED", given.get("FindingPublishingFrequency")
        features = tuple(sorted(each["Name"] for each in given.get("Features", ()) if each.get("Status") == "ENABLED"))
    return GuardDutyConfig(
        enabled=enabled,
        publishing=publishing,
        features=features,
        open_findings=total,
        open_high_findings=high,
        last_finding=last,
    )


def _counted(counts: Maybe[dict[str, Any] | None]) -> tuple[Maybe[int], Maybe[int], Maybe[str | None]]:
    if isinstance(counts, Unknown):
        return counts, counts, counts
    groups = ((counts or {}).get("FindingStatistics") or {}).get("GroupedBySeverity")
    if groups is None:
        missing = Unknown("guardduty:GetFindingsStatistics tells no counts")
        return missing, missing, missing
    total = sum(each["TotalFindings"] for each in groups)
    high = sum(each["TotalFindings"] for each in groups if each["Severity"] >= HIGH)
    times = [moment(each.get("LastGeneratedAt")) for each in groups if each["TotalFindings"]]
    return total, high, max((time for time in times if time), default=None)


def _unseen(why: Unknown) -> GuardDutyConfig:
    return GuardDutyConfig(
        enabled=why, publishing=why, features=why, open_findings=why, open_high_findings=why, last_finding=why
    )


TERRAFORM = (Form(main="aws_guardduty_detector", build=from_terraform),)
