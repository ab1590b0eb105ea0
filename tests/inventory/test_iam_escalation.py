"""Rights that lead to more rights are found, and rights that do not are left alone."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inventory.iam_words import HIDDEN, OWN, grant, refuse
from inventory.test_iam_properties import MANY, documents, hide

from phiward.inventory.iam import PolicyDocument, Statement
from phiward.inventory.iam_escalation import escalations
from phiward.inventory.iam_escalation_paths import PATHS, Path
from phiward.inventory.iam_parse import parse_policy
from phiward.inventory.unknown import Maybe, Unknown

ROLES = f"arn:aws:iam::{OWN}:role/*"
EC2 = "iam:PassRole + ec2:RunInstances"
LAMBDA = "iam:PassRole + lambda:CreateFunction + lambda:InvokeFunction"


def policy(*statements: Any) -> Maybe[PolicyDocument]:
    """Return the policy of some statements in AWS's words."""
    return parse_policy({"Version": "2012-10-17", "Statement": list(statements)})


def ways(*statements: Any, limit: Any = None) -> list[str]:
    """Return the ways a policy opens; `?` for those that cannot be told."""
    found = escalations([policy(*statements)], [] if limit is None else [policy(limit)])
    return ["?" if isinstance(way, Unknown) else way for way in found]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.name)
def test_each_way_is_found_by_its_actions(path: Path) -> None:
    """All of its actions open it; without any one of them it is shut."""
    actions = [step.action for step in path.steps]

    assert path.name in ways(grant(actions))
    for missing in actions:
        assert path.name not in ways(grant([action for action in actions if action != missing] or "s3:GetObject"))
    assert ways(grant(actions), refuse(actions[0])) == ways(grant(actions[1:] or "s3:GetObject"))


def test_the_table_is_well_made() -> None:
    """Every action is written as AWS writes it, and no way stands there twice."""
    assert len({path.name for path in PATHS}) == len(PATHS) >= 60
    for path in PATHS:
        for step in path.steps:
            assert re.fullmatch(r"[a-z0-9-]+:[A-Z][A-Za-z]+", step.action)
            assert (step.service is not None) == (step.action == "iam:PassRole")


RUN = grant("ec2:RunInstances")


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ((grant(["iam:PassRole", "ec2:RunInstances"]),), [EC2]),
        ((grant("iam:PassRole"), RUN), [EC2]),
        ((grant("iam:PassRole", ROLES), RUN), [EC2]),
        ((grant("iam:PassRole", "arn:aws:iam::*:role/*"), RUN), [EC2]),
        ((grant("iam:PassRole", f"{ROLES[:-1]}web"), RUN), []),
        ((grant("iam:PassRole", f"{ROLES[:-1]}web-*"), RUN), []),
        ((grant("iam:PassRole", f"arn:aws:iam::{OWN}:user/*"), RUN), []),
        ((grant("iam:Pass*"), grant("ec2:Run*", "arn:aws:ec2:us-east-1:111111111111:instance/*")), [EC2]),
        (({"Effect": "Allow", "Action": "iam:PassRole", "NotResource": f"{ROLES[:-1]}admin"}, RUN), [EC2]),
        (({"Effect": "Allow", "Action": "iam:PassRole", "NotResource": "arn:aws:iam::*:role/*"}, RUN), []),
        ((grant("iam:PassRole"), RUN, refuse("iam:*")), []),
        ((grant("iam:PassRole"), RUN, refuse("iam:PassRole", "arn:aws:iam::*:role/*")), []),
        ((grant("iam:PassRole", ROLES), RUN, refuse("iam:PassRole", ROLES)), []),
        ((grant("iam:PassRole"), RUN, refuse("iam:PassRole", f"{ROLES[:-1]}admin")), [EC2]),
        ((grant("iam:PassRole"), RUN, refuse("*", Condition={"Bool": {"aws:MultiFactorAuthPresent": "false"}})), [EC2]),
        ((grant("iam:PassRole", Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}), RUN), [EC2]),
    ],
)
def test_passing_a_role(statements: tuple[Any, ...], expected: list[str]) -> None:
    """Any role, not a chosen one; and not where it is denied for good."""
    assert ways(*statements) == expected


TO = "iam:PassedToService"


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ({"StringEquals": {TO: "ec2.amazonaws.com"}}, [EC2]),
        ({"StringEquals": {TO: "ec2.amazonaws.com.cn"}}, [EC2]),
        ({"StringEquals": {TO: ["lambda.amazonaws.com", "ec2.amazonaws.com"]}}, [EC2, LAMBDA]),
        ({"StringLike": {TO: "lambda.*"}}, [LAMBDA]),
        ({"StringEqualsIfExists": {TO: "lambda.amazonaws.com"}}, [LAMBDA]),
        ({"StringNotEquals": {TO: "lambda.amazonaws.com"}}, [EC2]),
        ({"StringEquals": {TO: "ecs.amazonaws.com"}}, []),
        ({"StringEquals": {"iam:ResourceTag/team": "web"}}, []),
        ({"StringNotEquals": {"iam:ResourceTag/team": "web"}}, [EC2, LAMBDA]),
        ({"StringEqualsIfExists": {"iam:ResourceTag/team": "web"}}, [EC2, LAMBDA]),
        ({"StringEquals": {TO: HIDDEN}}, ["?"]),
    ],
)
def test_the_service_that_gets_the_role(condition: Any, expected: list[str]) -> None:
    """A role may be passed to some services only."""
    run = grant(["ec2:RunInstances", "lambda:CreateFunction", "lambda:InvokeFunction"])

    assert ways(grant("iam:PassRole", Condition=condition), run) == expected


SCHEDULE = "iam:PassRole + scheduler:CreateSchedule"
SELF = f"arn:aws:iam::{OWN}:user/${{aws:username}}"


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        (grant(["iam:CreateAccessKey", "iam:UpdateLoginProfile"], SELF), []),
        (grant("iam:PutUserPolicy", SELF), ["iam:PutUserPolicy"]),
        (grant("iam:AttachUserPolicy", "arn:aws:iam::*:user/${aws:username}"), ["iam:AttachUserPolicy"]),
        (grant("iam:AttachRolePolicy", Condition={"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/Read"}}), []),
        (
            grant("iam:AttachRolePolicy", Condition={"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/*"}}),
            ["iam:AttachRolePolicy"],
        ),
        (
            grant("iam:AttachRolePolicy", Condition={"ArnLike": {"iam:PolicyARN": f"arn:aws:iam::{OWN}:policy/*"}}),
            ["iam:AttachRolePolicy"],
        ),
        (
            grant(
                "iam:AttachRolePolicy", Condition={"ArnNotEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/Read"}}
            ),
            ["iam:AttachRolePolicy"],
        ),
        (grant("iam:PutRolePolicy", Condition={"StringEquals": {"iam:PermissionsBoundary": "arn:x"}}), []),
        (grant("sts:AssumeRole", "arn:aws:iam::*:role/*"), ["sts:AssumeRole"]),
        (grant("sts:AssumeRole", f"arn:aws:iam::{OWN}:role/reader"), []),
        (grant("ssm:SendCommand", "arn:aws:ec2:us-east-1:111111111111:instance/*"), ["ssm:SendCommand"]),
        (grant("ssm:SendCommand", "arn:aws:ec2:us-east-1:111111111111:instance/i-1"), []),
        (grant("lambda:UpdateFunctionCode", "arn:aws:lambda:*:*:function:*"), ["lambda:UpdateFunctionCode"]),
        (grant("lambda:UpdateFunctionCode", "arn:aws:lambda:us-east-1:1:function:deploy-*"), []),
        (grant("s3:*"), []),
        (grant("iam:Get*"), []),
    ],
)
def test_what_leads_to_more_and_what_does_not(statement: Any, expected: list[str]) -> None:
    """One's own key is no more than one has; one's own policy is whatever one writes."""
    assert ways(statement) == expected


def test_all_but_iam_runs_code_but_passes_no_role() -> None:
    """NotAction counts."""
    found = ways({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})

    assert "lambda:UpdateFunctionCode" in found
    assert not [way for way in found if "iam:" in way]


def test_everything_opens_every_way() -> None:
    """Whoever may do everything may do each of them."""
    assert ways(grant("*")) == sorted(path.name for path in PATHS)


def test_policies_add_up_and_boundaries_limit() -> None:
    """One policy passes the role, another starts the machine; a boundary without one of them shuts the way."""
    pass_role, run = policy(grant("iam:PassRole")), policy(RUN)

    assert escalations([pass_role, run]) == (EC2,)
    assert escalations([pass_role]) == escalations([run]) == ()
    assert ways(grant(["iam:PassRole", "ec2:RunInstances"]), limit=grant("ec2:*")) == []
    assert ways(grant(["iam:PassRole", "ec2:RunInstances"]), limit=grant("*")) == [EC2]
    assert escalations([pass_role, run], [HIDDEN]) == (HIDDEN,)
    assert escalations([pass_role], [HIDDEN]) == ()


def test_what_is_unknown_is_told_beside_what_is_known() -> None:
    """A way that is seen stays, whatever else is hidden."""
    assert ways(grant("iam:PutRolePolicy"), grant(HIDDEN)) == ["iam:PutRolePolicy", "?"]
    assert ways(grant("iam:PutRolePolicy"), HIDDEN) == ["?"]
    assert ways(grant("s3:GetObject", HIDDEN)) == []
    assert ways(grant("scheduler:CreateSchedule", [HIDDEN]), grant("iam:PassRole")) == [SCHEDULE]
    assert ways(grant("scheduler:CreateSchedule", [HIDDEN]), grant("iam:PassRole"), refuse("scheduler:*", "arn:x")) == [
        "?"
    ]
    assert escalations([HIDDEN]) == (HIDDEN,)


@MANY
@given(documents, st.data())
def test_hiding_never_turns_an_answer_round(document: PolicyDocument, data: st.DataObject) -> None:
    """What is seen of a partly unknown policy is seen of the whole; where nothing is unknown, all of it is."""
    partly, whole = escalations([hide(data, document)]), escalations([document])

    assert set(whole) >= {way for way in partly if isinstance(way, str)}
    assert any(isinstance(way, Unknown) for way in partly) or partly == whole


@MANY
@given(documents, documents)
def test_a_deny_opens_no_way(document: PolicyDocument, added: PolicyDocument) -> None:
    """Deny statements more shut ways, or change nothing."""
    import msgspec

    assert isinstance(document.statements, tuple)
    assert isinstance(added.statements, tuple)
    denials = [msgspec.structs.replace(each, effect="Deny") for each in added.statements if isinstance(each, Statement)]

    assert set(escalations([PolicyDocument(statements=(*document.statements, *denials))])) <= set(
        escalations([document])
    )


steps = st.sampled_from(["iam:passrole", "ec2:runinstances", "iam:putrolepolicy", "ssm:sendcommand", "*", "iam:*"])
targets = st.sampled_from(
    ["*", ROLES, f"{ROLES}x", "arn:aws:ec2:us-east-1:111111111111:instance/*", "arn:aws:iam::*:role/*"]
)
rights_of_any_kind = st.builds(
    Statement,
    effect=st.sampled_from(["Allow", "Allow", "Deny"]),
    actions=st.lists(steps, min_size=1, max_size=2).map(tuple),
    resources=st.lists(targets, min_size=1, max_size=2).map(tuple),
)
given_rights = st.builds(PolicyDocument, statements=st.lists(rights_of_any_kind, max_size=3).map(tuple))


@MANY
@given(given_rights, st.data())
def test_hiding_never_turns_a_way_round(document: PolicyDocument, data: st.DataObject) -> None:
    """The same of policies whose statements meet the ways more often."""
    partly, whole = escalations([hide(data, document)]), escalations([document])

    assert set(whole) >= {way for way in partly if isinstance(way, str)}
    assert any(isinstance(way, Unknown) for way in partly) or partly == whole
