"""Which CloudFormation types the rows of the coverage pages are judged of: a column of the page `coverage-iac.md`.

The data names the CloudFormation types that each row of `iac-checks.csv`, and of `aws-checks.csv` where code can
answer, is about. A row is judged of a type where a control that answers it asks a resource type that a shape of
the CloudFormation type leads to.
"""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from phiward.collectors.cloudformation import shapes
from phiward.collectors.terraform import forms

DATA = Path(__file__).parent / "data" / "cloudformation-types.csv"

REASONS: dict[str, str] = dict.fromkeys(
    ("AWS::IAM::AccountPasswordPolicy", "AWS::S3::AccountPublicAccessBlock", "AWS::EC2::EBSEncryptionByDefault"),
    "CloudFormation has no such type",
)
"""CloudFormation types that no row is judged of, and why. Those that no shape reads need none."""
ODD: dict[tuple[str, str, str], str] = {
    ("aws", "cloudtrail-enabled", "AWS::CloudTrail::Trail"): "asked of every region of the account, not of one trail",
    (
        "iac",
        "no-secrets-in-user-data-lambda-env-ecs-env-provider",
        "AWS::EC2::Instance",
    ): "secrets in texts are not looked for",
}
"""Rows that are answered, and not judged of one of their types though a shape reads it, and why."""
_TOLD_OF: dict[str, frozenset[str]] = {
    "AWS::Backup::BackupSelection": frozenset({"aws.rds.instance", "aws.efs.file_system", "aws.ec2.volume"}),
    "AWS::CloudTrail::Trail": frozenset({"aws.s3.bucket"}),
    "AWS::CloudWatch::Alarm": frozenset({"aws.cloudtrail.trail"}),
    "AWS::EMR::SecurityConfiguration": frozenset({"aws.emr.cluster"}),
    "AWS::Logs::MetricFilter": frozenset({"aws.cloudtrail.trail"}),
    "AWS::RDS::DBParameterGroup": frozenset({"aws.rds.instance", "aws.rds.cluster"}),
    "AWS::Redshift::ClusterParameterGroup": frozenset({"aws.redshift.cluster"}),
}
"""Types whose settings are facts of what uses them: a group of parameters, what a trail's alarms watch."""


@cache
def types_of_rows() -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the CloudFormation types of each row: by table (`iac`, `aws`) and id."""
    rows = csv.DictReader(DATA.read_text(encoding="utf-8").splitlines())
    return {(row["table"], row["id"]): tuple(row["types"].split()) for row in rows}


@cache
def resource_types(kind: str) -> frozenset[str]:
    """Return the resource types that a CloudFormation type is made into, or is a part of."""
    shape = shapes.discover().get(kind)
    if shape is None:
        return frozenset()
    every = forms.discover()
    mains = {shape.main}
    if shape.variant is not None:
        mains |= {name for name in every.names if name.startswith(shape.main.rpartition("_")[0])}
    found = {every.names[main] for main in mains if main in every.names}
    found |= {every.names[form.main] for main in mains for form, _ in every.parts.get(main, ())}
    found |= {name for main in mains for name, _ in every.within.get(main, ())}
    return frozenset(found) | _TOLD_OF.get(kind, frozenset())


def judged(table: str, identity: str, asked: Mapping[str, set[str]]) -> tuple[list[str], list[str]]:
    """Return the types that a row is judged of, and those that it is not.

    `asked`: each control that answers the row, with the resource types that it asks.
    """
    whole = {name for names in asked.values() for name in names}
    types = types_of_rows().get((table, identity), ())
    yes = [kind for kind in types if resource_types(kind) & whole]
    return yes, [kind for kind in types if kind not in yes]


def why_not(table: str, identity: str, kind: str) -> str | None:
    """Say why a row is not judged of a type; None where nobody has said."""
    reason = ODD.get((table, identity, kind)) or REASONS.get(kind)
    return reason or (None if kind in shapes.discover() else "not read yet")
