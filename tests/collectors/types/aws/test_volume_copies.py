"""How volumes and instances are copied: by a backup plan, by a lifecycle policy, with the instance they are on."""

from typing import TYPE_CHECKING, Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.types.aws.volume_copies import (
    code_backup,
    code_backup_within,
    instance_backup,
    volume_backup,
)
from phiward.inventory.aspects import Backup
from phiward.inventory.model import Unknown

if TYPE_CHECKING:
    from phiward.collectors.types.aws.backup_coverage import Protected

VOLUME: dict[str, Any] = {
    "VolumeId": "vol-1",
    "VolumeType": "gp3",
    "Tags": [{"Key": "copy", "Value": "daily"}],
    "Attachments": [{"InstanceId": "i-1", "State": "attached"}],
}
ALONE = {**VOLUME, "Attachments": []}
INSTANCE = {"InstanceId": "i-1", "Tags": [{"Key": "role", "Value": "chart"}]}
ARN = "arn:aws:ec2:us-east-1:123456789012:volume/vol-1"
NOTHING: dict[str, Any] = {
    "backup:ListBackupPlans": {"BackupPlansList": []},
    "dlm:GetLifecyclePolicies": {"Policies": []},
    "ec2:DescribeInstances": {"Reservations": [{"Instances": [INSTANCE]}]},
}
DAILY = [{"Key": "copy", "Value": "daily"}]
CHART = [{"Key": "role", "Value": "chart"}]


def planned(*resources: str) -> dict[str, Any]:
    """Return an account with a plan that selects these."""
    rule = {"RuleName": "d", "TargetBackupVaultName": "v", "Lifecycle": {"DeleteAfterDays": 35}}
    return {
        **NOTHING,
        "backup:ListBackupPlans": {"BackupPlansList": [{"BackupPlanId": "p"}]},
        "backup:ListBackupSelections": {"BackupSelectionsList": [{"SelectionId": "s"}]},
        "backup:GetBackupSelection": {"BackupSelection": {"Resources": list(resources)}},
        "backup:GetBackupPlan": {"BackupPlan": {"Rules": [rule]}},
    }


def lifecycle(kind: str = "EBS_SNAPSHOT_MANAGEMENT", *, default: bool = False, **details: Any) -> dict[str, Any]:
    """Return an account with one lifecycle policy."""
    policy = {"PolicyId": "l", "DefaultPolicy": default, "PolicyDetails": {"PolicyType": kind, **details}}
    return {
        **NOTHING,
        "dlm:GetLifecyclePolicies": {"Policies": [{"PolicyId": "l", "PolicyType": kind}]},
        "dlm:GetLifecyclePolicy": {"Policy": policy},
    }


def copied(answers: dict[str, Any], volume: dict[str, Any] = VOLUME, **given: Any) -> Backup:
    """Return how a volume is copied."""
    return volume_backup(FakeAws(answers, **given), volume, {}, encrypted=True)


def test_a_volume_that_a_plan_selects() -> None:
    """Its plan says how long; its snapshots are encrypted as it is; nothing else need be asked."""
    aws = FakeAws(planned("arn:aws:ec2:*:*:volume/*"))

    found = volume_backup(aws, VOLUME, {ARN: "2026-01-01T05:00:00Z"}, encrypted=False)

    assert found == Backup(
        enabled=True,
        retention_days=35,
        last_success="2026-01-01T05:00:00Z",
        other_site=False,
        encrypted=False,
        planned=True,
        last_recovery_point="2026-01-01T05:00:00Z",
    )
    assert not any(call.startswith(("dlm:", "ec2:")) for call, _ in aws.calls)


def test_a_volume_that_nothing_copies() -> None:
    """No plan, no policy, neither for the instance it is on."""
    found = copied(NOTHING)

    assert (found.enabled, found.planned, found.retention_days) == (False, False, 0)


def test_a_volume_that_is_copied_with_its_instance() -> None:
    """A copy of an instance holds its volumes: the plan and the last copy of the instance are the volume's too."""
    answers = planned("arn:aws:ec2:*:*:instance/*")
    points: Protected = {"arn:aws:ec2:us-east-1:123456789012:instance/i-1": "2026-01-01T05:00:00Z"}

    found = volume_backup(FakeAws(answers), VOLUME, points, encrypted=True)

    assert (found.enabled, found.planned, found.retention_days) == (True, True, 35)
    assert (found.last_success, found.last_recovery_point) == ("2026-01-01T05:00:00Z", "2026-01-01T05:00:00Z")
    assert (copied(answers, ALONE).enabled, copied(answers, ALONE).planned) == (False, False)


def test_the_latest_of_both_copies_counts() -> None:
    """One of the volume by hand, a later one of its instance by the plan."""
    points: Protected = {
        ARN: "2026-01-01T05:00:00Z",
        "arn:aws:ec2:us-east-1:123456789012:instance/i-1": "2026-01-02T05:00:00Z",
    }

    found = volume_backup(FakeAws(NOTHING), VOLUME, points, encrypted=True)

    assert found.last_recovery_point == "2026-01-02T05:00:00Z"


@pytest.mark.parametrize(
    ("answers", "volume", "enabled"),
    [
        (lifecycle(ResourceTypes=["VOLUME"], TargetTags=DAILY), ALONE, True),
        (lifecycle(ResourceTypes=["VOLUME"], TargetTags=CHART), ALONE, False),
        (lifecycle(ResourceTypes=["VOLUME"], TargetTags=[*CHART, *DAILY]), ALONE, True),
        (lifecycle(ResourceTypes=["INSTANCE"], TargetTags=CHART), VOLUME, True),
        (lifecycle(ResourceTypes=["INSTANCE"], TargetTags=CHART), ALONE, False),
        (lifecycle(ResourceTypes=["INSTANCE"], TargetTags=DAILY), VOLUME, False),
        (lifecycle("IMAGE_MANAGEMENT", ResourceTypes=["INSTANCE"], TargetTags=CHART), VOLUME, True),
        (lifecycle("EVENT_BASED_POLICY"), VOLUME, False),
        (lifecycle(default=True, ResourceType="VOLUME"), ALONE, True),
        (lifecycle(default=True, ResourceType="VOLUME", Exclusions={"ExcludeTags": DAILY}), ALONE, False),
        (lifecycle(default=True, ResourceType="VOLUME", Exclusions={"ExcludeVolumeTypes": ["gp3"]}), ALONE, False),
        (lifecycle(default=True, ResourceType="VOLUME", Exclusions={"ExcludeBootVolumes": True}), ALONE, True),
        (lifecycle(default=True, ResourceType="VOLUME", Exclusions={"ExcludeBootVolumes": True}), VOLUME, None),
        (
            lifecycle(ResourceTypes=["INSTANCE"], TargetTags=CHART, Parameters={"ExcludeBootVolume": True}),
            VOLUME,
            None,
        ),
    ],
)
def test_lifecycle_policies(answers: dict[str, Any], volume: dict[str, Any], enabled: bool | None) -> None:
    """By its own tags, by those of its instance, or because it is there at all."""
    found = copied(answers, volume).enabled

    assert isinstance(found, Unknown) if enabled is None else found is enabled


@pytest.mark.parametrize(
    "denied",
    ["backup:ListBackupPlans", "dlm:GetLifecyclePolicies", "dlm:GetLifecyclePolicy", "ec2:DescribeInstances"],
)
def test_a_denied_call_leaves_it_open(denied: str) -> None:
    """What was not seen may copy it."""
    answers = lifecycle(ResourceTypes=["INSTANCE"], TargetTags=DAILY)

    assert copied(answers, denied={denied}).enabled == Unknown(f"access denied: {denied}")


def test_instances() -> None:
    """By a plan, or by a policy that makes images; snapshots of volumes are no copy of an instance."""

    def found(answers: dict[str, Any]) -> Any:
        return instance_backup(FakeAws(answers), INSTANCE, {}).enabled

    assert found(planned("arn:aws:ec2:*:*:instance/*")) is True
    assert found(lifecycle("IMAGE_MANAGEMENT", ResourceTypes=["INSTANCE"], TargetTags=CHART)) is True
    assert found(lifecycle(ResourceTypes=["INSTANCE"], TargetTags=CHART)) is False
    assert found(NOTHING) is False


def test_nothing_is_asked_that_no_control_reads() -> None:
    """A run about encryption makes no request."""
    aws = FakeAws({}, need={"encryption_at_rest"})

    volume_backup(aws, VOLUME, {}, encrypted=True)
    instance_backup(aws, INSTANCE, {})

    assert aws.calls == []


def test_code() -> None:
    """A volume that a selection names is covered; one that none does may be copied by what code does not show."""
    block = FakeBlock("aws_ebs_volume.a")
    chosen = FakeBlock("aws_backup_selection.s", resources=[Ref("aws_ebs_volume.a.arn")])
    other = FakeBlock("aws_backup_selection.s", resources=["arn:aws:ec2:*:*:instance/*"])

    yes = code_backup(block, FakeSource([block, chosen]), {}, "EBS", encrypted=True)
    no = code_backup(block, FakeSource([block, other]), {}, "EBS", encrypted=True)

    assert (yes.enabled, yes.planned, yes.encrypted) == (True, True, True)
    assert (isinstance(no.enabled, Unknown), no.planned) == (True, False)


def test_a_volume_that_an_instance_brings() -> None:
    """A selection of the instance copies it as one of all volumes does; one of another instance does not."""
    block = FakeBlock("aws_instance.chart")

    def found(resource: Any) -> Backup:
        chosen = FakeBlock("aws_backup_selection.s", resources=[resource])
        return code_backup_within(block, FakeSource([block, chosen]), {}, instance_tags={}, encrypted=True)

    by_instance, by_volume = found(Ref("aws_instance.chart.arn")), found("arn:aws:ec2:*:*:volume/*")
    other = found(Ref("aws_instance.web.arn"))

    assert (by_instance.enabled, by_instance.planned) == (True, True)
    assert (by_volume.enabled, by_volume.planned) == (True, True)
    assert (isinstance(other.enabled, Unknown), other.planned) == (True, False)
