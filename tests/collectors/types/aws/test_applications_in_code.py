"""Applications, their secrets and what watches them, written in Terraform, through the real evaluator and engine."""

from pathlib import Path

import pytest

from phiward.collectors.port import Options
from phiward.collectors.registry import catalog
from phiward.collectors.terraform.collector import TerraformCollector
from phiward.engine import library
from phiward.engine.compiled import compile_rules
from phiward.engine.evaluate import evaluate
from phiward.engine.findings import Verdict
from phiward.engine.rules import select
from phiward.inventory import wire
from phiward.inventory.model import Resource

FOLDER = Path(__file__).parents[3] / "collectors" / "terraform" / "fixtures" / "applications"
NOW = "2026-11-23T00:00:00Z"

FAILS = {
    "aws_codebuild_project": {
        "activity-logged",
        "build-holds-no-cloud-credentials",
        "build-signs-in-without-password",
        "service-not-public",
    },
    "aws_config_configuration_recorder": {"configuration-changes-recorded"},
    "aws_ecs_task_definition": {
        "activity-logged",
        "container-on-host-network-not-root-unnoticed",
        "containers-cannot-change-themselves",
    },
    "aws_eks_cluster": {
        "activity-logged",
        "data-store-key-customer-managed",
        "data-store-not-public",
        "data-store-protected-from-deletion",
        "software-supported",
    },
    "aws_elastic_beanstalk_environment": {
        "activity-logged",
        "security-updates-automatic",
        "software-supported",
        "systems-watched",
    },
    "aws_guardduty_detector": {"threat-detection-on"},
    "aws_lambda_function": {
        "failed-events-kept",
        "functions-have-a-limit",
        "functions-inside-private-network",
        "systems-watched",
    },
    "aws_secretsmanager_secret": {"data-store-key-customer-managed", "secrets-rotate"},
    "aws_securityhub_account": {"security-findings-gathered"},
    "aws_sns_topic": {"data-store-encrypted-at-rest", "data-store-not-public"},
    "aws_ssm_document": {"service-not-public"},
}
"""Terraform type to the controls that the bad one of it fails."""


@pytest.fixture(scope="module")
def failed() -> dict[str, set[str]]:
    """Return what fails, by address."""
    options = Options(now=NOW)
    found = list(TerraformCollector().collect(str(FOLDER), options, lambda _: None))
    assert all(isinstance(each, Resource) for each in found)
    resources = sorted((each for each in found if isinstance(each, Resource)), key=lambda each: (each.type, each.id))
    types = catalog()
    rules = select(library.load(library.shipped(), types), types, "hipaa-security-rule")
    lines = [wire.encode(each) for each in resources]
    fails: dict[str, set[str]] = {each.id: set() for each in resources}
    for finding in evaluate(lambda: iter(lines), compile_rules(rules), NOW):
        if finding.resource is not None and finding.verdict is Verdict.FAIL:
            fails[finding.resource.id].add(finding.control)
    return fails


@pytest.mark.parametrize("kind", FAILS)
def test_the_bad_one_fails_what_is_wrong_with_it_and_the_good_one_does_not(
    failed: dict[str, set[str]], kind: str
) -> None:
    """Each control tells the two apart."""
    assert failed[f"{kind}.bad"] >= FAILS[kind]
    assert failed[f"{kind}.good"] & FAILS[kind] == set()
