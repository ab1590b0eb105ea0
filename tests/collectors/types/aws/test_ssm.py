"""Systems Manager: documents and managed machines."""

from datetime import UTC, datetime
from typing import Any

import pytest
from fakes import FakeAws
from fakes_terraform import FakeBlock, FakeSource

from phiward.collectors.aws.port import Denied
from phiward.collectors.types.aws import ssm_document, ssm_managed_node
from phiward.collectors.types.aws.ssm_managed_node import NodeConfig
from phiward.inventory.aspects import Exposure, Patching
from phiward.inventory.model import Resource, Unknown


def shared(accounts: list[str], **more: str) -> dict[str, Any]:
    """Return the recorded answers of one document."""
    document = {"Name": "restart", "Owner": "123456789012", "DocumentType": "Command"}
    return {
        "ssm:ListDocuments": {"DocumentIdentifiers": [{**document, "Tags": [{"Key": "team", "Value": "ops"}]}]},
        "ssm:DescribeDocumentPermission": {"AccountIds": accounts, **more},
    }


def document(aws: FakeAws) -> Resource:
    """Read the one document."""
    return ssm_document.resource(aws, next(ssm_document.items(aws)))


@pytest.mark.parametrize(
    ("accounts", "exposure"),
    [
        ([], Exposure(public=False)),
        (["999988887777"], Exposure(public=False, shared_with=("999988887777",))),
        (["all"], Exposure(public=True, ways=("shared-document",))),
        (["All", "999988887777"], Exposure(public=True, ways=("shared-document",), shared_with=("999988887777",))),
    ],
)
def test_with_whom_a_document_is_shared(accounts: list[str], exposure: Exposure) -> None:
    """`all` is everybody who has an AWS account; both forms say the same."""
    aws = FakeAws(shared(accounts))
    permissions = {"type": "Share", "account_ids": ",".join(accounts)} if accounts else None
    block = FakeBlock("aws_ssm_document.restart", name="restart", document_type="Command", permissions=permissions)

    live, coded = document(aws), ssm_document.from_terraform(block, {}, FakeSource([block]))

    assert live.exposure == coded.exposure == exposure
    assert live.config == coded.config
    assert live.id == "arn:aws:ssm:us-east-1:123456789012:document/restart"
    assert aws.calls[0] == ("ssm:ListDocuments", {"Filters": [{"Key": "Owner", "Values": ["Self"]}]})


def test_more_accounts_than_one_page() -> None:
    """Those that were not seen may be anybody."""
    found = document(FakeAws(shared(["999988887777"], NextToken="x"))).exposure

    assert isinstance(found, Exposure)
    assert isinstance(found.public, Unknown)
    assert isinstance(found.ways, Unknown)
    assert isinstance(found.shared_with, Unknown)


def test_denied_permissions_make_only_the_exposure_unknown() -> None:
    """The document is still named, with its tags."""
    found = document(FakeAws(shared([]), denied={"ssm:DescribeDocumentPermission"}))

    why = Unknown("access denied: ssm:DescribeDocumentPermission")
    assert found.exposure == Exposure(public=why, ways=why, shared_with=why)
    assert found.tags == {"team": "ops"}


def test_permissions_that_no_control_reads_are_not_asked_for() -> None:
    """The listing tells the kind."""
    aws = FakeAws(shared([]), need={"config.kind"})

    document(aws)

    assert [call for call, _ in aws.calls] == ["ssm:ListDocuments"]


@pytest.mark.parametrize("accounts", [Unknown("var.a has no value"), {"account_ids": Unknown("var.a has no value")}])
def test_unknown_permissions_of_code(accounts: Any) -> None:
    """Whoever they let in."""
    block = FakeBlock("aws_ssm_document.restart", name="restart", permissions=accounts)

    found = ssm_document.from_terraform(block, {}, FakeSource([block])).exposure

    assert isinstance(found, Exposure)
    assert found.public == Unknown("var.a has no value")


def summary(node: str, kind: str, status: str) -> dict[str, str]:
    """Return one line of the region's compliance."""
    return {"ResourceId": node, "ResourceType": "ManagedInstance", "ComplianceType": kind, "Status": status}


NODES: dict[str, Any] = {
    "ssm:DescribeInstanceInformation": {
        "InstanceInformationList": [
            {
                "InstanceId": "i-1",
                "PlatformName": "Amazon Linux",
                "PlatformVersion": "2023",
                "IsLatestVersion": True,
                "LastPingDateTime": datetime(2026, 1, 2, 3, tzinfo=UTC),
                "ComputerName": "pacs",
            },
            {"InstanceId": "mi-2", "PlatformName": "Ubuntu", "PlatformVersion": "18.04", "Name": "modality"},
            {"InstanceId": "mi-3"},
        ]
    },
    "ssm:ListResourceComplianceSummaries": {
        "ResourceComplianceSummaryItems": [
            summary("i-1", "Patch", "COMPLIANT"),
            summary("i-1", "Association", "COMPLIANT"),
            summary("mi-2", "Patch", "NON_COMPLIANT"),
            summary("mi-2", "Association", "NON_COMPLIANT"),
            summary("mi-3", "Custom:Antivirus", "NON_COMPLIANT"),
        ]
    },
    "ssm:DescribeInstancePatchStates": {
        "InstancePatchStates": [
            {
                "InstanceId": "i-1",
                "MissingCount": 0,
                "InstalledPendingRebootCount": 0,
                "OperationEndTime": datetime(2026, 1, 1, tzinfo=UTC),
            },
            {
                "InstanceId": "mi-2",
                "MissingCount": 9,
                "CriticalNonCompliantCount": 2,
                "SecurityNonCompliantCount": 3,
                "InstalledPendingRebootCount": 1,
                "OperationEndTime": datetime(2025, 12, 1, tzinfo=UTC),
            },
        ]
    },
}


def nodes(aws: FakeAws) -> list[Resource]:
    """Read every machine."""
    return [ssm_managed_node.resource(aws, item) for item in ssm_managed_node.items(aws)]


def configs(found: list[Resource]) -> list[NodeConfig]:
    """Return what only machines have."""
    return [each.config for each in found if isinstance(each.config, NodeConfig)]


def test_machines_and_whether_they_comply() -> None:
    """Compliant, behind, and never looked at."""
    found = nodes(FakeAws(NODES))

    assert [(each.patch_compliance, each.association_compliance) for each in configs(found)] == [
        ("compliant", "compliant"),
        ("non_compliant", "non_compliant"),
        (None, None),
    ]
    assert [each.name for each in found] == ["pacs", "modality", "mi-3"]
    assert found[0].relations == {"instance": ("arn:aws:ec2:us-east-1:123456789012:instance/i-1",)}
    assert found[1].relations == {"instance": ()}


def test_patches_that_miss_and_restarts_that_wait() -> None:
    """Counted, not named."""
    patching = [each.patching for each in nodes(FakeAws(NODES)) if isinstance(each.patching, Patching)]

    assert [each.pending_security_updates for each in patching[:2]] == [0, 5]
    assert [each.reboot_required for each in patching[:2]] == [False, True]
    assert [each.checked for each in patching] == ["2026-01-01T00:00:00Z", "2025-12-01T00:00:00Z", None]
    assert [each.end_of_support for each in patching[:2]] == ["2029-06-30", "2023-05-31"]
    assert isinstance(patching[2].end_of_support, Unknown)
    assert patching[2].pending_security_updates == Unknown("its patches were never looked at")


def test_machines_are_asked_about_together() -> None:
    """Two listings and one question for fifty machines."""
    listing = {"InstanceInformationList": [{"InstanceId": f"i-{number}"} for number in range(51)]}
    aws = FakeAws({**NODES, "ssm:DescribeInstanceInformation": listing})

    nodes(aws)

    assert [call for call, _ in aws.calls] == [
        "ssm:DescribeInstanceInformation",
        "ssm:ListResourceComplianceSummaries",
        "ssm:DescribeInstancePatchStates",
        "ssm:DescribeInstancePatchStates",
    ]


@pytest.mark.parametrize("call", ["ssm:ListResourceComplianceSummaries", "ssm:DescribeInstancePatchStates"])
def test_a_denied_call_makes_exactly_its_own_facts_unknown(call: str) -> None:
    """Nothing else is lost, and no machine is gone."""
    found = nodes(FakeAws(NODES, denied={call}))

    why = Unknown(f"access denied: {call}")
    compliance, states = call.endswith("Summaries"), call.endswith("States")
    assert [each.patch_compliance == why for each in configs(found)] == [compliance] * 3
    assert [each.association_compliance == why for each in configs(found)] == [compliance] * 3
    patching = [each.patching for each in found if isinstance(each.patching, Patching)]
    assert [each.pending_security_updates == why for each in patching] == [states] * 3
    assert [each.checked == why for each in patching] == [states] * 3


@pytest.mark.parametrize(
    ("module", "call"),
    [(ssm_document, "ssm:ListDocuments"), (ssm_managed_node, "ssm:DescribeInstanceInformation")],
)
def test_a_denied_listing_is_a_gap(module: Any, call: str) -> None:
    """None is not the same as none seen."""
    with pytest.raises(Denied):
        list(module.items(FakeAws(denied={call})))


def test_nothing_is_asked_of_machines_that_no_control_reads() -> None:
    """Each listing only where it fills something."""
    aws = FakeAws(NODES, need={"config.patch_compliance"})

    nodes(aws)

    assert [call for call, _ in aws.calls] == [
        "ssm:DescribeInstanceInformation",
        "ssm:ListResourceComplianceSummaries",
    ]
