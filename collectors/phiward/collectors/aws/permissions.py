"""The IAM permissions that a run needs: exactly the actions of the calls that its controls make it ask.

Reading an account needs no more than these, and no access to what is stored. `sts:GetCallerIdentity` is asked too, and
needs no permission. A KMS key's own policy, a resource control policy or a service control policy may still refuse what
they grant.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeAlias

from phiward.collectors.aws import calls, plan, questions
from phiward.collectors.awsconfig import knowledge
from phiward.inventory.model import Need

Statement: TypeAlias = dict[str, Any]
"""A statement of an IAM policy, as JSON."""
Document: TypeAlias = dict[str, Any]
"""An IAM policy, as JSON."""

MANAGED_POLICY_LIMIT = 6144
"""Characters of a customer managed policy, white space not counted (*IAM and STS quotas*)."""

REST_PATHS = {
    "apigateway.get_rest_apis": ("/restapis",),
    "apigateway.get_stages": ("/restapis/*/stages",),
    "apigatewayv2.get_apis": ("/apis",),
    "apigatewayv2.get_stages": ("/apis/*/stages",),
}
"""Calls of API Gateway to the paths that they read: its one action `apigateway:GET` would also read API keys."""


THROUGH_CONFIG: dict[str, tuple[tuple[str, str], ...]] = {
    "aws-config": (
        ("config", "describe_configuration_recorder_status"),
        ("config", "describe_configuration_recorders"),
        ("config", "select_resource_config"),
        (questions.REGIONS.service, questions.REGIONS.operation),
    ),
    "aggregator": (
        ("config", "describe_configuration_aggregator_sources_status"),
        ("config", "get_aggregate_discovered_resource_counts"),
        ("config", "select_aggregate_resource_config"),
    ),
}
"""The calls of a run that asks AWS Config instead of the services, of its own account or of an aggregator: whatever the
controls, the same."""


def asked(need: Need | None, target: str = "aws") -> tuple[tuple[str, str], ...]:
    """Return the calls (service, operation) of a run, sorted. `target`: `aws`, or one of `THROUGH_CONFIG`."""
    if target != "aws":
        recorded = need is None or not need.keys().isdisjoint(knowledge.covered())
        return THROUGH_CONFIG[target] if recorded else ()
    found = {(each.service, each.operation) for every in questions.asked(need).values() for each in every}
    if any(not plan.is_global(module) for module in plan.choose(need, plan.modules())):
        found.add((questions.REGIONS.service, questions.REGIONS.operation))
    return tuple(sorted(found))


def actions(need: Need | None, target: str = "aws") -> tuple[str, ...]:
    """Return the IAM actions of a run, sorted."""
    return tuple(sorted({action for call in asked(need, target) for action in calls.grants(*call)}))


def statements(need: Need | None, partition: str = "aws", target: str = "aws") -> tuple[Statement, ...]:
    """Return one statement for each service, sorted."""
    by_service: dict[str, list[str]] = {}
    for action in actions(need, target):
        by_service.setdefault(action.partition(":")[0], []).append(action)
    return tuple(
        {
            "Sid": _sid(service),
            "Effect": "Allow",
            "Action": granted,
            "Resource": _paths(need, partition) if service == "apigateway" else "*",
        }
        for service, granted in by_service.items()
    )


def documents(
    need: Need | None, partition: str = "aws", limit: int = MANAGED_POLICY_LIMIT, target: str = "aws"
) -> tuple[Document, ...]:
    """Return as few policies as the limit of a managed policy allows, in the order of services."""
    found: list[list[Statement]] = [[]]
    for statement in statements(need, partition, target):
        for piece in _pieces(statement, limit):
            if found[-1] and size(_document([*found[-1], piece])) > limit:
                found.append([])
            found[-1].append(piece)
    return tuple(_document(each) for each in found if each)


def size(document: Document) -> int:
    """Return how many characters of the limit a policy takes."""
    return len(re.sub(r"\s", "", json.dumps(document)))


def _document(of: Iterable[Statement]) -> Document:
    return {"Version": "2012-10-17", "Statement": list(of)}


def _pieces(statement: Statement, limit: int) -> Iterator[Statement]:
    """Yield a statement, in two or more where it is larger than a policy may be."""
    granted = statement["Action"]
    if len(granted) == 1 or size(_document([statement])) <= limit:
        yield statement
        return
    half = len(granted) // 2
    sid = statement["Sid"]
    yield from _pieces({**statement, "Sid": f"{sid}A", "Action": granted[:half]}, limit)
    yield from _pieces({**statement, "Sid": f"{sid}B", "Action": granted[half:]}, limit)


def _sid(service: str) -> str:
    return "Read" + "".join(part.capitalize() for part in service.split("-"))


def _paths(need: Need | None, partition: str) -> list[str]:
    named = [f"{service}.{operation}" for service, operation in asked(need) if service.startswith("apigateway")]
    return sorted(f"arn:{partition}:apigateway:*::{path}" for call in named for path in REST_PATHS[call])


def as_terraform(need: Need | None, target: str = "aws") -> str:
    """Return a Terraform module that makes the auditor's role."""
    policies = [_hcl(document) for document in documents(need, "@@", target=target)]
    made = "".join(
        _TERRAFORM_POLICY.replace("@N@", str(number)).replace("@POLICY@", text)
        for number, text in enumerate(policies, 1)
    )
    return _TERRAFORM + made


def as_cloudformation(need: Need | None, target: str = "aws") -> str:
    """Return a CloudFormation template, for a stack or a stack set, that makes the auditor's role."""
    import yaml

    found = documents(need, "@@", target=target)
    names = [f"Reading{number}" for number in range(1, len(found) + 1)]
    resources: dict[str, Any] = {
        name: {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": _substituted(document)}}
        for name, document in zip(names, found, strict=True)
    }
    resources["AuditRole"] = {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "RoleName": {"Ref": "RoleName"},
            "Description": "Reads configuration for phiward; no access to what is stored",
            "MaxSessionDuration": 3600,
            "ManagedPolicyArns": [{"Ref": name} for name in names],
            "AssumeRolePolicyDocument": {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "sts:AssumeRole",
                        "Principal": {
                            "AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AuditorAccountId}:root"},
                        },
                        "Condition": {"StringEquals": {"sts:ExternalId": {"Ref": "ExternalId"}}},
                    }
                ],
            },
        },
    }
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "The role with which phiward reads this account",
        "Parameters": {
            "AuditorAccountId": {
                "Type": "String",
                "AllowedPattern": "[0-9]{12}",
                "Description": "The account whose principals may assume the role",
            },
            "ExternalId": {
                "Type": "String",
                "NoEcho": True,
                "MinLength": 16,
                "Description": "What the auditor states with --external-id; agreed on for this role alone",
            },
            "RoleName": {"Type": "String", "Default": "phiward-audit", "Description": "The role's name"},
        },
        "Resources": resources,
        "Outputs": {"RoleArn": {"Description": "For --role", "Value": {"Fn::GetAtt": ["AuditRole", "Arn"]}}},
    }
    text: str = yaml.safe_dump(template, sort_keys=False, width=120)
    return text


FORMS: dict[str, Callable[[Need | None, str], str]] = {
    "terraform": as_terraform,
    "cloudformation": as_cloudformation,
}
"""The formats that make a role too, and the functions that write them."""


def _substituted(document: Document) -> Document:
    """Put CloudFormation's own word in place of the partition."""
    return {
        **document,
        "Statement": [
            {**each, "Resource": [{"Fn::Sub": path.replace("@@", "${AWS::Partition}")} for path in each["Resource"]]}
            if isinstance(each["Resource"], list)
            else each
            for each in document["Statement"]
        ],
    }


def _hcl(document: Document) -> str:
    """Return a policy as a Terraform expression; JSON's objects are HCL's with `=` for `:`."""
    text = re.sub(r'^( *)"(\w+)":', r"\1\2 =", json.dumps(document, indent=2), flags=re.MULTILINE)
    return text.replace("@@", "${data.aws_partition.current.partition}").replace("\n", "\n  ")


_TERRAFORM = """\
# The role with which phiward reads this account. It reads configuration, and nothing of what is stored.

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "auditor_account_id" {
  description = "The account whose principals may assume the role"
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.auditor_account_id))
    error_message = "An account id has twelve digits."
  }
}

variable "external_id" {
  description = "What the auditor states with --external-id; agreed on for this role alone"
  type        = string
  sensitive   = true
}

variable "role_name" {
  description = "The role's name"
  type        = string
  default     = "phiward-audit"
}

data "aws_partition" "current" {}

resource "aws_iam_role" "audit" {
  name                 = var.role_name
  description          = "Reads configuration for phiward; no access to what is stored"
  max_session_duration = 3600

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { AWS = "arn:${data.aws_partition.current.partition}:iam::${var.auditor_account_id}:root" }
      Condition = { StringEquals = { "sts:ExternalId" = var.external_id } }
    }]
  })
}

output "role_arn" {
  description = "For --role"
  value       = aws_iam_role.audit.arn
}
"""
_TERRAFORM_POLICY = """
resource "aws_iam_policy" "reading_@N@" {
  name        = "${var.role_name}-@N@"
  description = "What phiward's controls ask of this account"

  policy = jsonencode(@POLICY@)
}

resource "aws_iam_role_policy_attachment" "reading_@N@" {
  role       = aws_iam_role.audit.name
  policy_arn = aws_iam_policy.reading_@N@.arn
}
"""
