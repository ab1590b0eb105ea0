"""What Checkov, Trivy and CloudFormation Guard check of infrastructure code, and which control answers it.

The page `coverage-iac.md`. An id is answered where a control's `equivalents` name it for a type that the control asks
and that code can fill.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cloudformation_coverage

from phiward.collectors.terraform import forms
from phiward.engine.control import Control
from phiward.engine.fit import types_of
from phiward.inventory.catalog import Catalog

DATA = Path(__file__).parent / "data" / "iac-checks.csv"
TOOLS = ("checkov", "trivy", "guard")
"""Columns of the data: the ids of each tool, parted by spaces."""

_UNREAD = "what it asks is not read yet"
REASONS: dict[str, str] = {
    **dict.fromkeys(("CKV_AWS_354", "AVD-AWS-0078"), "the key of performance insights is not read yet"),
    **dict.fromkeys(
        ("CKV_AWS_120", "CKV_AWS_225", "AVD-AWS-0190"),
        "whether answers are kept is a matter of speed; what is kept must be encrypted",
    ),
    **dict.fromkeys(("CKV_AWS_78", "CKV_AWS_147", "AVD-AWS-0018"), "the key of what a build makes is not read yet"),
    "CKV_AWS_173": "no secret belongs into a variable, under whatever key: functions-hold-no-secrets",
    "CKV_AWS_328": _UNREAD,
    **dict.fromkeys(("CKV2_AWS_54", "CKV2_AWS_72"), "the way from the edge to the origin is not read yet"),
    "CKV2_AWS_42": "whose certificate it is protects nobody; the TLS version that comes with it is asked",
    **dict.fromkeys(("CKV_AWS_97", "AVD-AWS-0035"), "the volumes of a task are not read yet"),
    "CKV_AWS_275": "about a data source, which makes nothing; attaching the policy is what is asked",
    **dict.fromkeys(
        ("CKV_AWS_355", "CKV_AWS_356"), "which actions can be limited to resources is a list that changes daily"
    ),
    "CKV_AWS_273": "asked of the account, not of every user: people-sign-in-through-directory",
    "CKV2_AWS_22": "asked of the account, not of every user: people-sign-in-through-directory",
    "AVD-AWS-0342": "passing a role is dangerous with the right to use it: rights-do-not-lead-to-more asks for both",
    **dict.fromkeys(
        (
            "CKV_AWS_107",
            "CKV_AWS_108",
            "CKV_AWS_109",
            "CKV_AWS_111",
            "CKV_AWS_287",
            "CKV_AWS_288",
            "CKV_AWS_289",
            "CKV_AWS_290",
        ),
        "lists of actions that are dangerous on every resource; ways to more rights are asked, these are not yet",
    ),
    "CKV_AWS_61": "trusting one's own account hands the decision to its policies, as AWS recommends",
    "CKV_AWS_393": _UNREAD,
    **dict.fromkeys(
        ("AVD-AWS-0123", "AVD-AWS-0145"), "whether somebody signs in with a second factor is known to the account alone"
    ),
    "CKV_AWS_341": "two hops are what containers on the machine need; that a token is needed is asked",
    **dict.fromkeys(("CKV_AWS_335", "CKV_AWS_249"), _UNREAD),
    "CKV_AWS_304": "rotation is asked, its days are not read yet",
    **dict.fromkeys(
        ("CKV_AWS_41", "CKV_AWS_46", "AVD-AWS-0029", "AVD-AWS-0129"),
        "looks for secrets in texts, which phiward does not read; scanners of secrets do",
    ),
    "CKV2_AWS_64": "the default policy, which trusts the account, will do; that the key is not public is asked",
    "CKV2_AWS_52": _UNREAD,
    **dict.fromkeys(
        ("CKV_AWS_390", "CKV2_AWS_7"), "the network of a cluster's machines is asked of its security groups"
    ),
    "CKV_AWS_306": _UNREAD,
    "CKV_AWS_205": "no form reads `aws_ami_launch_permission` yet",
    **dict.fromkeys(
        ("CKV_AWS_382", "AVD-AWS-0104"),
        "which addresses a system must reach is the organisation's to say; not asked yet",
    ),
    **dict.fromkeys(("CKV2_AWS_35", "CKV2_AWS_44"), _UNREAD),
    **dict.fromkeys(("CKV_AWS_154", "AVD-AWS-0127"), "a cluster outside of a network can no longer be made"),
    **dict.fromkeys(("CKV_AWS_148", "AVD-AWS-0101"), "what is in a network counts, not who made it"),
    **dict.fromkeys(("CKV_AWS_325", "CKV2_AWS_27", "CKV2_AWS_30"), "the settings in parameter groups are not read yet"),
    "CKV_AWS_66": "a log group without a period keeps its logs for ever, which is long enough",
    **dict.fromkeys(("CKV2_AWS_45", "CKV2_AWS_48"), "which kinds a recorder leaves out is not read yet"),
    **dict.fromkeys(("CKV_AWS_121", "AVD-AWS-0019"), "no form reads `aws_config_configuration_aggregator` yet"),
    "CKV_AWS_165": "about the global tables of 2017, which can no longer be made",
    "CKV_AWS_152": "between zones a network load balancer costs money; that it stands in several is asked",
    **dict.fromkeys(("CKV_AWS_207", "CKV_AWS_208"), "no form reads `aws_mq_broker` yet"),
    "CKV_AWS_332": "no form reads `aws_ecs_service` yet",
}
"""Ids of types that code fills and that no control answers, and why."""


class Check(NamedTuple):
    """One row: what is asserted, of which Terraform types, and what each tool calls it."""

    id: str
    section: str
    asserts: str
    terraform: tuple[str, ...]
    names: tuple[str, ...]
    """`CKV_AWS_16`, `AVD-AWS-0080`, `guard:rds_storage_encrypted`."""


def checks() -> tuple[Check, ...]:
    """Return every row of the data."""
    rows = csv.DictReader(DATA.read_text(encoding="utf-8").splitlines())
    return tuple(
        Check(
            row["id"],
            row["section"],
            row["asserts"],
            tuple(row["terraform"].split()),
            tuple(f"guard:{name}" if tool == "guard" else name for tool in TOOLS for name in row[tool].split()),
        )
        for row in rows
    )


def read_types() -> dict[str, str]:
    """Return the Terraform types that make a resource, to its type."""
    return dict(forms.discover().names)


def answers(controls: Iterator[Control], known: Catalog) -> dict[str, set[str]]:
    """Return, for every id of another tool, the controls that answer it for a type that code can fill."""
    coded = set(read_types().values())
    found: dict[str, set[str]] = {}
    for control in controls:
        asked = {
            name
            for name in types_of(control.applies_to, known)
            if name in coded or name.startswith(("aws.cloudfront.", "kubernetes."))
        }
        for name, every in control.equivalents.items():
            for identity in every if name in asked else ():
                found.setdefault(identity, set()).add(control.id)
    return found


def unread(check: Check, read: dict[str, str]) -> str | None:
    """Say that nothing reads the Terraform types of a row, where that is so."""
    if check.section != "aws" or any(name in read for name in check.terraform):
        return None
    return f"no form reads {', '.join(f'`{name}`' for name in check.terraform)} yet"


def why_not(check: Check, name: str, read: dict[str, str]) -> str | None:
    """Say why an id of a row is not answered; None where nobody has said."""
    return REASONS.get(name) or unread(check, read) or ("not yet" if check.section != "aws" else None)


def rows(controls: Iterator[Control], known: Catalog) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield the rows of the page: section, what is asserted, who calls it what, what answers it, of which templates."""
    every = {control.id: control for control in controls}
    answered, read = answers(iter(every.values()), known), read_types()
    for check in checks():
        by = sorted({control for name in check.names for control in answered.get(name, ())})
        told = [f"[{control}](controls.md#{control})" for control in by]
        lacking: dict[str, list[str]] = {}
        for name in check.names:
            if name not in answered:
                lacking.setdefault(why_not(check, name, read) or "not yet", []).append(f"`{name}`")
        told += [f"not {', '.join(names)}: *{why}*" for why, names in lacking.items()]
        asked = {name: set(types_of(every[name].applies_to, known)) for name in by}
        yield (
            check.section,
            check.asserts,
            ", ".join(f"`{name}`" for name in check.names),
            "; ".join(told),
            of_templates(check.id, asked),
        )


def of_templates(identity: str, asked: dict[str, set[str]]) -> str:
    """Say of which CloudFormation types a row is judged, and of which not, by the controls that answer it."""
    yes, no = cloudformation_coverage.judged("iac", identity, asked)
    reasons = {kind: cloudformation_coverage.why_not("iac", identity, kind) or "not answered" for kind in no}
    return "; ".join(
        [", ".join(f"`{kind}`" for kind in yes)] * bool(yes) + [f"not `{k}`: *{w}*" for k, w in reasons.items()]
    )
