"""Waivers in code: what a comment says, whether it counts by the policy, and what is told of it."""

from typing import Any

import msgspec
import pytest
from engine.synthetic import NOW, rules_of
from msgspec.structs import replace

from phiward.engine import condition
from phiward.engine.content import ContentProblems
from phiward.engine.evaluate import Evaluation, evaluate
from phiward.engine.findings import Verdict
from phiward.engine.in_place import InPlace, InPlaceReading, WaiverRules
from phiward.engine.rules import Rules
from phiward.errors import ContentError
from phiward.inventory.model import WaiverComment
from phiward.inventory.wire import encode

OWNED: dict[str, Any] = {"owners": ("@org/sec",), "owners_at": "CODEOWNERS:3"}
GOOD_TEXT = 'waive control-0 until=2027-03-01 reason="a \\"closed\\" room"'
BAD = msgspec.json.encode(
    {
        "encryption_at_rest": {"enabled": False},
        "id": "k",
        "lines": {"encryption_at_rest": ["main.tf", 5, 5]},
        "origin": {"kind": "terraform", "file": "main.tf", "line": 4, "end_line": 9},
        "type": "test.key",
    },
    order="sorted",
)
GOOD = BAD.replace(b"false", b"true")


def comment(text: str = GOOD_TEXT, **more: Any) -> bytes:
    """Write a comment as a line of an inventory."""
    given: dict[str, Any] = {
        "resource": "k",
        "type": "test.key",
        "tool": "phiward",
        "file": "main.tf",
        "line": 4,
        "digest": "",
    } | more
    return encode(WaiverComment(text=text, **given))


def rules(**waivers: Any) -> Rules:
    """Return one control, under a policy that says this of waivers in code."""
    made = rules_of([("test.key", None, condition.Test("encryption_at_rest.enabled", "equals", True))])
    rule = made.rules[0]
    control = replace(rule.control, equivalents={"test.key": ("CKV_AWS_3", "AVD-AWS-0026")})
    policy = replace(made.policy, waivers=WaiverRules(**waivers))
    return replace(made, rules=(replace(rule, control=control),), policy=policy)


def run(*lines: bytes, imported: bool = False, strict: bool = True, **waivers: Any) -> tuple[Evaluation, Any]:
    """Evaluate, and return the finding of the resource."""
    reading = InPlaceReading(strict, imported)
    evaluation = evaluate(lambda: lines, rules(**waivers), NOW, in_place=reading)
    return evaluation, next((each for each in list(evaluation) if each.resource), None)


@pytest.mark.parametrize(
    ("in_place", "owned", "verdict", "note"),
    [
        (InPlace.NEEDS_APPROVER, True, Verdict.WAIVED, "approver @org/sec by CODEOWNERS:3, until 2027-03-01"),
        (InPlace.NEEDS_APPROVER, False, Verdict.FAIL, "waived, no approver named, until 2027-03-01"),
        (InPlace.ALLOWED, False, Verdict.WAIVED, "waived, no approver named"),
        (InPlace.REFUSED, True, Verdict.FAIL, "which the policy refuses"),
    ],
)
def test_the_policy_decides_what_counts(in_place: InPlace, owned: bool, verdict: Verdict, note: str) -> None:
    """What does not count stays a fail, and the report tells of the comment all the same."""
    evaluation, found = run(comment(**(OWNED if owned else {})), BAD, in_place=in_place)

    assert found.verdict is verdict
    assert found.waiver == ("main.tf:4" if verdict is Verdict.WAIVED else None)
    assert note in found.note
    assert 'a "closed" room' in found.note
    assert evaluation.summary.total.waived == (verdict is Verdict.WAIVED)


def test_by_default_an_approver_is_needed() -> None:
    """A developer alone accepts no risk to patient data."""
    assert run(comment(), BAD)[1].verdict is Verdict.FAIL


def test_a_policy_may_say_whose_ownership_approves() -> None:
    """An owner of the code who is not on the list is not an approver."""
    assert run(comment(**OWNED), BAD, approvers=("@ORG/sec",))[1].verdict is Verdict.WAIVED
    assert run(comment(**OWNED), BAD, approvers=("@org/officers",))[1].verdict is Verdict.FAIL


def test_one_that_ended_stops_working_and_says_so() -> None:
    """The fail is back, with the day on which the waiver ended."""
    text = "waive control-0 until=2026-11-22 reason=x"
    evaluation, found = run(comment(text, **OWNED), BAD)

    assert found.verdict is Verdict.FAIL
    assert "until 2026-11-22, which is over" in found.note
    assert evaluation.summary.expired_waivers == ("main.tf:4",)
    assert evaluation.summary.unused_waivers == ()


def test_one_that_nothing_needed_is_told() -> None:
    """Also one that stands at no resource."""
    evaluation, found = run(comment(**OWNED), comment(resource="", line=90), GOOD)

    assert found is None
    told = ("main.tf:4", "main.tf:90: stands in or directly above no resource")
    assert evaluation.summary.unused_waivers == told
    assert run(comment(resource="", line=90), GOOD, strict=False)[0].summary.unused_waivers == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("waiv control-0", "phiward:waiv means nothing (did you mean 'waive'?)"),
        ("waive contro-0 until=2027-01-01 reason=x", "there is no control 'contro-0' (did you mean 'control-0'?)"),
        ("waive until=2027-01-01 reason=x", "names no control"),
        ("waive control-0 reason=x", "until is missing"),
        ("waive control-0 until=2027-01-01", "reason is missing"),
        ('waive control-0 until=2027-01-01 reason=" "', "reason is missing"),
        ("waive control-0 until=1.3.2027 reason=x", "is not a date like 2027-03-01"),
        ("waive control-0 until=20270301 reason=x", "is not a date like 2027-03-01"),
        ("waive control-0 until=2027-12-01 reason=x", "on 2027-11-24 at the latest"),
        ("waive control-0 untill=2027-01-01 reason=x", "there is no field 'untill' (fields: until, reason)"),
        ('waive control-0 until=2027-01-01 reason="x', "quotation mark is never closed"),
        ("waive control-0 until=2027-01-01 reason=two words", "put what holds spaces in quotes"),
        ("waive control-0 until=2027-01-01 until=2027-01-02 reason=x", "until is written twice"),
    ],
)
def test_a_malformed_comment_is_an_error_with_its_place(text: str, message: str) -> None:
    """It is told before anything is judged: a waiver that its writer believes in must not silently not count."""
    with pytest.raises(ContentProblems) as caught:
        run(comment(text), GOOD)

    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("main.tf", 4)
    assert message in str(problem)


def test_every_malformed_comment_is_told_once() -> None:
    """Also where a module's comment stands at many instances."""
    with pytest.raises(ContentProblems) as caught:
        run(comment("waiv"), comment("waiv", resource="l"), comment("waive x", line=9), BAD)

    assert len(caught.value.problems) == 2


def test_a_run_of_some_controls_leaves_the_others_aside() -> None:
    """A comment about a control that is not asked is no error then."""
    assert run(comment("waive other until=2027-01-01 reason=x"), BAD, strict=False)[1].note is None


def test_a_policy_may_shorten_how_long_one_lasts() -> None:
    """From the present on."""
    with pytest.raises(ContentProblems, match="on 2026-12-23 at the latest"):
        run(comment(), BAD, longest_days=30)


@pytest.mark.parametrize(
    ("tool", "text", "note"),
    [
        ("checkov", "CKV_AWS_3:because", "imported from checkov, no approver (main.tf:4: because)"),
        ("checkov", "CKV_AWS_1, CKV_AWS_3", "imported from checkov, no approver (main.tf:4)"),
        ("trivy", "aws-0026:exp:2027-01-01", "imported from trivy, no approver, until 2027-01-01"),
        ("trivy", "*", "imported from trivy"),
        ("kics", "ignore-block", "imported from kics"),
        ("kics", "ignore-line", "imported from kics"),
        ("guard", "CKV_AWS_3", "imported from guard"),
    ],
)
def test_comments_of_other_tools_are_read_on_request(tool: str, text: str, note: str) -> None:
    """They name no approver, so that they count only where the policy allows that."""
    evaluation, found = run(comment(text, tool=tool), BAD)
    assert (found.verdict, found.note, evaluation.summary.foreign_waivers) == (Verdict.FAIL, None, 1)

    found = run(comment(text, tool=tool), BAD, imported=True)[1]
    assert found.verdict is Verdict.FAIL
    assert note in found.note
    assert run(comment(text, tool=tool), BAD, imported=True, in_place=InPlace.ALLOWED)[1].verdict is Verdict.WAIVED


@pytest.mark.parametrize(
    ("tool", "text"),
    [("checkov", "CKV_AWS_999"), ("checkov", ""), ("trivy", "AVD-AWS-0026:ws:dev"), ("kics", "disable=1b2c")],
)
def test_what_no_control_answers_is_told(tool: str, text: str) -> None:
    """Nothing of a comment that cannot be carried over is passed over in silence."""
    evaluation, found = run(comment(text, tool=tool), BAD, imported=True, in_place=InPlace.ALLOWED)

    assert found.verdict is Verdict.FAIL
    assert len(evaluation.summary.unmatched_waivers) == 1
    assert evaluation.summary.unmatched_waivers[0].startswith(f"main.tf:4: {tool} ")


def test_a_comment_for_one_line_is_about_that_line_and_the_next() -> None:
    """Not about the rest of the resource."""
    assert run(comment("ignore-line", tool="kics", line=7), BAD, imported=True)[1].note is None


def test_one_that_has_expired_in_the_other_tool_has_expired() -> None:
    """Its own date counts."""
    found = run(comment("AVD-AWS-0026:exp:2026-01-01", tool="trivy"), BAD, imported=True, in_place=InPlace.ALLOWED)[1]

    assert found.verdict is Verdict.FAIL


def test_a_comment_behind_a_resource_is_refused() -> None:
    """The inventory's order is part of its form: else a comment could be read for some resources only."""
    with pytest.raises(ContentError, match="a comment stands behind a resource"):
        run(BAD, comment())
