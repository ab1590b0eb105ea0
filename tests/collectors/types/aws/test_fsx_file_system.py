"""FSx file systems of each kind: always encrypted, copied by FSx or by a plan, and the forms agree."""

from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource, Ref

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import fsx_file_system
from phiward.inventory.aspects import EncryptionAtRest
from phiward.inventory.model import Resource, Unknown

KEY = "arn:aws:kms:us-east-1:123456789012:key/0f0f"
ARN = "arn:aws:fsx:us-east-1:123456789012:file-system/fs-01234567"
SHARES: dict[str, Any] = {
    "FileSystemId": "fs-01234567",
    "ResourceARN": ARN,
    "FileSystemType": "WINDOWS",
    "KmsKeyId": KEY,
    "Tags": [{"Key": "Name", "Value": "shares"}],
    "WindowsConfiguration": {
        "DeploymentType": "MULTI_AZ_1",
        "AutomaticBackupRetentionDays": 35,
        "AuditLogConfiguration": {"FileAccessAuditLogLevel": "SUCCESS_AND_FAILURE"},
    },
}
ANSWERS: dict[str, Any] = {
    "backup:ListBackupPlans": {"BackupPlansList": []},
    "backup:ListProtectedResources": {"Results": []},
    "kms:DescribeKey": {"KeyMetadata": {"KeyManager": "CUSTOMER"}},
}
PLAN: dict[str, Any] = {
    "backup:ListBackupPlans": {"BackupPlansList": [{"BackupPlanId": "p-1"}]},
    "backup:ListBackupSelections": {"BackupSelectionsList": [{"SelectionId": "s-1", "BackupPlanId": "p-1"}]},
    "backup:GetBackupSelection": {
        "BackupSelection": {
            "SelectionName": "all",
            "IamRoleArn": "arn:aws:iam::123456789012:role/b",
            "Resources": [ARN],
        }
    },
    "backup:DescribeRegionSettings": {"ResourceTypeOptInPreference": {"FSx": True}},
    "backup:GetBackupPlan": {
        "BackupPlan": {
            "BackupPlanName": "daily",
            "Rules": [{"RuleName": "r", "TargetBackupVaultName": "v", "Lifecycle": {"DeleteAfterDays": 90}}],
        }
    },
}
SAME_IN_BOTH = (
    "encryption_at_rest.enabled",
    "encryption_at_rest.algorithm",
    "encryption_at_rest.key_owner",
    "backup.enabled",
    "backup.encrypted",
    "resilience",
    "config",
)


def at(resource: Resource, path: str) -> Any:
    """Return the value at a path."""
    value: Any = resource
    for name in path.split("."):
        value = getattr(value, name)
    return value


def live(item: dict[str, Any] = SHARES, **given: Any) -> Resource:
    """Return the resource of a live file system."""
    listed = {"fsx:DescribeFileSystems": {"FileSystems": [item]}}
    aws = FakeAws({**listed, **ANSWERS, **given.pop("answers", {})}, **given)
    (found,) = fsx_file_system.items(aws)
    return fsx_file_system.resource(aws, found)


def code(kind: str = "windows", **changes: Any) -> Resource:
    """Return the resource of a file system in Terraform."""
    block = FakeBlock(f"aws_fsx_{kind}_file_system.shares", **changes)
    form = next(form for form in fsx_file_system.TERRAFORM if form.main == f"aws_fsx_{kind}_file_system")
    return form.build(block, {}, FakeSource([block, FakeBlock("aws_kms_key.ephi")]))


def written() -> Resource:
    """Return the same file system as `SHARES`, in code."""
    return code(
        kms_key_id=Ref("aws_kms_key.ephi.arn"),
        deployment_type="MULTI_AZ_1",
        automatic_backup_retention_days=35,
        blocks={"audit_log_configuration": [{"file_access_audit_log_level": "SUCCESS_AND_FAILURE"}]},
    )


@pytest.mark.parametrize("path", SAME_IN_BOTH)
def test_both_forms_agree(path: str) -> None:
    """The same file system, live and in code, has the same facts."""
    assert at(written(), path) == at(live(), path)


def test_a_careless_file_system_is_seen_alike() -> None:
    """One zone, no copies, AWS's own key: code leaves open only what a plan elsewhere does."""
    bare = {
        **SHARES,
        "WindowsConfiguration": {"DeploymentType": "SINGLE_AZ_1", "AutomaticBackupRetentionDays": 0},
    }
    found = live(bare, answers={"kms:DescribeKey": {"KeyMetadata": {"KeyManager": "AWS"}}})
    own = code(automatic_backup_retention_days=0)

    for path in SAME_IN_BOTH:
        if path != "backup.enabled":
            assert at(own, path) == at(found, path)
    assert (at(found, "backup.enabled"), at(found, "resilience.redundant")) == (False, False)
    assert isinstance(at(own, "backup.enabled"), Unknown)


def test_a_scratch_file_system_is_under_the_services_key() -> None:
    """It is encrypted, under a key that nobody can name; Lustre has no second zone to fail over to."""
    scratch = {
        "FileSystemId": "fs-01234567",
        "ResourceARN": ARN,
        "FileSystemType": "LUSTRE",
        "LustreConfiguration": {"DeploymentType": "SCRATCH_2"},
    }
    found, own = live(scratch), code("lustre", deployment_type="SCRATCH_2")

    assert found.encryption_at_rest == EncryptionAtRest(enabled=True, algorithm="AES256", key_owner="provider")
    assert own.encryption_at_rest == found.encryption_at_rest
    assert at(found, "resilience.redundant") is None
    assert at(found, "config.access_audit") is None
    assert at(found, "backup.enabled") is False


@pytest.mark.parametrize(("own", "kept"), [(0, 90), (7, 90), (365, 365)])
def test_the_longest_kept_copy_counts(own: int, kept: int) -> None:
    """Copies of FSx and of a plan are both copies."""
    item = {**SHARES, "WindowsConfiguration": {"AutomaticBackupRetentionDays": own, "DeploymentType": "MULTI_AZ_1"}}
    found = live(item, answers=PLAN)

    assert (at(found, "backup.enabled"), at(found, "backup.planned")) == (True, True)
    assert at(found, "backup.retention_days") == kept


def test_copies_of_its_own_are_kept_as_long_as_it_says() -> None:
    """Without a plan."""
    assert at(live(), "backup.retention_days") == 35


@pytest.mark.parametrize(
    ("denied", "paths"),
    [
        ("kms:DescribeKey", {"encryption_at_rest.key_owner"}),
        ("backup:ListBackupPlans", {"backup.planned"}),
    ],
)
def test_a_denied_call_makes_its_own_facts_unknown(denied: str, paths: set[str]) -> None:
    """And nothing else."""
    whole, without = live(), live(denied={denied})
    facts = {*SAME_IN_BOTH, "backup.planned"}

    assert {path for path in facts if at(without, path) != at(whole, path)} == paths
    assert all(denied in at(without, path).reason for path in paths)


def test_copies_are_unknown_where_only_a_plan_could_make_them() -> None:
    """FSx makes none, and the plans may not be listed."""
    item = {**SHARES, "WindowsConfiguration": {"AutomaticBackupRetentionDays": 0}}

    assert isinstance(at(live(item, denied={"backup:ListBackupPlans"}), "backup.enabled"), Unknown)


def test_a_denied_listing_is_a_gap() -> None:
    """An account that refuses the listing is not an empty one."""
    with pytest.raises(Denied, match="fsx:DescribeFileSystems"):
        list(fsx_file_system.items(FakeAws(denied={"fsx:DescribeFileSystems"})))


def test_nothing_is_asked_that_no_control_reads() -> None:
    """The listing alone tells of resilience."""
    aws = FakeAws({"fsx:DescribeFileSystems": {"FileSystems": [SHARES]}}, need={"resilience"})
    (item,) = fsx_file_system.items(aws)
    fsx_file_system.resource(aws, item)

    assert [call for call, _ in aws.calls] == ["fsx:DescribeFileSystems"]


@pytest.mark.parametrize(
    ("kind", "changes", "path"),
    [
        ("ontap", {"deployment_type": "MULTI_AZ_1"}, "backup.retention_days"),
        ("openzfs", {}, "resilience.redundant"),
        (
            "lustre",
            {"deployment_type": Unknown("var.kind has no value", ("var.kind",))},
            "encryption_at_rest.key_owner",
        ),
    ],
)
def test_what_code_cannot_tell_is_unknown(kind: str, changes: dict[str, Any], path: str) -> None:
    """Defaults that differ, and values that a variable decides."""
    assert isinstance(at(code(kind, **changes), path), Unknown)


def test_windows_makes_copies_unless_told_otherwise() -> None:
    """The provider asks for a week."""
    assert at(code(), "backup.enabled") is True
