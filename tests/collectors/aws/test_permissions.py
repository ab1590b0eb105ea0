"""The policies that an auditor's role is given."""

import json
import re
from typing import Any

import pytest
import yaml

from phiward.collectors.aws import calls, permissions, questions
from phiward.collectors.terraform.hcl.parser import parse
from phiward.inventory.model import Need

BUCKETS: Need = {"aws.s3.bucket": frozenset({"backup.enabled"})}


def granted(documents: tuple[dict[str, Any], ...]) -> list[str]:
    """Return the actions of some policies."""
    return [action for each in documents for statement in each["Statement"] for action in statement["Action"]]


def test_only_what_the_controls_read_is_granted() -> None:
    """Of buckets, their versions: what makes copies needs these."""
    assert granted(permissions.documents(BUCKETS)) == [
        "s3:GetBucketLocation",
        "s3:GetBucketVersioning",
        "s3:ListAllMyBuckets",
    ]


def test_a_type_of_a_region_needs_the_regions() -> None:
    """Which are asked for, unless they are named."""
    assert permissions.actions({"aws.logs.log_group": frozenset({"logging"})}) == (
        "ec2:DescribeRegions",
        "logs:DescribeLogGroups",
    )


def test_nothing_is_granted_for_controls_of_other_sources() -> None:
    """A host needs nothing of AWS."""
    assert permissions.documents({"host.linux": frozenset({"patching"})}) == ()


def test_everything_is_granted_once_and_sorted() -> None:
    """Over all policies together, every action of every call is there once, and no wildcard is."""
    wanted = {action for call in permissions.asked(None) for action in calls.grants(*call)}
    found = granted(permissions.documents(None))

    assert found == sorted(wanted)
    assert not any("*" in action for action in found)


@pytest.mark.parametrize("limit", [400, 1000, permissions.MANAGED_POLICY_LIMIT])
def test_no_policy_is_larger_than_it_may_be(limit: int) -> None:
    """Split between services, and within one that alone is too large; nothing is lost."""
    found = permissions.documents(None, limit=limit)

    assert max(permissions.size(each) for each in found) <= limit
    assert sorted(granted(found)) == list(permissions.actions(None))
    for each in found:
        sids = [statement["Sid"] for statement in each["Statement"]]
        assert len(set(sids)) == len(sids)
        assert all(re.fullmatch(r"[A-Za-z0-9]+", sid) for sid in sids)


def test_api_gateway_is_limited_to_paths() -> None:
    """Its only action reads everything, API keys too."""
    statement = permissions.statements({"aws.apigateway.stage": frozenset()}, "aws-us-gov")[0]

    assert statement["Resource"] == [
        "arn:aws-us-gov:apigateway:*::/restapis",
        "arn:aws-us-gov:apigateway:*::/restapis/*/stages",
    ]


def test_the_template_is_one_role_with_all_policies() -> None:
    """Its trust asks for the external id, and its ARNs fit every partition."""
    text = permissions.as_cloudformation(None)
    template = yaml.safe_load(text)
    policies = tuple(
        each["Properties"]["PolicyDocument"]
        for each in template["Resources"].values()
        if each["Type"] == "AWS::IAM::ManagedPolicy"
    )
    role = template["Resources"]["AuditRole"]["Properties"]

    assert granted(policies) == list(permissions.actions(None))
    assert len(role["ManagedPolicyArns"]) == len(policies)
    assert role["AssumeRolePolicyDocument"]["Statement"][0]["Condition"] == {
        "StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}
    }
    assert "@@" not in text
    assert "arn:aws:" not in text


def test_the_module_is_valid_and_holds_all_actions() -> None:
    """As HCL, with one policy and one attachment for each document."""
    text = permissions.as_terraform(None)
    parse(text, "main.tf")

    actions = re.findall(r'^ +"([a-z0-9-]+:[A-Za-z0-9]+)",?$', text, re.MULTILINE)
    number = len(permissions.documents(None))
    assert actions == list(permissions.actions(None))
    assert text.count('resource "aws_iam_policy"') == text.count("_attachment") == number
    assert "@" not in text


def test_a_policy_is_json() -> None:
    """Nothing in it is of a kind that JSON does not have."""
    assert json.loads(json.dumps(permissions.documents(None))) == list(permissions.documents(None))


def test_every_question_has_its_action() -> None:
    """The table of all types leads to the same actions as a selection of everything."""
    every: Need = {
        name: frozenset({path for each in asked for path in each.paths}) for name, asked in questions.by_type().items()
    }

    assert permissions.actions(every) == permissions.actions(None)
