"""The permissions that are printed are those of the calls that a scan really makes, over an account with most types."""

import importlib.util
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.client import BaseClient

from phiward.collectors.aws import calls, permissions, questions
from phiward.collectors.aws.collector import AwsCollector
from phiward.collectors.port import Options
from phiward.collectors.registry import catalog
from phiward.engine.library import load, shipped
from phiward.engine.rules import needs, select
from phiward.inventory.model import Need, Resource

pytestmark = pytest.mark.live

REGION = "us-east-1"
UNUSED = {
    "backup:DescribeRegionSettings": "no plan selects anything, so the service's opt-in decides nothing",
    "backup:GetBackupSelection": "no plan selects anything",
    "codebuild:ListSourceCredentials": "no project has its source at a host that is signed in to",
    "config:DescribeConfigurationRecorderStatus": "no recorder is set up",
    "config:DescribeDeliveryChannelStatus": "no recorder is set up",
    "dlm:GetLifecyclePolicy": "the simulation has no lifecycle policies",
    "ec2:GetManagedPrefixListEntries": "no rule names a prefix list",
    "elasticfilesystem:DescribeMountTargetSecurityGroups": "no file system has a mount target",
    "elasticfilesystem:DescribeMountTargets": "no file system has a mount target",
    "elasticloadbalancing:DescribeLoadBalancerPolicies": "no classic load balancer speaks TLS",
    "elasticloadbalancing:DescribeRules": "no listener for HTTP turns requests away by default",
    "elasticmapreduce:DescribeSecurityConfiguration": "no cluster names a security configuration",
    "guardduty:GetDetector": "no detector is switched on",
    "guardduty:GetFindingsStatistics": "no detector is switched on",
    "iam:ListMFADevices": "no user has a second factor",
    "kms:ListGrants": "no key is an enclave's",
    "logs:DescribeDeliveries": "nothing delivers logs",
    "rds:DescribeDBClusterParameters": "no database is in a cluster",
    "rds:DescribeDBClusterSnapshotAttributes": "no snapshot is of a cluster",
    "rds:DescribeDBParameters": "every database has AWS's own parameter group, which nobody can change",
    "securityhub:GetEnabledStandards": "Security Hub is not switched on",
    "securityhub:ListEnabledProductsForImport": "Security Hub is not switched on",
}
"""Actions that are printed for types that the account holds, and that reading it did not take: why."""


def populate(endpoint: str) -> None:
    """Make the account of the benchmarks, with one or two of everything."""
    path = Path(__file__).parents[2] / "benchmarks" / "populate_aws.py"
    spec = importlib.util.spec_from_file_location("populate_aws", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    boto3.client("ec2", region_name=REGION).register_image(
        Name="linux", Architecture="x86_64", RootDeviceName="/dev/xvda"
    )
    module.populate(endpoint, 0.05, module.HOSPITAL)


def need() -> Need:
    """Return what the shipped policy reads."""
    known = catalog()
    return needs(select(load(shipped(), known), known))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> set[tuple[str, str]]:
    """Hold the calls that botocore is asked to make: service and operation, as boto3 calls them."""
    found: set[tuple[str, str]] = set()
    make = BaseClient._make_api_call

    def noted(self: Any, operation: str, arguments: dict[str, Any]) -> Any:
        found.add((self.meta.service_model.service_name, xform_name(operation)))
        return make(self, operation, arguments)

    monkeypatch.setattr(BaseClient, "_make_api_call", noted)
    return found


@pytest.mark.timeout(600)
def test_what_is_printed_is_what_is_called(aws_environment: str, made: set[tuple[str, str]]) -> None:
    """Nothing is called that is not printed; what is printed for a type that is there is called, or it is said why not."""
    populate(aws_environment)
    made.clear()
    wanted = need()
    printed = set(permissions.actions(wanted))

    found = list(AwsCollector().collect("aws", Options(need=wanted, regions=(REGION,)), lambda _: None))

    asked = {action for call in made - {("sts", "get_caller_identity")} for action in calls.grants(*call)}
    assert sorted(asked - printed) == []
    held = {each.type for each in found if isinstance(each, Resource)}
    concerned = {
        action
        for name, every in questions.asked(wanted).items()
        for question in every
        if name in held
        for action in calls.grants(question.service, question.operation)
    }
    assert len(held) > 40
    assert sorted(concerned - asked) == sorted(UNUSED)
